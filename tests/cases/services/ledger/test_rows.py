"""One row of a ledger as a consultation."""

from datetime import date, datetime
from typing import Any

import pytest

from cases.law.calendar import TOKYO
from cases.services.ledger.coding import CodeBook
from cases.services.ledger.columns import match
from cases.services.ledger.reasons import REASONS
from cases.services.ledger.rows import Understood, plan_for, understand
from tests import builders
from tests.cases.services.ledger.ledgers import HEADER, rows

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=TOKYO)


def read(change: dict[str, str], *, header: list[str] | None = None, closed_as: str = "") -> Understood:
    head, row = rows(change, header=header or [*HEADER, *(name for name in change if name not in HEADER)])
    centre = builders.centre()
    fields = [column.field for column in match(head, [row], CodeBook(centre))]
    return understand(plan_for(centre, head, fields, now=NOW, closed_as=closed_as), 2, row)


def entry(change: dict[str, str], **more: Any) -> Any:
    found = read(change, **more).entry
    assert found is not None
    return found


def faults(change: dict[str, str], **more: Any) -> list[tuple[str, str, bool]]:
    return [(fault.field, fault.reason, fault.is_note) for fault in read(change, **more).faults]


def test_a_full_row_is_understood_without_a_remark():
    found = read({})

    assert found.faults == []
    made = found.entry
    assert (made.received_on, made.channel, made.relation) == (date(2024, 5, 7), "PHONE", "CHILD")
    assert (made.scam_main, made.product, made.sales_method) == ("INSPECTION", "ROOFING", "DOOR_TO_DOOR")
    assert (made.party_age, made.sex, made.contract_yen) == (78, "MALE", 1_480_000)
    assert (made.contracted_on, made.outcome, made.closed_on) == (
        date(2024, 5, 1),
        "ADVICE",
        date(2024, 5, 8),
    )
    assert (made.caller.name, made.caller.phone) == ("鬼塚 紗都香", "090-0000-1234")
    assert (made.party.name, made.trader_name) == ("蛯沢 千恵蔵", "屋根まもる堂")
    assert made.narrative == "父の蛯沢千恵蔵が屋根の工事を契約した。"
    assert made.advice == "クーリング・オフの書き方を説明した。"
    assert (made.is_provisional, made.source) == (False, "IMPORT")


@pytest.mark.parametrize(
    ("text", "day", "hour"),
    [
        ("R6.5.7", date(2024, 5, 7), 12),
        ("令和6年5月7日(火)", date(2024, 5, 7), 12),
        ("20240507", date(2024, 5, 7), 12),
        ("2024-05-07T14:30:00", date(2024, 5, 7), 14),
        ("２０２４／５／７　午後2時", date(2024, 5, 7), 14),
    ],
)
def test_days_are_read_as_ledgers_write_them(text, day, hour):
    made = entry({"受付年月日": text})

    assert (made.received_on, made.received_at.hour) == (day, hour)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "no_date"),
        ("5/7", "date_without_year"),
        ("5月7日(火)", "date_without_year"),
        ("24/5/7", "date_unreadable"),
        ("2024/2/30", "date_unreadable"),
        ("きょう", "date_unreadable"),
        ("2027/1/1", "date_ahead"),
        ("1900/1/1", "date_too_old"),
        ("#REF!", "no_date"),
    ],
)
def test_a_row_without_a_sure_day_is_refused(text, reason):
    found = read({"受付年月日": text})

    assert found.entry is None
    assert ("received_on", reason, False) in [(f.field, f.reason, f.is_note) for f in found.faults]


@pytest.mark.parametrize(
    ("change", "field", "reason", "kept"),
    [
        ({"手口": "なぞの手口"}, "scam", "scam_unknown", "なぞの手口"),
        ({"手口": "点検商法、なぞ"}, "scam", "code_unknown", "点検商法、なぞ"),
        ({"商品名": "つぼ"}, "product", "code_unknown", "つぼ"),
        ({"販売方法": "ひみつ"}, "sales_method", "code_unknown", "ひみつ"),
        ({"年齢": "けっこうな年"}, "age", "age_unreadable", "けっこうな年"),
        ({"契約金額": "-5,000"}, "contract_yen", "yen_out_of_range", "-5,000"),
        ({"契約金額": "▲5000円"}, "contract_yen", "yen_out_of_range", "▲5000円"),
        ({"契約金額": "5万から8万"}, "contract_yen", "yen_unreadable", "5万から8万"),
        ({"契約日": "5月ごろ"}, "contracted_on", "day_unreadable", "5月ごろ"),
        ({"契約日": "2027/5/1"}, "contracted_on", "day_ahead", "2027/5/1"),
        ({"契約日": "6/31"}, "contracted_on", "day_unreadable", "6/31"),
    ],
)
def test_what_fits_no_field_is_noted_and_stays_in_the_words(change, field, reason, kept):
    found = read(change)

    assert [(fault.field, fault.reason, fault.is_note) for fault in found.faults] == [(field, reason, True)]
    assert found.entry.narrative.endswith(f"(台帳の「{next(iter(change))}」: {kept})")


def test_an_unknown_trick_leaves_the_case_unclassified_and_provisional():
    made = entry({"手口": "なぞの手口"})

    assert (made.scam_main, made.is_provisional) == ("UNCLASSIFIED", True)


@pytest.mark.parametrize(
    ("text", "age", "band", "sex"),
    [
        ("70代", None, "70S", "MALE"),
        ("不明", None, "UNKNOWN", "MALE"),
        ("団体", None, "GROUP", "MALE"),
        ("S28.5.3", 71, "70_74", "MALE"),
        ("七十八", None, "UNKNOWN", "MALE"),
    ],
)
def test_ages_may_be_bands_births_or_nothing(text, age, band, sex):
    made = entry({"年齢": text})

    assert (made.party_age, made.party_age_band, made.sex) == (age, band, sex)


def test_a_body_is_a_body_in_age_and_sex():
    assert (entry({"年齢": "", "性別": "団体"}).age_band, entry({"年齢": "団体", "性別": ""}).sex) == (
        "GROUP",
        "GROUP",
    )


def test_goods_of_those_years_are_found_by_the_name_they_had():
    made = read({"受付年月日": "2021/3/31", "契約日": "", "終了日": "2021/4/2", "商品名": "健康食品"})

    assert (made.entry.product, made.faults) == ("HEALTH_FOOD_TO_2020", [])


@pytest.mark.parametrize(
    ("text", "route"), [("民生委員", "WATCHER"), ("警察署", "POLICE"), ("１８８", "HOTLINE"), ("", "")]
)
def test_who_sent_the_caller_is_understood(text, route):
    made = read({"紹介経路": text})

    assert (made.entry.route, made.faults) == (route, [])


def test_a_product_code_that_did_not_exist_yet_is_left_out_and_noted():
    made = read({"受付年月日": "2021/3/31", "契約日": "", "終了日": "2021/4/2"})

    assert made.entry.product == ""
    assert [(f.field, f.reason) for f in made.faults] == [("product", "code_not_yet")]
    assert "屋根工事" in made.entry.narrative


@pytest.mark.parametrize(
    ("change", "closed_as", "outcome", "closed_on", "reasons"),
    [
        ({"終了日": ""}, "", "ADVICE", date(2024, 5, 7), ["closed_on_missing"]),
        ({"終了日": "2024/5/1"}, "", "ADVICE", date(2024, 5, 7), ["closed_on_wrong"]),
        ({"処理": "済"}, "", "", None, ["outcome_unknown"]),
        ({"処理": "済"}, "INFORMATION", "INFORMATION", date(2024, 5, 8), ["outcome_assumed"]),
        ({"処理": "継続中", "終了日": ""}, "ADVICE", "", None, []),
        ({"処理": "", "終了日": ""}, "ADVICE", "", None, []),
    ],
)
def test_closing_needs_an_outcome_and_takes_the_day_of_the_call_for_want_of_one(
    change, closed_as, outcome, closed_on, reasons
):
    # The word 助言 in a first row tells that 処理 is the 処理結果; here the header says so.
    head = ["処理結果" if name == "処理" else name for name in HEADER]
    given = {"処理結果": "助言", **{("処理結果" if k == "処理" else k): v for k, v in change.items()}}
    found = read(given, header=head, closed_as=closed_as)

    assert (found.entry.outcome, found.entry.closed_on) == (outcome, closed_on)
    assert [fault.reason for fault in found.faults] == reasons


def test_self_keeps_one_set_of_details_with_the_party():
    made = entry({"続柄": "本人", "契約者氏名": ""})

    assert made.caller.is_empty
    assert (made.party.name, made.party.phone) == ("鬼塚 紗都香", "090-0000-1234")


@pytest.mark.parametrize(("relation", "age", "noted"), [("本人", 45, False), ("娘", None, True)])
def test_the_callers_age_counts_only_where_caller_and_party_are_one(relation, age, noted):
    change = {
        "続柄": relation,
        "契約者氏名": "",
        "年齢": "",
        "性別": "",
        "相談者年齢": "45",
        "相談者性別": "女",
    }
    found = read(change)

    assert found.entry.age == age
    assert ("age_of_caller" in [fault.reason for fault in found.faults]) is noted


@pytest.mark.parametrize(
    ("change", "field", "reason"),
    [
        ({"相談内容": ""}, "narrative", "no_narrative"),
        ({"相談内容": "あ" * 1_000_000}, "narrative", "too_long"),
        ({"氏名": "あ" * 201}, "caller_name", "too_long"),
    ],
)
def test_a_row_that_cannot_be_a_case_is_refused(change, field, reason):
    found = read(change)

    assert found.entry is None
    assert [(f.field, f.reason) for f in found.faults if not f.is_note] == [(field, reason)]


def test_a_row_that_is_longer_than_the_header_is_refused():
    head, row = rows({})
    centre = builders.centre()
    fields = [column.field for column in match(head, [row], CodeBook(centre))]

    found = understand(plan_for(centre, head, fields, now=NOW), 2, [*row, "ずれた"])

    assert (found.entry, [fault.reason for fault in found.faults]) == (None, ["too_many_cells"])


def test_a_formula_is_only_a_text():
    made = entry({"氏名": '=HYPERLINK("http://example.com")', "契約者氏名": ""})

    assert made.caller.name == '=HYPERLINK("http://example.com")'


@pytest.mark.parametrize(
    ("change", "is_same"),
    [
        ({"受付年月日": "R6.5.7", "契約日": "2024-05-01"}, True),
        ({"相談内容": "父の蛯沢千恵蔵が屋根の 工事を契約した。"}, True),
        ({"年齢": "７８"}, True),
        ({"年齢": "79"}, False),
        ({"受付年月日": "2024/5/7 10:00"}, False),
    ],
)
def test_a_row_is_the_same_row_whatever_its_spelling(change, is_same):
    assert (read(change).row_digest == read({}).row_digest) is is_same


def test_a_row_is_known_by_number_and_day_or_else_by_all_it_says():
    one, other = {"相談内容": "あ"}, {"相談内容": "い"}

    assert entry(one).uid == entry(other).uid
    assert entry({**one, "整理番号": ""}).uid != entry({**other, "整理番号": ""}).uid
    assert entry({"整理番号": "2"}).uid != entry({}).uid
    assert entry({"整理番号": "１"}).uid == entry({}).uid


def test_no_reason_can_quote_a_cell():
    assert [reason for reason, text in REASONS.items() if "%" in str(text) or "{" in str(text)] == []
