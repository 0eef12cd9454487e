"""Borrowers are forgotten some years after they brought the device back: by the worker, once a day."""

from collections.abc import Iterator
from datetime import date, timedelta

from cases.jobs.registry import every
from cases.law import calendar
from cases.records.centre import SYSTEM
from outreach.devices import services
from outreach.devices.models import DeviceKind, Loan


def due(today: date) -> Iterator[Loan]:
    """Loans that are over for the years of their kind, and whose borrower is still known. A query a kind."""
    for kind in DeviceKind.objects.all():
        yield from (
            Loan.objects.filter(kind=kind, ended_on__lte=_years_before(today, kind.keep_years))
            .filter(forgotten_on__isnull=True)
            .exclude(state=Loan.State.LENT)
        )


def _years_before(day: date, years: int) -> date:
    """The same day; before a 29 February that there is not, the 28th."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return (day - timedelta(days=1)).replace(year=day.year - years)


def forget_old() -> None:
    for loan in due(calendar.today()):
        services.forget(loan.uid, by=SYSTEM)


def register() -> None:
    every(24 * 3600.0, "devices.forget")(forget_old)
