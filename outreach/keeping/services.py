"""For how long persons of 啓発 are kept, and whose time is over."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from cases.law import calendar
from cases.protection import audit
from cases.records.centre import Actor, Centre
from cases.services.entry import EntryRefused
from cases.services.retention.rules import LEAST_YEARS, MOST_YEARS, Period, due_after
from outreach.keeping import kinds
from outreach.keeping.kinds import Ended, Kind
from outreach.keeping.models import ContactYears

NOTICE: Final = timedelta(days=7)
"""Shorter years hold from so many days later: until then the list shows who would go."""


@dataclass(frozen=True)
class Falling:
    """Whose persons go on that day, and when what they were kept for ended. No person is in here."""

    kind: Kind
    ended: Ended
    day: date


def periods_of(centre: Centre) -> dict[str, list[Period]]:
    """The years of every kind that is set here, oldest first. One query."""
    found = {kind.code: [Period(kind.years)] for kind in kinds.settable()}
    for row in ContactYears.objects.filter(centre=centre).order_by("from_on"):
        if row.kind in found:
            found[row.kind].append(Period(row.years, row.from_on))
    return found


def years_on(periods: list[Period], day: date) -> int:
    return next(period.years for period in reversed(periods) if period.from_on <= day)


@transaction.atomic
def set_years(wanted: Mapping[str, int], *, centre: Centre, by: Actor) -> None:
    """Set the years of these kinds; what is set already is left alone.

    Longer ones hold at once, shorter ones after `NOTICE`; what was to hold later is dropped. Raises EntryRefused,
    Centre.DoesNotExist.
    """
    held = Centre.objects.select_for_update(no_key=True).get(pk=centre.pk, pk__in=by.centre_ids)
    periods, today = periods_of(held), calendar.today()
    if faults := {code: _fault() for code, years in wanted.items() if not _is_allowed(code, years, periods)}:
        raise EntryRefused(faults)
    for code, years in wanted.items():
        if years != periods[code][-1].years:
            _set(held, code, years, now=years_on(periods[code], today), today=today, by=by)


def _is_allowed(code: str, years: int, periods: Mapping[str, object]) -> bool:
    return code in periods and LEAST_YEARS <= years <= MOST_YEARS


def _fault() -> str:
    words = {"least": LEAST_YEARS, "most": MOST_YEARS}
    return _("年数は%(least)d年から%(most)d年までにしてください。") % words


def _set(centre: Centre, code: str, years: int, *, now: int, today: date, by: Actor) -> None:
    rows = ContactYears.objects.filter(centre=centre, kind=code)
    rows.filter(from_on__gt=today).delete()
    from_on = today + NOTICE if years < now else today
    if years != now:
        rows.update_or_create(
            from_on=from_on, defaults={"centre": centre, "kind": code, "years": years, "set_by_id": by.pk}
        )
    audit.record("CONTACT_YEARS_SET", by=by, centre=centre, reason=f"{code} {years} {from_on.isoformat()}")


def falling_due(centre: Centre, until: date) -> list[Falling]:
    """Who is due or falls due up to and including that day, as it looks today, the earliest first."""
    periods, today = periods_of(centre), calendar.today()
    found = []
    for kind in kinds.kinds.values():
        for ended in kind.ended(centre):
            own = periods.get(kind.code) if ended.years is None else [Period(ended.years)]
            day = due_after(ended.on, own or [Period(kind.years)], today)
            if day <= until:
                found.append(Falling(kind, ended, day))
    return sorted(found, key=lambda one: one.day)
