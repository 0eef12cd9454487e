"""Until when a notice can be sent, for the case at hand: in a sentence to read out, from the engine of law."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from django.utils.translation import gettext as _

from cases.law import calendar, rights
from cases.records.case import Case

ELECTRONIC_SINCE: Final = date(2022, 6, 1)


@dataclass(frozen=True)
class Deadline:
    """The answer for one case. `transaction` is the engine's; `is_soon` three days or less."""

    transaction: str
    sentence: str
    last_day: date | None
    is_soon: bool
    takes_electronic: bool
    cautions: tuple[str, ...]

    @property
    def to_read_out(self) -> str:
        """「11月27日金曜の消印まで」, or nothing where there is no such day."""
        if self.last_day is None:
            return ""
        day = calendar.month_and_day(self.last_day)
        return _("%(day)s%(weekday)s曜の消印まで") % {
            "day": day,
            "weekday": calendar.weekday_letter(self.last_day),
        }


def deadline_of(case: Case) -> Deadline | None:
    """None where the card does not say how the sale was made."""
    transaction = rights.TRANSACTION_OF_SALES_METHOD.get(case.sales_method)
    if transaction is None:
        return None
    found = rights.cooling_off(
        transaction,
        contract_on=case.contracted_on,
        contract_document_on=case.document_received_on,
        as_of=calendar.today(),
    )
    left = found.days_left
    return Deadline(
        transaction=transaction,
        sentence=rights.reason_sentence(found),
        last_day=found.last_day if left is not None and left >= 0 else None,
        is_soon=left is not None and 0 <= left <= 3,
        takes_electronic=case.contracted_on is None or case.contracted_on >= ELECTRONIC_SINCE,
        cautions=found.cautions,
    )
