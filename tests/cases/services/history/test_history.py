"""Published figures: files of lines and of years across, kept as series, corrected and removed under the log."""

from datetime import datetime
from decimal import Decimal

import pytest
import time_machine

from cases.figures import history, published
from cases.law.calendar import TOKYO
from cases.law.years import Year, parse_year
from cases.models import FigureFile, PublishedFigure
from cases.protection.models import AuditEntry
from cases.services.history import keeping, reading
from cases.services.history.keeping import FigureNotKept
from cases.services.history.reading import HistoryNotUnderstood
from tests import builders
from tests.cases.services.population.files import csv_bytes, rows, xlsx_bytes

pytestmark = pytest.mark.django_db
NO_YEAR = "年・年度として読めません。例: 令和2年度、2020年度、2020年"
GIVEN = {"name": "年代別件数", "unit": "件", "definition": "新規の苦情", "source": "事業概要"}
ACROSS = [
    ["消費生活相談の件数"],
    ["年代", "令和元年度", "令和2年度", "2021年度"],
    ["20歳未満", 31, 28, "―"],
    ["60歳代", "1,210", 305, 290],
    ["外国籍", 4, 5, 6],
]
LINES = [
    ["項目", "どこの値か", "年度", "値", "単位", "定義", "出典"],
    ["相談件数", "", "2020", 2655, "件", "新規か継続かは書かれていない", "目黒区の公表資料"],
    ["相談件数", "八千代市", "令和6年度", "1,135", "件", "新規", "八千代市の公表資料"],
    ["65歳以上の割合", "", "2020", "21.7%", "", "分母は書かれていない", "目黒区の公表資料"],
]


@pytest.fixture
def by():
    return builders.account("MANAGER")


def stored(by, table, given=GIVEN, name="公表値.csv"):
    data = xlsx_bytes({"表": table}) if name.endswith("xlsx") else csv_bytes(table, "cp932")
    file = keeping.receive(name, data, given=given, centre=by.centre, by=by)
    return keeping.store(file.uid, by=by)


@pytest.mark.parametrize("name", ["公表値.csv", "公表値.xlsx"])
def test_years_across_become_series_with_the_codes_of_the_figures(by, name):
    found = stored(by, ACROSS, name=name)

    young, sixties, others = history.series(by.centre_ids, "年代別件数")
    assert found.count == 8
    assert (young.dimension, young.code, young.label) == ("age_band", "UNDER_20", "20歳未満")
    assert (sixties.code, others.code, others.label) == ("60S", "", "外国籍")
    assert [(point.year, point.value) for point in sixties.points] == [
        (Year(2019, True), 1210), (Year(2020, True), 305), (Year(2021, True), 290),
    ]  # fmt: skip
    assert [point.year.number for point in young.points] == [2019, 2020]  # no data is no point, and not 0
    assert AuditEntry.objects.get(action="FIGURES_IMPORTED").count == 8


def test_lines_name_their_own_place_unit_and_source(by):
    stored(by, LINES, given={})

    own, theirs = history.series(by.centre_ids, "相談件数")
    assert (own.place, own.points[0].text, own.points[0].year) == ("", "2020年度", Year(2020, True))
    assert (theirs.place, theirs.points[0].value) == ("八千代市", 1135)
    share = history.series(by.centre_ids, "65歳以上の割合")[0]
    assert (share.unit, share.points[0].value) == ("%", Decimal("21.7"))
    assert history.names(by.centre_ids) == ["65歳以上の割合", "相談件数"]
    # Beside the numbers stand the centre's own single values alone.
    assert [row.name for row in published.figures_for(by.centre_ids)] == ["65歳以上の割合", "相談件数"]


def test_a_file_says_what_is_new_what_changes_and_what_is_there(by):
    stored(by, LINES, given={})
    again = [
        *LINES[:1],
        [*LINES[1][:3], 2700, *LINES[1][4:]],
        LINES[2],
        [*LINES[3][:2], "2021", *LINES[3][3:]],
    ]

    file = keeping.receive("公表値.csv", csv_bytes(again), given={}, centre=by.centre, by=by)
    found = keeping.preview(file)

    assert [line.year for line in found.fresh] == ["2021年度"]
    assert [(line.value, old) for line, old in found.changed] == [(2700, 2655)]
    assert found.same == 1
    assert PublishedFigure.objects.count() == 3
    keeping.store(file.uid, by=by)
    assert PublishedFigure.objects.count() == 4
    assert not FigureFile.objects.exists()


def test_a_year_is_the_same_however_it_is_written(by):
    stored(by, [["年度", "値"], ["2020", 2655]])
    PublishedFigure.objects.update(year="令和2年度")

    stored(by, [["年度", "値"], ["R2", 2656]])

    assert list(PublishedFigure.objects.values_list("year", "value")) == [("令和2年度", 2656)]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("年代 2020年度 / 20代 多数", "2行目 B列: 数ではありません。"),
        ("年代 2020年度 / 20代 0.12345", "2行目 B列: 数ではありません。"),
        ("年度 値 / 去年 3", f"2行目 A列: {NO_YEAR}"),
        ("年度 値 / 2020 3 / R2 4", "3行目 B列: 同じ項目・区分・年度の値が前の行にもあります。"),
        (f"年度 値 項目 / 2020 3 {'あ' * 101}", "2行目 C列: 100文字までです。"),
        ("受付日 相談概要 / 2026-11-20 屋根", "「年度」と「値」の列、または年度ごとの列が見つかりません。"),
        ("年代 2020年度 / 20代 ―", "値が1つもありません。"),
    ],
)
def test_a_wrong_line_is_told_by_its_place_and_nothing_is_kept(by, text, said):
    with pytest.raises(HistoryNotUnderstood) as refused:
        keeping.receive("公表値.csv", csv_bytes(rows(text)), given=GIVEN, centre=by.centre, by=by)

    assert refused.value.faults == [said]
    assert not FigureFile.objects.exists()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("年代 2020年度 / 20代 3", "2行目: 出典がありません。"),
        ("年度 値 出典 / 2020 3 _", "2行目 C列: 出典がありません。"),
    ],
)
def test_no_figure_is_kept_without_its_source(by, text, said):
    given = {**GIVEN, "source": ""}

    with pytest.raises(HistoryNotUnderstood) as refused:
        keeping.receive("公表値.csv", csv_bytes(rows(text)), given=given, centre=by.centre, by=by)

    assert refused.value.faults == [said]


def test_districts_and_other_dimensions_are_found_by_their_words(by):
    channel = rows("区分 集計項目 年度 値 / 電話 受付方法 2020 9")

    stored(by, rows("居住地区 2020年度 / 北区域 3 / 市外 2"), {**GIVEN, "name": "地区別"})
    stored(by, channel, {**GIVEN, "name": "受付方法別"})

    assert [one.code for one in history.series(by.centre_ids, "地区別")] == ["NORTH", "OUTSIDE"]
    assert [(one.dimension, one.code) for one in history.series(by.centre_ids, "受付方法別")] == [
        ("channel", "PHONE")
    ]


@pytest.mark.parametrize(
    ("more", "is_kept"),
    [({}, True), ({"source": " "}, False), ({"year": "去年"}, False), ({"year": "2021年度"}, False)],
)
def test_a_figure_is_corrected_and_the_log_keeps_what_it_was(by, more, is_kept):
    stored(by, [["年度", "値"], ["2020", 2655], ["2021", 9]])
    row = PublishedFigure.objects.get(year="2020年度")
    given = {
        "value": Decimal("2656"),
        "year": "2020年度",
        "unit": "件",
        "definition": "新規",
        "source": "概要",
    }

    if is_kept:
        keeping.change(row.pk, **{**given, **more}, by=by)
        assert "2655 → 2656" in AuditEntry.objects.get(action="FIGURE_CHANGED").reason
    else:
        with pytest.raises(FigureNotKept):
            keeping.change(row.pk, **{**given, **more}, by=by)
    row.refresh_from_db()
    assert row.value == (2656 if is_kept else 2655)


@pytest.mark.parametrize(("whose", "is_gone"), [("own", True), ("other", False)])
def test_a_figure_is_removed_by_its_own_centre_alone(by, whose, is_gone):
    stored(by, [["年度", "値"], ["2020", 2655]])
    row = PublishedFigure.objects.get()
    somebody = by if whose == "own" else builders.account("MANAGER", at=builders.centre("kita"))

    if is_gone:
        keeping.remove(row.pk, by=somebody)
        assert "2655件" in AuditEntry.objects.get(action="FIGURE_REMOVED").reason
    else:
        with pytest.raises(PublishedFigure.DoesNotExist):
            keeping.remove(row.pk, by=somebody)
    assert PublishedFigure.objects.exists() is not is_gone


def test_a_change_of_definition_is_told(by):
    stored(by, LINES[:2], given={})
    stored(by, [LINES[0], ["相談件数", "", "2021", 2700, "件", "新規だけ", "目黒区の公表資料"]], given={})

    assert [one.changes_meaning for one in history.series(by.centre_ids, "相談件数")] == [True]


@pytest.mark.parametrize(
    ("text", "year"),
    [
        ("令和2年度", Year(2020, True)),
        ("令和元年度", Year(2019, True)),
        ("平成31年度", Year(2019, True)),
        ("R6", Year(2024)),
        ("２０２０年", Year(2020, False)),
        ("2020", Year(2020)),
        ("FY2020", Year(2020, True)),
        ("令和2年度(2020年度)", Year(2020, True)),
        ("令和0年", None),
        ("去年", None),
        ("12345", None),
    ],
)
def test_years_are_read_as_tables_write_them(text, year):
    assert parse_year(text) == year


def test_a_year_is_written_as_it_was_meant():
    assert [reading.year_text(Year(2020, kind)) for kind in (True, False, None)] == [
        "2020年度",
        "2020年",
        "2020",
    ]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (("相談件数", "2099", "5", "件"), "2行目 C列: 年・年度は1950年から2027年までにしてください。"),
        (("相談件数", "1899", "5", "件"), "2行目 C列: 年・年度として読めません。例: 令和2年度、2020年度、2020年"),
        (("相談件数", "明治5年", "5", "件"), "2行目 C列: 年・年度は1950年から2027年までにしてください。"),
        (("相談件数", "-2020", "5", "件"), "2行目 C列: 年・年度として読めません。例: 令和2年度、2020年度、2020年"),
        (
            ("相談件数", "2020", "▲5", "件"),
            "2行目 D列: 0より小さい件数になっています。増減のときは、項目か区分に「増減」と書いてください。",
        ),
        (("相談件数の増減", "2020", "▲5", "件"), ""),
        (("増減率", "2020", "-3.2", "%"), ""),
    ],
)  # fmt: skip
def test_a_year_or_number_that_cannot_be_is_told_where_it_stands(line, said, by):
    name, year, value, unit = line
    data = csv_bytes([LINES[0], [name, "", year, value, unit, "定義", "出典"]], "cp932")
    with time_machine.travel(datetime(2026, 11, 20, 12, tzinfo=TOKYO), tick=False):
        if not said:
            assert reading.read("公表値.csv", data, given={}, centre=by.centre).lines
            return
        with pytest.raises(HistoryNotUnderstood) as refused:
            reading.read("公表値.csv", data, given={}, centre=by.centre)
        assert refused.value.faults == [said]
        across = csv_bytes([["年代", "2099年度"], ["60歳代", 5]], "cp932")
        with pytest.raises(HistoryNotUnderstood, match="2027年まで"):
            reading.read("公表値.csv", across, given=GIVEN, centre=by.centre)


@pytest.mark.parametrize(
    ("changed", "field"),
    [({"year": "2099年度"}, "year"), ({"value": Decimal(-1)}, "value"), ({"year": "R3"}, "year")],
)
def test_a_correction_that_cannot_be_is_refused_at_its_field(changed, field, by):
    stored(by, [*LINES, ["相談件数", "", "2021", 1, "件", "定義", "出典"]], given={})
    row = PublishedFigure.objects.get(name="相談件数", place="", year="2020年度")
    given = {"value": row.value, "year": "2020", "unit": "件", "definition": "定義", "source": "出典"}

    with pytest.raises(FigureNotKept) as refused:
        keeping.change(row.pk, **{**given, **changed}, by=by)
    assert refused.value.field == field
    assert keeping.change(row.pk, **given, by=by).year == "2020"
