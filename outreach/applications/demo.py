"""Applications of a made-up centre, one at each step, so that the list is not empty on the first day."""

from datetime import date, time, timedelta
from typing import Any, Final

from cases.demo import parts
from cases.law import calendar
from cases.records.centre import Actor, Centre
from consult.shell import roles
from consult.shell.accounts import Account
from outreach.applications import deciding, services
from outreach.applications.entry import ApplicationEntry
from outreach.applications.models import Application
from outreach.applications.rules import Slot

# (group, way, theme, audience, people, venue, candidates in days from today, missing, person, telephone)
_APPLICATIONS: Final[tuple[tuple[Any, ...], ...]] = (
    ("さくら町いきいきサロン", "PHONE", "INSPECTION", "KOREISHA", 18, "さくら町集会所", (45, 52), "", "見本 春子",
     "03-0000-1001"),
    ("ひがし子育ての会", "ONLINE", "GAME_CHARGE", "HOGOSHA", 8, "東児童館", (50, 57), "", "見本 夏子", "03-0000-1002"),
    ("みなみ町会 女性部", "PAPER", "FAKE_POLICE", "IPPAN", None, "", (60,), "人数と会場", "見本 秋子", "03-0000-1003"),
)  # fmt: skip
_DECIDED: Final = (
    "北町老人クラブ 連合会", "COUNTER", "INSPECTION", "KOREISHA", 30, "北公民館 ホール", (40, 47), "", "見本 冬男",
    "03-0000-1004",
)  # fmt: skip


def load(centre: Centre, _by: Actor, today: date) -> None:
    """Fill a made-up centre once; later calls find the applications and add nothing."""
    if Application.objects.filter(centre=centre).exists():
        return
    who = next(one for one in Account.objects.filter(centre=centre) if one.may(roles.PLAN_LECTURES))
    for given in _APPLICATIONS:
        row = services.receive(_entry(given, today), centre=centre, by=who).application
        if missing := given[7]:
            deciding.ask(row.uid, missing=missing, by=who)
    row = services.receive(_entry(_DECIDED, today), centre=centre, by=who).application
    deciding.decide(row.uid, deciding.times_of(row)[0], by=who)


def _entry(given: tuple[Any, ...], today: date) -> ApplicationEntry:
    group, channel, theme, audience, people, venue, days, _missing, person, phone = given
    is_known = "YES" if venue else "UNKNOWN"
    return ApplicationEntry(
        group_name=group, channel=channel, received_on=today, theme=theme, audience=audience, expected_people=people,
        venue=venue, venue_in_city=is_known, people_in_city=is_known, purpose="会員の学習", purpose_kind="LEARNING",
        contact=person, phone=phone, postcode="000-0000", address="みどり市さくら町1-2-3",
        slots=tuple(_slot(today + timedelta(days=away)) for away in days),
    )  # fmt: skip


def _slot(day: date) -> Slot:
    on = day if calendar.is_working_day(day) else calendar.working_day_after(day)
    return Slot(on, time(13, 30), time(14, 30))


def register() -> None:
    parts.register("outreach.applications", load)
