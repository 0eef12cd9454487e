"""What a case's page says of its traders: those of the master, tracks on them, other cases of the same account."""

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy

from cases.errors import CasesError
from cases.protection import match
from cases.records.card import CaseTransfer
from cases.records.case import Case
from cases.records.trader import Trader
from cases.services.traders import finding, linking, tracks
from consult.desk.case import CaseView
from consult.desk.panels import Panel, Place, Step, add_panel, add_step
from consult.desk.traders.forms import FindTraderForm
from consult.desk.traders.hints import same_account
from consult.desk.traders.pages import uid_of
from consult.shell import roles
from consult.shell.accounts import Account


def chosen(case: Case, actor: Account) -> dict[str, Any] | None:
    """The traders of the master that the case is about, with our other cases in numbers."""
    uids = finding.chosen_uids(case)
    if not uids:
        return None
    rows = Trader.objects.visible_to(actor).filter(uid__in=uids).select_related("root")
    tops = list(dict.fromkeys(row.root or row for row in rows))
    standing = finding.standing_of([top.pk for top in tops], by=actor)
    return {"traders": [(top, standing.get(top.pk, finding.Standing())) for top in tops]}


def instructions(case: Case, actor: Account) -> dict[str, Any] | None:
    """Tracks in force on what the case holds. Read, and logged, where there are any."""
    found = tracks.of_case(case, by=actor)
    return {"instructions": tracks.read(found, by=actor)} if found else None


def accounts(case: Case, actor: Account) -> dict[str, Any] | None:
    """Other cases whose money went to the same account; each look-up is logged."""
    if not CaseTransfer.objects.filter(case=case).exists():
        return None
    told = match.told_of_traders(case).accounts
    same = same_account(told, by=actor, leave_out=case.uid, is_asked=False)
    return {"same": same} if same is not None else None


class ChooseTrader(CaseView):
    """Finds a trader of the master for a saved case, or takes one away."""

    permission = roles.RECORD_CASES

    def get(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        return self._choice(request, self.find())

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        case = self.find()
        trader_uid = uid_of(request.POST.get("trader", ""))
        if trader_uid is None:
            form = FindTraderForm(request.POST)
            text = form.cleaned_data["text"] if form.is_valid() else ""
            return self._choice(request, case, find=form, asked=text, found=finding.find(text, by=self.actor))
        try:
            if request.POST.get("do") == "leave":
                linking.leave(case.uid, trader_uid=trader_uid, by=self.actor)
            else:
                linking.choose(case.uid, trader_uid=trader_uid, by=self.actor)
        except (CasesError, Trader.DoesNotExist) as refusal:
            reason = str(refusal) if isinstance(refusal, CasesError) else GONE
            return self._choice(request, case, status=409, refusal=reason)
        return redirect("case", uid=uid)

    def _choice(self, request: HttpRequest, case: Case, *, status: int = 200, **more: Any) -> HttpResponse:
        context = {
            "case": case,
            "find": more.pop("find", FindTraderForm()),
            "chosen": chosen(case, self.actor),
            "may_keep": self.actor.may(roles.KEEP_TRADERS),
            **more,
        }
        return render(request, "desk/traders/choose.html", context, status=status)


GONE = gettext_lazy("この事業者は台帳にありません。もう一度探してください。")


def register() -> None:
    """Called once when the app is ready."""
    add_panel(Panel("tracks", Place.TOP, roles.RECORD_CASES, "desk/traders/panel_tracks.html", instructions))
    add_panel(Panel("traders", Place.FIRST, roles.VIEW_CASES, "desk/traders/panel.html", chosen))
    add_panel(
        Panel("accounts", Place.FIRST, roles.RECORD_CASES, "desk/traders/panel_accounts.html", accounts)
    )
    add_step(Step("trader", roles.RECORD_CASES, "case-trader", gettext_lazy("事業者を台帳から選ぶ"), "Alt+J"))
