"""Words of ledgers as codes."""

import csv

import pytest

from cases.records import codes
from cases.records.centre import Area
from cases.records.codes import Kind
from cases.services.ledger import coding
from cases.services.ledger.coding import STILL_OPEN, CodeBook
from tests import builders

pytestmark = pytest.mark.django_db


@pytest.fixture
def book():
    centre = builders.centre("t", municipality="架空市", prefecture="架空県")
    Area.objects.create(centre=centre, code="SOUTH", label="南町")
    return CodeBook(centre)


@pytest.mark.parametrize(
    ("kind", "text", "code"),
    [
        ("channel", "電話", "PHONE"),
        ("channel", "１．来所", "VISIT"),
        ("channel", "ﾌｧｯｸｽ", "FAX"),
        ("sex", "男", "MALE"),
        ("sex", "ｵﾝﾅ", "FEMALE"),
        ("sales_method", "訪問", "DOOR_TO_DOOR"),
        ("sales_method", "3 電話勧誘", "TELEMARKETING"),
        ("sales_method", "通信販売(ネット)", "INTERNET"),
        ("outcome", "助言", "ADVICE"),
        ("outcome", "助言（自主交渉）", "ADVICE"),
        ("outcome", "継続中", STILL_OPEN),
        ("relation", "長女", "CHILD"),
        ("occupation", "年金生活者", "NOT_WORKING"),
        ("product", "他の健康食品", "OTHER_HEALTH_FOOD"),
        ("product", "給湯器など", "WATER_HEATER"),
        ("scam_type", "ＳＦ商法", "SF"),
        ("scam_type", "テイキコウニュウ", "SUBSCRIPTION_TRAP"),
        ("scam_type", "INSPECTION", "INSPECTION"),
        ("scam_type", "なぞの手口", ""),
        ("product", "電気自動車の部品", ""),
        ("sex", "", ""),
        ("outcome", "あ" * 1_000_000, ""),
    ],
)
def test_a_word_is_found_by_label_reading_code_or_synonym(kind, text, code, book):
    assert book.find(kind, text) == code


def test_every_label_of_every_code_names_its_own_code(book):
    lost = [
        (kind, row.code)
        for kind in coding.CODED.values()
        for row in codes.codes(kind).by_code.values()
        if book.find(kind, row.label) != row.code
    ]

    assert lost == []


def test_synonyms_name_codes_that_exist_and_none_names_two():
    with coding._WORDS.open(encoding="utf-8", newline="") as file:
        lines = list(csv.DictReader(file))
    seen = {}
    for line in lines:
        known = (
            {**codes.codes(line["kind"]).by_code, STILL_OPEN: None}
            if line["kind"] != "area"
            else Area.EVERYWHERE
        )
        assert line["code"] in known
        for word in line["words"].split():
            form = (line["kind"], coding.plain(word))
            assert seen.setdefault(form, line["code"]) == line["code"], word


def test_several_tricks_in_a_cell_are_all_found_and_the_unknown_rest_is_told(book):
    assert book.find_all(Kind.SCAM_TYPE, "点検商法、かたり商法/なぞの手口") == (
        ["INSPECTION", "IMPERSONATION"],
        ["なぞの手口"],
    )
    assert book.find_all(Kind.SCAM_TYPE, "美容医療・脱毛エステ") == (["BEAUTY"], [])


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("南町", "SOUTH"),
        ("架空市南町", "SOUTH"),
        ("架空県架空市　南町", "SOUTH"),
        ("市外", "OUTSIDE"),
        ("隣町", ""),
    ],
)
def test_a_district_is_known_with_its_city_in_front(text, code, book):
    assert book.area(text) == code
