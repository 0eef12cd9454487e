"""The page of results, and the bars that the numbers are held against."""

from typing import Any

_RIVALS = ("most calls", "highest rate", "last year again")
"""What centres do today; most calls times severity is the planner without its shrinking, and is shown beside it."""
_TOLD_OFTEN = 100


def bars(found: dict[str, Any]) -> list[tuple[str, bool]]:
    """Each bar with whether it is met. Towns whose districts are all alike (spread 0) have no order to find."""
    settings = found["settings"]
    unlike = [one for one in settings if one["sd"] > 0]
    claims = sum(one["claims"] for one in settings)
    false = sum((one["false_claims"] or 0) * one["claims"] for one in settings)
    sure = sum(one["certain_thirds"] for one in settings)
    right = sum((one["certain_thirds_right"] or 0) * one["certain_thirds"] for one in settings)
    return [
        *effect_bars(found["effect"]),
        (
            "the nominal 90 % interval holds the truth in 85 to 95 % in every setting, districts alike or not",
            all(0.85 <= one["coverage"] <= 0.95 for one in settings),
        ),
        (
            "with unlike districts the same of the first ten lines, which are chosen for being high",
            all(0.85 <= one["coverage_of_the_first"] <= 0.95 for one in unlike),
        ),
        ("at most 10 % of claims to lie above the city's rate are false", false <= 0.1 * claims),
        ("thirds that are called certain are right in 85 % or more", right >= 0.85 * sure),
        (
            "without its rules of fairness it loses less than every rival in every setting",
            all(
                one["regret"]["planner without its rules"] <= min(one["regret"][name] for name in _RIVALS)
                for one in settings
            ),
        ),
    ]


def as_text(found: dict[str, Any]) -> str:
    lines = [
        "# The planner",
        "",
        "`python -m benchmarks.planner`; figures made by the run, nobody edits them. The towns are made up"
        f" (`benchmarks/planner/towns.py`, seed {found['seed']}): {found['towns_each']} towns per setting of 20"
        " districts with lognormal sizes, 12 手口, 3 age groups. No field data of a centre is in them.",
        "",
        "## Bars",
        "",
        *(f"- {'met' if is_met else '**not met**'}: {name}" for name, is_met in found["bars"]),
        "",
        "## Intervals, claims, thirds",
        "",
        "Spread: standard deviation of the true ratios of districts to the city.",
        "",
        "| spread | cases per 1,000 | truth in the interval | of the first ten | claims above the city | false |"
        " certain thirds | right | ranks told |",
        "| --- | --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    lines += [
        f"| {one['sd']} | {one['per_1000']:g} | {_percent(one['coverage'])} |"
        f" {_percent(one['coverage_of_the_first'])} | {one['claims']} | {_percent(one['false_claims'])} |"
        f" {one['certain_thirds']} of {one['lines']} | {_percent(one['certain_thirds_right'])} | {one['ranked']} |"
        for one in found["settings"]
    ]
    names = list(found["settings"][0]["regret"])
    lines += [
        "",
        f"## {found['lectures']} lectures: what is lost",
        "",
        "Of the true need times severity that the best ten cells hold, the part that is missed; and of the ten, those"
        " whose true rate is not above the city's.",
        "",
        f"| spread | cases per 1,000 | {' | '.join(names)} |",
        f"| --- | --- |{' --- |' * len(names)}",
    ]
    lines += [
        f"| {one['sd']} | {one['per_1000']:g} | "
        + " | ".join(
            f"{_percent(one['regret'][name])} ({_percent(one['not_above_the_city'][name])})" for name in names
        )
        + " |"
        for one in found["settings"]
    ]
    lines += [
        "",
        "The rules of fairness cost what stands between the first two columns: districts that had none come before"
        " those that had three.",
        "",
        "## What is said of the ten highest ratios",
        "",
        "| spread | cases per 1,000 | rates: said | truly | planner: said | truly |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    lines += [
        f"| {one['sd']} | {one['per_1000']:g} | "
        + " | ".join(
            f"{one['said'][name]:.2f}"
            for name in ("highest rate: said", "highest rate: true", "planner: said", "planner: true")
        )
        + " |"
        for one in found["settings"]
    ]
    lines += effect_lines(found["effect"])
    return "\n".join(lines) + "\n"


def effect_bars(found: list[dict[str, Any]]) -> list[tuple[str, bool]]:
    """Of the effect of lectures. Settings that tell seldom are too few to hold against 5 %; the table has them all."""
    told = {fall: sum(one["told"] for one in found if one["fall"] == fall) for fall in (0.0, 0.3)}
    hits = sum(one["found"] for one in found if one["fall"] == 0.3)
    often = [one for one in found if one["fall"] == 0.0 and one["told"] >= _TOLD_OFTEN]
    return [
        (
            "a true fall of 30 % is found in 80 % or more of the times where it could be told",
            hits >= 0.8 * told[0.3],
        ),
        (
            f"in every setting told {_TOLD_OFTEN} times or more a change is claimed that is none in at most 5 %",
            all(one["claimed"] <= 0.05 * one["told"] for one in often),
        ),
        (
            "the 95 % interval of the effect holds the truth in 93 to 99 % in every setting",
            all(0.93 <= one["inside"] / one["times"] <= 0.99 for one in found),
        ),
    ]


def effect_lines(found: list[dict[str, Any]]) -> list[str]:
    return [
        "",
        "## Calls before and after lectures",
        "",
        "20 districts of unequal size, lectures in some; calls of half a year before and after, and of five half years"
        " before that. φ: how much more than chance they vary. Told: of all times, those in which a fall of 30 % could"
        " be found; the others say so.",
        "",
        "| φ | calls of a district | lectures | told | a fall of 30 % found | no change, one claimed | truth in the"
        " interval |",
        "| --- | --- | --- | --- | --- | --- | --- |",
        *(
            f"| {one['phi']:g} | {one['calls']:g} | {one['lectures']} | {_percent(one['told'] / one['times'])} |"
            f" {_percent(one['found'] / one['told'] if one['told'] else None)} |"
            f" {_percent(none['claimed'] / none['told'] if none['told'] else None)} |"
            f" {_percent((one['inside'] + none['inside']) / (one['times'] + none['times']))} |"
            for none, one in zip(found[::2], found[1::2], strict=True)
        ),
    ]


def _percent(share: float | None) -> str:
    return "—" if share is None else f"{100 * share:.0f} %"
