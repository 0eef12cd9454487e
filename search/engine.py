"""The engine in use, and what happens when it is gone: it is made anew and fed again, by itself."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import lru_cache
from pathlib import Path
from typing import Final

from django.conf import settings
from django.utils import timezone

from cases.jobs import Job, start
from cases.records.centre import SYSTEM
from search.analysis import ANALYSER_VERSION
from search.backends.base import Backend
from search.backends.sqlite import SqliteBackend
from search.errors import EngineBroken, SearchRebuilding, SearchUnavailable
from search.hashing import key_mark

REBUILD: Final = "search.rebuild"
# A rebuild that failed is tried again, but not in a tight loop.
_PAUSE: Final = timedelta(minutes=10)


def engine() -> Backend:
    """The engine of this installation. Its version names analysis and key, so that neither is ever mixed.

    Raises KeyMissing.
    """
    return _opened(Path(settings.SEARCH_FILE), f"{ANALYSER_VERSION}/{key_mark()}")


@lru_cache(maxsize=4)
def _opened(path: Path, version: str) -> SqliteBackend:
    return SqliteBackend(path, version)


@contextmanager
def looking() -> Iterator[Backend]:
    """The engine for a reader. A broken or missing one is SearchRebuilding to the reader, and is being made anew."""
    try:
        yield engine()
    except EngineBroken as trouble:
        request_rebuild(anew=True)
        raise SearchRebuilding from trouble


def request_rebuild(*, anew: bool) -> None:
    """Queue a rebuild unless one waits, runs, or has just failed. `anew`: throw the engine's store away first."""
    if not _is_tried():
        start(REBUILD, {"anew": anew}, by=SYSTEM)


def heal() -> None:
    """Make the engine anew where it is broken, and see to it that an incomplete one is being fed."""
    try:
        is_complete = engine().is_complete()
    except EngineBroken:
        engine().wipe()
        is_complete = False
    if not is_complete:
        request_rebuild(anew=False)


def is_ill() -> bool:
    """A cheap look whether `heal` has something to do. An engine that is away is not ill: it is asked again."""
    try:
        is_complete = engine().is_complete()
    except EngineBroken:
        return True
    except SearchUnavailable:
        return False
    return not is_complete and not _is_tried()


def _is_tried() -> bool:
    jobs = Job.objects.filter(kind=REBUILD)
    failed = jobs.filter(state=Job.State.FAILED, finished_at__gt=timezone.now() - _PAUSE)
    return jobs.unfinished().exists() or failed.exists()
