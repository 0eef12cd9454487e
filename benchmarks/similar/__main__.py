"""Similar cases: how good on judged questions, how fast and how large at each size; last line: one JSON object.

    python -m benchmarks.similar                                  # quality on the half that is tuned on
    python -m benchmarks.similar --half final                     # the half that nothing is tuned on
    python -m benchmarks.similar --scale 50000 200000 1000000     # speed, size, memory
    python -m benchmarks.similar --engine elasticsearch           # same ten hits from both engines? (starts a server)
    python -m benchmarks.similar --engine elasticsearch --scale 50000 200000 1000000
    python -m benchmarks.similar --desk 50000                     # what the desk waits for, with database and log
    python -m benchmarks.similar --reference DIR                  # exact BM25 and ours on search-*.jsonl.gz there

Rewrites benchmarks/results/similar.json with what was measured, and leaves the rest of it as it is.
"""

import argparse
import json
import os
import platform
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

from benchmarks import django_alone
from benchmarks.bench.machine import Machine
from benchmarks.protection.results import RESULTS

ROOT: Final = Path(__file__).resolve().parent.parent.parent
CASES: Final = 20_000
EVERY: Final = 3


def main() -> None:
    given = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    given.add_argument("--half", choices=["dev", "final"], default="dev")
    given.add_argument("--cases", type=int, default=CASES, help="made-up cases that are searched for quality")
    given.add_argument("--scale", type=int, nargs="+", metavar="CASES")
    given.add_argument(
        "--rules", action="store_true", help="with --scale: other rules for candidates beside ours"
    )
    given.add_argument(
        "--every", type=int, default=EVERY, help="with --scale, --desk: each so many of the questions"
    )
    given.add_argument("--engine", choices=["embedded", "elasticsearch"], default="embedded")
    given.add_argument("--desk", type=int, metavar="CASES")
    given.add_argument("--reference", type=Path)
    given.add_argument("--results", type=Path, default=RESULTS)
    options = given.parse_args()
    django_alone.set_up()
    found = _measured(options)
    found["about"] = _about()
    _keep(options.results / "similar.json", found)
    print(json.dumps(found, ensure_ascii=False))


def _measured(options: argparse.Namespace) -> dict[str, Any]:
    if options.scale:
        name = "scale" if options.engine == "embedded" else f"scale_{options.engine}"
        return {name: [_size(size, options) for size in options.scale]}
    if options.desk:
        with Machine("sqlite", f"similar {options.desk}") as place:
            given = {"cases": options.desk, "every": options.every}
            return {"desk": place.inside("desk", package="similar", **given)}
    if options.reference:
        from benchmarks.similar import reference

        return {"reference": reference.measured(options.reference, _say)}
    from benchmarks.similar import indexed, quality
    from benchmarks.similar.judged import Half

    _say(f"making {options.cases} cases")
    cases = list(indexed.demo_cases(options.cases))
    if options.engine == "elasticsearch":
        from benchmarks.similar import engines

        with engines.elastic() as engine:
            return {"parity": quality.parity(cases, engine) | {"cases": len(cases)}}
    half = Half(options.half)
    return {f"quality_{half}": quality.measured(cases, half, _say)}


def _size(size: int, options: argparse.Namespace) -> dict[str, Any]:
    """One size in processes of its own: filled, asked, asked for its memory."""
    from benchmarks.similar.scale import RULES

    rules = list(RULES) if options.rules else ["shipped", "lists of any length"]
    with tempfile.TemporaryDirectory(prefix="madoguchi-similar-") as folder:
        found: dict[str, Any] = {}
        for do in ("fill", "ask", "memory") if options.engine == "embedded" else ("elastic",):
            _say(f"{size}: {do}")
            asked = {"do": do, "folder": folder, "size": size, "rules": rules, "every": options.every}
            done = subprocess.run(
                [sys.executable, "-m", "benchmarks.similar.scale"],
                cwd=ROOT, input=json.dumps(asked), stdout=subprocess.PIPE, text=True, check=True,
            )  # fmt: skip
            found |= json.loads(done.stdout.splitlines()[-1])
        return found


def _about() -> dict[str, Any]:
    return {
        "when": time.strftime("%Y-%m-%d %H:%M"),
        "load": [round(one, 1) for one in os.getloadavg()],
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
    }


def _keep(path: Path, found: dict[str, Any]) -> None:
    """Each measure with when and how busy it was; sizes replace the same sizes alone."""
    held: dict[str, Any] = json.loads(path.read_text()) if path.exists() else {}
    about = found.pop("about")
    for name, figures in found.items():
        if name.startswith("scale"):
            sizes = {one["cases"]: one for one in [*held.get(name, []), *_dated(figures, about)]}
            held[name] = [sizes[size] for size in sorted(sizes)]
        else:
            held[name] = figures | {"about": about}
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(held, ensure_ascii=False, indent=1) + "\n")


def _dated(figures: Iterable[dict[str, Any]], about: dict[str, Any]) -> list[dict[str, Any]]:
    return [one | {"about": about} for one in figures]


def _say(text: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} similar: {text}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
