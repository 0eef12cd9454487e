"""The virus scanner of the house, where one is set up: a program that reads a file and answers with its exit code."""

import shlex
import subprocess
import threading
from typing import IO, BinaryIO, Final

from django.conf import settings

from cases.documents.errors import FileInfected, ScanFailed

CLEAN: Final = 0
INFECTED: Final = 1
_CHUNK: Final = 256 * 1024


def scan(file: BinaryIO) -> None:
    """Ask the program named by SCAN_COMMAND; nothing happens where none is set.

    It gets the file on its standard input and answers 0 (clean) or 1 (infected). Every other answer, none within
    SCAN_SECONDS, or an answer before the whole file was read counts as no answer, and nothing is taken without one.
    Raises FileInfected, ScanFailed.
    """
    if not settings.SCAN_COMMAND:
        return
    file.seek(0)
    try:
        # Our operator's own command, split without a shell; no name of a file is part of it.
        process = subprocess.Popen(  # noqa: S603 - see above
            shlex.split(settings.SCAN_COMMAND),
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
    except OSError:
        raise ScanFailed from None
    with process:
        assert process.stdin is not None  # noqa: S101 - a pipe was asked for, three lines above
        code = _answer(process, process.stdin, file)
    if code == INFECTED:
        raise FileInfected
    if code != CLEAN:
        raise ScanFailed


def _answer(process: "subprocess.Popen[bytes]", into: IO[bytes], file: BinaryIO) -> int | None:
    """The exit code, or None where there is no answer that counts."""
    given: list[bool] = []

    def give() -> None:
        try:
            while part := file.read(_CHUNK):
                into.write(part)
            into.close()
        except OSError:  # it stopped listening
            given.append(False)
        else:
            given.append(True)

    giving = threading.Thread(target=give, daemon=True)
    giving.start()
    try:
        code = process.wait(settings.SCAN_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        giving.join()
        return None
    giving.join()
    return code if given == [True] or code == INFECTED else None
