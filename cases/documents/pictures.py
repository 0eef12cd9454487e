"""What a file looks like, without opening it here: a process of its own draws it, with limits, and is thrown away."""

import json
import subprocess
import sys
import threading
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import IO, BinaryIO, Final

from cases.documents import drawing
from cases.documents.kinds import Kind

WAITED_SECONDS: Final = 20
AT_ONCE: Final = 2
MOST_BYTES: Final = 12 * 1024 * 1024
"""Of one drawn picture; 1,600 × 1,600 pixels of noise have 10 MB."""

PROGRAM: Final = Path(drawing.__file__)
_CHUNK: Final = 256 * 1024
_running: Final = threading.BoundedSemaphore(AT_ONCE)


class NotShown(Enum):
    """Why there is no picture."""

    LOCKED = drawing.LOCKED
    UNREADABLE = drawing.UNREADABLE
    TOO_LARGE = drawing.TOO_LARGE  # or too slow, or nobody had time: the file can still be taken away


@dataclass(frozen=True)
class Picture:
    """One page as PNG, and how many the file has."""

    png: bytes
    pages: int


def examined(kind: Kind, file: BinaryIO) -> NotShown | None:
    """Whether the file can be opened at all; None where nothing is wrong."""
    file.seek(0)
    answer = _run(kind, 1, "examine", iter(lambda: file.read(_CHUNK), b""))
    return answer if isinstance(answer, NotShown) else None


def drawn(kind: Kind, data: Iterable[bytes], page: int) -> Picture | NotShown:
    """Page `page` (from 1; a number behind the last gives the last) as a picture."""
    return _run(kind, page, "draw", iter(data))


def _run(kind: Kind, page: int, task: str, data: Iterator[bytes]) -> Picture | NotShown:
    if not _running.acquire(timeout=WAITED_SECONDS):
        return NotShown.TOO_LARGE
    try:
        return _asked(kind, page, task, data)
    finally:
        _running.release()


def _asked(kind: Kind, page: int, task: str, data: Iterator[bytes]) -> Picture | NotShown:
    process = subprocess.Popen(  # noqa: S603 - our own program, a fixed word and a number
        [sys.executable, "-I", str(PROGRAM), kind.code, str(page), task],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,  # what a decoder says of a file may quote it
        env={"LANG": "C.UTF-8"},  # no address of a database, no folder of keys
        cwd="/",
    )
    with process:
        assert process.stdin is not None  # noqa: S101 - pipes were asked for
        assert process.stdout is not None  # noqa: S101 - as above
        answer = bytearray()
        # The file is given from this thread: its pieces come from the database, whose connection is this thread's.
        taking = threading.Thread(target=_take, args=(process, process.stdout, answer), daemon=True)
        stopping = threading.Timer(WAITED_SECONDS, process.kill)
        taking.start()
        stopping.start()
        try:
            _give(process.stdin, data)
        finally:
            code = process.wait()
            stopping.cancel()
            taking.join()
    if code == 0 and len(answer) <= MOST_BYTES:
        told, _line, png = bytes(answer).partition(b"\n")
        return Picture(png, int(json.loads(told)["pages"]))
    return NotShown(code) if code in (drawing.LOCKED, drawing.UNREADABLE) else NotShown.TOO_LARGE


def _take(process: "subprocess.Popen[bytes]", out: IO[bytes], into: bytearray) -> None:
    while part := out.read(_CHUNK):
        into += part
        if len(into) > MOST_BYTES:
            process.kill()
            return


def _give(into: IO[bytes], data: Iterator[bytes]) -> None:
    for part in data:
        try:
            into.write(part)
        except OSError:  # it stopped listening: its exit code says why
            return
    with suppress(OSError):
        into.close()
