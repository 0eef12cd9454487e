"""Real PostgreSQL and Redis for the suite: own processes on loopback, in temporary folders, ended with it."""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from config.processes import die_with_parent

START_SECONDS = 30


class ServiceMissing(RuntimeError):
    """A program that the suite needs is not installed."""


@dataclass(frozen=True)
class Service:
    url: str
    process: subprocess.Popen[bytes]
    folder: Path
    end_signal: signal.Signals

    def stop(self) -> None:
        self.process.send_signal(self.end_signal)
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)


def start_postgres() -> Service:
    """A fresh cluster without durability; the role and database `madoguchi` need no password."""
    user = unprivileged()
    folder = Path(tempfile.mkdtemp(prefix="madoguchi-postgres-"))
    if user:
        shutil.chown(folder, user)
    initdb = ["-D", str(folder / "data"), "-U", "madoguchi", "-A", "trust", "-E", "UTF8", "--locale=C", "-N"]
    subprocess.run(
        [_postgres_program("initdb"), *initdb], check=True, user=user, stdout=subprocess.DEVNULL, cwd=folder
    )
    port = free_port()
    options = {
        "listen_addresses": "127.0.0.1",
        "unix_socket_directories": "",
        "fsync": "off",
        "synchronous_commit": "off",
        "full_page_writes": "off",
        "log_min_messages": "fatal",
    }
    arguments = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
    command = [_postgres_program("postgres"), "-D", str(folder / "data"), "-p", str(port), *arguments]
    url = f"postgres://madoguchi@127.0.0.1:{port}/postgres"
    # SIGINT is PostgreSQL's fast shutdown; SIGTERM would wait for every client to leave.
    service = Service(url, spawn(command, folder, signal.SIGINT, user), folder, signal.SIGINT)
    _wait_until(_answers_postgres(url), service)
    return service


def start_redis() -> Service:
    """An empty Redis that keeps nothing."""
    program = shutil.which("redis-server")
    if program is None:
        raise ServiceMissing("redis-server is not installed")
    folder = Path(tempfile.mkdtemp(prefix="madoguchi-redis-"))
    port = free_port()
    options = ["--bind", "127.0.0.1", "--port", str(port), "--save", "", "--appendonly", "no"]
    command = [program, *options, "--dir", str(folder), "--loglevel", "warning"]
    url = f"redis://127.0.0.1:{port}/0"
    service = Service(url, spawn(command, folder, signal.SIGTERM), folder, signal.SIGTERM)
    _wait_until(lambda: _answers(port), service)
    return service


def spawn(
    command: list[str],
    folder: Path,
    end_signal: signal.Signals,
    user: str | None = None,
    environment: Mapping[str, str] | None = None,
) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        command,
        cwd=folder,
        user=user,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        process_group=0,  # Ctrl-C ends the suite, which ends its services
        preexec_fn=die_with_parent(end_signal),
    )


def _postgres_program(name: str) -> str:
    """Debian keeps the server's programs out of the PATH."""
    found = shutil.which(name)
    if found:
        return found
    installed = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda p: float(p.parts[-3]))
    if not installed:
        raise ServiceMissing("PostgreSQL's server is not installed")
    return str(installed[-1])


def fetched() -> Path:
    """The folder where `.ci/packages` puts what it fetches."""
    return Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "madoguchi"


def java_home() -> str:
    """A Java 17, which all that we drive runs on. Raises ServiceMissing."""
    found = [
        os.environ.get("ES_JAVA_HOME", ""),
        *sorted(map(str, Path("/usr/lib/jvm").glob("java-17-openjdk*"))),
    ]
    for home in found:
        if home and Path(home, "bin/java").exists():
            return home
    raise ServiceMissing("Java 17 is not installed")


def unprivileged() -> str | None:
    """Some servers refuse to run as root: the user to run them as, or None where the suite's own will do."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


def _answers_postgres(url: str) -> Callable[[], bool]:
    import psycopg

    def answers() -> bool:
        try:
            psycopg.connect(url, connect_timeout=1).close()
        except psycopg.OperationalError:
            return False
        return True

    return answers


def _wait_until(ready: Callable[[], bool], service: Service) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not ready():
        if service.process.poll() is not None or time.monotonic() > deadline:
            service.stop()
            raise RuntimeError(f"{service.process.args[0]!r} did not start")
        time.sleep(0.05)
