"""うわさ・目撃情報: the list, the form, one of them. 啓発 sees them too, for nothing in them is about a person."""

import uuid
from datetime import datetime, time
from typing import Any, ClassVar, Final

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cases import today
from cases.errors import CasesError
from cases.figures.surge_actions import Action, Begin
from cases.figures.surge_log import reading
from cases.figures.surge_log.models import SurgeWave
from cases.law import calendar
from cases.records.case import Case, new_uid
from cases.records.centre import Actor, area_choices
from cases.records.rumours import Rumour
from cases.services import rumours
from consult.desk.rumours.forms import AgainForm, FilterForm, RumourForm
from consult.desk.worries.forms import JoinForm
from consult.desk.worries.parts import numbered_one
from consult.shell import roles
from consult.shell.accounts import Account
from consult.shell.fields import tell
from consult.shell.web import StaffView

PAGE: Final = 50


class Rumours(StaffView):
    permission = roles.HEAR_WATCHERS

    def get(self, request: HttpRequest) -> HttpResponse:
        form = FilterForm(request.GET)
        found = Rumour.objects.visible_to(self.actor)
        if not (form.is_valid() and form.cleaned_data["state"] == "all"):
            found = found.going_round()
        page = Paginator(
            found.annotate(joins=Count("joined")).order_by("-last_heard_on", "-pk"), PAGE
        ).get_page(request.GET.get("page"))
        labels = dict(area_choices(self.actor.centre))
        rising = {row.pk for row in rumours.beside_surges(self.actor.centre, self.actor)}
        context = {
            "form": form,
            "page": page,
            "rows": [(row, labels.get(row.area, row.area), row.pk in rising) for row in page],
            "may_keep_network": self.actor.may(roles.KEEP_NETWORK),
        }
        return render(request, "desk/rumours/list.html", context)


class NewRumour(StaffView):
    permission = roles.HEAR_WATCHERS

    def get(self, request: HttpRequest) -> HttpResponse:
        start = {"uid": new_uid(), "heard_on": calendar.today().isoformat()}
        form = RumourForm(initial={**start, **_of_wave(request, self.actor)}, centre=self.actor.centre)
        return self._page(request, form)

    def post(self, request: HttpRequest) -> HttpResponse:
        form = RumourForm(request.POST, centre=self.actor.centre)
        if form.is_valid():
            try:
                heard = rumours.record(form.entry(), centre=self.actor.centre, by=self.actor)
            except CasesError as refusal:
                tell(form, refusal)
            except Rumour.DoesNotExist:
                raise Http404 from None
            else:
                messages.success(request, _("うわさ・目撃情報を記録しました。"))
                if heard.masked:
                    what = _("、").join(dict.fromkeys(_(kind) for kind in heard.masked))
                    messages.warning(request, _("個人の情報とみて伏せました: %(what)s。") % {"what": what})
                return redirect("rumour", uid=heard.rumour.uid)
        return self._page(request, form, status=422)

    def _page(self, request: HttpRequest, form: RumourForm, status: int = 200) -> HttpResponse:
        context = {"form": form, "has_errors": form.is_bound and bool(form.errors)}
        return render(request, "desk/rumours/new.html", context, status=status)


def _of_wave(request: HttpRequest, actor: Actor) -> dict[str, str]:
    """What a surge has to say to a form begun at its card; nothing for any other `?wave=`."""
    try:
        wave = reading.wave_of(uuid.UUID(request.GET.get("wave", "")), by=actor)
    except (ValueError, SurgeWave.DoesNotExist):
        return {}
    return {"theme": wave.scam, "area": wave.area}


class RumourView(StaffView):
    """One rumour of the actor's centre; others answer 404."""

    permission: ClassVar[str] = roles.HEAR_WATCHERS

    def find(self, uid: uuid.UUID) -> Rumour:
        try:
            return Rumour.objects.visible_to(self.actor).select_related("centre", "recorded_by").get(uid=uid)
        except Rumour.DoesNotExist:
            raise Http404 from None

    def page(self, request: HttpRequest, rumour: Rumour, *, status: int = 200, **more: Any) -> HttpResponse:
        may_join = self.actor.may(roles.DECIDE_WORRIES)
        joined = rumour.cases.order_by("-received_on", "-pk")
        context = {
            "rumour": rumour,
            "area": dict(area_choices(rumour.centre)).get(rumour.area, rumour.area),
            "may_join": may_join,
            "cases": joined if may_join else [],
            "joins": joined.count(),
            "again_form": AgainForm(initial={"on": calendar.today().isoformat()}),
            "join_form": JoinForm(),
            **more,
        }
        return render(request, "desk/rumours/rumour.html", context, status=status)


class RumourPage(RumourView):
    def get(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        return self.page(request, self.find(uid))


class HearAgain(RumourView):
    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        rumour = self.find(uid)
        form = AgainForm(request.POST)
        if form.is_valid():
            try:
                rumours.hear_again(uid, by=self.actor, **form.cleaned_data)
            except CasesError as refusal:
                tell(form, refusal)
            else:
                return redirect("rumour", uid=uid)
        return self.page(request, rumour, status=422, again_form=form, has_errors=True)


class JoinRumour(RumourView):
    permission = roles.DECIDE_WORRIES

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        rumour = self.find(uid)
        form = JoinForm(request.POST)
        if form.is_valid() and (case := numbered_one(form, self.actor)) is not None:
            try:
                rumours.join(uid, case.uid, by=self.actor)
            except Case.DoesNotExist:
                form.add_error("number", _("その番号の相談はありません。"))
            else:
                messages.success(request, _("相談%(number)sにつなぎました。") % {"number": case.number})
                return redirect("rumour", uid=uid)
        return self.page(request, rumour, status=422, join_form=form, has_errors=True)


class CloseRumour(RumourView):
    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        self.find(uid)
        rumours.close(uid, by=self.actor)
        messages.success(request, _("終えたと記録しました。"))
        return redirect("rumour", uid=uid)


def card(actor: Actor) -> today.Card | None:
    """今日: rumours that meet a surge."""
    if not isinstance(actor, Account) or not (found := rumours.beside_surges(actor.centre, actor)):
        return None
    title = ngettext(
        "急増している手口のうわさ・目撃情報が%(n)d件あります",
        "急増している手口のうわさ・目撃情報が%(n)d件あります",
        len(found),
    ) % {"n": len(found)}
    body = _("相談の件数には入っていません。")
    return today.Card(title, body, url_name="rumours", link=_("うわさ・目撃情報"))


def of_surge(wave_uid: uuid.UUID, actor: Actor) -> list[Action]:
    """Beside the card of a surge: what is told of its 手口 in its district."""
    try:
        wave = reading.wave_of(wave_uid, by=actor)
    except SurgeWave.DoesNotExist:
        return []
    found = rumours.fresh(actor, calendar.today()).meets(wave.scam, wave.area) if wave.scam else []
    return [_as_action(row) for row in found]


def _as_action(rumour: Rumour) -> Action:
    at = datetime.combine(rumour.last_heard_on, time(), calendar.TOKYO)
    told = ngettext("%(n)d回聞いた", "%(n)d回聞いた", rumour.times) % {"n": rumour.times}
    return Action(_("うわさ・目撃情報"), rumour.place or rumour.words[:40], told, at, "rumour", rumour.uid)


def begin() -> Begin:
    return Begin(roles.HEAR_WATCHERS, _("うわさ・目撃情報を記録"), "rumour-new")


def panel(case: Case, _actor: Account) -> dict[str, Any] | None:
    """On the page of a case: the rumours that it belongs to."""
    found = Rumour.objects.filter(joined__case=case)
    return {"rumours": found} if found else None
