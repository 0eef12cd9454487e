"""外部提供: what may be entered, decided by two, given as it is at that moment, and forgotten with the case."""

import uuid
from datetime import date

import pytest
from django.db import IntegrityError, transaction

from cases import erasing
from cases.protection.keys import KeyMissing
from cases.protection.models import AuditEntry
from cases.records.case import Case
from cases.records.disclosures import OutsideDisclosure
from cases.records.papers import OfficePaper
from cases.services import disclosures, oversight, papers
from cases.services.disclosures import DisclosureNotReady, DisclosureRefused, InquiryEntry
from tests import builders

pytestmark = pytest.mark.django_db
ASKED = ("caller.name", "caller.phone", "coded")


def inquiry(case: Case | None = None, **more) -> InquiryEntry:
    given = {
        "uid": uuid.uuid4(),
        "requester": "POLICE",
        "requester_name": "架空警察署 生活安全課",
        "document_number": "架生第12号",
        "ground": "INVESTIGATION",
        "received_on": date(2026, 11, 2),
        "answer_by": None,
        "consent": "NOT_NEEDED",
        "case_uids": (case.uid,) if case else (),
        "asked_fields": ASKED,
        **more,
    }
    return InquiryEntry(**given)


@pytest.fixture
def first():
    return builders.account("MANAGER")


@pytest.fixture
def second():
    return builders.account("MANAGER")


@pytest.fixture
def known(first):
    return builders.case(by=builders.account(), caller=builders.person())


@pytest.fixture
def entered(first, known):
    return disclosures.enter(inquiry(known), centre=first.centre, by=first)


@pytest.mark.parametrize(
    ("more", "is_refused"),
    [
        ({}, False),
        ({"ground": "BAR_INQUIRY"}, True),
        ({"ground": "NO_SUCH"}, True),
        ({"requester": "COUNCIL", "ground": "COUNCIL", "received_on": date(2016, 3, 31)}, True),
        ({"requester": "OTHER", "ground": "CONSENT"}, True),
        ({"requester": "OTHER", "ground": "CONSENT", "consent": "WRITTEN"}, False),
    ],
)
def test_an_inquiry_stands_on_a_ground_that_fits(more, is_refused, first, known):
    if is_refused:
        with pytest.raises(DisclosureRefused):
            disclosures.enter(inquiry(known, **more), centre=first.centre, by=first)
    else:
        disclosures.enter(inquiry(known, **more), centre=first.centre, by=first)
    assert OutsideDisclosure.objects.count() == (not is_refused)


def test_names_are_sealed_and_cases_of_other_centres_are_left_out(first):
    theirs = builders.case(by=builders.account(at=builders.centre("kita")))
    entry = inquiry(theirs)

    row = disclosures.enter(entry, centre=first.centre, by=first)

    assert not row.disclosed.exists()
    assert disclosures.words_of(row, by=first)["requester_name"] == entry.requester_name
    assert "架空".encode() not in OutsideDisclosure.objects.get().requester_name.envelope
    assert disclosures.enter(entry, centre=first.centre, by=first) == row


@pytest.mark.parametrize(
    ("decision", "given", "reason", "stored"),
    [
        ("GIVE", [], "", sorted(ASKED)),
        ("PARTLY", ["caller.name"], "電話は要らない", ["caller.name"]),
        ("PARTLY", [], "理由", None),
        ("PARTLY", ["caller.address"], "理由", None),
        ("PARTLY", ["caller.name"], " ", None),
        ("REFUSE", ["caller.name"], "必要性がない", []),
        ("REFUSE", [], "", None),
    ],
)
def test_no_more_is_given_than_was_asked_and_less_needs_a_reason(
    decision, given, reason, stored, entered, first
):
    if stored is None:
        with pytest.raises(DisclosureRefused):
            disclosures.propose(entered.uid, decision, given_fields=given, reason=reason, by=first)
    else:
        row = disclosures.propose(entered.uid, decision, given_fields=given, reason=reason, by=first)
        assert row.given_fields == stored


def test_two_decide_and_only_then_values_are_given(entered, first, second):
    with pytest.raises(DisclosureNotReady):
        disclosures.confirm(entered.uid, by=second)
    row = disclosures.propose(
        entered.uid, "PARTLY", given_fields=["caller.name"], reason="氏名で足りる", by=first
    )
    with pytest.raises(DisclosureNotReady):
        disclosures.values_to_give(row, by=first, reason="外部提供")
    with pytest.raises(oversight.SecondPersonNeeded):
        disclosures.confirm(entered.uid, by=first)

    row = disclosures.confirm(entered.uid, by=second)
    given = disclosures.values_to_give(row, by=first, reason="外部提供")

    assert [one.values for one in given] == [{"caller.name": "山田 花子"}]
    assert "山田" not in repr(given)
    log = AuditEntry.objects.get(action="REVEALED")
    assert (log.fields, log.purpose) == (["caller.name"], "REQUEST")
    with pytest.raises(DisclosureNotReady):
        disclosures.propose(entered.uid, "GIVE", given_fields=[], reason="", by=first)


def test_a_kept_copy_is_shown_as_it_was_made_until_its_case_is_erased(entered, first, known):
    paper = papers.keep(
        b"%PDF as given",
        OfficePaper.Kind.GIVEN,
        "pdf",
        subject_uid=entered.uid,
        centre=first.centre,
        by=first,
    )
    assert papers.read(paper, by=first) == b"%PDF as given"
    assert paper.digest in AuditEntry.objects.get(action="PAPER_MADE").reason

    erasing.run(known.uid)

    with pytest.raises(KeyMissing):
        papers.read(paper, by=first)
    assert OfficePaper.objects.get().digest == paper.digest


def test_the_database_refuses_an_answer_before_a_decision(entered):
    with pytest.raises(IntegrityError), transaction.atomic():
        OutsideDisclosure.objects.filter(pk=entered.pk).update(answered_on=date(2026, 11, 3))
