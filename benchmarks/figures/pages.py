"""The pages with figures, asked as a browser would, without a network.

`python -m benchmarks.figures.pages FOLDER [TIMES]`, over what `measured` left there. The last line of standard output
is JSON: of each page the median and the 95th of 100, wall and processor time in milliseconds.
"""

import json
import sys
from collections.abc import Callable
from datetime import date
from typing import Any, Final

from benchmarks import django_alone

if __name__ == "__main__":
    django_alone.set_up(sys.argv[1])

from benchmarks.figures import memory
from benchmarks.figures.addresses import PAGES
from benchmarks.figures.visiting import looking, manager_of
from benchmarks.timing import repeated, timed, wall_and_cpu
from cases import held
from cases.figures import columns, differences
from cases.figures.measures import Question
from cases.records.centre import Centre

TIMES: Final = 100


def main(times: int) -> dict[str, Any]:
    centre = Centre.objects.get(code="bench")
    client = manager_of(centre)
    board = looking(client, PAGES["the board, a year"])
    found: dict[str, Any] = {name: _took(looking(client, url), times) for name, url in PAGES.items()}
    found["process_mb"] = round(memory.of_this_process(), 1)
    found["why a year differs after a tenth of the log"] = _took(lambda: _explained(centre), 5)
    held.forget_all()  # what is kept for minutes, counted anew
    found["the board, nothing held"] = wall_and_cpu([timed(board)[0]])
    return found


def _explained(centre: Centre) -> None:
    question = Question(frozenset({centre.pk}), date(2025, 4, 1), date(2026, 4, 1), "scam_main", "age_band")
    last = columns.read().as_of
    differences.since(question, differences.Told({}, last - last // 10))


def _took(look: Callable[[], None], times: int) -> dict[str, float]:
    return wall_and_cpu(repeated(look, times))


if __name__ == "__main__":
    print(json.dumps(main(int(sys.argv[2]) if len(sys.argv) > 2 else TIMES), ensure_ascii=False))
