"""One case: redacted until somebody says why, corrected by one at a time, closed with an outcome."""

import uuid
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from cases.protection.purpose import Purpose
from cases.protection.reveal import REVEALABLE, reveal
from cases.records import ages
from cases.records.case import Case
from cases.records.follow_up import FollowUp
from cases.services import followup
from tests import builders
from tests.consult.desk.conftest import client_of, filled, queries_of

pytestmark = pytest.mark.django_db

NAME, PHONE = "鬼塚 紗都香", "080-7012-3456"


@pytest.fixture
def case(counsellor):
    return builders.case(
        by=counsellor,
        caller=builders.person(name=NAME, kana="オニヅカ サトカ", phone=PHONE),
        narrative="鬼塚紗都香さんから。無料点検の後で高額な工事を契約した。",
    )


def url(name, case):
    return reverse(name, args=[case.uid])


def follow_up(**more):
    return {
        "uid": str(uuid.uuid4()),
        "happened_at": "2026-11-21 10:00",
        "kind": "NOTE",
        "text": "確かめた。",
        **more,
    }


def test_a_case_is_shown_redacted(desk, case):
    text = desk.get(url("case", case)).content.decode()

    assert "無料点検の後で" in text
    assert "紗都香" not in text
    assert "7012" not in text


@pytest.mark.parametrize("name", ["case", "case-correct"])
def test_a_case_of_another_centre_does_not_exist(elsewhere, case, name):
    assert client_of(elsewhere).get(url(name, case)).status_code == 404


def test_a_manager_reads_and_changes_nothing(manager, case):
    client = client_of(manager)
    page = client.get(url("case", case)).content.decode()
    answers = [
        client.post(url(name, case))
        for name in ("case-follow-up", "case-close", "case-reopen", "case-correct")
    ]

    assert "経過を保存する" not in page
    assert [answer.status_code for answer in answers] == [403] * 4


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"text": " "}, "text"),
        ({"text": "あ" * 20_001}, "text"),
        ({"happened_at": "2099-01-01"}, "happened_at"),
        ({"kind": ""}, "kind"),
    ],
)
def test_a_refused_follow_up_keeps_its_words(desk, case, more, field):
    answer = desk.post(url("case-follow-up", case), follow_up(**more))

    assert answer.status_code == 422
    assert list(answer.context["follow_up_form"].errors) == [field]
    assert "確かめた。" in answer.content.decode() or field == "text"
    assert not FollowUp.objects.exists()


def test_a_follow_up_is_saved_once_and_shown_redacted(desk, case):
    sent = follow_up(text=f"{NAME}さんに折り返し電話した。")

    for _press in range(2):
        desk.post(url("case-follow-up", case), sent)

    text = desk.get(url("case", case)).content.decode()
    assert FollowUp.objects.count() == 1
    assert "折り返し電話した" in text
    assert "紗都香" not in text


@pytest.mark.parametrize(
    ("more", "status", "is_open"),
    [
        ({}, 302, False),
        ({"outcome": ""}, 422, True),
        ({"closed_on": ""}, 422, True),
        ({"closed_on": "2026-11-01"}, 422, True),
        ({"closed_on": "2099-01-01"}, 422, True),
        ({"recovered_yen": "たくさん"}, 422, True),
    ],
)
def test_closing_needs_an_outcome_and_a_day(desk, case, more, status, is_open):
    sent = {"outcome": "ADVICE", "closed_on": "2026-11-21", "recovered_yen": "", "advice": "", **more}

    answer = desk.post(url("case-close", case), sent)

    assert (answer.status_code, Case.objects.get().is_open) == (status, is_open)


def test_a_case_that_somebody_else_closed_keeps_the_words(desk, case, counsellor):
    followup.close_case(case.uid, outcome="ADVICE", closed_on=date(2026, 11, 21), by=counsellor)

    answer = desk.post(
        url("case-close", case),
        {"outcome": "MEDIATED", "closed_on": "2026-11-21", "advice": "交渉がまとまった。"},
    )

    text = answer.content.decode()
    assert answer.status_code == 409
    assert "終了済みです" in text
    assert "交渉がまとまった。" in text
    assert Case.objects.get().outcome == "ADVICE"


def test_reopening_twice_is_reopening(desk, case, counsellor):
    followup.close_case(case.uid, outcome="ADVICE", closed_on=date(2026, 11, 21), by=counsellor)

    answers = [desk.post(url("case-reopen", case)) for _press in range(2)]

    assert [answer.status_code for answer in answers] == [302, 302]
    assert Case.objects.get().is_open


def correction(desk, case, **more):
    """The form as the page shows it, changed."""
    form = desk.get(url("case-correct", case)).context["form"]
    values = {bound.name: bound.value() for bound in form}
    sent = {name: value for name, value in values.items() if value not in (None, False)}
    return {**sent, "revision": str(case.revision), **more}


@pytest.mark.parametrize("relation", ["SELF", "CHILD", ""])
def test_a_correction_without_a_change_changes_nothing(desk, counsellor, uid, relation):
    more = {
        "caller_name": NAME,
        "caller_phone": PHONE,
        "relation": relation,
        "scam_others": "12",
        "age": "S28.5.3",
    }
    desk.post(
        reverse("intake", args=[uid]), filled(**more, contract_yen="148万円", contracted_on="2026-11-20")
    )
    case = Case.objects.get()
    before = reveal_all(case, counsellor), coded(case)

    answer = desk.post(url("case-correct", case), correction(desk, case))

    case = Case.objects.get()
    assert answer.status_code == 302
    assert (reveal_all(case, counsellor), coded(case)) == before
    assert case.revision == 2


def reveal_all(case, by):
    return reveal(case.uid, sorted(REVEALABLE), by=by, purpose=Purpose.CONSULTATION)


def coded(case):
    left_out = ("revision", "changed_at", "entry_digest", "narrative", "advice", "trader_name", "redacted")
    return {
        field.name: getattr(case, field.name)
        for field in Case._meta.concrete_fields
        if not any(word in field.name for word in left_out)
    } | {"others": case.other_scams}


def test_a_late_correction_shows_both_and_saves_with_the_next_press(desk, case, counsellor):
    mine = correction(desk, case, narrative="わたしの文", advice="わたしの助言")
    desk.post(url("case-correct", case), correction(desk, case, narrative="ほかの人の文"))

    answer = desk.post(url("case-correct", case), mine)

    text = answer.content.decode()
    assert answer.status_code == 412
    assert all(words in text for words in ("わたしの文", "わたしの助言", "ほかの人の文"))
    assert reveal_all(case, counsellor)["narrative"] == "ほかの人の文"
    taken = {f"take.{name}": "mine" for name in ("narrative", "advice")}
    sent = mine | {"revision": str(answer.context["revision"]), **taken}
    again = desk.post(url("case-correct", case), sent)
    assert again.status_code == 302
    assert reveal_all(case, counsellor)["narrative"] == "わたしの文"


def test_a_refused_correction_keeps_the_words(desk, case):
    answer = desk.post(
        url("case-correct", case), correction(desk, case, narrative="新しい文", age="百歳くらい")
    )

    assert answer.status_code == 422
    assert "新しい文" in answer.content.decode()


def test_a_case_is_counted_in_queries(desk, case, counsellor):
    for _number in range(3):
        desk.post(url("case-follow-up", case), follow_up())
    desk.get(url("case", case))  # code sets are in memory from here

    assert queries_of(lambda: desk.get(url("case", case))) == 48


@pytest.mark.parametrize("band", list(ages.BY_CODE))
@pytest.mark.django_db(transaction=True)
def test_a_correction_that_changes_nothing_keeps_the_band_of_ages(client: Client, band: str) -> None:
    by = builders.account()
    case = builders.case(by=by, age=None, age_band=band)
    client.force_login(by)
    url = reverse("case-correct", args=[case.uid])
    form = client.get(url).context["form"]

    sent = {name: form[name].value() for name in form.fields if form[name].value() not in (None, False)}
    answer = client.post(url, {**sent, "revision": case.revision})

    assert answer.status_code == 302
    case.refresh_from_db()
    assert (case.party_age, case.party_age_band) == (None, band)
