"""Applications for lectures, as tests need them: the names of persons in them are found nowhere else."""

from datetime import date, time, timedelta
from typing import Any

from cases.law import calendar
from consult.shell.accounts import Account
from outreach.applications.entry import ApplicationEntry
from outreach.applications.models import Application
from outreach.applications.rules import Slot
from outreach.applications.services import receive

PERSONS = {
    "representative": "秘密 代表", "contact": "秘密 連絡", "phone": "03-9876-5432", "mobile": "090-8765-4321",
    "mail": "himitsu@example.jp", "postcode": "105-0011", "address": "東京都港区芝公園9-8-7 秘密荘",
}  # fmt: skip


def workday(days: int) -> date:
    """The first plain working day that many days from now or later."""
    day = calendar.today() + timedelta(days=days)
    return day if calendar.is_working_day(day) else calendar.working_day_after(day)


def slot(days: int = 40, starts: int = 14, ends: int = 15) -> Slot:
    return Slot(workday(days), time(starts), time(ends))


def entry(**more: Any) -> ApplicationEntry:
    """One that keeps every rule of the product."""
    given: dict[str, Any] = {
        "group_name": "北町あおぞら会", "channel": "PAPER", "received_on": calendar.today(), "audience": "KOREISHA",
        "purpose": "悪質商法について学びたい", "purpose_kind": "LEARNING", "theme": "INSPECTION",
        "expected_people": 25, "people_in_city": "YES", "venue": "北公民館 和室", "venue_in_city": "YES",
        "slots": (slot(40), slot(50)), **PERSONS, **more,
    }  # fmt: skip
    return ApplicationEntry(**given)


def received(*, by: Account, **more: Any) -> Application:
    return receive(entry(**more), centre=by.centre, by=by).application
