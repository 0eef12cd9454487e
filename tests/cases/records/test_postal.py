"""〒: places out of the table beside the code, and the districts that they are proposed for."""

import json
import sqlite3
from contextlib import closing

import pytest
from django.core.management import call_command

from cases.records import districts, postal
from cases.records.centre import Area
from cases.records.postal import Row
from tests import builders


def _texts(postcode: str) -> list[str]:
    return [place.text for place in postal.find(postcode)]


@pytest.mark.parametrize(
    "text", ["153-0051", "1530051", "〒153-0051", "１５３－００５１", "〒１５３ー００５１", " 153 0051 "]
)
def test_a_postal_code_is_found_in_any_spelling(text):
    assert _texts(text) == ["東京都目黒区上目黒"]


@pytest.mark.parametrize("text", ["", "153", "153-00511", "999-9999", "上目黒", "153-005l", "\0" * 8])
def test_what_is_no_known_code_has_no_place(text):
    assert _texts(text) == []


def test_a_code_may_stand_for_towns_in_two_prefectures():
    assert _texts("498-0000") == ["愛知県弥富市", "三重県桑名郡木曽岬町"]


def test_a_ward_of_a_great_city_is_told_from_its_city_and_a_ward_of_tokyo_is_not_parted():
    aoba, meguro = postal.find("225-0002")[0], postal.find("153-0051")[0]

    assert (aoba.code, aoba.municipality, aoba.ward, aoba.town) == (
        "14117", "横浜市", "青葉区", "美しが丘"
    )  # fmt: skip
    assert aoba.town_kana == "ウツクシガオカ"
    assert (meguro.code, meguro.municipality, meguro.ward) == ("13110", "目黒区", "")


def test_a_code_of_a_single_office_has_its_town():
    assert _texts("100-8111") == ["東京都千代田区千代田"]


def test_a_town_is_found_in_its_municipality_with_or_without_the_county():
    place = postal.find("061-0200")[0]

    assert place.lies_in("北海道", "石狩郡当別町")
    assert place.lies_in("", "当別町")
    assert not place.lies_in("青森県", "当別町")
    assert not place.lies_in("北海道", "別町")


def test_the_same_rows_make_the_same_table_and_it_gives_them_back():
    rows = [Row("1530051", "13110", "上目黒", "カミメグロ"), Row("1530043", "13110", "東山", "ヒガシヤマ")]
    names = {"13110": ("東京都", "目黒区")}
    data = postal.packed(rows, names)

    assert data == postal.packed(rows[::-1], names)
    assert [place.town for place in postal.Table(data).places("1530043")] == ["東山"]
    with pytest.raises(ValueError, match="no table"):
        postal.Table(b"\0" * len(data))


def test_the_table_is_small_and_whole():
    assert postal.FILE.stat().st_size < 1_500_000
    # One code of each region of the post.
    firsts = ("060-0042", "100-0001", "220-0001", "330-0801", "460-0001", "530-0001", "600-8001", "700-0901",
              "810-0001", "980-0811")  # fmt: skip
    assert all(_texts(code) for code in firsts)


def _source(path, towns, offices):
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("CREATE TABLE postal_data (code text, data text)")
        database.execute("CREATE TABLE office_data (code text, data text)")
        database.executemany("INSERT INTO postal_data VALUES (?, ?)", towns)
        database.executemany("INSERT INTO office_data VALUES (?, ?)", offices)


def test_the_command_writes_towns_further_towns_of_a_code_and_offices_without_their_names(tmp_path, capsys):
    def town(code, prefecture, city, name, kana, alternates=()):
        return {
            "jisx0402": code, "prefecture": prefecture, "city": city, "neighborhood": name,
            "neighborhood_kana": kana, "alternates": list(alternates),
        }  # fmt: skip

    other = town("24303", "三重県", "桑名郡木曽岬町", "", "")
    first = town("23235", "愛知県", "弥富市", "鍋田町", "ナベタチョウ", [other])
    office = {"jis": "23235", "neighborhood": "鍋田町", "name": "株式会社 秘密"}
    _source(
        tmp_path / "in.db",
        [("4980000", json.dumps(first, ensure_ascii=False))],
        [("4988501", json.dumps(office, ensure_ascii=False))],
    )

    call_command("postal_codes_make", "--from", tmp_path / "in.db", "--to", tmp_path / "out.bin")

    table = postal.Table((tmp_path / "out.bin").read_bytes())
    counts = json.loads(capsys.readouterr().out)
    assert (counts["rows"], counts["codes"]) == (3, 2)
    assert [place.text for place in table.places("4980000")] == ["愛知県弥富市鍋田町", "三重県桑名郡木曽岬町"]
    assert [(place.text, place.town_kana) for place in table.places("4988501")] == [
        ("愛知県弥富市鍋田町", "ナベタチョウ")
    ]


# --- 居住地区 -----------------------------------------------------------------------------------------------------


@pytest.fixture
def meguro(db):
    centre = builders.centre("meguro", prefecture="東京都", municipality="目黒区")
    Area.objects.bulk_create(
        [
            Area(centre=centre, code="WEST", label="西部", postcodes="15300,1520035"),
            Area(centre=centre, code="EAST", label="東部", postcodes="153"),
            Area(centre=centre, code="JIYUGAOKA", label="自由が丘", postcodes=""),
        ]
    )
    return centre


@pytest.mark.parametrize(
    ("postcode", "area"),
    [
        ("153-0051", "WEST"),  # the longer beginning
        ("153-8573", "EAST"),
        ("152-0035", "WEST"),  # what the centre wrote goes before the name of the town (自由が丘)
        ("152-0022", None),  # 柿の木坂: in the city, in no district
        ("225-0002", Area.OUTSIDE),
        ("498-0000", Area.OUTSIDE),  # two places, both elsewhere
        ("999-9999", None),
        ("", None),
    ],
)
def test_the_district_is_derived_from_the_postal_code(meguro, postcode, area):
    assert districts.derive_area(meguro, postcode) == area


def test_a_district_named_like_the_ward_or_town_needs_no_list(db):
    centre = builders.centre("yokohama", prefecture="神奈川県", municipality="横浜市")
    Area.objects.create(centre=centre, code="AOBA", label="青葉区")

    assert districts.derive_area(centre, "225-0002") == "AOBA"


def test_a_code_that_also_lies_elsewhere_proposes_nothing(db):
    centre = builders.centre("yatomi", prefecture="愛知県", municipality="弥富市")
    Area.objects.create(centre=centre, code="ALL", label="全域", postcodes="498")

    assert districts.derive_area(centre, "498-0000") is None
    assert districts.derive_area(centre, "498-0017") == "ALL"


def test_a_centre_without_a_municipality_calls_nobody_an_outsider(db):
    assert districts.derive_area(builders.centre(), "225-0002") is None


@pytest.mark.parametrize(
    ("text", "kept"),
    [("153-0051、154", "1530051,154"), (" １５３\n153 ", "153"), ("", "")],
)
def test_beginnings_of_codes_are_kept_without_hyphens(text, kept):
    assert districts.read_prefixes(text) == kept


@pytest.mark.parametrize("text", ["15", "153-00511", "目黒", "153,x"])
def test_what_begins_no_code_is_refused(text):
    with pytest.raises(districts.PrefixNotUnderstood):
        districts.read_prefixes(text)
