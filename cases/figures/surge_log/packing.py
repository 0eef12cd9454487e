"""A panel as bytes and back, the same to the last bit: what an evaluation is computed from, and computed from again.

A line of JSON (cells, first comparable weeks, how many weeks), then open days and counts as 64-bit numbers, all of
their first bytes, then all of their second ones: most counts are small, so nearly all bytes are zero. Then packed.
"""

import hashlib
import json
import zlib
from typing import Final

import numpy as np

from cases.surges.fitting import Floats
from cases.surges.panel import Cell, Panel

_LEVEL: Final = 6
_KIND: Final = np.dtype("<f8")
_FORMAT: Final = 1


class Damaged(ValueError):
    """Bytes that are not what was stored."""


def pack(panel: Panel) -> tuple[str, bytes]:
    """(digest of the content, the content packed)."""
    plain = _plain(panel)
    return _digest(plain), zlib.compress(plain, _LEVEL)


def unpack(content: bytes, digest: str) -> Panel:
    """Raises Damaged where the content is not that of the digest."""
    try:
        plain = zlib.decompress(content)
    except zlib.error as fault:
        raise Damaged from fault
    if _digest(plain) != digest:
        raise Damaged
    head, _, numbers = plain.partition(b"\n")
    told = json.loads(head)
    values = _values(numbers)
    weeks, cells = told["weeks"], [Cell(*codes) for codes in told["cells"]]
    return Panel(
        cells=tuple(cells),
        counts=values[weeks:].reshape(len(cells), weeks),
        open_days=values[:weeks],
        since=np.array(told["since"], dtype=np.int64),
    )


def _plain(panel: Panel) -> bytes:
    head = {
        "format": _FORMAT,
        "weeks": panel.weeks,
        "cells": [[cell.scam, cell.age, cell.area] for cell in panel.cells],
        "since": panel.since.tolist(),
    }
    numbers = np.concatenate([panel.open_days, panel.counts.ravel()]).astype(_KIND)
    by_byte = numbers.view(np.uint8).reshape(-1, _KIND.itemsize).T
    return json.dumps(head, separators=(",", ":")).encode() + b"\n" + by_byte.tobytes()


def _values(numbers: bytes) -> Floats:
    by_byte = np.frombuffer(numbers, dtype=np.uint8).reshape(_KIND.itemsize, -1)
    found: Floats = np.ascontiguousarray(by_byte.T).view(_KIND).ravel().astype(np.float64)
    return found


def _digest(plain: bytes) -> str:
    return hashlib.sha256(plain).hexdigest()
