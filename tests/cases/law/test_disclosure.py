"""Grounds of disclosure by requester and day, and the days of a citizen's request."""

from datetime import date

import pytest

from cases.law import disclosure
from cases.law.disclosure import Article, Requester


@pytest.mark.parametrize(
    ("requester", "on", "offered", "not_offered"),
    [
        (Requester.POLICE, date(2026, 11, 20), "INVESTIGATION", "BAR_INQUIRY"),
        (Requester.BAR, date(2026, 11, 20), "BAR_INQUIRY", "INVESTIGATION"),
        (Requester.COUNCIL, date(2016, 4, 1), "COUNCIL", "CONSENT"),
        (Requester.CONSENT, date(2023, 4, 1), "CONSENT", "COUNCIL"),
    ],
)
def test_a_ground_fits_its_requester_and_its_day(requester, on, offered, not_offered):
    codes = [ground.code for ground in disclosure.grounds_for(requester, on)]

    assert offered in codes
    assert not_offered not in codes


@pytest.mark.parametrize(("on", "is_valid"), [(date(2016, 3, 31), False), (date(2016, 4, 1), True)])
def test_the_council_shares_from_the_day_its_article_came_into_force(on, is_valid):
    assert disclosure.is_in_force(disclosure.BY_CODE["COUNCIL"], on) == is_valid


@pytest.mark.parametrize(
    ("more", "due"),
    [
        ({}, date(2026, 12, 2)),
        ({"days": 14}, date(2026, 11, 16)),
        ({"is_extended": True}, date(2027, 1, 1)),
        ({"corrected_days": 5}, date(2026, 12, 7)),
    ],
)
def test_the_decision_is_due_in_days_from_the_day_after_the_request(more, due):
    assert disclosure.decision_due(date(2026, 11, 2), **{"days": 30, "is_extended": False, **more}) == due


@pytest.mark.parametrize("days", [0, 31])
def test_an_ordinance_may_shorten_the_time_and_never_lengthen_it(days):
    with pytest.raises(ValueError, match="1 to 30"):
        disclosure.decision_due(date(2026, 11, 2), days=days, is_extended=False)


def test_an_article_is_written_as_the_law_counts_it():
    assert disclosure.article_text(Article.OTHER_PERSON) == "個人情報保護法78条1項2号"
