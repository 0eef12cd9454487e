"""Blocks of made-up narratives are complete, use known placeholders and differ from each other."""

import csv
import json
import re
import unicodedata
from collections import Counter
from itertools import combinations
from math import prod
from pathlib import Path
from typing import Any

import pytest

CASES = Path(__file__).resolve().parents[3] / "cases"
FOLDER = CASES / "demo" / "blocks"
CODES_DATA = CASES / "records" / "codes_data"

PARTS = ("opening", "how", "now", "wish", "advice")
KEYS = ("code", "items", "products", "sales", "traders", *PARTS, "yen", "says")
SAID = {"items", "fits", "sales", "scams", "issues"}
COMMON_LEAST = {"opening": 16, "how": 16, "now": 12, "wish": 8, "advice": 8}
OTHER_LEAST = {"opening": 16, "how": 11, "now": 4, "wish": 2, "advice": 2}
DISTINCT_NARRATIVES = 20_000  # opening x how x now x wish, summed over the scam types
MOST_SHARED = 0.7  # Jaccard share of character bigrams
PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
PERSONAL = {"caller", "party", "phone", "agent"}
OTHER = {"relation", "trader", "item", "yen", "paid", "date", "area", "site", "bank", "account"}
PLACEHOLDERS = PERSONAL | OTHER
PHONE_LIKE = re.compile(r"0\d{1,4}[-(]?\d{1,4}[-)]?\d{4}")


def code_rows(name: str) -> list[dict[str, str]]:
    with (CODES_DATA / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def is_common(row: dict[str, str]) -> bool:
    return "common=1" in row["attributes"].split(";")


SCAM_TYPES = {row["code"]: is_common(row) for row in code_rows("scam_type")}
BLOCK_SETS: dict[str, dict[str, Any]] = {
    path.stem: json.loads(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.json"))
}
GOODS: dict[str, dict[str, str]] = {}
with (FOLDER.parent / "goods.csv").open(encoding="utf-8", newline="") as file:
    for row in csv.DictReader(file):
        GOODS.setdefault(row["scam"], {})[row["item"]] = row["product"]
each_set = pytest.mark.parametrize("code", sorted(BLOCK_SETS))


def blocks_of(code: str) -> list[str]:
    return [block for part in PARTS for block in BLOCK_SETS[code][part]]


def bare(text: str) -> str:
    """The text as it is compared: NFKC, no white space."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def bigrams(text: str) -> set[str]:
    plain = bare(text)
    return {plain[i : i + 2] for i in range(len(plain) - 1)}


def shared(one: set[str], other: set[str]) -> float:
    return len(one & other) / len(one | other)


def test_every_scam_type_has_its_blocks_and_no_file_is_left_over() -> None:
    assert set(BLOCK_SETS) == set(SCAM_TYPES)


@each_set
def test_a_file_has_the_agreed_shape(code: str) -> None:
    data = BLOCK_SETS[code]
    texts = [text for key in KEYS if key not in ("code", "sales", "yen", "says") for text in data[key]]

    assert tuple(data) == KEYS
    assert data["code"] == code
    assert all(isinstance(text, str) and text == text.strip() != "" for text in texts)
    assert min(len(set(data["items"])), len(set(data["traders"]))) >= 6


@each_set
def test_there_are_enough_blocks(code: str) -> None:
    least = COMMON_LEAST if SCAM_TYPES[code] else OTHER_LEAST

    short = {part: len(BLOCK_SETS[code][part]) for part in PARTS if len(BLOCK_SETS[code][part]) < least[part]}

    assert short == {}


@each_set
def test_the_amounts_are_low_typical_and_high_in_yen(code: str) -> None:
    low, typical, high = BLOCK_SETS[code]["yen"]

    assert all(type(yen) is int for yen in (low, typical, high))
    assert 0 < low < typical < high


@each_set
def test_the_products_are_codes_of_the_product_set(code: str) -> None:
    products = BLOCK_SETS[code]["products"]

    assert 1 <= len(products) <= 4
    assert len(products) == len(set(products))
    assert set(products) <= {row["code"] for row in code_rows("product")}


def said_in(code: str) -> list[tuple[str, int, dict[str, Any]]]:
    """(part, place, what the sentence there fixes)."""
    parts = BLOCK_SETS[code]["says"].items()
    return [(part, int(place), said) for part, places in parts for place, said in places.items()]


@each_set
def test_what_sentences_fix_belongs_to_sentences_that_are_there(code: str) -> None:
    lost = [(part, at) for part, at, _said in said_in(code) if at >= len(BLOCK_SETS[code][part])]

    assert lost == []
    assert all(said and set(said) <= SAID for _part, _at, said in said_in(code))
    assert "advice" not in BLOCK_SETS[code]["says"]


@each_set
def test_what_sentences_fix_are_codes_and_never_the_trick_itself(code: str) -> None:
    told = [said for _part, _at, said in said_in(code)]
    known = {name: {row["code"] for row in code_rows(name)} for name in ("sales_method", "issue_kind")}

    assert {said["sales"] for said in told if "sales" in said} <= known["sales_method"]
    assert {BLOCK_SETS[code]["sales"]} <= {"", *known["sales_method"]}
    assert {one for said in told for one in said.get("issues", ())} <= known["issue_kind"]
    assert {one for said in told for one in said.get("scams", ())} <= set(SCAM_TYPES) - {code}


@each_set
def test_all_goods_have_their_product(code: str) -> None:
    products = {row["code"] for row in code_rows("product")}
    named = {
        one for _part, _at, said in said_in(code) for key in ("items", "fits") for one in said.get(key, ())
    }

    assert named | set(BLOCK_SETS[code]["items"]) <= set(GOODS[code])
    assert set(GOODS[code].values()) <= products


@each_set
def test_a_sentence_with_a_place_for_goods_can_be_filled(code: str) -> None:
    meant = [
        set(said.get("items", ())) | set(said.get("fits", ()))
        for part, at, said in said_in(code)
        if "{item}" in BLOCK_SETS[code][part][at]
    ]

    assert all(not goods or goods & set(BLOCK_SETS[code]["items"]) for goods in meant)


@each_set
def test_only_known_placeholders_are_used(code: str) -> None:
    used = {name for block in blocks_of(code) for name in PLACEHOLDER.findall(block)}
    stray = [block for block in blocks_of(code) if re.search(r"[{}]", PLACEHOLDER.sub("", block))]

    assert used - PLACEHOLDERS == set()
    assert stray == []


@each_set
def test_names_and_goods_hold_no_placeholder(code: str) -> None:
    data = BLOCK_SETS[code]

    assert [text for text in data["items"] + data["traders"] if re.search(r"[{}]", text)] == []


@each_set
def test_no_block_carries_a_number_that_could_be_somebodys_telephone(code: str) -> None:
    assert [block for block in blocks_of(code) if PHONE_LIKE.search(bare(block))] == []


@each_set
def test_blocks_of_one_file_differ_clearly(code: str) -> None:
    grams = [(block, bigrams(block)) for block in blocks_of(code)]

    close = [
        (one, other)
        for (one, first), (other, second) in combinations(grams, 2)
        if shared(first, second) > MOST_SHARED
    ]

    assert close == []


def test_no_block_occurs_twice_in_any_file() -> None:
    counts = Counter(bare(block) for code in BLOCK_SETS for block in blocks_of(code))

    assert [block for block, count in counts.items() if count > 1] == []


def test_no_trader_name_is_used_by_two_scam_types() -> None:
    counts = Counter(bare(name) for data in BLOCK_SETS.values() for name in data["traders"])

    assert [name for name, count in counts.items() if count > 1] == []


def test_about_one_block_in_eight_names_a_person() -> None:
    everything = [block for code in BLOCK_SETS for block in blocks_of(code)]
    personal = [block for block in everything if PERSONAL & set(PLACEHOLDER.findall(block))]

    assert 0.09 <= len(personal) / len(everything) <= 0.17


def test_the_blocks_combine_to_many_distinct_narratives() -> None:
    narratives = sum(
        prod(len(data[part]) for part in ("opening", "how", "now", "wish")) for data in BLOCK_SETS.values()
    )

    assert narratives >= DISTINCT_NARRATIVES


@pytest.mark.parametrize(
    ("one", "other", "too_close"),
    [
        ("解約の電話が何度かけてもつながらない", "解約の電話が何度掛けてもつながらない。", True),
        ("解約の電話が何度かけてもつながらない", "届いた箱に請求書が入っていた", False),
    ],
)
def test_the_measure_of_closeness_tells_a_swapped_word_from_another_sentence(
    one: str, other: str, too_close: bool
) -> None:
    assert (shared(bigrams(one), bigrams(other)) > MOST_SHARED) is too_close
