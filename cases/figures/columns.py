"""Facts as memory-mapped columns: what makes a two-way table over a million rows a matter of milliseconds.

The worker alone writes (`extend`); everyone reads (`read`). The columns are a copy and never the truth: a reader
adds the facts they lack from the database, and does without them where they are missing, old or torn. They hold
the log as it is, for cuts of earlier moments, and the facts as they stood not long ago (`settled`), for today's.
"""

import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import chain, islice
from typing import Final

import numpy as np

from cases.figures import column_files as files
from cases.figures import settled as settling
from cases.figures import still
from cases.figures.column_files import Manifest, Opened, Settled
from cases.figures.facts import CASE
from cases.figures.layout import (
    KINDS,
    ROW,
    WORDS,
    Columns,
    Encoder,
    IntArray,
    Row,
    day_number,
    day_of,
    numbers_of,
    words_in,
)
from cases.figures.models import CaseFact, FactLog

__all__ = [
    "Facts",
    "IntArray",
    "Part",
    "catch_up",
    "day_number",
    "day_of",
    "extend",
    "is_behind",
    "make_anew",
    "read",
]

_CHUNK: Final = 20_000
# Settle again once the log has grown by so many facts and by this share of what is settled.
SETTLED_AFTER: Final = 20_000
_SHARE: Final = 8


@dataclass(frozen=True, eq=False)
class Part:
    """A stretch of facts. `is_settled`: they lie by centre and day, and each counts once (no `sign`, no `seq`)."""

    columns: Columns
    is_settled: bool = False

    def __len__(self) -> int:
        return len(self.columns["centre"])


@dataclass(frozen=True, eq=False)
class Facts:
    """Facts up to one cut, those of cases and those of 経過 in parts that share their code words.

    `words[column][number]` is the code behind a number. `as_of` is the last `seq` counted, 0 where there is none.
    """

    parts_of: Mapping[str, Sequence[Part]]
    words: Mapping[str, Sequence[str]]
    as_of: int
    recorded_at: datetime | None
    settled_from: Mapping[str, Part] = field(default_factory=dict)
    """The stretch of the log that the settled part, the first of each kind, stands for; empty where none is settled."""
    memo: dict[object, object] = field(default_factory=dict)
    """What was worked out of the words, for the next who asks."""

    @property
    def parts(self) -> Sequence[Part]:
        """Those of cases."""
        return self.parts_of[CASE]

    def as_stated(self) -> "Facts":
        """The same, every fact with its `seq` and `sign` and none settled, for those who look behind a number."""
        if not self.settled_from:
            return self
        parts = {kind: [self.settled_from[kind], *of_kind[1:]] for kind, of_kind in self.parts_of.items()}
        return replace(self, parts_of=parts, settled_from={})


_NONE: Final = Facts({kind: [] for kind in KINDS}, {name: [] for name in WORDS}, 0, None)


@dataclass(frozen=True, eq=False)
class _Remembered:
    """What a process read last, so that it asks the next time for what came since."""

    opened: Opened
    facts: Facts


_remembered: _Remembered | None = None
# Stretches of facts behind the columns before they are put into one.
_STRETCHES: Final = 8


def read(as_of: int | None = None) -> Facts:
    """All facts with `seq <= as_of`, or all there are now: the columns, then what they lack from the database.

    Two queries, three where the cut lies inside the columns. A cut beyond the last fact is that fact's `seq`.
    While a page is held `still`, each cut is read once.
    """
    found = still.once((read, as_of), lambda: _read(as_of))
    if as_of is None:
        still.once((read, found.as_of), lambda: found)
    return found


def _read(as_of: int | None) -> Facts:
    opened = files.opened()
    if opened and (known := _read_on(opened, as_of)):
        return known
    if opened:
        last = opened.manifest.last_seq
        rows = _rows(last, None if as_of is None else max(as_of, last))
        first = next(rows, None)
        if first and _same(first, opened) and _log() == opened.manifest.log:
            if as_of is not None and as_of < last:
                return _cut(opened, as_of)
            found = _joined(_held(opened, last), chain([first], rows))
            return found if as_of is not None else _kept(opened, found)
    return _joined(_NONE, _rows(0, as_of), is_new=True)


def _read_on(opened: Opened, as_of: int | None) -> Facts | None:
    """What was read last with what came since; None where that was of other columns or cut, or is no longer so."""
    if _remembered is None or _remembered.opened is not opened:
        return None
    known = _remembered.facts
    if as_of not in (None, known.as_of):
        return None
    rows = _rows(known.as_of, as_of)
    first = next(rows, None)
    if first is None or first[:2] != (known.recorded_at, known.as_of) or _log() != opened.manifest.log:
        return None
    found = _joined(known, chain([first], rows))
    return known if found.as_of == known.as_of else _kept(opened, found)


def _kept(opened: Opened, found: Facts) -> Facts:
    """The same, remembered; many short stretches behind the columns are put into one."""
    global _remembered
    base = 1 if opened.settled is None else 2
    parts = {
        kind: [*of_kind[:base], _in_one(of_kind[base:])] if len(of_kind) > base + _STRETCHES else of_kind
        for kind, of_kind in found.parts_of.items()
    }
    facts = replace(found, parts_of=parts)
    _remembered = _Remembered(opened, facts)
    return facts


def _in_one(parts: Sequence[Part]) -> Part:
    return Part({name: np.concatenate([part.columns[name] for part in parts]) for name in parts[0].columns})


def extend(limit: int = 200_000) -> int:
    """Copy up to `limit` further facts into the columns; returns how many. For the worker, outside a transaction.

    Returns 0 at once where another writer is at work. Columns of another format or log, or that no longer agree
    with the database (a restored backup, erased cases), are made anew.
    """
    with files.writer() as is_mine:
        return _extend(limit) if is_mine else 0


def is_behind() -> bool:
    """Whether `extend` would find work: facts that the columns lack, or columns to be made anew. Two queries."""
    last = CaseFact.objects.order_by("-seq").values_list("seq", flat=True).first()
    opened = files.opened()
    if opened is None or last is None:
        return last is not None
    return opened.manifest.last_seq != last or _log() != opened.manifest.log


def waits_since() -> datetime | None:
    """When the oldest fact that the columns lack was recorded; None where they lack none. Two queries."""
    opened = files.opened()
    copied = opened.manifest.last_seq if opened else 0
    waiting = CaseFact.objects.filter(seq__gt=copied).order_by("seq")
    return waiting.values_list("recorded_at", flat=True).first()


def catch_up() -> bool:
    """One step of the worker; True where more is left to copy."""
    return extend() > 0 and is_behind()


def make_anew() -> None:
    """Give up the columns, which differ from the log: readers take the database until the worker has made new ones."""
    with files.writer() as is_mine:
        if is_mine:
            files.give_up()


def _joined(held: Facts, rows: Iterator[Row], *, is_new: bool = False) -> Facts:
    """What is held with the rows behind it, encoded by the same words.

    Unless `is_new`, the first row is the last that is held.
    """
    parts = {kind: list(of_kind) for kind, of_kind in held.parts_of.items()}
    last = None if is_new else next(rows)
    encoder: Encoder | None = None
    while chunk := list(islice(rows, _CHUNK)):
        encoder = encoder or Encoder(held.words)
        for kind, columns in encoder.by_kind(chunk).items():
            if len(columns["seq"]):
                parts[kind].append(Part(columns))
        last = chunk[-1]
    recorded_at, seq = last[:2] if last else (None, 0)
    words = encoder.words if encoder else held.words
    return Facts(parts, words, seq, recorded_at, held.settled_from)


def _held(opened: Opened, as_of: int) -> Facts:
    """What the columns hold up to a cut: the settled facts and the log behind them, or the log alone."""
    settled, words = opened.manifest.settled, opened.manifest.words
    if settled is None or opened.settled is None or as_of < settled.seq:
        return Facts(
            {kind: [Part(_slice(log, 0, as_of))] for kind, log in opened.log.items()}, words, as_of, None
        )
    parts = {
        kind: [
            Part(opened.settled[kind], is_settled=True),
            Part(_slice(log, settled.log_rows[kind], as_of)),
        ]
        for kind, log in opened.log.items()
    }
    settled_from = {kind: Part(_slice(log, 0, settled.seq)) for kind, log in opened.log.items()}
    return Facts(parts, words, as_of, None, settled_from)


def _slice(log: Columns, first: int, as_of: int) -> Columns:
    end = int(np.searchsorted(log["seq"], as_of, side="right"))
    return {name: array[first:end] for name, array in log.items()}


def _cut(opened: Opened, as_of: int) -> Facts:
    ends = [
        int(log["seq"][count - 1])
        for log in opened.log.values()
        if (count := int(np.searchsorted(log["seq"], as_of, side="right")))
    ]
    held = _held(opened, as_of)
    if not ends:
        return replace(held, as_of=0)
    moment = CaseFact.objects.values_list("recorded_at", flat=True).get(seq=max(ends))
    return replace(held, as_of=max(ends), recorded_at=moment)


def _rows(from_seq: int, to_seq: int | None) -> Iterator[Row]:
    facts = CaseFact.objects.filter(seq__gte=from_seq)
    if to_seq is not None:
        facts = facts.filter(seq__lte=to_seq)
    return facts.order_by("seq").values_list(*ROW).iterator(chunk_size=_CHUNK)


def _same(row: Row, opened: Opened) -> bool:
    """Whether the database's row is the last row of the columns, value by value."""
    if row[0].isoformat() != opened.manifest.last_recorded_at:
        return False
    held, words = opened.last, opened.manifest.words
    return all(held[name] == number for name, number in numbers_of(row).items()) and all(
        _word(words[name], held[name]) == word for name, word in words_in(row).items()
    )


def _word(words: Sequence[str], number: int) -> str | None:
    """The word behind a number; None behind one that damaged columns alone can hold."""
    return words[number] if 0 <= number < len(words) else None


def _log() -> str | None:
    uid = FactLog.objects.values_list("uid", flat=True).first()
    return str(uid) if uid else None


# --- the worker's copy ----------------------------------------------------------------------------------------


def _extend(limit: int) -> int:
    log = str(FactLog.objects.get_or_create(pk=FactLog.ONLY)[0].uid)
    begun = _usable_manifest(log) or Manifest(log, uuid.uuid4().hex, dict.fromkeys(KINDS, 0), 0, "", {})
    encoder = Encoder(begun.words)
    files.truncate(begun)
    rows, after, moment = dict(begun.rows), begun.last_seq, begun.last_recorded_at
    while (left := limit - (sum(rows.values()) - sum(begun.rows.values()))) > 0:
        found = CaseFact.objects.filter(seq__gt=after).order_by("seq")
        chunk = list(found.values_list(*ROW)[: min(_CHUNK, left)])
        if not chunk:
            break
        for kind, columns in encoder.by_kind(chunk).items():
            files.append(begun, kind, columns)
            rows[kind] += len(columns["seq"])
        after, moment = chunk[-1][1], chunk[-1][0].isoformat()
    added = sum(rows.values()) - sum(begun.rows.values())
    manifest = begun
    if added:
        files.to_disk(begun)
        manifest = replace(begun, rows=rows, last_seq=after, last_recorded_at=moment, words=encoder.words)
        manifest = _settled_anew(manifest) if _is_to_settle(manifest) else manifest
        files.save(manifest)
    files.remove_others(manifest)
    return added


def _usable_manifest(log: str) -> Manifest | None:
    manifest = files.load()
    if manifest is None or manifest.log != log:
        return None
    try:
        opened = files.map_columns(manifest)
    except (OSError, ValueError):
        return None
    row = next(_rows(manifest.last_seq, manifest.last_seq), None)
    return manifest if row and _same(row, opened) else None


def _is_to_settle(manifest: Manifest) -> bool:
    settled = manifest.settled
    grown = sum(manifest.rows.values()) - (sum(settled.log_rows.values()) if settled else 0)
    return grown >= max(SETTLED_AFTER, sum(settled.rows.values()) // _SHARE if settled else 0)


def _settled_anew(manifest: Manifest) -> Manifest:
    """The manifest with the facts as they stand now, whose files are on disk."""
    log = files.map_columns(replace(manifest, settled=None)).log
    columns = {kind: settling.settle(of_kind) for kind, of_kind in log.items()}
    found = {kind: of_kind for kind, of_kind in columns.items() if of_kind is not None}
    if len(found) < len(columns):
        return manifest
    rows = {kind: len(of_kind["centre"]) for kind, of_kind in found.items()}
    types = {
        kind: {name: array.dtype.str for name, array in of_kind.items()} for kind, of_kind in found.items()
    }
    named = replace(manifest, settled=Settled(manifest.last_seq, rows, manifest.rows, types))
    files.write_settled(named, found)
    return named
