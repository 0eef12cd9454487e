import uuid
from collections import Counter
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from urllib.parse import parse_qs

import pytest
import time_machine
from django.urls import reverse

from cases.figures.dimensions import published_band
from cases.figures.models import PublishedFigure
from cases.law.calendar import TOKYO
from cases.records import ages
from cases.records.answers import NumbersQuestion
from cases.records.centre import Centre
from cases.services import followup
from consult.manage.asking import NumbersForm
from consult.manage.tables import percent
from tests import builders
from tests.architecture.test_every_form import HOSTILE
from tests.consult.manage.conftest import on, signed_in

NUMBERS = reverse("numbers")


def counted(table) -> dict[str, int]:
    return {row.code: row.total for row in table.rows}


def plain(cards, since: date, until: date):
    return [card for card in cards if since <= card[4].date() <= until]


def test_the_first_look_is_the_fiscal_year_so_far_by_scam_type_and_age(desk_of_numbers, cards):
    table = desk_of_numbers.get(NUMBERS).context["table"]

    now = plain(cards, date(2026, 4, 1), date(2026, 11, 20))
    bands = Counter((card[0], published_band(ages.band_of(card[2]))) for card in now)
    shown = {
        (row.code, column): cell
        for row in table.rows
        for column, cell in zip(table.columns, row.cells, strict=True)
        if cell
    }
    labels = {"70S": "70歳代", "60S": "60歳代", "30S": "30歳代", "UNKNOWN": "年齢不明"}
    assert shown == {(scam, labels[band]): count for (scam, band), count in bands.items()}
    assert [row.code for row in table.rows] == ["INSPECTION", "FAKE_SHOP", "SUPPORT_SCAM"]


def test_rows_columns_and_total_add_up(desk_of_numbers, cards):
    table = desk_of_numbers.get(NUMBERS).context["table"]

    assert table.total.total == sum(row.total for row in table.rows) == 6
    assert table.total.cells == tuple(map(sum, zip(*(row.cells for row in table.rows), strict=True)))


def test_the_year_before_is_the_same_days_and_no_more(desk_of_numbers, cards):
    table = desk_of_numbers.get(NUMBERS).context["table"]

    assert {row.code: (row.before, row.difference) for row in table.rows} == {
        "INSPECTION": (1, 2),
        "FAKE_SHOP": (1, 1),
        "SUPPORT_SCAM": (0, 1),
    }
    assert {row.code: row.change for row in table.rows} == {
        "INSPECTION": Decimal("200.0"),
        "FAKE_SHOP": Decimal("100.0"),
        "SUPPORT_SCAM": None,
    }


def test_the_share_of_65_and_over_stands_with_both_denominators(desk_of_numbers, cards):
    response = desk_of_numbers.get(NUMBERS)

    total = response.context["table"].total
    assert (total.seniors.seniors, total.seniors.age_known, total.seniors.all) == (3, 5, 6)
    assert (total.share_of_known, total.share_of_all) == (Decimal("60.0"), Decimal("50.0"))
    page = response.content.decode()
    assert "年齢の分かる5件のうち3件" in page
    assert "全6件のうち3件" in page


def test_a_share_of_nothing_is_no_share(desk_of_numbers, cards):
    response = desk_of_numbers.get(NUMBERS, {"since": "2026-11-01"})

    total = response.context["table"].total
    assert (total.share_of_known, total.share_of_all) == (None, Decimal("0.0"))


@pytest.mark.parametrize(
    ("share", "shown"),
    [
        (Fraction(1, 3), "33.3"),
        (Fraction(2, 3), "66.7"),
        (Fraction(1, 16), "6.3"),
        (Fraction(-1, 16), "-6.3"),
        (None, None),
    ],
)
def test_a_percentage_has_one_decimal_and_a_half_goes_up(share, shown):
    assert percent(share) == (None if shown is None else Decimal(shown))


@pytest.mark.parametrize(
    ("label", "since", "until"),
    [
        ("今年度", date(2026, 4, 1), date(2026, 11, 20)),
        ("前年度", date(2025, 4, 1), date(2026, 3, 31)),
        ("今月", date(2026, 11, 1), date(2026, 11, 20)),
        ("先月", date(2026, 10, 1), date(2026, 10, 31)),
    ],
)
def test_a_usual_period_is_one_click(label, since, until, desk_of_numbers, cards):
    periods = {choice.label: choice.url for choice in desk_of_numbers.get(NUMBERS).context["periods"]}

    response = desk_of_numbers.get(NUMBERS + periods[label])

    asked = response.context["asked"]
    assert (asked.since, asked.until) == (since, until)
    assert response.context["table"].total.total == len(plain(cards, since, until))


@pytest.mark.parametrize(
    ("given", "since", "until", "period"),
    [
        ({}, date(2026, 4, 1), date(2026, 11, 20), "this_fiscal_year"),
        ({"period": "last_month"}, date(2026, 10, 1), date(2026, 10, 31), "last_month"),
        # The form sends the days of the period back as they stood there …
        (
            {"period": "last_month", "since": "2026-10-01", "until": "2026-10-31"},
            date(2026, 10, 1), date(2026, 10, 31), "last_month",
        ),
        # … until somebody types other ones.
        (
            {"period": "last_month", "since": "2026-10-15", "until": "2026-10-31"},
            date(2026, 10, 15), date(2026, 10, 31), "",
        ),
        ({"period": "last_month", "since": "2026-10-01", "until": ""}, date(2026, 10, 1), date(2026, 11, 20), ""),
        ({"since": "2026-10-01", "until": "2026-10-31"}, date(2026, 10, 1), date(2026, 10, 31), ""),
    ],
)  # fmt: skip
def test_a_period_moves_until_its_days_are_changed(given, since, until, period, desk_of_numbers, cards):
    asked = desk_of_numbers.get(NUMBERS, given).context["asked"]

    assert (asked.since, asked.until, asked.period) == (since, until, period)


def test_a_link_keeps_the_period_or_its_days_or_the_numbers(desk_of_numbers, cards):
    page = desk_of_numbers.get(NUMBERS, {"period": "last_month", "rows": "sex"})
    numbers, days, moving = (parse_qs(query) for _text, query, _what in page.context["links"])

    assert moving["period"] == ["last_month"]
    assert "since" not in moving
    assert (days["since"], days["until"]) == (["2026-10-01"], ["2026-10-31"])
    assert not days.keys() & {"period", "as_of"}
    assert numbers["since"] == days["since"]
    assert "as_of" in numbers
    assert "period" not in numbers
    assert len(desk_of_numbers.get(NUMBERS, days).context["links"]) == 2


def test_the_period_compared_with_moves_by_its_name(desk_of_numbers, manager, cards):
    asked = {"period": "this_month", "compare": "other", "other_period": "last_fiscal_year"}
    page = desk_of_numbers.get(NUMBERS, asked)

    table = page.context["table"]
    assert (table.compared_title, table.total.total, table.total.before) == ("前年度", 1, 4)
    told = {line.label: line.text for line in page.context["lines"]}
    assert told["比較"].startswith("前年度 令和7年4月1日から令和8年3月31日まで")
    numbers, days, moving = (parse_qs(query) for _text, query, _what in page.context["links"])
    assert moving["other_period"] == ["last_fiscal_year"]
    assert {*numbers, *days} >= {"other_since", "other_until"}
    assert "other_period" not in {*numbers, *days}
    # Kept with the period, it is opened on another day with the days of that day.
    keep = {"uid": str(uuid.uuid4()), "name": "毎月", "counts": "moving",
            "address": page.context["keep_form"].initial["address"]}  # fmt: skip
    desk_of_numbers.post(reverse("numbers-keep"), {f"keep-{name}": value for name, value in keep.items()})
    with time_machine.travel(datetime(2027, 4, 2, 12, tzinfo=TOKYO), tick=False):
        address = NumbersQuestion.objects.get().address
        later = signed_in(manager).get(f"{NUMBERS}?{address}").context["asked"]
    assert (later.since, later.other_since, later.other_until) == (
        date(2027, 4, 1), date(2026, 4, 1), date(2027, 3, 31),
    )  # fmt: skip
    contradiction = desk_of_numbers.get(NUMBERS, {**asked, "other_since": "2020-01-01"})
    assert contradiction.status_code == 422
    assert "比べる期間の日を空欄にしてください" in contradiction.content.decode()


def test_a_period_that_there_is_not_is_refused(desk_of_numbers, cards):
    assert desk_of_numbers.get(NUMBERS, {"period": "next_year"}).status_code == 422


@pytest.mark.parametrize(
    ("given", "name"), [({"period": "x"}, "期間"), ({"as_of": "x"}, "時点"), ({"sort": "x"}, "並べ方")]
)
def test_what_no_field_shows_is_refused_under_its_name_too(given, name, desk_of_numbers):
    page = desk_of_numbers.get(NUMBERS, given).content.decode()

    assert f"{name}: " in page


def test_days_are_read_as_people_write_them(desk_of_numbers, cards):
    asked = desk_of_numbers.get(NUMBERS, {"since": "R8.6.1", "until": "6/30"}).context["asked"]

    assert (asked.since, asked.until) == (date(2026, 6, 1), date(2026, 6, 30))


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"since": "2026-05-02", "until": "2026-05-01"}, "until"),
        ({"since": "13月"}, "since"),
        ({"since": "0001-01-01"}, "since"),
        ({"until": "9999-12-31"}, "until"),
        ({"rows": "sex", "columns": "sex"}, "columns"),
        ({"rows": "name"}, "rows"),
        ({"columns": "narrative"}, "columns"),
        ({"only_sex": "OTHER"}, "only_sex"),
        ({"measure": "yen"}, "measure"),
    ],
)
def test_a_question_that_makes_no_sense_is_answered_in_the_form(given, field, desk_of_numbers):
    response = desk_of_numbers.get(NUMBERS, given)

    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]


def test_conditions_narrow_and_each_can_be_taken_off(desk_of_numbers, cards):
    asked = {"only_sex": "FEMALE", "only_scam_main": "FAKE_SHOP"}
    response = desk_of_numbers.get(NUMBERS, asked)

    assert response.context["table"].total.total == 2
    off = {choice.label: choice.url for choice in response.context["conditions"]}
    assert set(off) == {"性別: 女性", "手口(主): 偽通販サイト"}
    wider = desk_of_numbers.get(NUMBERS + off["手口(主): 偽通販サイト"])
    assert wider.context["table"].total.total == 3


def test_what_was_not_entered_can_be_asked_for(desk_of_numbers, cards):
    response = desk_of_numbers.get(NUMBERS, {"only_sex": "-"})

    assert response.context["table"].total.total == 1
    assert "性別: 未入力" in response.content.decode()


def test_mentions_count_every_scam_type_and_show_no_share(desk_of_numbers, cards):
    response = desk_of_numbers.get(NUMBERS, {"measure": "scam_mentions"})

    table = response.context["table"]
    assert counted(table) == {
        "INSPECTION": 3,
        "FAKE_SHOP": 2,
        "SUPPORT_SCAM": 1,
        "PHISHING": 1,
        "RESCUE_SERVICE": 1,
    }
    assert not table.has_shares
    page = response.content.decode()
    assert "手口の延べ件数" in page
    assert "65歳以上の割合" not in page


def test_months_stand_in_order_with_the_empty_ones_between(desk_of_numbers, cards):
    response = desk_of_numbers.get(NUMBERS, {"rows": "month", "columns": "none"})

    table = response.context["table"]
    assert [row.code for row in table.rows] == [f"2026-{month:02d}" for month in range(4, 12)]
    assert table.columns == ()
    assert response.context["form"]["columns"].value() == "none"


@pytest.mark.parametrize(
    ("sort", "first"), [("total", "INSPECTION"), ("senior", "INSPECTION"), ("difference", "INSPECTION")]
)
def test_rows_can_be_sorted(sort, first, desk_of_numbers, cards):
    table = desk_of_numbers.get(NUMBERS, {"sort": sort}).context["table"]

    key = {
        "total": lambda r: r.total,
        "senior": lambda r: r.seniors.seniors,
        "difference": lambda r: r.difference,
    }
    values = [key[sort](row) for row in table.rows]
    assert values == sorted(values, reverse=True)
    assert table.rows[0].code == first


def test_what_was_not_entered_stands_last_however_many_they_are(desk_of_numbers, counsellor):
    for sales_method in ("", "", "STORE"):
        builders.case(by=counsellor, sales_method=sales_method)

    table = desk_of_numbers.get(NUMBERS, {"rows": "sales_method"}).context["table"]

    assert [(row.label, row.total) for row in table.rows] == [("店舗購入", 1), ("未入力", 2)]


def test_the_definition_names_all_that_a_number_needs(desk_of_numbers, cards):
    response = desk_of_numbers.get(NUMBERS, {"only_sex": "FEMALE"})

    lines = {line.label: line.text for line in response.context["lines"]}
    assert lines["対象"].startswith("契約当事者")
    assert lines["数えたもの"] == "件数(新規の相談、主な手口で1件)"
    assert lines["期間"] == "受付日 令和8年4月1日から令和8年11月20日まで"
    assert lines["比較"] == "前年同期 令和7年4月1日から令和7年11月20日まで"
    assert lines["条件"] == "性別: 女性"
    assert "2026-11-20 12:00:00" in lines["時点"]
    assert "通し番号" in lines["時点"]
    assert lines["分類の版"] == "手口 第1版、性別 第1版"
    assert "年齢不明を除く" in lines["65歳以上の割合"]
    assert "年齢不明を含む" in lines["65歳以上の割合"]


@pytest.mark.parametrize(("rows", "warned"), [("product_class", True), ("scam_main", False)])
def test_a_period_across_the_break_in_series_says_so(rows, warned, desk_of_numbers, cards):
    response = desk_of_numbers.get(NUMBERS, {"rows": rows, "since": "2020-04-01", "until": "2021-06-30"})

    assert ("注意" in {line.label for line in response.context["lines"]}) is warned


def test_a_fixed_link_keeps_its_numbers_after_a_correction(desk_of_numbers, cards, counsellor):
    first = desk_of_numbers.get(NUMBERS)
    case = builders.case(by=counsellor, received_at=on(2026, 8, 8), scam_main="INSPECTION")
    followup.close_case(case.uid, outcome="ADVICE", closed_on=date(2026, 11, 20), by=counsellor)

    again = desk_of_numbers.get(f"{NUMBERS}?{first.context['fixed_query']}")

    assert desk_of_numbers.get(NUMBERS).context["table"].total.total == 7
    assert again.context["table"] == first.context["table"]
    assert again.context["fixed_query"] == first.context["fixed_query"]


def test_an_empty_period_is_said_in_words(desk_of_numbers, cards):
    response = desk_of_numbers.get(NUMBERS, {"since": "1999-01-01", "until": "1999-01-31"})

    assert "当てはまる相談はありません" in response.content.decode()
    assert reverse("numbers-export", args=["xlsx"]) not in response.content.decode()


def test_published_figures_stand_beside_and_are_never_counted(desk_of_numbers, cards, centre):
    given = {"year": "令和2年度", "definition": "分母は不明", "source": "事業概要"}
    PublishedFigure.objects.create(centre=centre, name="相談件数", value=2655, unit="件", **given)
    PublishedFigure.objects.create(
        centre=builders.centre("kita"), name="よその件数", value=9999, unit="件", **given
    )

    response = desk_of_numbers.get(NUMBERS)

    page = response.content.decode()
    assert "公表値(参考)" in page
    assert "2,655件" in page
    assert "よその件数" not in page
    assert response.context["table"].total.total == 6


def test_nothing_published_leaves_no_heading(desk_of_numbers, cards):
    assert "公表値(参考)" not in desk_of_numbers.get(NUMBERS).content.decode()


def test_what_an_older_excel_cannot_write_is_counted_before_the_file_is_taken(desk_of_numbers, centre, cards):
    said = "Excelで開けるCSV(Shift_JIS)では2字が〓に置き換わります"
    assert "〓" not in desk_of_numbers.get(NUMBERS).content.decode()
    Centre.objects.filter(pk=centre.pk).update(name="髙𠮷町🏠センター")

    page = desk_of_numbers.get(NUMBERS)
    file = desk_of_numbers.get(
        f"{reverse('numbers-export', args=['csv-cp932'])}?{page.context['fixed_query']}"
    )

    assert said in page.content.decode()
    assert file.headers["X-Unwritable-Characters"] == "2"


@pytest.mark.parametrize(("role", "may_export"), [("MANAGER", True), ("OUTREACH", False)])
def test_files_are_offered_to_those_who_may_take_them(role, may_export, centre, cards):
    page = signed_in(builders.account(role, at=centre)).get(NUMBERS).content.decode()

    assert (reverse("numbers-export", args=["xlsx"]) in page) is may_export


def test_the_page_asks_the_database_the_same_however_many_cases_there_are(
    desk_of_numbers, cards, counsellor, django_assert_num_queries
):
    desk_of_numbers.get(NUMBERS)
    for n in range(5):
        builders.case(by=counsellor, received_at=on(2026, 9, 1 + n), scam_main="PHISHING", area="NORTH")

    # Session, account, centre; the form's districts; facts, code versions, centre, limits of age, districts;
    # how fresh they are; kept questions; what was published to the same question; published figures.
    with django_assert_num_queries(13):
        desk_of_numbers.get(NUMBERS)


# --- compared with what --------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("asked", "title", "before"),
    [
        ({}, "前年同期", 2),
        ({"compare": "previous", "since": "2026-07-01", "until": "2026-09-30"}, "直前の期間", 4),
        (
            {"compare": "other", "other_since": "2025-11-21", "other_until": "2026-03-31"},
            "選んだ期間",
            2,
        ),
    ],
)
def test_a_period_stands_beside_the_one_chosen(asked, title, before, desk_of_numbers, cards):
    response = desk_of_numbers.get(NUMBERS, asked)

    table = response.context["table"]
    assert (table.compared_title, table.total.before) == (title, before)
    again = desk_of_numbers.get(f"{NUMBERS}?{response.context['fixed_query']}")
    assert again.context["table"] == table


def test_without_comparison_there_is_no_column_for_one(desk_of_numbers, cards):
    response = desk_of_numbers.get(NUMBERS, {"compare": "none"})

    assert not response.context["table"].is_compared
    page = response.content.decode()
    assert "増減率" not in page
    assert {line.label: line.text for line in response.context["lines"]}["比較"] == "比べない"


def test_a_usual_question_is_one_click_and_keeps_the_period(desk_of_numbers, cards):
    first = desk_of_numbers.get(NUMBERS, {"since": "2026-05-01", "only_sex": "MALE"})
    urls = {choice.label: choice.url for choice in first.context["presets"]}

    for label, url in urls.items():
        response = desk_of_numbers.get(NUMBERS + url)
        assert response.status_code == 200, label
        assert response.context["asked"].since == date(2026, 5, 1)
        current = [choice.label for choice in response.context["presets"] if choice.is_current]
        assert current == [label]
    monthly = desk_of_numbers.get(NUMBERS + urls["月別"]).context["asked"]
    assert (monthly.rows, monthly.columns, monthly.only) == ("month", "", {})


# --- breaks of series, 速報 and 確定 -----------------------------------------------------------------------------
def test_a_break_of_series_is_drawn_where_it_lies(desk_of_numbers, counsellor):
    for month in (3, 5):
        builders.case(by=counsellor, received_at=on(2021, month, 1))
    asked = {"rows": "month", "columns": "product_class", "since": "2021-02-01", "until": "2021-06-30"}
    asked |= {"compare": "none"}
    response = desk_of_numbers.get(NUMBERS, asked)

    marked = {row.code: row.breaks for row in response.context["table"].rows if row.breaks}
    assert marked == {"2021-04": ("商品・役務の分類は2021年4月に改められました",)}
    assert response.content.decode().count("ここから上と下の数字は比べられません") == 2


def test_above_the_first_row_there_is_nothing_to_part(desk_of_numbers, counsellor):
    builders.case(by=counsellor, received_at=on(2021, 5, 1))
    asked = {"rows": "quarter", "columns": "product_class", "since": "2021-02-01", "until": "2021-06-30"}

    table = desk_of_numbers.get(NUMBERS, {**asked, "compare": "none"}).context["table"]

    assert [(row.code, row.breaks) for row in table.rows] == [("2021-Q1", ())]


def test_a_comparison_across_a_break_is_marked(desk_of_numbers, counsellor):
    builders.case(by=counsellor, received_at=on(2021, 5, 1))
    asked = {"rows": "product_class", "since": "2021-04-01", "until": "2021-06-30"}

    across = desk_of_numbers.get(NUMBERS, asked)
    later = desk_of_numbers.get(NUMBERS, {**asked, "since": "2022-04-01", "until": "2022-06-30"})

    assert across.context["table"].breaks_between
    assert "前年同期の数字とは比べられません" in across.content.decode()
    assert not later.context["table"].breaks_between


@pytest.mark.parametrize(
    ("until", "said"),
    [("2026-11-20", "速報(遅れて入る記録があるため、確定は令和9年1月20日以降)"), ("2026-06-30", "確定")],
)
def test_numbers_are_early_until_the_period_is_two_months_past(until, said, desk_of_numbers, cards):
    response = desk_of_numbers.get(NUMBERS, {"until": until})

    lines = {line.label: line.text for line in response.context["lines"]}
    assert lines["速報・確定"].startswith(said)


def test_a_provisional_code_keeps_numbers_early(desk_of_numbers, counsellor):
    builders.case(by=counsellor, received_at=on(2026, 5, 1), is_provisional=True)

    response = desk_of_numbers.get(NUMBERS, {"until": "2026-06-30"})

    lines = {line.label: line.text for line in response.context["lines"]}
    assert lines["速報・確定"] == "速報(分類が暫定の相談1件が残っています)"


def test_goods_of_before_2021_are_counted_marked_and_told_of(desk_of_numbers, counsellor):
    for product, when in (
        ("FOOD_TO_2020", on(2020, 6, 1)),
        ("FOOD", on(2021, 6, 1)),
        ("TRANSPORT_TELECOM_TO_2020", on(2020, 6, 1)),
    ):
        builders.case(by=counsellor, product=product, received_at=when)
    asked = {"since": "2020-04-01", "until": "2022-03-31", "rows": "product_class", "columns": "fiscal_year"}

    response = desk_of_numbers.get(NUMBERS, asked)

    rows = {row.label: row.total for row in response.context["table"].rows}
    assert rows == {"食料品(旧分類を含む)": 2, "運輸・通信サービス(2020年度までの分類)": 1}
    page = response.content.decode()
    assert "食料品(2020年度までの分類)は食料品に数える(同じ名前の分類)" in page
    assert "運輸・通信サービス(2020年度までの分類)(デジタルコンテンツがほかの分類へ移った)" in page
    assert "その前後の件数は比べられません" in page
    offered = dict(response.context["form"].fields["only_product_class"].choices)
    assert "FOOD_TO_2020" not in offered
    assert "TRANSPORT_TELECOM_TO_2020" in offered
    assert counted(desk_of_numbers.get(NUMBERS, asked | {"only_product_class": "FOOD"}).context["table"]) == {
        "FOOD": 2
    }


def test_nothing_that_nobody_should_type_becomes_a_question(centre):
    """Whatever stands in a field of the form: it is refused under the field, never counted as something else."""
    usual = NumbersForm({}, centre=centre)
    assert usual.is_valid()
    blank = HOSTILE["blank"]
    taken = {
        (name, kind)
        for name in usual.fields
        for kind, text in HOSTILE.items()
        if text != blank and NumbersForm({name: text}, centre=centre).is_valid()
    }
    assert taken == {("as_of", "digits"), ("codes", "digits")}  # a number is a number in any digits
    # Days at the edge of what is kept can be asked, with what they are compared with.
    for edge in (
        {"since": "1950-01-01", "until": "1950-01-01"},
        {"since": "2099-12-31", "until": "2099-12-31"},
    ):
        assert NumbersForm({**edge, "compare": "previous"}, centre=centre).is_valid()


@pytest.mark.parametrize("rows", ["month", "week", "area", "scam_main"])
def test_a_cell_that_cannot_be_has_no_list(rows, desk_of_numbers, cards):
    for text in ("x", "2026-13", HOSTILE["controls"], HOSTILE["markup"]):
        answer = desk_of_numbers.get(reverse("numbers-cases"), {"rows": rows, "columns": "none", "row": text})
        is_open = rows == "area"  # each centre names its districts
        assert answer.status_code == (200 if is_open else 400), text
        assert not is_open or answer.context["found"].counted == 0
