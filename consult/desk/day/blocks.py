"""The lists of 今日, out of one reading of the reader's open cases."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Final

from django.db.models import Count
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from cases.law import calendar
from cases.records import codes
from cases.records.callbacks import Callback
from cases.records.case import Case, CaseScamType
from cases.records.centre import Actor
from cases.records.closed_days import closed_of
from cases.records.codes import Kind
from cases.services.entry import UNCLASSIFIED
from cases.services.required import missing_of
from cases.today import Block, Level, Row, by_urgency, loudest
from consult.desk.day import deadlines
from consult.desk.day.deadlines import Deadline

READ: Final = 500
"""So many of the newest open cases are read; whoever has more is told of the number and finds the rest in the list."""
SHOWN: Final = 20
MANY_OF_A_KIND: Final = 5
OPEN_LONG: Final = timedelta(days=30)


def at_hand(cases: Sequence[Case], actor: Actor) -> list[Block]:
    """What waits on the desk of who has these open cases, the most urgent first."""
    as_of = calendar.today()
    built = [
        _dated(_("クーリング・オフなどの期限"), deadlines.cooling_off(cases, as_of), deadlines.SOON),
        _callbacks(actor),
        _dated(_("期限が近い取消権・過量販売"), deadlines.limits(cases, as_of), deadlines.LIMITS_SOON),
        _missing(cases),
        _long_open(cases),
    ]
    return by_urgency(block for block in built if block is not None)


def _scam(case: Case) -> str:
    return codes.codes(Kind.SCAM_TYPE).text(case.main_scam)


def _dated(title: str, found: Sequence[Deadline], soon: int) -> Block | None:
    if not found:
        return None
    rows = [
        Row(
            one.case.number,
            "case",
            one.case.uid,
            due=deadlines.in_words(one),
            detail=" ".join([one.right, _scam(one.case)]),
            level=Level.WARNING if one.is_over else Level.ERROR if one.days_left <= soon else Level.INFO,
        )
        for one in found
    ]
    return Block(title, rows[:SHOWN], len(rows), loudest(rows))


def hours(row: Callback) -> str:
    """「14:00〜16:00」."""
    start = timezone.localtime(row.due_at, calendar.TOKYO).strftime("%H:%M")
    if row.until_at is None:
        return start
    return f"{start}〜{timezone.localtime(row.until_at, calendar.TOKYO):%H:%M}"


def when(row: Callback, now: datetime) -> tuple[str, Level]:
    """The hours in words, with the day unless it is today, and how late it is: red once its hours are over."""
    day, today = calendar.local_date(row.due_at), calendar.local_date(now)
    is_late = (row.until_at or row.due_at) < now
    text = (
        hours(row)
        if day == today
        else f"{date_format(day, 'n/j')}({calendar.weekday_letter(day)}) {hours(row)}"
    )
    if is_late and day < today:
        return _("%(when)s 予定の日を過ぎました") % {"when": text}, Level.ERROR
    return text, Level.ERROR if is_late else Level.WARNING if row.due_at <= now else Level.INFO


def _callback_rows(found: Sequence[Callback], now: datetime) -> list[Row]:
    rows = []
    for one in found:
        text, level = when(one, now)
        detail = f"{one.get_whom_display()} {one.get_kind_display()}"
        rows.append(
            Row(
                one.case.number,
                "case",
                one.case.uid,
                due=text,
                detail=detail,
                level=level,
                anchor="callbacks",
            )
        )
    return rows


def _callbacks(actor: Actor) -> Block | None:
    """Contacts of today, those that are late, and those of the days off before the centre works again."""
    now, today = timezone.now(), calendar.today()
    own_days = [closed_of(pk, today) for pk in actor.centre_ids]
    again = min(
        (calendar.working_day_after(today, 1, days) for days in own_days), default=today + timedelta(days=1)
    )
    due = Callback.objects.of(actor).waiting().due_before(midnight(again))
    found = list(due.select_related("case").only(*_CALLBACK_COLUMNS).order_by("due_at")[: SHOWN + 1])
    if not found:
        return None
    total = len(found) if len(found) <= SHOWN else due.count()
    rows = _callback_rows(found[:SHOWN], now)
    return Block(_("今日の連絡"), rows, total, loudest(rows), all_url="callbacks")


_CALLBACK_COLUMNS: Final = ("kind", "whom", "due_at", "until_at", "case__uid", "case__number")


def midnight(day: date) -> datetime:
    """When the day begins in Japan."""
    return datetime.combine(day, time(0), tzinfo=calendar.TOKYO)


def _missing(cases: Sequence[Case]) -> Block | None:
    missing = missing_of(cases)
    lacking = [(case, missing[case.pk]) for case in cases if case.pk in missing]
    if not lacking:
        return None
    rows = [
        Row(case.number, "case", case.uid, detail=_("、").join(found), due=str(_day(case)))
        for case, found in reversed(lacking)
    ]
    return Block(_("必要な項目が空いている相談"), rows[:SHOWN], len(rows), Level.INFO)


def _day(case: Case) -> str:
    return _("%(day)s受付") % {"day": date_format(case.received_on, "n/j")}


def _long_open(cases: Sequence[Case]) -> Block | None:
    """Open for more than 30 days, the oldest first."""
    since = calendar.today() - OPEN_LONG
    old = [case for case in reversed(cases) if case.received_on < since]
    if not old:
        return None
    rows = [
        Row(
            case.number,
            "case",
            case.uid,
            due=_("%(n)d日目") % {"n": (calendar.today() - case.received_on).days},
            detail=_scam(case),
        )
        for case in old
    ]
    return Block(_("30日を過ぎて対応中の相談"), rows[:SHOWN], len(rows), Level.INFO)


# --- of the whole centre ------------------------------------------------------------------------------------------
def many_of_a_kind(actor: Actor) -> Block | None:
    """手口 of which the centre has taken five or more calls today."""
    today = Case.objects.filter(centre_id__in=actor.centre_ids, received_at__gte=midnight(calendar.today()))
    counted = (
        CaseScamType.objects.filter(case__in=today, is_main=True)
        .exclude(code=UNCLASSIFIED)
        .values_list("code")
        .annotate(n=Count("pk"))
        .filter(n__gte=MANY_OF_A_KIND)
        .order_by("-n", "code")
    )
    rows = [
        Row(
            codes.codes(Kind.SCAM_TYPE).text(code),
            "cases",
            due=_("本日%(n)d件目") % {"n": n},
            level=Level.WARNING,
            query=f"scam={code}&since={calendar.today().isoformat()}",
        )
        for code, n in counted
    ]
    if not rows:
        return None
    return Block(_("今日、同じ手口が続いています"), rows, len(rows), Level.WARNING)


def late_contacts(actor: Actor) -> Block | None:
    """Planned contacts of all at the centre that nobody made on their day."""
    waiting = Callback.objects.filter(case__centre__in=actor.centre_ids).waiting()
    late = waiting.due_before(midnight(calendar.today()))
    found = list(late.select_related("case").only(*_CALLBACK_COLUMNS).order_by("due_at")[: SHOWN + 1])
    if not found:
        return None
    total = len(found) if len(found) <= SHOWN else late.count()
    rows = _callback_rows(found[:SHOWN], timezone.now())
    return Block(_("予定の日を過ぎた連絡(センター全体)"), rows, total, Level.WARNING, all_url="callbacks")
