"""Surges: how many false alarms, how soon a wave is found, how fast, and what no series can break.

    python -m benchmarks.surges                                   # writes results/surges.md and results/surges.json
    python -m benchmarks.surges --weeks 6 --runs 1 --results /tmp/surges          # a quick look
    python -m benchmarks.surges --demo                            # the demo data alone, into the same files

The method is pure and needs no database; the demo's generator needs Django's settings. Times are of the processor,
single cells and whole nights.
"""

import argparse
import json
import sys
from pathlib import Path

from benchmarks import django_alone
from benchmarks.protection.results import RESULTS
from benchmarks.surges import demo, report, usefulness, work


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.surges")
    parser.add_argument("--weeks", type=int, default=50, help="weeks without a wave")
    parser.add_argument("--runs", type=int, default=10, help="runs per size of wave, of 50 waves each")
    parser.add_argument("--seed", type=int, default=20261126)
    parser.add_argument("--demo", action="store_true", help="the demo data alone; the rest stays as measured")
    parser.add_argument("--results", type=Path, default=RESULTS)
    options = parser.parse_args()
    django_alone.set_up()
    file = options.results / "surges.json"
    found = json.loads(file.read_text()) if options.demo and file.exists() else {}
    if not options.demo:
        found = {
            "seed": options.seed,
            **usefulness.run(weeks=options.weeks, runs=options.runs, seed=options.seed),
            **work.run(seed=options.seed),
        }
    found["demo"] = [demo.run(cases) for cases in demo.SIZES]
    found["bars"] = report.bars(found)
    options.results.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n")
    (options.results / "surges.md").write_text(report.as_text(found))
    sys.stdout.write(json.dumps(found, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
