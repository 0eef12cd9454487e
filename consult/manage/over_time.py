"""Numbers over time as a line beside what they are compared with; a break of the series is drawn, never bridged."""

from django.utils.translation import gettext as _

from consult.manage.measured import MeasuredRow
from consult.manage.shown import AnyShown
from consult.manage.tables import Row
from consult.shell.paper import charts
from consult.shell.paper.charts import Break, Chart, Line

_FEWEST = 3


def chart_of(table: AnyShown, *, is_of_time: bool, title: str) -> Chart | None:
    """None where the rows are no time, or too few for a line."""
    if not is_of_time or len(table.rows) < _FEWEST:
        return None
    rows: list[Row | MeasuredRow] = list(table.rows)
    series = [Line(_("この期間"), [_number(row.total) for row in rows])]
    if table.is_compared:
        series.append(Line(table.compared_title, [_number(row.before) for row in rows]))
    return charts.lines(
        title,
        [row.label for row in rows],
        series,
        point_head=table.row_title,
        breaks=[Break(n, "、".join(row.breaks)) for n, row in enumerate(rows) if row.breaks],
    )


def _number(value: object) -> float | None:
    return None if value is None else float(str(value))
