"""A database and keys of the measurement's own, in this very process; figures as JSON and as a table."""

import json
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.protection.results import RESULTS as RESULTS
from tests import services


@contextmanager
def machine(database: str) -> Iterator[None]:
    """Django, set up on an empty database with its tables. Nothing of the product may be imported before."""
    with tempfile.TemporaryDirectory(prefix="madoguchi-protection-") as folder:
        for name in ("DATABASE_URL", "KEY_COMMAND", "KEY_ESCROW_DIR", "CELERY_BROKER_URL"):
            os.environ.pop(name, None)
        os.environ |= {
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "DATA_DIR": f"{folder}/data",
            "KEY_DIR": f"{folder}/data.keys",
            "SECRET_KEY": "signs nothing",
            "LOG_LEVEL": "ERROR",
        }
        server = services.start_postgres() if database == "postgres" else None
        try:
            if server is not None:
                os.environ["DATABASE_URL"] = server.url
            _set_up(Path(folder) / "data")
            yield
        finally:
            _close()
            if server is not None:
                server.stop()


def _set_up(data: Path) -> None:
    import django
    from django.core.management import call_command

    data.mkdir(mode=0o700)
    django.setup()
    from cases.protection import keys

    keys.prepare()
    call_command("migrate", verbosity=0)


def _close() -> None:
    from django.db import connections

    connections.close_all()


def seconds(work: Callable[[], Any]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def interleaved(works: dict[str, Callable[[], Any]], rounds: int) -> dict[str, float]:
    """Median seconds of this process's CPU for each, all of them in every round.

    Not of the clock: what other processes take of a shared machine is no cost of reading. A PostgreSQL server's own
    time is not in it.
    """
    taken: dict[str, list[float]] = {name: [] for name in works}
    for _round in range(rounds):
        for name, work in works.items():
            started = time.process_time()
            work()
            taken[name].append(time.process_time() - started)
    return {name: median(found) for name, found in taken.items()}


def say(text: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {text}", file=sys.stderr, flush=True)


def keep(name: str, figures: dict[str, Any], lines: list[str], folder: Path) -> None:
    """Write `name`.json and .md; the JSON is also the last line of standard output."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.json").write_text(json.dumps(figures, indent=2, ensure_ascii=False) + "\n")
    (folder / f"{name}.md").write_text("\n".join(lines) + "\n")
    print(json.dumps(figures, ensure_ascii=False))
