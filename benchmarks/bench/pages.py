"""The pages over HTTP: wall time, CPU of the web processes and size, beside a baseline in the same minutes."""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from benchmarks.bench.asked import BASELINE, Given, Question, questions
from benchmarks.bench.browser import Browser
from benchmarks.bench.machine import Server
from benchmarks.timing import percentile

ROUNDS: Final = 4
WARM_UP: Final = 3
# The baseline is cheap, so it is asked more often: its figure divides all others.
BASELINE_FACTOR: Final = 5
# What a thread still does after the last byte (closing the database) belongs to the request.
SETTLE_SECONDS: Final = 0.01


@dataclass
class _Tally:
    seconds: list[float] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)
    cpu: float = 0.0


def measured(
    server: Server, given: Given, repeat: int, *, say: Callable[[str], None]
) -> dict[str, dict[str, Any]]:
    """Each kind of request `repeat` times in up to four rounds, so that a busy minute of the machine meets all."""
    browsers = {
        role: Browser(server.port).sign_in(username, given["password"])
        for role, username in given["accounts"].items()
    }
    browsers[""] = Browser(server.port)
    kinds = questions(given, "http")
    say("warming up")
    for question in kinds.values():
        _block(server, browsers[question.role], question, range(-WARM_UP, 0), _Tally())
    tallies = {name: _Tally() for name in kinds}
    rounds = min(ROUNDS, repeat)
    for nth in range(rounds):
        say(f"asking, round {nth + 1} of {rounds}")
        for name, question in kinds.items():
            factor = BASELINE_FACTOR if name == BASELINE else 1
            start, end = repeat * factor * nth // rounds, repeat * factor * (nth + 1) // rounds
            _block(server, browsers[question.role], question, range(start, end), tallies[name])
    return _figures(tallies)


def _block(server: Server, browser: Browser, question: Question, numbers: range, tally: _Tally) -> None:
    browser.connect()
    for n in numbers:
        for request in question.before(n):
            browser.ask(request)
    time.sleep(SETTLE_SECONDS)
    before = server.web_seconds()
    for n in numbers:
        answer = browser.ask(question.nth(n))
        tally.seconds.append(answer.seconds)
        tally.sizes.append(answer.size)
    time.sleep(SETTLE_SECONDS)
    tally.cpu += server.web_seconds() - before


def _figures(tallies: dict[str, _Tally]) -> dict[str, dict[str, Any]]:
    base_cpu = _per_request(tallies[BASELINE])
    base_p50 = statistics.median(tallies[BASELINE].seconds)
    return {
        name: {
            "n": len(tally.seconds),
            "p50_ms": _ms(statistics.median(tally.seconds)),
            "p95_ms": _ms(percentile(tally.seconds, 0.95)),
            "cpu_ms": _ms(_per_request(tally)),
            "cpu_to_baseline": round(_per_request(tally) / base_cpu, 2),
            "p50_to_baseline": round(statistics.median(tally.seconds) / base_p50, 2),
            "bytes": round(statistics.median(tally.sizes)),
        }
        for name, tally in tallies.items()
    }


def _per_request(tally: _Tally) -> float:
    return tally.cpu / len(tally.seconds)


def _ms(seconds: float) -> float:
    return round(seconds * 1000, 2)
