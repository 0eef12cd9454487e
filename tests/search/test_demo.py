"""What the made-up data show of search: nearly equal cases, and words that rise."""

from datetime import date, timedelta

import pytest

from cases.demo import new_trick
from cases.demo.generator import entries
from cases.law import calendar
from cases.records.case import Case
from search import near, near_demo
from search.analysis import words
from search.near import NearDuplicate
from search.rising import PAST_DAYS, Seen, rising

pytestmark = pytest.mark.django_db

FLYER = (
    "水道水の検査をすすめるチラシが入り、検査キットを申し込んだ。色が変わり、浄水装置を勧められて契約した。"
    "装置は蛇口に付けられている。解約して返金してほしい。"
)
OTHER = (
    "通販サイトで靴を注文し、銀行口座に代金を振り込んだが商品が届かず、連絡先の電話もつながらない。返金希望。"
)


@pytest.fixture
def told(record):
    def tell(text, days_ago=3, source=Case.Source.DEMO):
        return record(text, source=source, received_on=calendar.today() - timedelta(days=days_ago))

    return tell


def noted(centre, staff):
    near_demo.load(centre, staff, calendar.today())
    return {(row.first.uid, row.second.uid) for row in NearDuplicate.objects.all()}


def test_cases_told_in_the_same_words_are_noted_and_again_nothing_is_added(told, centre, staff):
    first, second, _other = told(FLYER), told(FLYER + "近所の人も同じだという。"), told(OTHER)

    assert noted(centre, staff) == {(first.uid, second.uid)}
    assert noted(centre, staff) == {(first.uid, second.uid)}
    assert [one.case.uid for one in near.of_case(first, by=staff)] == [second.uid]


@pytest.mark.parametrize(
    "apart", [{"days_ago": near.WINDOW.days + 1}, {"source": Case.Source.DESK}], ids=["long ago", "entered"]
)
def test_only_the_newest_made_up_cases_are_compared(told, centre, staff, apart):
    told(FLYER)
    told(FLYER, **apart)

    assert noted(centre, staff) == set()


def test_of_a_wave_each_case_is_noted_with_a_few(told, centre, staff):
    for _number in range(6):
        told(FLYER)

    pairs = noted(centre, staff)

    counts = {uid: sum(uid in pair for pair in pairs) for uid in {uid for pair in pairs for uid in pair}}
    assert max(counts.values()) <= near.MOST


def test_the_words_of_the_trick_without_a_code_rise_and_no_others():
    today = date(2026, 11, 23)
    cases = entries(new_trick.OF_CASES, 1, today)
    seen = [
        Seen(number, entry.received_on, entry.scam_main, frozenset(map(str.encode, words(entry.narrative))))
        for number, entry in enumerate(cases)
        if entry.received_on > today - timedelta(days=PAST_DAYS)
    ]

    candidate, *further = rising(seen, today)

    # Words that only some of its cases have may stand apart from the others.
    assert all(set(one.cases) <= set(candidate.cases) for one in further)
    assert {"弗素", "検査", "キット"} <= {term.decode() for term in candidate.terms}
    assert len(candidate.cases) >= 5
