"""Hidden tables, a year of releases of counts and one of money, judged by scipy.

    python -m benchmarks.gate                                   # writes results/gate.md and results/gate.json
    python -m benchmarks.gate --two-way 10 --three-way 2 --years 1 --paid 1 --results /tmp/gate         # a quick look

Ends with status 1 where a small count or somebody's amount is exposed, or an interval or a cost is not the judge's.
"""

import argparse
import json
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks import django_alone
from benchmarks.protection.results import RESULTS


def main() -> int:
    """Run, write, and say whether all was right."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--two-way", type=int, default=200, help="tables of 10 × 15 with a subtotal")
    parser.add_argument("--three-way", type=int, default=20, help="tables of 5 × 5 × 4")
    parser.add_argument("--years", type=int, default=2, help="simulated years of releases")
    parser.add_argument("--paid", type=int, default=3, help="simulated half-years of sums of money")
    parser.add_argument("--seconds", type=float, default=20.0, help="for each table")
    parser.add_argument("--seed", type=int, default=1000)
    parser.add_argument("--results", type=Path, default=RESULTS)
    options = parser.parse_args()
    django_alone.set_up()
    from benchmarks.gate import tables

    told = {
        "two_way": _tables(tables.two_way, options.seed, options.two_way, options.seconds),
        "three_way": _tables(tables.three_way, options.seed, options.three_way, options.seconds),
        "years": [_year(options.seed + at) for at in range(options.years)],
        "paid": [_paid(options.seed + at) for at in range(options.paid)],
    }
    options.results.mkdir(parents=True, exist_ok=True)
    (options.results / "gate.json").write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")
    (options.results / "gate.md").write_text(_words(told), encoding="utf-8")
    print(json.dumps(told))
    faults = sum(told[way]["faults"] for way in ("two_way", "three_way"))
    faults += sum(of["exposed"] for of in (*told["years"], *told["paid"]))
    return 1 if faults else 0


def _tables(make: Callable[[int], dict[str, Any]], seed: int, many: int, seconds: float) -> dict[str, Any]:
    from benchmarks.gate.judged import judge
    from cases.gate import wire
    from cases.gate.hiding import Hidden, hide

    cpu, walls, cost, hidden, optimal, faults = [], [], 0, 0, 0, 0
    for number in range(many):
        question = make(seed + number) | {"seconds": seconds}
        began, cpu_began = time.monotonic(), time.process_time()
        found = hide(wire.read(question))
        cpu.append(time.process_time() - cpu_began)
        walls.append(time.monotonic() - began)
        if not isinstance(found, Hidden):
            faults += 1
            continue
        answer = {"suppressed": found.cells, "intervals": found.intervals, "cost": found.cost}
        faults += not judge(question, answer).is_right
        cost, hidden, optimal = cost + found.cost, hidden + len(found.cells), optimal + found.optimal
        print(f"{make.__name__} {number + 1}/{many}", file=sys.stderr)
    return {
        "tables": many, "faults": faults, "optimal": optimal, "cost": cost, "hidden": hidden,
        "cpu_median": round(statistics.median(cpu or [0]), 2), "cpu_most": round(max(cpu, default=0), 2),
        "seconds_most": round(max(walls, default=0), 2),
    }  # fmt: skip


def _year(seed: int) -> dict[str, Any]:
    from benchmarks.gate.year import Year, exposed, steps
    from cases.gate.ledger import Audience

    began, exposures, refused, made = time.process_time(), 0, 0, 0
    spent = 0.0
    for step in steps(Year(seed)):
        spent += time.process_time() - began
        made += 1
        refused += step.released is None
        exposures += sum(len(exposed(step.ledger, reader)) for reader in Audience)
        print(f"year {seed}: {step.name}", file=sys.stderr)
        began = time.process_time()
    return {"releases": made, "refused": refused, "exposed": exposures, "cpu": round(spent, 1)}


def _paid(seed: int) -> dict[str, Any]:
    from benchmarks.gate.paid import PaidYear, exposed, steps
    from cases.gate.ledger import Audience

    began, exposures, refused, made, printed, hidden = time.process_time(), 0, 0, 0, 0, 0
    spent = 0.0
    for step in steps(PaidYear(seed, months=6)):
        spent += time.process_time() - began
        made += 1
        refused += step.released is None
        said = step.released.statements if step.released is not None else ()
        hidden += sum(one.is_hidden for one in said)
        printed += sum(not one.is_hidden for one in said)
        exposures += sum(len(exposed(step.sums, reader)) for reader in Audience)
        print(f"paid {seed}: {step.name}", file=sys.stderr)
        began = time.process_time()
    return {
        "releases": made, "refused": refused, "printed": printed, "hidden": hidden, "exposed": exposures,
        "cpu": round(spent, 1),
    }  # fmt: skip


def _words(told: dict[str, Any]) -> str:
    lines = [
        "# Hidden tables, a year of releases, and half-years of money",
        "",
        "Made by `python -m benchmarks.gate`; judged by scipy from question and answer alone. Costs are sums over all",
        "tables, primaries included; CPU seconds of one process, of which the judge's are not counted.",
        "",
        "| tables | made | faults | proved cheapest | cost | hidden | CPU median | CPU most | seconds most |",
        "| --- | --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    for name, of in (("10 × 15, subtotal", told["two_way"]), ("5 × 5 × 4", told["three_way"])):
        keys = ("tables", "faults", "optimal", "cost", "hidden", "cpu_median", "cpu_most", "seconds_most")
        lines.append(f"| {name} | " + " | ".join(str(of[key]) for key in keys) + " |")
    lines += [
        "",
        "| year | releases | refused | small counts exposed, over all steps | CPU |",
        "| --- | --- | --- | --- | --- |",
    ]
    for at, of in enumerate(told["years"], start=1):
        lines.append(f"| {at} | {of['releases']} | {of['refused']} | {of['exposed']} | {of['cpu']} |")
    lines += [
        "",
        "| half-year of money | releases | refused | sums printed | hidden | sums and differences exposed | CPU |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    for at, of in enumerate(told["paid"], start=1):
        keys = ("releases", "refused", "printed", "hidden", "exposed", "cpu")
        lines.append(f"| {at} | " + " | ".join(str(of[key]) for key in keys) + " |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main())
