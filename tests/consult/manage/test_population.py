"""人口 and 公表値: from the file to what rates divide by, and to the series beside the counts."""

import re
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from cases.figures import population
from cases.models import FigureFile, PopulationTable, PublishedFigure
from cases.records.centre import Area
from tests import builders
from tests.cases.services.population import files
from tests.cases.services.population.files import csv_bytes, rows
from tests.consult.manage.conftest import on, signed_in

pytestmark = pytest.mark.django_db

POPULATIONS = reverse("populations")
PUBLISHED = reverse("published")


@pytest.fixture
def office(manager):
    return signed_in(manager)


def upload(office, rows, **more):
    file = SimpleUploadedFile("人口.csv", csv_bytes(rows, "cp932"))
    return office.post(reverse("population-receive"), {"file": file, "source": "住民基本台帳", **more})


def address(table, action="") -> str:
    return reverse(f"population{action and '-' + action}", args=[table.uid])


def asked(page) -> dict[str, str]:
    """The choices of the page, each with what is chosen."""
    found = {}
    for name, options in re.findall(r'<select name="(town_[^"]+)".*?>(.*?)</select>', page, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', options)
        found[name] = chosen[1] if chosen else ""
    return found


def test_a_file_goes_all_the_way_to_the_denominator(office, manager):
    Area.objects.create(centre=manager.centre, code="HON", label="本町")

    answer = upload(office, files.two_lines_of_headings())
    table = PopulationTable.objects.get()
    page = office.get(answer.url).content.decode()
    assert "まだ登録していません" in page
    assert "表の合計の行・計の列とすべて合っています" in page
    assert asked(page) == {"town_東町_1": "", "town_本町1丁目_2": "HON"}

    refused = office.post(address(table, "confirm"), asked(page))
    assert (refused.status_code, population.people(manager.centre_ids, date(2026, 6, 1))) == (422, None)
    assert "地区を選んでください。" in refused.content.decode()

    office.post(address(table, "confirm"), {**asked(page), "town_東町_1": "NORTH"})
    found = population.people(manager.centre_ids, date(2026, 6, 1))
    assert (found["HON", "*"], found["NORTH", "*"], found.between(75)) == (165, 155, 54)
    assert "165" in office.get(address(table)).content.decode()
    assert "令和8年1月1日" in office.get(POPULATIONS).content.decode()

    # The next year's file finds the districts again.
    upload(office, files.two_lines_of_headings(), as_of="R8.4.1")
    page = office.get(address(PopulationTable.objects.latest("pk"))).content.decode()
    assert asked(page)["town_東町_1"] == "NORTH"


def test_every_chome_can_be_asked_for_by_itself(office, manager):
    upload(office, files.two_lines_of_headings())
    table = PopulationTable.objects.get()

    page = office.get(address(table), {"each": "1"}).content.decode()
    assert list(asked(page)) == ["town_本町1丁目_1", "town_本町2丁目_1", "town_東町_1"]
    office.post(
        address(table, "confirm"), {**dict.fromkeys(asked(page), "-"), "each": "1", "town_東町_1": "NORTH"}
    )

    found = population.people(manager.centre_ids, date(2026, 6, 1))
    assert (found["NORTH", "*"], found["*", "*"]) == (155, 320)


def test_a_wrong_cell_is_shown_by_line_and_column_and_nothing_is_lost(office):
    upload(office, files.two_lines_of_headings())
    wrong = [*files.two_lines_of_headings(), ["西町", "多い", *[1] * 11]]

    page = upload(office, wrong, as_of="R8.1.1")

    assert page.status_code == 422
    assert "9行目 B列: 人数ではありません。" in page.content.decode()
    assert 'value="住民基本台帳"' in page.content.decode()
    assert PopulationTable.objects.count() == 1


@pytest.mark.parametrize(("ticked", "is_kept"), [(True, True), (False, False)])
def test_sums_that_differ_are_shown_and_confirmed_by_a_mark(office, ticked, is_kept):
    upload(office, [["町丁目", "総数", "男", "女"], ["本町", 31, 10, 20]], as_of="R8.1.1")
    table = PopulationTable.objects.get()
    page = office.get(address(table)).content.decode()
    assert "男と女を足すと30人、表の計は31人" in page

    answer = office.post(
        address(table, "confirm"),
        {**dict.fromkeys(asked(page), "NORTH"), **({"differs": "on"} if ticked else {})},
    )

    table.refresh_from_db()
    assert (answer.status_code, table.holds) == ((302, True) if is_kept else (422, False))


def test_a_table_is_replaced_taken_back_or_thrown_away(office):
    for _n in range(3):
        upload(office, [["町丁目", "総数", "男"], ["本町", 30, 10]], as_of="R8.1.1")
    first, second, third = PopulationTable.objects.order_by("pk")
    choice = {"town_本町_1": "NORTH"}
    office.post(address(first, "confirm"), choice)
    assert "登録すると置き換わります" in office.get(address(second)).content.decode()
    office.post(address(second, "confirm"), choice)
    office.post(address(third, "discard"))
    assert office.post(address(second, "confirm"), choice).status_code == 409
    office.post(address(second, "take-back"))

    assert [table.holds for table in PopulationTable.objects.order_by("pk")] == [False, False]
    assert "今は使っていません" in office.get(address(first)).content.decode()
    assert "人口がまだありません" in office.get(POPULATIONS).content.decode()


@pytest.mark.parametrize(
    ("ages", "columns"),
    [
        ("0〜14歳 15〜64歳 65歳以上", "総数 0〜14歳 15〜64歳 65歳以上 うち65歳以上"),
        (
            " ".join([*(f"{n}〜{n + 4}歳" for n in range(0, 80, 5)), "80歳以上"]),
            "総数 20歳未満 20歳代 30歳代 40歳代 50歳代 60歳代 70歳代 80歳以上 うち65歳以上",
        ),
        (
            " ".join([*(f"{n}歳" for n in range(100)), "100歳以上"]),
            "総数 18歳未満 18・19歳 20歳代 30歳代 40歳代 50歳代 60歳代 70歳代 80歳以上 うち65歳以上",
        ),
    ],
    ids=["three classes", "five years", "single ages"],
)
def test_the_table_has_the_columns_that_the_classes_make_up(office, ages, columns):
    head = ["町丁目", *ages.split()]
    upload(office, [head, ["本町", *[7] * (len(head) - 1)]], as_of="R7.1.1")
    table = PopulationTable.objects.get()
    office.post(address(table, "confirm"), {"town_本町_1": "NORTH"})

    page = office.get(address(table)).content.decode()

    assert re.findall(r'<th scope="col" class="table__num">(.*?)</th>', page) == columns.split()


@pytest.mark.parametrize(("people", "is_far"), [(30, False), (33, False), (34, True), (26, True)])
def test_a_file_of_a_part_of_the_city_is_noticed(office, people, is_far):
    upload(office, [["町丁目", "総数", "男"], ["本町", 30, 10]], as_of="R7.1.1")
    office.post(address(PopulationTable.objects.get(), "confirm"), {"town_本町_1": "NORTH"})
    upload(office, [["町丁目", "総数", "男"], ["本町", people, 10]], as_of="R8.1.1")

    page = office.get(address(PopulationTable.objects.latest("pk"))).content.decode()

    assert ("前の人口と大きく違います" in page) is is_far


def test_the_page_divides_last_years_cases_by_the_residents(office, counsellor):
    for age in (80, 85, 30, None):
        builders.case(by=counsellor, age=age, area="NORTH", received_at=on(2025, 6, 2))
    upload(office, [["町丁目", "総数", "0-79歳", "80歳以上"], ["本町", 5000, 4000, 1000]], as_of="R7.1.1")
    office.post(address(PopulationTable.objects.get(), "confirm"), {"town_本町_1": "NORTH"})

    page = " ".join(re.sub(r"<[^>]+>", " ", office.get(POPULATIONS).content.decode()).split())

    assert "2025年度の相談率" in page
    assert "80歳以上 2 1,000 2.00" in page
    assert "30歳代 1 — データなし" in page  # 0〜79歳 cannot tell 30歳代
    assert "年齢不明 1 — データなし" in page
    assert "北区域 4 5,000 0.80" in page


@pytest.mark.parametrize(
    ("ages", "bands"), [("0〜4歳 5歳以上", 2), ("0〜14歳 15〜64歳 65歳以上", 3), ("総数", 0)]
)
def test_the_pyramid_has_the_classes_that_the_file_has(office, ages, bands):
    sexes = ("男", "女")
    head = ["町丁目", *(f"{sex}{age}" for age in ages.split() for sex in sexes)]
    upload(office, [head, ["本町", *[7] * (len(head) - 1)]], as_of="R7.1.1")
    table = PopulationTable.objects.get()
    office.post(address(table, "confirm"), {"town_本町_1": "NORTH"})

    page = office.get(address(table)).content.decode()

    drawn = re.search(r"<figure.*?</figure>", page, re.DOTALL)
    assert bool(drawn) is (bands > 0)
    assert drawn is None or drawn[0].count('<th scope="row">') == bands


@pytest.mark.parametrize(("role", "status"), [("MANAGER", 200), ("OUTREACH", 404)])
def test_a_draft_is_for_those_who_keep_figures(office, centre, role, status):
    upload(office, files.long(), as_of="R8.1.1")
    client = signed_in(builders.account(role, at=centre))

    assert client.get(address(PopulationTable.objects.get())).status_code == status
    assert ("人口を読み込む" in client.get(POPULATIONS).content.decode()) is (status == 200)


def test_the_page_of_all_tables_asks_the_database_a_fixed_number_of_times(
    office, django_assert_max_num_queries
):
    for year in range(5, 9):
        upload(office, [["町丁目", "総数", "男"], ["本町", 30, 10]], as_of=f"R{year}.1.1")
        office.post(address(PopulationTable.objects.latest("pk"), "confirm"), {"town_本町_1": "NORTH"})
    office.get(POPULATIONS)

    with django_assert_max_num_queries(20):
        office.get(POPULATIONS)


# --- 公表値 -------------------------------------------------------------------------------------------------------
FIGURES = [["年代", "令和元年度", "令和2年度"], ["20代", 31, 28], ["60代", 300, "―"]]
GIVEN = {"name": "年代別件数", "unit": "件", "definition": "新規の苦情", "source": "事業概要"}


def hand_in(office, rows=FIGURES, **more):
    file = SimpleUploadedFile("公表値.csv", csv_bytes(rows))
    return office.post(reverse("published-receive"), {"file": file, **GIVEN, **more})


def test_published_figures_are_looked_at_before_they_are_stored(office):
    answer = hand_in(office)
    page = office.get(answer.url).content.decode()
    assert "3件を取り込む" in page
    assert not PublishedFigure.objects.exists()

    office.post(reverse("published-store", args=[FigureFile.objects.get().uid]))
    page = office.get(PUBLISHED, {"name": "年代別件数"}).content.decode()
    assert "2019年度" in page
    assert "新規の苦情" in page
    assert "—" in page
    assert "年代別件数" in office.get(PUBLISHED).content.decode()


@pytest.mark.parametrize(
    ("table", "text"),
    [
        ([*FIGURES, ["70代", "たくさん", 1]], "4行目 B列: 数ではありません。"),
        ([["受付日", "氏名"], ["4/1", "山田"]], "年度ごとの列が見つかりません"),
    ],
)
def test_a_wrong_file_of_figures_keeps_what_was_typed(office, table, text):
    page = hand_in(office, table)

    assert page.status_code == 422
    assert text in page.content.decode()
    assert 'value="事業概要"' in page.content.decode()


def series_page(office, table, **more):
    hand_in(office, table, **more)
    office.post(reverse("published-store", args=[FigureFile.objects.get().uid]))
    return office.get(PUBLISHED, {"name": GIVEN["name"]}).content.decode()


@pytest.mark.parametrize(
    ("table", "more", "has_counts"),
    [
        (rows("年度 値 / 2019 310 / 2020 300"), {}, True),
        (rows("年代 2019年度 2020年度 / 80歳以上 31 30"), {}, True),
        (rows("年代 2019年度 2020年度 / 外国籍 31 30"), {}, False),
        (rows("年 値 / 2019年 310 / 2020年 300"), {}, False),
        (rows("年度 値 / 2019 21.7 / 2020 22.1"), {"unit": "%"}, False),
        (rows("年度 値 / 2019 310 / 2020 300"), {"place": "八千代市"}, False),
    ],
    ids=["cases", "a part", "a part of no code", "calendar years", "a share", "another place"],
)
def test_published_values_are_drawn_beside_what_is_counted(office, counsellor, table, more, has_counts):
    builders.case(by=counsellor, age=80, received_at=on(2025, 6, 2))

    page = series_page(office, table, **more)

    assert "(公表値)" in page
    assert ("このセンターの集計(新規件数)" in page) is has_counts
    assert ("つないで読まないでください" in page) is has_counts


def test_a_series_of_one_year_is_a_table_alone(office):
    page = series_page(office, rows("年代 2020年度 / 20代 3 / 30代 4"))

    assert "chart__picture" not in page
    assert "2020年度" in page


def test_a_published_figure_is_corrected_and_removed(office):
    hand_in(office)
    office.post(reverse("published-store", args=[FigureFile.objects.get().uid]))
    row = PublishedFigure.objects.get(year="2019年度", label="20代")
    page = reverse("published-figure", args=[row.pk])
    given = {"year": "2019年度", "unit": "件", "definition": "新規", "source": "概要"}

    assert office.post(page, {**given, "value": "多い"}).status_code == 422
    assert office.post(page, {**given, "value": "32"}).status_code == 302
    row.refresh_from_db()
    assert row.value == 32
    office.post(reverse("published-remove", args=[row.pk]))
    assert PublishedFigure.objects.count() == 2


def test_figures_of_no_centre_or_another_one_are_not_to_be_changed(office):
    said = {"unit": "件", "definition": "新規", "source": "概要"}
    for owner in (None, builders.centre("kita")):
        row = PublishedFigure.objects.create(centre=owner, name="件数", value=1, year="2020", **said)
        assert office.get(reverse("published-figure", args=[row.pk])).status_code == 404


def test_a_file_of_figures_can_be_thrown_away(office):
    hand_in(office)
    office.post(reverse("published-discard", args=[FigureFile.objects.get().uid]))

    assert not FigureFile.objects.exists()
    assert "公表値はまだありません" in office.get(PUBLISHED).content.decode()
