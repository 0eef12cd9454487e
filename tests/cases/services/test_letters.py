"""Letters: filled through the log, kept as worded, never overwritten, gone with the case."""

import uuid
from datetime import date

import pytest

from cases.protection.keys import KeyMissing
from cases.protection.models import AuditEntry
from cases.protection.purpose import BreakGlassNeeded
from cases.records.case import Case
from cases.records.letters import CaseLetter
from cases.services import custody, letters
from cases.services.card_entry import TraderEntry
from cases.services.entry import EntryRefused
from cases.services.letters import LetterChanged, LetterEntry
from cases.services.retention import erasure
from tests import builders

pytestmark = pytest.mark.django_db


@pytest.fixture
def counsellor():
    return builders.account()


@pytest.fixture
def case(counsellor):
    return builders.case(
        by=counsellor,
        contracted_on=date(2026, 11, 19),
        contract_yen=1_480_000,
        party=builders.person(name="山田 花子", postcode="123-4567", address="架空市北町1-2"),
        traders=(
            TraderEntry(name="架空クレジット", role="CREDIT", address="架空市南町9"),
            TraderEntry(name="架空リフォーム", address="架空市西町3", agent="田中"),
        ),
    )


def entry(**more) -> LetterEntry:
    given = {
        "uid": uuid.uuid4(), "letter_uid": uuid.uuid4(), "kind": "COOLING_OFF_TRADER", "medium": "POSTCARD",
        "template": "COOLING_OFF_TRADER/door_to_door/v1", "text": "契約を解除します。\n山田 花子",
        "addressee": "架空リフォーム 御中", "sender": "山田 花子", **more,
    }  # fmt: skip
    return LetterEntry(**given)


@pytest.mark.parametrize(
    ("kind", "held", "to"),
    [
        ("COOLING_OFF_TRADER", ("2026年11月19日", "1,480,000円", "担当者 田中"), "架空市西町3\n架空リフォーム 御中"),
        ("COOLING_OFF_CREDIT", ("クレジット会社 架空クレジット",), "架空市南町9\n架空クレジット 御中"),
    ],
)  # fmt: skip
def test_a_letter_is_filled_from_the_card_and_the_log_knew_first(counsellor, case, kind, held, to):
    begun = letters.begin(case, kind=kind, transaction_type="door_to_door", medium="POSTCARD", by=counsellor)

    assert all(part in begun.filled.text for part in held)
    assert to in begun.addressee
    assert begun.sender == "〒123-4567\n架空市北町1-2\n山田 花子"
    assert "通知を出す日" in begun.filled.blanks
    entry = AuditEntry.objects.get(action="REVEALED")
    assert (entry.case_uid, entry.purpose) == (case.uid, "CONSULTATION")
    assert not CaseLetter.objects.exists()


def test_what_the_card_does_not_say_is_a_blank(counsellor):
    begun = letters.begin(
        builders.case(by=counsellor), kind="PAYMENT_STOP", transaction_type="", medium="LETTER", by=counsellor
    )

    assert {"クレジット会社の名称", "契約者の氏名", "契約年月日", "契約金額"} <= set(begun.filled.blanks)
    assert begun.addressee.count("＿＿") >= 3


def test_a_wording_is_kept_sealed_once_and_the_next_stands_beside_it(counsellor, case):
    first = entry()
    row = letters.keep(case.uid, first, by=counsellor)

    assert letters.keep(case.uid, first, by=counsellor).pk == row.pk
    again = letters.keep(
        case.uid, entry(letter_uid=first.letter_uid, after=1, text="書き直した文"), by=counsellor
    )
    assert (row.version, again.version) == (1, 2)
    assert [one.pk for one in letters.newest_of(case)] == [again.pk]
    assert "山田" not in str(CaseLetter.objects.values_list("text", flat=True)[0])
    assert AuditEntry.objects.filter(action="LETTER_KEPT").count() == 2


@pytest.mark.parametrize(
    ("more", "refusal"),
    [
        ({}, LetterChanged),  # the same uid with another text
        ({"uid": None, "after": 0}, LetterChanged),  # somebody kept version 1 meanwhile
        ({"uid": None, "after": 1}, None),
    ],
)
def test_later_words_never_take_the_place_of_earlier_ones(counsellor, case, more, refusal):
    first = entry()
    letters.keep(case.uid, first, by=counsellor)
    given = {"uid": first.uid, "letter_uid": first.letter_uid, "text": "別の文", "after": 0} | more
    later = entry(**{**given, "uid": given["uid"] or uuid.uuid4()})

    if refusal is None:
        assert letters.keep(case.uid, later, by=counsellor).version == 2
    else:
        with pytest.raises(refusal):
            letters.keep(case.uid, later, by=counsellor)
        assert CaseLetter.objects.count() == 1


def test_a_letter_of_one_case_is_not_continued_in_another(counsellor, case):
    first = entry()
    letters.keep(case.uid, first, by=counsellor)
    other = builders.case(by=counsellor)

    with pytest.raises(LetterChanged):
        letters.keep(other.uid, entry(letter_uid=first.letter_uid, after=1), by=counsellor)


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"text": " "}, "text"),
        ({"text": "あ" * 4001}, "text"),
        ({"sender": "あ" * 401}, "sender"),
        ({"kind": "LOVE"}, "kind"),
        ({"template": "RESCISSION/-/v1"}, "kind"),
        (
            {"medium": "ELECTRONIC", "template": "COOLING_OFF_CREDIT/-/v1", "kind": "COOLING_OFF_CREDIT"},
            "medium",
        ),
        ({"medium": "PIGEON"}, "medium"),
    ],
)
def test_what_cannot_be_kept_says_why(counsellor, case, more, field):
    with pytest.raises(EntryRefused) as refusal:
        letters.keep(case.uid, entry(**more), by=counsellor)

    assert set(refusal.value.errors) == {field}


@pytest.mark.parametrize("guarded", [False, True])
def test_words_are_opened_through_the_log_and_not_against_the_protection(counsellor, case, guarded):
    row = letters.keep(case.uid, entry(), by=counsellor)
    if guarded:
        custody.guard(case.uid, is_guarded=True, by=counsellor)
    colleague = builders.account(at=counsellor.centre)
    found = CaseLetter.objects.select_related("case__centre").get(pk=row.pk)

    if guarded:
        with pytest.raises(BreakGlassNeeded):
            letters.words_of(found, by=colleague)
        assert not AuditEntry.objects.filter(action="LETTER_OPENED").exists()
    else:
        assert letters.words_of(found, by=colleague).text.endswith("山田 花子")
        logged = AuditEntry.objects.get(action="LETTER_OPENED")
        assert (logged.case_uid, logged.purpose) == (case.uid, "CONSULTATION")
        assert "party.name" in logged.fields


def test_another_centre_keeps_nothing(case):
    with pytest.raises(Case.DoesNotExist):
        letters.keep(case.uid, entry(), by=builders.account(at=builders.centre("kita")))


def test_a_letter_goes_with_its_case(counsellor, case):
    row = letters.keep(case.uid, entry(), by=counsellor)
    held = CaseLetter.objects.select_related("case__centre").get(pk=row.pk)
    erasure.erase_case(case.uid, reason="REQUEST", by=counsellor)

    assert not CaseLetter.objects.exists()
    with pytest.raises((KeyMissing, Case.DoesNotExist)):
        letters.words_of(held, by=counsellor)
