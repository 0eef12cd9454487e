"""The lectures of a 年度 as a table to take along: who came by age, and what the questionnaires come to.

It counts the office's own activity, so no threshold holds, and every file is on record among the releases. What the
questionnaires say of harm speaks of the people in a hall: it is told of the whole year, from the public threshold on.
Consultations that came of a lecture are not in it: they leave through the gate alone.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from cases.figures.releases.models import Figure
from cases.figures.releases.rules import rule_of
from cases.files.csv_out import Cell, write_csv
from cases.files.xlsx_out import Column, Sheet, write_xlsx
from cases.law import calendar
from cases.protection import audit
from cases.records.centre import Actor, Centre, area_choices
from cases.records.codes import Kind, codes
from cases.services.releases.activity import release_activity
from outreach.lectures.models import Lecture
from outreach.lectures.report.bands import BANDS, QUESTIONS
from outreach.lectures.report.models import LectureReport
from outreach.years import fiscal_year_name

HIDDEN: Final = "●"
_OF_THE_YEAR: Final = "harmed"
_TOLD: Final = ("held_on", "title", "theme", "audience", "area", "kind")


@dataclass(frozen=True)
class Year:
    """One line a lecture and the sums below; a cell that nobody counted is None. `themes`: name and sheets."""

    name: str
    header: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    total: Sequence[Cell]
    themes: Sequence[tuple[str, int]]
    below: int


def years_of(centre: Centre) -> list[int]:
    """年度 in which something was held, the newest first."""
    days = Lecture.objects.filter(centre=centre, state=Lecture.State.DONE).values_list("held_on", flat=True)
    return sorted({calendar.fiscal_year(day) for day in days}, reverse=True)


def year_of(centre: Centre, fiscal_year: int) -> Year:
    """Three queries, however many lectures."""
    held = (
        Lecture.objects.filter(centre=centre, state=Lecture.State.DONE)
        .held_in(*calendar.fiscal_year_range(fiscal_year))
        .for_list()
        .select_related("report")
        .order_by("held_on", "starts_at", "pk")
    )
    lectures = list(held)
    reports = [report for row in lectures if (report := _report_of(row)) is not None]
    areas = dict(area_choices(centre))
    counts = [_counts(row) for row in lectures]
    below = rule_of(centre).public_below
    return Year(
        fiscal_year_name(fiscal_year),
        [*_titles(), *_counted()],
        [[*_told(row, areas), *counted] for row, counted in zip(lectures, counts, strict=True)],
        [_("合計"), *[""] * (len(_TOLD) - 1), *_sums(counts)[: -len(_harm_titles())], *_harm(reports, below)],
        _themes(reports),
        below,
    )


def _titles() -> list[str]:
    return [_("開催日"), _("講座名"), _("テーマ"), _("対象"), _("地区"), _("種類")]


def _counted() -> list[str]:
    return [
        _("回数"), _("参加人数"), *(str(label) for label in BANDS.values()), _("回答数"),
        *(
            f"{label}: {choice}"
            for question, (label, choices) in QUESTIONS.items() if question != _OF_THE_YEAR
            for choice in choices.values()
        ),
        *_harm_titles(),
    ]  # fmt: skip


def _harm_titles() -> list[str]:
    label, choices = QUESTIONS[_OF_THE_YEAR]
    return [f"{label}: {choice}" for choice in choices.values()]


def _told(row: Lecture, areas: dict[str, str]) -> list[Cell]:
    theme = codes(Kind.SCAM_TYPE).text(row.theme) if row.theme else ""
    area = areas.get(row.area, "")
    kind = row.get_result_kind_display()
    return [row.held_on, row.title, theme, row.get_audience_display(), area, kind]


def _report_of(row: Lecture) -> LectureReport | None:
    return getattr(row, "report", None)


def _counts(row: Lecture) -> list[int | None]:
    report = _report_of(row)
    bands = report.bands if report else {}
    answers = report.answers if report else {}
    return [
        row.sessions,
        row.people,
        *(bands.get(band) for band in BANDS),
        report.answered if report else None,
        *(
            answers.get(question, {}).get(choice)
            for question, (_label, choices) in QUESTIONS.items()
            if question != _OF_THE_YEAR
            for choice in choices
        ),
        *(None for _title in _harm_titles()),
    ]


def _sums(counts: Iterable[Sequence[int | None]]) -> list[int | None]:
    columns = zip(*counts, strict=True)
    found = [[count for count in column if count is not None] for column in columns]
    return [sum(known) if known else None for known in found] or [None] * len(_counted())


def _harm(reports: Iterable[LectureReport], below: int) -> list[Cell]:
    """Of the year: one that is small hides the other, as the sheets that came back give it away."""
    counted = [report.answers[_OF_THE_YEAR] for report in reports if _OF_THE_YEAR in report.answers]
    sums = [sum(one.get(choice, 0) for one in counted) for choice in QUESTIONS[_OF_THE_YEAR][1]]
    if not counted:
        return [None for _sum in sums]
    is_small = any(0 < count < below for count in sums)
    return [HIDDEN if is_small else count for count in sums]


def _themes(reports: Iterable[LectureReport]) -> list[tuple[str, int]]:
    wished: dict[str, int] = {}
    for report in reports:
        for theme, count in report.next_themes.items():
            wished[theme] = wished.get(theme, 0) + count
    names = codes(Kind.SCAM_TYPE)
    return [(names.text(theme), count) for theme, count in sorted(wished.items(), key=lambda one: -one[1])]


@transaction.atomic
@translation.override(settings.LANGUAGE_CODE)
def issue(centre: Centre, fiscal_year: int, shape: str, *, by: Actor) -> bytes:
    """The file, `xlsx` or `csv`, always Japanese, with its entry in the log and its release.

    Raises NotReleasable where nothing was held.
    """
    year = year_of(centre, fiscal_year)
    title = _("%(year)sの講座とアンケート") % {"year": year.name}
    release_activity(centre, _figures(year), audience="public", title=title, by=by)
    audit.record("LECTURE_YEAR_EXPORTED", by=by, centre=centre, count=len(year.rows))
    lines = [*year.rows, year.total]
    if shape == "csv":
        return write_csv([year.header, *lines]).data
    return write_xlsx(
        [
            Sheet(year.name, [Column(name) for name in year.header], lines),
            Sheet(_("今後聞きたいテーマ"), [Column(_("テーマ")), Column(_("枚数"))], year.themes),
        ]
    )


def _figures(year: Year) -> list[Figure]:
    """Every number of the file with what it says."""
    if not year.rows:
        return []
    names = year.header[len(_TOLD) :]
    figures = []
    for row in [*year.rows, year.total]:
        of = " ".join(str(cell.isoformat() if isinstance(cell, date) else cell) for cell in row[:2]).strip()
        for name, value in zip(names, row[len(_TOLD) :], strict=True):
            if isinstance(value, int | str) and value != "":
                figures.append(Figure(f"{of} {name}", value))
    themes = _("今後聞きたいテーマ")
    return [*figures, *(Figure(f"{themes} {name}", count) for name, count in year.themes)]
