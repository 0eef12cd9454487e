"""Tables of a release, written in one go: a release may have sixteen of them, each in four ways."""

from django import template
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from consult.manage.releases.shown import HIDDEN, Grid, ShownCell, ShownRow

register = template.Library()


@register.simple_tag
def grid_table(grid: Grid, head: str, unit: str) -> SafeString:
    """The grid as a table; `head` names its rows, `unit` a single column.

    What is hidden is said to who does not see the mark.
    """
    hidden = format_html(
        '<span aria-hidden="true">●</span><span class="visually-hidden">{}</span>', _("非公表")
    )
    columns = grid.columns if len(grid.columns) > 1 else (unit or _("件数"),)
    titles = "".join(f'<th scope="col" class="table__num">{escape(title)}</th>' for title in columns)
    caption = f"<caption>{escape(grid.label)}</caption>" if grid.label else ""
    body = "".join(_row(row, hidden) for row in grid.rows)
    return SafeString(
        f'<table class="table table--compact numbers release-grid" lang="ja">{caption}'
        f'<thead><tr><th scope="col">{escape(head)}</th>{titles}</tr></thead><tbody>{body}</tbody></table>'
    )


def _row(row: ShownRow, hidden: str) -> str:
    kind = ' class="release-grid__total"' if row.is_total else ""
    cells = "".join(_cell(cell, hidden) for cell in row.cells)
    return f'<tr{kind}><th scope="row">{escape(row.label)}</th>{cells}</tr>'


def _cell(cell: ShownCell, hidden: str) -> str:
    kind = f" release-cell release-cell--{cell.kind}" if cell.kind else ""
    text = hidden if cell.kind == HIDDEN else f"<span>{escape(cell.text)}</span>"
    return f'<td class="table__num{kind}">{text}</td>'
