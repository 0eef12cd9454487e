"""Figures at several sizes: how fast, how much memory, how it grows, and what others need for the same question.

    python -m benchmarks.figures                        # 50,000 and 200,000 cases; results/figures.md and figures.json
    python -m benchmarks.figures --cases 50000 200000 1000000        # some ten minutes more
    python -m benchmarks.figures --cases 2000 5000 --results /tmp/figures --times 5   # a quick look
    python -m benchmarks.figures --cases 1000000 --folder /tmp/filled    # filled once, asked again and again

Each size is filled with made-up codes in a temporary folder (`benchmarks/figures/filling.py`); the engine, the pages
and the annual report are then asked in processes of their own. The last line of standard output is the JSON.
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
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from benchmarks.figures.addresses import ANSWERS, PAGES, PARTS
from benchmarks.protection.results import RESULTS

SIZES: Final = (50_000, 200_000)
_MEASURED_MEMORY: Final[dict[str, tuple[str, ...]]] = {
    "alone": (),
    "beside": ("beside",),
    "sites": ("sites",),
}
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
    "median_p95_ms": "the same, 95th",
    "median_a_year_ms": "the same, one fiscal year",
    "share_ms": "resolution rate per scam type × age band, ten years",
    "mentions_ms": "every scam type of a case (延べ), ten years",
    "orm_ms": "GROUP BY through the ORM on the case table (the first question)",
    "duckdb_ms": "DuckDB on the same columns, one thread (the first question)",
    "scan_ms": "reading the two columns once (the first question)",
    "state_ms": "facts of a new case, within its save",
    "restate_ms": "facts of a closing with five contacts, within its save",
}
_MEMORY: Final = ("memory_mb", "process_mb")
# (which process, when, which part of it)
_IN_MEMORY: Final = {
    "begun": ("alone", "begun", "all"),
    "one_page": ("alone", "one_page", "all"),
    "all": ("alone", "every_page", "all"),
    **{part: ("alone", "every_page", part) for part in PARTS},
    "of_two": ("beside", "every_page", "all"),
    **{f"of_two_{part}": ("beside", "every_page", part) for part in PARTS},
}
MEMORY: Final = {
    "begun": "the product is loaded, nothing asked",
    "one_page": "after the first page",
    "all": "after every page, twenty times",
    **{part: f"… {label}" for part, label in PARTS.items()},
    "of_two": "the same of each of two processes",
    **{f"of_two_{part}": f"… {label}" for part, label in PARTS.items()},
}
REPORT: Final = {
    "tables_cpu_s": "the tables, counted for the first time",
    "tables_again_cpu_s": "the same again",
    "tables_as_of_half_cpu_s": "the same as of half the log",
    "workbook_cpu_s": "the Excel file",
    "paper_cpu_s": "the paper (PDF/UA)",
}
REPORT_PAGES: Final = {"page_ms": "its page", "since_ms": "its page with what changed since"}
OTHERS: Final = {
    "facts": "facts in the log",
    "columns_mb": "columns on disk, MB",
    "memory_mb": "memory of a process that asked all this, proportional, MB above Django's own",
    "process_mb": "the same process whole, MB",
    "first_answer_s": "from the start of a process to its first answer, seconds",
    "first_answer_cpu_s": "the same, processor time",
    "first_page_s": "from the start of a process to its first page, seconds",
    "first_page_cpu_s": "the same, processor time",
    "columns_made_s": "making the columns anew, seconds",
    "of_orm": "GROUP BY through the ORM ÷ the engine",
    "of_duckdb": "DuckDB ÷ the engine",
    "of_scan": "the engine ÷ a bare scan",
}


@dataclass(frozen=True)
class Aim:
    """What is asked of the largest size: `found` picks the figure, which is to be at most (or at least) `limit`."""

    label: str
    found: Callable[[dict[str, Any]], float]
    limit: float
    is_least: bool = False

    def is_met(self, size: dict[str, Any]) -> bool:
        figure = self.found(size)
        return figure >= self.limit if self.is_least else figure <= self.limit


AIMS: Final = (
    Aim("two dimensions in the engine, ms", lambda size: max(size["two_way_ms"], size["two_way_scam_ms"]), 5),
    Aim(
        "the slowest of the pages with an answer, 95th of 100, ms",
        lambda size: max(size["pages"][name]["p95_ms"] for name in ANSWERS),
        50,
    ),
    Aim("medians, 95th, ms", lambda size: size["median_p95_ms"], 250),
    Aim(
        "memory of a process that answered every page, proportional, MB",
        lambda size: size["pages"]["process_mb"],
        150,
    ),
    Aim(
        "the same, each of two processes, MB", lambda size: size["memory"]["beside"]["every_page"]["all"], 150
    ),
    Aim("from the start of a process to its first page, s", lambda size: size["first_page_s"], 3),
    Aim("GROUP BY through the ORM ÷ the engine", lambda size: size["of_orm"], 50, is_least=True),
)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.figures")
    parser.add_argument("--cases", type=int, nargs="+", default=SIZES)
    parser.add_argument("--results", type=Path, default=RESULTS)
    parser.add_argument("--times", type=int, default=100, help="how often each page is asked")
    parser.add_argument("--folder", type=Path, help="where what was filled is kept, to be asked again")
    options = parser.parse_args()
    machine = about()
    sizes = {str(count): _size(count, options.times, options.folder) for count in sorted(options.cases)}
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


def _size(count: int, times: int, kept: Path | None) -> dict[str, Any]:
    if kept is not None:
        return _asked(kept / str(count), count, times)
    with tempfile.TemporaryDirectory(prefix="madoguchi-figures-") as folder:
        return _asked(Path(folder), count, times)


def _asked(folder: Path, count: int, times: int) -> dict[str, Any]:
    measured = _filled(folder, count)
    return {
        **measured,
        **[_run("starting", folder) for _n in range(2)][-1],
        **_run("asking", folder),
        "pages": _run("pages", folder, str(times)),
        "memory": {name: _run("remembering", folder, *given) for name, given in _MEASURED_MEMORY.items()},
        "report": _run("report", folder),
    }


def _filled(folder: Path, count: int) -> dict[str, Any]:
    """What was measured while the folder was filled: now, or when it was."""
    told = folder / "measured.json"
    if told.exists():
        _run("measured", folder)
    else:
        (folder / "data").mkdir(mode=0o700, parents=True)
        told.write_text(json.dumps(_run("measured", folder, str(count))))
    found: dict[str, Any] = json.loads(told.read_text())
    return found


def _run(name: str, folder: Path, *arguments: str) -> dict[str, Any]:
    print(f"{name} {folder} {' '.join(arguments)}", file=sys.stderr)
    done = subprocess.run(
        [sys.executable, "-m", f"benchmarks.figures.{name}", str(folder), *arguments],
        check=True,
        stdout=subprocess.PIPE,
        text=True,
        env=_as_installed(folder),
    )
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def _as_installed(folder: Path) -> dict[str, str]:
    """An environment in which Python keeps what it compiled, as where the product is used."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"} | {
        "PYTHONPYCACHEPREFIX": f"{folder}/compiled"
    }


def exponents(sizes: dict[str, Any]) -> dict[str, float]:
    """How times grow from the smallest size to the largest: 1 is in step with the cases, 0 not at all."""
    first, last = min(sizes, key=int), max(sizes, key=int)
    if first == last:
        return {}
    steps = math.log(int(last) / int(first))

    def grown(figure: Callable[[dict[str, Any]], float]) -> float:
        return round(math.log(figure(sizes[last]) / figure(sizes[first])) / steps, 2)

    return {
        **{name: grown(lambda size, name=name: size[name]) for name in (*TIMES, *_MEMORY)},
        **{name: grown(lambda size, name=name: size["pages"][name]["p95_ms"]) for name in PAGES},
        **{name: grown(lambda size, name=name: size["report"][name]) for name in (*REPORT, *REPORT_PAGES)},
    }


def as_text(found: dict[str, Any]) -> str:
    sizes, growth = found["sizes"], found["exponents"]
    largest = max(sizes, key=int)
    about = ", ".join(f"{name} {value}" for name, value in found["about"].items())
    pages = {name: name for name in PAGES}
    lines = [
        "# Figures",
        "",
        f"Written by `python -m benchmarks.figures`: {about}",
        "",
        f"| asked of {int(largest):,} cases | limit | found | |",
        "| --- | ---: | ---: | --- |",
        *(
            f"| {aim.label} | {'≥' if aim.is_least else '≤'} {aim.limit} | {aim.found(sizes[largest]):,} |"
            f" {'met' if aim.is_met(sizes[largest]) else 'missed'} |"
            for aim in AIMS
        ),
        *_table("engine, milliseconds", TIMES, {n: _line(size, TIMES) for n, size in sizes.items()}, growth),
        *_table(
            "pages, milliseconds: median / 95th of 100",
            pages,
            {n: {name: _both(size["pages"][name]) for name in PAGES} for n, size in sizes.items()},
            growth,
        ),
        *_table(
            "annual report, seconds of processor time",
            REPORT,
            {n: _line(size["report"], REPORT) for n, size in sizes.items()},
            growth,
        ),
        *_table(
            "annual report, milliseconds",
            REPORT_PAGES,
            {n: _line(size["report"], REPORT_PAGES) for n, size in sizes.items()},
            growth,
        ),
        *_table(
            "memory of a process, proportional, MB",
            MEMORY,
            {n: _remembered(size) for n, size in sizes.items()},
            {},
        ),
        "",
        f"Python's own count after every page, MB by who asked for it: {_asked_for(sizes[largest])}",
        *_table("", OTHERS, {n: _line(size, OTHERS) for n, size in sizes.items()}, growth),
    ]
    return "\n".join(lines) + "\n"


def _table(
    title: str, labels: dict[str, str], told: dict[str, dict[str, str]], growth: dict[str, float]
) -> list[str]:
    heads = " | ".join(f"{int(size):,} cases" for size in told)
    return [
        "",
        f"| {title} | {heads} | exponent |",
        "| --- |" + " ---: |" * (len(told) + 1),
        *(
            f"| {label} | {' | '.join(of[name] for of in told.values())} | {growth.get(name, '')} |"
            for name, label in labels.items()
        ),
    ]


def _line(size: dict[str, Any], names: Iterable[str]) -> dict[str, str]:
    return {name: f"{size[name]:,}" for name in names}


def _remembered(size: dict[str, Any]) -> dict[str, str]:
    held = size["memory"]
    return {name: f"{held[of][when][part]:,}" for name, (of, when, part) in _IN_MEMORY.items()}


def _asked_for(size: dict[str, Any]) -> str:
    return ", ".join(f"{name} {mb}" for name, mb in size["memory"]["sites"]["every_page"].items())


def _both(page: dict[str, float]) -> str:
    return f"{page['p50_ms']} / {page['p95_ms']}"


if __name__ == "__main__":
    main()
