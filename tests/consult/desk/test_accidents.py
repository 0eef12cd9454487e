"""重大事故等 at the desk: the wizard, the red card until the agency is told, and the list."""

import pytest
from django.urls import reverse

from cases.jobs import claim_and_run
from cases.law.accidents import BY_NAME
from cases.protection.models import AuditEntry
from cases.records.accidents import AccidentDecision
from tests import builders
from tests.consult.desk.conftest import client_of, paper_of, queries_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(counsellor):
    return builders.case(by=counsellor, harm="HARM", harm_degree="MONTH_OVER")


def answered(desk, case, **more):
    form = desk.get(reverse("case-accident", args=[case.uid])).context["form"]
    return {
        "uid": str(form["uid"].value()),
        **dict.fromkeys(BY_NAME, "no"),
        "consumer_use": "yes",
        "item_summary": "充電中に発火した。",
        **more,
    }


def decided(desk, case, **more):
    desk.post(reverse("case-accident", args=[case.uid]), answered(desk, case, **more))
    return AccidentDecision.objects.first()


def test_the_case_asks_for_a_decision_and_the_card_has_answered_what_it_can(desk, case):
    assert "判定がまだです" in desk.get(reverse("case", args=[case.uid])).content.decode()
    form = desk.get(reverse("case-accident", args=[case.uid])).context["form"]
    assert (form["treatment_30"].value(), form["fire"].value()) == ("yes", "unknown")


def test_red_on_the_day_until_it_is_told(desk, manager, case):
    row = decided(desk, case, treatment_30="yes")
    before = client_of(manager).get(reverse("today")).content.decode()
    listed = client_of(manager).get(reverse("accidents")).content.decode()
    told = desk.post(
        reverse("accident-notified", args=[row.uid]),
        {"notified_at": "2026-11-23 09:00", "notified_to": "AGENCY", "number": "第12号"},
    )

    assert "重大事故等が1件、まだ通知されていません" in before
    assert case.number in listed
    assert told.status_code == 302
    assert "まだ通知されていません" not in client_of(manager).get(reverse("today")).content.decode()
    assert "第12号" in desk.get(reverse("accident", args=[row.uid])).content.decode()


@pytest.mark.parametrize(
    ("more", "status", "field"),
    [
        ({"notified_to": ""}, 422, "notified_to"),
        ({"notified_at": "2099-01-01"}, 422, "notified_at"),
        ({"notified_at": ""}, 422, "notified_at"),
    ],
)
def test_a_notice_that_cannot_be_says_why(desk, case, more, status, field):
    row = decided(desk, case, fire="yes")
    sent = {"notified_at": "2026-11-23 09:00", "notified_to": "AGENCY", "number": "", **more}
    answer = desk.post(reverse("accident-notified", args=[row.uid]), sent)

    assert answer.status_code == status
    assert field in answer.context["notice_form"].errors


def test_an_answer_that_is_none_is_refused_and_the_words_stay(desk, case):
    answer = desk.post(reverse("case-accident", args=[case.uid]), answered(desk, case, fire="maybe"))

    assert answer.status_code == 422
    assert "充電中に発火した。" in answer.content.decode()
    assert not AccidentDecision.objects.exists()


def test_the_items_come_only_when_asked_for_and_through_the_log(desk, manager, case):
    row = decided(desk, case, fire="yes")
    url = reverse("accident-items", args=[row.uid])

    assert "充電中" not in desk.get(reverse("accident", args=[row.uid])).content.decode()
    assert "充電中に発火した。" in desk.post(url).content.decode()
    assert client_of(manager).post(url).status_code == 403
    assert AuditEntry.objects.filter(action="ACCIDENT_OPENED").count() == 1


def test_the_form_becomes_a_pdf_of_the_case(desk, case, ua_faults):
    row = decided(desk, case, fire="yes")
    desk.post(reverse("accident-pdf", args=[row.uid]))
    while claim_and_run(worker="w"):
        pass

    row.refresh_from_db()
    assert row.job.error == ""
    assert ua_faults(paper_of(desk, case)) == []


def test_the_list_asks_no_more_for_more_cases(desk, counsellor, case):
    ask = lambda: desk.get(reverse("accidents"))  # noqa: E731 - two of them
    ask()
    few = queries_of(ask)
    for _ in range(3):
        builders.case(by=counsellor, harm="DANGER")

    assert queries_of(ask) == few


def test_another_centre_sees_none_of_it(elsewhere, desk, case):
    row = decided(desk, case, fire="yes")
    client = client_of(elsewhere)

    assert client.get(reverse("accident", args=[row.uid])).status_code == 404
    assert case.number not in client.get(reverse("accidents")).content.decode()
