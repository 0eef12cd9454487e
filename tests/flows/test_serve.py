"""`manage.py serve`, the launcher of `make run`: real processes on a free port."""

import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from config.management.commands.serve import _worker_commands

PATIENCE = 120  # seconds, for a machine that is busy with the rest of the suite

pytestmark = [pytest.mark.faults, pytest.mark.sqlite]


@dataclass
class Running:
    process: subprocess.Popen[str]
    url: str
    data: Path

    @property
    def port(self) -> str:
        return self.url.rsplit(":", 1)[1]

    def family(self) -> dict[int, str]:
        """Process ids of all descendants, with their command lines."""
        found: dict[int, str] = {}
        waiting = [self.process.pid]
        while waiting:
            for child in _children(waiting.pop()):
                found[child] = _command_line(child)
                waiting.append(child)
        return found

    def lanes(self) -> dict[str, int]:
        """The worker of each lane."""
        lines = {pid: line.split() for pid, line in self.family().items() if "manage.py worker" in line}
        return {words[words.index("--lane") + 1]: pid for pid, words in lines.items() if "--lane" in words}


def _children(pid: int) -> list[int]:
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def _command_line(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")
    except OSError:
        return ""


def _is_gone(pid: int) -> bool:
    """Also a process that is dead and waits for its parent to notice."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] == "Z"
    except OSError:
        return True


def _until(true: Callable[[], Any]) -> Any:
    deadline = time.monotonic() + PATIENCE
    while not (value := true()):
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.05)
    return value


def _environment(data: Path) -> dict[str, str]:
    chosen = {"DATA_DIR": str(data), "KEY_DIR": f"{data}.keys"}
    left_out = {"SECRET_KEY", "DATABASE_URL", *chosen}
    return {name: value for name, value in os.environ.items() if name not in left_out} | chosen


def _command(*options: str) -> list[str]:
    return [sys.executable, str(settings.BASE_DIR / "manage.py"), "serve", "--demo-cases", "0", *options]


@pytest.fixture(scope="module")
def data(tmp_path_factory) -> Path:
    """A data folder whose path has a blank, prepared by the first start."""
    return tmp_path_factory.mktemp("with blank") / "my data"


@pytest.fixture
def running(data) -> Iterator[Running]:
    command = _command("--port", "0")
    with subprocess.Popen(command, env=_environment(data), stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            found = next(filter(None, (re.search(r"http://\S+", line) for line in process.stdout)), None)
            assert found, "it ended before it was open"
            yield Running(process, found.group(), data)
        finally:
            process.terminate()
            try:
                process.wait(PATIENCE)
            finally:
                process.kill()


def _refusal(data: Path, *options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        _command(*options),
        env=_environment(data),
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )


def test_the_first_start_makes_private_folders_and_answers(running):
    with urllib.request.urlopen(f"{running.url}/healthz", timeout=PATIENCE) as answer:
        status = answer.status

    modes = [path.stat().st_mode & 0o077 for path in (running.data, Path(f"{running.data}.keys"))]
    assert (status, modes) == (200, [0, 0])


def test_a_second_start_on_the_same_data_is_refused(running):
    refused = _refusal(running.data, "--port", "0")

    assert refused.returncode == 1
    assert f"このデータフォルダはもう使われています: {running.data}" in refused.stderr


def test_a_port_that_is_taken_is_refused(running, tmp_path):
    refused = _refusal(tmp_path / "other", "--port", running.port)

    assert refused.returncode == 1
    assert f"127.0.0.1 のポート {running.port} を開けません" in refused.stderr


def test_a_port_out_of_range_is_refused(tmp_path):
    refused = _refusal(tmp_path / "other", "--port", "70000")

    assert refused.returncode == 1
    assert "ポート 70000 を開けません" in refused.stderr


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_ends_everything_with_exit_code_0(running, number):
    family = running.family()
    running.process.send_signal(number)

    assert running.process.wait(PATIENCE) == 0
    assert family
    assert all(_is_gone(pid) for pid in family)


def test_killing_the_launcher_ends_its_children(running):
    family = running.family()
    running.process.kill()

    assert any("gunicorn" in line for line in family.values())
    assert any("manage.py worker" in line for line in family.values())
    _until(lambda: all(_is_gone(pid) for pid in family))


@pytest.mark.parametrize("lane", ["feed", "jobs"])
def test_a_worker_that_dies_is_started_again_in_its_lane(running, lane):
    before = _until(lambda: {"feed", "jobs"} == (now := running.lanes()).keys() and now)
    os.kill(before[lane], signal.SIGKILL)

    after = _until(lambda: {"feed", "jobs"} == (now := running.lanes()).keys() and now != before and now)
    assert {name for name in after if after[name] == before[name]} == {"feed", "jobs"} - {lane}
    assert running.process.poll() is None


@pytest.mark.parametrize(
    ("number", "lanes"), [(0, []), (1, [None]), (2, ["feed", "jobs"]), (4, ["feed", "jobs", "jobs", "jobs"])]
)
def test_one_worker_does_both_kinds_of_work_and_of_more_one_does_what_is_short(number, lanes):
    commands = _worker_commands(number)

    assert [command[-1] if "--lane" in command else None for command in commands] == lanes


def test_without_its_web_server_everything_ends(running):
    family = running.family()
    web = next(pid for pid, line in family.items() if "gunicorn" in line)
    os.kill(web, signal.SIGKILL)

    assert running.process.wait(PATIENCE) == 1
    _until(lambda: all(_is_gone(pid) for pid in family))
