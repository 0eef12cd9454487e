"""PIO-NET's counts beside ours: read as people paste them, and cases that may explain a difference."""

from datetime import date, datetime, timedelta

import pytest

from cases.law import calendar
from cases.law.calendar import TOKYO
from cases.services import followup
from cases.services.pionet import comparing, plan
from cases.services.pionet.comparing import CountsNotUnderstood
from tests import builders
from tests.cases.services.pionet.test_registering import closed, registered

pytestmark = pytest.mark.django_db
NOVEMBER, OCTOBER = date(2026, 11, 1), date(2026, 10, 1)
WANTED = {
    (OCTOBER, "COMPLAINT"): 1118,
    (OCTOBER, "INQUIRY"): 9,
    (NOVEMBER, "COMPLAINT"): 120,
    (NOVEMBER, "INQUIRY"): 0,
}


@pytest.mark.parametrize(
    "text",
    [
        "月,苦情,問合せ\n2026-10,1118,9\n2026-11,120,0\n",
        '月,苦情,問合せ,合計\n2026/10,"1,118",9,1127\n2026/11,120,0,120\n合計,1238,9,1247\n',
        "月\t苦情\t問合せ\r\n2026年10月\t1,118\t9\r\n２０２６年１１月\t１２０\t0\r\n",
        "2026-10,苦情,1118\n2026-10,問合せ,9\n2026-11,COMPLAINT,120\n\n2026-11,問合せ,0",
        "月,相談区分,件数\n2026-10,苦情,1118\n2026-10,問合せ,9\n2026-11,苦情,120\n2026-11,問合せ,0",
    ],
)
def test_counts_are_read_as_they_are_pasted(text):
    assert comparing.read(text) == WANTED


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", 1),
        ("月,うわさ\n2026-10,1", 1),
        ("月,苦情,うわさ\n2026-10,1,1", 1),
        ("月,苦情\n2026-13,1", 2),
        ("月,苦情\n十月,1", 2),
        ("月,苦情\n2026-10,多い", 2),
        ("月,苦情\n2026-10,1\n2026-10,1", 3),
        ("2026-10,苦情,1\n2026-10,うわさ,1", 2),
        ("2026-10,苦情", 1),
        ("月,苦情\n" + "2026-10,1\n" * 130, 121),
        ("x" * 20_001, 1),
    ],
)
def test_what_is_no_count_is_refused_with_its_line(text, line):
    with pytest.raises(CountsNotUnderstood) as refused:
        comparing.read(text)

    assert str(refused.value).startswith(f"{line}行目")


def at(day):
    return datetime(2026, 11, day, 10, tzinfo=TOKYO)


def test_equal_counts_need_no_explanation(db):
    by = builders.account()
    builders.case(by=by, received_at=at(2))

    (line,) = comparing.compare({(NOVEMBER, "COMPLAINT"): 1}, by=by)

    assert (line.theirs, line.ours, line.difference, line.may_explain) == (1, 1, 0, ())


def test_a_difference_names_what_is_not_there_and_what_changed_since(db):
    by = builders.account()
    is_there, moved, missing = (closed(by, received_at=at(day)) for day in (2, 3, 4))
    registered(is_there, by)
    registered(moved, by)
    followup.reopen_case(moved.uid, by=by)
    builders.case(by=by, received_at=at(5), kind="INQUIRY")  # another 区分
    builders.case(by=by, received_at=at(1) - timedelta(days=1))  # another month
    builders.case(by=builders.account(at=builders.centre("kita")), received_at=at(2))  # another centre

    (line,) = comparing.compare({(NOVEMBER, "COMPLAINT"): 2}, by=by)

    assert (line.ours, line.difference) == (3, -1)
    assert [one.case.pk for one in line.may_explain] == [moved.pk, missing.pk]


def test_cases_before_the_centre_began_explain_nothing(db):
    by = builders.account()
    closed(by, received_at=at(2))
    plan.change(by.centre, fields="", since=calendar.today(), by=by)

    (line,) = comparing.compare({(NOVEMBER, "COMPLAINT"): 9}, by=by)

    assert (line.difference, line.may_explain) == (8, ())
