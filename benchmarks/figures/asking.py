"""What a process that only asks needs: time, memory, and what others need for the same question.

`python -m benchmarks.figures.asking FOLDER`, over what `measured` left there. The last line of standard output is JSON.
"""

import json
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any, Final

from benchmarks import django_alone

if __name__ == "__main__":
    django_alone.set_up(sys.argv[1])

import numpy as np
from django.db.models import Count

from benchmarks.figures import memory
from benchmarks.timing import median_ms, repeated, wall_and_cpu
from cases.figures import columns, measures
from cases.figures.layout import day_number
from cases.figures.measures import Question
from cases.figures.models import CaseFact
from cases.figures.tabulation import reading, tabulate
from cases.records.case import Case
from cases.records.centre import Centre

RUNS: Final = 15
TEN_YEARS: Final = (date(2016, 4, 1), date(2026, 4, 1))
A_YEAR: Final = (date(2025, 4, 1), date(2026, 4, 1))


def main() -> dict[str, Any]:
    centre = Centre.objects.get(code="bench")
    before = memory.of_this_process()
    question = Question(frozenset({centre.pk}), *TEN_YEARS, "age_band", "sales_method")
    first = measures.breakdown(question)
    found: dict[str, Any] = dict(_engine(question))
    after = memory.of_this_process()
    found |= {"process_mb": round(after, 1), "memory_mb": round(after - before, 1)}
    found |= _orm(question, first.total) | _duckdb(question, first.total) | _scan(question)
    found["of_orm"] = round(found["orm_ms"] / found["two_way_ms"], 1)
    found["of_duckdb"] = round(found["duckdb_ms"] / found["two_way_ms"], 1)
    found["of_scan"] = round(found["two_way_ms"] / found["scan_ms"], 1)
    return found


def timed(ask: Callable[[], Any], runs: int = RUNS) -> float:
    """The median of several runs, in milliseconds."""
    return median_ms(repeated(ask, runs))


def _engine(question: Question) -> dict[str, float]:
    """`two_way_ms` counts in columns that are open; `answer_ms` is the whole of `breakdown`, its queries included."""
    read, by_scam = reading(question), reading(replace(question, rows="scam_main"))
    a_year = reading(replace(question, start=A_YEAR[0], end=A_YEAR[1], rows="scam_main"))
    three = reading(replace(question, rows="scam_main", layers="sex"))
    cut = CaseFact.objects.order_by("seq").values_list("seq", flat=True)[read.facts.as_of // 2]
    earlier = reading(replace(question, as_of=cut))
    yen = replace(question, rows="scam_main", columns="age_band", measure="contract_yen")
    medians = wall_and_cpu(repeated(lambda: measures.amounts(yen), RUNS))
    return {
        "two_way_ms": timed(lambda: tabulate(read)),
        "two_way_scam_ms": timed(lambda: tabulate(by_scam)),
        "two_way_a_year_ms": timed(lambda: tabulate(a_year)),
        "three_way_ms": timed(lambda: tabulate(three)),
        "as_of_half_ms": timed(lambda: tabulate(earlier)),
        "by_month_ms": timed(lambda: tabulate(reading(replace(question, columns="month")))),
        "answer_ms": timed(lambda: measures.breakdown(question)),
        "compare_a_year_ms": timed(
            lambda: measures.compare(replace(question, start=A_YEAR[0], end=A_YEAR[1], rows="scam_main"))
        ),
        "median_ms": medians["p50_ms"],
        "median_p95_ms": medians["p95_ms"],
        "median_a_year_ms": timed(lambda: measures.amounts(replace(yen, start=A_YEAR[0], end=A_YEAR[1])), 5),
        "share_ms": timed(lambda: measures.shares(replace(yen, measure="resolution_rate")), 5),
        "mentions_ms": timed(
            lambda: measures.breakdown(replace(question, rows="scam_any", measure="scam_mentions")), 5
        ),
    }


def _orm(question: Question, total: int) -> dict[str, float]:
    """GROUP BY of the same two columns over the case table, which holds no sealed words here: as narrow as can be."""

    def ask() -> int:
        rows = Case.objects.filter(
            centre__in=question.centre_ids, received_on__gte=question.start, received_on__lt=question.end
        )
        return sum(
            n
            for _band, _method, n in rows.order_by()
            .values_list("party_age_band", "sales_method")
            .annotate(n=Count("pk"))
        )

    if ask() != total:
        raise AssertionError("the case table counts something else")
    return {"orm_ms": timed(ask, 3)}


def _duckdb(question: Question, total: int) -> dict[str, float]:
    """The same columns in a table of DuckDB's own, in memory, with one thread as the engine has."""
    import duckdb  # after the engine, whose memory it is no part of

    parts = columns.read().parts
    held = {
        name: np.concatenate([np.asarray(part.columns[name]) for part in parts])
        for name in ("centre", "received_on", "age_band", "sales_method")
    }
    signs = [np.ones(len(part), np.int8) if part.is_settled else part.columns["sign"] for part in parts]
    held["sign"] = np.concatenate(signs)
    database = duckdb.connect()
    database.execute("SET threads = 1")
    database.register("held", held)
    database.execute("CREATE TABLE facts AS SELECT * FROM held")
    asked = (
        "SELECT age_band, sales_method, sum(sign) FROM facts"
        " WHERE centre = ? AND received_on >= ? AND received_on < ? GROUP BY ALL"
    )
    values = [*question.centre_ids, day_number(question.start), day_number(question.end)]

    def ask() -> list[Any]:
        rows: list[Any] = database.execute(asked, values).fetchall()
        return rows

    if sum(row[2] for row in ask()) != total:
        raise AssertionError("DuckDB counts something else")
    return {"duckdb_ms": timed(ask)}


def _scan(question: Question) -> dict[str, float]:
    """Reading the two columns once from end to end, and doing nothing with them."""
    part = columns.read().parts[0]
    bytes_of = [
        array[: len(array) // 8 * 8].view(np.int64)
        for array in (np.ascontiguousarray(part.columns[name]) for name in ("age_band", "sales_method"))
    ]
    return {"scan_ms": timed(lambda: [np.bitwise_or.reduce(array) for array in bytes_of])}


if __name__ == "__main__":
    print(json.dumps(main()))
