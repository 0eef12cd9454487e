"""決裁 in the made-up centre: a dozen closed cases on their way through it."""

import uuid
from datetime import date
from typing import Final

from cases.demo import parts
from cases.records.approval import ApprovalStep
from cases.records.case import Case
from cases.records.centre import Actor, Centre
from cases.services import approval
from consult.desk.approval.lists import able_at
from consult.shell import roles
from consult.shell.accounts import Account

CASES: Final = 12
APPROVED: Final = 3
RETURNED: Final = (
    "契約書面の受領日を確かめて、処理概要に書いてください。",
    "被害回復額が空欄です。0円なら0と入れてください。",
)
_NAMESPACE: Final = uuid.UUID("6c1f3b7e-3b0e-4d52-9f0a-7f3c41e2a9d5")


def load(centre: Centre, by: Actor, today: date) -> None:
    """Some wait, two came back, three are approved; again, nothing is added."""
    approvers = Account.objects.holding(centre, roles.APPROVE_CASES)
    if not approvers or ApprovalStep.objects.filter(case__centre=centre).exists():
        return
    newest = Case.objects.filter(centre=centre, source=Case.Source.DEMO, closed_on__lte=today).newest_first()
    for place, case in enumerate(newest.select_related("counsellor")[:CASES]):
        asker = case.counsellor if isinstance(case.counsellor, Account) else by
        approval.ask(case.uid, uid=_uid(case, "ask"), by=asker)
        if place < len(RETURNED):
            approval.send_back(
                case.uid,
                uid=_uid(case, "return"),
                revision=case.revision,
                comment=RETURNED[place],
                by=approvers[0],
            )
        elif place < len(RETURNED) + APPROVED:
            approval.approve(
                case.uid,
                uid=_uid(case, "approve"),
                revision=case.revision,
                by=approvers[0],
                able=able_at(centre),
            )


def _uid(case: Case, step: str) -> uuid.UUID:
    return uuid.uuid5(_NAMESPACE, f"{case.uid} {step}")


def register() -> None:
    parts.register("approvals", load)
