"""資料: the programme of some years in the layout of a council paper, on screen, as Excel and as PDF.

Both files and the page are made of the same texts. What is taken along is the centre's own activity: no threshold
holds, and every issue is on record among the releases with all its numbers.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.figures.releases.models import Figure
from cases.files.xlsx_out import Column, Part, Sheet, Stack, write_xlsx
from cases.law import calendar
from cases.protection import audit
from cases.records.centre import Centre
from consult.shell import roles
from consult.shell.paper import Block, BulletList, Document, Heading, Notice, Table
from outreach.papers import Paper, PaperForm, PaperView
from outreach.programme import sums
from outreach.programme.matrix import Matrix, MatrixRow, Totals, matrix_of
from outreach.programme.models import ProgrammeLine
from outreach.programme.words import cell_text
from outreach.years import fiscal_year_name

MOST_YEARS = 5


@dataclass(frozen=True)
class Results:
    """`rows` and `totals` are texts, one cell a year after 施策, 担当課 and 種類; `figures` is all that they say."""

    title: str
    years: Sequence[int]
    header: Sequence[str]
    rows: Sequence[Sequence[str]]
    notes: Sequence[str]
    lines: Sequence[ProgrammeLine]


def results_of(centre: Centre, first: int, last: int, title: str) -> Results:
    """Always Japanese. Years without a line have their column, so that a gap is seen."""
    with translation.override(settings.LANGUAGE_CODE):
        matrix = matrix_of(centre)
        years = list(range(first, last + 1))
        rows, lines, notes = [], [], []
        for row in matrix.rows:
            cells = [_cell(matrix, row, year) for year in years]
            if any(cells):
                lines += [line for line in cells if line is not None]
                rows.append([row.measure, _section(row), row.kind, *(cell_text(line) for line in cells)])
                notes += [_noted(line) for line in cells if line is not None and (line.note or line.reason)]
        rows += _totals(lines, years)
        header = [_("施策"), _("担当課"), _("種類"), *(fiscal_year_name(year) for year in years)]
        return Results(title, years, header, rows, list(dict.fromkeys(notes)), lines)


def _cell(matrix: Matrix, row: MatrixRow, year: int) -> ProgrammeLine | None:
    return row.cells[matrix.years.index(year)] if year in matrix.years else None


def _section(row: MatrixRow) -> str:
    if not row.formerly:
        return row.section
    return _("%(now)s(旧 %(before)s)") % {"now": row.section, "before": row.formerly}


def _noted(line: ProgrammeLine) -> str:
    return f"{fiscal_year_name(line.fiscal_year)} {line.measure}: {line.reason or line.note}"


def _totals(lines: Sequence[ProgrammeLine], years: Sequence[int]) -> list[list[str]]:
    """A line for each 種類 that adds up, and one for all."""
    kinds = sums.kinds_by_year(lines, years)
    found = [
        [_("計"), "", kind or _("種類なし"), *(_sum_text([one] if one else []) for one in cells)]
        for kind, cells in kinds
    ]
    columns = zip(*(cells for _kind, cells in kinds), strict=True)
    whole = [_("合計"), "", "", *(_sum_text([one for one in column if one]) for column in columns)]
    return [*found, whole] if kinds else []


def _sum_text(parts: Sequence[Totals]) -> str:
    if not parts:
        return "—"
    return _("%(sessions)s回 / %(people)s人") % {
        "sessions": f"{sum(part.sessions for part in parts):,}",
        "people": f"{sum(part.people for part in parts):,}",
    }


def paper_of(results: Results, centre: Centre) -> Paper:
    return Paper(
        document=document_of(results, centre, dated=calendar.wareki(calendar.today())),
        workbook=partial(workbook_of, results),
        figures=figures_of(results),
        name=f"{results.title}_{results.years[0]}-{results.years[-1]}",
    )


def document_of(results: Results, centre: Centre, *, dated: str) -> Document:
    with translation.override(settings.LANGUAGE_CODE):
        return Document(
            title=results.title,
            issue=f"{fiscal_year_name(results.years[0])}–{fiscal_year_name(results.years[-1])}",
            dated=dated,
            issuer=str(centre),
            contact=f"{centre} {centre.phone}".strip(),
            is_dense=True,
            is_wide=True,
            blocks=list(_blocks(results)),
        )


def _blocks(results: Results) -> Iterator[Block]:
    yield Notice(_("読むときに"), _how_to_read())
    yield Table(
        _("施策の実績"), results.header, results.rows, frozenset(range(3, len(results.header))), lead=2
    )
    if results.notes:
        yield Heading(_("備考"))
        yield BulletList(results.notes)


def _how_to_read() -> list[str]:
    return [
        _("計と合計は、「合計に入れる」とした行だけを足しています。(かっこ)は再掲で、足していません。"),
        _("登録者のように残る数は、来た人の数に足していません。「—」は記録がないことで、0ではありません。"),
    ]


def workbook_of(results: Results) -> bytes:
    """The paper as it is printed, and its numbers to calculate with on a second sheet."""
    with translation.override(settings.LANGUAGE_CODE):
        printed = Part(
            [Column(title) for title in results.header], results.rows, above=[results.title, *_how_to_read()],
            below=results.notes,
        )  # fmt: skip
        titles = (
            "年度", "施策", "担当課", "種類", "回数", "人数", "数量", "単位", "累計", "合計に入れる", "再掲", "状況",
        )  # fmt: skip
        numbers = [
            [
                line.fiscal_year, line.measure, line.section, line.kind, line.sessions, line.people, line.quantity,
                line.unit, line.cumulative, "はい" if line.in_total else "", "はい" if line.is_repeated else "",
                str(line.get_state_display()),
            ]
            for line in results.lines
        ]  # fmt: skip
        return write_xlsx(
            [Stack(_("資料"), [printed]), Sheet(_("数値"), [Column(t) for t in titles], numbers)]
        )


def figures_of(results: Results) -> list[Figure]:
    return [
        Figure(f"{year} {row[0]} {row[1]} {row[2]}".strip(), text)
        for row in results.rows
        for year, text in zip(results.years, row[3:], strict=True)
        if text != "—"
    ]


class YearsForm(PaperForm):
    first = forms.IntegerField(
        label=gettext_lazy("最初の年度(西暦)"), min_value=1950, max_value=2100, widget=forms.TextInput
    )
    last = forms.IntegerField(
        label=gettext_lazy("最後の年度(西暦)"), min_value=1950, max_value=2100, widget=forms.TextInput
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        first, last = given.get("first"), given.get("last")
        if first and last and not 0 <= last - first < MOST_YEARS:
            self.add_error("last", _("最初の年度から%(n)d年度分までにしてください。") % {"n": MOST_YEARS})
        return given


class CouncilPaper(PaperView):
    permission = roles.KEEP_PROGRAMME
    template_name = "outreach/programme/paper.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        year = calendar.fiscal_year(calendar.today())
        given = {"first": year - 3, "last": year - 1, "title": _("消費者啓発の実績"), "form": "page"}
        return self.page(request, YearsForm(initial=given))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = YearsForm(request.POST)
        if not form.is_valid():
            return self.page(request, form, status=422)
        given, centre = form.cleaned_data, self.actor.centre
        title = audit.typed(given["title"])
        results = results_of(centre, given["first"], given["last"], title)
        if not results.rows:
            form.add_error("first", _("その年度に施策の記録がありません。"))
            return self.page(request, form, status=422)
        return self.give(request, form, paper_of(results, centre))

    def record(self, paper: Paper) -> None:
        audit.record(
            "PROGRAMME_PAPER_MADE", by=self.actor, centre=self.actor.centre, count=len(paper.figures)
        )
