"""The master's pages: finding, one trader with its cases over time, adding, changing, merging and parting."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django import forms
from django.contrib import messages
from django.db.models import Count
from django.db.models.functions import TruncMonth
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from cases import spelling
from cases.errors import CasesError
from cases.law import calendar
from cases.protection import audit
from cases.records.case import Case, new_uid
from cases.records.track import Track
from cases.records.trader import Trader, TraderMark
from cases.services.entry import EntryRefused
from cases.services.traders import finding, keeping, merging, tracks
from cases.services.traders.finding import Found
from cases.services.traders.keeping import NumberTaken, OpenedPerson, TraderChangedMeanwhile
from consult.desk.traders.forms import FindTraderForm, MarkForm, NameForm, TraderForm
from consult.shell import roles
from consult.shell.accounts import Account
from consult.shell.fields import tell
from consult.shell.web import StaffView

MONTHS: Final = 12
SHOWN_CASES: Final = 20
BUSIEST: Final = 30


class TraderView(StaffView):
    """Finds the trader in the actor's scope, or answers 404 as if it did not exist."""

    permission = roles.VIEW_CASES

    def find(self, uid: uuid.UUID) -> Trader:
        trader = (
            Trader.objects.visible_to(self.actor)
            .select_related("centre", "root", "merged_into")
            .filter(uid=uid)
            .first()
        )
        if trader is None:
            raise Http404
        return trader


# --- The list ------------------------------------------------------------
class TraderList(StaffView):
    """The traders with most of our cases in twelve months; what is looked for is posted to `FindTraders`."""

    permission = roles.VIEW_CASES

    def get(self, request: HttpRequest) -> HttpResponse:
        context = {
            "find": FindTraderForm(),
            "busiest": finding.busiest(by=self.actor, limit=BUSIEST),
            "may_keep": self.actor.may(roles.KEEP_TRADERS),
        }
        return render(request, "desk/traders/list.html", context)


class FindTraders(StaffView):
    permission = roles.VIEW_CASES

    def get(self, request: HttpRequest) -> HttpResponse:
        return redirect("traders")

    def post(self, request: HttpRequest) -> HttpResponse:
        form = FindTraderForm(request.POST)
        text = form.cleaned_data["text"] if form.is_valid() else ""
        found = finding.find(text, by=self.actor, limit=BUSIEST)
        audit.record("TRADERS_LOOKED_UP", by=self.actor, centre=self.actor.centre, count=len(found))
        context = {
            "find": form,
            "asked": text,
            "found": found,
            "may_keep": self.actor.may(roles.KEEP_TRADERS),
            "has_errors": bool(form.errors),
        }
        return render(request, "desk/traders/list.html", context)


# --- One trader ------------------------------------------------------------
@dataclass(frozen=True)
class Month:
    """A month and our cases in it."""

    first: date
    cases: int


def months_of(trader: Trader, actor: Account) -> list[Month]:
    """The last twelve months, this one last, with the cases received in each."""
    today = calendar.today()
    firsts = [
        date(today.year + (today.month - 1 - back) // 12, (today.month - 1 - back) % 12 + 1, 1)
        for back in range(MONTHS - 1, -1, -1)
    ]
    counted = (
        finding.cases_of(trader, by=actor)
        .filter(received_on__gte=firsts[0])
        .order_by()
        .annotate(month=TruncMonth("received_on"))
        .values_list("month")
        .annotate(n=Count("pk"))
    )
    by_month = dict(counted)
    return [Month(first, by_month.get(first, 0)) for first in firsts]


def cases_shown(trader: Trader, actor: Account) -> tuple[list[Case], int, int]:
    """The newest cases, how many there are, and how many more are under 支援措置 and not listed."""
    every = finding.cases_of(trader, by=actor)
    guarded = every.filter(is_guarded=True).exclude(counsellor=actor.pk).exclude(in_charge=actor.pk)
    hidden = list(guarded.values_list("pk", flat=True))
    listed = every.exclude(pk__in=hidden)
    return list(listed.for_list()[:SHOWN_CASES]), listed.count(), len(hidden)


class TraderPage(TraderView):
    def get(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        trader = self.find(uid)
        if trader.root is not None and request.GET.get("own") is None:
            return redirect("trader", uid=trader.root.uid)
        return self.page(request, trader)

    def page(
        self,
        request: HttpRequest,
        trader: Trader,
        *,
        status: int = 200,
        person: OpenedPerson | None = None,
        refused: forms.Form | None = None,
    ) -> HttpResponse:
        rows = list(Trader.objects.one_with(trader).prefetch_related("names", "marks"))
        cases, total, hidden = cases_shown(trader, self.actor)
        months = months_of(trader, self.actor)
        running = Track.objects.filter(kind=Track.Kind.TRADER, trader__in=rows).running(calendar.today())
        context = {
            "trader": trader,
            "rows": [(row, [(mark, _shown(mark, person)) for mark in row.marks.all()]) for row in rows],
            "person": person,
            "cases": cases,
            "cases_total": total,
            "cases_hidden": hidden,
            "months": months,
            "most": max(month.cases for month in months),
            "standing": finding.standing_of([finding.top_pk(trader)], by=self.actor).get(
                finding.top_pk(trader), finding.Standing()
            ),
            "running": tracks.in_force(running.select_related("centre", "placed_by")),
            "name_form": refused if isinstance(refused, NameForm) else NameForm(),
            "mark_form": refused if isinstance(refused, MarkForm) else MarkForm(),
            "may_keep": self.actor.may(roles.KEEP_TRADERS),
            "may_reveal": self.actor.may(roles.REVEAL_CASES),
            "has_errors": refused is not None,
        }
        return render(request, "desk/traders/trader.html", context, status=status)


def _shown(mark: TraderMark, person: OpenedPerson | None) -> str:
    """The mark as people read it; empty while it is sealed."""
    if mark.tag is not None:
        return person.marks.get(mark.uid, "") if person else ""
    return spelling.phone_display(mark.value) if mark.kind == TraderMark.Kind.PHONE else mark.value


class OpenPerson(TraderPage):
    """Shows what is sealed of a trader with a person's name, until the page is left."""

    permission = roles.REVEAL_CASES

    def get(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        return redirect("trader", uid=self.find(uid).uid)

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        trader = self.find(uid)
        if not trader.is_person:
            return redirect("trader", uid=uid)
        return self.page(request, trader, person=keeping.opened(trader, by=self.actor))


class ChangeParts(TraderPage):
    """Adds a name or a mark, or takes one away; a refusal comes back on the trader's page."""

    permission = roles.KEEP_TRADERS

    def get(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        return redirect("trader", uid=self.find(uid).uid)

    def try_to(
        self, request: HttpRequest, trader: Trader, form: forms.Form, do: Callable[[dict[str, Any]], Any]
    ) -> HttpResponse:
        if form.is_valid():
            try:
                do(form.cleaned_data)
            except EntryRefused as refusal:
                tell(form, refusal)
            except CasesError as refusal:
                form.add_error(None, str(refusal))
        if form.errors:
            return self.page(request, trader, status=422, refused=form)
        return HttpResponseRedirect(f"{reverse('trader', args=[trader.uid])}#names")


class AddName(ChangeParts):
    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        def add(data: dict[str, Any]) -> Trader:
            return keeping.add_name(uid, data["text"], data["kana"], by=self.actor)

        return self.try_to(request, self.find(uid), NameForm(request.POST), add)


class AddMark(ChangeParts):
    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        def add(data: dict[str, Any]) -> Trader:
            return keeping.add_mark(uid, data["kind"], data["value"], by=self.actor)

        return self.try_to(request, self.find(uid), MarkForm(request.POST), add)


class RemovePart(TraderView):
    """Posts `name` or `mark`, the uid of what is taken away."""

    permission = roles.KEEP_TRADERS

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        trader = self.find(uid)
        for kind, remove in (("name", keeping.remove_name), ("mark", keeping.remove_mark)):
            if part := uid_of(request.POST.get(kind, "")):
                remove(trader.uid, part, by=self.actor)
        top = trader.root or trader
        return HttpResponseRedirect(f"{reverse('trader', args=[top.uid])}#names")


def uid_of(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


# --- Adding and changing ------------------------------------------------------------
class NewTrader(StaffView):
    permission = roles.KEEP_TRADERS

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._page(request, TraderForm(initial={"uid": new_uid(), "kind": Trader.Kind.UNKNOWN}))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = TraderForm(request.POST)
        if "name" in request.POST and "uid" not in request.POST:
            # From a search that found nothing: the name is typed once.
            name = request.POST["name"]
            return self._page(
                request, TraderForm(initial={"uid": new_uid(), "kind": "UNKNOWN", "name": name})
            )
        if form.is_valid():
            uid = form.cleaned_data["uid"]
            try:
                trader = keeping.add(uid, form.details(), centre=self.actor.centre, by=self.actor)
            except (EntryRefused, NumberTaken) as refusal:
                return self._page(request, form, refusal=refused(form, refusal))
            messages.success(request, _("登録しました。"))
            return redirect("trader", uid=trader.uid)
        return self._page(request, form)

    def _page(self, request: HttpRequest, form: TraderForm, *, refusal: Trader | None = None) -> HttpResponse:
        context = {"form": form, "taken": refusal, "has_errors": bool(form.errors), "trader": None}
        return render(request, "desk/traders/form.html", context, status=422 if form.errors else 200)


def refused(form: forms.Form, refusal: EntryRefused | NumberTaken) -> Trader | None:
    """Put the reasons to the form; the trader that has the number already, if that is the reason."""
    if isinstance(refusal, NumberTaken):
        form.add_error("corporate_number", str(refusal))
        return refusal.trader
    tell(form, refusal)
    return None


class ChangeTrader(TraderView):
    permission = roles.KEEP_TRADERS

    def get(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        trader = self.find(uid)
        names = (
            "uid",
            "revision",
            "name",
            "kana",
            "kind",
            "corporate_number",
            "prefecture",
            "address",
            "is_person",
        )
        form = TraderForm(initial={name: getattr(trader, name) for name in names})
        return self._page(request, trader, form)

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        trader, form = self.find(uid), TraderForm(request.POST)
        taken = None
        if form.is_valid():
            try:
                keeping.change(
                    uid, form.details(), revision=form.cleaned_data["revision"] or 0, by=self.actor
                )
            except (EntryRefused, NumberTaken) as refusal:
                taken = refused(form, refusal)
            except TraderChangedMeanwhile as refusal:
                form.add_error(None, str(refusal))
        if form.errors:
            return self._page(request, trader, form, taken=taken)
        messages.success(request, _("変更しました。"))
        return redirect("trader", uid=uid)

    def _page(
        self, request: HttpRequest, trader: Trader, form: TraderForm, *, taken: Trader | None = None
    ) -> HttpResponse:
        context = {"form": form, "trader": trader, "taken": taken, "has_errors": bool(form.errors)}
        return render(request, "desk/traders/form.html", context, status=422 if form.errors else 200)


# --- Merging ------------------------------------------------------------
class MergeTraders(TraderView):
    """Looks for the other row, shows both side by side, and merges it into this one."""

    permission = roles.KEEP_TRADERS

    def get(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        return self._page(request, self.find(uid))

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        trader, other = self.find(uid), uid_of(request.POST.get("other", ""))
        form = FindTraderForm(request.POST)
        if other is None:
            text = form.cleaned_data["text"] if form.is_valid() else ""
            found = [
                one
                for one in finding.find(text, by=self.actor)
                if one.trader.pk != trader.pk and one.trader.centre_id == trader.centre_id
            ]
            return self._page(request, trader, find=form, asked=text, found=found)
        if request.POST.get("do") != "merge":
            return self._page(request, trader, pair=[self._side(trader), self._side(self.find(other))])
        try:
            kept = merging.merge(uid, merged_uid=self.find(other).uid, by=self.actor)
        except merging.CannotMerge as refusal:
            return self._page(request, trader, status=refusal.status, refusal=str(refusal))
        messages.success(request, _("まとめました。まちがいなら、いつでも元に戻せます。"))
        return redirect("trader", uid=kept.uid)

    def _side(self, trader: Trader) -> dict[str, Any]:
        rows = list(Trader.objects.one_with(trader).prefetch_related("names", "marks"))
        return {
            "trader": trader,
            "names": [name for row in rows for name in row.names.all()],
            "marks": [
                _shown(mark, None) or mark.get_kind_display() for row in rows for mark in row.marks.all()
            ],
            "cases": finding.cases_of(trader, by=self.actor).count(),
        }

    def _page(self, request: HttpRequest, trader: Trader, *, status: int = 200, **more: Any) -> HttpResponse:
        found: list[Found] = more.pop("found", [])
        context = {"trader": trader, "find": more.pop("find", FindTraderForm()), "found": found, **more}
        return render(request, "desk/traders/merge.html", context, status=status)


class PartTraders(TraderView):
    permission = roles.KEEP_TRADERS

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        try:
            trader = merging.part(self.find(uid).uid, by=self.actor)
        except merging.NotMerged as refusal:
            messages.warning(request, str(refusal))
            return redirect("trader", uid=uid)
        messages.success(request, _("元に戻しました。"))
        return redirect("trader", uid=trader.uid)
