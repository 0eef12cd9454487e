"""The planner on made-up towns, against "most calls" and "last year again": false claims, regret, coverage.

    python -m benchmarks.planner                                  # writes results/planner.md and results/planner.json
    python -m benchmarks.planner --towns 5 --seed 7 --results /tmp/planner                     # a quick look

The engine is pure and needs no database. Truth is known in every town, so that what is said can be held against it.
"""

import argparse
import json
import sys
from pathlib import Path

from benchmarks import django_alone
from benchmarks.protection.results import RESULTS


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.planner")
    parser.add_argument("--towns", type=int, default=60, help="towns per setting")
    parser.add_argument("--seed", type=int, default=20261126)
    parser.add_argument("--results", type=Path, default=RESULTS)
    options = parser.parse_args()
    django_alone.set_up()
    from benchmarks.planner import measuring, report

    found = measuring.run(towns_each=options.towns, seed=options.seed)
    found["bars"] = report.bars(found)
    options.results.mkdir(parents=True, exist_ok=True)
    (options.results / "planner.json").write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n")
    (options.results / "planner.md").write_text(report.as_text(found))
    sys.stdout.write(json.dumps(found, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
