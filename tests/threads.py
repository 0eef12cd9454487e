"""Several people at once: each on a connection of its own, begun at the same moment."""

import threading
from collections.abc import Callable

from django.db import connections

from cases.errors import CasesError


def at_once(*doings: Callable[[], object], done: str = "done") -> list[str]:
    """The outcomes, sorted: `done`, or the code of the refusal. Anything else fails the test."""
    together = threading.Barrier(len(doings))
    outcomes: list[str] = []

    def one(doing: Callable[[], object]) -> None:
        together.wait()
        try:
            doing()
            outcomes.append(done)
        except CasesError as refusal:
            outcomes.append(refusal.code)
        except Exception as failure:
            outcomes.append(repr(failure))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=one, args=(doing,)) for doing in doings]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return sorted(outcomes)
