"""What the run of the figures makes of its numbers: exponents, what was asked and whether it was met."""

import pytest

from benchmarks.figures import __main__ as run
from benchmarks.figures.addresses import PAGES, PARTS
from benchmarks.timing import Took, percentile, repeated, wall_and_cpu

MEMORY = {when: dict.fromkeys((*PARTS, "all"), 140.0) for when in ("begun", "one_page", "every_page")}


def size(times: float, **other: float):
    page = {"p50_ms": 10.0 * times, "p95_ms": 20.0 * times, "p50_cpu_ms": 9.0, "p95_cpu_ms": 9.0}
    measured = {**dict.fromkeys(run.TIMES, 1.0 * times), **dict.fromkeys(run.OTHERS, 100.0), **other}
    return {
        **measured,
        "pages": {**dict.fromkeys(PAGES, page), "process_mb": 151.0},
        "memory": {
            "alone": MEMORY,
            "beside": MEMORY,
            "sites": {"every_page": {"django": 12.5, "cases/figures": 1.5}},
        },
        "report": dict.fromkeys((*run.REPORT, *run.REPORT_PAGES), 2.0),
    }


def told(**sizes):
    held = {name.removeprefix("of_"): found for name, found in sizes.items()}
    return run.as_text({"sizes": held, "exponents": run.exponents(held), "about": {"processors": 2}})


def test_what_grows_in_step_with_the_cases_has_the_exponent_one_and_what_stays_zero():
    growth = run.exponents({"50000": size(1), "1000000": size(20)})

    assert (growth["two_way_ms"], growth["a year, scam type × age"]) == (1.0, 1.0)
    assert (growth["tables_cpu_s"], growth["process_mb"]) == (0.0, 0.0)
    assert run.exponents({"50000": size(1)}) == {}


@pytest.mark.parametrize(
    ("other", "line"),
    [
        ({"two_way_ms": 5.0}, "| two dimensions in the engine, ms | ≤ 5 | 5.0 | met |"),
        ({"two_way_scam_ms": 5.1}, "| two dimensions in the engine, ms | ≤ 5 | 5.1 | missed |"),
        ({"of_orm": 50.0}, "| GROUP BY through the ORM ÷ the engine | ≥ 50 | 50.0 | met |"),
        ({"of_orm": 49.9}, "| GROUP BY through the ORM ÷ the engine | ≥ 50 | 49.9 | missed |"),
    ],
)
def test_the_largest_size_is_held_against_what_was_asked(other, line):
    text = told(of_50000=size(1), of_1000000=size(2, **other))

    assert "| asked of 1,000,000 cases |" in text
    assert line in text


def test_memory_is_that_of_the_process_that_answers_pages():
    text = told(of_50000=size(1))

    assert "proportional, MB | ≤ 150 | 151.0 | missed |" in text
    assert "| the same, each of two processes, MB | ≤ 150 | 140.0 | met |" in text
    assert "by who asked for it: django 12.5, cases/figures 1.5" in text


def test_the_slowest_page_is_the_one_that_counts():
    slow = size(1)
    slow["pages"] = {**slow["pages"], "ten years by month": {"p50_ms": 30.0, "p95_ms": 50.1}}

    assert "| the slowest of the pages with an answer, 95th of 100, ms | ≤ 50 | 50.1 | missed |" in told(
        of_50000=slow
    )


@pytest.mark.parametrize(("share", "value"), [(0.5, 2), (0.75, 3), (0.95, 4), (0.01, 1)])
def test_a_percentile_is_the_smallest_value_that_so_many_do_not_exceed(share, value):
    assert percentile([4, 1, 3, 2], share) == value


def test_the_first_of_a_repeated_work_does_not_count():
    done = []
    took = repeated(lambda: done.append(1), 3)
    assert (len(done), len(took)) == (4, 3)


def test_wall_and_processor_time_stand_side_by_side():
    took = [Took(0.004, 0.001), Took(0.002, 0.001)]
    assert wall_and_cpu(took) == {"p50_ms": 2.0, "p95_ms": 4.0, "p50_cpu_ms": 1.0, "p95_cpu_ms": 1.0}
