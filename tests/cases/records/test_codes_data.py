"""The code sets that the product ships as CSV files hold together before anything loads them."""

import csv
import re
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from cases.records.codes import Kind

FOLDER = Path(__file__).resolve().parents[3] / "cases" / "records" / "codes_data"
SETS = set(Kind.values)
COLUMNS = ["code", "label", "label_en", "kana", "meaning", "meaning_en"]
COLUMNS += ["parent", "valid_from", "valid_to", "attributes"]
CODE = re.compile(r"[A-Z][A-Z0-9_]{0,31}")
KANA = re.compile(r"[ァ-ヺー・０-９Ａ-Ｚａ-ｚ]+")  # full width, as typed to find a code
MOST = {"label": 60, "label_en": 100, "kana": 100, "meaning": 60, "meaning_en": 300}
COMMON = {
    "BEAUTY",
    "FAKE_POLICE",
    "FAKE_SHOP",
    "FICTITIOUS_BILL",
    "HOME_BUYING",
    "INSPECTION",
    "PHISHING",
    "RESCUE_SERVICE",
    "SIDE_JOB",
    "SNS_INVESTMENT",
    "SUBSCRIPTION_TRAP",
    "SUPPORT_SCAM",
}
OUTCOMES = ["ADVICE", "INFORMATION", "MEDIATED", "MEDIATION_FAILED", "REFERRED", "IMPOSSIBLE", "NOT_NEEDED"]

Row = dict[str, str]


def read(name: str) -> list[Row]:
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines, strict=True))


def attributes(row: Row) -> dict[str, str]:
    return dict(pair.split("=", 1) for pair in row["attributes"].split(";") if pair)


def is_date(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def row_faults(row: Row) -> list[str]:
    faults = [f"no {column}" for column in ("label", "label_en", "kana") if not row[column].strip()]
    if not CODE.fullmatch(row["code"]):
        faults.append("code pattern")
    if row["kana"] and not KANA.fullmatch(row["kana"]):
        faults.append("kana")
    faults += [f"{column} too long" for column, most in MOST.items() if len(row[column]) > most]
    if bool(row["meaning"]) != bool(row["meaning_en"]):
        faults.append("meaning in one language")
    days = [row[column] for column in ("valid_from", "valid_to") if row[column]]
    if not all(is_date(day) for day in days) or (len(days) == 2 and days[0] >= days[1]):
        faults.append("dates")
    pairs = [pair.partition("=") for pair in row["attributes"].split(";") if row["attributes"]]
    if not all(key and equals and value for key, equals, value in pairs):
        faults.append("attributes")
    if len({key for key, _, _ in pairs}) < len(pairs):
        faults.append("attribute twice")
    return faults


def tree_faults(rows: list[Row]) -> list[str]:
    parents = {row["code"]: row["parent"] for row in rows}
    faults = [f"{code} twice" for code, n in Counter(row["code"] for row in rows).items() if n > 1]
    for code in parents:
        seen, above = {code}, parents[code]
        while above:
            if above not in parents:
                faults.append(f"{code} without parent")
                break
            if above in seen:
                faults.append(f"{code} in a cycle")
                break
            seen.add(above)
            above = parents[above]
    return faults


def faults_of(rows: list[Row]) -> list[str]:
    return [f"{row['code']}: {fault}" for row in rows for fault in row_faults(row)] + tree_faults(rows)


def good_rows() -> list[Row]:
    first = ["GOODS", "商品", "Goods", "ショウヒン", "", "", "", "2021-04-01", "", "no=01"]
    second = ["FOOD", "食料品", "Food", "ショクリョウヒン", "食べ物", "To eat", "GOODS", "", "", ""]
    return [dict(zip(COLUMNS, row, strict=True)) for row in (first, second)]


def test_the_folder_holds_exactly_the_known_sets() -> None:
    assert {path.stem for path in FOLDER.iterdir()} == SETS


@pytest.mark.parametrize("name", sorted(SETS))
def test_a_file_is_plain_utf8_with_unix_lines_and_the_common_columns(name: str) -> None:
    raw = (FOLDER / f"{name}.csv").read_bytes()
    assert not raw.startswith(b"\xef\xbb\xbf")
    assert b"\r" not in raw
    assert raw.endswith(b"\n")
    lines = list(csv.reader(raw.decode("utf-8").splitlines(), strict=True))
    assert lines[0] == COLUMNS
    assert {len(line) for line in lines} == {len(COLUMNS)}
    assert all(field == field.strip() for line in lines for field in line)


@pytest.mark.parametrize("name", sorted(SETS))
def test_a_shipped_set_has_no_faults(name: str) -> None:
    rows = read(name)
    assert rows
    assert faults_of(rows) == []


def test_good_rows_have_no_faults() -> None:
    assert faults_of(good_rows()) == []


@pytest.mark.parametrize(
    ("column", "value", "fault"),
    [
        ("code", "food", "food: code pattern"),
        ("code", "F" * 33, f"{'F' * 33}: code pattern"),
        ("code", "GOODS", "GOODS twice"),
        ("label", " ", "FOOD: no label"),
        ("label", "食" * 61, "FOOD: label too long"),
        ("label_en", "", "FOOD: no label_en"),
        ("kana", "", "FOOD: no kana"),
        ("kana", "しょくりょうひん", "FOOD: kana"),
        ("kana", "SNSガタ", "FOOD: kana"),
        ("kana", "ｼｮｸﾘｮｳ", "FOOD: kana"),
        ("meaning", "あ" * 61, "FOOD: meaning too long"),
        ("meaning_en", "", "FOOD: meaning in one language"),
        ("parent", "DRINK", "FOOD without parent"),
        ("parent", "FOOD", "FOOD in a cycle"),
        ("valid_from", "2021-02-29", "FOOD: dates"),
        ("valid_to", "20210401", "FOOD: dates"),
        ("attributes", "no=1;axis", "FOOD: attributes"),
        ("attributes", "no=1;", "FOOD: attributes"),
        ("attributes", "no=1;no=2", "FOOD: attribute twice"),
    ],
)
def test_a_broken_row_is_found(column: str, value: str, fault: str) -> None:
    first, second = good_rows()
    assert fault in faults_of([first, second | {column: value}])


@pytest.mark.parametrize("valid_to", ["2021-03-31", "2021-04-01"])
def test_a_period_without_a_single_day_is_found(valid_to: str) -> None:
    first, second = good_rows()
    assert "GOODS: dates" in faults_of([first | {"valid_to": valid_to}, second])


def test_parents_in_a_ring_are_found() -> None:
    first, second = good_rows()
    assert "GOODS in a cycle" in faults_of([first | {"parent": "FOOD"}, second])


def test_every_scam_type_says_what_it_means_and_has_its_own_two_digit_number() -> None:
    rows = read("scam_type")
    assert [row["code"] for row in rows if not row["meaning"]] == []
    numbers = [attributes(row).get("no", "") for row in rows]
    assert [number for number in numbers if not re.fullmatch(r"[0-9]{2}", number)] == []
    assert [number for number, n in Counter(numbers).items() if n > 1] == []
    assert {row["code"] for row in rows if attributes(row)["no"] == "00"} == {"UNCLASSIFIED"}


def test_every_scam_type_lies_on_one_known_axis_with_its_parent() -> None:
    rows = {row["code"]: row for row in read("scam_type")}
    axes = {code: attributes(row)["axis"] for code, row in rows.items()}
    assert set(axes.values()) == {"consumer", "police", "topic", "none"}
    assert [code for code, axis in axes.items() if axis == "none"] == ["UNCLASSIFIED"]
    assert [code for code, row in rows.items() if row["parent"] and axes[row["parent"]] != axes[code]] == []
    assert rows["FAKE_POLICE"]["parent"] == "IT_IS_ME_FRAUD"


def test_the_twelve_commonest_scam_types_are_marked() -> None:
    assert {row["code"] for row in read("scam_type") if attributes(row).get("common") == "1"} == COMMON


def test_every_product_is_counted_under_a_large_class_since_april_2021() -> None:
    for row in read("product"):
        assert attributes(row)["report_class"] == (row["parent"] or row["code"])
        is_of_before = row["code"].endswith("_TO_2020")
        assert (row["valid_from"], row["valid_to"]) == (
            ("", "2021-04-01") if is_of_before else ("2021-04-01", "")
        )
        assert ("division" in attributes(row)) == (not row["parent"])


def test_every_outcome_is_defined_and_only_mediated_ones_count_for_the_settlement_rate() -> None:
    rows = read("outcome")
    assert [row["code"] for row in rows] == OUTCOMES
    assert [row["code"] for row in rows if not row["meaning"]] == []
    settled = {row["code"]: attributes(row)["settled"] for row in rows if "mediation" in attributes(row)}
    assert settled == {"MEDIATED": "1", "MEDIATION_FAILED": "0"}
