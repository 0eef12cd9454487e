"""The page of results, and which bars are met."""

from typing import Any, Final

FOUND: Final = {"0.1": 0.97, "0.3": 0.95, "1.0": 0.90, "2.0": 0.70, "5.0": 0.45}
FALSE_A_WEEK: Final = 2.0
FALSE_SHARE: Final = 0.25
SECONDS: Final = {500: 1.0, 5_000: 6.0}
ODD_MS: Final = 50


def bars(found: dict[str, Any]) -> dict[str, bool]:
    """Each bar and whether it is met."""
    four = next(one for one in found["waves"] if one["a_week"] == 4)
    reference = found["reference"]
    return {
        "the published method is met to 1e-6": reference["alarms_that_differ"]
        == reference["nulls_that_differ"]
        == 0
        and max(reference[name] for name in ("upper", "expected", "pvalue")) <= 1e-6,
        f"at most {FALSE_A_WEEK:g} false alarms a week in 500 cells": found["quiet"]["alarms_a_week"]
        <= FALSE_A_WEEK,
        "waves of 4 a week found within four weeks": all(
            four["four_weeks"][mean] >= bar for mean, bar in FOUND.items()
        ),
        f"false share at waves of 4 a week at most {FALSE_SHARE:.0%}": four["false_share"] <= FALSE_SHARE,
        "a code that never came alarms with five cases": found["new_code"]["seen"]
        == found["new_code"]["times"],
        **{
            f"{one['cells']:,} cells in {SECONDS[one['cells']]:g} s of the processor": one["cpu_s"]
            <= SECONDS[one["cells"]]
            for one in found["speed"]
        },
        f"no odd series takes more than {ODD_MS} ms": max(one["cpu_ms"] for one in found["odd"]) <= ODD_MS,
    }


def as_text(found: dict[str, Any]) -> str:
    reference = found["reference"]
    lines = [
        "# Surges",
        "",
        "`python -m benchmarks.surges`; figures made by the run, nobody edits them. The cells are made up"
        f" (`benchmarks/surges/simulator.py`, seed {found['seed']}): no field data of a centre is in them.",
        "",
        "## Bars",
        "",
        *(f"- {'met' if is_met else '**not met**'}: {bar}" for bar, is_met in found["bars"].items()),
        "",
        "## Usefulness",
        "",
        f"Quiet weeks: {found['quiet']['alarms_a_week']} alarms a week in 500 cells"
        f" (standard error {found['quiet']['standard_error']}, {found['quiet']['weeks']} weeks).",
        "",
        f"A code that never came, with five cases: seen {found['new_code']['seen']} times"
        f" of {found['new_code']['times']}.",
        "",
        "Share of waves found, by the usual cases a week of the cell:",
        "",
        "| wave, a week | typed of the week | "
        + " | ".join(f"usually {mean}" for mean in FOUND)
        + " | false share |",
        "| --- | --- | " + " | ".join("---" for _ in FOUND) + " | --- |",
        *(_row(one) for one in [*found["waves"], *found["partly_typed"]]),
        "",
        "Within four weeks, and in brackets already in the first.",
        "",
        "## Work",
        "",
        *(
            f"- {one['cells']:,} cells, both scales: {one['cpu_s']} s of the processor,"
            f" {one['further_memory_mb']} MB more memory at most"
            for one in found["speed"]
        ),
        f"- Published method: {reference['evaluations']:,} evaluations,"
        f" {reference['alarms_that_differ']} alarms differ;"
        f" bounds within {reference['upper']:.1e}, expectations within {reference['expected']:.1e} (relative),"
        f" probabilities within {reference['pvalue']:.1e}",
        "",
        "| odd series | bare method | our rules | ms |",
        "| --- | --- | --- | --- |",
        *(
            f"| {one['series']} | {one['method']} | {one['rules']} | {one['cpu_ms']} |"
            for one in found["odd"]
        ),
    ]
    return "\n".join(lines) + "\n"


def _row(one: dict[str, Any]) -> str:
    found = " | ".join(f"{one['four_weeks'][mean]:.2f} ({one['first_week'][mean]:.2f})" for mean in FOUND)
    return f"| {one['a_week']} | {one['typed']:.0%} | {found} | {one['false_share']:.0%} |"
