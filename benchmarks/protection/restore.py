"""How long a restore onto an empty machine takes, by exactly the commands of docs/restore.md.

    python -m benchmarks.protection.restore                   # 50,000 made-up cases, loaded first
    python -m benchmarks.protection.restore --from DATA_DIR   # an installation that is loaded already

Loading is not part of the time; `make setup` is taken as done. What is timed: the backup while nobody writes, the
keys copied to the new machine, `restore`, `make run` (`serve`) until somebody can sign in, and until search and
figures are made anew. Everything happens in a temporary folder and on loopback.
"""

import argparse
import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

from benchmarks.protection.results import RESULTS

ROOT = Path(__file__).resolve().parent.parent.parent
PATIENCE_SECONDS = 3600
TARGET_SECONDS = 30 * 60


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=50_000)
    parser.add_argument("--from", dest="source", type=Path)
    parser.add_argument("--open-only", action="store_true", help="do not wait for search and figures")
    parser.add_argument("--results", type=Path, default=RESULTS)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="madoguchi-restore-") as folder:
        found = measured(Path(folder), asked.cases, asked.source, with_search=not asked.open_only)
    (asked.results / "protection-restore.json").write_text(
        json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
    )
    print(json.dumps(found, ensure_ascii=False))
    if found["restore_minutes"] > TARGET_SECONDS / 60:
        sys.exit(1)


def measured(folder: Path, cases: int, source: Path | None, *, with_search: bool) -> dict[str, Any]:
    old = source.absolute() if source else folder / "old"
    if source is None:
        say(f"loading {cases:,} cases")
        for command in (["prepare"], ["demo_data", "--cases", str(cases)], ["worker", "--once"]):
            manage(old, *command)
    disk, new = folder / "disk", folder / "new"
    seconds: dict[str, float] = {}
    manage_backup = timed(seconds, "backup", lambda: manage(old, "backup", "--to", str(disk)))
    file = Path(manage_backup.splitlines()[-1])
    # From here on the old machine is gone: a disk with the backup, the keys, and docs/restore.md.
    timed(seconds, "keys", lambda: shutil.copytree(f"{old}.keys", f"{new}.keys"))
    said = timed(seconds, "restore", lambda: manage(new, "restore", str(file), "--into", str(new)))
    restored = rows(new)
    open_again(new, seconds, with_search=with_search)
    after = sum(seconds[step] for step in ("keys", "restore", "open"))
    return {
        "cases": restored["cases_case"],
        "rows": sum(restored.values()),
        "backup_mib": round(file.stat().st_size / 2**20, 1),
        "database_mib": round((new / "madoguchi.sqlite3").stat().st_size / 2**20, 1),
        "seconds": {step: round(value, 1) for step, value in seconds.items()},
        "restore_minutes": round(after / 60, 2),
        "with_search_minutes": round((after + seconds["search and figures"]) / 60, 2)
        if with_search
        else None,
        "said": said.splitlines(),
        "processors": os.cpu_count(),
        "busy_before": round(os.getloadavg()[0], 2),
        "python": sys.version.split()[0],
        "sqlite": sqlite3.sqlite_version,
    }


def open_again(new: Path, seconds: dict[str, float], *, with_search: bool) -> None:
    """`make run` on the new machine, until the sign-in page answers; then until search and figures stand again."""
    started = time.monotonic()
    server = subprocess.Popen(
        [sys.executable, "manage.py", "serve", "--demo-cases", "0", "--port", "0"],
        cwd=ROOT,
        env=environment(new),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        port = next(
            found[1] for line in server.stdout or () if (found := re.search(r"http://\S+:(\d+)", line))
        )
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/sign-in", timeout=60) as page:
            if page.status != 200:
                raise RuntimeError("nobody can sign in")
        seconds["open"] = time.monotonic() - started
        say(f"somebody can sign in after {seconds['open']:.1f} s")
        if not with_search:
            return
        started = time.monotonic()
        wait_until(lambda: is_complete(new))
        seconds["search and figures"] = time.monotonic() - started
        say(f"search and figures after {seconds['search and figures']:.1f} s more")
    finally:
        server.terminate()
        server.wait(30)


def is_complete(new: Path) -> bool:
    """The rebuild of the index is done, and the columns of the figures are there."""
    with closing(sqlite3.connect(new / "madoguchi.sqlite3", timeout=20)) as database:
        done = database.execute(
            "SELECT count(*) FROM cases_job WHERE kind = 'search.rebuild' AND state = 'DONE'"
            " AND finished_at > (SELECT max(at) FROM cases_auditentry WHERE action = 'RESTORED')"
        ).fetchone()[0]
    return bool(done) and any((new / "columns").rglob("*"))


def rows(new: Path) -> dict[str, int]:
    with closing(sqlite3.connect(new / "madoguchi.sqlite3")) as database:
        names = [name for (name,) in database.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
        counts = {}
        for name in names:
            counts[name] = database.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]  # noqa: S608 - its own names
        return counts


def environment(data: Path) -> dict[str, str]:
    mine = ("DATABASE_URL", "KEY_DIR", "KEY_ESCROW_DIR", "BACKUP_DIR", "KEY_BACKUP_DIR", "SECRET_KEY")
    kept = {name: value for name, value in os.environ.items() if name not in mine}
    return {**kept, "DATA_DIR": str(data), "LOG_LEVEL": "ERROR"}


def manage(data: Path, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=environment(data),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return done.stdout


def timed(seconds: dict[str, float], name: str, work: Callable[[], Any]) -> Any:
    started = time.monotonic()
    answer = work()
    seconds[name] = time.monotonic() - started
    say(f"{name}: {seconds[name]:.1f} s")
    return answer


def wait_until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not true():
        if time.monotonic() > deadline:
            raise TimeoutError("search and figures were not made anew")
        time.sleep(0.5)


def say(what: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {what}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
