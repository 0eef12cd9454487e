"""Figures at several sizes: how fast, how much memory, how it grows, and what others need for the same question.

    python -m benchmarks.figures                        # 50,000 and 200,000 cases; results/figures.md and figures.json
    python -m benchmarks.figures --cases 50000 200000 1000000        # some six minutes more
    python -m benchmarks.figures --cases 2000 5000 --results /tmp/figures             # a quick look

Each size is filled with made-up codes in a temporary folder (`benchmarks/figures/filling.py`) and asked in a process
of its own. The last line of standard output is the JSON.
"""

import argparse
import json
import math
import os
import platform
import sqlite3
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from benchmarks.protection.results import RESULTS

SIZES: Final = (50_000, 200_000)
# What grows with the cases and what is told of it.
TIMES: Final = {
    "two_way_ms": "two dimensions, ten years (age band × sales method)",
    "two_way_scam_ms": "two dimensions, ten years (scam type × sales method)",
    "two_way_a_year_ms": "the same, one fiscal year",
    "three_way_ms": "three dimensions, ten years (scam type × sales method × sex)",
    "by_month_ms": "by month, ten years",
    "as_of_half_ms": "two dimensions as of half the log",
    "answer_ms": "the whole answer with its definition (queries included)",
    "compare_a_year_ms": "a year beside the year before, the whole answer",
    "median_ms": "medians of yen per scam type × age band, ten years",
    "median_a_year_ms": "the same, one fiscal year",
    "share_ms": "resolution rate per scam type × age band, ten years",
    "mentions_ms": "every scam type of a case (延べ), ten years",
    "orm_ms": "GROUP BY through the ORM on the case table (the first question)",
    "duckdb_ms": "DuckDB on the same columns, one thread (the first question)",
    "scan_ms": "reading the two columns once (the first question)",
    "state_ms": "facts of a new case, within its save",
    "restate_ms": "facts of a closing with five contacts, within its save",
}
OTHERS: Final = {
    "facts": "facts in the log",
    "columns_mb": "columns on disk, MB",
    "memory_mb": "memory of a process that asked all this, proportional, MB above Django's own",
    "first_answer_s": "from the start of a process to its first answer, seconds",
    "columns_made_s": "making the columns anew, seconds",
    "of_orm": "GROUP BY through the ORM ÷ the engine",
    "of_duckdb": "DuckDB ÷ the engine",
    "of_scan": "the engine ÷ a bare scan",
}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.figures")
    parser.add_argument("--cases", type=int, nargs="+", default=SIZES)
    parser.add_argument("--results", type=Path, default=RESULTS)
    options = parser.parse_args()
    machine = about()
    sizes = {str(count): _size(count) for count in sorted(options.cases)}
    found = {"sizes": sizes, "exponents": exponents(sizes), "about": machine}
    options.results.mkdir(parents=True, exist_ok=True)
    (options.results / "figures.json").write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n")
    (options.results / "figures.md").write_text(as_text(found))
    print(json.dumps(found, ensure_ascii=False))


def about() -> dict[str, Any]:
    """What the figures hang on. No name of the machine."""
    return {
        "measured_on": datetime.now(UTC).date().isoformat(),
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        "system": f"{platform.system()} {platform.machine()}",
        "processors": os.cpu_count(),
        "busy_before": round(os.getloadavg()[0], 2),
    }


def _size(count: int) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="madoguchi-figures-") as folder:
        Path(folder, "data").mkdir(mode=0o700)
        measured = _run("measured", folder, str(count))
        return {**measured, **_run("asking", folder)}


def _run(name: str, *arguments: str) -> dict[str, Any]:
    print(f"{name} {' '.join(arguments)}", file=sys.stderr)
    done = subprocess.run(
        [sys.executable, "-m", f"benchmarks.figures.{name}", *arguments],
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def exponents(sizes: dict[str, Any]) -> dict[str, float]:
    """How times grow from the smallest size to the largest: 1 is in step with the cases, 0 not at all."""
    first, last = min(sizes, key=int), max(sizes, key=int)
    if first == last:
        return {}
    steps = math.log(int(last) / int(first))
    return {name: round(math.log(sizes[last][name] / sizes[first][name]) / steps, 2) for name in TIMES}


def as_text(found: dict[str, Any]) -> str:
    sizes = found["sizes"]
    lines = [
        "# Figures",
        "",
        "Written by `python -m benchmarks.figures`: "
        + ", ".join(f"{name} {value}" for name, value in found["about"].items()),
        "",
        "| milliseconds | " + " | ".join(f"{int(size):,} cases" for size in sizes) + " | exponent |",
        "| --- |" + " ---: |" * (len(sizes) + 1),
    ]
    for name, label in TIMES.items():
        told = " | ".join(f"{size[name]:,}" for size in sizes.values())
        lines.append(f"| {label} | {told} | {found['exponents'].get(name, '')} |")
    lines += [
        "",
        "| | " + " | ".join(f"{int(size):,} cases" for size in sizes) + " |",
        "| --- |" + " ---: |" * len(sizes),
    ]
    for name, label in OTHERS.items():
        lines.append(f"| {label} | " + " | ".join(f"{size[name]:,}" for size in sizes.values()) + " |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
