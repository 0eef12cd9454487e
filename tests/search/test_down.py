"""While an engine is away: calls are saved, readers are told at once, and it comes back by itself."""

import gc
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from cases import feed
from cases.feed import ConsumerFails
from cases.feed.models import FeedRow
from cases.records.case import Case
from search import engine as engines
from search.backends import sqlite_file
from search.errors import SearchUnavailable
from search.similar import similar
from search.state import Health, health
from search.words import find

pytestmark = pytest.mark.django_db

WORDS = "給湯器の無料点検に来た業者と契約した"


def let_go() -> None:
    """Close what this process holds open of the file."""
    engines._opened.cache_clear()
    gc.collect()


@contextmanager
def locked(file: Path, settings: Any, patch: pytest.MonkeyPatch) -> Iterator[None]:
    """Another program holds the file for itself."""
    patch.setattr(sqlite_file, "_READER_SECONDS", 0.05)
    patch.setattr(sqlite_file, "_WAIT_SECONDS", 0.05)
    let_go()
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("PRAGMA locking_mode=EXCLUSIVE")
    other.execute("BEGIN IMMEDIATE")
    other.execute("UPDATE about SET terms = terms")
    yield
    other.execute("ROLLBACK")
    other.close()
    let_go()


@contextmanager
def refused(file: Path, settings: Any, patch: pytest.MonkeyPatch) -> Iterator[None]:
    """Nothing listens where the cluster should be."""
    settings.ELASTICSEARCH_URLS = ["https://127.0.0.1:9"]
    yield
    settings.ELASTICSEARCH_URLS = []


@contextmanager
def removed(file: Path, settings: Any, patch: pytest.MonkeyPatch) -> Iterator[None]:
    file.unlink()
    yield


@contextmanager
def damaged(file: Path, settings: Any, patch: pytest.MonkeyPatch) -> Iterator[None]:
    let_go()
    file.write_bytes(b"\x00" * 5_000)
    yield


AWAY: dict[str, Callable[..., Any]] = {
    "locked": locked, "refused": refused, "removed": removed, "damaged": damaged,
}  # fmt: skip


@pytest.mark.parametrize("way", AWAY)
def test_calls_are_saved_readers_are_told_and_it_comes_back(
    record, worked, staff, search_file, settings, monkeypatch, way
):
    before = record(WORDS)
    worked()

    with AWAY[way](search_file, settings, monkeypatch):
        saved = record(f"{WORDS}。隣の家も契約した。")
        for look in (lambda: similar(WORDS, by=staff), lambda: find("給湯器", by=staff)):
            with pytest.raises(SearchUnavailable):
                look()
        assert health() in (Health.UNAVAILABLE, Health.REBUILDING)
        if way in ("locked", "refused"):
            with pytest.raises(ConsumerFails):
                feed.drain("search", 100)
            assert FeedRow.objects.get(consumer="search").attempts == 0
    assert Case.objects.filter(pk=saved.pk).exists()

    worked()

    hits = similar(WORDS, by=staff).hits
    assert {hit.uid for hit in hits} | {saved.uid} == {before.uid, saved.uid}
    assert set(find("給湯器", by=staff).uids) == {before.uid, saved.uid}
    assert feed.lag("search").waiting == 0
