"""The search page: words and codes together, counts that narrow, what is shown of a case and what is not."""

import re
from datetime import date, datetime

import pytest
from django.urls import reverse

from cases.law.calendar import TOKYO
from cases.protection.models import AuditEntry
from cases.records import codes
from cases.records.codes import Code, Kind
from cases.services import custody
from consult.desk.searching import facets
from search import words
from search.errors import SearchRebuilding, SearchUnavailable
from tests import builders
from tests.consult.desk.conftest import client_of, queries_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def cases(counsellor, elsewhere, worked):
    def at(month, day):
        return datetime(2026, month, day, 9, tzinfo=TOKYO)

    made = {
        "roof": builders.case(
            by=counsellor, product="ROOFING", contract_yen=1_480_000, received_at=at(11, 20),
            narrative="無料の屋根点検だと言われ、その場で工事を契約した。解約したい。",
        ),
        "solar": builders.case(
            by=counsellor, product="ROOFING", contract_yen=300_000, received_at=at(11, 2), age=45,
            scam_main="FAKE_SHOP", scam_others=("INSPECTION",),
            narrative="屋根に太陽光パネルを付ける契約をした。",
        ),
        "shop": builders.case(
            by=counsellor, scam_main="FAKE_SHOP", received_at=at(10, 3), sales_method="", age=None,
            outcome="ADVICE", closed_on=date(2026, 10, 5),
            narrative="通販サイトで靴の売買契約をしたが届かない。", advice="契約の解除を申し出る書面を書く。",
        ),
        "elsewhere": builders.case(by=elsewhere, product="ROOFING", narrative="屋根の工事を契約した。"),
    }  # fmt: skip
    worked()
    return made


def numbers(answer):
    return re.findall(r">(\d{4}-\d{6})<", answer.content.decode())


def ask(client, text="", **more):
    return client.post(reverse("find"), {"text": text, "kind": "words", **more})


@pytest.mark.parametrize(
    ("text", "more", "found"),
    [
        ("契約", {}, ["roof", "solar", "shop"]),
        ("契約 屋根", {}, ["roof", "solar"]),
        ("契約 -屋根", {}, ["shop"]),
        ("契約", {"scam": "INSPECTION"}, ["roof", "solar"]),
        ("契約", {"main": "INSPECTION"}, ["roof"]),
        ("契約", {"product": "WORKS"}, ["roof", "solar"]),
        ("契約", {"product": "ROOFING", "age": "40S"}, ["solar"]),
        ("契約", {"age": "SENIOR"}, ["roof"]),
        ("契約", {"method": "DOOR_TO_DOOR"}, ["roof", "solar"]),
        ("契約", {"outcome": "ADVICE"}, ["shop"]),
        ("契約", {"state": "open"}, ["roof", "solar"]),
        ("契約", {"state": "closed"}, ["shop"]),
        ("契約", {"since": "11/2", "until": "R8.11.20"}, ["roof", "solar"]),
        ("契約", {"until": "11/19"}, ["solar", "shop"]),
        ("契約", {"yen_from": "150万"}, []),
        ("契約", {"yen_from": "30万円", "yen_to": "1,480,000"}, ["roof", "solar"]),
        ("契約", {"yen_to": "30万"}, ["solar"]),
        ("", {"product": "WORKS"}, ["roof", "solar"]),
        ("", {"scam": "INSPECTION", "yen_from": "100万"}, ["roof"]),
        ("", {"state": "closed"}, ["shop"]),
        ("", {"add": "main=FAKE_SHOP"}, ["solar", "shop"]),
        ("契約", {"main": "FAKE_SHOP", "drop": "main"}, ["roof", "solar", "shop"]),
    ],
)
def test_words_and_conditions_narrow_together(desk, cases, text, more, found):
    answer = ask(desk, text, **more)

    assert answer.status_code == 200
    assert numbers(answer) == [cases[name].number for name in found]


def test_codes_and_days_may_stand_in_the_address_and_words_are_not_taken_from_it(desk, cases):
    answer = desk.get(reverse("find"), {"scam": "FAKE_SHOP", "text": "屋根"})

    assert set(numbers(answer)) == {cases["shop"].number, cases["solar"].number}
    assert 'value="屋根"' not in answer.content.decode()


@pytest.mark.parametrize("text", ["契約", ""])
@pytest.mark.parametrize("more", [{}, {"product": "WORKS"}, {"scam": "INSPECTION"}, {"state": "open"}])
def test_every_count_is_the_length_of_the_list_behind_it(desk, cases, text, more):
    answer = ask(desk, text, **(more or {"since": "2020-01-01"}))
    lines = [line for group in answer.context["found"].groups for line in group.lines]

    assert len(lines) > 2
    for line in lines:
        behind = ask(desk, text, **(more or {"since": "2020-01-01"}), add=line.condition)
        assert (line.condition, behind.context["found"].total) == (line.condition, line.count)


def test_a_scam_type_that_was_merged_counts_and_is_found_under_what_took_its_place(desk, cases):
    Code.objects.filter(kind=Kind.SCAM_TYPE, code="FAKE_SHOP").update(
        attributes={"merged_into": "INSPECTION"}
    )
    codes.forget()
    answer = ask(desk, "契約")
    told = {line.condition: line.count for group in answer.context["found"].groups for line in group.lines}

    assert "main=FAKE_SHOP" not in told
    assert len(numbers(ask(desk, "契約", main="INSPECTION"))) == 3
    codes.forget()


def test_nothing_of_another_centre_is_found_or_counted(cases, elsewhere):
    answer = ask(client_of(elsewhere), "契約")

    assert numbers(answer) == [cases["elsewhere"].number]
    assert answer.context["found"].groups == []
    assert ask(client_of(elsewhere), "靴").context["found"].total == 0


def test_what_is_listed_opens(desk, cases):
    answer = ask(desk, "契約")

    for url in re.findall(r'class="hit__number" href="([^"]+)"', answer.content.decode()):
        assert desk.get(url).status_code == 200


def test_the_words_found_are_marked_where_they_stand(desk, cases):
    text = ask(desk, "解除 靴").content.decode()

    assert "<mark>靴</mark>の売買契約" in text
    assert '<span class="soft">処理概要:</span> <span lang="ja">契約の<mark>解除</mark>を申し出る' in text


def test_names_stay_masked_in_what_is_shown(desk, counsellor, worked):
    narrative = "鬼塚紗都香さんが布団を契約した。"
    builders.case(by=counsellor, narrative=narrative, party=builders.person(name="鬼塚 紗都香"))
    worked()

    text = ask(desk, "布団").content.decode()

    assert "<mark>布団</mark>を契約した" in text
    assert "鬼塚" not in text


def test_a_guarded_case_is_found_by_words_and_marked_and_by_no_name(desk, counsellor, worked):
    case = builders.case(
        by=counsellor, narrative="布団を契約した。", caller=builders.person(name="鬼塚 紗都香")
    )
    custody.guard(case.uid, is_guarded=True, by=counsellor)
    worked()

    by_words = ask(desk, "布団").content.decode()

    assert case.number in by_words
    assert "取扱注意" in by_words
    assert numbers(desk.post(reverse("find"), {"text": "鬼塚", "kind": "surname"})) == []


def test_a_slip_is_answered_with_what_was_probably_meant(desk, counsellor, worked):
    for _again in range(3):
        builders.case(by=counsellor, narrative="浄水器の解約を申し出た。")
    worked()

    text = ask(desk, "浄水器 かいやく").content.decode()

    assert "もしかして" in text
    assert 'name="text" value="浄水器 解約"' in text


def test_words_are_completed_while_one_types(desk, counsellor, worked):
    for _again in range(3):
        builders.case(by=counsellor, narrative="浄水器の解約を申し出た。")
    worked()

    assert desk.post(reverse("find-words"), {"text": "解約 浄"}).json() == {"options": ["解約 浄水"]}


@pytest.mark.parametrize(
    ("refusal", "words_of_it"),
    [(SearchUnavailable, "検索を利用できません"), (SearchRebuilding, "作り直しています")],
)
def test_an_engine_that_does_not_answer_is_said_and_codes_still_narrow(
    desk, cases, monkeypatch, refusal, words_of_it
):
    def down(*args, **more):
        raise refusal

    monkeypatch.setattr(words, "find", down)
    monkeypatch.setattr(words, "count_all", down)

    by_words, by_codes = ask(desk, "契約"), ask(desk, "", product="WORKS")

    assert (by_words.status_code, by_codes.status_code) == (503, 200)
    assert words_of_it in by_words.content.decode()
    assert words_of_it in by_codes.content.decode()
    assert numbers(by_codes) == [cases["roof"].number, cases["solar"].number]
    assert desk.post(reverse("find-words"), {"text": "解約"}).json() == {"options": []}


def test_what_search_has_not_seen_yet_is_said(desk, counsellor, cases):
    builders.case(by=counsellor, narrative="屋根の工事を契約した。")

    text = ask(desk, "契約").content.decode()

    assert "検索に未反映の相談が1件あります" in text
    assert len(numbers(ask(desk, "契約"))) == 3


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({}, "探す言葉か番号を入力するか、条件を選んでください"),
        ({"since": "11/20", "until": "11/2"}, "受付日(から)より後の日"),
        ({"yen_from": "100万", "yen_to": "50万"}, "契約金額(から)より大きい額"),
        ({"yen_from": "たくさん"}, "金額は「1500000」「150万円」"),
        ({"scam": "NO_SUCH"}, "選び直してください"),
        ({"page": "0"}, ""),
    ],
)
def test_what_cannot_be_asked_is_said_and_nothing_is_lost(desk, cases, more, told):
    answer = ask(desk, "" if not more else "契約", **more)

    assert answer.status_code == 422
    assert told in answer.content.decode()


@pytest.mark.parametrize(
    "text",
    [
        "あ" * 200,
        '"' * 199,
        "“契約",
        "-" * 50,
        "契約 OR * NEAR( AND NOT",
        "a\tb\x1b[31m",
        "😀👨‍👩‍👧‍👦 契約",
        "\u202e契約\ufeff",
        " ".join("契" for _word in range(90)),
        "'; DROP TABLE cases_case; --",
        "%s {0} {{ x }} <script>",
    ],
)
def test_no_query_is_a_command(desk, cases, text):
    answer = ask(desk, text)

    assert answer.status_code == 200
    assert "<script>alert" not in answer.content.decode()
    assert "%s {0} {{ x }} <script>" not in answer.content.decode()


def test_each_look_is_one_entry_of_words_and_one_of_texts(desk, cases):
    ask(desk, "契約")

    entries = AuditEntry.objects.order_by("pk").values_list("action", "count")
    assert list(entries)[-2:] == [("WORDS_LOOKED_UP", 3), ("REDACTED_READ", 3)]
    assert "契約" not in str(list(AuditEntry.objects.values()))


def test_a_page_is_ten_hits_and_the_rest_is_a_key_away(desk, counsellor, worked):
    for number in range(12):
        builders.case(by=counsellor, narrative=f"屋根の工事{number}を契約した。")
    worked()

    first, second = ask(desk, "契約"), ask(desk, "契約", page="2")

    assert (len(numbers(first)), len(numbers(second))) == (10, 2)
    assert not set(numbers(first)) & set(numbers(second))
    assert "11〜12件目" in second.content.decode()


def test_a_page_costs_the_same_questions_however_many_hits_it_has(desk, counsellor, cases, worked):
    ask(desk, "契約")
    few = queries_of(lambda: ask(desk, "契約"))
    for _number in range(9):
        builders.case(by=counsellor, narrative="屋根の工事を契約した。")
    worked()
    many = queries_of(lambda: ask(desk, "契約"))

    assert few == many == 14


def test_managers_and_approvers_search_by_words_and_are_offered_no_names(manager, cases):
    answer = ask(client_of(manager), "契約")

    assert len(numbers(answer)) == 3
    assert 'value="surname"' not in answer.content.decode()


def test_products_are_counted_by_class_first_and_then_by_what_lies_below(desk, cases):
    def told(**more):
        groups = ask(desk, "", since="2020-01-01", **more).context["found"].groups
        return [line.value for group in groups for line in group.lines if line.name == "product"]

    assert told() == []  # one class alone parts nothing
    assert facets._below("ROOFING", "WORKS", codes.codes(Kind.PRODUCT)) == "ROOFING"
