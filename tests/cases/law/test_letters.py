"""通知の文: every wording names its law, holds what a notice must hold, and leaves a blank for what is not known."""

from datetime import date

import pytest

from cases.law import letters
from cases.law.letters import BLANK, FIELDS, LetterKind

ON = date(2026, 11, 20)
MUST_HOLD = {"contract_date", "goods", "amount", "trader", "dispatch_date", "name"}


@pytest.mark.parametrize("wording", letters.wordings(), ids=lambda wording: wording.name)
def test_a_wording_holds_what_a_notice_must_hold(wording):
    asked = set(letters._FIELD.findall(wording.text))

    assert asked >= MUST_HOLD
    assert asked <= FIELDS.keys()
    assert wording.law
    assert wording.version >= 1
    assert (
        "解除" in wording.text + wording.title
        or "取消し" in wording.title
        or "停止" in wording.title
        or "解約" in wording.title
    )


@pytest.mark.parametrize("kind", LetterKind.values)
def test_every_kind_has_a_wording_for_any_contract(kind):
    assert letters.wording_of(kind, "nothing in particular", ON).kind == kind


def test_no_two_wordings_have_one_name():
    names = [wording.name for wording in letters.wordings()]

    assert len(names) == len(set(names))


@pytest.mark.parametrize(
    ("transaction", "word"),
    [
        ("door_to_door", "引き取ってください"),
        ("door_to_door_purchase", "物品を返してください"),
        ("insurance", "証券番号"),
        ("telecom_initial", "初期契約解除"),
        ("care_home", "3か月以内"),
        ("deposit", "クーリング・オフの制度により"),
    ],
)
def test_the_wording_fits_the_contract(transaction, word):
    assert word in letters.wording_of("COOLING_OFF_TRADER", transaction, ON).text


def test_before_its_first_day_a_wording_is_not_used():
    with pytest.raises(LookupError):
        letters.wording_of("RESCISSION", "", date(2009, 11, 30))


def test_what_is_known_is_filled_and_what_is_not_is_a_blank_with_a_name():
    wording = letters.wording_of("COOLING_OFF_TRADER", "door_to_door", ON)
    filled = letters.fill(wording, {"goods": "屋根工事{name}", "amount": "1,480,000円", "name": "山田 花子"})

    assert "商品・サービス 屋根工事{name}\n" in filled.text
    assert "氏名 山田 花子" in filled.text
    assert f"契約(申込み)年月日 {BLANK}" in filled.text
    assert set(filled.blanks) == {
        "契約年月日", "販売会社の名称", "担当者の名前", "支払った金額", "通知を出す日", "契約者の住所"
    }  # fmt: skip
    assert letters.blanks_left(filled.text) == 6
    assert "山田" not in repr(filled)


@pytest.mark.parametrize(
    ("kind", "transaction", "on", "takes"),
    [
        ("COOLING_OFF_TRADER", "door_to_door", date(2022, 6, 1), True),
        ("COOLING_OFF_TRADER", "telemarketing", date(2022, 5, 31), False),
        ("COOLING_OFF_TRADER", "insurance", date(2022, 5, 9), True),
        ("COOLING_OFF_TRADER", "insurance", date(2022, 5, 8), False),
        ("COOLING_OFF_TRADER", "real_estate", ON, False),
        ("COOLING_OFF_TRADER", "golf_membership", ON, False),
        ("COOLING_OFF_TRADER", "door_to_door", date(2001, 1, 1), False),
        ("COOLING_OFF_CREDIT", "door_to_door", ON, False),
        ("PAYMENT_STOP", "", ON, False),
        ("RESCISSION", "", ON, True),
    ],
)
def test_an_email_is_a_notice_where_the_law_of_its_day_says_so(kind, transaction, on, takes):
    assert letters.takes_electronic(letters.wording_of(kind, transaction, ON), on) is takes


def test_our_own_postcards_fit_a_postcard_and_a_long_one_does_not():
    for kind in ("COOLING_OFF_TRADER", "COOLING_OFF_CREDIT"):
        for wording in letters.wordings():
            if wording.kind == kind:
                assert letters.fits_a_postcard(letters.fill(wording, {}).text), wording.name
    assert not letters.fits_a_postcard("長い文です。" * 100)


@pytest.mark.parametrize(
    ("kind", "medium", "said"),
    [
        ("COOLING_OFF_TRADER", "POSTCARD", "両面"),
        ("COOLING_OFF_TRADER", "LETTER", "2通"),
        ("COOLING_OFF_TRADER", "ELECTRONIC", "スクリーンショット"),
        ("COOLING_OFF_CREDIT", "POSTCARD", "販売会社にも"),
        ("COOLING_OFF_TRADER", "POSTCARD", "クレジット会社にも"),
    ],
)
def test_how_to_send(kind, medium, said):
    assert said in "".join(str(step) for step in letters.how_to_send(kind, medium))
