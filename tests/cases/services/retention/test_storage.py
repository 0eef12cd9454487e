"""What was erased is gone from the files: wrapped keys from the database's, digests of words from the index's."""

import contextlib
import sqlite3
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection, transaction

from cases.feed import rows as feed
from cases.figures import columns
from cases.models import DataKey, Disposal, ErasureNote, Tombstone
from cases.protection import keys
from cases.protection.keys import providers
from cases.records.case import Case
from cases.records.people import CasePerson
from cases.services.intake import record_cases
from cases.services.retention import erasure, storage
from consult.shell.accounts import Account
from search import index
from search.engine import engine, request_rebuild
from search.hashing import product_hasher
from search.terms import CaseTerms
from tests import builders
from tests.disk import bytes_of

pytestmark = pytest.mark.django_db(transaction=True)
ERASED, KEPT = 200, 20


def make_cases(by: Account, count: int) -> list[Case]:
    made = record_cases([builders.entry(narrative="点検") for _n in range(count)], centre=by.centre, by=by)
    return [one.case for one in made]


def wrapped(cases: list[Case]) -> list[bytes]:
    rows = DataKey.objects.filter(owner_uid__in=[case.uid for case in cases])
    return [bytes(row.wrapped) for row in rows]


def database_files() -> bytes:
    """Every byte of the database's files: SQLite's with its log, PostgreSQL's heap files of this database."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            name = Path(str(connection.settings_dict["NAME"]))
            return bytes_of(sorted(name.parent.glob(f"{name.name}*")))
        cursor.execute("CHECKPOINT")
        cursor.execute(
            "SELECT current_setting('data_directory') || '/base/' ||"
            " (SELECT oid FROM pg_database WHERE datname = current_database())"
        )
        folder = Path(cursor.fetchone()[0])
    return b"".join(path.read_bytes() for path in sorted(folder.iterdir()) if path.is_file())


def held_in_files(needles: list[bytes]) -> int:
    data = database_files()
    return sum(needle in data for needle in needles)


@pytest.fixture
def by() -> Account:
    return builders.account("MANAGER")


def erase(cases, by):
    for case in cases:
        erasure.erase_case(case.uid, reason=Disposal.Ground.REQUEST, by=by)


def test_none_of_200_wrapped_keys_is_left_in_the_files(by):
    gone, kept = make_cases(by, ERASED), make_cases(by, KEPT)
    needles, others = wrapped(gone), wrapped(kept)
    with connection.cursor() as cursor:
        cursor.execute(
            "ANALYZE"
        )  # as the database does by itself: PostgreSQL's planner keeps samples of columns
    assert held_in_files(needles) == len(needles) == ERASED

    erase(gone, by)
    storage.clean_after_erasures()

    assert held_in_files(needles) == 0
    assert held_in_files(others) == KEPT
    assert Tombstone.objects.filter(files_clean_at__isnull=False).count() == ERASED


@pytest.mark.sqlite
def test_without_secure_delete_they_are_left_and_the_scan_sees_it(by):
    """The scan is not blind, and cases are not called gone where the files still hold them."""
    gone = make_cases(by, ERASED)
    needles = wrapped(gone)
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA secure_delete=OFF")
    try:
        erase(gone, by)
        with pytest.raises(storage.FilesNotClean):
            storage.clean_after_erasures()
    finally:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA secure_delete=ON")

    assert held_in_files(needles) > 0
    assert not Tombstone.objects.filter(files_clean_at__isnull=False).exists()


@pytest.mark.sqlite
def test_a_reader_of_the_older_state_puts_it_off(by, monkeypatch):
    gone = make_cases(by, 3)
    needles = wrapped(gone)
    reader = sqlite3.connect(str(connection.settings_dict["NAME"]), isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM cases_datakey").fetchone()
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout=50")
    try:
        erase(gone, by)
        with pytest.raises(storage.FilesNotClean):
            storage.clean_after_erasures()
        assert held_in_files(needles) == 3
        assert storage.is_wanted()
    finally:
        reader.close()
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA busy_timeout=20000")

    storage.clean_after_erasures()
    assert (held_in_files(needles), storage.is_wanted()) == (0, False)


def test_files_are_not_cleaned_inside_a_transaction(by):
    with transaction.atomic(), pytest.raises(RuntimeError):
        storage.clean()


# --- Words ------------------------------------------------------------------------------------------------------
ALONE = "キリマンジャロ焙煎機とアンモナイト標本の定期購入。ヒッポポタマス商会からゼッケンドルフ式の浄水器。"
SHARED = "屋根の点検だと言われ、工事を契約した。"


def index_files() -> bytes:
    name = Path(settings.SEARCH_FILE)
    return bytes_of(sorted(name.parent.glob(f"{name.name}*")))


def log_text(caplog) -> str:
    return "\n".join(record.getMessage() for record in caplog.records)


def terms_of(case: Case) -> list[bytes]:
    """The digests of the words of a case that no other case has, in order."""
    sealer = keys.sealer(case.sealed_owner)
    words = {row.uid: sealer.open(row, "terms").split() for row in CaseTerms.objects.filter(case=case)}
    return [product_hasher().term(word) for word in words[case.uid]]


def in_any_form(data: bytes, term: bytes) -> bool:
    return term in data or term.hex().encode() in data


def feed_search() -> None:
    while feed.drain("search", 100):
        pass


def settled(by: Account) -> tuple[Case, list[bytes]]:
    """A case with words that it shares with nobody, in a complete index among others."""
    engine().wipe()
    case = builders.case(narrative=ALONE)
    for _number in range(5):
        builders.case(narrative=SHARED)
    feed_search()
    engine().complete()
    shared = set(terms_of(Case.objects.exclude(pk=case.pk).first()))
    own = [term for term in dict.fromkeys(terms_of(case)) if term not in shared]
    assert len(own) > 5
    assert engine().optimise()
    return case, own


def test_digests_of_the_words_are_in_the_index_before_and_gone_after(by, caplog):
    case, own = settled(by)
    before = index_files()
    assert [term for term in own if not in_any_form(before, term)] == []
    assert set(engine().frequencies(own)) == set(own)

    erase([case], by)
    assert not index.forget_words()
    assert not Tombstone.objects.get().words_gone_at, "the feed has not been drained yet"
    feed_search()
    assert not index.forget_words()

    after = index_files() + log_text(caplog).encode()
    assert [term for term in own if in_any_form(after, term)] == []
    assert case.uid.bytes not in after
    assert engine().frequencies(own) == {}
    assert (engine().size(), vocabulary() & {term.hex() for term in own}) == (5, set())
    assert Tombstone.objects.get().words_gone_at is not None
    assert not index.has_words_to_forget()


def vocabulary() -> set[str]:
    """The terms that FTS5 itself holds, whatever form they have on the disk."""
    db = sqlite3.connect(settings.SEARCH_FILE)
    try:
        db.execute("CREATE VIRTUAL TABLE temp.words USING fts5vocab('main', 'ft', 'row')")
        return {term for (term,) in db.execute("SELECT term FROM temp.words")}
    finally:
        db.close()


def test_taken_out_of_the_answers_alone_the_digests_stay_in_the_files(by):
    """Deleting is not enough: the scan finds them until the store is rewritten."""
    case, own = settled(by)

    erase([case], by)
    feed_search()

    data = index_files()
    assert engine().frequencies(own) == {}
    assert [term for term in own if in_any_form(data, term)] != []


def test_words_are_not_called_gone_while_a_rebuild_may_hold_the_case(by):
    case, _own = settled(by)
    erase([case], by)
    feed_search()
    request_rebuild(anew=False)

    assert not index.forget_words()
    assert Tombstone.objects.get().words_gone_at is None


def test_no_digest_is_in_the_database_or_the_columns(by, settings, tmp_path):
    settings.COLUMNS_DIR = tmp_path / "columns"
    _case, own = settled(by)
    columns.extend()
    data = b"".join(path.read_bytes() for path in Path(settings.COLUMNS_DIR).rglob("*") if path.is_file())

    assert [term for term in own if in_any_form(data, term)] == []
    if connection.vendor == "sqlite":
        everything = database_files()
        assert [term for term in own if term.hex().encode() in everything] == []


# --- An old backup ----------------------------------------------------------------------------------------------
@pytest.mark.parametrize("is_destroyed", [True, False])
def test_an_old_backup_gives_nothing_back_once_the_keys_of_its_years_are_destroyed(by, is_destroyed):
    """The rows of the time before the erasure are put back, as a restored backup would; then they are opened."""
    settled(by)
    everything = list(Case.objects.all())
    before = {model: list(model.objects.all()) for model in (Case, CasePerson, CaseTerms, DataKey)}
    keks = {kek for case in everything for kek in keys.every_wrap(case.sealed_owner)}
    erase(everything, by)
    ErasureNote.objects.all().delete()
    for model, rows in before.items():
        model.objects.bulk_create(rows)

    if is_destroyed:
        for kek in keks:
            providers.holding(kek).destroy(kek)

    opened = 0
    for case in Case.objects.all():
        with contextlib.suppress(keys.KeyMissing):
            sealer = keys.sealer(case.sealed_owner)
            terms = CaseTerms.objects.get(case=case)
            opened += bool(sealer.open(case, "narrative")) and bool(sealer.open(terms, "terms"))
    assert opened == (0 if is_destroyed else len(everything))
