"""Centres that fall silent, and ledgers that were not taken in."""

from datetime import date, datetime, time, timedelta

import pytest

from cases.health import Level, inputs
from cases.health.inputs import habit_of
from cases.jobs import claim_and_run
from cases.law.calendar import NOTHING_OF_ITS_OWN, TOKYO
from cases.law.working_time import Hours
from cases.models import Case
from cases.records.centre import SYSTEM
from cases.records.closed_days import ClosedDay
from cases.services import opening_hours
from cases.services.ledger import uploads, work
from tests import builders
from tests.cases.health.conftest import levels, read

# A Thursday; before it three weeks without a holiday but 3 November.
NOW = datetime(2026, 11, 19, 15, 0, tzinfo=TOKYO)
OTHERS = "窓口の入力"


def moments(*, every: timedelta, until: datetime, count: int) -> list[datetime]:
    """So many within working hours, the last one at `until`, so far apart in working time (a divisor of a day)."""
    found, at = [until], until
    while len(found) < count:
        at -= every
        while not 9 <= at.hour < 17 or at.weekday() >= 5 or at.date() == date(2026, 11, 3):
            at -= every
        found.append(at)
    return found


@pytest.mark.parametrize(
    ("every", "silent", "broken"),
    [
        (timedelta(hours=1), timedelta(hours=5), False),
        (timedelta(hours=1), timedelta(hours=7), True),  # six times an hour
        (
            timedelta(minutes=10),
            timedelta(hours=1, minutes=50),
            False,
        ),  # 60 minutes, but never under two hours
        (timedelta(minutes=10), timedelta(hours=2, minutes=10), True),
    ],
)
def test_silence_is_several_times_the_usual_gap_in_working_time(every, silent, broken):
    last = datetime(2026, 11, 18, 16, 0, tzinfo=TOKYO)  # an hour before the close of the day before
    now = datetime(2026, 11, 19, 8, 0, tzinfo=TOKYO) + silent  # 9:00 is after one working hour
    habit = habit_of(moments(every=every, until=last, count=40), now, NOTHING_OF_ITS_OWN)

    assert habit is not None
    assert habit.silent == silent
    assert habit.is_broken is broken


def test_a_thousand_rows_of_one_file_are_one_coming():
    days = (2, 4, 5, 6, 9, 10, 11, 12, 13, 16, 17, 18)  # working days
    nights = [datetime(2026, 11, day, 16, 0, tzinfo=TOKYO) for day in days]
    rows = [night + timedelta(seconds=n / 10) for night in nights for n in range(50)]

    habit = habit_of(rows, NOW, NOTHING_OF_ITS_OWN)

    assert habit is not None
    assert timedelta(hours=7) < habit.usual <= timedelta(hours=9)
    assert not habit.is_broken


def test_too_few_gaps_are_no_habit():
    found = moments(every=timedelta(hours=1), until=NOW - timedelta(days=9), count=inputs.FEWEST_GAPS)

    habit = habit_of(found, NOW, NOTHING_OF_ITS_OWN)

    assert habit is not None
    assert not habit.is_broken
    assert habit_of([], NOW, NOTHING_OF_ITS_OWN) is None


@pytest.fixture
def busy(db, worker, time_machine):
    """A centre where a call is recorded every two working hours, the last one at 15:00 on 18 November."""
    by = builders.account()
    last = NOW - timedelta(days=1)
    for at in sorted(moments(every=timedelta(hours=2), until=last, count=12)):
        time_machine.move_to(at, tick=False)
        builders.case(by=by, received_at=at)
    return by.centre


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("now", "found"),
    [
        (datetime(2026, 11, 19, 15, 0, tzinfo=TOKYO), False),
        (datetime(2026, 11, 20, 10, 55, tzinfo=TOKYO), False),
        (datetime(2026, 11, 20, 11, 5, tzinfo=TOKYO), True),  # 12 working hours after the last call
        (datetime(2026, 11, 21, 10, 0, tzinfo=TOKYO), True),
    ],
)
def test_a_centre_without_a_call_for_long_is_told_by_its_name(busy, time_machine, now, found):
    time_machine.move_to(now, tick=False)

    name = f"input.DESK.{busy.code}"
    reading = read()[name]

    assert (reading.level is Level.WARNING) is found
    assert reading.label == f"{busy.name}: {OTHERS}"
    assert reading.centre_id == busy.pk


@pytest.mark.django_db
def test_a_day_that_the_centre_is_closed_is_no_silence(busy, time_machine):
    time_machine.move_to(datetime(2026, 11, 20, 11, 5, tzinfo=TOKYO), tick=False)
    assert f"input.DESK.{busy.code}" in levels()

    ClosedDay.objects.create(centre=busy, day=date(2026, 11, 19))

    assert f"input.DESK.{busy.code}" not in levels()


@pytest.mark.django_db
def test_a_centre_that_opens_for_fewer_hours_is_given_longer(busy, time_machine):
    time_machine.move_to(datetime(2026, 11, 20, 11, 5, tzinfo=TOKYO), tick=False)
    assert f"input.DESK.{busy.code}" in levels()

    opening_hours.change(busy, Hours(time(13), time(17)), by=SYSTEM)

    assert f"input.DESK.{busy.code}" not in levels()


@pytest.mark.django_db
def test_one_new_call_ends_the_silence(busy, time_machine):
    time_machine.move_to(datetime(2026, 11, 20, 11, 5, tzinfo=TOKYO), tick=False)
    assert f"input.DESK.{busy.code}" in levels()

    builders.case(by=builders.account(at=busy), received_at=datetime(2026, 11, 20, 11, 0, tzinfo=TOKYO))

    assert f"input.DESK.{busy.code}" not in levels()


@pytest.mark.django_db
def test_made_up_cases_are_no_habit(busy, time_machine):
    Case.objects.update(source=Case.Source.DEMO)
    time_machine.move_to(datetime(2026, 11, 20, 11, 5, tzinfo=TOKYO), tick=False)

    assert not [name for name in read() if name.startswith("input.")]


# --- Ledgers --------------------------------------------------------------------------------------------------------
LEDGER = """受付番号,受付日,手口,相談概要
1,2026-11-02,点検商法,屋根の点検だと言われ、契約した。
2,{day},点検商法,屋根を見てほしいと言われた。
"""


@pytest.fixture
def centre(db, worker, time_machine):
    time_machine.move_to(NOW, tick=False)
    return builders.centre()


def handed_in(centre, *, day: str = "2026-11-03", start: bool = True):
    run = uploads.receive("ledger.csv", LEDGER.format(day=day).encode(), centre=centre, by=SYSTEM)
    if start:
        work.start_check(run, by=SYSTEM)
        claim_and_run(worker="w")
        work.start_import(run, by=SYSTEM)
        claim_and_run(worker="w")
    return run


def state_of(centre) -> tuple[bool, str]:
    reading = read()[f"import.{centre.code}"]
    return reading.is_well, reading.state


@pytest.mark.django_db
def test_a_ledger_that_went_well_is_no_news(centre):
    assert state_of(centre)[0]
    handed_in(centre)

    assert state_of(centre)[0]


@pytest.mark.django_db
def test_a_file_refused_at_the_door_is_told_until_one_is_taken(centre, time_machine):
    uploads.refuse("ledger.csv", 3, reason="encoding", centre=centre, by=SYSTEM)
    assert state_of(centre) == (False, "ファイルを受け取れませんでした")

    time_machine.shift(timedelta(minutes=5))
    handed_in(centre)

    assert state_of(centre)[0]


@pytest.mark.django_db
def test_rows_that_were_refused_are_counted(centre):
    handed_in(centre, day="十三月")

    assert state_of(centre) == (False, "取り込めない行が1件ありました")


@pytest.mark.django_db
def test_a_file_left_lying_is_told_after_a_day(centre, time_machine):
    handed_in(centre, start=False)
    assert state_of(centre)[0]

    time_machine.shift(inputs.WAITS_FOR_A_START + timedelta(minutes=1))

    assert state_of(centre) == (False, "受け取ったまま、取込を始めていません")


@pytest.mark.django_db
def test_what_another_centre_handed_in_is_its_own_matter(centre):
    uploads.refuse("ledger.csv", 3, reason="encoding", centre=builders.centre("kita"), by=SYSTEM)

    assert state_of(centre)[0]
