"""The doors to sealed values: the log first, nothing outside the scope, no value without a purpose."""

import uuid
from collections.abc import Callable
from unittest import mock

import pytest
from django.db import transaction

from cases.protection import contacts, keys, match
from cases.protection.models import AuditEntry
from cases.protection.purpose import PurposeNeeded
from cases.protection.redacted import redacted_text
from cases.protection.reveal import REVEALABLE, reveal
from cases.records.case import Case
from consult.shell.accounts import Account
from tests import builders

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_reveal_is_logged_with_fields_and_purpose_and_without_values() -> None:
    by = builders.account()
    case = builders.case(by=by, caller=builders.person())

    reveal(
        case.uid, ["caller.name", "caller.phone"], by=by, purpose="HAND_OVER", reason="山田花子さんを引き継ぐ"
    )

    entry = AuditEntry.objects.get(action="REVEALED")
    assert (entry.fields, entry.purpose, entry.case_uid) == (
        ["caller.name", "caller.phone"],
        "HAND_OVER",
        case.uid,
    )
    assert entry.reason == "〔氏名〕さんを引き継ぐ"
    assert "山田" not in str(vars(entry))


def test_no_value_is_shown_when_the_log_cannot_be_written() -> None:
    by = builders.account()
    case = builders.case(by=by, caller=builders.person())

    with (
        mock.patch("cases.protection.audit.chain._link", side_effect=OSError("disk full")),
        mock.patch("cases.protection.keys.sealer") as opened,
        pytest.raises(OSError, match="disk full"),
    ):
        reveal(case.uid, ["caller.name"], by=by, purpose="CONSULTATION")

    opened.assert_not_called()


def test_a_reveal_inside_a_transaction_is_refused() -> None:
    """A roll-back would take the log entry with it, after the value was seen."""
    by = builders.account()
    case = builders.case(by=by)

    with pytest.raises(RuntimeError), transaction.atomic():
        reveal(case.uid, ["narrative"], by=by, purpose="CONSULTATION")


@pytest.mark.parametrize("purpose", ["", "なんとなく"])
def test_without_a_known_purpose_nothing_is_shown_and_nothing_logged(purpose: str) -> None:
    case = builders.case()

    with pytest.raises(PurposeNeeded):
        reveal(case.uid, ["narrative"], by=builders.account(), purpose=purpose)

    assert not AuditEntry.objects.filter(action="REVEALED").exists()


READINGS: list[Callable[[Case, Account], object]] = [
    lambda case, by: reveal(case.uid, ["narrative"], by=by, purpose="CONSULTATION"),
    lambda case, by: redacted_text([case.uid], by=by)[case.uid],
]


@pytest.mark.parametrize("read", READINGS, ids=["reveal", "redacted"])
def test_cases_of_another_centre_do_not_exist_for_a_reader(read: Callable[[Case, Account], object]) -> None:
    mine = builders.account()
    case = builders.case(by=mine)
    stranger = builders.account(at=builders.centre("kita"))

    read(case, mine)
    with pytest.raises((Case.DoesNotExist, KeyError)):
        read(case, stranger)


def test_a_field_that_is_not_on_the_list_is_refused() -> None:
    by = builders.account()
    case = builders.case(by=by)

    with pytest.raises(ValueError, match="not revealable"):
        reveal(case.uid, ["narrative_redacted"], by=by, purpose="CONSULTATION")
    assert "party.birth_date" in REVEALABLE


def test_the_door_for_contacts_opens_no_case() -> None:
    by = builders.account()
    case = builders.case(by=by)

    with pytest.raises(contacts.NotAContact):
        contacts.reveal(case, ["narrative"], by=by, centre=by.centre, purpose="CONSULTATION")


SPELLINGS = [
    "090-1234-5678", "09012345678", "０９０－１２３４－５６７８", "090 1234 5678", "090ー1234ー5678", "(090)1234-5678",
    "+81 90-1234-5678", "090‐1234‐5678", "090–1234–5678",
]  # fmt: skip


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_a_phone_number_finds_its_cases_however_it_is_written(spelling: str) -> None:
    by = builders.account()
    case = builders.case(by=by, caller=builders.person(phone="090-1234-5678"))
    builders.case(by=by, caller=builders.person(phone="090-1234-5679"))

    assert match.same_phone(spelling, by=by).case_pks == [case.pk]


def test_a_shared_tag_alone_is_no_match() -> None:
    """Tags are short on purpose: every candidate is opened and compared."""
    by = builders.account()
    with mock.patch("cases.protection.lookup.tag", return_value=7):
        case = builders.case(by=by, caller=builders.person(phone="090-1234-5678"))
        builders.case(by=by, caller=builders.person(phone="03-1111-2222"))

        assert match.same_phone("090-1234-5678", by=by).case_pks == [case.pk]


def test_a_phone_number_of_another_centre_is_not_found() -> None:
    builders.case(caller=builders.person())
    stranger = builders.account(at=builders.centre("kita"))

    assert match.same_phone("090-1234-5678", by=stranger).case_pks == []


@pytest.mark.parametrize("wanted", ["山田", "やまだ", "ﾔﾏﾀﾞ", "ヤマダ", "花子", "はなこ"])
def test_a_part_of_a_name_finds_recent_cases(wanted: str) -> None:
    by = builders.account()
    case = builders.case(by=by, caller=builders.person())
    builders.case(by=by, caller=builders.person(name="佐藤 次郎", kana="サトウ ジロウ"))

    assert match.surname(wanted, by=by).case_pks == [case.pk]


def test_looking_up_is_logged_without_the_term() -> None:
    by = builders.account()
    match.same_phone("090-1234-5678", by=by)
    match.surname("山田", by=by)
    match.same_kana("ヤマダ ハナコ", by=by)

    entries = AuditEntry.objects.filter(actor_uid=by.uid).order_by("pk")
    assert [entry.action for entry in entries] == ["PHONE_LOOKED_UP", "NAME_LOOKED_UP", "KANA_LOOKED_UP"]
    kept = "".join(str(vars(entry)) for entry in entries)
    assert not any(word in kept for word in ("山田", "ヤマダ", "12345678", "1234-5678"))
    # Four digits may stand in a hash by chance, not in what is written in words.
    assert not any(word in f"{entry.fields}{entry.reason}" for entry in entries for word in ("1234", "5678"))


def test_a_case_whose_key_is_gone_is_left_out_and_stops_nobody() -> None:
    by = builders.account()
    gone = builders.case(by=by, caller=builders.person())
    kept = builders.case(by=by, caller=builders.person())
    keys.destroy(gone.sealed_owner)

    assert match.same_phone("090-1234-5678", by=by).case_pks == [kept.pk]
    assert set(redacted_text([gone.uid, kept.uid], by=by)) == {kept.uid}
    with pytest.raises(keys.KeyMissing):
        reveal(gone.uid, ["narrative"], by=by, purpose="CONSULTATION")


def test_an_unknown_case_is_no_case() -> None:
    with pytest.raises(Case.DoesNotExist):
        reveal(uuid.uuid4(), ["narrative"], by=builders.account(), purpose="CONSULTATION")
