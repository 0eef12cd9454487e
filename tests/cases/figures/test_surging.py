"""The cells of a centre, counted from facts, and a wave among them that becomes a card."""

from datetime import date, timedelta

import numpy as np
import pytest

from cases.figures import breaks, facts, surging
from cases.models import CaseFact
from cases.records.codes import Kind
from cases.surges import cards, rules
from cases.surges.panel import Cell

TODAY = date(2026, 11, 20)  # a Friday


@pytest.fixture
def history(make_case):
    """Cases of one 手口: so many in each week, the last one ending today."""

    def make(scam, weekly, **given):
        facts.record(
            (make_case(received_on=TODAY - timedelta(weeks=ago, days=n % 4), **given), scam, [])
            for ago, count in enumerate(reversed(weekly))
            for n in range(count)
        )

    return make


def cells(found):
    return dict(zip(found.panel.cells, found.panel.counts, strict=True))


def test_each_case_is_counted_in_every_cell_that_holds_it(history, centre):
    history("INSPECTION", [2, 0, 3], party_age=70, party_area="A01")
    history("INSPECTION", [0, 1], party_age=None, party_area="A01")
    history("SUPPORT_SCAM", [1], party_age=40, party_area="OUTSIDE")

    found = surging.watched(centre.pk, TODAY)

    assert {cell: row.tolist() for cell, row in cells(found).items()} == {
        Cell(): [2, 0, 5],
        Cell("INSPECTION"): [2, 0, 4],
        Cell("INSPECTION", "65_OVER"): [2, 0, 3],
        Cell("INSPECTION", "65_OVER", "A01"): [2, 0, 3],
        Cell("SUPPORT_SCAM"): [0, 0, 1],
        Cell("SUPPORT_SCAM", "30_64"): [0, 0, 1],
    }
    assert (found.cases, found.typed, found.as_of) == (5, 5, CaseFact.objects.latest("seq").seq)


def test_what_is_not_typed_yet_counts_in_the_whole_alone_and_is_said(history, centre):
    history("INSPECTION", [3])
    history("UNCLASSIFIED", [1])

    found = surging.watched(centre.pk, TODAY)

    assert (found.cases, found.typed) == (4, 3)
    assert set(cells(found)) == {Cell(), Cell("INSPECTION")}


def test_a_moment_can_be_judged_again_as_it_was_known_then(history, centre):
    history("INSPECTION", [1, 2])
    then = surging.watched(centre.pk, TODAY)
    history("INSPECTION", [4])

    assert (
        surging.watched(centre.pk, TODAY, as_of=then.as_of).panel.counts.tolist()
        == then.panel.counts.tolist()
    )
    assert surging.watched(centre.pk, TODAY).cases == 6


def test_an_erased_case_is_spread_over_its_month(history, centre):
    history("INSPECTION", [1] * 8)
    CaseFact.objects.filter(received_on__month=10).update(source="ERASED", received_on=date(2026, 10, 1))

    row = cells(surging.watched(centre.pk, TODAY))[Cell("INSPECTION")]

    of_october = CaseFact.objects.filter(source="ERASED").count()
    assert row.sum() == pytest.approx(8 - of_october * 2 / 31, abs=of_october * 3 / 31)
    assert row.max() <= of_october * 7 / 31 + 1


def test_open_days_leave_out_holidays_and_the_turn_of_the_year(history, centre):
    history("INSPECTION", [1] * 50)

    panel = surging.watched(centre.pk, TODAY).panel

    assert panel.open_days[-1] == 5
    assert panel.open_days.min() == 0  # 27 December, a Saturday, to 2 January
    assert len(panel.open_days) == 50


def test_before_a_break_of_a_code_nothing_is_compared(history, centre, monkeypatch):
    history("INSPECTION", [1] * 50)
    history("SUPPORT_SCAM", [1] * 50)
    known = breaks.Break(TODAY - timedelta(weeks=10), Kind.SCAM_TYPE, "-", frozenset({"INSPECTION"}))
    monkeypatch.setattr(breaks, "KNOWN", (known,))

    panel = surging.watched(centre.pk, TODAY).panel

    since = dict(zip([cell.scam for cell in panel.cells], panel.since.tolist(), strict=True))
    assert since == {"": 0, "INSPECTION": 40, "SUPPORT_SCAM": 0}


def test_a_wave_among_years_of_cases_is_one_card(history, centre):
    weeks = 3 * 52
    rng = np.random.default_rng(3)
    history("SUPPORT_SCAM", rng.poisson(22, weeks).tolist(), party_age=50, party_area="A02")
    history("INSPECTION", [*rng.poisson(1, weeks - 2).tolist(), 9, 11], party_age=78, party_area="A01")

    found = rules.judged(surging.watched(centre.pk, TODAY).panel)

    assert not found.is_small_centre
    assert [card.cell for card in cards.cards(found)] == [Cell("INSPECTION")]


def test_a_centre_without_cases_has_nothing_to_watch(centre):
    assert surging.watched(centre.pk, TODAY) is None


def test_reading_the_cells_takes_the_same_queries_however_many(
    history, centre, django_assert_max_num_queries
):
    history("INSPECTION", [5] * 5)

    with django_assert_max_num_queries(6):
        surging.watched(centre.pk, TODAY)
