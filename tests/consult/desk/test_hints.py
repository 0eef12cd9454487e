"""What the page says while one types: never a name, never another centre's."""

from datetime import date

import pytest
from django.urls import reverse

from cases.protection.models import AuditEntry
from search import similar
from search.errors import SearchUnavailable
from tests import builders

pytestmark = pytest.mark.django_db

ROOF = "屋根の無料点検に来た業者に、瓦がずれていると言われて補修工事を契約した。"


@pytest.fixture
def earlier(counsellor, worked):
    case = builders.case(
        by=counsellor,
        narrative="鬼塚紗都香さん。屋根瓦がずれていると言われ、補修工事を契約した。",
        advice="瓦の写真を残すよう助言した。",
        caller=builders.person(name="鬼塚 紗都香", phone="080-7012-3456"),
        outcome="MEDIATED",
        closed_on=date(2026, 11, 21),
        recovered_yen=98_000,
    )
    for number in range(6):
        builders.case(by=counsellor, narrative=f"脱毛エステの中途解約 {number}", scam_main="BEAUTY")
    worked()
    return case


def hint(client, name, uid, **fields):
    return client.post(reverse("hint", args=[uid, name]), fields).content.decode()


def test_a_similar_case_brings_its_outcome_and_advice_and_no_name(desk, earlier, uid):
    text = hint(desk, "similar", uid, narrative=ROOF)

    assert all(words in text for words in (earlier.number, "あっせん解決", "98,000円", "瓦の写真を残す"))
    assert "紗都香" not in text


def test_too_few_words_ask_nothing(desk, earlier, uid):
    text = hint(desk, "similar", uid, narrative="屋根")

    assert "一文ほど書くと" in text
    assert not AuditEntry.objects.filter(action="REDACTED_READ").exists()


def test_the_hint_says_when_search_is_down(desk, uid, monkeypatch):
    def down(*args, **more):
        raise SearchUnavailable

    monkeypatch.setattr(similar, "similar", down)

    assert "検索を利用できません" in hint(desk, "similar", uid, narrative=ROOF)


@pytest.mark.parametrize(
    ("phone", "is_found"),
    [("080-7012-3456", True), ("０８０ー７０１２ー３４５６", True), ("080-7012-9999", False), ("12", False)],
)
def test_the_same_telephone_is_found_however_it_is_written(desk, earlier, uid, phone, is_found):
    text = hint(desk, "phone", uid, caller_phone=phone)

    assert (earlier.number in text) is is_found
    assert "7012" not in text


def test_telephones_of_another_centre_are_not_found(desk, elsewhere, uid):
    builders.case(by=elsewhere, caller=builders.person(phone="080-7012-3456"))

    assert "同じ番号の相談はありません" in hint(desk, "phone", uid, caller_phone="080-7012-3456")
