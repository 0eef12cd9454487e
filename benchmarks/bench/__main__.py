"""`python -m benchmarks.bench`: all sizes, then the bulk rates; last line of stdout: one JSON object."""

import argparse
import json
import sys
from pathlib import Path
from typing import Any, Final

from benchmarks.bench import machine, pages, report

RESULTS: Final = Path(__file__).resolve().parent.parent / "results"
SIZES: Final = (2_000, 50_000)
IDLE_SECONDS: Final = 2.0


def main() -> None:
    given = argparse.ArgumentParser(prog="python -m benchmarks.bench", description=__doc__)
    given.add_argument("--cases", type=int, nargs="+", default=SIZES, help="sizes, smallest first")
    given.add_argument("--repeat", type=int, default=60, help="requests of each kind at each size")
    given.add_argument("--seed", type=int, default=1)
    given.add_argument("--database", choices=machine.DATABASES, default="sqlite")
    given.add_argument("--results", type=Path, default=RESULTS, help="folder of bench.json and bench.md")
    given.add_argument(
        "--pages-only",
        action="store_true",
        help="leave out the work in bulk; its last figures stay, with their day",
    )
    options = given.parse_args()
    sizes = sorted(set(options.cases))
    found: dict[str, Any] = {"about": machine.about(options.database, options.repeat, options.seed)}
    for cases in sizes:
        with machine.Machine(options.database, f"{cases:,} cases") as place:
            found[str(cases)] = _size(place, cases, options.repeat, options.seed)
    found["growth"] = report.growth(found[str(sizes[0])], found[str(sizes[-1])])
    if options.pages_only:
        found |= report.kept_rates(options.results, options.database)
    else:
        with machine.Machine(options.database, "rates") as place:
            place.say("work in bulk")
            found["rates"] = place.inside("rates", rows=sizes[-1], seed=options.seed)
    report.write(found, options.results, options.database)
    print(json.dumps(found, ensure_ascii=False))
    sys.stdout.flush()


def _size(place: machine.Machine, cases: int, repeat: int, seed: int) -> dict[str, Any]:
    """One size: load, serve, ask over HTTP, weigh, then count queries in-process."""
    place.say("loading and indexing")
    given = place.inside("load", cases=cases, repeat=repeat, seed=seed)
    with place.serving() as server:
        asked = pages.measured(server, given, repeat, say=place.say)
        processes = server.processes(IDLE_SECONDS)
    place.say("counting queries")
    weighed = place.inside("inspection", given=given)
    for name, counts in weighed.pop("queries").items():
        asked[name] |= counts
    return {"cases": cases, "requests": asked, "processes": processes, **weighed}


if __name__ == "__main__":
    main()
