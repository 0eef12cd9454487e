"""Look-up by tags: sized to the table, one key per centre, every number found while the tags are made anew."""

import importlib
from collections import Counter
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, transaction

from cases import jobs
from cases.protection import lookup, match, reindex
from cases.protection.models import AuditEntry, LookupIndex, LookupTag
from cases.protection.redaction.forms import Party
from cases.records.case import Case
from cases.records.centre import SYSTEM
from cases.services import followup, intake
from tests import builders

pytestmark = pytest.mark.django_db(transaction=True)

PHONE = "090-1234-5678"


@pytest.mark.parametrize(
    ("rows", "bits"), [(0, 5), (2_047, 5), (2_048, 6), (16_384, 9), (50_000, 10), (200_000, 12)]
)
def test_a_tag_is_as_long_as_leaves_32_rows_to_open(rows: int, bits: int) -> None:
    assert lookup.bits_for(rows) == bits


@pytest.mark.parametrize(("rows", "outgrown"), [(4_095, False), (4_096, True)])
def test_a_table_has_outgrown_its_tags_at_four_times_the_rows(rows: int, outgrown: bool) -> None:
    assert lookup.has_outgrown(5, rows) is outgrown


def test_the_tags_of_a_table_tell_little_about_who_shares_a_number() -> None:
    """Of rows with one tag, at most a twentieth of the pairs have one number: 6,000 rows, some calling again."""
    centre = builders.centre()
    phones = [f"090{9_000_000 + caller * 7:08d}" for caller in range(4_000)]
    calls = phones + phones[:2_000]
    bits = lookup.bits_for(len(calls))
    tags = Counter((lookup.tag(lookup.digest(centre, lookup.PHONE, phone), bits), phone) for phone in calls)

    by_tag: Counter[int] = Counter()
    same = 0
    for (tag, _phone), count in tags.items():
        by_tag[tag] += count
        same += count * (count - 1)
    pairs = sum(count * (count - 1) for count in by_tag.values())

    assert same / pairs <= 0.05


def _reindexed(centre: Any) -> jobs.Job:
    job = reindex.start(centre, by=SYSTEM)
    assert jobs.claim_and_run(job.uid, worker="test")
    job.refresh_from_db()
    return job


def test_a_number_is_found_at_every_moment_of_a_re_index(monkeypatch: pytest.MonkeyPatch) -> None:
    by = builders.account()
    old = builders.case(by=by, caller=builders.person(phone=PHONE))
    monkeypatch.setattr(lookup, "CANDIDATES", 4)  # longer tags are due
    found = []

    def looked(*expected: Case) -> None:
        found.append(set(match.same_phone(PHONE, by=by).case_pks) == {case.pk for case in expected})

    reindex.begin(by.centre)
    looked(old)
    during = builders.case(by=by, caller=builders.person(phone=PHONE))
    looked(old, during)
    with transaction.atomic():
        reindex.fill(by.centre, [old])
    looked(old, during)
    LookupIndex.objects.update(state=LookupIndex.State.SWITCHING)
    later = builders.case(by=by, caller=builders.person(phone=PHONE))
    looked(old, during, later)
    while reindex.switch(by.centre):
        looked(old, during, later)
    reindex.finish(by.centre)
    looked(old, during, later)

    assert found == [True] * len(found)
    index = LookupIndex.objects.get(field=lookup.PHONE)
    assert (index.state, index.bits, index.version) == ("STEADY", 8, 2)


def test_an_entry_prepared_before_a_re_index_and_saved_behind_it_is_found(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    by = builders.account()
    builders.case(by=by, caller=builders.person())
    prepared = intake.prepare([builders.entry(caller=builders.person(phone=PHONE))], centre=by.centre, by=by)
    monkeypatch.setattr(lookup, "CANDIDATES", 4)
    _reindexed(by.centre)

    case = intake.save(prepared, centre=by.centre)[0].case

    assert case.pk in match.same_phone(PHONE, by=by).case_pks


def test_a_re_index_that_is_stopped_goes_on_where_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    by = builders.account()
    made = [builders.case(by=by, caller=builders.person(phone=PHONE)) for _ in range(5)]
    monkeypatch.setattr(reindex, "BATCH", 2)
    monkeypatch.setattr(lookup, "CANDIDATES", 4)
    job = reindex.start(by.centre, by=SYSTEM)
    answers = iter([False, True])

    jobs.claim_and_run(job.uid, worker="first", stopping=lambda: next(answers))
    job.refresh_from_db()
    assert (job.state, job.done, job.cursor) == (jobs.Job.State.QUEUED, 2, made[1].pk)
    assert len(match.same_phone(PHONE, by=by).case_pks) == 5

    jobs.claim_and_run(job.uid, worker="second")
    job.refresh_from_db()
    assert (job.state, job.result["cases"]) == (jobs.Job.State.DONE, 5)
    assert len(match.same_phone(PHONE, by=by).case_pks) == 5
    assert set(LookupTag.objects.values_list("next_tag", flat=True)) == {None}
    assert AuditEntry.objects.get(action="LOOKUP_REINDEXED").count == 5


def test_the_worker_makes_tags_anew_by_itself_when_the_table_has_grown(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    by = builders.account()
    builders.case(by=by, caller=builders.person())
    reindex.start_outgrown()
    assert not jobs.Job.objects.filter(kind=reindex.KIND).exists()

    LookupIndex.objects.update(bits=1)
    monkeypatch.setattr(lookup, "GROWTH", 0.01)
    reindex.start_outgrown()
    reindex.start_outgrown()

    assert jobs.Job.objects.filter(kind=reindex.KIND, centre=by.centre).count() == 1


def test_a_case_has_tags_of_the_centres_that_it_was_handed_over_to_and_no_others() -> None:
    by = builders.account()
    kita, minami = builders.centre("kita"), builders.centre("minami")
    case = builders.case(by=by, caller=builders.person(phone=PHONE))

    reindex.permit(case, kita)
    reindex.permit(case, kita)
    tags = {
        centre: set(LookupTag.objects.filter(case=case, centre=centre).values_list("field", flat=True))
        for centre in (by.centre, kita, minami)
    }
    assert tags[kita] == tags[by.centre] == {lookup.PHONE, lookup.KANA, lookup.KANA_FOLDED}
    assert tags[minami] == set()
    assert lookup.digest(by.centre, lookup.PHONE, "1") != lookup.digest(kita, lookup.PHONE, "1")

    corrected = builders.entry(uid=case.uid, caller=builders.person(phone="03-1111-2222"))
    followup.correct_case(corrected, revision=case.revision, by=by)
    held = LookupTag.objects.filter(lookup.matching(kita, lookup.PHONE, "0311112222"))
    assert held.get().case == case

    reindex.withdraw(case, kita)
    reindex.withdraw(case, by.centre)
    assert set(LookupTag.objects.values_list("centre", flat=True)) == {by.centre.pk}


@pytest.mark.parametrize(
    ("typed", "strictly", "loosely"),
    [
        ("サトウ ケイコ", True, True),
        ("さとうけいこ", True, True),
        ("ｻﾄｳ ｹｲｺ", True, True),
        ("サトー ケーコ", False, True),
        ("サトウ", False, False),
        ("サト", False, False),
    ],
)
def test_a_whole_reading_finds_its_cases_however_old(typed: str, strictly: bool, loosely: bool) -> None:
    by = builders.account()
    case = builders.case(by=by, caller=builders.person(name="佐藤 恵子", kana="サトウ ケイコ"))
    Case.objects.update(closed_on="2026-11-20", outcome="ADVICE", changed_at="2020-01-01T00:00Z")

    assert match.same_kana(typed, by=by) == ([case.pk] if strictly else [])
    assert match.same_kana(typed, by=by, loosely=True) == ([case.pk] if loosely else [])
    assert match.surname("佐藤", by=by).case_pks == []


def test_a_guarded_case_is_in_no_search_by_name_and_only_told_of_by_its_number() -> None:
    mine, colleague = builders.account(), builders.account()
    case = builders.case(by=mine, caller=builders.person(phone=PHONE))
    assert match.surname("山田", by=colleague).case_pks == [case.pk]
    Case.objects.update(is_guarded=True)

    assert match.surname("山田", by=mine).case_pks == []
    assert match.same_kana("ヤマダ ハナコ", by=mine) == []
    assert match.same_phone(PHONE, by=mine) == match.Matches([case.pk])
    assert match.same_phone(PHONE, by=colleague) == match.Matches([], guarded=1)


def test_surnames_are_compared_in_the_own_centre_and_the_cut_is_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(match, "SURNAME_NEWEST", 2)
    by = builders.account()
    made = [builders.case(by=by, caller=builders.person()) for _ in range(3)]
    stranger = builders.account(at=builders.centre("kita"))

    found = match.surname("やまだ", by=by)

    assert set(found.case_pks) == {case.pk for case in made[1:]}
    assert (found.compared, found.is_cut) == (2, True)
    assert match.surname("やまだ", by=stranger).case_pks == []


def test_no_field_has_an_index_of_surnames() -> None:
    by = builders.account()
    builders.case(
        by=by, caller=builders.person(), party=builders.person(name="佐藤", kana="サトウ", phone="")
    )

    assert set(LookupTag.objects.values_list("field", flat=True)) == {"PHONE", "KANA", "KANA_FOLDED"}
    assert set(lookup.Values.of(kanas=["サト", ""]).readings) == set()
    assert repr(lookup.Values.of(phones=[PHONE])) == "<Values>"
    assert repr(Party(name="山田")) == "<Party>"


def test_tags_from_before_are_given_their_centre_and_a_re_index_that_is_begun() -> None:
    migration = importlib.import_module("cases.migrations.0009_lookup_by_centre")
    case = builders.case(caller=builders.person(phone=PHONE, name="", kana=""))
    LookupTag.objects.update(centre=builders.centre("other"))
    LookupIndex.objects.all().delete()

    with connection.schema_editor() as editor:
        migration.give_tags_their_centre(apps, editor)

    assert set(LookupTag.objects.values_list("centre_id", flat=True)) == {case.centre_id}
    phone = LookupIndex.objects.get(field="PHONE")
    assert (phone.bits, phone.next_bits, phone.state) == (12, 5, "FILLING")
    assert [found.pk for found in lookup.outgrown()] == [case.centre_id]
