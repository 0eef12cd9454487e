"""KEKs in a program of the centre's own (`KEY_COMMAND`): a door to an HSM or a key server.

The program reads one JSON object a line and answers with one; `docs/keys.md` has the protocol. One runs per process
of the product, is started when first needed, again when it has died, and ends when its input ends.
"""

import base64
import json
import os
import select
import shlex
import subprocess
import threading
import time
from collections.abc import Sequence
from typing import Any, ClassVar, Final

from django.conf import settings
from django.utils.translation import gettext as _

from cases.protection.keys.errors import KeyMissing, KeyNotMade, WrapBroken
from cases.protection.keys.kek import Kek
from cases.protection.keys.memory import drop_on_forget

# A counsellor waits for this; an HSM in the same building answers in milliseconds.
TIMEOUT_SECONDS: Final = 10.0
_READ_BYTES: Final = 1 << 16


class ProgramSilent(KeyMissing):
    """The program does not start, does not answer in time, or says something that is no answer."""

    code: ClassVar[str] = "key_program_silent"

    def __init__(self) -> None:
        super().__init__(
            _("鍵のプログラム(KEY_COMMAND)が答えません。管理者はプログラムと接続を確認してください。")
        )


class _Dead(Exception):
    """The program ended: it is started once more."""


class _Child:
    """The running program. Not for two threads at once."""

    def __init__(self, command: str) -> None:
        self.command, self.pid = command, os.getpid()
        self._buffer = bytearray()
        try:
            self._process = subprocess.Popen(  # noqa: S603 - the administrator's own program, no shell
                shlex.split(command), stdin=subprocess.PIPE, stdout=subprocess.PIPE
            )
        except (OSError, ValueError):
            raise ProgramSilent from None
        pipes = (self._process.stdin, self._process.stdout)
        self._in, self._out = (pipe.fileno() for pipe in pipes if pipe is not None)

    def ask(self, line: bytes) -> dict[str, Any]:
        """Raises _Dead, ProgramSilent."""
        deadline = time.monotonic() + TIMEOUT_SECONDS
        try:
            self._send(line, deadline)
            answer = json.loads(self._line(deadline))
        except BrokenPipeError:
            raise _Dead from None
        except ValueError:
            raise ProgramSilent from None
        if not isinstance(answer, dict):
            raise ProgramSilent
        return answer

    def _send(self, line: bytes, deadline: float) -> None:
        """Written by parts: a program that answers slowly must not block the writer for ever."""
        while line:
            self._wait([], [self._in], deadline)
            line = line[os.write(self._in, line[: select.PIPE_BUF]) :]

    def _line(self, deadline: float) -> bytes:
        while (end := self._buffer.find(b"\n")) < 0:
            self._wait([self._out], [], deadline)
            part = os.read(self._out, _READ_BYTES)
            if not part:
                raise _Dead
            self._buffer += part
        line = bytes(self._buffer[:end])
        del self._buffer[: end + 1]
        return line

    @staticmethod
    def _wait(readable: list[int], writable: list[int], deadline: float) -> None:
        ready = select.select(readable, writable, [], max(0.0, deadline - time.monotonic()))
        if not any(ready):
            raise ProgramSilent

    def end(self) -> None:
        if self.pid != os.getpid():  # the parent's child: not ours to end
            return
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()


class KeyProgram:
    """KEKs that only a program holds; what it gives back as a wrapped key is its own business (up to 1,000 bytes)."""

    name: ClassVar[str] = "command"

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._child: _Child | None = None
        self._asked = 0

    def make(self, kek: Kek) -> None:
        self._ask("make", kek)

    def exists(self, kek: Kek) -> bool:
        return self._ask("exists", kek).get("exists") is True

    def wrap(self, kek: Kek, pairs: Sequence[tuple[bytes, bytes]]) -> list[bytes]:
        return self._items("wrap", kek, pairs)

    def unwrap(self, kek: Kek, pairs: Sequence[tuple[bytes, bytes]]) -> list[bytes]:
        return self._items("unwrap", kek, pairs)

    def destroy(self, kek: Kek) -> None:
        self._ask("destroy", kek)

    def forget(self) -> None:
        """End the program; the next question starts it again."""
        with self._lock:
            self._drop()

    def _items(self, op: str, kek: Kek, pairs: Sequence[tuple[bytes, bytes]]) -> list[bytes]:
        items = [{"data": _text(data), "context": _text(context)} for data, context in pairs]
        answer = self._ask(op, kek, items=items)
        try:
            found = [base64.b64decode(item, validate=True) for item in answer["items"]]
        except (KeyError, TypeError, ValueError):
            raise ProgramSilent from None
        if len(found) != len(pairs):
            raise ProgramSilent
        return found

    def _ask(self, op: str, kek: Kek, **more: Any) -> dict[str, Any]:
        with self._lock:
            self._asked += 1
            question = {"id": self._asked, "op": op, "key": str(kek), **more}
            answer = self._answered(json.dumps(question).encode("ascii") + b"\n")
            if answer.get("id") != self._asked:  # an answer to an earlier question must not pass for this one
                self._drop()
                raise ProgramSilent
        if answer.get("ok") is True:
            return answer
        error = answer.get("error")
        if error == "broken":
            raise WrapBroken
        if op == "make":
            raise KeyNotMade(f"KEY_COMMAND: {error}")
        raise KeyMissing

    def _answered(self, line: bytes) -> dict[str, Any]:
        """Ask, and once more where the program had died: every operation may be done twice."""
        for is_last in (False, True):
            child = self._running()
            try:
                return child.ask(line)
            except _Dead:
                self._drop()
                if is_last:
                    raise ProgramSilent from None
            except ProgramSilent:
                self._drop()
                raise
        raise ProgramSilent

    def _running(self) -> _Child:
        command = settings.KEY_COMMAND
        child = self._child
        if child is None or child.pid != os.getpid() or child.command != command:
            self._drop()
            child = self._child = _Child(command)
        return child

    def _drop(self) -> None:
        if self._child is not None:
            self._child.end()
            self._child = None


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


PROGRAM: Final = KeyProgram()
drop_on_forget(PROGRAM.forget)
