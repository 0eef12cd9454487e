"""居住地区 of a centre: changed as one list, never taken away, and the towns that none has yet."""

import pytest

from cases.protection.models import AuditEntry
from cases.records.centre import Area
from cases.services import districts
from cases.services.districts import DistrictsNotUnderstood
from tests import builders

pytestmark = pytest.mark.django_db
HEADER = "code,label,label_en,postcodes\n"
WHOLE = HEADER + "WEST,西部,West,1530051 １５３ー００６１\nNORTH,北部,,\n"


@pytest.fixture
def by():
    return builders.account(
        "MANAGER", at=builders.centre("meguro", prefecture="東京都", municipality="目黒区")
    )


def test_districts_are_added_renamed_and_ordered(by):
    districts.change(by.centre, WHOLE, by=by)

    held = list(by.centre.areas.values_list("code", "label", "label_en", "postcodes", "position"))
    assert held == [("WEST", "西部", "West", "1530051,1530061", 0), ("NORTH", "北部", "", "", 1)]
    assert districts.as_text(by.centre) == HEADER + "WEST,西部,West,1530051 1530061\nNORTH,北部,,\n"
    assert AuditEntry.objects.get(action="DISTRICTS_CHANGED").count == 2


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("code,label\nWEST,西部\n", 1),
        (HEADER + "WEST,西部,,\n", 1),  # NORTH is on cases
        (HEADER + "NORTH,北部,,\nNORTH,北部,,\n", 3),
        (HEADER + "north,北部,,\n", 2),
        (HEADER + "OUTSIDE,市外,,\n", 2),
        (HEADER + "NORTH,,,\n", 2),
        (HEADER + "NORTH,北部,,15\n", 2),
        (HEADER + "NORTH,北部,,153,154\n", 2),
        (HEADER + 'NORTH,"北"部,,\n', 2),
        (HEADER + "NORTH,北部,,\n" + "".join(f"A{n},地区,,\n" for n in range(200)), 202),
        ("x" * 50_001, 1),
    ],
)
def test_a_list_that_cannot_be_changes_nothing(by, text, line):
    with pytest.raises(DistrictsNotUnderstood) as refused:
        districts.change(by.centre, text, by=by)

    assert str(refused.value).startswith(f"{line}行目")
    assert list(by.centre.areas.values_list("code", "label")) == [("NORTH", "北区域")]


def test_towns_that_no_district_has_are_named_until_one_has_them(by):
    towns = {one.postcode: one.town for one in districts.uncovered(by.centre)}
    assert towns["153-0051"] == "上目黒"
    assert "225-0002" not in towns

    Area.objects.filter(centre=by.centre).update(postcodes="1530051")
    assert "153-0051" not in {one.postcode for one in districts.uncovered(by.centre)}
    assert districts.uncovered(builders.centre("kita")) == []
