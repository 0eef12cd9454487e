"""The way to an Elasticsearch cluster: time-outs, tries, and what its failures mean to us.

At the desk somebody waits for each answer: two seconds, one try per node, and a cluster that did not answer is left
alone for a moment, so that a keystroke costs nothing while it is away. The worker has time.
"""

import logging
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

from elastic_transport import ConnectionError as NoConnection
from elastic_transport import TransportError
from elasticsearch import ApiError, Elasticsearch, NotFoundError

from search.errors import EngineBroken, SearchUnavailable

log = logging.getLogger(__name__)

DESK_SECONDS: Final = 2.0
WORK_SECONDS: Final = 30.0
# Rewriting the store of a million cases takes minutes.
MERGE_SECONDS: Final = 1800.0
# So long nobody at the desk asks a cluster that did not answer.
_PAUSE_SECONDS: Final = 5.0
_WAITS: Final = (0.2, 0.4, 0.8, 1.6, 3.2)
BUSY: Final = 429
SERVER_FAULT: Final = 500
"""From here on the cluster is to blame, not the document."""


@dataclass(frozen=True)
class Access:
    """Where the cluster is and who we are there; from the environment."""

    urls: tuple[str, ...]
    user: str
    password: str
    ca_file: str = ""


class Cluster:
    """A client and its state in this process; used by many threads."""

    def __init__(self, access: Access) -> None:
        more: dict[str, Any] = {"ca_certs": access.ca_file} if access.ca_file else {}
        client = Elasticsearch(list(access.urls), basic_auth=(access.user, access.password), **more)
        self._nodes = len(access.urls)
        self.desk = client.options(request_timeout=DESK_SECONDS, max_retries=self._nodes - 1)
        self.work = client.options(
            request_timeout=WORK_SECONDS, max_retries=self._nodes, retry_on_timeout=self._nodes > 1
        )
        self.merging = client.options(request_timeout=MERGE_SECONDS, max_retries=0)
        self._lock = threading.Lock()
        self._silent_until = 0.0

    @contextmanager
    def asking(self) -> Iterator[Elasticsearch]:
        """The client for somebody who waits. Raises SearchUnavailable, at once while the cluster is away."""
        with self._lock:
            if time.monotonic() < self._silent_until:
                raise SearchUnavailable
        with translated(self._silence):
            yield self.desk

    @contextmanager
    def working(self, client: Elasticsearch | None = None) -> Iterator[Elasticsearch]:
        """The client for the worker. Raises SearchUnavailable, EngineBroken."""
        with translated(self._silence):
            yield client or self.work
        with self._lock:
            self._silent_until = 0.0

    def _silence(self) -> None:
        with self._lock:
            self._silent_until = time.monotonic() + _PAUSE_SECONDS


def waits() -> Sequence[float]:
    """Seconds between one try of a busy cluster and the next."""
    return _WAITS


@contextmanager
def translated(silence: Any) -> Iterator[None]:
    """Failures of the cluster in our words. An index that is not there is a store that is gone: EngineBroken."""
    try:
        yield
    except NotFoundError as error:
        raise EngineBroken("the index is missing") from error
    except ApiError as error:
        if _is_store_missing(error):
            raise EngineBroken("the index is missing") from error
        # The status and the name of the fault; a message may quote what was sent.
        log.warning("Elasticsearch answered %s %s", error.status_code, error.error)
        raise SearchUnavailable from error
    except (NoConnection, TransportError) as error:
        log.warning("Elasticsearch does not answer: %s", type(error).__name__)
        silence()
        raise SearchUnavailable from error


def _is_store_missing(error: ApiError) -> bool:
    return error.status_code == 404 or error.error == "index_not_found_exception"
