"""The doors to sealed values over the API: the page's rules, as problems with codes."""

import pytest
from django.urls import reverse

from cases.protection.models import AuditEntry
from cases.records.case import Case
from tests import builders
from tests.consult.desk.conftest import client_of

pytestmark = pytest.mark.django_db

NAME, STORY = "鬼塚 紗都香", "鬼塚紗都香さんから。無料点検の後で契約した。"
REASON = "本人が危ないと警察から連絡があった"


@pytest.fixture
def case(counsellor):
    return builders.case(by=counsellor, narrative=STORY, caller=builders.person(name=NAME))


@pytest.fixture
def colleague(counsellor):
    return builders.account(at=counsellor.centre)


def asked(account, name, case, **sent):
    answer = client_of(account).post(reverse(name, args=[case.uid]), sent, content_type="application/json")
    return answer.status_code, answer.json() if answer.content else {}


@pytest.mark.parametrize(
    ("who", "sent", "status", "code"),
    [
        ("counsellor", {}, 200, None),
        ("counsellor", {"part": "everything"}, 400, "invalid"),
        ("colleague", {}, 422, "purpose_needed"),
        ("colleague", {"purpose": "INSPECTION"}, 422, "reason_needed"),
        ("colleague", {"purpose": "INSPECTION", "reason": "年度の点検"}, 200, None),
        ("manager", {"purpose": "CONSULTATION"}, 403, "permission_denied"),
        ("elsewhere", {"purpose": "CONSULTATION"}, 404, "not_found"),
    ],
)
def test_values_are_given_under_the_rules_of_the_page(request, case, who, sent, status, code):
    got, body = asked(request.getfixturevalue(who), "api-case-reveal", case, **sent)

    assert (got, body.get("code")) == (status, code)
    assert body.get("values", {}).get("caller.name") == (NAME if status == 200 else None)
    assert "narrative" not in body.get("values", {})
    assert AuditEntry.objects.filter(action="REVEALED").count() == (status == 200)


def test_the_words_come_when_they_are_asked_for(counsellor, case):
    _status, body = asked(counsellor, "api-case-reveal", case, part="words")

    assert (body["values"]["narrative"], body["values"]["caller.name"]) == (STORY, NAME)


def test_a_guarded_case_wants_break_glass(counsellor, colleague, case):
    assert asked(counsellor, "api-case-guard", case, is_guarded=True) == (200, {"is_guarded": True})

    status, body = asked(colleague, "api-case-reveal", case, purpose="CONSULTATION")
    assert (status, body["code"]) == (403, "break_glass_needed")
    status, body = asked(colleague, "api-case-guard", case, is_guarded=False)
    assert (status, body["code"]) == (403, "break_glass_needed")
    assert asked(colleague, "api-case-glass", case, reason=REASON)[0] == 201
    assert asked(colleague, "api-case-reveal", case)[1]["values"]["caller.name"] == NAME


def test_a_manager_sees_values_while_the_glass_is_open(manager, case):
    status, body = asked(manager, "api-case-glass-look", case)
    assert (status, body["code"]) == (409, "no_glass_open")
    status, body = asked(manager, "api-case-glass", case, reason="至急")
    assert (status, [error["pointer"] for error in body["errors"]]) == (422, ["/reason"])

    assert asked(manager, "api-case-glass", case, reason=REASON)[1]["told"] == 1

    assert asked(manager, "api-case-glass-look", case)[1]["values"]["caller.name"] == NAME


def test_a_case_changes_hands(counsellor, colleague, case):
    assert asked(counsellor, "api-case-hand-over", case, to=str(colleague.uid))[0] == 201
    assert asked(colleague, "api-case-take-over", case)[0] == 204

    status, body = asked(colleague, "api-case-take-over", case)
    assert (status, body["code"]) == (409, "no_hand_over_waits")
    assert Case.objects.get().in_charge == colleague
    read = client_of(counsellor).get(reverse("api-case", args=[case.uid])).json()
    assert (read["in_charge"], read["is_guarded"]) == (str(colleague.uid), False)
