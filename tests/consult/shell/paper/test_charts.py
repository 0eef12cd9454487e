"""Charts: every number stands in the table, nothing unknown is drawn as zero, nothing is markup, all can be read."""

import re
from pathlib import Path
from xml.etree import ElementTree as Xml

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from consult.shell.paper import Document, Picture, charts, to_html, to_text
from consult.shell.paper.charts import BarRow, Break, Chart, Interval, Line, Week, drawing
from consult.shell.paper.charts.heat import step_of
from consult.shell.paper.pdf import to_pdf

SVG = "{http://www.w3.org/2000/svg}"
MONTHS = [f"2026年{month}月" for month in range(1, 13)]
HOSTILE = '<script>alert("x")</script>&'


def shapes(chart: Chart, kind: str) -> list[Xml.Element]:
    """The shapes of one kind; the picture is XML as it stands."""
    return [node for node in Xml.fromstring(chart.svg).iter() if node.get("class") == f"chart__{kind}"]  # noqa: S314 - our own picture


def words(chart: Chart) -> list[str]:
    return [node.text or "" for node in Xml.fromstring(chart.svg).iter(f"{SVG}text")]  # noqa: S314 - our own picture


def bars(*rows: BarRow, before_head: str = "前年") -> Chart:
    return charts.bars("手口", rows, label_head="手口", value_head="件数", before_head=before_head)


def heat(*cells: list[float | None]) -> Chart:
    rows = [f"手口{n}" for n in range(len(cells))]
    return charts.heat("年代と手口", rows, ["70歳代", "80歳以上"], cells, row_head="手口", total_head="合計")


def trend(*series: Line, breaks: tuple[Break, ...] = (), unfinished: str = "") -> Chart:
    return charts.lines("推移", MONTHS, series, point_head="月", breaks=breaks, unfinished=unfinished)


EVERY = [
    bars(BarRow("点検商法", 1200, 800), BarRow("偽通販", None, 3)),
    heat([0, 3], [None, 40]),
    trend(Line("合計", [*range(11), None], band=[(1, 4)] * 12), Line("公表", [5] * 12, is_published=True)),
    charts.pyramid(
        "年代と性別", ["80歳以上", "70歳代"], ("男性", [3, None]), ("女性", [1000, 2]),
        band_head="年代", below=[("年齢不明", 4)],
    ),
    charts.spark("点検商法", MONTHS, [*range(6), None, *range(5)]),
    charts.intervals(
        "急増", [Interval("点検商法", 2.4, 1.3, None, "2.4倍 (1.3倍以上)")], label_head="手口", value_head="倍率"
    ),
    charts.watched(
        "点検商法",
        [
            *(Week(f"2026年第{n}週", "2026-01", n % 3) for n in range(40)),
            *(Week(f"2026年第{n}週", "2026-10", n % 4, 1.5, 5.0) for n in range(40, 103)),
            Week("2026年第103週", "2026-11", 12, 1.5, 5.0, is_alarm=True, told=["警察: 屋根工事の訪問に注意"]),
        ],
    ),
]  # fmt: skip
NAMES = ["bars", "heat", "lines", "pyramid", "spark", "intervals", "watched"]


@pytest.mark.parametrize("chart", EVERY, ids=NAMES)
def test_a_picture_is_whole_named_and_without_a_script_or_a_style(chart: Chart) -> None:
    picture = Xml.fromstring(chart.svg)  # noqa: S314 - our own picture

    assert picture.tag == f"{SVG}svg"
    assert (picture.get("role"), picture.get("aria-label")) == ("img", chart.alt)
    assert chart.title in chart.alt
    assert re.search(r"\sstyle=|<style|<script|\son\w+=|href|url\(", chart.svg) is None
    assert {len(row) for row in chart.table.rows} == {len(chart.table.head)}


@pytest.mark.parametrize("chart", EVERY, ids=NAMES)
def test_nothing_is_drawn_beyond_the_edge(chart: Chart) -> None:
    picture = Xml.fromstring(chart.svg)  # noqa: S314 - our own picture
    width, height = float(picture.get("width", 0)), float(picture.get("height", 0))

    for node in picture.iter(f"{SVG}rect"):
        x, y, wide, high = (float(node.get(name, 0)) for name in ("x", "y", "width", "height"))
        assert -0.1 <= x <= x + wide <= width + 0.1
        assert -0.1 <= y <= y + high <= height + 0.1
    for node in picture.iter(f"{SVG}text"):
        size = float(node.get("font-size", drawing.LETTER))
        wide = drawing.width_of(node.text or "", size)
        left = float(node.get("x", 0)) - {"middle": wide / 2, "end": wide}.get(node.get("text-anchor", ""), 0)
        assert -0.5 <= left <= left + wide <= width + 0.5, node.text
        assert size - 2 <= float(node.get("y", 0)) <= height


def test_the_same_numbers_give_the_same_bytes() -> None:
    assert heat([1, 2]).svg == heat([1, 2]).svg != heat([2, 1]).svg


@pytest.mark.parametrize("kind", ["bars", "heat", "lines"])
def test_words_are_never_markup(kind: str) -> None:
    chart = {
        "bars": lambda: bars(BarRow(HOSTILE, 3)),
        "heat": lambda: charts.heat(HOSTILE, [HOSTILE], [HOSTILE], [[1]], row_head=HOSTILE),
        "lines": lambda: charts.lines(HOSTILE, [HOSTILE], [Line(HOSTILE, [1])], point_head="月"),
    }[kind]()

    assert "<script" not in chart.svg
    assert HOSTILE in str(chart.table)


def test_every_number_of_a_heat_map_stands_in_its_cell_and_in_the_table() -> None:
    chart = heat([0, 1234], [7, 40])

    assert chart.table.head == ("手口", "70歳代", "80歳以上", "合計")
    assert chart.table.rows == (("手口0", "0", "1,234", "1,234"), ("手口1", "7", "40", "47"))
    assert {"0", "1,234", "7", "40"} <= set(words(chart))
    assert "手口0の80歳以上で1,234" in chart.alt


def test_no_data_is_hatched_and_never_zero() -> None:
    chart = heat([None, 0])

    assert chart.table.rows == (("手口0", "データなし", "0", "0"),)
    assert (len(shapes(chart, "ground")), len(shapes(chart, "zero"))) == (2, 2)  # each once as a sample
    assert "データなし" in words(chart)
    assert "データはありません" in heat([None, None]).alt


@given(st.lists(st.integers(0, 10_000), min_size=2, max_size=20))
def test_a_darker_cell_never_counts_less(values: list[int]) -> None:
    most = max(values)
    steps = [-1 if (step := step_of(value, most)) is None else step for value in sorted(values)]

    assert steps == sorted(steps)
    assert all((step == -1) == (value == 0) for step, value in zip(steps, sorted(values), strict=True))
    assert not most or steps[-1] == len(drawing.STEPS) - 1


@given(st.integers(1, 500))
def test_the_samples_of_a_heat_map_name_every_number_once(most: int) -> None:
    named: list[int] = []
    for label in words(heat([most, 0])):
        if found := re.fullmatch(r"([\d,]+)–([\d,]+)", label):
            low, high = (int(number.replace(",", "")) for number in found.groups())
            assert {step_of(n, most) for n in (low, high)} == {step_of(low, most)}
            named += range(low, high + 1)
    assert len(named) == len(set(named))
    assert most < 4 or named[-1] == most


def test_a_bar_is_as_long_as_its_number_says() -> None:
    chart = bars(BarRow("点検商法", 100, 50), BarRow("偽通販", 25, 0), before_head="前年")
    first, second = (float(bar.get("width", 0)) for bar in shapes(chart, "bar")[1:])
    before = float(shapes(chart, "before")[1].get("width", 0))

    assert first == pytest.approx(4 * second, rel=0.01)
    assert first == pytest.approx(2 * before, rel=0.01)
    assert chart.table.rows[0] == ("点検商法", "100", "50")


def test_a_line_has_a_gap_where_there_is_no_data_and_is_never_drawn_through_a_break() -> None:
    whole = [float(n) for n in range(12)]
    with_gap = [*whole[:5], None, *whole[6:]]

    assert len(shapes(trend(Line("合計", whole)), "line-0")) == 2  # one of them the sample
    assert len(shapes(trend(Line("合計", with_gap)), "line-0")) == 3
    broken = trend(Line("合計", whole), breaks=(Break(6, "分類の改定"),))
    assert len(shapes(broken, "line-0")) == 3
    assert len(shapes(broken, "break")) == 2
    assert "分類の改定" in words(broken)


def test_months_before_the_records_are_hatched() -> None:
    chart = trend(Line("合計", [None] * 3 + [5] * 9), Line("点検商法", [None] * 3 + [1] * 9))

    assert len(shapes(chart, "ground")) == 2
    assert chart.table.rows[0] == ("2026年1月", "データなし", "データなし")


def test_published_values_have_open_marks_and_say_so() -> None:
    chart = trend(Line("件数", [1] * 12), Line("件数", [2] * 12, is_published=True))

    assert len(shapes(chart, "open-1")) == 13
    assert "件数(公表値)" in words(chart)


def test_a_month_that_is_still_counted_is_not_drawn_like_a_whole_one() -> None:
    chart = trend(Line("合計", [5.0] * 12), unfinished="途中の月")

    assert len(shapes(chart, "mark-0")) == 12  # eleven months and the sample
    assert len(shapes(chart, "thin-0")) == 1
    assert "途中の月" in words(chart)


def test_a_band_stands_in_the_table_too() -> None:
    chart = trend(Line("件数", [3] * 12, band=[(1, 5)] * 12))

    assert chart.table.rows[0] == ("2026年1月", "3 (1–5)")
    assert len(shapes(chart, "band-0")) == 1


def test_more_lines_than_can_be_told_apart_are_refused() -> None:
    with pytest.raises(ValueError, match="more than 5 lines"):
        trend(*(Line(str(n), [1] * 12) for n in range(6)))


def test_a_watched_count_has_its_band_only_where_something_is_expected_and_its_newest_week_first_in_the_table() -> (
    None
):
    chart = EVERY[NAMES.index("watched")]

    assert len(shapes(chart, "band-0")) == 2  # its sample and one run
    assert len(shapes(chart, "line-0")) == 2
    assert [len(shapes(chart, kind)) for kind in ("mark-1", "open-2")] == [2, 2]
    assert chart.table.rows[0] == (
        "2026年第103週", "12", "1.5", "5.0", "知らせた週、警察: 屋根工事の訪問に注意",
    )  # fmt: skip
    assert chart.table.rows[-1][2:4] == ("データなし", "データなし")
    assert "最後の週(2026年第103週)は12件" in chart.alt


def test_who_has_no_age_is_listed_under_the_pyramid() -> None:
    chart = charts.pyramid(
        "年代と性別", ["70歳代"], ("男性", [3]), ("女性", [5]), band_head="年代", below=[("年齢不明", 4)]
    )

    assert "年齢不明 4" in words(chart)
    assert chart.table.rows == (("70歳代", "3", "5"), ("年齢不明", "4", ""))


@given(st.floats(0.001, 10**9), st.integers(3, 6))
def test_a_scale_begins_at_zero_and_holds_the_largest_value(most: float, count: int) -> None:
    scale = drawing.ticks(most, count)

    assert scale[0] == 0
    assert scale[-1] >= most * (1 - 1e-6)
    assert len(scale) <= 2 * count + 2
    assert scale == sorted(set(scale))


@pytest.mark.parametrize(
    ("words", "letters", "found"),
    [
        ("70歳代", 4, ["70歳代"]),
        ("80歳以上", 3, ["80歳", "以上"]),
        ("SNS型投資詐欺(全年代)", 8, ["SNS型投資詐欺", "(全年代)"]),
        ("海外通信販売サイトの詐欺", 7, ["海外通信販売", "サイトの詐欺"]),
        ("とても長くて二行にも入らない名前", 5, ["とても長く", "て二行に…"]),
    ],
)
def test_long_words_break_evenly_and_not_before_a_closing_sign(
    words: str, letters: int, found: list[str]
) -> None:
    assert drawing.wrapped(words, letters * drawing.LETTER) == found


@given(st.text("屋根の点検12ab(・)ー", min_size=1, max_size=30), st.integers(2, 12))
def test_nothing_is_lost_in_breaking(words: str, letters: int) -> None:
    assert "".join(drawing.wrapped(words, letters * drawing.LETTER, most=40)) == words


def test_colours_are_those_of_the_design_tokens() -> None:
    tokens = (Path(settings.BASE_DIR) / "consult/static/shell/tokens.css").read_text(encoding="utf-8")
    used = set(re.findall(r"#[0-9a-f]{6}", str(drawing.LOOKS)))

    assert used <= set(re.findall(r"#[0-9a-f]{6}", tokens))


def _light(colour: str) -> float:
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("step", range(len(drawing.STEPS)))
def test_the_number_can_be_read_on_every_step(step: int) -> None:
    (letters,) = re.findall(r"#[0-9a-f]{6}", drawing.LOOKS[f"on-step-{step}"])
    dark, light = sorted((_light(letters), _light(drawing.STEPS[step])))

    assert (light + 0.05) / (dark + 0.05) >= 4.5


def test_every_kind_of_shape_has_a_look_in_forced_colours() -> None:
    sheet = (Path(settings.BASE_DIR) / "consult/static/shell/charts.css").read_text(encoding="utf-8")
    forced = sheet.split("@media (forced-colors: active)")[1].split("@media print")[0]
    letters = {"text", "soft", "bold", *(f"on-step-{n}" for n in range(len(drawing.STEPS)))}

    assert [kind for kind in drawing.LOOKS if kind not in letters and f".chart__{kind}" not in forced] == []


@pytest.mark.parametrize("chart", EVERY, ids=NAMES)
def test_a_chart_goes_into_a_document(chart: Chart) -> None:
    document = Document("年報", [Picture("図1", chart.alt, chart.svg)])

    assert chart.svg in to_html(document)
    assert chart.alt in to_text(document)


def test_a_chart_goes_onto_paper_with_its_letters() -> None:
    blocks = [Picture(chart.title, chart.alt, chart.svg) for chart in EVERY]

    assert to_pdf(Document("年報", blocks)).startswith(b"%PDF")
