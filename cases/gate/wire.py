"""The question and answer of `manage.py suppress` as JSON values."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import prod
from typing import Any, Final

from cases.gate.tables import Cell, Table

DEFAULT_SECONDS: Final = 20.0
MOST_CELLS: Final = 200_000
MOST_IN_ALL: Final = 2**53  # above it the numbers of JSON readers are no longer exact
LARGEST_THRESHOLD: Final = 1_000_000  # far above it the solver no longer tells what is safe from what is not
LONGEST_SECONDS: Final = 1e9  # thirty years: as good as no limit
KEYS: Final = frozenset({"leaf_shape", "groups", "threshold", "leaf_counts", "seconds", "published"})
PUBLISHED_KEYS: Final = frozenset({"shown", "hidden"})


class TableNotUnderstood(Exception):
    """A key that is not what it has to be: its name, and what was expected."""

    def __init__(self, key: str, expected: str) -> None:
        super().__init__(f"{key}: {expected}" if key else expected)
        self.key = key


@dataclass(frozen=True)
class Asked:
    """A table, the smallest count that may be read, what earlier releases fixed, and the time to look."""

    table: Table
    threshold: int
    seconds: float = DEFAULT_SECONDS
    shown: frozenset[Cell] = frozenset()
    hidden: frozenset[Cell] = frozenset()


def read(given: object) -> Asked:
    """The question. Raises TableNotUnderstood, naming the key."""
    if not isinstance(given, dict):
        raise TableNotUnderstood("", "expected one JSON object")
    _refuse_unknown(given, KEYS, "")
    leaf_shape = tuple(_whole(n, "leaf_shape", 1) for n in _list(given, "leaf_shape"))
    if not leaf_shape:
        raise TableNotUnderstood("leaf_shape", "expected at least one dimension")
    _refuse_large(leaf_shape)
    groups = _groups(given, leaf_shape)
    _refuse_large(n + len(of) for n, of in zip(leaf_shape, groups, strict=True))
    counts = tuple(_whole(n, "leaf_counts", 0) for n in _list(given, "leaf_counts"))
    if len(counts) != prod(leaf_shape):
        raise TableNotUnderstood(
            "leaf_counts", f"expected {prod(leaf_shape)} numbers, row by row, found {len(counts)}"
        )
    if sum(counts) >= MOST_IN_ALL:
        raise TableNotUnderstood("leaf_counts", f"expected a sum below {MOST_IN_ALL:,}")
    if given.get("threshold") is None:
        raise TableNotUnderstood("threshold", "expected a whole number from 1 on")
    threshold = _whole(given["threshold"], "threshold", 1)
    if threshold > LARGEST_THRESHOLD:
        raise TableNotUnderstood("threshold", f"expected at most {LARGEST_THRESHOLD:,}")
    table = Table(leaf_shape, groups, counts)
    shown, hidden = _published(given.get("published"), table)
    return Asked(table, threshold, _seconds(given.get("seconds")), shown, hidden)


def _refuse_large(nodes: Iterable[int]) -> None:
    if prod(nodes) > MOST_CELLS:
        raise TableNotUnderstood("leaf_shape", f"expected at most {MOST_CELLS:,} cells of all levels")


def _refuse_unknown(given: Mapping[str, Any], known: frozenset[str], where: str) -> None:
    if unknown := sorted(key for key in given if key not in known):
        names = ", ".join(f'"{key[:60]}"' for key in unknown[:5])
        expected = ", ".join(sorted(known))
        raise TableNotUnderstood(unknown[0][:60], f"unknown key {names}{where}; expected only {expected}")


def _list(given: Mapping[str, Any], key: str, where: str = "") -> Sequence[Any]:
    value = given.get(key)
    if not isinstance(value, list):
        raise TableNotUnderstood(where or key, "expected a list")
    return value


def _whole(value: object, key: str, smallest: int) -> int:
    is_whole = isinstance(value, int) or (isinstance(value, float) and value.is_integer())
    if isinstance(value, bool) or not is_whole or not isinstance(value, int | float) or value < smallest:
        raise TableNotUnderstood(key, f"expected whole numbers from {smallest} on")
    return int(value)


def _groups(given: Mapping[str, Any], leaf_shape: tuple[int, ...]) -> tuple[tuple[tuple[int, ...], ...], ...]:
    listed = _list(given, "groups")
    if len(listed) != len(leaf_shape):
        raise TableNotUnderstood("groups", f"expected {len(leaf_shape)} lists, one per dimension")
    found = []
    for leaves, of in zip(leaf_shape, listed, strict=True):
        if not isinstance(of, list) or not all(isinstance(group, list) for group in of):
            raise TableNotUnderstood(
                "groups", "expected a list of groups per dimension, each a list of leaves"
            )
        groups = tuple(tuple(_whole(leaf, "groups", 0) for leaf in group) for group in of)
        for group in groups:
            if not group or max(group) >= leaves or len(set(group)) != len(group):
                raise TableNotUnderstood(
                    "groups", f"expected different leaves from 0 to {leaves - 1} in each group"
                )
        if groups and len(groups[0]) != leaves:
            raise TableNotUnderstood("groups", "expected the total, which has every leaf, as the first group")
        found.append(groups)
    return tuple(found)


def _seconds(value: object) -> float:
    if value is None:
        return DEFAULT_SECONDS
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < math.inf:
        raise TableNotUnderstood("seconds", "expected a number above 0")
    return float(min(value, LONGEST_SECONDS))


def _published(value: object, table: Table) -> tuple[frozenset[Cell], frozenset[Cell]]:
    if value is None:
        return frozenset(), frozenset()
    if not isinstance(value, dict):
        raise TableNotUnderstood("published", 'expected an object with "shown" and "hidden"')
    _refuse_unknown(value, PUBLISHED_KEYS, ' in "published"')
    shown, hidden = (_cells(value, key, table) for key in ("shown", "hidden"))
    if both := shown & hidden:
        raise TableNotUnderstood(
            "published", f"expected {list(min(both))} under one of shown and hidden only"
        )
    return shown, hidden


def _cells(value: Mapping[str, Any], key: str, table: Table) -> frozenset[Cell]:
    if value.get(key) is None:
        return frozenset()
    cells = set()
    for listed in _list(value, key, "published"):
        if not isinstance(listed, list) or len(listed) != len(table.node_shape):
            raise TableNotUnderstood("published", "expected cells as lists of one node per dimension")
        cell = tuple(_whole(node, "published", 0) for node in listed)
        if any(node >= nodes for node, nodes in zip(cell, table.node_shape, strict=True)):
            raise TableNotUnderstood("published", f"{list(cell)} is no cell of this table")
        cells.add(cell)
    return frozenset(cells)
