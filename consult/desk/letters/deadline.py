"""Until when a notice can be sent, for the case at hand: in a sentence to read out, from the engine of law."""

from dataclasses import dataclass
from typing import Final

from cases.law import calendar
from cases.law.letters import TO_CREDIT_COMPANY, WITH_DEADLINE, wordings
from cases.law.rights import words
from cases.records.case import Case
from cases.services.rights import CaseRight, rights_of_case

SOON: Final = 3
CREDIT: Final = "individual_credit"


@dataclass(frozen=True)
class Deadline:
    """The answer for one case. `transaction` is the engine's; `is_soon` three days or less."""

    transaction: str
    to_read_out: str
    sentence: str
    is_soon: bool
    cautions: tuple[str, ...]


def deadline_of(case: Case, kind: str = "COOLING_OFF_TRADER") -> Deadline | None:
    """For a letter of this kind; None where it has no such day, or the card does not say how the sale was made."""
    if kind not in WITH_DEADLINE:
        return None
    found = rights_of_case(case, as_of=calendar.today())
    to_credit = kind in TO_CREDIT_COMPANY
    right = next((one for one in found if (one.transaction == CREDIT) is to_credit), None)
    return _deadline(right) if right is not None else None


def _deadline(right: CaseRight) -> Deadline:
    answer = right.answer
    left = answer.days_left
    return Deadline(
        transaction=right.transaction,
        to_read_out=words.read_out(answer),
        sentence=words.reason(answer),
        is_soon=left is not None and 0 <= left <= SOON and answer.right != "no",
        cautions=answer.cautions,
    )


def contract_of(deadline: Deadline | None) -> str:
    """The choice of the form for the case's transaction: the first of those that share a wording."""
    if deadline is not None:
        for wording in wordings():
            if deadline.transaction in wording.transactions:
                return wording.transactions[0]
    return "other"
