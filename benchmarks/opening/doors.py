"""The beginning of a run: a folder that is filled once and can be kept, people with accounts, their browsers."""

import argparse
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from benchmarks.bench import machine
from benchmarks.bench.browser import Browser


def add_arguments(given: argparse.ArgumentParser, *, cases: int, seconds: int, results: Path) -> None:
    """What every measure of this kind is asked."""
    given.add_argument("--cases", type=int, default=cases)
    given.add_argument("--seconds", type=int, default=seconds)
    given.add_argument("--seed", type=int, default=1)
    given.add_argument("--database", choices=machine.DATABASES, default="sqlite")
    given.add_argument("--folder", type=Path, help="kept and used again, so that it is filled once (SQLite)")
    given.add_argument("--results", type=Path, default=results, help="folder of the files of results")


def filled(place: machine.Machine, *, cases: int, seed: int) -> int:
    """Fill the installation up to so many cases, and bring index and figures up to date; how many there are."""
    place.say("loading and indexing")
    found: int = place.inside("load", package="opening", cases=cases, seed=seed)["cases"]
    return found


def arrived(place: machine.Machine, *, people: Mapping[str, str], forms: int, seed: int) -> dict[str, Any]:
    """Accounts for these people (name in this run to role), calls to type, a district of this run's own."""
    return place.inside("people", package="opening", people=dict(people), forms=forms, seed=seed)


def browsers(port: int, given: Mapping[str, Any], people: Iterable[str]) -> list[Browser]:
    """Those of these people, signed in."""
    return [Browser(port).sign_in(given["names"][who], given["password"]) for who in people]
