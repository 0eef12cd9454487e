"""The words of the index in the open, for whoever holds its key: completions, hints at slips, nothing else.

A file of its own beside the index, sealed, never in a backup; written by the worker alone, before the index holds a
document with a new word. It tells no frequency: how many cases hold a word is asked of the index, so a word that only
erased cases held is offered no more from that moment on; `prune` then takes it out of the file.
"""

import fcntl
import logging
import os
import re
import struct
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Final

from django.conf import settings

from cases import words as japanese
from cases.protection import index_seal
from cases.protection.sealed import SealBroken
from search.analysis import ANALYSER_VERSION
from search.hashing import key_mark

log = logging.getLogger(__name__)

_PURPOSE: Final = "search/lexicon/v1"
_LENGTH: Final = struct.Struct("!I")
# Numbers may be somebody's, and a single letter completes nothing.
_WORTH: Final = re.compile(r"[^\W\d_]+(?:・[^\W\d_]+)*")
_LEAST_LETTERS: Final = 2
_FILLED: Final = "filled"  # a word stands before a tab, so no word reads like this


class Lexicon:
    """The words of one file: (word, reading in katakana), read anew where the file has changed."""

    def __init__(self, path: Path, version: str) -> None:
        self._path = path
        self._version = version
        self._forget()

    def words(self) -> Mapping[str, str]:
        """Word → its reading. Empty where there is no file of this analysis and key."""
        self._read()
        return self._known

    def is_missing(self) -> bool:
        """Whether it must be filled from all cases: no file, a damaged one, another version, or never filled."""
        self._read()
        return not (self._is_whole and self._is_filled)

    def learn(self, words: Iterable[str]) -> int:
        """Add the words that it does not know; how many. Durable when it returns; a kill leaves none or all."""
        wanted = {word for word in words if _is_worth(word)}
        self._read()
        if self._is_whole and wanted <= self._known.keys():
            return 0
        with self._lock():
            self._read()
            if not self._is_whole:
                self._write({}, is_filled=False)
                self._read()
            new = sorted(wanted - self._known.keys())
            if new:
                self._append(_lines({word: _reading(word) for word in new}))
        return len(new)

    def complete(self) -> None:
        """The words of every case are in."""
        self.learn([])
        with self._lock():
            self._read()
            if self._is_whole and not self._is_filled:
                self._append(_FILLED)

    def prune(self, held: Callable[[Collection[str]], Collection[str]]) -> int:
        """Take out the words that `held` does not give back, and rewrite the file where there are any; how many."""
        with self._lock():
            self._read()
            if not self._is_whole:
                return 0
            keep = set(held(list(self._known)))
            gone = self._known.keys() - keep
            if gone:
                left = {word: reading for word, reading in self._known.items() if word in keep}
                self._write(left, is_filled=self._is_filled)
            return len(gone)

    # --- The file -------------------------------------------------------------------------------------------------
    def _forget(self) -> None:
        self._known: dict[str, str] = {}
        self._at = 0
        self._inode: tuple[int, int] | None = None
        self._is_whole = False
        self._is_filled = False

    def _read(self) -> None:
        """Take in what was appended since the last look, or the whole of another file."""
        try:
            with self._path.open("rb") as file:
                state = os.fstat(file.fileno())
                inode = (state.st_dev, state.st_ino)
                if inode != self._inode or state.st_size < self._at:
                    self._forget()
                    self._inode = inode
                if state.st_size > self._at:
                    file.seek(self._at)
                    self._take(file.read())
        except FileNotFoundError:
            self._forget()

    def _take(self, data: bytes) -> None:
        """Whole records only: the last one may be on its way."""
        begin = 0
        try:
            while begin + _LENGTH.size <= len(data):
                (length,) = _LENGTH.unpack_from(data, begin)
                end = begin + _LENGTH.size + length
                if end > len(data):
                    break
                self._take_one(index_seal.opened(_PURPOSE, data[begin + _LENGTH.size : end]).decode())
                begin = end
        except (SealBroken, UnicodeDecodeError):
            self._is_whole = False
        self._at += begin

    def _take_one(self, text: str) -> None:
        if self._at == 0 and not self._known and not self._is_whole:
            self._is_whole = text == self._version
        elif self._is_whole and text == _FILLED:
            self._is_filled = True
        elif self._is_whole:
            for line in text.splitlines():
                word, _tab, reading = line.partition("\t")
                self._known[word] = reading

    def _append(self, text: str) -> None:
        with self._path.open("r+b") as file:
            # What a killed writer left of a record is written over.
            file.truncate(self._at)
            file.seek(self._at)
            file.write(_record(text))
            file.flush()
            os.fsync(file.fileno())
        self._read()

    def _write(self, known: Mapping[str, str], *, is_filled: bool) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        draft = self._path.with_name(f".{self._path.name}.new")
        with draft.open("wb") as file:
            os.fchmod(file.fileno(), 0o600)
            file.write(_record(self._version))
            if known:
                file.write(_record(_lines(known)))
            if is_filled:
                file.write(_record(_FILLED))
            file.flush()
            os.fsync(file.fileno())
        draft.replace(self._path)
        self._forget()

    @contextmanager
    def _lock(self) -> Iterator[None]:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(f"{self._path}.lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            os.close(handle)


def lexicon() -> Lexicon:
    """The lexicon of this installation; its version names analysis and key, as the engine's does. Raises KeyMissing."""
    path = Path(settings.SEARCH_FILE)
    return _opened(path.with_name(f"{path.stem}.words"), f"{ANALYSER_VERSION}/{key_mark()}")


def learn(words: Iterable[str]) -> None:
    """Never in the way of indexing: where the disk refuses, the words are learned with a later case."""
    try:
        lexicon().learn(words)
    except OSError as trouble:
        log.warning("The lexicon could not be written: %s", type(trouble).__name__)


def complete() -> None:
    """As `learn`: where the disk refuses, it is filled again."""
    try:
        lexicon().complete()
    except OSError as trouble:
        log.warning("The lexicon could not be written: %s", type(trouble).__name__)


@lru_cache(maxsize=4)
def _opened(path: Path, version: str) -> Lexicon:
    return Lexicon(path, version)


def _is_worth(word: str) -> bool:
    return len(word) >= _LEAST_LETTERS and _WORTH.fullmatch(word) is not None


def _reading(word: str) -> str:
    return "".join(token.reading for token in japanese.tokens(word))


def _lines(known: Mapping[str, str]) -> str:
    return "\n".join(f"{word}\t{reading}" for word, reading in sorted(known.items()))


def _record(text: str) -> bytes:
    envelope = index_seal.sealed(_PURPOSE, text.encode())
    return _LENGTH.pack(len(envelope)) + envelope
