"""The facts as they stand, without what was taken back: what a question of today scans instead of the whole log.

Of a case that was recorded, corrected and closed the log holds five facts; here it is one. Rows lie by centre and
day, so that a period of a centre is one stretch of memory. Numbers lie as narrow as they can, since they are written
anew with every settling: a page of many processes reads half as much as from the log.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from cases.figures.layout import TYPES, Columns, IntArray

# `sign` is left out, since every row counts once, and `seq`, since only a cut as of the settling or later reads these.
COLUMNS: Final = {name: kind for name, kind in TYPES.items() if name not in ("seq", "sign")}
# Days lie as wide as in the log, so that any day can be looked for.
_AS_WIDE: Final = frozenset({"received_on", "closed_on"})
_NARROW: Final = ("<i1", "<i2", "<i4")
_ORDER: Final = ("received_on", "centre")
_PRIME: Final = np.uint64(0x9E37_79B9_7F4A_7C15)


def settle(log: Columns) -> dict[str, IntArray] | None:
    """What remains of signed facts once each −1 has taken back its +1.

    None where more was taken back than stated, which no honest log does: then the log itself is counted.
    """
    order, starts = _alike(log)
    net = np.add.reduceat(log["sign"][order], starts, dtype=np.int64) if len(order) else np.empty(0, np.int64)
    if (net < 0).any():
        return None
    rows = np.repeat(order[starts], net)
    return {name: _narrowed(name, log[name][rows]) for name in COLUMNS}


def _narrowed(name: str, numbers: IntArray) -> IntArray:
    if name in _AS_WIDE or not len(numbers):
        return np.ascontiguousarray(numbers)
    least, most = int(numbers.min()), int(numbers.max())
    fitting = (kind for kind in _NARROW if np.iinfo(kind).min <= least and most <= np.iinfo(kind).max)
    return np.ascontiguousarray(numbers, dtype=next(fitting, numbers.dtype.str))


def _alike(log: Columns) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """The rows in order (centre, day), and where in it each run of rows with the same content begins."""
    for columns in ([_digest(log)], [log[name] for name in COLUMNS]):  # the second where two digests met
        order = np.lexsort([*columns, *(log[name] for name in _ORDER)])
        if not len(order):
            return order, order
        differ = {name: np.diff(log[name][order]) != 0 for name in COLUMNS}
        is_new = np.logical_or.reduce(list(differ.values()))
        sorted_by = [column[order] for column in columns]
        by_key = np.logical_or.reduce(
            [key[1:] != key[:-1] for key in (*sorted_by, *(log[n][order] for n in _ORDER))]
        )
        if bool((is_new == by_key).all()):
            break
    return order, np.flatnonzero(np.concatenate([[True], is_new]))


def _digest(log: Columns) -> NDArray[np.uint64]:
    """64 bits of a row's content; rows alike have the same, others hardly ever."""
    mixed = np.zeros(len(log["centre"]), dtype=np.uint64)
    for name in COLUMNS:
        mixed ^= log[name].astype(np.uint64)
        mixed *= _PRIME
        mixed ^= mixed >> np.uint64(29)
    return mixed
