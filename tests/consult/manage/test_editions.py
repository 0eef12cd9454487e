"""公表版: proposed from three places, judged, shown and handed out only once it is released."""

import csv
import io
import json
import uuid
from dataclasses import replace
from datetime import date

import openpyxl
import pytest
from django.urls import reverse

from cases.figures.questions import CONTRACT_YEN, Question
from cases.figures.releases import reading
from cases.figures.releases.asking import NotReleasable
from cases.figures.releases.cells import Heading
from cases.figures.releases.models import Release
from cases.figures.releases.reading import PrintedCell, PrintedTable
from cases.figures.reports.scope import Span
from cases.jobs.work import claim_and_run
from cases.services import answers, editions, releases, reports
from consult.manage.editions import open_data, printing
from consult.shell.paper import Picture
from outreach.programme.models import ProgrammeLine
from tests import builders
from tests.consult.manage.conftest import on, signed_in


@pytest.fixture
def few_tables(monkeypatch):
    """Two of counts, and one of yen."""
    yen = next(part for part in editions.PARTS if part.measure == CONTRACT_YEN)
    monkeypatch.setattr(editions, "PARTS", (*editions.PARTS[1:3], yen))


@pytest.fixture
def approver(centre):
    return builders.account("MANAGER", at=centre)


def an_answer(centre, by, **more):
    question = Question(frozenset({centre.pk}), date(2026, 4, 1), date(2026, 11, 21), "scam_main", **more)
    return answers.publish(
        uuid.uuid4(), title="12月定例会", answered_on=date(2026, 11, 19), address="", question=question,
        centre=centre, by=by,
    )  # fmt: skip


def test_an_edition_goes_from_the_page_to_its_files(few_tables, cards, desk_of_numbers, approver, ua_faults):
    sent = desk_of_numbers.post(reverse("edition-open-data"), {"year": "2025"})
    release = Release.objects.get()
    page = reverse("edition", args=[release.uid])
    assert (sent.status_code, sent.url) == (302, page)
    waiting = desk_of_numbers.get(page).content.decode()
    again = desk_of_numbers.post(reverse("edition-open-data"), {"year": "2025"})
    claim_and_run(worker="test")
    judged = desk_of_numbers.get(page).content.decode()
    releases.approve(release.uid, by=approver)
    out = desk_of_numbers.get(page).content.decode()
    listed = desk_of_numbers.get(reverse("editions")).content.decode()

    assert again.status_code == 409
    assert "同じ公表版の案がもうあります" in again.content.decode()
    assert "公表の判定" in waiting
    assert "別の人が承認します" in judged
    assert "<article" not in judged
    assert "<article" in out
    assert release.title in listed
    assert ua_faults(desk_of_numbers.get(reverse("edition-file", args=[release.uid, "pdf"])).content) == []


def test_the_csv_has_a_row_for_each_number_and_the_schema_a_line_for_each_column(
    few_tables, cards, manager, approver, centre
):
    release = editions.propose_open_data(centre, 2025, by=manager)
    claim_and_run(worker="test")
    release = releases.approve(release.uid, by=approver)

    data = open_data.csv_of(release)
    rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))
    schema = json.loads(open_data.schema_of(release, "a.csv"))

    assert data.startswith(b"\xef\xbb\xbf")
    assert [column["titles"] for column in schema["tableSchema"]["columns"]] == list(rows[0])
    assert schema["dc:license"] == {"@id": open_data.LICENCE}
    cells = [cell for table in reading.tables(release) for r in table.cells for c in r for cell in c]
    assert [row["秘匿"] == "X" for row in rows] == [cell.is_hidden for cell in cells]
    assert {(row["期間開始日"], row["期間終了日"]) for row in rows} == {("2025-04-01", "2026-03-31")}
    for row, cell in zip(rows, cells, strict=True):
        if cell.is_exact:
            assert row["金額(千円)" if "千円" in row["数の種類"] else "件数"] == str(cell.low)
    assert {row["数の種類"] for row in rows if row["表名"].startswith("11")} == {
        "金額が分かる件数", "合計(千円)", "平均(千円)", "中央値(千円)",
    }  # fmt: skip


def test_yen_are_printed_beside_their_counts_in_page_and_workbook(
    few_tables, cards, manager, approver, centre, counsellor
):
    for yen in range(100_000, 112_000, 1_000):
        builders.case(by=counsellor, received_at=on(2025, 5, 12), contract_yen=yen)
    release = editions.propose_open_data(centre, 2025, by=manager)
    claim_and_run(worker="test")
    release = releases.approve(release.uid, by=approver)

    (table,) = [block for block in printing.document_of(release).blocks if "件数と金額" in _caption(block)]
    book = openpyxl.load_workbook(io.BytesIO(printing.workbook_of(release)))

    assert table.header[1:] == ["金額が分かる件数", "合計(千円)", "平均(千円)", "中央値(千円)"]
    assert table.rows[-1][1:] == ["12", "1,266", "106", "110"]
    assert [cell.value for cell in list(book["11 契約購入金額"])[-1]][1:5] == [12, 1266, 106, 110]


def test_the_year_before_and_the_picture_are_of_published_numbers_alone(
    few_tables, cards, manager, approver, centre, counsellor
):
    for year, many in ((2024, 14), (2025, 12)):
        for n in range(many):
            builders.case(
                by=counsellor,
                received_at=on(year, 5, 12),
                contract_yen=100_000 + n,
                sex="MALE" if n % 7 else "FEMALE",
            )
    made = []
    for year in (2024, 2025):
        release = editions.propose_open_data(centre, year, by=manager)
        claim_and_run(worker="test")
        made.append(releases.approve(release.uid, by=approver))
    first, second = (
        {_caption(block): block for block in printing.document_of(release).blocks if _caption(block)}
        for release in made
    )
    kinds, yen = (
        next(block for name, block in second.items() if by in name) for by in ("相談区分", "件数と金額")
    )

    assert not any("令和5年度" in title for block in first.values() for title in getattr(block, "header", []))
    assert kinds.header[-1] == "令和6年度の件数"
    assert [row[-1] for row in kinds.rows if row[0] == "合計"] == ["14"]
    assert yen.header[-2:] == ["令和6年度の平均(千円)", "令和6年度の中央値(千円)"]
    assert yen.rows[-1][-2:] == ["100", "100"]
    book = openpyxl.load_workbook(io.BytesIO(printing.workbook_of(made[1])))
    assert [cell.value for cell in list(book["11 契約購入金額"])[-1]][5:7] == [100, 100]


def test_what_the_centre_did_is_published_beside_the_report_and_stands_in_its_public_edition(
    few_tables, cards, centre, manager, desk_of_numbers, approver
):
    ProgrammeLine.objects.create(
        centre=centre, fiscal_year=2025, measure="出前講座", sessions=2, people=1031, in_total=True
    )
    report = reports.start(centre, Span.YEAR, date(2025, 4, 1), by=manager)
    publish = reverse("report-activity", args=[report.uid])
    early = desk_of_numbers.post(publish, follow=True).content.decode()
    claim_and_run(worker="test")
    release = editions.propose_report(report, by=manager)
    claim_and_run(worker="test")
    page = reverse("edition", args=[release.uid])
    before = desk_of_numbers.get(page).content.decode()
    sent, again = desk_of_numbers.post(publish), desk_of_numbers.post(publish)
    release = releases.approve(release.uid, by=approver)
    out = desk_of_numbers.get(page).content.decode()

    assert "まだ" in early
    assert "表16を公表する" in before
    assert sent.url == again.url
    assert Release.objects.filter(kind="ACTIVITY").count() == 1
    assert "2回、1,031人" in out
    assert "公表第1号として公表したものが、この公表版に載ります" in out
    assert 16 not in dict(editions.stays_out(release))
    book = openpyxl.load_workbook(io.BytesIO(printing.workbook_of(release)))
    assert [cell.value for cell in list(book["16 講座・啓発の実績"])[1]] == ["出前講座", "2回、1,031人"]
    stranger = builders.account("MANAGER", at=builders.centre("kita"))
    assert signed_in(stranger).post(publish).status_code == 404


def test_a_picture_leaves_out_what_is_not_printed():
    def cell(n):
        return (
            PrintedCell(reading.HIDDEN_MARK, is_hidden=True)
            if n is None
            else PrintedCell(f"{n}", low=n, high=n)
        )

    total = (Heading("*", "合計", is_total=True),)
    rows = (*(Heading(code, code) for code in "ABCD"), *total)
    counts = tuple(((cell(n),),) for n in (30, None, 20, 0, 55))
    table = PrintedTable("表", {}, ("手口",), rows, total, total, counts)

    (grid,) = printing.grids(printing.Printed(table))
    drawn = [block for block in printing._blocks(printing.Printed(table)) if isinstance(block, Picture)]

    assert [(bar.label, bar.value) for bar in grid.bars()] == [("A", 30), ("C", 20)]
    assert len(drawn) == 1
    assert "55" not in drawn[0].svg


def test_yen_that_are_withheld_stand_under_their_counts_with_the_reason():
    counts = PrintedTable("11 金額", {}, columns=("",), layers=("",), is_of_money=True)
    withheld = replace(counts, of=reading.Of.SUM, withheld="消去されたため。")

    assert [(one.name, one.beside) for one in printing.together([counts, withheld])] == [
        ("11 金額 金額が分かる件数", ()), ("11 金額 合計(千円)", ()),
    ]  # fmt: skip
    assert [getattr(block, "text", "") for block in printing._blocks(printing.Printed(withheld))][1] == (
        "金額は公表しません。消去されたため。"
    )


def _caption(block: object) -> str:
    return getattr(block, "caption", "") or ""


def test_a_year_without_any_case_is_published_as_nought(few_tables, cards, manager, centre):
    release = editions.propose_open_data(centre, 2019, by=manager)
    claim_and_run(worker="test")
    release.refresh_from_db()

    assert release.state == "JUDGED"
    texts = {
        cell.text for table in reading.preview(release) for row in table.cells for of in row for cell in of
    }
    assert texts == {"0", "—"}  # no mean of nothing


@pytest.mark.parametrize("measure", ["cases", CONTRACT_YEN, "days_to_close"])
def test_a_paper_for_the_council_is_of_counts_and_yen_alone(measure, cards, centre, manager):
    answer = an_answer(centre, manager, measure=measure)

    if measure != "days_to_close":
        release = editions.propose_answer(answer, by=manager)
        assert (release.kind, release.audience, release.title) == ("COUNCIL", "public", "12月定例会")
        return
    with pytest.raises(NotReleasable):
        editions.propose_answer(answer, by=manager)


def test_the_pages_of_a_report_and_of_an_answer_lead_to_their_editions(
    few_tables, cards, centre, manager, desk_of_numbers
):
    report = reports.start(centre, Span.MONTH, date(2026, 10, 1), by=manager)
    claim_and_run(worker="test")
    answer = an_answer(centre, manager)
    for name, row in (("report", report), ("answer", answer)):
        sent = desk_of_numbers.post(reverse(f"{name}-public", args=[row.uid]))
        assert sent.status_code == 302
        assert sent.url in desk_of_numbers.get(reverse(name, args=[row.uid])).content.decode()


def test_a_table_that_is_withheld_says_so_in_print():
    table = PrintedTable("4 居住地区", {}, withheld="人口の少ない地区があるため。")

    told = [getattr(block, "text", "") for block in printing._blocks(printing.Printed(table))]

    assert told == ["4 居住地区", "この表は公表しません。人口の少ない地区があるため。"]


def test_what_is_uncoded_travels_without_its_count():
    release = Release(about=[["集計の時点", "2026-11-20"], ["分類が済んでいない相談", "手口が未分類 3件"]])

    assert reading.said(release) == (
        ("集計の時点", "2026-11-20"), ("分類が済んでいない相談", "あります(件数は公表していません)"),
    )  # fmt: skip
