"""Facts as memory-mapped columns: what makes a two-way table over a million rows a matter of milliseconds.

The worker alone writes (`extend`); everyone reads (`read`). The columns are a copy and never the truth: a reader
adds the facts they lack from the database, and does without them where they are missing, old or torn. On disk:

    manifest.json          rows, code words, and the log copied; replaced at once, after the data is on disk
    <generation>/<column>  raw little-endian integers, one file per column
    lock                   held by the one writer

A killed writer leaves at most bytes beyond the manifest's rows, which the next one cuts off.
"""

import fcntl
import json
import os
import shutil
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import Any, Final

import numpy as np
from django.conf import settings
from numpy.typing import NDArray

from cases.figures.models import CaseFact, FactLog

FORMAT: Final = 1
NUMBERS: Final = {"seq": "<i8", "sign": "<i1", "centre": "<i4", "received_on": "<i4"}
WORDS: Final = (
    "age_band", "sex", "area", "occupation", "relation", "scam_main", "scams", "product", "product_class",
    "sales_method", "channel", "kind", "outcome", "source",
)  # fmt: skip
_TYPES: Final = {**NUMBERS, **dict.fromkeys(WORDS, "<i4")}
_ROW: Final = ("recorded_at", *_TYPES)
_EPOCH: Final = date(1970, 1, 1).toordinal()
_CHUNK: Final = 20_000

IntArray = NDArray[np.signedinteger[Any]]
Row = tuple[Any, ...]


def day_number(day: date) -> int:
    """Days since 1970-01-01, as `received_on` is stored."""
    return day.toordinal() - _EPOCH


def day_of(number: int) -> date:
    return date.fromordinal(number + _EPOCH)


@dataclass(frozen=True)
class Facts:
    """Facts in `seq` order up to one cut, in one or two parts that share their code words.

    `words[column][number]` is the code behind a number. `as_of` is the last `seq` counted, 0 where there is none.
    """

    parts: Sequence[Mapping[str, IntArray]]
    words: Mapping[str, Sequence[str]]
    as_of: int
    recorded_at: datetime | None


@dataclass(frozen=True)
class _Manifest:
    log: str
    generation: str
    rows: int
    last_recorded_at: str
    words: Mapping[str, list[str]]

    @property
    def folder(self) -> Path:
        return _folder() / self.generation


class _Encoder:
    """Turns database rows into columns of integers; a word met for the first time gets the next number."""

    def __init__(self, words: Mapping[str, list[str]]) -> None:
        self.numbers = {name: {word: n for n, word in enumerate(words.get(name, ()))} for name in WORDS}

    def columns(self, rows: Sequence[Row]) -> dict[str, IntArray]:
        values: dict[str, Sequence[Any]] = dict(zip(_ROW, zip(*rows, strict=True), strict=True))
        values["received_on"] = [day_number(day) for day in values["received_on"]]
        for name, numbers in self.numbers.items():
            values[name] = [numbers.setdefault(word, len(numbers)) for word in values[name]]
        return {name: np.array(values[name], dtype=kind) for name, kind in _TYPES.items()}

    @property
    def words(self) -> dict[str, list[str]]:
        return {name: list(numbers) for name, numbers in self.numbers.items()}


def read(as_of: int | None = None) -> Facts:
    """All facts with `seq <= as_of`, or all there are now: the columns, then what they lack from the database.

    Two queries, three where the cut lies inside the columns. A cut beyond the last fact is that fact's `seq`.
    """
    opened = _open_columns()
    if opened:
        manifest, arrays = opened
        last = int(arrays["seq"][-1])
        rows = _rows(last, None if as_of is None else max(as_of, last))
        first = next(rows, None)
        if first and _same(first, manifest, arrays) and _log() == manifest.log:
            if as_of is not None and as_of < last:
                return _cut(arrays, manifest.words, as_of)
            return _joined([arrays], manifest.words, first, rows)
    return _joined([], {}, None, _rows(0, as_of))


def extend(limit: int = 200_000) -> int:
    """Copy up to `limit` further facts into the columns; returns how many. For the worker, outside a transaction.

    Returns 0 at once where another writer is at work. Columns of another format or log, or that no longer agree
    with the database (a restored backup, erased cases), are made anew.
    """
    with _writer() as is_mine:
        return _extend(limit) if is_mine else 0


def is_behind() -> bool:
    """Whether `extend` would find work: facts that the columns lack, or columns to be made anew. Two queries."""
    last = CaseFact.objects.order_by("-seq").values_list("seq", flat=True).first()
    opened = _open_columns()
    if opened is None or last is None:
        return last is not None
    manifest, arrays = opened
    return int(arrays["seq"][-1]) != last or _log() != manifest.log


def waits_since() -> datetime | None:
    """When the oldest fact that the columns lack was recorded; None where they lack none. Two queries."""
    opened = _open_columns()
    copied = int(opened[1]["seq"][-1]) if opened else 0
    waiting = CaseFact.objects.filter(seq__gt=copied).order_by("seq")
    return waiting.values_list("recorded_at", flat=True).first()


def catch_up() -> bool:
    """One step of the worker; True where more is left to copy."""
    return extend() > 0 and is_behind()


def _joined(
    parts: list[Mapping[str, IntArray]], words: Mapping[str, list[str]], last: Row | None, tail: Iterator[Row]
) -> Facts:
    """The columns so far, whose last row is `last`, with the tail encoded by the same words."""
    encoder = _Encoder(words)
    while chunk := list(islice(tail, _CHUNK)):
        parts.append(encoder.columns(chunk))
        last = chunk[-1]
    recorded_at, seq = last[:2] if last else (None, 0)
    return Facts(parts, encoder.words, seq, recorded_at)


def _cut(arrays: Mapping[str, IntArray], words: Mapping[str, Sequence[str]], as_of: int) -> Facts:
    count = int(np.searchsorted(arrays["seq"], as_of, side="right"))
    if not count:
        return Facts([], words, 0, None)
    part = {name: array[:count] for name, array in arrays.items()}
    seq = int(part["seq"][-1])
    moment = CaseFact.objects.values_list("recorded_at", flat=True).get(seq=seq)
    return Facts([part], words, seq, moment)


def _rows(from_seq: int, to_seq: int | None) -> Iterator[Row]:
    facts = CaseFact.objects.filter(seq__gte=from_seq)
    if to_seq is not None:
        facts = facts.filter(seq__lte=to_seq)
    return facts.order_by("seq").values_list(*_ROW).iterator(chunk_size=_CHUNK)


def _same(row: Row, manifest: _Manifest, arrays: Mapping[str, IntArray]) -> bool:
    """Whether the database's row is the last row of the columns, value by value."""
    given = dict(zip(_ROW, row, strict=True))
    given["received_on"] = day_number(given["received_on"])
    if given.pop("recorded_at").isoformat() != manifest.last_recorded_at:
        return False
    stored = {name: int(array[-1]) for name, array in arrays.items()}
    return all(
        given[name] == (_word(manifest.words[name], number) if name in manifest.words else number)
        for name, number in stored.items()
    )


def _word(words: Sequence[str], number: int) -> str | None:
    """The word behind a number; None behind one that damaged columns alone can hold."""
    return words[number] if 0 <= number < len(words) else None


# --- files ----------------------------------------------------------------------------------------------------


def _folder() -> Path:
    return Path(settings.COLUMNS_DIR)


def _log() -> str | None:
    uid = FactLog.objects.values_list("uid", flat=True).first()
    return str(uid) if uid else None


_OpenKey = tuple[str, int, int, int]
_opened: tuple[_OpenKey, _Manifest, dict[str, IntArray]] | None = None


def _open_columns() -> tuple[_Manifest, dict[str, IntArray]] | None:
    """The mapped columns, kept open until the manifest is replaced; None where they can't be used."""
    global _opened
    path = _folder() / "manifest.json"
    try:
        stat = path.stat()
        key = (str(path), stat.st_ino, stat.st_mtime_ns, stat.st_size)
        if _opened and _opened[0] == key and _is_whole(_opened[1]):
            return _opened[1], _opened[2]
        manifest = _load_manifest()
        if manifest is None or not manifest.rows:
            return None
        _opened = (key, manifest, _map(manifest))
    except (OSError, ValueError, TypeError):  # missing, shorter than promised, or no manifest of ours
        return None
    return _opened[1], _opened[2]


def _is_whole(manifest: _Manifest) -> bool:
    """Whether the files still hold the promised rows: to read mapped rows beyond a file's end kills the process."""
    return all(
        (manifest.folder / name).stat().st_size >= manifest.rows * np.dtype(kind).itemsize
        for name, kind in _TYPES.items()
    )


def _map(manifest: _Manifest) -> dict[str, IntArray]:
    return {
        name: np.memmap(manifest.folder / name, dtype=kind, mode="r", shape=(manifest.rows,))
        for name, kind in _TYPES.items()
    }


def _load_manifest() -> _Manifest | None:
    try:
        raw = json.loads((_folder() / "manifest.json").read_text(encoding="utf-8"))
        if raw.pop("format") != FORMAT or raw.pop("columns") != _TYPES:
            return None
        return _Manifest(**raw)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _save_manifest(manifest: _Manifest) -> None:
    new = _folder() / "manifest.new"
    with new.open("w", encoding="utf-8") as file:
        json.dump({"format": FORMAT, "columns": _TYPES, **vars(manifest)}, file, ensure_ascii=False)
        file.flush()
        os.fsync(file.fileno())
    new.replace(_folder() / "manifest.json")
    _folder_to_disk(_folder())


def _folder_to_disk(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def _writer() -> Iterator[bool]:
    """Whether this process may write. The system drops the lock of a killed one."""
    _folder().mkdir(parents=True, exist_ok=True)
    with (_folder() / "lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True


def _extend(limit: int) -> int:
    log = str(FactLog.objects.get_or_create(pk=FactLog.ONLY)[0].uid)
    manifest = _usable_manifest(log) or _Manifest(log, uuid.uuid4().hex, 0, "", {})
    after = int(_map(manifest)["seq"][-1]) if manifest.rows else 0
    encoder = _Encoder(manifest.words)
    added, moment = 0, manifest.last_recorded_at
    manifest.folder.mkdir(exist_ok=True)
    _truncate(manifest)
    while added < limit:
        facts = CaseFact.objects.filter(seq__gt=after).order_by("seq")
        rows = list(facts.values_list(*_ROW)[: min(_CHUNK, limit - added)])
        if not rows:
            break
        _append(manifest.folder, encoder.columns(rows))
        added += len(rows)
        after, moment = rows[-1][1], rows[-1][0].isoformat()
    if added:
        _sync(manifest.folder)
        _save_manifest(_Manifest(log, manifest.generation, manifest.rows + added, moment, encoder.words))
    _remove_others(manifest.generation)
    return added


def _usable_manifest(log: str) -> _Manifest | None:
    manifest = _load_manifest()
    if manifest is None or manifest.log != log or not manifest.rows:
        return None
    try:
        arrays = _map(manifest)
    except (OSError, ValueError):
        return None
    last = int(arrays["seq"][-1])
    row = next(_rows(last, last), None)
    return manifest if row and _same(row, manifest, arrays) else None


def _truncate(manifest: _Manifest) -> None:
    """Cut off what a killed writer left beyond the manifest's rows."""
    for name, kind in _TYPES.items():
        with (manifest.folder / name).open("ab") as file:
            file.truncate(manifest.rows * np.dtype(kind).itemsize)


def _append(folder: Path, columns: Mapping[str, IntArray]) -> None:
    for name, array in columns.items():
        with (folder / name).open("ab") as file:
            file.write(array.tobytes())


def _sync(folder: Path) -> None:
    for name in _TYPES:
        with (folder / name).open("rb") as file:
            os.fsync(file.fileno())
    _folder_to_disk(folder)


def _remove_others(generation: str) -> None:
    for folder in _folder().iterdir():
        if folder.is_dir() and folder.name != generation:
            shutil.rmtree(folder, ignore_errors=True)
