"""All measures of protection, one after the other, and which bar each meets; last line: one JSON object.

    python -m benchmarks.protection                          # half an hour; rewrites benchmarks/results/protection-*
    python -m benchmarks.protection --only reading saving
    python -m benchmarks.protection --quick                  # small tables: does everything run? keeps nothing
    python -m benchmarks.protection --names FILE             # with names on annotated sentences

Ends with status 1 where a bar is not met or a measure did not run. Times are the machine's: on a busy one they fail.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from benchmarks.protection import bars, results

ROOT: Final = Path(__file__).resolve().parent.parent.parent
# What each is called with, and with what for a trial.
MEASURES: Final[Mapping[str, tuple[Sequence[str], Sequence[str]]]] = {
    "reading": ((), ("--cases", "100")),
    "rotation": ((), ("--rows", "1000", "4000", "--cases", "200")),
    "lookup": ((), ("--rows", "2000")),
    "saving": ((), ("--saves", "40")),
    "redaction": ((), ("--mentions", "100", "--each", "20")),
    "audit_append": (("--postgres",), ("--postgres", "--seconds", "0.5", "--rounds", "1")),
    "audit_verify": ((), ("--rows", "5000")),
    "restore": ((), ("--cases", "100", "--open-only")),
}


def main() -> None:
    given = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    given.add_argument("--only", nargs="+", choices=MEASURES, default=list(MEASURES))
    given.add_argument("--quick", action="store_true")
    given.add_argument("--names", type=Path, help="sentences as `manage.py redact_evaluate` takes them")
    options = given.parse_args()
    found: list[dict[str, Any]] = []
    broken: list[str] = []
    with tempfile.TemporaryDirectory(prefix="madoguchi-measures-") as folder:
        environment = {**os.environ, "DATA_DIR": f"{folder}/data", "KEY_DIR": f"{folder}/data.keys"}
        if options.quick:
            environment[results.VARIABLE] = folder
        for measure, command in _commands(options.only, options.names, quick=options.quick).items():
            figures = _measured(command, environment)
            if figures is None:
                broken.append(measure)
                continue
            for one in bars.judged(measure, figures):
                found.append(one)
                print(_line(one), flush=True)
    missed = [f"{one['measure']}: {one['what']}" for one in found if one["met"] is False]
    print(json.dumps({"bars": found, "missed": missed, "not_run": broken}, ensure_ascii=False))
    sys.exit(1 if missed or broken else 0)


def _commands(only: Sequence[str], names: Path | None, *, quick: bool) -> dict[str, list[str]]:
    commands = {name: ["-m", f"benchmarks.protection.{name}", *MEASURES[name][quick]] for name in only}
    if names is not None:
        commands["names"] = ["manage.py", "redact_evaluate", "--names", str(names.absolute())]
    return commands


def _measured(command: Sequence[str], environment: Mapping[str, str]) -> dict[str, Any] | None:
    """The figures of one measure, its last line, whatever status it ended with; None where it gave none."""
    print(f"--- {' '.join(command)}", file=sys.stderr, flush=True)
    done = subprocess.run(
        [sys.executable, *command],
        cwd=ROOT,
        env=dict(environment),
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    try:
        figures: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    except (IndexError, ValueError):
        return None
    return figures


def _line(one: Mapping[str, Any]) -> str:
    said = {True: "met", False: "MISSED", None: "not measured"}[one["met"]]
    return f"{one['measure']:<13} {one['what']:<48} {one['value']!s:>10}  {one['bar']:<9} {said}"


if __name__ == "__main__":
    main()
