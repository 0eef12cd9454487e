"""Until when a notice can be sent, for the case at hand: in a sentence to read out, from the engine of law."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from django.utils.translation import gettext as _

from cases.law import calendar
from cases.law.rights import words
from cases.records.case import Case
from cases.services.rights import rights_of_case

SOON: Final = 3  # days left, from which on a last day is red


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
    """None where the card does not say how the sale was made, or the law gives no right that a notice uses."""
    found = rights_of_case(case, as_of=calendar.today())
    if not found or found[0].answer.situation in words.LAW_GIVES_NONE:
        return None
    answer = found[0].answer
    left = answer.days_left
    return Deadline(
        transaction=found[0].transaction,
        sentence=words.reason(answer),
        last_day=answer.last_day if left is not None and left >= 0 else None,
        is_soon=left is not None and 0 <= left <= SOON,
        takes_electronic="electronic" in answer.notice_form,
        cautions=answer.cautions,
    )
