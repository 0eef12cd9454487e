"""Bytes as they lie in files that a database holds open."""

import subprocess
from collections.abc import Iterable
from pathlib import Path


def bytes_of(paths: Iterable[Path]) -> bytes:
    """The content of the files, one behind the other, read by another process.

    Opening and closing SQLite's own file in this process would drop its locks (POSIX locks belong to the process, not
    to the descriptor); the next process that closes the database would then take the log away under our connection.
    """
    names = [str(path) for path in paths]
    return subprocess.run(["cat", "--", *names], capture_output=True, check=True).stdout if names else b""
