"""`manage.py figures_recount`: nothing to say of sound figures, and every planted damage is told."""

import io
import json
import uuid
from datetime import date, timedelta

import numpy as np
import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from cases.figures import columns, erasure, measures
from cases.figures.recount import nightly, pairs, recount
from cases.jobs.models import Job
from cases.models import Case, CaseFact
from cases.records.follow_up import FollowUp
from cases.services import followup
from cases.services.followup import FollowUpEntry
from tests import builders

pytestmark = pytest.mark.django_db


@pytest.fixture
def centre_at_work(columns_folder, monkeypatch):
    """Three cases (one closed, one with a 経過, one erased), in columns that are settled."""
    monkeypatch.setattr(columns, "SETTLED_AFTER", 1)
    by = builders.account()
    closed = builders.case(
        by=by, age=70, sex="FEMALE", contract_yen=300_000, issue_main="CONTRACT", issue_others=("PRICE",)
    )
    going_on, erased = (
        builders.case(by=by, age=85, sex="MALE", relation="CHILD", caller_age=40),
        builders.case(by=by),
    )
    followup.close_case(closed.uid, outcome="MEDIATED", closed_on=closed.received_on, recovered_yen=5, by=by)
    call = FollowUpEntry(
        uid=uuid.uuid4(), happened_at=builders.RECEIVED_AT, kind="TO_CALLER", text="助言", minutes=10
    )
    followup.add_follow_up(going_on.uid, call, by=by)
    erasure.forget(erased.uid)
    Case.objects.filter(pk=erased.pk).delete()
    columns.extend()
    return by.centre


def told() -> tuple[int, dict]:
    out = io.StringIO()
    try:
        call_command("figures_recount", stdout=out)
    except CommandError as refused:
        return refused.returncode, json.loads(out.getvalue())
    return 0, json.loads(out.getvalue())


def test_sound_figures_have_no_difference(centre_at_work):
    code, report = told()
    assert (code, report["differences"], report["is_complete"]) == (0, [], True)
    assert (report["cases"], report["contacts"], report["facts"]) == (2, 1, CaseFact.objects.count())


@pytest.mark.parametrize(
    ("damage", "expected"),
    [
        ("fact", {("log", "sex"), ("columns", "sex")}),
        (
            "fact of a 経過",
            {
                ("log", "minutes"), ("count", "contact_minutes"), ("columns", "minutes"),
                ("count", "contact_minutes contact_kind party"),
            },
        ),
        ("fact gone", {("log", "not_stated"), ("columns", "seq")}),
        (
            "case",
            {
                ("log", "outcome"), ("count", "cases outcome party"), ("count", "resolution_rate"),
                ("count", "resolution_rate sex caller"),
            },
        ),
        (
            "amount",
            {
                ("log", "contract_yen"), ("count", "contract_yen"), ("count", "cases contract_class party"),
                ("count", "contract_yen age_band party"), ("count", "contract_yen weekday party"),
            },
        ),
        (
            "amounts changed places",
            {("count", "contract_yen age_band_fine party"), ("count", "contract_yen relation party")},
        ),
        ("sexes changed places", {("log", "sex"), ("count", "cases age_band x sex")}),
        ("case gone", {("log", "not_there"), ("count", "cases month party")}),
        ("経過 withdrawn", {("log", "not_there"), ("count", "contacts day party")}),
        ("byte of the log", {("columns", "scam_main")}),
        ("byte of the settled", {("columns", "settled.area")}),
    ],
)  # fmt: skip
def test_planted_damage_is_found(centre_at_work, columns_folder, damage, expected):
    closed = Case.objects.get(outcome="MEDIATED")
    standing = CaseFact.objects.filter(case_uid=closed.uid).order_by("-seq").first()
    if damage == "fact":
        CaseFact.objects.filter(pk=standing.pk).update(sex="MALE")
    elif damage == "fact of a 経過":
        CaseFact.objects.filter(what="CONTACT").update(minutes=99)
    elif damage == "fact gone":
        standing.delete()
    elif damage == "case":
        Case.objects.filter(pk=closed.pk).update(outcome="ADVICE")
    elif damage == "amount":
        Case.objects.filter(pk=closed.pk).update(contract_yen=3_000_000)
    elif damage == "amounts changed places":  # no total tells of it
        Case.objects.filter(relation="CHILD").update(contract_yen=300_000)
        Case.objects.filter(pk=closed.pk).update(contract_yen=None)
    elif damage == "sexes changed places":  # every sex and every age is as often as before
        Case.objects.filter(pk=closed.pk).update(party_sex="MALE")
        Case.objects.filter(relation="CHILD").update(party_sex="FEMALE")
    elif damage == "case gone":
        Case.objects.filter(pk=closed.pk).delete()
    elif damage == "経過 withdrawn":
        FollowUp.objects.update(withdrawn_at=timezone.now())
    else:
        where = {"byte of the log": "*/CASE/scam_main", "byte of the settled": "*/settled-*/CASE"}[damage]
        path = next(columns_folder.glob(where))
        data = np.fromfile(path, dtype=np.uint8)
        place = 0 if damage == "byte of the log" else place_of_area(columns_folder)
        data[place] ^= 1
        path.write_bytes(data.tobytes())

    code, report = told()

    found = {(one["look"], one["name"]) for one in report["differences"]}
    assert (code, report["different"] > 0) == (1, True)
    assert expected <= found


def place_of_area(columns_folder) -> int:
    """The byte of the settled file where the first district lies."""
    from cases.figures import column_files

    return column_files.load().settled.offsets("CASE")["area"]


def test_a_case_saved_while_it_is_looked_at_is_no_difference(centre_at_work, monkeypatch):
    case, by = Case.objects.get(relation="CHILD"), builders.account()
    from cases.figures.recount import live

    real, done = live._wanted, []

    def saved_meanwhile(cases):
        wanted = real(cases)
        if not done:
            done.append(case)
            followup.close_case(case.uid, outcome="ADVICE", closed_on=case.received_on, by=by)
        return wanted

    monkeypatch.setattr(live, "_wanted", saved_meanwhile)
    report = recount()
    assert (report.differences, report.is_complete) == ([], True)


def test_one_centre_alone_can_be_recounted(centre_at_work):
    builders.case(by=builders.account(at=builders.centre("kita")))
    out = io.StringIO()
    call_command("figures_recount", "--centre", "kita", stdout=out)
    assert json.loads(out.getvalue())["cases"] == 1
    with pytest.raises(CommandError) as refused:
        call_command("figures_recount", "--centre", "nowhere", stdout=out)
    assert refused.value.returncode == 2


@pytest.fixture
def night(time_machine):
    from datetime import datetime

    from cases.law.calendar import TOKYO

    return lambda hour: time_machine.move_to(datetime(2026, 11, 24, hour, 5, tzinfo=TOKYO), tick=False)


def test_the_night_run_is_started_once_a_night(db, night):
    night(1)
    assert not nightly.is_wanted()
    night(2)
    nightly.start_night_run()
    nightly.start_night_run()
    assert Job.objects.filter(kind=nightly.JOB).count() == 1


def test_the_night_run_keeps_what_it_found_and_gives_up_columns_that_differ(centre_at_work, columns_folder):
    from cases.jobs import queue
    from cases.jobs.work import claim_and_run
    from cases.records.centre import SYSTEM

    assert nightly.differences_found() is None
    Case.objects.filter(outcome="MEDIATED").update(contract_yen=300_001)
    told_of = len(recount().differences)
    path = next(columns_folder.glob("*/CASE/scam_main"))
    data = np.fromfile(path, dtype="<i2")
    data[0] ^= 1
    path.write_bytes(data.tobytes())
    job = queue.start(nightly.JOB, by=SYSTEM)
    claim_and_run(job.uid, worker="test")

    last = nightly.last_run()
    assert (last.result["columns_made_anew"], nightly.differences_found()) == (True, told_of + 1)
    assert columns.is_behind()
    columns.extend()
    assert len(recount().differences) == told_of
    assert timezone.now() - last.finished_at < timedelta(minutes=1)


def test_a_rate_is_held_against_the_residents_of_its_row(centre_at_work, monkeypatch):
    from cases.figures import population, rates
    from tests.cases.figures.test_population import stored

    stored(builders.account("MANAGER", at=centre_at_work))
    assert recount().differences == []

    real = population.People.between
    monkeypatch.setattr(
        population.People,
        "between",
        lambda self, first=0, *more, **named: real(self, min(first, 60), *more, **named),
    )
    names = {(one.name, one.code) for one in recount().differences}
    assert ("rate_per_1000 senior party", "65_OVER residents") in names
    assert ("rate_per_1000 sex party", "FEMALE residents") not in names
    assert rates.PER == 1000


def test_a_stopped_night_run_goes_on_behind_the_last_whole_centre(centre_at_work, monkeypatch):
    from cases.figures.recount import whole
    from cases.jobs import queue
    from cases.jobs.models import Job
    from cases.jobs.running import Stopped
    from cases.jobs.work import claim_and_run
    from cases.records.centre import SYSTEM

    Case.objects.filter(outcome="MEDIATED").update(contract_yen=300_001)
    builders.case(by=builders.account(at=builders.centre("yama")))
    seen, real = [], whole.of_centre

    def stopped_at_the_second(report, centre, advance):
        seen.append(centre.code)
        if len(seen) == 2:
            raise Stopped
        real(report, centre, advance)

    monkeypatch.setattr(whole, "of_centre", stopped_at_the_second)
    job = queue.start(nightly.JOB, by=SYSTEM)
    claim_and_run(job.uid, worker="test")
    assert Job.objects.get(pk=job.pk).state == Job.State.QUEUED
    claim_and_run(job.uid, worker="test")

    assert seen == ["minato", "yama", "yama"]
    result = nightly.last_run().result
    assert (result["cases"], result["different"]) == (3, len(recount().differences))


def test_every_pair_comes_up_and_those_of_the_report_every_night(centre, monkeypatch):
    from cases.figures.reports.scope import Span, scope_of
    from cases.figures.tables import registered

    asked, real = set(), measures.tabulate
    monkeypatch.setattr(measures, "tabulate", lambda read: asked.add(read.question.by) or real(read))
    for span, start in ((Span.YEAR, date(2026, 4, 1)), (Span.MONTH, date(2026, 5, 1))):
        scope = scope_of(centre, span, start, date(2026, 6, 1))
        for table in registered():
            table.build(scope)
    assert {by for by in asked if len(by) > 1} == set(pairs.OF_REPORTS)

    nights = [pairs.of_night(night) for night in range(740_000, 740_060)]
    assert {len(of_night) for of_night in nights} == {len(pairs.OF_REPORTS) + pairs.AT_NIGHT}
    names = {name for of_night in nights for pair in of_night for name in pair}
    assert (
        len({frozenset(pair) for of_night in nights for pair in of_night})
        == len(names) * (len(names) - 1) / 2
    )
