"""What people say of waves, and the rules that a centre sets: only what the log vouches for counts."""

import uuid
from datetime import date, timedelta

import pytest

from cases.figures.surge_log import joining
from cases.models import (
    AuditEntry,
    SurgeBreak,
    SurgeCard,
    SurgeEvaluation,
    SurgeSettings,
    SurgeVerdict,
    SurgeWave,
)
from cases.services import surge_rules, surge_verdicts
from cases.services.entry import EntryRefused
from cases.services.surge_verdicts import decide, false_share
from cases.surges.panel import Cell
from cases.surges.rules import Rules
from tests import builders

TODAY = date(2026, 11, 20)


@pytest.fixture
def manager(db):
    return builders.account("MANAGER")


@pytest.fixture
def wave(manager):
    """A wave with one card, as an evaluation leaves it."""

    def make(scam="INSPECTION", weeks_ago=0):
        day = TODAY - timedelta(weeks=weeks_ago)
        evaluation = SurgeEvaluation.objects.create(
            centre=manager.centre, week_ends=day, as_of=1, trigger="NIGHT", rules={}, engine="-", digest="-",
            weeks_before_end=0, weeks=60, cases=9, typed=9, is_small_centre=False, cells=1, evaluated=1,
        )  # fmt: skip
        found = joining.waves_for(manager.centre, day, [Cell(scam)])[0]
        SurgeCard.objects.create(
            evaluation=evaluation, wave=found, position=0, scam=scam, basis="PAST_YEARS", years=2, week_count=9,
            probability="1e-05", total_rises=False,
        )  # fmt: skip
        return found

    return make


def test_a_verdict_is_kept_with_its_note_and_the_next_one_beside_it(wave, manager):
    found = wave()
    decide(found.uid, verdict="UNKNOWN", note="窓口の佐藤花子に確認 090-1234-5678", by=manager)
    last = decide(found.uid, verdict="TRUE", note="3件は同じ業者", by=manager)

    assert [row.verdict for row in surge_verdicts.said(found)] == ["TRUE", "UNKNOWN"]
    assert surge_verdicts.standing([found]) == {found.pk: last}
    assert "090" not in SurgeVerdict.objects.earliest("pk").note
    assert AuditEntry.objects.filter(action="SURGE_JUDGED", centre_uid=manager.centre.uid).count() == 2


def test_the_same_form_sent_twice_is_one_verdict(wave, manager):
    found, uid = wave(), uuid.uuid4()

    assert decide(found.uid, verdict="TRUE", by=manager, uid=uid) == decide(
        found.uid, verdict="FALSE", by=manager, uid=uid
    )
    with pytest.raises(SurgeWave.DoesNotExist):
        decide(wave("FAKE_POLICE").uid, verdict="TRUE", by=manager, uid=uid)


@pytest.mark.parametrize(
    ("verdict", "is_of_the_centre", "refused"),
    [
        ("TRUE", True, None),
        ("PERHAPS", True, EntryRefused),
        ("TRUE", False, SurgeWave.DoesNotExist),
        ("PERHAPS", False, SurgeWave.DoesNotExist),
    ],
)
def test_who_may_say_what(wave, manager, verdict, is_of_the_centre, refused):
    found = wave()
    by = manager if is_of_the_centre else builders.account("MANAGER", at=builders.centre("other"))

    if refused is None:
        decide(found.uid, verdict=verdict, by=by)
    else:
        with pytest.raises(refused):
            decide(found.uid, verdict=verdict, by=by)
    assert SurgeVerdict.objects.exists() is (refused is None)


@pytest.mark.parametrize("what", ["nothing", "verdict", "note", "entry"])
def test_what_the_log_does_not_vouch_for_does_not_count(wave, manager, what):
    found = wave()
    row = decide(found.uid, verdict="TRUE", note="-", by=manager)
    match what:
        case "verdict":
            SurgeVerdict.objects.update(verdict="FALSE")
        case "note":
            SurgeVerdict.objects.update(note="別の理由")
        case "entry":
            SurgeVerdict.objects.update(uid=uuid.uuid4())

    assert (surge_verdicts.said(found) == [row]) is (what == "nothing")


def test_the_observed_share_leaves_out_what_nobody_knows(wave, manager):
    for scam, verdict in [("A", "TRUE"), ("B", "FALSE"), ("C", "TRUE"), ("D", "UNKNOWN"), ("E", "TRUE")]:
        decide(wave(scam).uid, verdict=verdict, by=manager)
    wave("F")
    decide(wave("G", weeks_ago=60).uid, verdict="FALSE", by=manager)

    found = false_share(manager.centre, TODAY - timedelta(days=365))

    assert (found.true, found.false, found.unknown, found.undecided) == (3, 1, 1, 1)
    assert (found.share.numerator, found.share.denominator, found.judged) == (1, 4, 4)
    # Clopper–Pearson of 1 of 4 (R: binom.test(1, 4)).
    assert (found.low, found.high) == (pytest.approx(0.006309, abs=1e-6), pytest.approx(0.805880, abs=1e-6))


def test_no_wave_was_judged_yet(manager):
    found = false_share(manager.centre, TODAY)

    assert (found.share, found.low, found.judged) == (None, None, 0)


def test_a_verdict_on_a_part_counts_for_the_wave_it_became_a_part_of(wave, manager):
    part = wave("INSPECTION")
    whole = wave("FAKE_POLICE")
    decide(part.uid, verdict="TRUE", by=manager)
    SurgeWave.objects.filter(pk=part.pk).update(merged_into=whole)

    assert [row.verdict for row in surge_verdicts.said(whole)] == ["TRUE"]
    assert decide(part.uid, verdict="FALSE", by=manager).wave == whole


# --- Rules ----------------------------------------------------------------------------------------------------------
GIVEN = {"false_share_percent": 10, "fewest_week": 4, "fewest_four": 6, "small_centre": 500}


def test_a_centre_sets_its_rules_once(manager):
    centre = manager.centre
    assert surge_rules.of(centre) == Rules()

    for _n in range(2):
        surge_rules.change(centre, by=manager, **GIVEN)

    assert surge_rules.of(centre) == Rules(false_share=0.1, fewest_week=4, fewest_four=6, small_centre=500)
    assert AuditEntry.objects.filter(action="SURGE_RULES_CHANGED").count() == 1


@pytest.mark.parametrize(
    ("name", "number"),
    [("false_share_percent", 0), ("false_share_percent", 51), ("fewest_week", 0), ("small_centre", 10**6)],
)
def test_rules_that_say_nothing_are_refused_by_name(manager, name, number):
    with pytest.raises(EntryRefused) as refused:
        surge_rules.change(manager.centre, by=manager, **{**GIVEN, name: number})

    assert list(refused.value.errors) == [name]
    assert not SurgeSettings.objects.exists()


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({}, []),
        ({"scam": "NONE_SUCH"}, ["scam"]),
        ({"on": date(2099, 1, 1)}, ["on"]),
        ({"note": " "}, ["note"]),
    ],
)
def test_a_break_is_entered_and_taken_back(manager, changed, named):
    given = {"scam": "INSPECTION", "on": date(2026, 4, 1), "note": "電話勧誘を分けた", **changed}
    uid = uuid.uuid4()

    if named:
        with pytest.raises(EntryRefused) as refused:
            surge_rules.add_break(uid, centre=manager.centre, by=manager, **given)
        assert list(refused.value.errors) == named
    else:
        surge_rules.add_break(uid, centre=manager.centre, by=manager, **given)
        assert [row.uid for row in surge_rules.breaks_of(manager.centre)] == [uid]
        surge_rules.remove_break(uid, by=manager)
    assert not SurgeBreak.objects.exists()
