"""`python -m benchmarks.fresh`: from save to figure under load; last line of stdout: one JSON object.

Web and worker are the product's own processes, started as `make run` starts them. While writers save calls at a steady
rate, one more call after the other is saved and looked for: in a breakdown, in the share of those aged 65 and older,
among similar cases, and in today's counter. Ends with status 1 where the 99th percentile of any is over the limit, or
one never came.
"""

import argparse
import json
import os
import statistics
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final

from benchmarks.bench import machine
from benchmarks.bench.asked import Request
from benchmarks.bench.browser import Browser
from benchmarks.fresh.probes import Probes
from benchmarks.fresh.writers import Writers
from benchmarks.opening import doors
from benchmarks.timing import percentile

RESULTS: Final = Path(__file__).resolve().parent.parent / "results"
LIMIT_SECONDS: Final = 60.0
HANDS: Final = tuple(f"writer{number}" for number in range(8))
MOST_FORMS: Final = 300


def main() -> None:
    given = argparse.ArgumentParser(prog="python -m benchmarks.fresh", description=__doc__)
    doors.add_arguments(given, cases=220_000, seconds=120, results=RESULTS)
    given.add_argument("--rate", type=float, default=20.0, help="saves a second beside the probes")
    given.add_argument("--long", action="store_true", help="with the long jobs of a night at work meanwhile")
    options = given.parse_args()
    place = machine.Machine(options.database, f"fresh at {options.cases:,}", folder=options.folder)
    with place:
        cases = doors.filled(place, cases=options.cases, seed=options.seed)
        people = {"desk": "COUNSELLOR", "reader": "MANAGER", **dict.fromkeys(HANDS, "COUNSELLOR")}
        arrived = doors.arrived(place, people=people, forms=MOST_FORMS, seed=options.seed)
        about = machine.about(options.database, options.seconds, options.seed)
        with place.serving() as server, ExitStack() as beside:
            night = beside.enter_context(place.beside("night", "fresh")) if options.long else dict
            found = _measured(server, arrived, options, place)
            found["long_jobs"] = night()
    about |= {"cases": cases, "rate": options.rate, "busy_after": round(os.getloadavg()[0], 2)}
    found = {"about": about, **found}
    _write(found, options.results, options.database)
    print(json.dumps(found, ensure_ascii=False))
    sys.stdout.flush()
    sys.exit(0 if found["is_within"] else 1)


def _measured(
    server: machine.Server, given: Mapping[str, Any], options: argparse.Namespace, place: machine.Machine
) -> dict[str, Any]:
    place.say("signing in")
    desk, reader = doors.browsers(server.port, given, ["desk", "reader"])
    writers = Writers(doors.browsers(server.port, given, HANDS), given["forms"], options.rate)
    probes = Probes(desk, reader, given)
    place.say(f"{options.rate:g} saves a second for {options.seconds} s")
    writers.start()
    until = time.monotonic() + options.seconds
    while time.monotonic() < until:
        probes.one()
    achieved = writers.stop()
    place.say(f"{achieved:.1f} saves a second were acknowledged")
    ready = json.loads(Browser(server.port).ask(Request("/readyz")).page)
    lags = {name: _row(values) for name, values in probes.lags.items()}
    return {
        "limit_seconds": LIMIT_SECONDS,
        "achieved_rate": round(achieved, 1),
        "lag_seconds": lags,
        "never": probes.never,
        "errors": len(writers.errors),
        "first_errors": writers.errors[:5],
        "wrong_at_the_end": ready["wrong"],
        "is_within": not probes.never and all(row["p99"] <= LIMIT_SECONDS for row in lags.values()),
    }


def _row(values: Sequence[float]) -> dict[str, float]:
    if not values:
        return {"n": 0, "p50": 0.0, "p95": 0.0, "p99": 0.0, "most": 0.0}
    held = sorted(values)
    return {
        "n": len(held),
        "p50": round(statistics.median(held), 3),
        "p95": round(percentile(held, 0.95), 3),
        "p99": round(percentile(held, 0.99), 3),
        "most": round(held[-1], 3),
    }


def _write(found: Mapping[str, Any], folder: Path, database: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    name = "fresh" if database == "sqlite" else f"fresh-{database}"
    text = json.dumps(found, ensure_ascii=False, indent=1) + "\n"
    (folder / f"{name}.json").write_text(text, encoding="utf-8")
    (folder / f"{name}.md").write_text("\n".join(_lines(found)) + "\n", encoding="utf-8")


def _lines(found: Mapping[str, Any]) -> list[str]:
    jobs = found["long_jobs"]
    done = ", ".join(f"{kind} {n}" for kind, n in jobs["done"].items()) if jobs else "none were started"
    return [
        "# From save to figure",
        "",
        "Made by `python -m benchmarks.fresh` from the JSON file beside it; not edited by hand. See ../README.md.",
        "",
        ", ".join(f"{name.replace('_', ' ')}: {value}" for name, value in found["about"].items()) + ".",
        "",
        "Seconds from the answer to a save until it is found:",
        "",
        "| where | n | p50 | p95 | p99 | most |",
        "| --- | --: | --: | --: | --: | --: |",
        *(
            f"| {where} | {row['n']} | {row['p50']} | {row['p95']} | {row['p99']} | {row['most']} |"
            for where, row in found["lag_seconds"].items()
        ),
        "",
        f"Limit: {found['limit_seconds']:g} s. Never found: {len(found['never'])}. Acknowledged saves a second:"
        f" {found['achieved_rate']}. Errors: {found['errors']}. Long jobs done meanwhile: {done}.",
    ]


if __name__ == "__main__":
    main()
