"""施策: files in, one record a line; sums of stored records alone."""

import json
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from openpyxl import Workbook

from cases.figures.models import PublishedFigure
from cases.models import Centre
from cases.records.centre import SYSTEM
from consult.shell.accounts import Account
from outreach.lectures import services as lectures
from outreach.lectures.models import Lecture
from outreach.programme.examples import DATA, load_examples
from outreach.programme.files import KPI_COLUMNS, LINE_COLUMNS, import_file
from outreach.programme.models import Kpi, ProgrammeLine

pytestmark = pytest.mark.django_db
HEADER = ",".join(LINE_COLUMNS)
LINE = "2023,出前講座,経済課,講座,3,40,,,,yes,no,"
SignIn = Callable[[Account], Client]


def report(code: str, year: int) -> dict[str, Any]:
    out = StringIO()
    call_command("programme_report", "--centre", code, "--fiscal-year", str(year), "--json", stdout=out)
    answer: dict[str, Any] = json.loads(out.getvalue())
    return answer


def imported(path: Path, code: str) -> dict[str, Any]:
    out = StringIO()
    call_command("programme_import", str(path), "--centre", code, stdout=out)
    answer: dict[str, Any] = json.loads(out.getvalue())
    return answer


@pytest.fixture
def file(tmp_path: Path) -> Callable[..., Path]:
    def write(*lines: str, header: str = HEADER, encoding: str = "utf-8") -> Path:
        path = tmp_path / "programme.csv"
        path.write_bytes("\r\n".join([header, *lines]).encode(encoding))
        return path

    return write


@pytest.mark.parametrize(("year", "sessions", "people"), [(2022, 16, 942), (2023, 12, 962), (2024, 0, 0)])
def test_koganeis_published_sums_come_out_of_its_lines(year: int, sessions: int, people: int) -> None:
    imported(DATA / "koganei_programme.csv", "koganei")

    answer = report("koganei", year)

    assert answer["totals"] == {"sessions": sessions, "people": people}
    assert list(answer) == ["fiscal_year", "rows", "totals", "kpis"]
    assert all(list(row) == list(LINE_COLUMNS) for row in answer["rows"])


def test_a_stock_is_a_quantity_and_never_people() -> None:
    imported(DATA / "koganei_programme.csv", "koganei")

    rows = {row["measure"]: row for row in report("koganei", 2022)["rows"]}

    assert (rows["安全・安心メール 登録"]["quantity"], rows["安全・安心メール 登録"]["people"]) == (
        10730,
        None,
    )
    assert (rows["自動通話録音機の貸出"]["quantity"], rows["自動通話録音機の貸出"]["cumulative"]) == (
        120,
        874,
    )
    assert (rows["デジタル遺品 講座"]["people"], rows["デジタル遺品 講座"]["in_total"]) == (14, False)


def test_meguros_indicators() -> None:
    imported(DATA / "meguro_kpi.csv", "meguro")

    kpis = {kpi["name"]: kpi for kpi in report("meguro", 2023)["kpis"]}

    assert len(kpis) == 9
    assert kpis["自転車盗難"] == {
        "name": "自転車盗難", "value": 429, "unit": "件", "target": 200, "target_text": "", "target_year": 2031,
        "direction": "down",
    }  # fmt: skip
    camera = kpis["防犯カメラ"]
    assert (camera["value"], camera["target"], camera["target_text"]) == (47, None, "全団体整備")


@pytest.mark.parametrize("name", ["koganei_programme.csv", "meguro_kpi.csv"])
def test_the_same_file_again_changes_nothing(name: str) -> None:
    first = imported(DATA / name, "koganei")
    before = [list(model.objects.order_by("pk").values()) for model in (ProgrammeLine, Kpi)]

    again = imported(DATA / name, "koganei")

    assert first["created"] == first["read"] > 0
    assert (again["created"], again["changed"], again["unchanged"]) == (0, 0, first["read"])
    assert [list(model.objects.order_by("pk").values()) for model in (ProgrammeLine, Kpi)] == before


def test_changed_figures_replace_and_the_sum_moves(file: Callable[..., Path]) -> None:
    imported(file(LINE, "2023,催し,経済課,イベント,1,100,,,,yes,no,"), "kita")
    assert report("kita", 2023)["totals"] == {"sessions": 4, "people": 140}

    changed = imported(file(LINE.replace(",40,", ",55,")), "kita")

    assert (changed["created"], changed["changed"]) == (0, 1)
    assert report("kita", 2023)["totals"] == {"sessions": 4, "people": 155}
    ProgrammeLine.objects.filter(measure="催し").update(in_total=False)
    assert report("kita", 2023)["totals"] == {"sessions": 3, "people": 55}


def test_one_line_is_one_record_even_where_two_say_the_same(file: Callable[..., Path]) -> None:
    imported(file(LINE, LINE), "kita")
    imported(file(LINE, LINE), "kita")

    assert report("kita", 2023)["totals"] == {"sessions": 6, "people": 80}


@pytest.mark.parametrize("kind", ["utf-8", "utf-8-sig", "cp932", "xlsx"])
def test_a_file_may_come_in_any_of_these(file: Callable[..., Path], tmp_path: Path, kind: str) -> None:
    line = '2023,出前講座,経済課,講座,"1,234",４０,,,,はい,no,備考'
    if kind == "xlsx":
        path = tmp_path / "programme.xlsx"
        book = Workbook()
        book.active.append(list(LINE_COLUMNS))
        book.active.append(
            [2023, "出前講座", "経済課", "講座", 1234, 40, None, None, None, "yes", "no", "備考"]
        )
        book.save(path)
    else:
        path = file(line, encoding=kind)

    imported(path, "kita")

    assert report("kita", 2023)["totals"] == {"sessions": 1234, "people": 40}


@pytest.mark.parametrize(
    "fault",
    [
        "R5,出前講座,,,3,40,,,,yes,no,",
        "2023,,,,3,40,,,,yes,no,",
        "2023,出前講座,,,たくさん,40,,,,yes,no,",
        "2023,出前講座,,,3,-1,,,,yes,no,",
        "2023,出前講座,,,3,4.5,,,,yes,no,",
        "2023,出前講座,,,3,40,,,,maybe,no,",
        "2023,出前講座,,,3,40,NaN,,,yes,no,",
        "2023,出前講座,,,3,40,,,,yes,no,備考,多い",
    ],
)
def test_a_wrong_line_is_named_and_nothing_is_stored(file: Callable[..., Path], fault: str) -> None:
    with pytest.raises(CommandError, match="3") as refusal:
        imported(file(LINE, fault), "kita")

    assert refusal.value.returncode == 2
    assert not ProgrammeLine.objects.exists()
    assert not Centre.objects.filter(code="kita").exists()


@pytest.mark.parametrize("header", ["a,b,c", HEADER.replace(",note", "")])
def test_an_unknown_header_is_refused(file: Callable[..., Path], header: str) -> None:
    with pytest.raises(CommandError) as refusal:
        imported(file("1,2,3", header=header), "kita")

    assert refusal.value.returncode == 2


@pytest.mark.parametrize(
    "arguments",
    [("--centre", "nobody", "--fiscal-year", "2023"), ("--centre", "kita", "--fiscal-year", "23")],
)
def test_a_report_of_nothing_is_a_usage_fault(centre: Centre, arguments: tuple[str, ...]) -> None:
    Centre.objects.create(code="kita", name="北")

    with pytest.raises(CommandError) as refusal:
        call_command("programme_report", *arguments, "--json", stdout=StringIO())

    assert refusal.value.returncode == 2


def test_of_several_years_the_newest_known_value_counts(file: Callable[..., Path]) -> None:
    lines = [
        f"サポーター,{year},{value},人,120,,2031,up," for year, value in ((2022, 80), (2023, 87), (2025, 99))
    ]
    imported(file(*lines, header=",".join(KPI_COLUMNS)), "kita")

    values = {
        year: [kpi["value"] for kpi in report("kita", year)["kpis"]] for year in (2021, 2022, 2024, 2026)
    }

    assert values == {2021: [], 2022: [80], 2024: [87], 2026: [99]}


def test_results_of_own_lectures_add_up_with_the_lines(
    a_lecture: Callable[..., Lecture], writer: Account, file: Callable[..., Path], today: date
) -> None:
    import_file("p.csv", file(LINE).read_bytes(), centre=writer.centre, by=SYSTEM)
    for held_on, people, kind in (
        (date(2024, 3, 31), 20, "LECTURE"),
        (date(2023, 4, 1), 300, "EVENT"),
        (date(2024, 4, 1), 7, "LECTURE"),
    ):
        lecture = a_lecture(held_on=held_on)
        lectures.record_result(lecture.uid, sessions=1, people=people, kind=kind, by=writer)
    a_lecture(held_on=date(2023, 5, 1))

    answer = report(writer.centre.code, 2023)

    assert answer["totals"] == {"sessions": 5, "people": 360}
    own = [(row["kind"], row["people"]) for row in answer["rows"] if "実施の記録" in row["measure"]]
    assert sorted(own) == [("イベント", 300), ("講座", 20)]


def test_the_examples_are_two_real_centres_with_published_figures_and_no_accounts() -> None:
    load_examples()
    load_examples()

    assert set(Centre.objects.values_list("code", "is_made_up")) == {("koganei", False), ("meguro", False)}
    assert not Account.objects.exists()
    figures = dict(PublishedFigure.objects.filter(centre__code="meguro").values_list("unit", "value"))
    assert figures == {"件": Decimal(2655), "%": Decimal("21.7")}
    assert all(figure.source and figure.definition for figure in PublishedFigure.objects.all())


# --- Pages ------------------------------------------------------------------------------------------------------
def test_the_page_shows_the_matrix_of_a_centre_with_its_published_figures(
    writer: Account, signed_in: SignIn
) -> None:
    load_examples()
    client = signed_in(writer)

    koganei = client.get(reverse("programme") + "?centre=koganei").content.decode()
    meguro = client.get(reverse("programme") + "?centre=meguro").content.decode()

    assert "16回 / 942人" in koganei
    assert "12回 / 962人" in koganei
    assert "2,655" in meguro
    assert "21.7" in meguro
    assert "直す" not in koganei
    assert client.get(reverse("programme") + "?centre=nobody").status_code == 404


def test_a_line_of_the_own_centre_is_corrected_and_the_total_moves(
    writer: Account, signed_in: SignIn, file: Callable[..., Path]
) -> None:
    import_file("p.csv", file(LINE).read_bytes(), centre=writer.centre, by=SYSTEM)
    line = ProgrammeLine.objects.get()
    client = signed_in(writer)

    answer = client.post(
        reverse("programme-line", args=[line.pk]),
        {"sessions": "4", "people": "", "in_total": "on"},
        follow=True,
    )

    assert "4回 / 0人" in answer.content.decode()
    line.refresh_from_db()
    assert (line.sessions, line.people) == (4, None)
    assert client.post(reverse("programme-line", args=[line.pk]), {"people": "-1"}).status_code == 422


@pytest.mark.parametrize(("who", "status"), [("writer", 200), ("manager", 200), ("stranger", 404)])
def test_lines_of_other_centres_cannot_be_corrected(
    request: Any, writer: Account, signed_in: SignIn, file: Callable[..., Path], who: str, status: int
) -> None:
    import_file("p.csv", file(LINE).read_bytes(), centre=writer.centre, by=SYSTEM)
    client = signed_in(request.getfixturevalue(who))

    assert client.get(reverse("programme-line", args=[ProgrammeLine.objects.get().pk])).status_code == status


def test_the_page_asks_the_same_number_of_questions_however_long(
    writer: Account, signed_in: SignIn, file: Callable[..., Path], django_assert_num_queries: Any
) -> None:
    client = signed_in(writer)
    load_examples()
    with django_assert_num_queries(10):
        client.get(reverse("programme") + "?centre=meguro")
    with django_assert_num_queries(10):
        client.get(reverse("programme") + "?centre=koganei")
