"""What waits for a decision, oldest first, with approval of several at once; and one's own that came back."""

import uuid
from collections.abc import Collection, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cases import today
from cases.law import calendar
from cases.protection import audit
from cases.records.case import Case, new_uid
from cases.records.centre import Actor, Centre
from cases.services import approval
from cases.services.approval import Chosen, Decided, Standing, State
from consult.desk.approval.forms import BatchForm
from consult.shell import roles
from consult.shell.accounts import Account
from consult.shell.web import StaffView

SHOWN: Final = 50
"""So many cases on one page; the next ones come up as these are decided."""


@dataclass(frozen=True)
class Row:
    """One line of a list. `days`: calendar days since the last step; `value` is what its tick sends."""

    case: Case
    standing: Standing
    days: int
    value: str
    is_own: bool

    @property
    def has_changed(self) -> bool:
        return self.standing.revision != self.case.revision

    @property
    def is_lost(self) -> bool:
        """The log knows of the step, and its row, with the comment, is gone."""
        return self.standing.step is None

    @property
    def uid_text(self) -> str:
        return str(self.case.uid)


def rows_of(found: Sequence[tuple[Case, Standing]], actor: Account) -> list[Row]:
    return [_row(case, standing, actor) for case, standing in found]


def _row(case: Case, standing: Standing, actor: Account) -> Row:
    made_at = standing.step.made_at if standing.step is not None else timezone.now()
    return Row(
        case=case,
        standing=standing,
        days=(calendar.today() - calendar.local_date(made_at)).days,
        value=f"{case.uid}:{case.revision}:{new_uid()}",
        is_own=standing.account_pk == actor.pk or case.has_been_with(actor.pk),
    )


def able_at(centre: Centre) -> set[int]:
    """The accounts of a centre that may approve."""
    return {account.pk for account in Account.objects.holding(centre, roles.APPROVE_CASES)}


class Approvals(StaffView):
    permission = roles.APPROVE_CASES

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.page(request, BatchForm())

    def page(
        self, request: HttpRequest, form: BatchForm, *, ticked: Collection[str] = (), status: int = 200
    ) -> HttpResponse:
        """`ticked`: uids of cases whose ticks stay."""
        found = approval.waiting(self.actor, most=SHOWN)
        audit.record("CASES_LISTED", by=self.actor, centre=self.actor.centre, count=len(found))
        context = {
            "rows": rows_of(found, self.actor),
            "waiting": approval.count_waiting(self.actor),
            "most": SHOWN,
            "form": form,
            "ticked": ticked,
        }
        return render(request, "desk/approval/list.html", context, status=status)


class ApproveSeveral(Approvals):
    """承認 of the ticked cases. What changed since the list was loaded is named, the rest is approved."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return redirect("approvals")

    def post(self, request: HttpRequest) -> HttpResponse:
        chosen = list(_chosen(request.POST.getlist("chosen")))[:SHOWN]
        form = BatchForm(request.POST)
        if not form.is_valid():
            return self.page(request, form, ticked=[str(one.case_uid) for one in chosen], status=422)
        if not chosen:
            form.add_error(None, _("承認する相談を選んでください。"))
            return self.page(request, form, status=422)
        able = able_at(self.actor.centre)
        answers = approval.approve_all(chosen, comment=form.cleaned_data["comment"], by=self.actor, able=able)
        _tell(request, answers)
        return redirect("approvals")


def _tell(request: HttpRequest, answers: Sequence[Decided]) -> None:
    done = sum(one.refusal is None for one in answers)
    if done:
        text = ngettext("%(n)d件を承認しました。", "%(n)d件を承認しました。", done) % {"n": done}
        messages.success(request, text)
    for one in answers:
        if one.refusal is not None:
            text = _("承認していません — %(number)s: %(why)s")
            named = {"number": one.number or _("番号なし"), "why": one.refusal}
            messages.warning(request, text % named)


def _chosen(values: Sequence[str]) -> Iterator[Chosen]:
    """Ticks as the list wrote them; anything else is passed over."""
    for value in values:
        with suppress(ValueError):
            case_uid, revision, step_uid = value.split(":")
            yield Chosen(uuid.UUID(case_uid), int(revision), uuid.UUID(step_uid))


class OwnApprovals(StaffView):
    """One's own cases that came back, that changed after their approval, or that wait."""

    permission = roles.RECORD_CASES

    def get(self, request: HttpRequest) -> HttpResponse:
        rows = rows_of(approval.of_holder(self.actor, most=SHOWN), self.actor)
        groups = [
            (_("差し戻された相談"), [row for row in rows if row.standing.state is State.RETURNED]),
            (_("承認の後に変わった相談"), [row for row in rows if row.standing.state is State.CHANGED_AFTER]),
            (_("決裁を待っている相談"), [row for row in rows if row.standing.waits]),
        ]
        return render(request, "desk/approval/own.html", {"groups": [g for g in groups if g[1]]})


def waiting_card(actor: Actor) -> today.Card | None:
    """今日 of an approver."""
    count = approval.count_waiting(actor)
    if not count:
        return None
    title = ngettext(
        "決裁を待っている相談が%(n)d件あります", "決裁を待っている相談が%(n)d件あります", count
    ) % {"n": count}
    return today.Card(title, url_name="approvals", link=_("一覧を見る"))


def returned_card(actor: Actor) -> today.Card | None:
    """今日 of whoever has a case that came back."""
    count = approval.count_returned(actor)
    if not count:
        return None
    title = ngettext(
        "決裁で差し戻された相談が%(n)d件あります", "決裁で差し戻された相談が%(n)d件あります", count
    ) % {"n": count}
    return today.Card(title, level=today.Level.WARNING, url_name="own-approvals", link=_("見る"))
