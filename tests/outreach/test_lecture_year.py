"""The lectures of a 年度 to take along: people by age and questionnaires, on record, and no consultation in it."""

import io
from collections.abc import Callable
from datetime import date
from typing import Any

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse

from cases.figures.releases.models import Release
from cases.protection.models import AuditEntry
from consult.shell.accounts import Account
from outreach.lectures import services
from outreach.lectures.models import Lecture
from outreach.lectures.report import yearly
from outreach.lectures.report.services import ReportEntry, file_report

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]
MakeLecture = Callable[..., Lecture]
SignIn = Callable[[Account], Client]


@pytest.fixture
def reported(a_lecture: MakeLecture, writer: Account) -> Callable[..., Lecture]:
    def make(
        day: date = date(2026, 10, 16), people: int = 31, title: str = "点検商法を断る練習", **given: Any
    ) -> Lecture:
        lecture = a_lecture(held_on=day, title=title, lecturer="")
        services.record_result(lecture.uid, sessions=1, people=people, kind="LECTURE", by=writer)
        if given:
            file_report(lecture.uid, ReportEntry(**given), by=writer)
        return lecture

    return make


def line(year: yearly.Year, cells: Any) -> dict[str, Any]:
    return dict(zip(year.header, cells, strict=True))


def test_a_year_has_a_line_a_lecture_and_sums_of_what_was_counted(
    reported: Callable[..., Lecture], writer: Account
) -> None:
    reported(
        people=20, bands={"65_74": 18, "UNKNOWN": 2}, answered=15, answers={"satisfied": {"VERY": 12, "FAIR": 3}},
        next_themes={"FAKE_POLICE": 4},
    )  # fmt: skip
    reported(date(2026, 11, 13), 10, title="警察を名のる電話", answered=8, next_themes={"FAKE_POLICE": 2})
    reported(date(2026, 3, 13), 99, title="前の年度")

    year = yearly.year_of(writer.centre, 2026)
    first, second, total = (line(year, cells) for cells in (*year.rows, year.total))

    assert [first["講座名"], second["講座名"]] == ["点検商法を断る練習", "警察を名のる電話"]
    assert (first["65〜74歳"], second["65〜74歳"], total["65〜74歳"]) == (18, None, 18)
    assert (total["参加人数"], total["回数"], total["回答数"]) == (30, 2, 23)
    assert (total["満足度: 満足"], total["理解度: よく分かった"]) == (12, None)
    assert [count for _name, count in year.themes] == [6]
    assert yearly.years_of(writer.centre) == [2026, 2025]


@pytest.mark.parametrize(
    ("yes", "no", "told"), [(10, 12, [10, 12]), (9, 12, ["●", "●"]), (12, 9, ["●", "●"]), (0, 12, [0, 12])]
)
def test_what_was_said_of_harm_is_told_of_the_year_and_not_of_few(
    reported: Callable[..., Lecture], writer: Account, yes: int, no: int, told: list[object]
) -> None:
    reported(answered=22, answers={"harmed": {"YES": yes, "NO": no}})

    year = yearly.year_of(writer.centre, 2026)

    assert list(year.total[-2:]) == told
    assert list(year.rows[0][-2:]) == [None, None]


@pytest.mark.parametrize("shape", ["xlsx", "csv"])
def test_a_file_is_an_issue_with_every_number_of_it(
    reported: Callable[..., Lecture], writer: Account, signed_in: SignIn, shape: str
) -> None:
    reported(people=20, bands={"65_74": 18, "UNKNOWN": 2}, answered=15, cases=1, asked="質問")

    answer = signed_in(writer).post(reverse("lecture-year"), {"year": "2026", "form": shape})

    assert answer.status_code == 200
    assert "attachment" in answer["Content-Disposition"]
    if shape == "csv":
        text = answer.content.decode("utf-8-sig")
        rows = [cells.split(",") for cells in text.split("\r\n") if cells]
    else:
        sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).worksheets[0]
        rows = [
            ["" if cell is None else str(cell) for cell in cells]
            for cells in sheet.iter_rows(values_only=True)
        ]
    assert rows[1][1] == "点検商法を断る練習"
    assert rows[-1][0] == "合計"
    assert rows[-1][rows[0].index("65〜74歳")] == "18"
    assert not [title for title in rows[0] if "相談" in title]
    release = Release.objects.get()
    told = {figure["label"]: figure["value"] for figure in release.figures}
    assert (release.kind, told["2026-10-16 点検商法を断る練習 65〜74歳"], told["合計 参加人数"]) == (
        "ACTIVITY",
        18,
        20,
    )
    assert AuditEntry.objects.get(action="LECTURE_YEAR_EXPORTED").count == 1


def test_looking_issues_nothing_and_an_empty_year_gives_no_file(writer: Account, signed_in: SignIn) -> None:
    client = signed_in(writer)

    looked = client.post(reverse("lecture-year"), {"year": "2026", "form": "page"})
    refused = client.post(reverse("lecture-year"), {"year": "2026", "form": "csv"})
    wrong = client.post(reverse("lecture-year"), {"year": "1999", "form": "csv"})

    assert (looked.status_code, refused.status_code, wrong.status_code) == (200, 422, 422)
    assert "公表する数がありません。" in refused.content.decode()
    assert list(wrong.context["form"].errors) == ["year"]
    assert not Release.objects.exists()
    assert not AuditEntry.objects.filter(action="LECTURE_YEAR_EXPORTED").exists()


def test_others_see_their_own(reported: Callable[..., Lecture], stranger: Account, signed_in: SignIn) -> None:
    reported()

    assert "点検商法" not in signed_in(stranger).get(reverse("lecture-year")).content.decode()
