"""What reaches the engine, what leaves it, and how it comes back after harm."""

import os
import signal
import uuid
from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from cases import feed, jobs
from cases.feed.models import FeedRow
from cases.jobs import Job, start
from cases.protection import keys
from cases.records.case import Case
from cases.records.centre import SYSTEM
from cases.services.entry import PersonEntry
from search import engine as engines
from search import index
from search.analysis import ANALYSER_VERSION
from search.backends.sqlite import SqliteBackend
from search.engine import engine
from search.errors import SearchRebuilding
from search.similar import similar
from search.terms import CaseTerms
from search.words import find
from tests.disk import bytes_of

pytestmark = pytest.mark.django_db


def uids_of(words, staff):
    return set(find(words, by=staff).uids)


def test_a_saved_case_is_found_without_anybody_doing_anything_but_the_worker(record, worked, staff):
    case = record("屋根の無料点検に来た業者と契約した。")

    worked()

    assert uids_of("契約", staff) == {case.uid}
    assert feed.lag("search").waiting == 0


def test_terms_are_kept_sealed_under_the_key_of_the_case(record, worked):
    case = record("貴金属の訪問購入")
    worked()

    row = CaseTerms.objects.get(case=case)

    assert (row.revision, row.analyser_version, str(row.terms)) == (case.revision, ANALYSER_VERSION, "●●●")
    assert "訪問購入" in keys.sealer(case.sealed_owner).open(row, "terms").split()


def test_the_same_word_again_changes_nothing(record, worked, staff):
    case = record("分電盤の点検")
    worked()
    before = CaseTerms.objects.get(case=case).terms.envelope

    index.apply([case.uid, case.uid])

    assert (engine().size(), uids_of("分電盤", staff)) == (1, {case.uid})
    assert CaseTerms.objects.get(case=case).terms.envelope == before


def test_a_changed_case_is_found_by_its_new_codes_and_words(record, worked, staff):
    case = record("浄水器の契約")
    worked()
    sealer = keys.sealer(case.sealed_owner)
    sealer.seal(case, "narrative_redacted", "布団の契約")
    case.revision += 1
    case.save()

    index.apply([case.uid])

    assert (uids_of("浄水器", staff), uids_of("布団", staff)) == (set(), {case.uid})


@pytest.mark.parametrize("gone", ["case", "key"])
def test_an_erased_case_leaves_the_engine(record, worked, staff, gone):
    erased, stays = record("布団の契約"), record("布団の解約")
    worked()
    assert uids_of("布団", staff) == {erased.uid, stays.uid}
    if gone == "case":
        Case.objects.filter(pk=erased.pk).delete()
    else:
        keys.destroy(erased.sealed_owner)

    index.apply([erased.uid])

    assert set(engine().revisions([erased.uid, stays.uid])) == {stays.uid}
    assert uids_of("布団", staff) == {stays.uid}


def test_a_case_erased_while_it_is_analysed_does_not_come_back(record, worked, monkeypatch):
    case = record("布団の契約")
    worked()
    put = type(engine()).put

    def erased_before(self, documents):
        Case.objects.filter(pk=case.pk).delete()
        return put(self, documents)

    monkeypatch.setattr(type(engine()), "put", erased_before)

    index.apply([case.uid])

    assert (engine().size(), CaseTerms.objects.count()) == (0, 0)


def _write_and_die(file, documents, put, when):
    """In a forked child, with connections of its own."""
    try:
        fresh = SqliteBackend(file.path, file.version.split("/", 1)[1])
        if when == "before the commit":
            with fresh._file.writing() as db:
                db.execute("DELETE FROM doc")
                db.execute("UPDATE about SET documents = 77")
                os.kill(os.getpid(), signal.SIGKILL)
        put(fresh, documents)
        os.kill(os.getpid(), signal.SIGKILL)
    finally:  # never back into the test
        os._exit(1)


@pytest.mark.faults
@pytest.mark.parametrize("when", ["before the commit", "after the commit"])
def test_a_killed_worker_loses_nothing_and_doubles_nothing(
    empty_engine, record, worked, staff, monkeypatch, when
):
    case = record("給湯器の交換を勧められた")
    backend = type(engine())
    put = backend.put

    def killed(self, documents):
        child = os.fork()
        if child == 0:
            _write_and_die(self._file, documents, put, when)
        assert os.waitpid(child, 0)[1] == signal.SIGKILL
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr(backend, "put", killed)
        with pytest.raises(SystemExit):
            index.apply([case.uid])
    assert engine().size() == (1 if when == "after the commit" else 0)
    assert FeedRow.objects.filter(consumer="search").count() == 1

    worked()

    assert (engine().size(), uids_of("給湯器", staff)) == (1, {case.uid})


@pytest.mark.parametrize("harm", ["missing", "damaged", "another version"])
def test_a_harmed_search_file_heals_by_itself(record, worked, staff, search_file, monkeypatch, harm):
    cases = {record(f"給湯器の点検 {number}").uid for number in range(3)}
    worked()
    if harm == "missing":
        search_file.unlink()
    elif harm == "damaged":
        search_file.write_bytes(b"\x00" * 5_000)
    else:
        monkeypatch.setattr(engines, "ANALYSER_VERSION", "another")

    with pytest.raises(SearchRebuilding):
        find("給湯器", by=staff)
    with pytest.raises(SearchRebuilding):
        similar("給湯器の点検", by=staff)
    assert Job.objects.filter(kind=engines.REBUILD).unfinished().count() == 1
    worked()

    assert uids_of("給湯器", staff) == cases
    assert len(similar("給湯器の点検", by=staff).hits) == 3


def test_the_worker_notices_a_missing_file_before_any_reader_does(record, worked, staff, search_file):
    case = record("給湯器の点検")
    worked()
    assert not engines.is_ill()
    search_file.unlink()
    assert engines.is_ill()

    engines.heal()
    with pytest.raises(SearchRebuilding):
        find("給湯器", by=staff)
    worked()

    assert (uids_of("給湯器", staff), engines.is_ill()) == ({case.uid}, False)


def test_a_rebuild_that_fails_is_not_started_again_at_once(record, worked, monkeypatch):
    record("給湯器の点検")

    def fails(*_args, **_kwargs):
        raise RuntimeError

    monkeypatch.setattr(index, "_put", fails)
    engines.heal()
    worked()
    assert Job.objects.get(kind=engines.REBUILD).state == Job.State.FAILED

    assert not engines.is_ill()
    engines.heal()

    assert Job.objects.filter(kind=engines.REBUILD).count() == 1


def test_a_rebuild_brings_back_what_is_missing_and_takes_out_what_is_no_case(record, worked, staff):
    case, other = record("給湯器の点検"), record("給湯器の交換")
    worked()
    engine().delete([case.uid])
    Case.objects.filter(pk=other.pk).delete()

    start(engines.REBUILD, {"anew": False}, by=SYSTEM)
    worked()

    assert engine().revisions([case.uid, other.uid]) == {case.uid: case.revision}
    assert Job.objects.filter(kind=engines.REBUILD).latest("pk").result == {
        "cases": 1, "compared": 1, "removed": 0, "renewed": 0, "left": 0,
    }  # fmt: skip


def test_a_rebuild_goes_on_from_its_checkpoint(record, worked, staff, monkeypatch):
    monkeypatch.setattr(index, "BATCH", 2)
    cases = [record(f"給湯器の点検 {number}") for number in range(5)]
    worked()
    seen = []
    put = index._put
    monkeypatch.setattr(index, "_put", lambda rows, into: seen.extend(c.uid for c in rows) or put(rows, into))
    job = start(engines.REBUILD, {"anew": False}, by=SYSTEM)
    engine().begin()
    engine().building().put(engine().documents([case.uid for case in cases[:2]]))
    Job.objects.filter(pk=job.pk).update(cursor=cases[1].pk, done=2)

    worked()

    assert engine().building() is None
    assert seen == [case.uid for case in cases[2:]]
    job.refresh_from_db()
    assert (job.state, job.done, job.result["cases"]) == (Job.State.DONE, 5, 5)


def test_a_rebuild_needs_no_second_analysis(record, worked, staff, monkeypatch):
    case = record("給湯器の点検")
    worked()
    monkeypatch.setattr(index._memory, "words", lambda _text: pytest.fail("analysed again"))

    start(engines.REBUILD, {"anew": True}, by=SYSTEM)
    worked()

    assert uids_of("給湯器", staff) == {case.uid}


def test_a_comparison_repairs_both_ways_and_says_how_much(record, worked, staff):
    missing, stale, fine = record("給湯器の点検"), record("布団の契約"), record("布団の解約")
    worked()
    engine().delete([missing.uid])
    Case.objects.filter(pk=stale.pk).update(revision=2)
    orphan = uuid.uuid4()
    engine().put(
        [index._document(fine, b"\x01" * 5).__class__(orphan, 1, fine.centre_id, fine.received_on, b"")]
    )

    found = index.reconcile(engine())

    assert (found.compared, found.removed, found.renewed) == (3, 1, 2)
    assert engine().revisions([missing.uid, stale.uid, fine.uid, orphan]) == {
        missing.uid: 1, stale.uid: 2, fine.uid: 1,
    }  # fmt: skip
    assert index.reconcile(engine()) == index.Reconciled(3, 0, 0, 0)


def test_what_a_restored_database_holds_in_an_older_revision_is_taken_back(record, worked, staff):
    case = record("給湯器の点検")
    worked()
    engine().put([replace(engine().documents([case.uid])[0], revision=9)])

    assert index.reconcile(engine()) == index.Reconciled(1, 0, 1, 0)

    assert engine().revisions([case.uid]) == {case.uid: 1}
    assert uids_of("給湯器", staff) == {case.uid}


def test_what_changes_and_what_is_erased_during_a_rebuild_is_in_both_stores(
    record, worked, staff, monkeypatch
):
    monkeypatch.setattr(index, "BATCH", 2)
    cases = [record(f"給湯器の点検 {number}") for number in range(5)]
    worked()
    forget = index._forget_erased
    seen = []

    def meanwhile(uids, into):
        if not seen:
            seen.append(uids_of("給湯器", staff))
            keys.destroy(cases[0].sealed_owner)
            Case.objects.filter(pk=cases[1].pk).update(revision=2)
            monkeypatch.setattr(index, "_forget_erased", forget)
            index.apply([cases[0].uid, cases[1].uid])
        return forget(uids, into)

    start(engines.REBUILD, {"anew": False}, by=SYSTEM)
    monkeypatch.setattr(index, "_forget_erased", meanwhile)
    worked()

    assert seen == [{case.uid for case in cases}], "the old store answers meanwhile"
    wanted = {case.uid: 1 for case in cases[2:]} | {cases[1].uid: 2}
    assert {row.uid: row.revision for row in engine().stored(limit=9)} == wanted
    assert uids_of("給湯器", staff) == set(wanted)


@pytest.mark.parametrize("fault", ["other words", "other codes", "one more"])
def test_a_new_store_that_does_not_hold_what_the_cases_say_never_answers(
    record, worked, staff, monkeypatch, fault
):
    cases = {record(f"給湯器の点検 {number}").uid for number in range(3)}
    worked()
    store, put = engine().stored(limit=9), index._put

    def wrong(rows, into):
        written = put(rows, into)
        one = into.documents([rows[0].uid])[0]
        changes = {
            "other words": {"terms": one.terms[5:]}, "other codes": {"outcome": "ADVICE"},
            "one more": {"uid": uuid.uuid4()},
        }  # fmt: skip
        into.put([replace(one, **changes[fault])])
        return written

    start(engines.REBUILD, {"anew": False}, by=SYSTEM)
    monkeypatch.setattr(index, "_put", wrong)
    if fault == "one more":
        monkeypatch.setattr(index, "_forget_erased", lambda *_given: 0)
    worked()

    job = Job.objects.filter(kind=engines.REBUILD).latest("pk")
    assert (job.state, job.error_code) == (Job.State.FAILED, "search_rebuild_not_verified")
    assert (engine().stored(limit=9), uids_of("給湯器", staff)) == (store, cases)
    assert engine().building() is not None, "kept, so that somebody can look and go on"


def test_a_cancelled_rebuild_goes_on_when_it_is_resumed_and_is_thrown_away_when_it_is_not(
    record, worked, staff, monkeypatch
):
    monkeypatch.setattr(index, "BATCH", 2)
    cases = {record(f"給湯器の点検 {number}").uid for number in range(5)}
    worked()
    job = start(engines.REBUILD, {"anew": False}, by=SYSTEM)
    put = index._put
    monkeypatch.setattr(index, "_put", lambda rows, into: jobs.cancel(job, SYSTEM) and put(rows, into))
    Job.objects.update(created_by=None)
    worked()
    monkeypatch.setattr(index, "_put", put)
    assert Job.objects.get(pk=job.pk).state == Job.State.CANCELLED
    assert (engine().building().size(), uids_of("給湯器", staff)) == (2, cases)

    index.tidy()
    assert engine().building() is not None
    jobs.resume(job, SYSTEM)
    worked()
    assert (Job.objects.get(pk=job.pk).state, engine().building()) == (Job.State.DONE, None)

    engine().begin()
    Job.objects.update(finished_at=timezone.now() - timedelta(hours=2))
    index.tidy()
    assert (engine().building(), uids_of("給湯器", staff)) == (None, cases)


def test_the_search_file_holds_no_word_and_no_personal_value(record, worked, search_file):
    words = ["ふくろう住建", "貴金属", "分電盤", "見本", "花子", "訪問購入", "09011112222", "090-1111-2222"]
    record(
        "ふくろう住建の見本花子が貴金属の訪問購入に来た。分電盤も見た。電話は090-1111-2222。",
        party=PersonEntry(name="見本 花子", phone="090-1111-2222"),
        trader_name="ふくろう住建",
    )
    worked()
    assert engine().size() == 1

    stored = bytes_of(search_file.parent.iterdir())

    for coding in ("utf-8", "utf-16-le", "utf-16-be", "cp932", "euc-jp"):
        assert not [word for word in words if word.encode(coding) in stored], coding


def test_one_entry_tells_of_the_analysis_of_a_batch(record, worked, django_assert_max_num_queries):
    uids = [record(f"給湯器の点検 {number}").uid for number in range(12)]
    worked()
    Case.objects.update(revision=2)

    with django_assert_max_num_queries(17):
        index.apply(uids)


def test_a_case_whose_words_do_not_open_keeps_no_other_from_being_found(record, worked, staff):
    whole, broken = record("屋根の点検"), record("屋根の点検")
    Case.objects.filter(pk=broken.pk).update(narrative_redacted=whole.narrative_redacted)
    engine().wipe()
    start(engines.REBUILD, {"anew": True}, by=SYSTEM)

    worked()

    assert uids_of("点検", staff) == {whole.uid}
    assert not Job.objects.exclude(state=Job.State.DONE).exists()
