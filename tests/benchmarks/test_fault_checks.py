"""What the harness that kills would say of real damage: a check that sees nothing proves nothing."""

import uuid

import pytest

from benchmarks.faults import checks
from benchmarks.faults.sums import Tally
from cases.figures.models import CaseFact
from cases.protection import keys
from cases.records.case import Case
from tests import builders

pytestmark = pytest.mark.django_db(transaction=True)
NARRATIVE = "無料の屋根点検だと言われた。"


def recorded() -> Case:
    return builders.case(narrative=NARRATIVE, caller=builders.person(name="試験 一郎"))


def tallied(case_uid: uuid.UUID, narrative: str = NARRATIVE) -> Tally:
    tally = Tally()
    checks.check_case(case_uid, narrative, "試験 一郎", tally)
    return tally


def test_a_whole_case_is_clean() -> None:
    assert tallied(recorded().uid).is_clean


def test_a_missing_case_is_lost() -> None:
    assert tallied(uuid.uuid4()).lost == 1


def test_other_words_are_unreadable() -> None:
    assert tallied(recorded().uid, narrative="別の話").unreadable == 1


def test_a_case_without_its_key_is_unreadable() -> None:
    case = recorded()
    keys.destroy(case.sealed_owner)

    assert tallied(case.uid).unreadable == 1


def test_a_case_without_its_fact_is_half_a_case() -> None:
    case = recorded()
    CaseFact.objects.all().delete()

    assert tallied(case.uid).lost == 1
    tally = Tally()
    checks.check_never_half([case.uid], tally)
    assert tally.lost == 1


def test_a_key_without_its_case_is_noticed() -> None:
    case = recorded()
    uid = case.uid
    case.delete()
    tally = Tally()

    checks.check_never_half([uid], tally)

    assert tally.duplicated == 1


def test_a_word_that_search_never_finds_is_stuck(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "DRAIN_SECONDS", 0.5)
    tally = Tally()

    checks.wait_until_found({"nowhere": uuid.uuid4()}, tally)

    assert tally.stuck == 1
