"""How many were lent: by 年度, and the 累計 with what had been lent before the register was begun."""

from collections import Counter
from dataclasses import dataclass

from cases.law import calendar
from cases.records.centre import Centre
from outreach.devices.models import DeviceKind, Loan


@dataclass(frozen=True)
class LentInYear:
    """「貸与 116(累計 990)」: handed over in the 年度, given back or not; `total` up to its end."""

    fiscal_year: int
    lent: int
    ended: int
    total: int


def by_year(kind: DeviceKind) -> list[LentInYear]:
    """Every 年度 from the first loan to this one, the newest first. One query."""
    return _by_year(kind, list(Loan.objects.filter(kind=kind).values_list("lent_on", "ended_on")))


def by_year_of(centre: Centre) -> dict[int, list[LentInYear]]:
    """The same of every kind of a centre, by the kind's key. Two queries."""
    rows: dict[int, list[tuple[object, object]]] = {}
    for kind, lent_on, ended_on in Loan.objects.filter(centre=centre).values_list(
        "kind", "lent_on", "ended_on"
    ):
        rows.setdefault(kind, []).append((lent_on, ended_on))
    return {
        kind.pk: _by_year(kind, rows.get(kind.pk, [])) for kind in DeviceKind.objects.filter(centre=centre)
    }


def _by_year(kind: DeviceKind, days: "list[tuple[object, object]]") -> list[LentInYear]:
    lent = Counter(calendar.fiscal_year(on) for on, _ended in days if on)  # type: ignore[arg-type]
    ended = Counter(calendar.fiscal_year(end) for on, end in days if on and end)  # type: ignore[arg-type]
    this_year = calendar.fiscal_year(calendar.today())
    found, total = [], kind.lent_before
    for year in range(min([*lent, this_year]), this_year + 1):
        total += lent[year]
        found.append(LentInYear(year, lent[year], ended[year], total))
    return found[::-1]


def lent_in(kind: DeviceKind, fiscal_year: int) -> int:
    """How many were handed over in a 年度. One query."""
    return Loan.objects.filter(kind=kind).lent_in(*calendar.fiscal_year_range(fiscal_year)).count()


def total_at_end_of(kind: DeviceKind, fiscal_year: int) -> int:
    """The 累計 up to the end of a 年度. One query."""
    end = calendar.fiscal_year_range(fiscal_year)[1]
    return kind.lent_before + Loan.objects.filter(kind=kind, lent_on__lt=end).count()
