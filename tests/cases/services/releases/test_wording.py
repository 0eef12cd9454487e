"""Why a number is not printed, in words: where it stands, and what would be told by it."""

import pytest

from cases.figures.releases.cells import TOTAL, Heading
from cases.figures.releases.laying import Laid
from cases.figures.releases.union import Number, SideBySide
from cases.figures.releases.wording import Words
from cases.gate.ledger import Audience, Ledger, Sum
from cases.gate.reasons import Means, Reason, Why

ROWS, ACROSS = ("70代", "80代"), ("女性", "男性")
DAYS = ((0, 30),)


def number(row: int, column: int) -> Number:
    return Number(
        ("age", "sex"), tuple(None if at == 2 else frozenset({str(at)}) for at in (row, column)), DAYS
    )


def sum_of(row: int, column: int) -> Sum:
    return Sum("t", (frozenset({f"r{row}"}), frozenset({f"c{column}"})))


@pytest.fixture
def words() -> Words:
    """Two rows and two columns with their totals, which members read."""
    total = (Heading(TOTAL, "合計", is_total=True),)
    rows, across = (tuple(Heading(label, label) for label in labels) + total for labels in (ROWS, ACROSS))
    numbers = tuple(tuple((number(r, c),) for c in range(3)) for r in range(3))
    sums = {number(r, c): sum_of(r, c) for r in range(3) for c in range(3)}
    laid = Laid(None, ("年代", "性別"), (rows, across, total), numbers)
    return Words(laid, SideBySide(Ledger({}), sums), Audience.PUBLIC, 10)


@pytest.mark.parametrize(
    ("at", "reason", "told"),
    [
        ((0, 0), Reason(Why.SMALL), "10件未満のため"),
        ((0, 0), Reason(Why.BEFORE), "前の公表で非公表にした数のため"),
        ((0, 0), Reason(Why.CAUTION), "少ない件数が分からないと確かめきれないため"),
        ((0, 0), Reason(Why.GIVES_AWAY, sum_of(0, 1)), "この行の合計から、「男性」の数が分かるため"),
        ((0, 0), Reason(Why.GIVES_AWAY, sum_of(1, 0)), "この列の合計から、「80代」の数が分かるため"),
        ((0, 0), Reason(Why.GIVES_AWAY, sum_of(1, 1)), "合計とほかの数から、「80代 × 男性」の数が分かるため"),
        ((0, 2), Reason(Why.GIVES_AWAY, sum_of(0, 1)), "この合計とほかの数から、「男性」の数が分かるため"),
        (
            (0, 0),
            Reason(
                Why.GIVES_AWAY, sum_of(0, 1), reader=Audience.MEMBERS, means=frozenset({Means.OTHER_TABLE})
            ),
            "構成員には、ほかの表と合わせると、「男性」の数が分かるため",
        ),
        (
            (0, 0),
            Reason(Why.GIVES_AWAY, Sum("other", ()), releases=("",)),
            "前の公表と合わせると、前に公表した表の少ない件数の数が分かるため",
        ),
    ],
)
def test_each_reason_has_words_for_who_looks_at_the_table(words, monkeypatch, at, reason, told):
    monkeypatch.setattr("cases.figures.releases.wording._numbered", lambda _uids: {})

    assert words.of_all({sum_of(*at): reason}) == {number(*at): told}
