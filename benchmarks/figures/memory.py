"""Proportional memory, and what it is made of: a page that several processes have mapped counts for each in part."""

import re
import tracemalloc
from collections import Counter
from pathlib import Path
from typing import Final

from benchmarks.figures.addresses import COLUMNS, DATABASE, OWN, PARTS, PROGRAMS
from cases.figures import column_files

_ROOT: Final = Path(__file__).parents[2]
_MAPPING: Final = re.compile(r"[0-9a-f]+-[0-9a-f]+ \S+ \S+ \S+ \d+ *(.*)\n")


def of_this_process() -> float:
    """In MB."""
    with open("/proc/self/smaps_rollup", encoding="ascii") as rollup:
        line = next(line for line in rollup if line.startswith("Pss:"))
    return int(line.split()[1]) / 1024


def split() -> dict[str, float]:
    """Of this process, in MB, by what is mapped; "all" is their sum, `of_this_process`."""
    found: Counter[str] = Counter(dict.fromkeys(PARTS, 0))
    part = OWN
    with open("/proc/self/smaps", encoding="utf-8") as mappings:
        for line in mappings:
            if mapping := _MAPPING.fullmatch(line):
                part = _part_of(mapping[1])
            elif line.startswith("Pss:"):
                found[part] += int(line.split()[1])
    told = {**found, "all": found.total()}
    return {name: round(kilobytes / 1024, 1) for name, kilobytes in told.items()}


def _part_of(path: str) -> str:
    if not path.startswith("/"):
        return OWN
    if path.startswith(str(column_files.root())):
        return COLUMNS
    return DATABASE if ".sqlite3" in path else PROGRAMS


def by_package(most: int = 12) -> dict[str, float]:
    """What Python and numpy hold of what they asked for since `tracemalloc` began, in MB by who asked."""
    found: Counter[str] = Counter()
    for trace in tracemalloc.take_snapshot().traces:
        found[_package(trace.traceback[-1].filename)] += trace.size
    return {name: round(size / 2**20, 1) for name, size in found.most_common(most)}


def _package(filename: str) -> str:
    """`cases/figures` of a module of ours, the name of the package of any other."""
    path = Path(filename)
    if "site-packages" in path.parts:
        return path.parts[path.parts.index("site-packages") + 1]
    if path.is_relative_to(_ROOT):
        return "/".join(path.relative_to(_ROOT).parts[:2])
    return "python" if path.is_absolute() else "as modules were loaded"
