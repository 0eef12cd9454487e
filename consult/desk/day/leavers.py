"""Hand-over in one go: all open cases of somebody who leaves, and everything that is offered to oneself."""

import uuid
from dataclasses import dataclass
from typing import Any, Final

from django import forms
from django.contrib import messages
from django.db.models import Count
from django.db.models.functions import Coalesce
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from cases import today
from cases.jobs.models import Job
from cases.protection import audit
from cases.records.case import Case
from cases.records.centre import Actor
from cases.services import custody, leavers
from cases.services.entry import EntryRefused
from consult.desk.forms import plain_words
from consult.shell import roles
from consult.shell.accounts import Account
from consult.shell.fields import NOT_CHOSEN, offer, tell
from consult.shell.web import StaffView

SHOWN: Final = 100


@dataclass(frozen=True)
class Holder:
    """Somebody with open cases."""

    account: Account
    open_cases: int


def holders(actor: Actor, *, only_stopped: bool = False) -> list[Holder]:
    """Who has open cases at the centre, those who were stopped first; two queries."""
    counted = (
        Case.objects.filter(centre_id__in=actor.centre_ids)
        .open()
        .annotate(holder=Coalesce("in_charge", "counsellor"))
        .order_by()
        .values_list("holder")
        .annotate(n=Count("pk"))
    )
    counts = {pk: n for pk, n in counted if pk is not None}
    people = Account.objects.filter(pk__in=counts).order_by("is_active", "display_name", "pk")
    if only_stopped:
        people = people.filter(is_active=False)
    return [Holder(account, counts[account.pk]) for account in people]


def card(actor: Actor) -> today.Card | None:
    """Open cases that nobody works on, since their people were stopped."""
    left = holders(actor, only_stopped=True)
    if not left:
        return None
    n = sum(one.open_cases for one in left)
    title = ngettext(
        "停止した利用者の対応中の相談が%(n)d件あります", "停止した利用者の対応中の相談が%(n)d件あります", n
    ) % {"n": n}
    names = _("、").join(str(one.account) for one in left)
    return today.Card(title, names, today.Level.WARNING, "leavers", _("引き継ぐ"))


class OrderForm(forms.Form):
    to = forms.ChoiceField(label=gettext_lazy("引き継ぐ相手"))

    def __init__(self, *args: Any, leaver: Account, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = Account.objects.holding(leaver.centre, roles.RECORD_CASES)
        choices = [(str(one.uid), str(one)) for one in people if one.pk != leaver.pk]
        self.has_colleagues = bool(choices)
        offer(self, "to", [*NOT_CHOSEN, *choices])
        plain_words(self)


class Leavers(StaffView):
    """Who has open cases, and the way to hand them over."""

    permission = roles.ORDER_HAND_OVERS

    def get(self, request: HttpRequest) -> HttpResponse:
        return render(request, "desk/day/leavers.html", {"holders": holders(self.actor)})


class HandOverAll(StaffView):
    permission = roles.ORDER_HAND_OVERS

    def get(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        leaver = self._find(uid)
        return self._page(request, leaver, OrderForm(leaver=leaver))

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        leaver = self._find(uid)
        form = OrderForm(request.POST, leaver=leaver)
        if form.is_valid():
            try:
                done = leavers.order_all(uid, to_uid=uuid.UUID(form.cleaned_data["to"]), by=self.actor)
            except EntryRefused as refusal:
                tell(form, refusal)
            else:
                return self._told(request, leaver, done)
        return self._page(request, leaver, form, status=422)

    def _find(self, uid: uuid.UUID) -> Account:
        account = Account.objects.filter(centre_id__in=self.actor.centre_ids, uid=uid).first()
        if account is None:
            raise Http404
        return account

    def _told(self, request: HttpRequest, leaver: Account, done: leavers.Ordered | Job) -> HttpResponse:
        if isinstance(done, Job):
            messages.info(request, _("件数が多いので、順に引き継いでいます。"))
            return redirect("job", uid=done.uid)
        text = ngettext("%(n)d件を引き継ぎました。", "%(n)d件を引き継ぎました。", done.moved) % {
            "n": done.moved
        }
        messages.success(request, text)
        return redirect("leaver", uid=leaver.uid)

    def _page(
        self, request: HttpRequest, leaver: Account, form: OrderForm, *, status: int = 200
    ) -> HttpResponse:
        cases = custody.open_cases_of(leaver.pk, by=self.actor)
        shown = list(cases.for_list()[:SHOWN])
        audit.record("CASES_LISTED", by=self.actor, centre=self.actor.centre, count=len(shown))
        context = {
            "leaver": leaver,
            "form": form,
            "cases": shown,
            "total": cases.count(),
            "guarded": cases.filter(is_guarded=True).count(),
            "url": reverse("leaver", args=[leaver.uid]),
            "has_errors": form.is_bound,
        }
        return render(request, "desk/day/leaver.html", context, status=status)


class TakeAll(StaffView):
    """Everything that is offered to oneself becomes one's own."""

    permission = roles.RECORD_CASES

    def post(self, request: HttpRequest) -> HttpResponse:
        taken, refused = custody.take_all(by=self.actor)
        text = ngettext("%(n)d件を引き受けました。", "%(n)d件を引き受けました。", taken) % {"n": taken}
        messages.success(request, text)
        if refused:
            numbers = _("、").join(refused)
            messages.warning(request, _("引き受けられなかった相談: %(numbers)s") % {"numbers": numbers})
        return redirect("today")
