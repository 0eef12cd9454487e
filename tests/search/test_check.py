"""`manage.py search_check`: what it counts, what it does not call a fault, what it puts right, how it ends."""

import json
import uuid
from dataclasses import replace

import pytest
from django.core.management import CommandError, call_command

from cases.protection import keys
from cases.records.case import Case
from search import check as room
from search.backends.base import Filters
from search.check import check
from search.engine import engine
from search.hashing import product_hasher
from search.terms import CaseTerms

pytestmark = pytest.mark.django_db


@pytest.fixture
def cases(record, worked):
    made = [record(f"給湯器の点検 {number}") for number in range(3)]
    worked()
    return made


def orphan(case):
    """A document of a case that nobody knows."""
    weights = {product_hasher().term("点検"): 1}
    [held, *_others] = engine().candidates(weights, Filters(centres=[case.centre_id]), 1)
    engine().put([replace(held, uid=uuid.uuid4())])


HARM = {
    "missing": lambda cases: engine().delete([cases[0].uid]),
    "old": lambda cases: Case.objects.filter(pk=cases[0].pk).update(revision=5),
    "orphaned": lambda cases: orphan(cases[0]),
    "terms_missing": lambda cases: CaseTerms.objects.filter(case=cases[0]).delete(),
    "terms_old": lambda cases: CaseTerms.objects.filter(case=cases[0]).update(analyser_version="0"),
}


def run(capsys, *arguments):
    """(exit code, what was found)."""
    code = 0
    try:
        call_command("search_check", *arguments)
    except CommandError as refusal:
        code = refusal.returncode
    return code, json.loads(capsys.readouterr().out.splitlines()[-1])


def test_sides_in_step_say_so(cases, capsys):
    code, found = run(capsys)

    assert code == 0
    assert (found["in_step"], found["cases"], found["documents"], found["waiting"]) == (True, 3, 3, 0)
    assert {name: found[name] for name in HARM} == dict.fromkeys(HARM, 0)


@pytest.mark.parametrize("harm", HARM)
def test_each_difference_is_counted_by_itself_and_put_right(cases, capsys, harm):
    HARM[harm](cases)

    code, found = run(capsys)

    # A changed revision makes the terms old as well; terms alone are no difference of the index.
    expected = {harm: 1} | ({"terms_old": 1} if harm == "old" else {})
    assert {name: found[name] for name in HARM} == dict.fromkeys(HARM, 0) | expected
    assert (code, found["in_step"]) == ((0, True) if harm.startswith("terms") else (3, False))
    code, found = run(capsys, "--repair")
    assert (code, found["in_step"]) == (0, True)
    assert run(capsys)[0] == 0


def test_what_waits_in_the_feed_is_no_fault(cases, record, capsys):
    record("給湯器の交換")

    code, found = run(capsys)

    assert (code, found["in_step"], found["waiting"], found["missing"]) == (0, True, 1, 0)
    code, found = run(capsys, "--repair")
    assert (code, found["waiting"], found["documents"], found["from_feed"]) == (0, 0, 4, 1)


def test_a_case_whose_key_is_gone_is_in_no_index(cases, capsys):
    keys.destroy(cases[0].sealed_owner)

    code, found = run(capsys)
    assert (code, found["orphaned"], found["without_key"]) == (3, 1, 1)

    code, found = run(capsys, "--repair")
    assert (code, found["orphaned"], found["missing"], found["without_key"]) == (0, 0, 0, 1)


def test_a_missing_file_is_a_fault_until_it_is_made_anew(cases, search_file, capsys):
    search_file.unlink()

    with pytest.raises(CommandError) as refusal:
        call_command("search_check")

    assert refusal.value.returncode == 1
    capsys.readouterr()
    code, found = run(capsys, "--repair")
    assert (code, found["is_complete"], found["documents"]) == (0, True, 3)


def test_progress_is_told_step_by_step(cases, monkeypatch):
    monkeypatch.setattr(room, "BATCH", 2)
    told = []

    check(engine(), lambda done, total: told.append((done, total)))

    assert told == [(2, 6), (3, 6), (5, 6), (6, 6)]
