"""Lists and finding: by number, day, code, words, telephone and surname; within one's own centre."""

import re
from datetime import date, datetime

import pytest
from django.urls import reverse

from cases.law.calendar import TOKYO
from cases.protection.models import AuditEntry
from consult.shell.drafts import save
from search import words
from search.errors import SearchUnavailable
from tests import builders
from tests.consult.desk.conftest import client_of, queries_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def cases(counsellor, elsewhere, worked):
    made = {
        "roof": builders.case(by=counsellor, product="ROOFING", caller=builders.person(name="鬼塚 紗都香")),
        "shop": builders.case(
            by=counsellor,
            narrative="通販サイトで靴を注文したが届かない。",
            scam_main="FAKE_SHOP",
            received_at=datetime(2026, 10, 3, 9, tzinfo=TOKYO),
            outcome="ADVICE",
            closed_on=date(2026, 10, 5),
        ),
        "elsewhere": builders.case(by=elsewhere, caller=builders.person(name="鬼塚 紗都香")),
    }
    worked()
    return made


def numbers(answer):
    return set(re.findall(r">(\d{4}-\d{6})<", answer.content.decode()))


def find(client, text, kind=""):
    return client.post(reverse("find"), {"text": text, "kind": kind})


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, {"roof", "shop"}),
        ({"scam": "FAKE_SHOP"}, {"shop"}),
        ({"product": "WORKS"}, {"roof"}),
        ({"since": "11/1"}, {"roof"}),
        ({"until": "R8.10.31"}, {"shop"}),
        ({"state": "open"}, {"roof"}),
        ({"state": "closed"}, {"shop"}),
        ({"state": "mine", "scam": "FAKE_SHOP"}, set()),
        ({"outcome": "ADVICE"}, {"shop"}),
        ({"number": "1"}, {"roof"}),
        ({"number": "2026-000002"}, {"shop"}),
        ({"scam": "NO_SUCH"}, {"roof", "shop"}),
        ({"page": "99"}, {"roof", "shop"}),
    ],
)
def test_a_list_is_narrowed_by_codes_and_days(desk, cases, query, found):
    answer = desk.get(reverse("cases"), query)

    assert numbers(answer) == {cases[name].number for name in found}


def test_each_condition_is_a_chip_that_can_be_taken_off(desk, cases):
    answer = desk.get(reverse("cases"), {"scam": "INSPECTION", "since": "11/1", "state": "", "page": "1"})

    text = answer.content.decode()
    assert [chip.label for chip in answer.context["chips"]] == ["受付日(から): 2026-11-01", "手口: 点検商法"]
    urls = [chip.remove_url for chip in answer.context["chips"]]
    assert urls == ["/cases/?scam=INSPECTION", "/cases/?since=11%2F1"]
    assert "条件をすべて外す" in text


@pytest.mark.parametrize(
    ("query", "words"),
    [({"scam": "SF"}, "条件を1つずつ外せます"), ({"since": "13/45"}, "暦にない日付です")],
)
def test_nothing_there_and_nothing_understood_are_different_answers(desk, cases, query, words):
    assert words in desk.get(reverse("cases"), query).content.decode()


@pytest.mark.parametrize(
    ("text", "kind", "found"),
    [
        ("屋根", "", {"roof"}),
        ("靴 注文", "", {"shop"}),
        ("090-1234-5678", "", {"roof"}),
        ("０９０１２３４５６７８", "phone", {"roof"}),
        ("鬼塚", "surname", {"roof"}),
        ("おにづか", "surname", set()),
        ("ありえない言葉", "", set()),
    ],
)
def test_one_box_finds_words_telephones_and_surnames(desk, cases, text, kind, found):
    answer = find(desk, text, kind)

    assert answer.status_code == 200
    assert numbers(answer) == {cases[name].number for name in found}


def test_a_number_leads_to_its_case_and_a_day_to_its_list(desk, cases):
    assert find(desk, cases["shop"].number)["Location"] == reverse("case", args=[cases["shop"].uid])
    assert find(desk, "2")["Location"] == reverse("case", args=[cases["shop"].uid])
    assert find(desk, "10/3")["Location"] == "/cases/?since=2026-10-03&until=2026-10-03"


@pytest.mark.parametrize("kind", ["phone", "surname"])
def test_managers_do_not_look_for_persons(manager, cases, kind):
    answer = find(client_of(manager), "鬼塚", kind)

    assert answer.status_code == 403
    assert not AuditEntry.objects.filter(action__in=["NAME_LOOKED_UP", "PHONE_LOOKED_UP"]).exists()


def test_a_telephone_number_typed_by_a_manager_is_looked_for_as_words(manager, cases):
    answer = find(client_of(manager), "090-1234-5678")

    assert (answer.status_code, numbers(answer)) == (200, set())
    assert 'value="surname"' not in answer.content.decode()


@pytest.mark.parametrize("text", ["", " ", "あ" * 201, "a\0b"])
def test_what_cannot_be_looked_for_is_said(desk, text):
    assert find(desk, text).status_code == 422


def test_search_that_is_down_is_said_and_the_rest_goes_on(desk, cases, monkeypatch):
    def down(*args, **more):
        raise SearchUnavailable

    monkeypatch.setattr(words, "find", down)

    assert find(desk, "屋根").status_code == 503
    assert "検索を利用できません" in find(desk, "屋根").content.decode()
    assert numbers(find(desk, "鬼塚", "surname")) == {cases["roof"].number}


def test_what_is_looked_for_stands_in_no_address(desk, cases):
    answer = find(desk, "鬼塚", "surname")

    addresses = re.findall(r'(?:href|action)="([^"]*)"', answer.content.decode())
    assert not any("鬼塚" in address or "%E9" in address for address in addresses)


def test_today_shows_ones_open_cases_and_drafts(desk, counsellor, cases, uid):
    save(uid, {"narrative": ["途中"]}, sequence=1, by=counsellor)
    colleague = builders.account(at=counsellor.centre)

    mine, theirs = desk.get(reverse("today")), client_of(colleague).get(reverse("today"))

    assert numbers(mine) == {cases["roof"].number}
    assert "に受けた電話を続ける" in mine.content.decode()
    assert numbers(theirs) == set()
    assert "対応中の相談はありません" in theirs.content.decode()
    assert "に受けた電話を続ける" not in theirs.content.decode()


def test_lists_are_counted_in_queries_however_long_they_are(desk, counsellor, cases):
    for name in ("cases", "today"):  # what is held for a while is in memory from here
        desk.get(reverse(name))
    short = {name: queries_of(lambda name=name: desk.get(reverse(name))) for name in ("cases", "today")}
    for _number in range(10):
        builders.case(by=counsellor)
    long = {name: queries_of(lambda name=name: desk.get(reverse(name))) for name in ("cases", "today")}

    assert short == long == {"cases": 8, "today": 29}
