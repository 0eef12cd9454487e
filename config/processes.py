"""Child processes that never outlive the process that started them."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from typing import Final

from django.conf import settings

_PR_SET_PDEATHSIG: Final = 1
_FIRST_PAUSE: Final = 0.5
_LONGEST_PAUSE: Final = 30.0
_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


def die_with_parent(number: signal.Signals = signal.SIGTERM) -> Callable[[], None]:
    """For `preexec_fn`: the kernel signals the child when its parent is gone, even by kill -9. Linux alone.

    A change of user clears the request, so the child itself must not change its user afterwards.
    """
    parent = os.getpid()

    def before_exec() -> None:
        if _libc is None:
            return
        _libc.prctl(_PR_SET_PDEATHSIG, int(number), 0, 0, 0)
        if os.getppid() != parent:  # gone between fork and request
            os._exit(1)

    return before_exec


class Child:
    """One child in a process group of its own: Ctrl-C in the terminal reaches its parent alone."""

    def __init__(self, command: Sequence[str], *, pass_fds: Iterable[int] = ()) -> None:
        self.process = subprocess.Popen(  # noqa: S603 - our own commands, no shell
            command,
            cwd=settings.BASE_DIR,
            pass_fds=tuple(pass_fds),
            stdin=subprocess.DEVNULL,
            process_group=0,
            preexec_fn=die_with_parent(),
        )

    @property
    def ended(self) -> bool:
        return self.process.poll() is not None


class Restarted:
    """A child that is started again when it ends: after a second, later each time it ends soon."""

    def __init__(self, command: Sequence[str]) -> None:
        self._command = command
        self._pause = _FIRST_PAUSE
        self._start()

    def _start(self) -> None:
        self.child = Child(self._command)
        self._started = time.monotonic()
        self._ended: float | None = None

    def renewed(self) -> bool:
        """Look after the child. True where it was started again just now."""
        if not self.child.ended:
            return False
        now = time.monotonic()
        if self._ended is None:
            self._ended = now
            is_steady = now - self._started > _LONGEST_PAUSE
            self._pause = _FIRST_PAUSE if is_steady else min(2 * self._pause, _LONGEST_PAUSE)
        if now - self._ended < self._pause:
            return False
        self._start()
        return True


def stop(children: Iterable[Child], *, within: float) -> None:
    """End the children: TERM to each, KILL to the groups of those that still run after `within` seconds."""
    running = [child.process for child in children if not child.ended]
    for process in running:
        process.terminate()
    deadline = time.monotonic() + within
    for process in running:
        try:
            process.wait(max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
