"""啓発の企画: what rises, in words; no way leads to a case."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from cases.figures.dimensions import SENIOR
from cases.figures.measures import SeniorShare
from cases.figures.trends import Rising
from consult.shell.accounts import Account
from outreach.planning.sparkline import sparkline
from outreach.planning.topics import board, reason_of, share_of
from tests import builders

pytestmark = pytest.mark.django_db
State = Callable[..., None]
SignIn = Callable[[Account], Client]


def risen(**more: Any) -> Rising:
    given: dict[str, Any] = {
        "scam": "INSPECTION", "group": "ALL", "now": 12, "expected": 3.08, "last_year": 2, "probability": 0.001,
        "share_65": SeniorShare(9, 12, 12), "series": (0,) * 23 + (12,), "periods_before": 12, **more,
    }  # fmt: skip
    return Rising(**given)


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({}, "直近4週で12件(これまでの平均3.1件、前年同期2件)。"),
        ({"last_year": 0}, "直近4週で12件(これまでの平均3.1件、前年同期0件)。"),
        ({"last_year": None}, "直近4週で12件(これまでの平均3.1件)。"),
        (
            {"last_year": None, "periods_before": 3},
            "直近4週で12件(記録のある前の3期の平均3.1件)。",
        ),
    ],
)
def test_the_reason_is_a_sentence(more: dict[str, Any], sentence: str) -> None:
    assert reason_of(risen(**more)) == sentence


@pytest.mark.parametrize(
    ("share", "sentence"),
    [
        (SeniorShare(9, 12, 12), "65歳以上が75%(9/12件)。"),
        (SeniorShare(9, 12, 14), "65歳以上が75%(9/12件、年齢不明など2件を除く)。"),
        (SeniorShare(0, 5, 5), "65歳以上が0%(0/5件)。"),
        (SeniorShare(0, 0, 6), "年齢が分かる相談はありません。"),
    ],
)
def test_a_share_carries_its_denominator(share: SeniorShare, sentence: str) -> None:
    assert share_of(share) == sentence


@pytest.mark.parametrize("series", [(), (0,) * 24, tuple(range(24)), (5,)])
def test_a_line_stays_inside_its_box_and_says_what_it_shows(series: tuple[int, ...]) -> None:
    line = sparkline(series, "点検商法")

    places = [tuple(map(float, point.split(","))) for point in line.points.split()]
    assert len(places) == len(series)
    assert all(0 <= x <= line.width and 0 <= y <= line.height for x, y in places)
    assert f"直近{series[-1] if series else 0}件" in line.text


def rising_inspections(stated: State) -> None:
    stated(9, on=date(2026, 11, 10))
    for period in range(1, 20):
        stated(1, on=date(2026, 11, 10) - timedelta(weeks=4 * period))


def test_a_rising_topic_stands_once_with_every_age_group_it_rises_in(
    stated: State, writer: Account, today: date
) -> None:
    rising_inspections(stated)

    topics = board(writer.centre_ids).topics

    assert [topic.scam for topic in topics] == ["INSPECTION"]
    assert {reason.group for reason in topics[0].reasons} == {"ALL", SENIOR}


def test_the_page_leads_from_a_topic_to_a_lecture_and_a_bulletin_and_to_no_case(
    stated: State, writer: Account, signed_in: SignIn, today: date
) -> None:
    rising_inspections(stated)
    client = signed_in(writer)

    page = client.get(reverse("outreach")).content.decode()

    assert "直近4週で9件" in page
    assert f"{reverse('lecture-new')}?scam=INSPECTION&amp;group=" in page
    assert f"{reverse('bulletin-new')}?scam=INSPECTION" in page
    assert "/cases/" not in page
    form = client.get(reverse("lecture-new") + "?scam=INSPECTION&group=65_OVER").context["form"]
    assert (form.initial["theme"], form.initial["age_group"]) == ("INSPECTION", SENIOR)
    wrong = client.get(reverse("lecture-new") + "?scam=%3Cb%3E&group=X").context["form"]
    assert wrong.initial == {}


def test_nothing_rising_and_short_records_are_said(
    stated: State, writer: Account, signed_in: SignIn, today: date
) -> None:
    client = signed_in(writer)
    empty = client.get(reverse("outreach")).content.decode()
    stated(9, on=date(2026, 11, 10))
    stated(1, on=date(2026, 9, 1))
    short = client.get(reverse("outreach")).content.decode()

    assert "いつもより多い手口はありません" in empty
    assert "比べる期間がまだ短い" not in empty
    assert "比べる期間がまだ短い" in short


def test_topics_of_other_centres_are_not_shown(stated: State, stranger: Account, today: date) -> None:
    rising_inspections(stated)

    assert board(stranger.centre_ids).topics == []


@pytest.mark.parametrize(
    ("role", "status", "links"),
    [("OUTREACH", 200, True), ("MANAGER", 200, False), ("COUNSELLOR", 403, False)],
)
def test_who_sees_what_rises(
    stated: State, centre: Any, signed_in: SignIn, today: date, role: str, status: int, links: bool
) -> None:
    rising_inspections(stated)

    answer = signed_in(builders.account(role, at=centre)).get(reverse("outreach"))

    assert answer.status_code == status
    assert (reverse("lecture-new") in answer.content.decode()) == links


def test_the_page_asks_few_questions(
    stated: State, writer: Account, signed_in: SignIn, today: date, django_assert_max_num_queries: Any
) -> None:
    rising_inspections(stated)
    client = signed_in(writer)

    with django_assert_max_num_queries(10):
        client.get(reverse("outreach"))
