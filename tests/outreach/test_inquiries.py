"""照会: a file for each section out, filled files back in, and line by line what is taken over."""

import io
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import Workbook, load_workbook

from cases.figures.releases.models import Release
from cases.files import read_merged
from cases.files.xlsx_in import MAX_SPANS
from cases.law import calendar
from cases.records.centre import SYSTEM
from consult.shell.accounts import Account
from outreach.programme import council, inquiries, sections
from outreach.programme.answers import AnswerNotUnderstood, Read, read
from outreach.programme.differences import Sort
from outreach.programme.examples import DATA
from outreach.programme.files import import_file
from outreach.programme.inquiries import InquiryRefused, LineChanged
from outreach.programme.matrix import matrix_of
from outreach.programme.models import Inquiry, InquiryAnswer, ProgrammeLine, PublishedSum
from outreach.programme.report import report_of
from outreach.programme.sections import SectionNotRenamed
from outreach.programme.sums import checked

pytestmark = pytest.mark.django_db
MEASURES = ("高齢者向け講座 さくら体操", "訪問販売お断りシール")
Filled = Callable[[bytes, dict[int, dict[str, Any]]], bytes]


@pytest.fixture
def koganei(writer: Account) -> Account:
    """Outreach of a centre that has Koganei's published lines of two years."""
    name = "koganei_programme.csv"
    import_file(name, (DATA / name).read_bytes(), centre=writer.centre, by=SYSTEM)
    return writer


@pytest.fixture
def asked(koganei: Account) -> Inquiry:
    return ask(koganei)


def ask(by: Account, year: int = 2024, **more: Any) -> Inquiry:
    given = {"title": "啓発の実績", "words": "", "due_on": calendar.today() + timedelta(days=14), **more}
    return inquiries.ask(uuid.uuid4(), year, centre=by.centre, by=by, **given)


def sheet_of(inquiry: Inquiry, section: str, by: Account) -> bytes:
    return inquiries.sheet(inquiry.sections.get(section=section).uid, by=by)[1]


def filled(
    content: bytes, rows: dict[str, dict[str, Any]], *, without: str = "", more: tuple[Any, ...] = ()
) -> bytes:
    """The file with cells of the lines of these 施策 filled in, one line deleted, and further lines at its end."""
    book = load_workbook(io.BytesIO(content))
    page = book.active
    head = next(line for line in page.iter_rows() if any(cell.value == "状況" for cell in line))
    columns = {cell.value: cell.column for cell in head}
    for line in range(page.max_row, head[0].row, -1):
        name = page.cell(line, columns["施策"]).value
        for label, value in rows.get(name, {}).items():
            page.cell(line, columns[label]).value = value
        if without and name == without:
            page.delete_rows(line)
    free = [n for n in range(head[0].row + 1, page.max_row + 1) if page.cell(n, 1).value == "新規"]
    for line, values in zip(free, more, strict=False):
        for label, value in values.items():
            page.cell(line, columns[label]).value = value
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def received(inquiry: Inquiry, content: bytes, by: Account, name: str = "回答.xlsx") -> InquiryAnswer:
    return inquiries.receive(name, content, into=inquiry, by=by)


def sorts(answer: InquiryAnswer) -> dict[str, Sort]:
    return {one.key["measure"]: one.sort for one in inquiries.compared(answer)}


def test_every_section_is_asked_for_its_lines_of_the_year_and_of_the_year_before(asked):
    assert {one.section: len(one.lines) for one in asked.sections.all()} == {
        "経済課": 6,
        "地域安全課": 3,
        "": 1,
    }


def test_a_file_has_last_years_figures_locked_and_this_years_open(asked, koganei):
    page = load_workbook(io.BytesIO(sheet_of(asked, "地域安全課", koganei))).active

    [line] = [row for row in page.iter_rows() if row[1].value == "自動通話録音機の貸出"]
    assert [cell.value for cell in line[4:8]] == [None, None, 116, 990]
    assert page.protection.sheet
    assert [cell.protection.locked for cell in line] == [True] * 8 + [False] * 6
    assert asked.sections.get(section="地域安全課").given_at is not None


def test_what_came_back_is_shown_and_changes_nothing_until_it_is_taken(asked, koganei):
    content = filled(
        sheet_of(asked, "経済課", koganei),
        {MEASURES[0]: {"状況": "実施", "回数": 4, "人数": 77}, MEASURES[1]: {"数量": "約150枚"}},
    )
    answer = received(asked, content, koganei)

    found = {one.key["measure"]: one for one in inquiries.compared(answer)}
    assert not ProgrammeLine.objects.filter(fiscal_year=2024).exists()
    assert found[MEASURES[0]].sort == Sort.NEW
    assert found[MEASURES[1]].remarks == ["数量「約150枚」を150と読みました。"]
    assert found["シニア元氣フェスタ(敬老会)"].sort == Sort.EMPTY
    tokens = [one.token for one in found.values() if one.can_be_taken]
    assert inquiries.accept(answer.uid, tokens, by=koganei) == 2
    assert report_of(koganei.centre, 2024).totals.people == 77
    assert sorts(answer)[MEASURES[0]] == Sort.SAME


def test_the_same_file_again_is_the_same_answer_and_a_second_one_shows_what_is_other(asked, koganei):
    empty = sheet_of(asked, "経済課", koganei)
    first = received(asked, filled(empty, {MEASURES[0]: {"回数": 4, "人数": 77}}), koganei)
    again = received(asked, bytes(first.content), koganei)
    inquiries.accept(
        first.uid, [one.token for one in inquiries.compared(first) if one.can_be_taken], by=koganei
    )

    second = received(asked, filled(empty, {MEASURES[0]: {"回数": 4, "人数": 80}}), koganei)

    assert (again.pk, InquiryAnswer.objects.count()) == (first.pk, 2)
    [changed] = [one for one in inquiries.compared(second) if one.sort is Sort.CHANGED]
    assert [(one.label, one.before, one.after) for one in changed.changes] == [("人数", "77", "80")]


def test_lines_added_deleted_and_edited_are_told_apart(asked, koganei):
    content = filled(
        sheet_of(asked, "経済課", koganei),
        {MEASURES[0]: {"施策": "さくら体操(改)", "回数": 1}},
        without=MEASURES[1],
        more=({"施策": "消費者月間の展示", "種類": "イベント", "回数": 1, "人数": 200}, {"回数": 3}),
    )
    found = inquiries.compared(received(asked, content, koganei))

    by_sort = {sort: [one for one in found if one.sort is sort] for sort in Sort}
    assert [one.key["measure"] for one in by_sort[Sort.MISSING]] == [MEASURES[1]]
    edited, added = by_sort[Sort.NEW]
    assert "書き換えられています" in edited.remarks[0]
    assert (edited.key["measure"], edited.is_new) == (MEASURES[0], False)
    assert (added.key["measure"], added.is_new) == ("消費者月間の展示", True)
    assert by_sort[Sort.FAULTY][0].faults == ["新しい行には施策の名前が要ります。"]


@pytest.mark.parametrize(
    ("cells", "figures", "state", "words"),
    [
        ({"回数": "5回"}, {"sessions": "5"}, "", "回数「5回」を5と読みました。"),
        ({"人数": "1,234"}, {"people": "1234"}, "", ""),
        ({"人数": "-"}, {"people": None}, "", ""),
        ({"回数": "該当なし"}, {"sessions": None}, "NONE", "回数の欄の「該当なし」を、状況として読みました。"),
        ({"回数": "中止", "理由・備考": "荒天"}, {"sessions": None}, "STOPPED", "状況として読みました"),
        ({"状況": "中止"}, {}, "STOPPED", "中止の理由が備考にありません。"),
        ({"状況": "中止", "回数": 3, "理由・備考": "荒天"}, {"sessions": "3"}, "STOPPED", "なのに数が入っています"),
        ({"状況": "やった"}, {}, "", "状況「やった」は読めません"),
        ({"人数": "5回/82人"}, {"people": None}, "", "1つの数として読めません"),
        ({"人数": "-3"}, {"people": None}, "", "1つの数として読めません"),
        ({"回数": 2.5}, {"sessions": None}, "", "0以上の整数"),
        ({"数量": 2.5}, {"quantity": "2.5"}, "", ""),
        ({"人数": "多数"}, {"people": None}, "", "1つの数として読めません"),
    ],
)  # fmt: skip
def test_cells_are_read_by_rule_and_said(asked, koganei, cells, figures, state, words):
    content = filled(sheet_of(asked, "経済課", koganei), {MEASURES[0]: cells})

    [one] = [row for row in read("回答.xlsx", content) if row.measure == MEASURES[0]]

    assert {name: one.figures[name] for name in figures} == figures
    assert one.state == state
    told = " ".join(one.remarks + one.faults)
    assert words in told if words else not told


def merged(content: bytes, rows: dict[str, dict[str, Any]], first: str, last: str, lines: int) -> list[Read]:
    """Filled in, and then the cells from `first` to `last` of so many lines made one, as Excel does it."""
    book = load_workbook(io.BytesIO(filled(content, rows)))
    page = book.active
    head = next(line for line in page.iter_rows() if any(cell.value == "状況" for cell in line))
    columns = {cell.value: cell.column for cell in head}
    top = next(row[0].row for row in page.iter_rows() if row[1].value == MEASURES[0])
    page.merge_cells(
        start_row=top, end_row=top + lines - 1, start_column=columns[first], end_column=columns[last]
    )
    out = io.BytesIO()
    book.save(out)
    return read("回答.xlsx", out.getvalue())[:3]


def test_a_word_in_a_merged_cell_holds_for_every_line_of_it(asked, koganei):
    content = sheet_of(asked, "経済課", koganei)
    given = {MEASURES[0]: {"状況": "中止", "理由・備考": "荒天"}}

    first, second, third = merged(content, given, "状況", "状況", 2)

    assert [one.state for one in (first, second, third)] == ["STOPPED", "STOPPED", ""]
    assert "「中止」をどの行にも当てはめました" in second.remarks[0]
    assert (first.faults, second.faults) == ([], ["中止の理由が備考にありません。"])
    assert not third.remarks


@pytest.mark.parametrize(
    ("cells", "first", "last", "lines", "label"),
    [
        ({"人数": 120}, "人数", "人数", 2, "people"),
        ({"回数": 12}, "回数", "人数", 1, "sessions"),
        ({"回数": 12}, "回数", "累計", 2, "sessions"),
    ],
    ids=["two lines", "two columns", "both"],
)
def test_a_number_in_a_merged_cell_is_refused_at_its_lines(asked, koganei, cells, first, last, lines, label):
    one, below, third = merged(sheet_of(asked, "経済課", koganei), {MEASURES[0]: cells}, first, last, lines)

    assert one.figures[label] is None
    for row in (one, below)[:lines]:
        assert "結合を解いて、1つずつ入れてください" in row.faults[0]
        assert (f"{one.line}行目" in row.faults[0]) == (lines > 1)
    assert not third.faults


def test_a_merged_number_of_a_line_and_a_word_over_figures(asked, koganei):
    content = sheet_of(asked, "経済課", koganei)

    one, below, _third = merged(content, {MEASURES[0]: {"回数": 3}}, "番号", "番号", 2)
    over, _below, _third = merged(content, {MEASURES[0]: {"回数": "該当なし"}}, "回数", "累計", 1)

    assert "番号の" in one.faults[0]
    assert "番号の" in below.faults[0]
    assert (over.state, over.faults) == ("NONE", [])


def test_merged_cells_are_read_within_bounds_and_a_blank_line_below_one_is_none(asked, koganei):
    book = load_workbook(io.BytesIO(sheet_of(asked, "経済課", koganei)))
    page = book.active
    lines = len(read("回答.xlsx", sheet_of(asked, "経済課", koganei)))
    page.cell(page.max_row + 2, 2).value = "合計の欄"
    last = page.max_row
    page.merge_cells(start_row=last, end_row=last + 3000, start_column=2, end_column=14)
    for n in range(600):
        page.merge_cells(start_row=last + 4000 + n, end_row=last + 4000 + n, start_column=1, end_column=2)
    out = io.BytesIO()
    book.save(out)

    [spans] = read_merged("回答.xlsx", out.getvalue()).values()
    found = read("回答.xlsx", out.getvalue())

    assert len(spans) == MAX_SPANS
    assert len(found) == lines + 1
    assert found[-1].measure == "合計の欄"
    assert read_merged("回答.csv", b"a,b") == {}


def test_files_of_others_are_refused_in_words(asked, koganei, stranger):
    other = ask(koganei, 2023, title="前の照会")
    foreign = sheet_of(other, "経済課", koganei)
    book = Workbook()
    book.active.append(["施策", "状況", "回数", "人数", "数量", "累計"])
    plain = io.BytesIO()
    book.save(plain)

    with pytest.raises(InquiryRefused, match="前の照会"):
        received(asked, foreign, koganei)
    with pytest.raises(AnswerNotUnderstood, match="照会番号"):
        received(asked, plain.getvalue(), koganei)
    with pytest.raises(InquiryRefused, match="このセンター"):
        received(asked, sheet_of(asked, "経済課", koganei), stranger)
    inquiries.close(asked.uid, by=koganei)
    with pytest.raises(InquiryRefused, match="終わって"):
        received(asked, sheet_of(asked, "経済課", koganei), koganei)
    assert not InquiryAnswer.objects.exists()


def test_a_line_that_changed_meanwhile_is_not_written_over(asked, koganei):
    empty = sheet_of(asked, "経済課", koganei)
    answer = received(asked, filled(empty, {MEASURES[0]: {"回数": 4}, MEASURES[1]: {"数量": 90}}), koganei)
    tokens = [one.token for one in inquiries.compared(answer) if one.can_be_taken]
    inquiries.accept(answer.uid, tokens[:1], by=koganei)
    ProgrammeLine.objects.filter(fiscal_year=2024).update(sessions=9)

    with pytest.raises(LineChanged):
        inquiries.accept(answer.uid, tokens, by=koganei)

    assert ProgrammeLine.objects.filter(fiscal_year=2024).count() == 1


def test_an_inquiry_about_nothing_or_due_before_today_is_refused(koganei):
    with pytest.raises(InquiryRefused) as nothing:
        ask(koganei, 2050)
    with pytest.raises(InquiryRefused) as late:
        ask(koganei, due_on=calendar.today() - timedelta(days=1))

    assert (nothing.value.field, late.value.field) == ("fiscal_year", "due_on")


# --- Sections, sums -------------------------------------------------------------------------------------------
def test_a_renamed_section_keeps_its_lines_and_each_year_its_name(koganei):
    sections.rename("経済課", "産業振興課", since=2024, centre=koganei.centre, by=koganei)
    inquiry = ask(koganei, 2024)
    content = filled(sheet_of(inquiry, "産業振興課", koganei), {MEASURES[0]: {"回数": 4, "人数": 77}})
    answer = received(inquiry, content, koganei)
    inquiries.accept(
        answer.uid, [one.token for one in inquiries.compared(answer) if one.can_be_taken], by=koganei
    )

    [row] = [row for row in matrix_of(koganei.centre).rows if row.measure == MEASURES[0]]

    assert (row.section, row.formerly) == ("産業振興課", "経済課")
    assert [line.section for line in row.cells if line] == ["経済課", "経済課", "産業振興課"]
    for old, new in (("知らない課", "新課"), ("経済課", "地域安全課"), ("経済課", "第三課")):
        with pytest.raises(SectionNotRenamed):
            sections.rename(old, new, since=2024, centre=koganei.centre, by=koganei)


def test_a_line_of_two_sections_is_asked_of_both(koganei):
    ProgrammeLine.objects.filter(measure=MEASURES[0]).update(section="経済課、介護福祉課")

    found = {one.section: [line["measure"] for line in one.lines] for one in ask(koganei).sections.all()}

    assert found["介護福祉課"] == [MEASURES[0]]
    assert MEASURES[0] in found["経済課"]


def test_a_printed_sum_is_met_or_the_lines_say_how_it_is_not(koganei):
    for year, sessions in ((2022, 16), (2023, 13)):
        PublishedSum.objects.create(centre=koganei.centre, fiscal_year=year, name="回数", sessions=sessions)
    lines = list(ProgrammeLine.objects.filter(centre=koganei.centre))

    right, wrong = checked(PublishedSum.objects.all(), lines)

    assert right.is_right
    assert right.written.startswith("5 + 3 + 5 + 3 = 16回")
    assert (wrong.is_right, wrong.sessions) == (False, 12)


# --- The paper ------------------------------------------------------------------------------------------------
def test_page_workbook_and_document_say_the_same(koganei):
    ProgrammeLine.objects.create(
        centre=koganei.centre, fiscal_year=2023, measure="見守り研修", section="介護福祉課", kind="講座",
        people=20, is_repeated=True,
    )  # fmt: skip
    ProgrammeLine.objects.create(
        centre=koganei.centre,
        fiscal_year=2023,
        measure="夏の講座",
        kind="講座",
        state="STOPPED",
        reason="荒天",
    )
    paper = council.results_of(koganei.centre, 2022, 2023, "実績")

    rows = {row[0]: row[3:] for row in paper.rows}
    assert rows[MEASURES[0]] == ["5回 / 82人", "5回 / 86人"]
    assert rows["自動通話録音機の貸出"] == ["120台(累計874)", "116台(累計990)"]
    assert rows["見守り研修"] == ["—", "(20人)"]
    assert rows["夏の講座"] == ["—", "中止(荒天)"]
    assert rows["合計"] == ["16回 / 942人", "12回 / 962人"]
    [table] = [
        block
        for block in council.document_of(paper, koganei.centre, dated="").blocks
        if block.kind == "table"
    ]
    assert table.rows == paper.rows
    printed = load_workbook(io.BytesIO(council.workbook_of(paper)))["資料"]
    texts = [[cell.value or "" for cell in row] for row in printed.iter_rows()]
    assert [row for row in texts if row[0] in rows and row[0] != "計"] == [
        list(row) for row in paper.rows if row[0] != "計"
    ]


def test_a_file_goes_out_on_record_with_all_its_numbers(koganei, signed_in, ua_faults):
    client = signed_in(koganei)
    given = {"first": "2022", "last": "2023", "title": "啓発の実績", "form": "page"}
    seen = client.post(reverse("programme-paper"), given)
    assert (seen.status_code, Release.objects.count()) == (200, 0)
    assert "16回 / 942人" in seen.content.decode()

    file = client.post(reverse("programme-paper"), {**given, "form": "pdf"})

    assert ua_faults(file.content) == []
    release = Release.objects.get()
    assert release.kind == Release.Kind.ACTIVITY
    assert {"16回 / 942人", "5回 / 86人"} <= {figure["value"] for figure in release.figures}
    refused = client.post(reverse("programme-paper"), {**given, "first": "1990", "last": "1991"})
    assert (refused.status_code, Release.objects.count()) == (422, 1)


# --- Pages ----------------------------------------------------------------------------------------------------
def test_the_whole_way_over_the_pages(koganei, signed_in):
    client = signed_in(koganei)
    due = (calendar.today() + timedelta(days=9)).isoformat()
    given = {"uid": str(uuid.uuid4()), "fiscal_year": "2024", "title": "照会", "due_on": due, "words": ""}
    for _twice in range(2):
        client.post(reverse("inquiries"), given)
    inquiry = Inquiry.objects.get()
    section = inquiry.sections.get(section="経済課")
    content = client.post(reverse("inquiry-sheet", args=[section.uid])).content
    page = reverse("inquiry", args=[inquiry.uid])
    assert "経済課、地域安全課" in client.get(page).content.decode()

    bad = client.post(
        reverse("inquiry-receive", args=[inquiry.uid]), {"file": SimpleUploadedFile("a.xlsx", b"no workbook")}
    )
    assert bad.status_code == 422
    file = SimpleUploadedFile("回答.xlsx", filled(content, {MEASURES[0]: {"回数": 4, "人数": 77}}))
    shown = client.post(reverse("inquiry-receive", args=[inquiry.uid]), {"file": file}, follow=True)
    [token] = shown.content.decode().split('name="row" value="')[1:2]
    answer = InquiryAnswer.objects.get()
    address = reverse("inquiry-answer", args=[answer.uid])
    assert client.post(address, {"row": ["stale"]}).status_code == 409
    client.post(address, {"row": [token.split('"')[0]]})

    assert report_of(koganei.centre, 2024).totals.people == 77
    section.refresh_from_db()
    assert section.settled_at is not None
    assert bytes(answer.content) == client.post(reverse("inquiry-answer-file", args=[answer.uid])).content


def test_the_list_asks_as_often_for_many_as_for_one(koganei, signed_in, django_assert_max_num_queries):
    client = signed_in(koganei)
    ask(koganei)
    client.get(reverse("inquiries"))
    with django_assert_max_num_queries(20) as first:
        client.get(reverse("inquiries"))
    for _n in range(4):
        ask(koganei)

    with django_assert_max_num_queries(len(first)):
        client.get(reverse("inquiries"))


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"is_repeated": "on", "in_total": "on"}, "再掲は合計に入れられません"),
        ({"state": "STOPPED"}, "中止の理由を入れてください"),
        ({"state": "PLANNED", "people": "3"}, "回数・人数・数量は入りません"),
        ({"measure": MEASURES[0], "section": "経済課", "kind": "講座"}, "その年度にもうあります"),
    ],
)
def test_a_line_that_contradicts_itself_is_refused_beside_its_field(koganei, signed_in, given, field):
    before = ProgrammeLine.objects.count()
    body = {"fiscal_year": "2023", "measure": "新しい講座", **given}

    answer = signed_in(koganei).post(reverse("programme-line-new"), body)

    assert (answer.status_code, ProgrammeLine.objects.count()) == (422, before)
    assert field in answer.content.decode()
