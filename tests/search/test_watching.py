"""A document asked by itself gives the same answer as an engine that holds it."""

import uuid
from datetime import date
from random import Random

from search.backends.base import Document, Filters, Order, WordQuery
from search.backends.sqlite import SqliteBackend
from search.watching import fits, within

TERMS = [bytes([letter]) * 5 for letter in b"abcde"]


def _document(dice, number):
    closed = dice.random() < 0.5
    return Document(
        uuid.UUID(int=number), 1, dice.choice([1, 2]), date(2026, 4, dice.randint(1, 9)),
        b"".join(dice.choices(TERMS, k=dice.randint(1, 8))),
        scams=tuple(dice.sample(["X", "Y", "Z"], dice.randint(1, 3))), product=dice.choice(["", "P", "Q"]),
        sales_method=dice.choice(["", "M"]), age_band=dice.choice(["70S", "UNKNOWN"]),
        outcome="ADVICE" if closed else "", is_open=not closed, contract_yen=dice.choice([None, 0, 100, 200]),
    )  # fmt: skip


def _filters(dice):
    def some(values, share=0.25):
        return dice.sample(values, 1) if dice.random() < share else ()

    def perhaps(value):
        return value if dice.random() < 0.2 else None

    return Filters(
        centres=dice.choice([[1], [2], [1, 2], ()]), scams=some(["X", "Y"]), main_scams=some(["X", "Z"]),
        products=some(["P", "Q"]), sales_methods=some(["M"]), age_bands=some(["70S"]), outcomes=some(["ADVICE"]),
        is_open=perhaps(dice.random() < 0.5), received_from=perhaps(date(2026, 4, 4)),
        received_before=perhaps(date(2026, 4, 7)), contract_yen_from=perhaps(100), contract_yen_to=perhaps(100),
        leave_out=perhaps(uuid.UUID(int=3)),
    )  # fmt: skip


def _query(dice):
    def phrases(most):
        return tuple(tuple(dice.choices(TERMS, k=dice.randint(1, 2))) for _n in range(dice.randint(0, most)))

    wanted = phrases(2)
    return WordQuery(wanted or ((dice.choice(TERMS),),), phrases(1))


def test_a_document_fits_exactly_where_an_engine_finds_it(tmp_path):
    dice = Random(20261126)
    documents = [_document(dice, number) for number in range(60)]
    engine = SqliteBackend(tmp_path / "engine.sqlite3", "v1")
    engine.wipe()
    engine.put(documents)
    engine.complete()
    hits = 0
    for _question in range(300):
        query, filters = _query(dice), _filters(dice)
        found = engine.find(query, filters, Order.NEWEST, limit=100)
        fitting = {document.uid for document in documents if fits(document, query, filters)}
        assert set(found.uids) == fitting
        hits += len(fitting)

    assert hits > 100


def test_conditions_alone_decide_without_a_query_and_a_scope_is_never_widened():
    document = _document(Random(1), 1)
    here, there = {document.centre}, {3 - document.centre}

    assert fits(document, None, within(Filters(), here))
    assert not fits(document, None, within(Filters(), there))
    assert not fits(document, None, within(Filters(centres=[document.centre]), there))
