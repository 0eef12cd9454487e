"""The engine in use, and what happens when it is gone: it is made anew and fed again, by itself."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from django.conf import settings
from django.utils import timezone

from cases.jobs import Job, start
from cases.records.centre import SYSTEM
from search.analysis import ANALYSER_VERSION
from search.backends.base import Backend
from search.backends.sqlite import SqliteBackend
from search.errors import EngineBroken, SearchRebuilding, SearchUnavailable
from search.hashing import key_mark

if TYPE_CHECKING:
    from search.backends.elastic_cluster import Access

REBUILD: Final = "search.rebuild"
# A rebuild that failed is tried again, but not in a tight loop.
_PAUSE: Final = timedelta(minutes=10)


def engine() -> Backend:
    """The engine of this installation. Its version names analysis and key, so that neither is ever mixed.

    Raises KeyMissing.
    """
    version = f"{ANALYSER_VERSION}/{key_mark()}"
    if settings.ELASTICSEARCH_URLS:
        return _elastic(elastic_access(), settings.ELASTICSEARCH_PREFIX, version)
    return _opened(Path(settings.SEARCH_FILE), version)


@lru_cache(maxsize=4)
def _opened(path: Path, version: str) -> SqliteBackend:
    return SqliteBackend(path, version)


@lru_cache(maxsize=4)
def _elastic(access: "Access", prefix: str, version: str) -> Backend:
    # Imported where it is configured: on one machine nobody pays for the client.
    from search.backends.elastic import ElasticBackend
    from search.backends.elastic_cluster import Cluster

    return ElasticBackend(Cluster(access), prefix, version)


def elastic_access() -> "Access":
    """Where the cluster of this installation is."""
    from search.backends.elastic_cluster import Access

    return Access(
        urls=tuple(settings.ELASTICSEARCH_URLS),
        user=settings.ELASTICSEARCH_USER,
        password=settings.ELASTICSEARCH_PASSWORD,
        ca_file=settings.ELASTICSEARCH_CA_FILE,
    )


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
