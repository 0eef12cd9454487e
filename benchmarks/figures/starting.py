"""How long a process takes from its start to its first answer, and to its first page.

`python -m benchmarks.figures.starting FOLDER`, over what `measured` left there. The last line of standard output is
JSON; run it twice, since the first run is the one that compiles.
"""

import json
import sys
import time
from datetime import date
from typing import Any, Final

STARTED: Final = time.perf_counter()

from benchmarks import django_alone

if __name__ == "__main__":
    django_alone.set_up(sys.argv[1])

from benchmarks.figures.addresses import PAGES
from cases.figures import measures
from cases.figures.measures import Question
from cases.records.centre import Centre


def main() -> dict[str, Any]:
    centre = Centre.objects.get(code="bench")
    ten_years = (date(2016, 4, 1), date(2026, 4, 1))
    measures.breakdown(Question(frozenset({centre.pk}), *ten_years, "age_band", "sales_method"))
    return {**_so_far("first_answer"), **_page(centre)}


def _page(centre: Centre) -> dict[str, float]:
    from benchmarks.figures import visiting  # what a page needs is no part of the first answer

    visiting.looking(visiting.manager_of(centre), next(iter(PAGES.values())))()
    return _so_far("first_page")


def _so_far(name: str) -> dict[str, float]:
    return {
        f"{name}_s": round(time.perf_counter() - STARTED, 2),
        f"{name}_cpu_s": round(time.process_time(), 2),
    }


if __name__ == "__main__":
    print(json.dumps(main()))
