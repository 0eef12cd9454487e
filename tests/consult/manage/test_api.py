import io
import json
from contextlib import suppress

import pytest
from django.core.management import call_command
from django.http import Http404
from django.urls import reverse

from cases.figures.code_maps import CodeMapMissing
from cases.figures.questions import QuestionNotUnderstood
from consult.manage.api import BreakdownInput
from tests import builders
from tests.architecture.test_every_form import HOSTILE
from tests.consult.manage.conftest import on, signed_in

BREAKDOWN = reverse("api-numbers")
QUESTION = {"from": "2026-04-01", "to": "2027-04-01", "rows": "scam_main", "columns": "age_band"}


def asked(client, **more):
    return client.post(BREAKDOWN, {**QUESTION, **more}, content_type="application/json")


def test_the_answer_is_that_of_the_command(desk_of_numbers, cards, monkeypatch, centre):
    question = {**QUESTION, "filters": {"sex": ["FEMALE"]}}
    stdin = io.TextIOWrapper(io.BytesIO(json.dumps({**question, "centre": centre.code}).encode()))
    monkeypatch.setattr("sys.stdin", stdin)
    out = io.StringIO()
    call_command("breakdown", stdout=out)

    assert asked(desk_of_numbers, filters={"sex": ["FEMALE"]}).json() == json.loads(out.getvalue())


def test_the_question_fits_into_an_address_too(desk_of_numbers, cards):
    read = desk_of_numbers.get(
        BREAKDOWN, {**QUESTION, "filter": ["sex:FEMALE", "sex:MALE", "senior:65_OVER"]}
    )

    posted = asked(desk_of_numbers, filters={"sex": ["FEMALE", "MALE"], "senior": ["65_OVER"]})
    assert read.json() == posted.json()
    assert read.json()["total"] == 3


def test_an_earlier_cut_gives_the_earlier_answer(desk_of_numbers, cards, counsellor):
    first = asked(desk_of_numbers).json()
    builders.case(by=counsellor, received_at=on(2026, 9, 9))

    again = asked(desk_of_numbers, as_of=first["definition"]["as_of"]["seq"]).json()

    assert again == first
    assert asked(desk_of_numbers).json()["total"] == first["total"] + 1


def test_only_the_own_centre_is_counted(desk_of_numbers, cards):
    assert asked(desk_of_numbers).json()["total"] == 6
    assert asked(desk_of_numbers, centre="minato").json()["total"] == 6


@pytest.mark.parametrize(
    ("given", "status", "code"),
    [
        ({"centre": "kita"}, 404, "not_found"),
        ({"centre": "nowhere"}, 404, "not_found"),
        ({"rows": "name"}, 400, "question_not_understood"),
        ({"rows": "scam_any"}, 400, "question_not_understood"),
        ({"filters": {"sex": ["KING"]}}, 400, "question_not_understood"),
        ({"to": "2026-04-01"}, 400, "question_not_understood"),
        ({"from": "R8.4.1"}, 400, "invalid"),
        ({"as_of": -1}, 400, "invalid"),
        ({"filters": {"sex": "FEMALE"}}, 400, "invalid"),
        ({"filters": []}, 400, "invalid"),
    ],
)
def test_a_question_that_makes_no_sense_is_refused_with_a_code(given, status, code, desk_of_numbers, cards):
    response = asked(desk_of_numbers, **given)

    assert (response.status_code, response.json()["code"]) == (status, code)


@pytest.mark.parametrize(
    ("role", "status"), [("MANAGER", 200), ("OUTREACH", 200), ("COUNSELLOR", 403), ("ADMIN", 403)]
)
def test_numbers_are_for_those_who_may_see_them(role, status, centre, cards):
    assert asked(signed_in(builders.account(role, at=centre))).status_code == status


def test_the_names_are_those_of_the_command(desk_of_numbers):
    out = io.StringIO()
    call_command("breakdown", "--list", stdout=out)

    assert desk_of_numbers.get(reverse("api-numbers-names")).json() == json.loads(out.getvalue())


def test_a_period_that_moves_is_asked_by_name_and_compared(desk_of_numbers, cards):
    named = {"period": "this_fiscal_year", "rows": "scam_main", "compare": "year"}
    posted = desk_of_numbers.post(BREAKDOWN, named, content_type="application/json").json()

    assert desk_of_numbers.get(BREAKDOWN, named).json() == posted
    assert (posted["definition"]["from"], posted["definition"]["to"]) == ("2026-04-01", "2026-11-21")
    assert (posted["total"], posted["before"]["total"]) == (6, 2)
    both = desk_of_numbers.post(BREAKDOWN, {**named, **QUESTION}, content_type="application/json")
    neither = desk_of_numbers.post(BREAKDOWN, {"rows": "scam_main"}, content_type="application/json")
    assert {(one.status_code, one.json()["code"]) for one in (both, neither)} == {
        (400, "question_not_understood")
    }


def test_nothing_that_nobody_should_send_becomes_a_question(centre, cards):
    """Whatever stands in a field: it is refused with a code, never counted as something else."""
    given = [
        {name: text} for name in BreakdownInput().fields for text in HOSTILE.values() if name != "filters"
    ]
    given += [{"filters": {text: ["x"]}} for text in HOSTILE.values()]
    given += [
        {"filters": {by: [text]}}
        for by in ("day", "month", "fiscal_year", "sex")
        for text in HOSTILE.values()
    ]
    taken = []
    for one in given:
        asked = BreakdownInput(data={**QUESTION, **one})
        if asked.is_valid():
            with suppress(QuestionNotUnderstood, CodeMapMissing, Http404):
                taken.append((asked.question(frozenset({centre.pk})), asked.other, one))

    first, last = HOSTILE["year 1"], HOSTILE["year 9999"]
    fine = [
        {"from": first},
        {"to": last},
        {"as_of": HOSTILE["digits"]},
        {"filters": {"sex": [HOSTILE["blank"]]}},
    ]
    fine += [{"filters": {"day": [day]}} for day in (first, last)]  # days like any other
    assert sorted(str(one) for _question, _other, one in taken) == sorted(map(str, fine))
