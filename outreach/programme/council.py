"""資料: the programme of some years in the layout of a council paper, on screen, as Excel and as PDF.

Both files and the page are made of the same texts. What is taken along is the centre's own activity: no threshold
holds, and every issue is on record among the releases with all its numbers.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.errors import CasesError
from cases.figures.releases.models import Figure
from cases.files.xlsx_out import Column, Part, Sheet, Stack, write_xlsx
from cases.law import calendar
from cases.protection import audit
from cases.records.centre import Centre
from cases.services.releases.activity import release_activity
from consult.shell import roles
from consult.shell.attached import PDF_TYPE, XLSX_TYPE, attachment
from consult.shell.paper import Block, BulletList, Document, Heading, Notice, Table, to_html
from consult.shell.paper.pdf import at_once
from consult.shell.web import StaffView
from outreach.programme import sums
from outreach.programme.matrix import Matrix, MatrixRow, matrix_of
from outreach.programme.models import ProgrammeLine
from outreach.programme.words import cell_text
from outreach.years import fiscal_year_name

MOST_YEARS = 5


@dataclass(frozen=True)
class Paper:
    """`rows` and `totals` are texts, one cell a year after 施策, 担当課 and 種類; `figures` is all that they say."""

    title: str
    years: Sequence[int]
    header: Sequence[str]
    rows: Sequence[Sequence[str]]
    notes: Sequence[str]
    lines: Sequence[ProgrammeLine]


def paper_of(centre: Centre, first: int, last: int, title: str) -> Paper:
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
        return Paper(title, years, header, rows, list(dict.fromkeys(notes)), lines)


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
    by_year = {year: sums.by_kind(line for line in lines if line.fiscal_year == year) for year in years}
    kinds = list(dict.fromkeys(kind for found in by_year.values() for kind in found))
    found = [
        [
            _("計"),
            "",
            kind or _("種類なし"),
            *(_sum_text([by_year[year][kind]] if kind in by_year[year] else []) for year in years),
        ]
        for kind in kinds
    ]
    whole = [_("合計"), "", "", *(_sum_text(list(by_year[year].values())) for year in years)]
    return [*found, whole] if kinds else []


def _sum_text(parts: Sequence[Any]) -> str:
    if not parts:
        return "—"
    return _("%(sessions)s回 / %(people)s人") % {
        "sessions": f"{sum(part.sessions for part in parts):,}",
        "people": f"{sum(part.people for part in parts):,}",
    }


def document_of(paper: Paper, centre: Centre, *, dated: str) -> Document:
    with translation.override(settings.LANGUAGE_CODE):
        return Document(
            title=paper.title,
            issue=f"{fiscal_year_name(paper.years[0])}–{fiscal_year_name(paper.years[-1])}",
            dated=dated,
            issuer=str(centre),
            contact=f"{centre} {centre.phone}".strip(),
            is_dense=True,
            is_wide=True,
            blocks=list(_blocks(paper)),
        )


def _blocks(paper: Paper) -> Iterator[Block]:
    yield Notice(_("読むときに"), _how_to_read())
    yield Table(_("施策の実績"), paper.header, paper.rows, frozenset(range(3, len(paper.header))), lead=2)
    if paper.notes:
        yield Heading(_("備考"))
        yield BulletList(paper.notes)


def _how_to_read() -> list[str]:
    return [
        _("計と合計は、「合計に入れる」とした行だけを足しています。(かっこ)は再掲で、足していません。"),
        _("登録者のように残る数は、来た人の数に足していません。「—」は記録がないことで、0ではありません。"),
    ]


def workbook_of(paper: Paper) -> bytes:
    """The paper as it is printed, and its numbers to calculate with on a second sheet."""
    with translation.override(settings.LANGUAGE_CODE):
        printed = Part(
            [Column(title) for title in paper.header], paper.rows, above=[paper.title, *_how_to_read()],
            below=paper.notes,
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
            for line in paper.lines
        ]  # fmt: skip
        return write_xlsx(
            [Stack(_("資料"), [printed]), Sheet(_("数値"), [Column(t) for t in titles], numbers)]
        )


def figures_of(paper: Paper) -> list[Figure]:
    return [
        Figure(f"{year} {row[0]} {row[1]} {row[2]}".strip(), text)
        for row in paper.rows
        for year, text in zip(paper.years, row[3:], strict=True)
        if text != "—"
    ]


class PaperForm(forms.Form):
    first = forms.IntegerField(
        label=gettext_lazy("最初の年度(西暦)"), min_value=1950, max_value=2100, widget=forms.TextInput
    )
    last = forms.IntegerField(
        label=gettext_lazy("最後の年度(西暦)"), min_value=1950, max_value=2100, widget=forms.TextInput
    )
    title = forms.CharField(label=gettext_lazy("題"), max_length=100)
    form = forms.ChoiceField(
        label=gettext_lazy("形"),
        choices=[("page", gettext_lazy("画面で見る")), ("pdf", "PDF"), ("xlsx", "Excel")],
        widget=forms.RadioSelect,
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        first, last = given.get("first"), given.get("last")
        if first and last and not 0 <= last - first < MOST_YEARS:
            self.add_error("last", _("最初の年度から%(n)d年度分までにしてください。") % {"n": MOST_YEARS})
        return given


class CouncilPaper(StaffView):
    """To look at first; a file is an issue and goes on record."""

    permission = roles.KEEP_PROGRAMME

    def get(self, request: HttpRequest) -> HttpResponse:
        year = calendar.fiscal_year(calendar.today())
        given = {"first": year - 3, "last": year - 1, "title": _("消費者啓発の実績"), "form": "page"}
        return self._page(request, PaperForm(initial=given))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = PaperForm(request.POST)
        if not form.is_valid():
            return self._page(request, form, status=422)
        given, centre = form.cleaned_data, self.actor.centre
        title = audit.typed(given["title"])
        paper = paper_of(centre, given["first"], given["last"], title)
        if not paper.rows:
            form.add_error("first", _("その年度に施策の記録がありません。"))
            return self._page(request, form, status=422)
        document = document_of(paper, centre, dated=calendar.wareki(calendar.today()))
        if given["form"] == "page":
            return self._page(request, form, preview=to_html(document, heading_level=2))
        try:
            content = (
                workbook_of(paper) if given["form"] == "xlsx" else at_once(document, made_at=timezone.now())
            )
            self._put_on_record(paper)
        except CasesError as refusal:
            form.add_error(None, str(refusal))
            return self._page(request, form, status=refusal.status)
        name = f"{title}_{paper.years[0]}-{paper.years[-1]}.{given['form']}"
        return attachment(content, name, XLSX_TYPE if given["form"] == "xlsx" else PDF_TYPE)

    @transaction.atomic
    def _put_on_record(self, paper: Paper) -> None:
        centre = self.actor.centre
        audit.record("PROGRAMME_PAPER_MADE", by=self.actor, centre=centre, count=len(paper.rows))
        release_activity(centre, figures_of(paper), audience="public", title=paper.title, by=self.actor)

    def _page(
        self, request: HttpRequest, form: PaperForm, status: int = 200, preview: str = ""
    ) -> HttpResponse:
        context = {"form": form, "preview": preview, "has_errors": form.is_bound and bool(form.errors)}
        return render(request, "outreach/programme/paper.html", context, status=status)
