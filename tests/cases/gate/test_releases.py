"""Releases over time: what the public and a member can compute from everything published, as scipy judges it."""

from dataclasses import replace

import pytest

from benchmarks.gate.year import AGES, Judge, Year, exposed, steps
from cases.gate import checker
from cases.gate.ledger import Audience, Axis, Counts, FrozenCountsChanged, Ledger, Sum
from cases.gate.releases import NotReleased, hidden_release, rounded_release
from cases.gate.rounding import COUNTS_LEFT, counts_between, rounded

ROWS = Axis("age", ("young", "old"))
COLUMNS = Axis("kind", ("A", "B", "C"))
EVERYBODY = frozenset(ROWS.codes)
LEDGER = Ledger({Audience.PUBLIC: 10, Audience.MEMBERS: 3})


def _ledger(*leaves: int) -> Ledger:
    return LEDGER.with_counts(Counts("ages", (ROWS, COLUMNS), leaves))


def _number(age: str | None, *kinds: str) -> Sum:
    return Sum("ages", (frozenset({age}) if age else EVERYBODY, frozenset(kinds)))


@pytest.mark.parametrize("to", [None, 5])
def test_four_months_quarters_and_an_unplanned_table_expose_nobody(to):
    made = list(steps(Year(3, kinds=3, months=4), to=to, seconds=2))

    assert sum(step.released is not None for step in made) >= 5
    for step in made:
        assert [exposed(step.ledger, reader) for reader in Audience] == [[], []]


def test_each_month_alone_would_have_told_what_the_union_hides():
    """The control: releases that do not know of each other are found out by the same judge."""
    year = Year(3, kinds=3, months=2)
    ages = year.by_age(2)
    empty = LEDGER.with_counts(ages)
    said = []
    for name, months in (("1", year.months[:1]), ("2", year.months[1:2]), ("both", year.months)):
        said += hidden_release(empty, name, Audience.MEMBERS, year.wanted(ages, months)).statements

    assert exposed(empty.with_statements(said), Audience.MEMBERS)


def test_what_published_numbers_leave_over_is_refused():
    wanted = [_number("old", "A", "B"), _number("old", "A", "B", "C")]
    before = hidden_release(_ledger(20, 30, 40, 50, 60, 1), "first", Audience.MEMBERS, wanted)
    assert [said.is_hidden for said in before.statements] == [False, False]
    with pytest.raises(NotReleased, match="少ない件数が1か所"):
        hidden_release(before.ledger, "second", Audience.MEMBERS, [_number("old", "C")])


def test_members_may_read_what_the_public_may_not_and_the_public_nothing_that_exposes_to_members():
    ledger = _ledger(20, 5, 40, 50, 60, 70)
    wanted = [_number("young", kind) for kind in "ABC"]

    members = hidden_release(ledger, "members", Audience.MEMBERS, wanted)
    public = hidden_release(members.ledger, "public", Audience.PUBLIC, wanted)

    assert [said.low for said in members.statements] == [20, 5, 40]
    assert [said.low for said in public.statements] == [20, None, 40]
    assert public.intervals[Audience.MEMBERS, wanted[1]] == (5.0, 5.0)
    assert public.intervals[Audience.PUBLIC, wanted[1]] == (0.0, None)


def test_a_number_that_was_hidden_stays_hidden_and_one_that_was_printed_stays_printed():
    ledger = _ledger(20, 1, 40, 50, 60, 70)
    wanted = [_number("young", "A"), _number("young", "B")]

    first = hidden_release(ledger, "first", Audience.PUBLIC, wanted)
    again = hidden_release(first.ledger, "again", Audience.PUBLIC, wanted)

    assert [said.low for said in again.statements] == [said.low for said in first.statements] == [20, None]


def test_tables_of_the_same_cases_are_tied_by_the_margins_they_share():
    # All of kind A by age add up to what the table of districts prints: the small one is what is left.
    districts = Counts("districts", (Axis("district", ("north", "south")), COLUMNS), (11, 45, 50, 10, 45, 60))
    ledger = _ledger(20, 30, 40, 1, 60, 70).with_counts(districts)
    whole = Sum("districts", (frozenset({"north", "south"}), frozenset({"A"})))
    first = hidden_release(ledger, "ages", Audience.PUBLIC, [_number("young", "A"), _number("old", "A")])

    second = hidden_release(first.ledger, "districts", Audience.PUBLIC, [whole])

    assert [said.low for said in first.statements] == [20, None]
    assert second.statements[0].is_hidden
    assert exposed(second.ledger, Audience.PUBLIC) == []


def test_counts_behind_a_release_do_not_change_but_may_grow():
    year = Year(1, kinds=3, months=3)
    ledger = LEDGER.with_counts(year.by_age(2))
    changed = replace(year.by_age(3), leaves=(99, *year.by_age(3).leaves[1:]))

    assert ledger.with_counts(year.by_age(3)).table("ages").axes[0] == AGES
    with pytest.raises(FrozenCountsChanged):
        ledger.with_counts(changed)


def test_what_the_checker_does_not_believe_is_not_released(monkeypatch):
    ledger, wanted = _ledger(20, 1, 40, 50, 60, 70), [_number("young", "B")]
    believed = hidden_release(ledger, "first", Audience.PUBLIC, wanted)
    monkeypatch.setattr(checker, "exposed_in_union", lambda *_: wanted)

    assert believed.statements[0].is_hidden
    with pytest.raises(NotReleased):
        hidden_release(ledger, "first", Audience.PUBLIC, wanted)


def test_the_checker_believes_no_table_that_breaks_what_was_read():
    ledger = _ledger(20, 1, 40, 50, 60, 70)
    release = hidden_release(ledger, "first", Audience.PUBLIC, [_number("young", "A"), _number("young", "B")])
    small = _number("young", "B")

    assert checker.exposed_in_union(release.ledger, Audience.PUBLIC, {small: [{1: 9}]}) == []
    assert checker.exposed_in_union(release.ledger, Audience.PUBLIC, {small: [{1: 9, 0: 1}]}) == [small]
    assert checker.exposed_in_union(release.ledger, Audience.PUBLIC, {small: [{1: 9, 2: -41}]}) == [small]


@pytest.mark.parametrize(
    ("count", "to", "printed"),
    [
        (0, 5, ("0～4", 0, 4)), (4, 5, ("0～4", 0, 4)), (5, 5, ("5", 5, 7)), (7, 5, ("5", 5, 7)), (8, 5, ("10", 8, 12)),
        (4, 10, ("0～4", 0, 4)), (5, 10, ("10", 5, 14)), (14, 10, ("10", 5, 14)), (15, 10, ("20", 15, 24)),
    ],
)  # fmt: skip
def test_what_is_printed_for_a_count(count, to, printed):
    found = rounded(count, to)

    assert (found.printed, found.low, found.high) == printed


@pytest.mark.parametrize("to", [5, 10])
def test_every_count_lies_in_the_bounds_of_what_is_printed_and_no_other_is_printed_for_them(to):
    for count in range(200):
        found = rounded(count, to)
        assert found.low <= count <= found.high
        assert {rounded(n, to).printed for n in range(found.low, found.high + 1)} == {found.printed}
        assert found.high - found.low + 1 >= COUNTS_LEFT[to]


def test_other_steps_are_refused():
    with pytest.raises(ValueError, match="5 or 10"):
        rounded(7, 3)


@pytest.mark.parametrize("to", [5, 10])
def test_behind_every_rounded_number_enough_counts_are_left_over_all_releases(to):
    year = Year(5, cases_a_month=60, kinds=3, months=2)
    ages = year.by_age(2)
    ledger = LEDGER.with_counts(ages)
    for name, months in (("1", year.months[:1]), ("2", year.months[1:]), ("both", year.months)):
        ledger = rounded_release(ledger, name, Audience.MEMBERS, year.wanted(ages, months), to=to).ledger
    judge = Judge(ledger, Audience.MEMBERS)

    left = [counts_between(*judge.bounds(said.of)) for said in ledger.statements]

    assert min(left) >= COUNTS_LEFT[to]
    assert any(said.is_hidden for said in ledger.statements) or to == 5


def test_an_exact_release_leaves_enough_counts_behind_what_was_rounded():
    ledger = _ledger(20, 30, 40, 50, 60, 70)
    first = rounded_release(ledger, "rounded", Audience.PUBLIC, [_number("young", "A")], to=5)

    wanted = [_number("young", "A"), _number("old", "A"), _number(None, "A")]
    second = hidden_release(first.ledger, "exact", Audience.PUBLIC, wanted)

    assert second.statements[0].rounded_to == 5
    assert sum(said.is_hidden for said in second.statements) == 1
    assert counts_between(*Judge(second.ledger, Audience.PUBLIC).bounds(_number("young", "A"))) >= 3
