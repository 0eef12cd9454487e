"""外部提供の台帳 on its pages: from an inquiry to the copy that is kept, and the ledger without a person's value."""

import uuid
from datetime import date
from io import BytesIO

import openpyxl
import pytest
from django.urls import reverse

from cases import jobs, today
from cases.records.disclosures import OutsideDisclosure
from cases.records.later_review import LaterReview
from cases.records.papers import OfficePaper
from cases.services import disclosures
from consult.manage.protection.disclosures import card
from tests import builders
from tests.cases.services.test_disclosures import inquiry
from tests.consult.manage.conftest import signed_in
from tests.papers import text_of


@pytest.fixture
def known(counsellor):
    return builders.case(by=counsellor, caller=builders.person())


@pytest.fixture
def entered(manager, known):
    return disclosures.enter(inquiry(known), centre=manager.centre, by=manager)


def form(known, **more):
    return {
        "uid": str(uuid.uuid4()),
        "requester": "BAR",
        "requester_name": "架空弁護士会",
        "document_number": "",
        "ground": "BAR_INQUIRY",
        "received_on": "11/18",
        "answer_by": "12/1",
        "consent": "NOT_NEEDED",
        "numbers": known.number,
        "asked_fields": ["caller.name"],
        "asked_words": "契約の経緯",
        **more,
    }


@pytest.mark.parametrize(
    ("more", "wrong"),
    [
        ({}, set()),
        ({"ground": "WARRANT"}, {"ground"}),
        ({"numbers": "2026-999999"}, {"numbers"}),
        ({"received_on": "11/25"}, {"received_on"}),
        ({"asked_fields": ["caller.password"]}, {"asked_fields"}),
        ({"asked_fields": []}, {"asked_fields"}),
    ],
)
def test_entering_an_inquiry(more, wrong, desk_of_numbers, known):
    answer = desk_of_numbers.post(reverse("disclosure-new"), form(known, **more))

    assert answer.status_code == (422 if wrong else 302)
    if wrong:
        assert set(answer.context["form"].errors) == wrong
        assert "架空弁護士会" in answer.content.decode()
    assert OutsideDisclosure.objects.count() == (not wrong)


def test_from_the_inquiry_to_the_copy(desk_of_numbers, manager, known, entered, ua_faults):
    second = signed_in(builders.account("MANAGER", at=manager.centre))
    uid = entered.uid

    def post(client, name, **data):
        return client.post(reverse(name, args=[uid]), data)

    decision = {"decision": "PARTLY", "given_fields": ["caller.name", "coded"]}
    assert post(desk_of_numbers, "disclosure-propose", **decision).status_code == 422
    assert post(desk_of_numbers, "disclosure-copy").status_code == 409
    post(desk_of_numbers, "disclosure-propose", **decision, reason="電話は必要性がない")
    post(desk_of_numbers, "disclosure-confirm")
    entered.refresh_from_db()
    assert not entered.is_decided
    post(second, "disclosure-confirm")
    post(desk_of_numbers, "disclosure-copy")
    entered.refresh_from_db()
    assert jobs.claim_and_run(entered.job.uid, worker="w")
    post(desk_of_numbers, "disclosure-answered", answered_on="11/20", means="POST")

    paper = OfficePaper.objects.get(subject_uid=uid)
    copy = desk_of_numbers.get(reverse("paper-file", args=[paper.uid])).content
    assert ua_faults(copy) == []
    text = text_of(copy)
    assert "山田花子" in text
    assert "刑事訴訟法197条2項" in text
    assert "090-1234-5678" not in text
    entered.refresh_from_db()
    assert entered.answered_on == date(2026, 11, 20)


def test_the_only_manager_decides_alone_and_it_is_listed(desk_of_numbers, counsellor, entered):
    """The counsellor beside them cannot open the page, and so is no second person."""
    address = reverse("disclosure-propose", args=[entered.uid])
    desk_of_numbers.post(address, {"decision": "REFUSE", "reason": "必要性がない"})

    desk_of_numbers.post(reverse("disclosure-confirm", args=[entered.uid]))

    entered.refresh_from_db()
    assert entered.is_decided
    assert LaterReview.objects.get().subject_uid == entered.uid


def test_the_ledger_leaves_without_a_persons_value(desk_of_numbers, entered):
    book = openpyxl.load_workbook(BytesIO(desk_of_numbers.get(reverse("disclosures-xlsx")).content))
    rows = list(book.active.values)
    csv = desk_of_numbers.get(reverse("disclosures-csv")).content.decode("utf-8-sig")

    assert rows[1][3] == "捜査関係事項照会(刑事訴訟法197条2項)"
    assert "捜査関係事項照会" in csv
    for value in ("山田", "090-1234-5678", "架空警察署", "架生第12号"):
        assert value not in csv
        assert value not in str(rows)


def test_the_list_is_cheap_however_long_it_is(
    desk_of_numbers, manager, known, entered, django_assert_num_queries
):
    for _ in range(2):
        with django_assert_num_queries(5):
            desk_of_numbers.get(reverse("disclosures"))
        disclosures.enter(inquiry(known), centre=manager.centre, by=manager)


@pytest.mark.parametrize(
    ("answer_by", "level"),
    [
        (date(2026, 11, 19), today.Level.ERROR),
        (date(2026, 11, 27), today.Level.WARNING),
        (date(2026, 11, 28), None),
    ],
)
def test_an_answer_that_is_due_within_a_week_is_on_the_page_of_the_day(answer_by, level, manager, known):
    disclosures.enter(inquiry(known, answer_by=answer_by), centre=manager.centre, by=manager)

    found = card(manager)

    assert (found.level if found else None) == level
