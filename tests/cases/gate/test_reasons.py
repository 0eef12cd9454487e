"""Why a number is not printed, as scipy sees it."""

from itertools import product

from benchmarks.gate.year import THRESHOLDS, exposed
from cases.gate.ledger import Audience, Axis, Counts, Ledger, Statement, Sum
from cases.gate.reasons import Means, Reason, Why, reasons
from cases.gate.releases import hidden_release, rounded_release

AGES = Axis("age", ("-39", "40-64", "65-74", "75-"))
KINDS = Axis("kind", ("A", "B", "C"))
SENIORS = frozenset({"65-74", "75-"})
LEAVES = (20, 31, 44, 50, 62, 70, 25, 1, 33, 40, 52, 61)  # one small count: 65-74, B
PUBLIC = Audience.PUBLIC


def _number(ages: str | frozenset[str], *kinds: str) -> Sum:
    return Sum("ages", (frozenset({ages}) if isinstance(ages, str) else ages, frozenset(kinds)))


def _ledger(*leaves: int) -> Ledger:
    return Ledger(THRESHOLDS).with_counts(Counts("ages", (AGES, KINDS), leaves or LEAVES))


def _whole_table() -> list[Sum]:
    ages = [*(frozenset({age}) for age in AGES.codes), frozenset(AGES.codes), SENIORS]
    kinds = [*((kind,) for kind in KINDS.codes), KINDS.codes]
    return [_number(age, *kind) for age, kind in product(ages, kinds)]


def _shown(ledger: Ledger, of: Sum) -> Statement:
    return Statement("for the sake of argument", PUBLIC, of, ledger.value(of), ledger.value(of))


def test_each_number_is_hidden_for_itself_or_because_a_judge_could_tell_a_small_one_from_it():
    ledger = _ledger()
    released = hidden_release(ledger, "table", PUBLIC, _whole_table())

    why = reasons(ledger, released, PUBLIC)

    assert {of for of, reason in why.items() if reason.why is Why.SMALL} == {_number("65-74", "B")}
    others = {of: reason for of, reason in why.items() if reason.why is Why.GIVES_AWAY}
    assert len(others) == len(why) - 1 >= 3
    for of, reason in others.items():
        assert reason.exposes == _number("65-74", "B")
        assert reason.interval == (1.0, 1.0)
        assert reason.means & {Means.TOTAL, Means.SUBTOTAL}
        shown_again = released.ledger.with_statements([_shown(ledger, of)])
        assert exposed(shown_again, PUBLIC) == [reason.exposes]


def test_the_printed_numbers_that_are_named_are_enough_and_without_the_number_itself_they_tell_nothing():
    ledger = _ledger()
    why = reasons(ledger, hidden_release(ledger, "table", PUBLIC, _whole_table()), PUBLIC)

    for of, reason in why.items():
        if reason.exposes is None:
            continue
        named = [_shown(ledger, one) for one in reason.through]
        asked = Statement("asked", Audience.MEMBERS, reason.exposes)
        assert exposed(ledger.with_statements([*named, asked]), PUBLIC) == []
        assert exposed(ledger.with_statements([*named, asked, _shown(ledger, of)]), PUBLIC) == [
            reason.exposes
        ]


def test_a_row_and_its_total_are_told_apart_from_a_column_and_its_subtotal():
    row = [_number("65-74", "A"), _number("65-74", "B"), _number("65-74", *"AB")]
    column = [_number("65-74", "B"), _number("75-", "B"), _number(SENIORS, "B")]
    found = []
    for wanted in (row, column):
        ledger = _ledger()
        why = reasons(ledger, hidden_release(ledger, "some", PUBLIC, wanted), PUBLIC)
        (one,) = [reason for reason in why.values() if reason.why is Why.GIVES_AWAY]
        found.append((one.along, one.means))

    assert found == [
        (("kind",), frozenset({Means.SUBTOTAL})),
        (("age",), frozenset({Means.SUBTOTAL})),
    ]


def test_what_an_earlier_release_left_over_is_named_with_that_release():
    ledger = _ledger()
    first = hidden_release(ledger, "April", PUBLIC, [_number("65-74", *"ABC"), _number("65-74", "A")])
    second = hidden_release(first.ledger, "May", PUBLIC, [_number("65-74", "B"), _number("65-74", "C")])
    third = hidden_release(second.ledger, "June", PUBLIC, [_number("65-74", "C")])

    assert reasons(first.ledger, second, PUBLIC)[_number("65-74", "C")] == Reason(
        Why.GIVES_AWAY,
        exposes=_number("65-74", "B"),
        reader=PUBLIC,
        interval=(1.0, 1.0),
        through=(_number("65-74", "A"), _number("65-74", *"ABC")),
        along=("kind",),
        means=frozenset({Means.TOTAL, Means.CELLS, Means.EARLIER}),
        releases=("April",),
    )
    assert reasons(second.ledger, third, PUBLIC) == {
        _number("65-74", "C"): Reason(Why.BEFORE, releases=("May",))
    }


def test_a_rounded_number_is_withheld_because_of_the_count_that_it_would_tell():
    ledger = _ledger()
    before = hidden_release(ledger, "exact", PUBLIC, [_number(SENIORS, *"ABC"), _number("75-", *"ABC")])
    wanted = [_number("65-74", *"ABC"), _number("-39", *"ABC")]
    released = rounded_release(before.ledger, "rounded", PUBLIC, wanted, to=10)

    why = reasons(before.ledger, released, PUBLIC)

    assert why == {
        wanted[0]: Reason(
            Why.GIVES_AWAY,
            exposes=wanted[0],
            reader=PUBLIC,
            interval=(59.0, 59.0),
            through=(_number(SENIORS, *"ABC"), _number("75-", *"ABC")),
            means=frozenset({Means.SUBTOTAL, Means.CELLS, Means.EARLIER}),
            releases=("exact",),
        )
    }


def test_when_the_time_is_up_no_reason_is_made_up():
    ledger = _ledger()
    released = hidden_release(ledger, "table", PUBLIC, _whole_table())

    why = reasons(ledger, released, PUBLIC, seconds=0)

    assert {reason.why for reason in why.values()} == {Why.SMALL, Why.CAUTION}
