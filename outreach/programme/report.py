"""One 年度 of the programme as plain data, for the command and the API."""

from dataclasses import dataclass
from typing import Any

from cases.records.centre import Centre
from outreach.programme.files import LINE_COLUMNS
from outreach.programme.matrix import Totals, plain, programme_of

_KPI: tuple[str, ...] = ("name", "value", "unit", "target", "target_text", "target_year", "direction")


@dataclass(frozen=True)
class Report:
    fiscal_year: int
    rows: list[dict[str, Any]]
    totals: Totals
    kpis: list[dict[str, Any]]


def report_of(centre: Centre, fiscal_year: int) -> Report:
    """Numbers that are not known are None."""
    programme = programme_of(centre, fiscal_year)
    rows = [{name: getattr(line, name) for name in LINE_COLUMNS} for line in programme.rows]
    kpis = [{name: getattr(kpi, name) for name in _KPI} for kpi in programme.kpis]
    for row in rows:
        row["quantity"] = plain(row["quantity"])
    for row in kpis:
        row["value"], row["target"] = plain(row["value"]), plain(row["target"])
    return Report(fiscal_year, rows, programme.totals, kpis)
