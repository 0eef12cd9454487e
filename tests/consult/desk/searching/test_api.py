"""`/api/v1/cases/search/`: what the page finds, for programs."""

from datetime import datetime

import pytest

from cases.law.calendar import TOKYO
from cases.protection.models import AuditEntry
from search import words
from search.errors import SearchUnavailable
from tests import builders
from tests.consult.desk.conftest import client_of

pytestmark = pytest.mark.django_db
EARLIER = datetime(2026, 11, 2, 9, tzinfo=TOKYO)
URL = "/api/v1/cases/search/"


@pytest.fixture
def cases(counsellor, elsewhere, worked):
    made = [
        builders.case(
            by=counsellor, narrative="屋根の工事を契約した。", contract_yen=500_000, received_at=EARLIER
        ),
        builders.case(by=counsellor, narrative="屋根の点検を断った。", scam_main="FAKE_SHOP"),
        builders.case(by=elsewhere, narrative="屋根の工事を契約した。"),
    ]
    worked()
    return made


def ask(client, **body):
    return client.post(URL, body, "application/json")


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ({"text": "屋根"}, [1, 0]),
        ({"text": "屋根 契約"}, [0]),
        ({"text": "屋根", "scam_main": "FAKE_SHOP"}, [1]),
        ({"scam_type": "INSPECTION"}, [0]),
        ({"text": "屋根", "contract_yen_from": 400_000, "contract_yen_to": 500_000}, [0]),
        ({"text": "屋根", "received_from": "2026-11-21"}, []),
        ({"text": "屋根", "limit": 1, "page": 2}, [0]),
    ],
)
def test_words_and_conditions_find_what_the_page_finds(desk, cases, body, found):
    answer = ask(desk, **body).json()

    assert [hit["number"] for hit in answer["hits"]] == [cases[at].number for at in found]


def test_an_answer_says_where_the_words_stand_and_what_narrows_it(desk, cases):
    answer = ask(desk, text="屋根 の").json()

    assert (answer["total"], answer["is_more"], answer["ignored"], answer["waiting"]) == (2, False, ["の"], 0)
    assert {"condition": "main=FAKE_SHOP", "code": "FAKE_SHOP", "count": 1} in answer["counts"]
    assert answer["hits"][0]["passages"][0]["pieces"][0] == {"text": "屋根", "is_marked": True}


@pytest.mark.parametrize(
    ("body", "status", "names"),
    [
        ({}, 400, ["/text"]),
        ({"scam_type": "NO_SUCH"}, 400, ["/scam_type"]),
        ({"text": "屋根", "received_from": "2026-11-20", "received_to": "2026-11-01"}, 400, ["/received_to"]),
        ({"text": "あ" * 201}, 400, ["/text"]),
    ],
)
def test_what_cannot_be_asked_is_named(desk, body, status, names):
    answer = ask(desk, **body)

    assert answer.status_code == status
    assert [error["pointer"] for error in answer.json()["errors"]] == names


def test_an_engine_that_is_away_is_a_problem_of_its_own(desk, cases, monkeypatch):
    def down(*args, **more):
        raise SearchUnavailable

    monkeypatch.setattr(words, "find", down)

    answer = ask(desk, text="屋根")

    assert (answer.status_code, answer.json()["code"]) == (503, "search_unavailable")


def test_only_who_may_see_cases_may_search_and_each_look_is_an_entry(desk, cases, counsellor):
    assert ask(client_of(builders.account("OUTREACH", at=counsellor.centre)), text="屋根").status_code == 403

    ask(desk, text="屋根")

    actions = list(AuditEntry.objects.order_by("pk").values_list("action", flat=True))
    assert actions[-2:] == ["WORDS_LOOKED_UP", "REDACTED_READ"]
