"""Which codes to print as one: neighbours alone, and as few hidden as a release of them would have."""

import pytest

from cases.figures.releases import advising, reading
from cases.figures.releases.asking import Merged
from cases.figures.releases.cells import TOTAL, Heading
from cases.figures.releases.laying import Laid
from cases.figures.releases.union import Number
from cases.services import releases
from tests.cases.services.releases.conftest import work


def laid(asked, rows: str, codes: list[str]) -> Laid:
    """A table of one dimension over these codes; its numbers differ by their words alone."""
    headings = tuple(Heading(code, code) for code in codes)
    numbers = [Number(("x",), (frozenset({code}),), ((0, 1),)) for code in codes]
    whole = Number(("x",), (None,), ((0, 1),))
    total = (Heading(TOTAL, "合計", is_total=True),)
    return Laid(
        asked(rows),
        ("x",),
        ((*headings, *total), total, total),
        tuple(((one,),) for one in [*numbers, whole]),
    )


@pytest.mark.parametrize(
    ("rows", "codes", "pairs"),
    [
        ("age_band", ["20S", "30S", "40S", ""], [("20S", "30S"), ("30S", "40S")]),
        ("month", ["2026-04", "2026-05", "2026-06"], [("2026-04", "2026-05"), ("2026-05", "2026-06")]),
        ("age_band", ["20S", "30S"], []),  # together they are the total
        ("scam_main", ["INSPECTION", "PHISHING", "ROMANCE"], []),  # no order
        ("age_band", ["20S+30S", "40S", "50S"], [("20S", "30S", "40S"), ("40S", "50S")]),
    ],
)
def test_neighbours_alone_are_tried_those_with_most_hidden_numbers_first(asked, rows, codes, pairs):
    table = laid(asked, rows, codes)

    found = list(advising._pairs(table, frozenset(number for number in table.flat[:1])))

    assert [pair.codes for pair in found] == pairs
    assert [pair.touched for pair in found] == [1, *[0] * (len(pairs) - 1)][: len(pairs)]


def test_the_merge_that_hides_least_comes_first_and_a_release_of_it_hides_as_many(
    state, asked, judged, manager
):
    for age, count in (("30S", 12), ("60_64", 3), ("65_69", 4), ("70_74", 40), ("85_OVER", 2)):
        for sex, share in (("FEMALE", 3), ("MALE", 1)):
            state(count * share, party_age_band=age, party_sex=sex)
    question = asked("age_band", "sex")
    release = judged(question)
    before = reading.hidden_count(release)

    found = reading.merges(release)

    assert found
    assert [one.hidden for one in found] == sorted(one.hidden for one in found)
    best = found[0]
    merged = asked("age_band", "sex", merged=(Merged(best.dimension, best.codes),))
    again = work(releases.revise(release.uid, asked=[merged], by=manager))
    assert reading.hidden_count(again) == best.hidden == before - best.fewer
