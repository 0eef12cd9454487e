"""`python -m benchmarks.crowd`: many counsellors at once; last line of stdout: one JSON object.

Ends with status 1 where any request met an error.
"""

import argparse
import json
import statistics
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from benchmarks.bench import machine
from benchmarks.crowd.counsellor import CALL_SECONDS, Counsellor
from benchmarks.opening import doors
from benchmarks.timing import percentile

RESULTS: Final = Path(__file__).resolve().parent.parent / "results"
SHOWN_ERRORS: Final = 10


def main() -> None:
    given = argparse.ArgumentParser(prog="python -m benchmarks.crowd", description=__doc__)
    doors.add_arguments(given, cases=50_000, seconds=300, results=RESULTS)
    given.add_argument("--counsellors", type=int, default=50)
    given.add_argument("--call-seconds", type=int, default=CALL_SECONDS, help="how long a call lasts")
    options = given.parse_args()
    place = machine.Machine(options.database, f"{options.counsellors} counsellors", folder=options.folder)
    with place:
        cases = doors.filled(place, cases=options.cases, seed=options.seed)
        people = {f"crowd{number}": "COUNSELLOR" for number in range(options.counsellors)}
        arrived = doors.arrived(place, people=people, forms=2 * len(people), seed=options.seed)
        with place.serving() as server:
            found = _measured(server, arrived, options.seconds, options.call_seconds, place)
    about = machine.about(options.database, options.seconds, options.seed)
    found = {
        "about": about
        | {"cases": cases, "counsellors": options.counsellors, "call_seconds": options.call_seconds},
        **found,
    }
    _write(found, options.results, options.database)
    print(json.dumps(found, ensure_ascii=False))
    sys.stdout.flush()
    sys.exit(1 if found["errors"] else 0)


def _measured(
    server: machine.Server,
    given: Mapping[str, Any],
    seconds: int,
    call_seconds: int,
    place: machine.Machine,
) -> dict[str, Any]:
    place.say("signing in")
    browsers = doors.browsers(server.port, given, given["names"])
    until = time.monotonic() + seconds
    forms = given["forms"]
    people = [
        Counsellor(
            browser,
            [forms[(number + step) % len(forms)] for step in range(3)],
            phase=number / len(browsers),
            until=until,
            call_seconds=call_seconds,
        )
        for number, browser in enumerate(browsers)
    ]
    threads = [threading.Thread(target=person.work, daemon=True) for person in people]
    place.say(f"{len(people)} at work for {seconds} s")
    before = server.web_seconds()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return _figures(people, server.web_seconds() - before, seconds)


def _figures(people: Sequence[Counsellor], cpu: float, seconds: int) -> dict[str, Any]:
    kinds: dict[str, list[float]] = {}
    for person in people:
        for kind, times in person.seen.seconds.items():
            kinds.setdefault(kind, []).extend(times)
    errors = [error for person in people for error in person.seen.errors]
    return {
        "requests": {kind: _row(times) for kind, times in sorted(kinds.items())},
        "all": _row([one for times in kinds.values() for one in times]),
        "calls_saved": sum(person.seen.saved for person in people),
        "web_cpu_of_one_core": round(cpu / seconds, 2),
        "errors": len(errors),
        "first_errors": errors[:SHOWN_ERRORS],
    }


def _row(times: list[float]) -> dict[str, float]:
    held = sorted(times)
    return {
        "n": len(held),
        "p50_ms": round(statistics.median(held) * 1000, 1),
        "p95_ms": round(percentile(held, 0.95) * 1000, 1),
        "most_ms": round(held[-1] * 1000, 1),
    }


def _write(found: Mapping[str, Any], folder: Path, database: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    name = "crowd" if database == "sqlite" else f"crowd-{database}"
    (folder / f"{name}.json").write_text(
        json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
    )
    (folder / f"{name}.md").write_text("\n".join(_lines(found)) + "\n", encoding="utf-8")


def _lines(found: Mapping[str, Any]) -> list[str]:
    rows = [*found["requests"].items(), ("all", found["all"])]
    return [
        "# Many counsellors at once",
        "",
        "Made by `make bench-desk` from the JSON file beside it; not edited by hand. What it means: ../README.md.",
        "",
        ", ".join(f"{name.replace('_', ' ')}: {value}" for name, value in found["about"].items()) + ".",
        "",
        "| request | n | p50 ms | p95 ms | most ms |",
        "| --- | --: | --: | --: | --: |",
        *(
            f"| {kind} | {row['n']} | {row['p50_ms']} | {row['p95_ms']} | {row['most_ms']} |"
            for kind, row in rows
        ),
        "",
        f"Calls saved: {found['calls_saved']}. Errors: {found['errors']}."
        f" Web processes: {found['web_cpu_of_one_core']} of one core.",
    ]


if __name__ == "__main__":
    main()
