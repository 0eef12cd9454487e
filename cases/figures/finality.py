"""速報 or 確定: whether the numbers of a period may still move in the usual course of work."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.conf import settings
from django.utils.translation import gettext as _

from cases.law import calendar


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


def finality_text(finality: Finality) -> str:
    """「速報(令和9年5月30日以降に確定)」 and what holds it back."""
    if finality.is_final:
        return _("確定(期間の終わりから%(days)s日を過ぎ、暫定の分類も決裁待ちもない)") % {
            "days": settings.FIGURES_FINAL_DAYS
        }
    if finality.is_early:
        return _("速報(遅れて入る記録があるため、確定は%(day)s以降)") % {
            "day": calendar.wareki(finality.final_from)
        }
    left = []
    if finality.uncoded:
        left.append(_("分類が暫定の相談%(n)s件") % {"n": f"{finality.uncoded:,}"})
    if finality.unapproved:
        left.append(_("決裁の済んでいない相談%(n)s件") % {"n": f"{finality.unapproved:,}"})
    return _("速報(%(left)sが残っています)") % {"left": _("、").join(left)}
