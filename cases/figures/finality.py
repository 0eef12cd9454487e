"""速報 or 確定: whether the numbers of a period may still move in the usual course of work."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.conf import settings


@dataclass(frozen=True)
class Finality:
    """`final_from`: the first day on which the period can be 確定. `uncoded`, `unapproved`: cases that hold it back."""

    final_from: date
    is_early: bool
    uncoded: int = 0
    unapproved: int = 0

    @property
    def is_final(self) -> bool:
        return not (self.is_early or self.uncoded or self.unapproved)


def finality_of(end: date, *, uncoded: int, unapproved: int | None, today: date) -> Finality:
    """確定 from FIGURES_FINAL_DAYS days after the period's end ([.., `end`)), once no case of it is 暫定 or unapproved.

    `unapproved` is None where the centre does not use 決裁: then nothing waits for it.
    """
    final_from = end + timedelta(days=settings.FIGURES_FINAL_DAYS)
    return Finality(final_from, today < final_from, uncoded, unapproved or 0)
