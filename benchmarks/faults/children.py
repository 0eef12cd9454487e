"""Processes that rounds start and kill: commands of the product, and people who go on working meanwhile."""

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator

SAVERS = 2


def spawn(*command: str, **environment: str) -> subprocess.Popen[str]:
    """Python with these arguments, in a process group of its own, so that a kill reaches its children too."""
    return subprocess.Popen(
        [sys.executable, *command],
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        process_group=0,
    )


def kill(process: subprocess.Popen[str]) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def ended_well(process: subprocess.Popen[str], seconds: float = 120) -> bool:
    """Whether the command came to its end by itself, with status 0."""
    try:
        process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        kill(process)
        return False
    return process.returncode == 0


@contextlib.contextmanager
def worker(*options: str, **environment: str) -> Iterator[subprocess.Popen[str]]:
    """A worker as in use; what a killed one left behind is done by the next, not by hand."""
    process = spawn("manage.py", "worker", *options, **environment)
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            kill(process)


def wait_for(holds: Callable[[], bool], seconds: float = 30) -> bool:
    """Whether it held within the time."""
    end = time.monotonic() + seconds
    while not (held := holds()) and time.monotonic() < end:
        time.sleep(0.01)
    return held


class Child:
    """A child that says `try n` before and `ack n` after each piece of work, until it is killed."""

    def __init__(self, module: str, *arguments: str) -> None:
        self._process = spawn("-m", f"benchmarks.faults.{module}", *arguments)
        self._lines: list[str] = []
        self._reader = threading.Thread(target=self._collect)
        self._reader.start()

    def kill(self) -> None:
        kill(self._process)
        self._reader.join()

    def said(self, word: str) -> set[int]:
        return {int(line.split()[1]) for line in list(self._lines) if line.startswith(word)}

    def _collect(self) -> None:
        for line in self._process.stdout or ():
            if line.endswith("\n"):  # a line cut by the kill says nothing
                self._lines.append(line.strip())


class People:
    """Who works on while something else is killed: savers of new consultations, one who adds 経過 to old ones."""

    def __init__(self, seed: str, edited: int, pause: float) -> None:
        # Two in all, as many as the processors of a small machine: more would only wait for each other.
        numbers = range(1, SAVERS + (0 if edited else 1))
        self.savers = [Child("saver", seed, str(n * 100_000), str(pause)) for n in numbers]
        self.editors = [Child("editor", seed, str(edited), str(pause))] if edited else []
        self._everybody = [*self.savers, *self.editors]

    def are_at_work(self) -> bool:
        return all(one.said("ack") for one in self._everybody)

    def kill(self) -> None:
        for one in self._everybody:
            one.kill()

    def saved(self) -> set[int]:
        return set().union(*(one.said("ack") for one in self.savers))

    def only_tried(self) -> set[int]:
        return set().union(*(one.said("try") for one in self.savers)) - self.saved()

    def edited(self) -> set[int]:
        return set().union(*(one.said("ack") for one in self.editors))


@contextlib.contextmanager
def at_work(seed: str, *, edited: int = 0, pause: float = 0.1) -> Iterator[People]:
    """People at work, from the first thing that each has done until the end of the block, when they are killed too.

    `edited`: how many consultations of the seed, from number 0, get 経過; those exist already.
    `pause`: seconds between two acts of one of them.
    """
    people = People(seed, edited, pause)
    try:
        if not wait_for(people.are_at_work, 60):
            raise RuntimeError("nobody works, so the round would prove nothing")
        yield people
    finally:
        people.kill()
