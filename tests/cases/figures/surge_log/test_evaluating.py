"""Weeks judged and kept: what an evaluation says, that it comes again from its inputs, and that none is changed."""

import json
import uuid
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command

from cases.figures.surge_log import evaluating, joining, packing, reading
from cases.figures.surge_log.evaluating import Reproduced, evaluate, evaluate_weeks
from cases.models import SurgeBreak, SurgeCard, SurgeEvaluation, SurgeInputs, SurgeSettings, SurgeWave
from cases.surges.panel import Cell
from tests.cases.figures.surge_log.conftest import TODAY


def cells(evaluation):
    return [card.cell for card in evaluation.cards.all()]


def test_an_evaluation_says_what_alarms_and_what_it_was_judged_from(busy, history):
    history("INSPECTION", [9], party_age=78, party_area="A01")
    history("UNCLASSIFIED", [3])

    found = evaluate(busy, TODAY)

    card = found.cards.get()
    assert (card.cell, card.wave.cell) == (Cell("INSPECTION"), Cell("INSPECTION"))
    assert (card.week_count, card.basis, card.years) == (9, "PAST_YEARS", 2)
    assert card.week_mean < card.week_upper < card.week_count
    assert 0 < float(card.probability) < 1e-4
    assert [part["area"] for part in card.parts] == ["", "A01"]
    assert 0 < card.fewer_would_end < 9
    assert found.typed == found.cases - 3
    assert found.evaluated == found.cells == 7
    assert (found.is_small_centre, found.rules["false_share"]) == (False, 0.2)


def test_the_same_code_says_the_same_of_the_same_inputs_to_the_last_bit(busy, history, capsys):
    history("INSPECTION", [9], party_age=78, party_area="A01")
    evaluate_weeks(busy, TODAY)

    rows = SurgeEvaluation.objects.all()

    assert [evaluating.reproduced(row) for row in rows] == [Reproduced.SAME] * 4
    assert SurgeInputs.objects.count() == 1
    call_command("surge_check", "--centre", busy.code)
    assert json.loads(capsys.readouterr().out)["same"] == 4


@pytest.mark.parametrize("what", ["card", "inputs", "engine", "none"])
def test_what_was_changed_or_cannot_be_computed_again_is_told_apart(busy, history, capsys, what):
    history("INSPECTION", [9], party_age=78, party_area="A01")
    row = evaluate(busy, TODAY)
    match what:
        case "card":
            SurgeCard.objects.update(week_mean=row.cards.get().week_mean * (1 + 1e-15))
            expected = Reproduced.DIFFERENT
        case "inputs":
            other = packing.pack(evaluating.panel_of(row).until(100))[1]
            SurgeInputs.objects.update(content=other)
            expected = Reproduced.DIFFERENT
        case "engine":
            SurgeEvaluation.objects.update(engine="0.0.1 another numpy 1")
            expected = Reproduced.OTHER_ENGINE
        case _:
            SurgeInputs.objects.all().delete()
            expected = Reproduced.NO_INPUTS

    row = SurgeEvaluation.objects.get()

    assert evaluating.reproduced(row) is expected
    if expected is Reproduced.DIFFERENT:
        with pytest.raises(CommandError):
            call_command("surge_check")
        assert json.loads(capsys.readouterr().out)["differ"] == [str(row.uid)]
    assert (reading.line(row.cards.get(), weeks=3) == []) is (what in ("inputs", "none"))


def test_a_week_that_was_typed_late_gets_another_evaluation_and_keeps_the_first(busy, history):
    first = evaluate(busy, TODAY)
    assert cells(first) == []
    history("INSPECTION", [9], party_age=78, party_area="A01")

    again = evaluate_weeks(busy, TODAY + timedelta(weeks=2))

    assert [row.week_ends for row in again] == [TODAY + timedelta(weeks=n) for n in (-1, 0, 1, 2)]
    of_the_week = reading.evaluations_of(busy, TODAY)
    assert [cells(row) for row in of_the_week] == [[Cell("INSPECTION")], []]
    assert of_the_week[1] == first
    assert of_the_week[0].as_of > first.as_of


def test_the_same_inputs_by_the_same_rules_are_judged_once(busy):
    first = evaluate(busy, TODAY)

    assert evaluate(busy, TODAY) == first
    SurgeSettings.objects.update(false_share_percent=10)
    assert evaluate(busy, TODAY) != first


def test_a_break_that_the_centre_entered_cuts_the_past_off(busy, history):
    SurgeBreak.objects.create(
        uid=uuid.uuid4(),
        centre=busy,
        scam="INSPECTION",
        on=TODAY - timedelta(weeks=40),
        note="分け方を変えた",
    )
    history("INSPECTION", [9], party_age=78, party_area="A01")

    assert evaluate(busy, TODAY).cards.get().basis == "SHORT_HISTORY"


def test_a_small_centre_is_told_so_and_of_new_codes_alone(history, centre):
    history("SUPPORT_SCAM", [2] * 150 + [12])
    history("INSPECTION", [5])

    found = evaluate(centre, TODAY)

    assert found.is_small_centre
    assert cells(found) == [Cell("INSPECTION")]
    assert found.cards.get().basis == "NEW_CODE"


def test_a_centre_without_a_case_is_not_evaluated(centre):
    assert evaluate(centre, TODAY) is None
    assert not SurgeEvaluation.objects.exists()


def test_the_line_of_a_card_has_two_years_with_the_bounds_of_each_week(busy, history):
    history("INSPECTION", [9], party_age=78, party_area="A01")
    card = evaluate(busy, TODAY).cards.get()

    points = reading.line(card, weeks=30)

    assert [points[0].ends, points[-1].ends] == [TODAY - timedelta(weeks=29), TODAY]
    assert points[-1].count == 9
    assert (points[-1].expected, points[-1].upper) == (pytest.approx(card.week_mean), card.week_upper)
    assert all(point.expected is not None for point in points)


def test_inputs_are_thrown_away_after_two_years(busy, time_machine):
    row = evaluate(busy, TODAY)
    time_machine.move_to(row.evaluated_at + evaluating.INPUTS_KEPT + timedelta(days=1))

    assert evaluating.drop_old_inputs() == 1
    assert SurgeEvaluation.objects.get().digest == row.digest


# --- Waves ----------------------------------------------------------------------------------------------------------
def test_a_wave_that_widens_keeps_its_identity(busy, centre):
    district = joined(centre, 0, Cell("INSPECTION", "65_OVER", "A01"))
    other = joined(centre, 0, Cell("INSPECTION", "65_OVER", "A02"))
    assert district != other

    whole = joined(centre, 1, Cell("INSPECTION"))

    other.refresh_from_db()
    assert (whole, other.merged_into) == (district, whole)
    assert (whole.cell, whole.first_alarmed_on, whole.last_alarmed_on) == (
        Cell("INSPECTION"),
        TODAY,
        TODAY + timedelta(weeks=1),
    )
    assert joined(centre, 2, Cell("INSPECTION", "65_OVER", "A02")) == whole
    assert [one.wave for one in reading.open_waves(centre, TODAY)] == []  # no card stands for it here


@pytest.mark.parametrize(
    ("cell", "weeks"),
    [(Cell("INSPECTION"), 5), (Cell("SUPPORT_SCAM"), 1), (Cell(), 1)],
    ids=["after four quiet weeks", "another 手口", "the whole"],
)
def test_what_is_another_wave(db, centre, cell, weeks):
    first = joined(centre, 0, Cell("INSPECTION"))

    assert joined(centre, weeks, cell) != first
    assert SurgeWave.objects.filter(merged_into=None).count() == 2


def joined(centre, weeks, cell):
    return joining.waves_for(centre, TODAY + timedelta(weeks=weeks), [cell])[0]


def test_open_waves_are_read_in_two_queries_however_many(busy, history, django_assert_num_queries):
    history("INSPECTION", [9], party_age=78, party_area="A01")
    history("FAKE_POLICE", [8], party_age=30)
    evaluate(busy, TODAY)

    with django_assert_num_queries(2):
        found = reading.open_waves(busy, TODAY + timedelta(days=20))

    assert {one.wave.cell for one in found} == {Cell("INSPECTION"), Cell("FAKE_POLICE")}
    assert reading.open_waves(busy, TODAY + timedelta(days=28)) == []
