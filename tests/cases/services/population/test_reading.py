"""Files of residents: every usual layout says the same city; what is hidden is no data; what is wrong has a place."""

from datetime import date

import pytest

from cases.figures.residents import (
    ALL_AGES,
    BOTH,
    EVERYWHERE,
    MALE,
    OPEN,
    Ages,
    by_district,
    of_plain,
    to_plain,
)
from cases.files import FileNotUnderstood
from cases.services.population import words
from cases.services.population.cells import PopulationNotUnderstood
from cases.services.population.reading import Read, read
from tests.cases.services.population import files
from tests.cases.services.population.files import CITY, CLASSES, csv_bytes, expected, rows, xlsx_bytes

REPEATED = "同じ町丁目・年齢・性別の人数が前にもあり、違う数です。"
DISTRICT_OF = {"本町1丁目": "HON", "本町2丁目": "HON", "東町": "HIGASHI"}
WHOLE = (ALL_AGES, BOTH)


def told(text: str) -> Read:
    """What a table written in one line says."""
    return read("人口.csv", csv_bytes(rows(text)), municipality="みどり市")


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("人口.csv", csv_bytes(files.two_lines_of_headings())),
        ("人口.csv", csv_bytes(files.two_lines_of_headings(), "cp932")),
        ("人口.xlsx", xlsx_bytes({"町丁別": files.two_lines_of_headings()})),
        ("人口.csv", csv_bytes(files.open_data(), "utf-8-sig")),
        ("人口.csv", csv_bytes(files.long())),
        ("人口.csv", csv_bytes(files.blocks(), "cp932")),
        ("人口.csv", csv_bytes(files.sexes_down())),
        ("人口.xlsx", xlsx_bytes(files.a_sheet_for_each_sex())),
    ],
    ids=[
        "two lines",
        "two lines cp932",
        "two lines xlsx",
        "open data",
        "long",
        "blocks",
        "sexes down",
        "sheets",
    ],
)
def test_every_layout_says_the_same_city(name, data):
    found = read(name, data)

    assert found.said.classes == CLASSES
    assert {town.name: dict(town.cells) for town in found.said.towns} == {
        town: expected(town) for town in CITY
    }
    assert found.notes.differences == []


def test_single_ages_across_and_towns_across_are_read():
    ages = list(range(101))
    across = [["町名", *ages[:-1], "100以上"], ["本町", *ages], ["東町", *ages[::-1]]]
    down = [["年齢", "本町", "東町", "合計"], *([f"{age}歳", age, 100 - age, 100] for age in ages)]

    one, two = (read("人口.csv", csv_bytes(table)).said for table in (across, down))

    assert one.classes[-1] == Ages(100, OPEN)
    assert (len(one.classes), [town.name for town in one.towns]) == (101, ["本町", "東町"])
    assert two.classes == one.classes
    assert [dict(town.cells) for town in two.towns] == [dict(town.cells) for town in one.towns]
    assert two.whole[ALL_AGES, BOTH] == 10_100


def test_ages_side_by_side_without_towns_are_of_the_whole_municipality():
    said = told(
        "年齢 計 男 女 年齢 計 男 女 / 0〜4歳 9 4 5 5〜9歳 8 4 4 / 10歳以上 90 40 50 総数 107 48 59"
    ).said

    assert said.towns == ()
    assert (said.whole[Ages(5, 10), MALE], said.whole[ALL_AGES, BOTH]) == (4, 107)


def test_the_day_in_the_title_is_the_day_of_the_table():
    assert read("人口.csv", csv_bytes(files.two_lines_of_headings())).as_of == date(2026, 1, 1)
    assert read("人口.csv", csv_bytes(files.open_data())).as_of == date(2026, 1, 1)
    assert read("人口.csv", csv_bytes(files.long())).as_of is None


@pytest.mark.parametrize("mark", ["X", "ｘ", "＊", "*", "―", "－", "…", "秘匿", "_"])
def test_a_hidden_number_is_no_data_and_never_zero(mark):
    found = told(
        f"町丁目 総数 0-64歳 65歳以上 / 本町1丁目 20 {mark} {mark} / 本町2丁目 70 40 30 / 東町 50 30 20"
    )

    rolled = {(area, key[0]): people for area, key, people in by_district(found.said, DISTRICT_OF)}
    assert rolled["HON", ALL_AGES] == 90
    assert rolled["HON", Ages(65, OPEN)] is None
    assert rolled["HIGASHI", Ages(65, OPEN)] == 20
    assert rolled[EVERYWHERE, Ages(65, OPEN)] is None
    assert found.notes.hidden == {"本町1丁目": 2}


def test_what_the_files_own_totals_prove_is_known_though_it_is_hidden():
    """A small town's people were added to its neighbour: the towns that tell add up to the total line."""
    said = told(
        "町丁目 総数 0-64歳 65歳以上 / 本町1丁目 X X X / 本町2丁目 70 40 30 / 東町 20 20 - / 総数 90 60 30"
    ).said

    rolled = {(area, key[0]): people for area, key, people in by_district(said, DISTRICT_OF)}
    assert (rolled["HON", ALL_AGES], rolled["HON", Ages(65, OPEN)]) == (70, 30)
    assert rolled["HIGASHI", Ages(65, OPEN)] == 0  # its own line leaves nobody


def test_subtotals_are_not_counted_twice_and_are_named():
    found = told(
        "町丁目 総数 男 女 / 本町 30 10 20 / 本町1丁目 10 5 5 / 本町2丁目 20 5 15 / 北部地区計 30 10 20 "
        "/ みどり市 30 10 20"
    )

    assert [town.name for town in found.said.towns] == ["本町1丁目", "本町2丁目"]
    assert found.notes.subtotals == ["北部地区計", "本町"]
    assert found.said.whole[WHOLE] == 30


def test_small_areas_of_the_census_are_read_with_their_two_lines_of_headings():
    """国勢調査 小地域集計: codes over words, the city's line without a town, small towns added to a neighbour."""
    heads = "総数、年齢「不詳」含む 総数０～１４歳 総数１５歳以上 男の総数、年齢「不詳」含む 男０～１４歳 男１５歳以上"
    found = told(
        "KEY_CODE HYOSYO CITYNAME NAME HTKSYORI T001 T002 T003 T004 T005 T006"
        f" / _ _ _ _ _ {heads}"
        " / 13999 1 みどり市 _ 0 101 20 80 50 10 40"
        " / 13999001 2 みどり市 本町 0 60 12 47 30 6 24"
        " / 1399900101 3 みどり市 本町一丁目 0 40 8 31 20 4 16"
        " / 1399900102 3 みどり市 本町二丁目 0 20 4 16 10 2 8"
        " / 13999002 2 みどり市 東町 0 41 8 33 20 4 16"
        " / 13999003 2 みどり市 沢 1 X X X X X X"
    )

    assert [town.name for town in found.said.towns] == ["本町1丁目", "本町2丁目", "東町", "沢"]
    assert found.said.whole[WHOLE] == 101
    assert found.notes.differences == []  # one person of no known age
    assert found.notes.subtotals == ["本町"]
    places = {"本町1丁目": "HON", "本町2丁目": "HON", "東町": "HIGASHI", "沢": "HIGASHI"}
    rolled = {(area, key): people for area, key, people in by_district(found.said, places)}
    assert rolled["HIGASHI", (Ages(15, OPEN), BOTH)] == 33


def test_sums_that_differ_from_the_files_own_are_told():
    notes = told(
        "町丁目 総数 男 女 0-64歳 65歳以上 / 本町 31 10 20 20 10 / 東町 5 2 3 4 1 / 計 35 12 23 24 11"
    ).notes

    assert [(one.what, one.town, one.ours, one.printed) for one in notes.differences] == [
        ("ages", "本町", 30, 31),
        ("sexes", "本町", 30, 31),
        ("towns", "", 36, 35),
    ]
    assert notes.different == 3
    assert type(notes).of_plain(notes.to_plain()) == notes


def test_an_age_without_a_line_in_a_file_of_lines_is_nobody_and_is_told():
    found = told("町名 年齢 人口 / 本町 0歳 3 / 本町 1歳以上 9 / 東町 1歳以上 4")

    assert found.said.towns[1].cells == {(Ages(0, 1), BOTH): 0, (Ages(1, OPEN), BOTH): 4, (ALL_AGES, BOTH): 4}
    assert found.notes.absent == 1


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("町丁目 総数 65歳以上 / 本町 12 三人", "2行目 C列: 人数ではありません。"),
        ("町丁目 総数 65歳以上 / 本町 12 3 / 東町 1x 3", "3行目 B列: 人数ではありません。"),
        ("町丁目 総数 65歳以上 / 本町 12.5 3", "2行目 B列: 人数ではありません。"),
        ("町丁目 総数 65歳以上 / 本町 -12 3", "2行目 B列: 人数ではありません。"),
        ("町丁目 総数 65歳以上 / _ 12 3", "2行目 A列: 町丁目の名前がありません。"),
        ("町名 年齢 人口 / 本町 若者 3", "2行目 B列: 年齢として読めません。"),
        ("町名 性別 人口 / 本町 外国人 3", "2行目 B列: 男・女・計のどれでもありません。"),
        ("町名 総数 男 / 本町 3 1 / 本町 4 1", f"3行目 B列: {REPEATED}"),
        ("町名 20〜29歳 25〜34歳 / 本町 3 1", "年齢の区分が重なっています(20〜29歳と25〜34歳)。"),
        ("受付日 相談概要 / 2026-11-20 屋根", "町丁目・年齢・男女などの見出しが見つかりません。"),
        ("町名 総数 男 / 本町 X X", "人数が1つもありません。"),
    ],
)
def test_what_cannot_be_read_is_told_by_line_and_column(text, said):
    with pytest.raises(PopulationNotUnderstood) as refused:
        told(text)

    assert [str(fault) for fault in refused.value.faults] == [said]


def test_every_wrong_cell_is_told_at_once():
    with pytest.raises(PopulationNotUnderstood) as refused:
        told("町丁目 総数 65歳以上 / 本町 12 三人 / 東町 1x 3")

    assert [(fault.line, fault.column) for fault in refused.value.faults] == [(2, "C"), (3, "B")]


def test_a_file_of_another_kind_is_refused():
    with pytest.raises(FileNotUnderstood):
        read("人口.pdf", b"%PDF")


def test_what_was_read_is_kept_as_json():
    said = read("人口.csv", csv_bytes(files.two_lines_of_headings())).said

    assert of_plain(to_plain(said)) == said


@pytest.mark.parametrize(
    ("text", "ages", "sex"),
    [
        ("0～4歳", Ages(0, 5), None),
        ("85歳以上", Ages(85, OPEN), None),
        ("100+", Ages(100, OPEN), None),
        ("15歳未満", Ages(0, 15), None),
        ("20歳代", Ages(20, 30), None),
        ("２０代男性", Ages(20, 30), "MALE"),
        ("0-4歳の女性", Ages(0, 5), "FEMALE"),
        ("男 総数", ALL_AGES, "MALE"),
        ("人口（総数）女", ALL_AGES, "FEMALE"),
        ("男女計", None, ""),
        ("総人口", ALL_AGES, None),
        ("老年人口", Ages(65, OPEN), None),
        ("女", None, "FEMALE"),
    ],
)
def test_headings_are_read_as_they_are_written(text, ages, sex):
    found = words.heading(text)

    assert (found.ages, found.sex) == (ages, sex)


@pytest.mark.parametrize(
    ("text", "town"),
    [
        ("本町 一丁目", "本町1丁目"),
        ("本町２丁目", "本町2丁目"),
        ("八幡十二丁目", "八幡12丁目"),
        ("二十丁目", "20丁目"),
        ("三番町", "三番町"),
    ],
)
def test_a_town_has_one_spelling(text, town):
    assert words.town(text) == town
