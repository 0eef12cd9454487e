"""`python -m benchmarks.fresh`: from save to figure under load; last line of stdout: one JSON object.

Web and worker are the product's own processes, started as `make run` starts them. While writers save calls at a steady
rate, one more call after the other is saved and looked for: in a breakdown, in the share of those aged 65 and older,
among similar cases, and in today's counter. Ends with status 1 where the 99th percentile of any is over the limit, or
one never came.
"""

import argparse
import json
import statistics
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from benchmarks.bench import machine
from benchmarks.bench.asked import Request
from benchmarks.bench.browser import Browser
from benchmarks.fresh.probes import Probes
from benchmarks.fresh.writers import Writers, browsers
from benchmarks.timing import percentile

RESULTS: Final = Path(__file__).resolve().parent.parent / "results"
LIMIT_SECONDS: Final = 60.0
WRITERS: Final = 8


def main() -> None:
    given = argparse.ArgumentParser(prog="python -m benchmarks.fresh", description=__doc__)
    given.add_argument("--cases", type=int, default=220_000)
    given.add_argument("--rate", type=float, default=20.0, help="saves a second beside the probes")
    given.add_argument("--seconds", type=int, default=120)
    given.add_argument("--seed", type=int, default=1)
    given.add_argument("--database", choices=machine.DATABASES, default="sqlite")
    given.add_argument("--results", type=Path, default=RESULTS, help="folder of fresh.json")
    options = given.parse_args()
    with machine.Machine(options.database, f"fresh at {options.cases:,}") as place:
        place.say("loading and indexing")
        asked = {"cases": options.cases, "seed": options.seed, "writers": WRITERS}
        loaded = place.inside("load", package="fresh", **asked)
        with place.serving() as server:
            found = _measured(server, loaded, options.rate, options.seconds, options.seed, place)
    about = machine.about(options.database, options.seconds, options.seed)
    found = {"about": about | {"cases": loaded["cases"], "rate": options.rate}, **found}
    _write(found, options.results, options.database)
    print(json.dumps(found, ensure_ascii=False))
    sys.stdout.flush()
    sys.exit(0 if found["is_within"] else 1)


def _measured(
    server: machine.Server,
    loaded: Mapping[str, Any],
    rate: float,
    seconds: int,
    seed: int,
    place: machine.Machine,
) -> dict[str, Any]:
    place.say("signing in")
    desk, reader = browsers(server.port, loaded, ["COUNSELLOR", "MANAGER"])
    hands = browsers(server.port, loaded, [f"w{n}" for n in range(WRITERS)])
    writers = Writers(hands, loaded["forms"], rate)
    probes = Probes(desk, reader, loaded, seed)
    place.say(f"{rate:g} saves a second for {seconds} s")
    writers.start()
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        probes.one()
    achieved = writers.stop()
    place.say(f"{achieved:.1f} saves a second were acknowledged")
    watch = Browser(server.port)
    ready = json.loads(watch.ask(Request("/readyz")).page)
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


if __name__ == "__main__":
    main()
