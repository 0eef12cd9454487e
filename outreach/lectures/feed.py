"""The lectures as a calendar feed (RFC 5545) under a secret address, for the calendar programs of staff.

It holds what a poster holds: title, day, hours, venue, kind, state. No lecturer, no applicant, no way into a meeting.
"""

import hashlib
import secrets
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, ClassVar, Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.errors import CasesError
from cases.law import calendar
from cases.protection import audit
from cases.records.codes import Kind, codes
from consult.shell import roles
from consult.shell.accounts import Account
from outreach.lectures.kinds import Mode
from outreach.lectures.models import CalendarLink, Lecture

if TYPE_CHECKING:
    from icalendar import Event

TOKEN_BYTES: Final = 32
_PAST: Final = timedelta(days=370)
_STATUS: Final = {
    Lecture.State.PLANNED: "TENTATIVE",
    Lecture.State.CONFIRMED: "CONFIRMED",
    Lecture.State.DONE: "CONFIRMED",
    Lecture.State.CANCELLED: "CANCELLED",
}


class NoSuchLink(CasesError):
    """The address was never given out, or was taken back. Both look the same from outside."""

    code: ClassVar[str] = "no_such_link"
    status: ClassVar[int] = 404

    def __init__(self) -> None:
        super().__init__(_("このカレンダーの配信アドレスは使えません。"))


def _digest(token: str) -> bytes:
    """The token is 256 random bits, so a plain digest tells nothing about it."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()


@transaction.atomic
def give_link(*, by: Account) -> str:
    """A fresh token, shown once; an earlier address of the account stops working."""
    _revoke(by)
    token = secrets.token_urlsafe(TOKEN_BYTES)
    CalendarLink.objects.create(account=by, token_digest=_digest(token))
    audit.record("CALENDAR_LINK_GIVEN", by=by, centre=by.centre)
    return token


@transaction.atomic
def take_back_link(*, by: Account) -> None:
    _revoke(by)
    audit.record("CALENDAR_LINK_REVOKED", by=by, centre=by.centre)


def _revoke(account: Account) -> None:
    CalendarLink.objects.filter(account=account, revoked_at=None).update(revoked_at=timezone.now())


def current_link(account: Account) -> CalendarLink | None:
    return CalendarLink.objects.filter(account=account, revoked_at=None).first()


def feed(token: str) -> bytes:
    """The calendar of the account's centre, from a year back. Raises NoSuchLink."""
    link = (
        CalendarLink.objects.filter(token_digest=_digest(token), revoked_at=None)
        .select_related("account__centre")
        .first()
    )
    if link is None or not link.account.may(roles.PLAN_LECTURES):
        raise NoSuchLink
    account = link.account
    since = calendar.today() - _PAST
    found = Lecture.objects.filter(centre=account.centre).touching(since, date.max).for_list()
    return calendar_of(list(found.order_by("held_on", "starts_at", "pk")), account.centre.name)


def calendar_of(lectures: list[Lecture], name: str) -> bytes:
    """An iCalendar file in Japan's time."""
    from icalendar import Calendar, Timezone  # 4 MB, and most processes never make a calendar

    made = Calendar()
    made.add("prodid", "-//Madoguchi//Lectures//JA")
    made.add("version", "2.0")
    made.add("method", "PUBLISH")
    made.add("x-wr-calname", _("出前講座 %(centre)s") % {"centre": name})
    made.add_component(Timezone.from_tzinfo(calendar.TOKYO, first_date=date(2020, 1, 1)))
    themes = codes(Kind.SCAM_TYPE)
    for lecture in lectures:
        made.add_component(_event(lecture, themes.text(lecture.theme)))
    return bytes(made.to_ical())


def _event(lecture: Lecture, theme: str) -> "Event":
    from icalendar import Event

    event = Event()
    event.add("uid", f"lecture-{lecture.uid}@madoguchi")
    event.add("dtstamp", lecture.changed_at)
    event.add("last-modified", lecture.changed_at)
    # Without it a program may keep what it took first (RFC 5545, 3.8.7.4).
    event.add("sequence", lecture.sequence)
    lines = [_("対象: %(audience)s") % {"audience": lecture.get_audience_display()}]
    if lecture.last_on is None:
        event.add("dtstart", _moment(lecture.held_on, lecture.starts_at))
        event.add("dtend", _moment(lecture.held_on, lecture.ends_at))
    else:
        # Whole days: an event of a week from 9 on the first to 17 on the last day would fill every night between.
        event.add("dtstart", lecture.held_on)
        event.add("dtend", lecture.last_on + timedelta(days=1))
        hours = {"start": f"{lecture.starts_at:%H:%M}", "end": f"{lecture.ends_at:%H:%M}"}
        lines.append(_("毎日 %(start)s〜%(end)s") % hours)
    event.add("summary", lecture.title)
    event.add("categories", [lecture.get_kind_display()])
    event.add("location", lecture.venue)
    event.add("status", _STATUS[Lecture.State(lecture.state)])
    if lecture.mode != Mode.IN_PERSON:
        lines.append(lecture.get_mode_display())
    if theme:
        lines.append(_("テーマ: %(theme)s") % {"theme": theme})
    event.add("description", "\n".join(lines))
    return event


def _moment(day: date, at: time) -> datetime:
    return datetime.combine(day, at, tzinfo=calendar.TOKYO)
