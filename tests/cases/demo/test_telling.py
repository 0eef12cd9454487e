"""Stories that hang together, and codes that follow from their words."""

from collections import Counter
from datetime import date
from random import Random

import pytest

from cases.demo import generator, telling
from cases.demo.sentences import Blocks, Says, blocks
from cases.demo.telling import Thread

ROOF = "瓦がずれていると男が訪ねてきた。"
CALLED = "電話で分電盤を見に行くと言われた。"
SCARED = "このままでは雨が漏ると言われた。"
CHEAP = "{item}が今日なら半額だと言われた。"
QUIET = "家族に知られたくない。"
REPEATED = "次々に別の工事を勧められ、解約したい。"

SOURCE = Blocks(
    items=("屋根瓦の補修工事", "分電盤の交換"),
    products=("WORKS", "ROOFING"),
    sales="DOOR_TO_DOOR",
    traders=("あの店",),
    parts={},
    yen=(1, 2, 3),
    says={
        ROOF: Says(items=frozenset({"屋根瓦の補修工事"}), sales="DOOR_TO_DOOR", issues=("SALES_PRACTICE",)),
        CALLED: Says(items=frozenset({"分電盤の交換"}), sales="TELEMARKETING", issues=("SALES_PRACTICE",)),
        SCARED: Says(fits=frozenset({"屋根瓦の補修工事", "雨どいの修理"})),
        REPEATED: Says(scams=("SERIAL_SALES",), issues=("SALES_PRACTICE", "CONTRACT")),
    },
)


@pytest.fixture(autouse=True)
def careful(monkeypatch):
    """A coder who leaves nothing out and writes nothing that was not said."""
    monkeypatch.setattr(telling, "OMITTED", 0.0)
    monkeypatch.setattr(telling, "KNOWN_UNSAID", 0.0)


def thread(*sentences: str) -> Thread:
    one = Thread("INSPECTION", SOURCE)
    for sentence in sentences:
        one.add(sentence)
    return one


def coded(*sentences: str):
    return thread(*sentences).codes(Random(1))


@pytest.mark.parametrize(
    ("said", "sentence", "is_allowed"),
    [
        (ROOF, SCARED, True),
        (CALLED, SCARED, False),
        (ROOF, CALLED, False),
        (QUIET, CALLED, True),
        (SCARED, CHEAP, True),
    ],
)
def test_a_sentence_that_contradicts_the_others_is_not_told(said, sentence, is_allowed):
    assert thread(said).allows(sentence) is is_allowed


def test_goods_are_named_only_as_the_list_names_them():
    source = Blocks(**{**SOURCE.__dict__, "items": ("分電盤の交換",)})
    one = Thread("INSPECTION", source)
    one.add(ROOF)

    assert one.allows(CHEAP) is False
    assert one.allows(QUIET) is True


def test_a_pick_is_one_that_fits_and_any_where_none_does():
    assert {thread(CALLED).pick(Random(n), [SCARED, QUIET]) for n in range(20)} == {QUIET}
    assert thread(CALLED).pick(Random(1), [SCARED]) == SCARED
    assert thread(ROOF).pick(Random(1), [QUIET, SCARED], leave_out=QUIET) == SCARED


@pytest.mark.parametrize(
    ("sentences", "item", "product", "sales"),
    [
        ([ROOF], "屋根瓦の補修工事", "ROOFING", "DOOR_TO_DOOR"),
        ([CALLED, QUIET], "分電盤の交換", "ELECTRICAL_EQUIPMENT", "TELEMARKETING"),
        ([SCARED, CHEAP], "屋根瓦の補修工事", "ROOFING", "DOOR_TO_DOOR"),
        ([SCARED], "", "ROOFING", "DOOR_TO_DOOR"),
        ([QUIET], "", "WORKS", "DOOR_TO_DOOR"),
    ],
)
def test_goods_product_and_sales_method_follow_from_what_is_told(sentences, item, product, sales):
    codes = coded(*sentences)

    assert (codes.item, codes.product, codes.sales) == (item, product, sales)


def test_further_codes_are_those_that_were_told_the_oftenest_told_first():
    codes = coded(ROOF, REPEATED, QUIET)

    assert (codes.scams, codes.issues) == (("SERIAL_SALES",), ("SALES_PRACTICE", "CONTRACT"))


def test_a_story_that_tells_no_issue_has_the_usual_one_of_its_trick():
    assert coded(QUIET).issues == ("SALES_PRACTICE",)


def test_what_nobody_can_know_is_left_to_dice():
    source = Blocks(**{**SOURCE.__dict__, "sales": ""})

    assert Thread("INSPECTION", source).codes(Random(1)).sales == ""


def test_a_coder_sometimes_leaves_a_further_code_out_and_never_the_first(monkeypatch):
    monkeypatch.setattr(telling, "OMITTED", 0.5)
    several = [thread(ROOF, REPEATED).codes(Random(n)) for n in range(200)]

    kept = Counter((len(codes.scams), len(codes.issues)) for codes in several)
    assert set(kept) == {(0, 1), (0, 2), (1, 1), (1, 2)}
    assert {codes.issues[0] for codes in several} == {"SALES_PRACTICE"}


def test_no_made_up_story_contradicts_itself(monkeypatch):
    """Every sentence of 1,500 cases fits those before it."""
    forced = []
    pick = Thread.pick

    def watched(self, rng, options, leave_out=""):
        if not any(one != leave_out and self.allows(one) for one in options):
            forced.append(options)
        return pick(self, rng, options, leave_out)

    monkeypatch.setattr(Thread, "pick", watched)
    cases = list(generator.entries(1500, 3, date(2026, 11, 23)))

    assert len(cases) == 1500
    assert forced == []


@pytest.mark.parametrize(
    ("scam", "opening", "sales", "product"),
    [
        ("INSPECTION", 0, "DOOR_TO_DOOR", "ROOFING"),
        ("OPTICAL_SWITCH", 2, "STORE", "OPTICAL_FIBRE"),
        ("ENERGY_SWITCH", 2, "TELEMARKETING", "ELECTRICITY"),
        ("PHISHING", 0, "UNKNOWN", "PARCEL_DELIVERY"),
        ("UNCLASSIFIED", 2, "UNKNOWN", "REMOVALS"),
    ],
)
def test_the_shipped_sentences_fix_what_a_counsellor_would_code(scam, opening, sales, product):
    source = blocks(scam)
    one = Thread(scam, source)
    one.add(source.parts["opening"][opening])

    codes = one.codes(Random(1))
    assert codes.sales == sales
    assert codes.product == product or "{item}" in source.parts["opening"][opening]
