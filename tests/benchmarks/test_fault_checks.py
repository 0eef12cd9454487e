"""What the harness that kills would say of real damage: a check that sees nothing proves nothing."""

import io
import uuid
from collections.abc import Callable

import pytest

from benchmarks.faults import checks
from benchmarks.faults.entries import document, document_name, edit, entry
from benchmarks.faults.sums import Tally
from cases.figures.models import CaseFact
from cases.protection import keys
from cases.protection.models import DataKey, LookupTag, SealedChunk
from cases.records.attachment import Attachment
from cases.records.case import Case
from cases.records.centre import SYSTEM
from cases.records.follow_up import FollowUp
from cases.services import attachments, followup
from cases.services.intake import record_case
from cases.services.retention import erasure
from cases.services.retention.models import Disposal
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


SEED = "seed"


def of_seed() -> Case:
    return record_case(entry(SEED, 0), centre=builders.centre(), by=SYSTEM).case


@pytest.mark.parametrize("is_lost", [False, True])
def test_an_edit_that_is_gone_is_lost(is_lost: bool) -> None:
    case, tally = of_seed(), Tally()
    followup.add_follow_up(case.uid, edit(SEED, 0), by=SYSTEM)
    if is_lost:
        FollowUp.objects.all().delete()

    checks.check_edits(SEED, [0], 1, tally)

    assert (tally.acknowledged, tally.lost) == (1, int(is_lost))


def test_a_key_of_an_older_version_is_left_behind() -> None:
    case = of_seed()
    before = checks.left_behind(case.centre)
    DataKey.objects.filter(owner_uid=case.uid).update(kek_version=0)

    assert (before, checks.left_behind(case.centre)) == (0, 1)


@pytest.mark.parametrize("is_lost", [False, True])
def test_a_number_without_its_tag_is_lost(is_lost: bool) -> None:
    case, tally = of_seed(), Tally()
    if is_lost:
        LookupTag.objects.all().delete()

    checks.check_found_by_phone(SEED, [0], tally)
    checks.check_tags(case.centre, tally)

    assert tally.lost == 2 * is_lost


def _nothing(row: Attachment) -> None:
    pass


def _without_its_last_piece(row: Attachment) -> None:
    SealedChunk.objects.filter(is_last=True).delete()


def _without_its_row(row: Attachment) -> None:
    row.delete()


@pytest.mark.parametrize(
    ("damage", "found"),
    [(_nothing, (0, 0, 0)), (_without_its_last_piece, (1, 0, 1)), (_without_its_row, (2, 2, 0))],
)
def test_half_a_file_is_noticed(damage: Callable[[Attachment], None], found: tuple[int, int, int]) -> None:
    """Without its row: lost, a piece and a key that are nobody's, and an entry in the log about no file."""
    case, tally, content = of_seed(), Tally(), document(SEED, 0)
    row = attachments.attach(case.uid, document_name(0), io.BytesIO(content), size=len(content), by=SYSTEM)
    damage(row)

    checks.check_attached(SEED, [0], 1, tally)
    checks.check_no_half_file(tally)

    assert (tally.lost, tally.duplicated, tally.unreadable) == found


def _batch(case: Case) -> Disposal:
    by = builders.account("MANAGER", at=case.centre)
    return Disposal.objects.create(centre=case.centre, ground=Disposal.Ground.DUE, proposed_by=by)


def test_an_erased_case_is_clean_and_changes_no_sum() -> None:
    case, tally = of_seed(), Tally()
    sums = checks.facts_sum(case.centre)
    erasure.erase_case(case.uid, reason=Disposal.Ground.DUE, by=SYSTEM, disposal=_batch(case))

    assert checks.check_disposed(SEED, [0], tally) == 1
    assert tally.is_clean
    assert sums
    assert checks.facts_sum(case.centre) == sums


def test_a_case_that_is_gone_without_being_in_the_register_is_lost() -> None:
    case, tally = of_seed(), Tally()
    uid = case.uid
    case.delete()

    checks.check_disposed(SEED, [0], tally)

    assert (tally.lost, tally.duplicated) == (1, 1)  # its key and its fact are left too
    assert not Case.objects.filter(uid=uid).exists()


def test_a_case_that_is_there_and_in_the_register_is_noticed() -> None:
    case, tally = of_seed(), Tally()
    erasure.erase_case(case.uid, reason=Disposal.Ground.DUE, by=SYSTEM, disposal=_batch(case))
    made = builders.case(by=builders.account(at=case.centre))
    Case.objects.filter(pk=made.pk).update(uid=entry(SEED, 0).uid)

    checks.check_disposed(SEED, [0], tally)

    assert tally.duplicated == 1
