"""A machine of its own for each size: fresh folders, keys and database, the product's own processes, all ended."""

import json
import os
import platform
import re
import secrets
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from config.processes import die_with_parent
from tests import services

DATABASES: Final = ("sqlite", "postgres")
ROOT: Final = Path(__file__).resolve().parent.parent.parent
START_SECONDS: Final = 120
_MINE: Final = (
    "DATA_DIR",
    "KEY_DIR",
    "SECRET_KEY",
    "DATABASE_URL",
    "CELERY_BROKER_URL",
    "WEB_WORKERS",
    "DEBUG",
)


def about(database: str, repeat: int, seed: int) -> dict[str, Any]:
    """What the figures hang on. No name of the machine."""
    return {
        "measured_on": datetime.now(UTC).date().isoformat(),
        "database": database,
        "repeat": repeat,
        "seed": seed,
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        "system": f"{platform.system()} {platform.machine()}",
        "processors": os.cpu_count(),
        "busy_before": round(os.getloadavg()[0], 2),
    }


class Machine:
    """Folders and database in a temporary place, for the length of a `with`; or in a folder that is kept.

    Raises ValueError for a kept folder with PostgreSQL, whose server lasts no longer than the `with`.
    """

    def __init__(self, database: str, name: str, *, folder: Path | None = None) -> None:
        if folder is not None and database != "sqlite":
            raise ValueError("only SQLite's files can be kept in a folder")
        self._database = database
        self._name = name
        self._folder = folder
        self._left_open = ExitStack()

    def __enter__(self) -> Self:
        folder = self._folder or Path(
            self._left_open.enter_context(tempfile.TemporaryDirectory(prefix="madoguchi-bench-"))
        )
        self._environment = {name: value for name, value in os.environ.items() if name not in _MINE} | {
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "DATA_DIR": str(folder.resolve() / "data"),
            "KEY_DIR": str(folder.resolve() / "data.keys"),
            "SECRET_KEY": secrets.token_hex(32),
            "LOG_LEVEL": "ERROR",
        }
        folder.mkdir(parents=True, exist_ok=True)
        if self._database == "postgres":
            server = services.start_postgres()
            self._left_open.callback(server.stop)
            self._environment["DATABASE_URL"] = server.url
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._left_open.close()

    def say(self, text: str) -> None:
        print(f"{time.strftime('%H:%M:%S')} {self._name}: {text}", file=sys.stderr, flush=True)

    def inside(self, module: str, package: str = "bench", **given: Any) -> dict[str, Any]:
        """Run `benchmarks.<package>.<module>` in a process of its own with Django: JSON in, JSON out."""
        done = subprocess.run(
            [sys.executable, "-m", f"benchmarks.{package}.{module}"],
            cwd=ROOT,
            env=self._environment,
            input=json.dumps(given),
            stdout=subprocess.PIPE,
            text=True,
            check=True,
            preexec_fn=die_with_parent(),
        )
        found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
        return found

    @contextmanager
    def beside(self, module: str, package: str) -> Iterator[Callable[[], dict[str, Any]]]:
        """`benchmarks.<package>.<module>` at work meanwhile; calling what is given ends it: its last line, JSON."""
        process = subprocess.Popen(
            [sys.executable, "-m", f"benchmarks.{package}.{module}"],
            cwd=ROOT,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            text=True,
            preexec_fn=die_with_parent(),
        )

        def end() -> dict[str, Any]:
            process.terminate()
            found: dict[str, Any] = json.loads(process.communicate(timeout=60)[0].splitlines()[-1])
            return found

        try:
            yield end
        finally:
            process.kill()
            process.wait()

    @contextmanager
    def serving(self) -> Iterator["Server"]:
        """The product as `make run` starts it, on a free port."""
        command = [sys.executable, "manage.py", "serve", "--demo-cases", "0", "--port", "0"]
        with tempfile.TemporaryFile("w+") as errors:
            process = subprocess.Popen(
                command,
                cwd=ROOT,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
                process_group=0,
                preexec_fn=die_with_parent(),
            )
            try:
                yield Server(process.pid, _port(process))
            except Exception:
                errors.seek(0)
                sys.stderr.write(errors.read()[-2000:])
                raise
            finally:
                process.terminate()
                try:
                    process.wait(20)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait()
                if process.stdout is not None:
                    process.stdout.close()


def _port(process: subprocess.Popen[str]) -> int:
    """The port that the launcher announces."""
    for line in process.stdout or ():
        if announced := re.search(r"http://\S+:(\d+)", line):
            return int(announced[1])
    raise RuntimeError("the server ended before it answered")


@dataclass(frozen=True)
class Server:
    """A running product: the launcher, gunicorn with its processes, the worker."""

    pid: int
    port: int

    def web_seconds(self) -> float:
        """CPU time, user and system, of all web processes so far, by the kernel's clock of each process."""
        return sum(_cpu_seconds(pid) for pid, kind in self._family().items() if kind == "web")

    def processes(self, idle_seconds: float) -> dict[str, dict[str, float]]:
        """Per kind of process: how many, MB of memory, and CPU ms a second while nobody asks anything.

        RSS counts shared pages for each process, PSS divides them among those who map them.
        """
        family = {self.pid: "launcher", **self._family()}
        before = {pid: _cpu_seconds(pid) for pid in family}
        time.sleep(idle_seconds)
        found: dict[str, dict[str, float]] = {}
        for pid, kind in family.items():
            sums = found.setdefault(kind, {"number": 0, "rss_mb": 0.0, "pss_mb": 0.0, "idle_cpu_ms": 0.0})
            idle = (_cpu_seconds(pid) - before[pid]) * 1000 / idle_seconds
            more = {"number": 1, **_memory(pid), "idle_cpu_ms": idle}
            sums.update({name: round(sums[name] + value, 1) for name, value in more.items()})
        return found

    def _family(self) -> dict[int, str]:
        """All below the launcher: `web` or `worker`."""
        found: dict[int, str] = {}
        waiting = [self.pid]
        while waiting:
            pid = waiting.pop()
            children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
            for child in map(int, children):
                line = Path(f"/proc/{child}/cmdline").read_text()
                found[child] = "web" if "gunicorn" in line else "worker"
                waiting.append(child)
        return found


def _cpu_seconds(pid: int) -> float:
    # The number of another process's clock, as clock_getcpuclockid(3) makes it; to the nanosecond.
    return time.clock_gettime((~pid << 3) | 2)


def _memory(pid: int) -> dict[str, float]:
    rolled = Path(f"/proc/{pid}/smaps_rollup").read_text()
    held = {name: re.search(rf"^{name}:\s+(\d+) kB", rolled, re.MULTILINE) for name in ("Rss", "Pss")}
    return {f"{name.lower()}_mb": int(found[1]) / 1024 for name, found in held.items() if found}
