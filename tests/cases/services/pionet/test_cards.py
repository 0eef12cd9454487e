"""Cards without persons: nothing that points at somebody leaves, words only after a person confirmed them."""

import csv
import io
import json
from datetime import date

import pytest

from cases.protection import confirming
from cases.protection.confirming import Choice
from cases.protection.models import AuditEntry
from cases.records.case import Case
from cases.services import custody
from cases.services.card_entry import CareEntry, TraderEntry, TransferEntry
from cases.services.pionet import cards
from cases.services.pionet.cards import NothingToExport, TooManyCards
from tests import builders
from tests.cases.services.pionet.test_registering import registered

pytestmark = pytest.mark.django_db
SECRETS = ("山田", "ヤマダ", "1234", "北町", "1951", "カモメ商会", "0017654", "四千")


@pytest.fixture
def by():
    return builders.account()


@pytest.fixture
def case(by):
    return builders.case(
        by=by, age=83, area="NORTH", sex="FEMALE", contract_yen=1_480_000, contracted_on=date(2026, 11, 18),
        narrative="山田花子から、カモメ商会に四千円払ったと聞いた。", advice="書面を送る。", trader_name="カモメ商会",
        payments=("TRANSFER",), issue_main="CONTRACT", harm="DANGER",
        caller=builders.person(address="北町1-2-3", postcode="153-0051"),
        care=CareEntry(codes=("DEMENTIA",), note="四千"),
        traders=(TraderEntry(name="カモメ商会", phone="03-1234-5678"),),
        transfers=(TransferEntry(account="0017654", holder="山田"),),
    )  # fmt: skip


def confirm(case, by):
    told = [one for one in confirming.proposals(case.uid, by=by) if one.key == "narrative"]
    choices = {one.key: Choice(one.digest, one.spans) for one in told}
    confirming.confirm(case.uid, choices, by=by)


def test_a_card_holds_codes_and_coarse_values_and_nothing_of_anybody(case, by):
    (card,) = cards.of_case(case.uid, by=by).cards

    text = json.dumps(card, ensure_ascii=False)
    assert [
        secret for secret in (*SECRETS, case.number, "NORTH", str(by), str(case.uid)) if secret in text
    ] == []
    assert (card["party_age_band"], card["contracted_month"], card["contract_yen_from"]) == (
        "80_OVER", "2026-11", 1_000_000,
    )  # fmt: skip
    assert (card["received_on"], card["scam"], card["payments"], card["issues"]) == (
        "2026-11-20", "INSPECTION", ["TRANSFER"], ["CONTRACT"],
    )  # fmt: skip
    assert (card["narrative"], card["advice"], card["subject"]) == (None, None, None)
    assert "care" not in card


def test_words_leave_only_once_a_person_confirmed_them(case, by):
    confirm(case, by)

    (card,) = cards.of_case(case.uid, by=by).cards

    assert "カモメ商会" in card["narrative"]  # a trader is no person
    assert "山田" not in card["narrative"]
    assert card["advice"] is None  # not confirmed


def test_a_case_has_the_same_reference_in_every_file_and_no_other_case_has(case, by):
    other = builders.case(by=by)

    assert cards.reference(case) == cards.of_case(case.uid, by=by).cards[0]["reference"]
    assert cards.reference(case) != cards.reference(other)


def test_the_number_in_pionet_goes_along_for_those_who_know_it(case, by):
    registered(case, by)

    assert cards.of_case(case.uid, by=by).cards[0]["pionet_number"] == "R8-000123"


def test_a_case_under_protective_measures_stays(case, by):
    custody.guard(case.uid, is_guarded=True, by=by)
    builders.case(by=by)

    with pytest.raises(NothingToExport):
        cards.of_case(case.uid, by=by)
    export = cards.of_period(date(2026, 11, 1), date(2026, 12, 1), by=by)
    assert (len(export.cards), export.kept_back) == (1, 1)


def test_a_period_is_half_open_and_of_the_own_centre(case, by):
    builders.case(by=builders.account(at=builders.centre("kita")))

    assert len(cards.of_period(date(2026, 11, 20), date(2026, 11, 21), by=by).cards) == 1
    with pytest.raises(NothingToExport):
        cards.of_period(date(2026, 11, 21), date(2026, 12, 1), by=by)
    with pytest.raises(Case.DoesNotExist):
        cards.of_case(case.uid, by=builders.account(at=builders.centre("kita")))


def test_too_many_cards_are_not_made(case, by, monkeypatch):
    monkeypatch.setattr(cards, "MOST_CARDS", 0)
    with pytest.raises(TooManyCards):
        cards.of_period(date(2026, 11, 20), date(2026, 11, 21), by=by)


def test_the_log_has_the_file_and_every_case_in_it_before_anything_is_read(case, by):
    cards.of_case(case.uid, by=by)

    file = AuditEntry.objects.get(action="CARDS_EXPORTED")
    taken = AuditEntry.objects.get(action="CARD_TAKEN")
    assert (file.count, file.centre_uid, file.case_uid) == (1, by.centre.uid, None)
    assert (taken.case_uid, taken.fields) == (case.uid, ["redacted"])


def test_json_and_csv_hold_the_same_and_no_cell_is_a_formula(by):
    case = builders.case(by=by, narrative="=HYPERLINK(1)と書かれた紙が届いた。", scam_others=("SF", "PRIZE"))
    confirm(case, by)
    export = cards.of_case(case.uid, by=by)

    held = json.loads(cards.as_json(export))
    (line,) = csv.DictReader(io.StringIO(cards.as_csv(export).data.decode("utf-8-sig")))

    assert held["schema"] == "madoguchi.card/1"
    assert list(line) == list(held["cards"][0])
    assert line["other_scams"] == "SF PRIZE"
    assert line["narrative"].startswith("'=HYPERLINK")
    assert line["contract_yen_from"] == ""
