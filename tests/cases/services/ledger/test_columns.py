"""Columns of ledgers matched to our fields, by header and by what stands in them."""

import pytest

from cases.services.ledger import columns
from cases.services.ledger.coding import CodeBook
from cases.services.ledger.columns import ColumnsNotMatched, match, require_usable, save_mapping, with_mapping
from tests import builders

pytestmark = pytest.mark.django_db


@pytest.fixture
def book():
    return CodeBook(builders.centre())


def fields(header, *rows, book):
    return [column.field for column in match(header, [list(row) for row in rows], book)]


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("受付日", "received_on"),
        ("受付年月日", "received_on"),
        (" 相 談 日 ", "received_on"),
        ("受付の方法", "channel"),
        ("相談者氏名", "caller_name"),
        ("氏名", "caller_name"),
        ("ﾌﾘｶﾞﾅ", "caller_kana"),
        ("ふりがな", "caller_kana"),
        ("ＴＥＬ", "caller_phone"),
        ("電話番号(日中)", "caller_phone"),
        ("契約当事者:氏名", "party_name"),
        ("契約者の住所", "party_address"),
        ("年齢", "age"),
        ("契約当事者年代", "age_band"),
        ("相談者年齢", "caller_age"),
        ("相談概要", "narrative"),
        ("件名", "title"),
        ("既払額", "paid_yen"),
        ("業者名", "trader_name"),
        ("終了日", "closed_on"),
        ("整理No.", "ledger_number"),
        ("販売購入形態", "sales_method"),
        ("天気", ""),
    ],
)
def test_a_header_is_known_in_the_ways_it_is_written(header, field, book):
    assert fields([header], book=book) == [field]


def test_a_header_with_a_slip_is_matched_and_marked_as_a_guess(book):
    found = match(["受付年月曰", "受付日"], [], book)

    assert [(column.field, column.is_guess) for column in found] == [("", False), ("received_on", False)]
    assert [(c.field, c.is_guess) for c in match(["契約購人金額"], [], book)] == [("contract_yen", True)]


@pytest.mark.parametrize(
    ("header", "cell", "field"),
    [
        ("処理", "助言", "outcome"),
        ("処理", "契約書を見て書き方を説明した", "advice"),
        ("販売方法", "訪問販売", "sales_method"),
        ("販売方法", "点検商法", "scam"),
    ],
)
def test_an_ambiguous_header_is_settled_by_what_stands_below_it(header, cell, field, book):
    assert fields([header], [cell], [cell], book=book) == [field]


def test_a_field_comes_from_one_column_only(book):
    assert fields(["処理", "処理結果"], ["助言", "助言"], book=book) == ["advice", "outcome"]
    assert fields(["氏名", "相談者氏名"], book=book) == ["caller_name", ""]


@pytest.mark.parametrize(
    ("chosen", "is_usable"),
    [
        (["received_on", "narrative"], True),
        (["received_on", "title", "", "ignore", "ignore"], True),
        (["received_on", "age"], False),
        (["narrative"], False),
        (["received_on", "narrative", "age", "age"], False),
        (["received_on", "narrative", "nonsense"], False),
    ],
)
def test_day_and_words_are_needed_once_each(chosen, is_usable):
    if is_usable:
        require_usable(chosen)
    else:
        with pytest.raises(ColumnsNotMatched):
            require_usable(chosen)


def test_a_saved_mapping_fits_a_file_with_its_columns_in_another_order(book):
    by = builders.account("MANAGER")
    header = ["日にち", "はなし", "メモ"]
    mapping = save_mapping(by.centre, "旧台帳", header, ["received_on", "narrative", "ignore"], by=by)

    found = with_mapping(match(["メモ", "年齢", "はなし", "日にち"], [], book), mapping)

    assert [column.field for column in found] == ["ignore", "age", "narrative", "received_on"]


def test_a_mapping_keeps_no_header_in_the_open():
    by = builders.account("MANAGER")

    mapping = save_mapping(
        by.centre, "台帳", ["鬼塚 紗都香", "受付日"], ["caller_name", "received_on"], by=by
    )

    assert sorted(mapping.columns.values()) == ["caller_name", "received_on"]
    assert not any("鬼塚" in key or "受付" in key for key in mapping.columns)


def test_the_number_of_filled_cells_is_counted(book):
    (column,) = match(["天気"], [["晴"], [""], ["雨"]], book)

    assert (column.filled, column.seen, column.field) == (2, 3, columns.NOT_MATCHED)
