"""A document that the engine refuses for good: kept as a letter, out of the way, tried again with reason."""

import uuid

import pytest

from cases import feed
from cases.feed.models import FeedRow
from cases.protection.models import AuditEntry
from cases.records.case import Case
from search import dead_letters
from search.dead_letters import DeadLetter
from search.engine import engine, heal
from search.words import find

pytestmark = pytest.mark.django_db
REASON = "document_parsing_exception"


@pytest.fixture
def refuses(monkeypatch, empty_engine):
    """An engine that takes any document but those of the uids in the set."""
    refused = set()
    put = type(engine()).put

    def picky(self, documents):
        put(self, [document for document in documents if document.uid not in refused])
        return {document.uid: REASON for document in documents if document.uid in refused}

    monkeypatch.setattr(type(engine()), "put", picky)
    return refused


def letters():
    return {row.uid: (row.reason, row.attempts) for row in DeadLetter.objects.all()}


def test_a_refused_document_becomes_a_letter_and_holds_up_no_other(record, refuses, staff):
    fine, bad = record("屋根の点検"), record("屋根の工事")
    refuses.add(bad.uid)

    feed.drain("search", 10)

    assert letters() == {bad.uid: (REASON, 1)}
    assert set(find("屋根", by=staff).uids) == {fine.uid}
    assert not FeedRow.objects.exists()


def test_a_letter_counts_how_often_and_goes_once_the_document_is_taken(record, refuses, staff):
    bad = record("屋根の工事")
    refuses.add(bad.uid)
    feed.drain("search", 10)
    since = DeadLetter.objects.get().since

    assert dead_letters.retry([bad.uid, uuid.uuid4()], by=staff) == 1
    feed.drain("search", 10)
    assert letters() == {bad.uid: (REASON, 2)}
    assert DeadLetter.objects.get().since == since

    refuses.clear()
    assert dead_letters.retry([bad.uid], by=staff) == 1
    assert letters(), "it stays until the document is taken"
    feed.drain("search", 10)

    assert (letters(), find("屋根", by=staff).uids) == ({}, [bad.uid])
    assert AuditEntry.objects.filter(action="SEARCH_RETRIED").count() == 2


def test_nothing_is_tried_where_no_letter_is(record, empty_engine, staff):
    case = record("屋根の工事")
    feed.drain("search", 10)

    assert dead_letters.retry([case.uid], by=staff) == 0
    assert not FeedRow.objects.exists()


def test_the_letter_of_an_erased_case_goes_with_it(record, refuses, staff):
    bad, other = record("屋根の工事"), record("屋根の点検")
    refuses |= {bad.uid, other.uid}
    feed.drain("search", 10)
    Case.objects.filter(uid=bad.uid).delete()

    assert dead_letters.retry([bad.uid], by=staff) == 0

    assert set(letters()) == {other.uid}


def test_a_rebuild_tries_every_letter_again(record, refuses, worked, staff):
    bad = record("屋根の工事")
    refuses.add(bad.uid)
    worked()
    assert letters() == {bad.uid: (REASON, 1)}
    refuses.clear()
    engine().wipe()

    heal()
    worked()

    assert (letters(), find("屋根", by=staff).uids) == ({}, [bad.uid])
