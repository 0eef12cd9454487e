"""Candidates for a new 手口: found at night, kept without a word, decided by a person whom the log names."""

from datetime import date, timedelta

import pytest

from cases.jobs import Job, claim_and_run
from cases.protection.models import AuditEntry
from cases.records.codes import Code, Kind
from cases.services.entry import EntryRefused
from search import waves
from search.hashing import product_hasher
from search.narratives import told
from search.rising import Candidate
from search.wave_rows import Wave
from search.waves import FIND, WaveDecided
from tests import builders

pytestmark = pytest.mark.django_db

TODAY = date(2026, 4, 20)
DRONE = "空き家を巡回するドローンの契約を結んだ。"


@pytest.fixture(autouse=True)
def day(time_machine):
    time_machine.move_to("2026-04-20 21:00 +0900", tick=True)


@pytest.fixture
def by(centre):
    return builders.account("MANAGER", at=centre)


def searched():
    waves.ask()
    while claim_and_run(worker="test"):
        pass


@pytest.fixture
def wave(record, by):
    """Fourteen months of roofs, then six drones."""
    for number in range(40):
        record("屋根の点検に来て工事を契約した。", received_on=TODAY - timedelta(days=40 + number * 9))
    for number in range(6):
        record(DRONE, scam_main="UNCLASSIFIED", received_on=TODAY - timedelta(days=number))
    searched()
    return Wave.objects.get()


def candidate(row, count):
    keys = row.cases.values_list("case", flat=True)
    return Candidate(
        tuple(sorted(row.digests)), (*keys, *range(10**6, 10**6 + count - len(keys))), 0.1, (count,)
    )


def test_new_words_become_a_candidate_of_their_centre(wave, centre, by):
    assert (wave.centre, wave.count, wave.state) == (centre, 6, Wave.State.OPEN)
    assert sum(wave.weeks) == 6
    assert wave.cases.count() == 6
    assert waves.open_waves(by) == [wave]
    assert {product_hasher().term(word) for word in ("ドローン", "巡回", "空き家")} <= wave.digests


def test_its_words_come_back_from_its_examples_alone(wave):
    assert waves.words_of(wave, [DRONE])[:3] == ["空き家", "巡回", "ドローン"]
    assert waves.words_of(wave, ["屋根の点検", "ドローンが空家を巡回する。"]) == ["ドローン", "空家", "巡回"]
    assert waves.words_of(wave, ["屋根の点検"]) == []
    assert "ドローン".encode() not in bytes(wave.terms)


def test_another_night_brings_it_up_to_date_and_makes_no_second_one(wave, record, by):
    record(DRONE, scam_main="UNCLASSIFIED", received_on=TODAY)

    searched()

    row = Wave.objects.get()
    assert (row.uid, row.count) == (wave.uid, 7)


def test_words_that_no_longer_rise_are_no_candidate_any_more(wave, centre):
    waves.keep(centre, [], TODAY + timedelta(days=1))

    assert not Wave.objects.exists()


@pytest.mark.parametrize(("count", "is_back"), [(11, False), (12, True)])
def test_a_dismissed_candidate_comes_back_when_it_has_doubled(wave, centre, by, count, is_back):
    waves.dismiss(wave.uid, by=by)
    assert waves.open_waves(by) == []
    assert [row.decided_by for row in waves.dismissed_waves(by)] == [by]

    waves.keep(centre, [candidate(wave, count)], TODAY + timedelta(days=1))

    assert bool(waves.open_waves(by)) is is_back
    assert Wave.objects.get().uid == wave.uid


def test_a_named_candidate_becomes_a_provisional_trick_and_stays_away(wave, centre, by):
    made = waves.name(wave.uid, label="空き家ドローン", meaning="空き家の巡回を契約させる", parent="", by=by)

    waves.keep(centre, [candidate(wave, 100)], TODAY + timedelta(days=1))

    row = Code.objects.get(kind=Kind.SCAM_TYPE, code=made.code)
    assert (row.label, row.is_provisional) == ("空き家ドローン", True)
    assert waves.open_waves(by) == []
    assert list(AuditEntry.objects.order_by("-pk").values_list("action", flat=True)[:2]) == [
        "WAVE_NAMED",
        "SCAM_TYPE_ADDED",
    ]


def test_a_name_that_is_refused_decides_nothing(wave, by):
    with pytest.raises(EntryRefused):
        waves.name(wave.uid, label="", meaning="", parent="", by=by)

    assert waves.open_waves(by) == [wave]


NAMED = {"label": "空き家", "meaning": "巡回", "parent": ""}


@pytest.mark.parametrize(("decide", "more"), [(waves.dismiss, {}), (waves.name, NAMED)])
def test_what_is_decided_is_not_decided_again(wave, by, decide, more):
    waves.dismiss(wave.uid, by=by)

    with pytest.raises(WaveDecided):
        decide(wave.uid, by=by, **more)


@pytest.mark.parametrize("state", ["DISMISSED", "NAMED"])
def test_a_row_that_was_only_written_into_hides_nothing(wave, by, state):
    Wave.objects.update(state=state, decided_by=by, decided_count=6)

    assert [row.uid for row in waves.open_waves(by)] == [wave.uid]
    assert waves.dismissed_waves(by) == []


def test_a_candidate_of_another_centre_does_not_exist(wave, other_centre):
    stranger = builders.account("MANAGER", at=other_centre)

    assert waves.open_waves(stranger) == []
    with pytest.raises(Wave.DoesNotExist):
        waves.dismiss(wave.uid, by=stranger)


def test_guarded_cases_are_counted_and_not_shown(wave):
    hidden = wave.cases.order_by("-case__received_on").first().case
    type(hidden).objects.filter(pk=hidden.pk).update(is_guarded=True)

    shown = waves.examples_of([wave], each=3)[wave.pk]

    assert len(shown) == 3
    assert hidden.uid not in shown


def test_it_is_searched_once_a_day(wave, time_machine):
    assert waves.is_wanted() is False

    time_machine.move_to("2026-04-21 21:00 +0900", tick=True)

    assert waves.is_wanted() is True
    waves.ask()
    assert waves.is_wanted() is False
    assert Job.objects.filter(kind=FIND).count() == 2


def test_an_empty_installation_is_not_searched(centre):
    assert waves.is_wanted() is False


def test_what_is_read_is_what_the_caller_told(record):
    record("屋根の点検。", advice="クーリング・オフを助言した。")
    from cases.records.case import Case

    ((_case, words),) = told(Case.objects.all())

    assert "屋根" in words
    assert not any("クーリング" in word for word in words)
