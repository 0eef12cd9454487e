"""The page of results, and which bars are met."""

from typing import Any, Final

FOUND: Final = {"0.1": 0.97, "0.3": 0.95, "1.0": 0.90, "2.0": 0.70, "5.0": 0.45}
FALSE_A_WEEK: Final = 2.0
FALSE_SHARE: Final = 0.25
SECONDS: Final = {500: 1.0, 5_000: 6.0}
ODD_MS: Final = 50
FOUND_IN: Final = 3
IN_TIME: Final = {str(week) for week in range(1, FOUND_IN + 1)}
TYPED: Final = 0.7


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
        f"none of {found['fuzzed']['series']} fuzzed series raises or takes more than {ODD_MS} ms": not found[
            "fuzzed"
        ]["raised"]
        and found["fuzzed"]["slowest_ms"] <= ODD_MS,
        **_bars_of_demo(found["demo"]),
    }


def _bars_of_demo(runs: list[dict[str, Any]]) -> dict[str, bool]:
    large, small = runs
    return {
        f"planted waves of the demo data on a card within {FOUND_IN} weeks": all(
            one["week"] is not None and one["week"] <= FOUND_IN for one in large["planted"]
        ),
        f"the same with {TYPED:.0%} of the week typed, in most draws of what is typed": all(
            sum(times for week, times in one["weeks_partly_typed"].items() if week in IN_TIME)
            > sum(one["weeks_partly_typed"].values()) / 2
            for one in large["planted"]
        ),
        f"and then at most {FALSE_A_WEEK:g} other cards a week": large["others"]["cards_a_week_partly_typed"]
        <= FALSE_A_WEEK,
        f"at most {FALSE_A_WEEK:g} other cards a week in the demo data": large["others"]["cards_a_week"]
        <= FALSE_A_WEEK,
        f"at most {FALSE_A_WEEK:g} other waves begin a week when it is judged every night": large["others"][
            "waves_a_week_by_night"
        ]
        <= FALSE_A_WEEK,
        f"{small['cases']:,} demo cases show the mode of a small centre": small["is_small_centre"],
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
        "",
        f"Fuzzed: {found['fuzzed']['series']} series of chance, the slowest {found['fuzzed']['slowest_ms']} ms,"
        f" {found['fuzzed']['raised']} raised; {_listed(found['fuzzed']['rules'])}.",
        "",
        "## Demo data",
        "",
        *(line for one in found["demo"] for line in _of_demo(one)),
    ]
    return "\n".join(lines) + "\n"


def _of_demo(one: dict[str, Any]) -> list[str]:
    head = f"{one['cases']:,} cases ({one['a_year']:,} a year), {one['cells']} cells"
    if one["is_small_centre"]:
        return [f"{head}: the mode of a small centre, new 手口 alone. Cards today: {len(one['cards'])}.", ""]
    others = one["others"]
    return [
        f"{head}.",
        "",
        f"| planted | since | on a card in week | with {TYPED:.0%} of the week typed |",
        "| --- | --- | --- | --- |",
        *(
            f"| {wave['scam']} | {wave['since']} | {wave['week'] or 'not in six'}"
            f" | {_of_draws(wave['weeks_partly_typed'])} |"
            for wave in one["planted"]
        ),
        "",
        f"Other cards: {others['cards_a_week']} a week (standard error {others['standard_error']},"
        f" {others['weeks']} weeks), {others['cards_a_week_partly_typed']} with {TYPED:.0%} of the week typed."
        f" Judged every night as the product does, {others['waves_a_week_by_night']} other"
        f" waves begin a week ({others['nights']} nights). Most often: "
        + _listed(dict(others["most_often"]))
        + ". Not all of them are chance: the demo's tricks come and fade by fiscal year.",
        "",
    ]


def _of_draws(weeks: dict[str, int]) -> str:
    draws = sum(weeks.values())
    return ", ".join(f"{week} in {times} of {draws}" for week, times in weeks.items())


def _listed(counts: dict[str, int]) -> str:
    return ", ".join(f"{name} {count}" for name, count in counts.items()) or "none"


def _row(one: dict[str, Any]) -> str:
    found = " | ".join(f"{one['four_weeks'][mean]:.2f} ({one['first_week'][mean]:.2f})" for mean in FOUND)
    return f"| {one['a_week']} | {one['typed']:.0%} | {found} | {one['false_share']:.0%} |"
