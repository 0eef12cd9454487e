"""Contacts found again: by phone, address, mail address, without showing anybody."""

import pytest
from django.db import transaction

from cases.models import ContactTag
from cases.protection import contact_match, keys, lookup
from cases.protection.models import AuditEntry
from outreach.lectures.models import Lecture
from tests import builders
from tests.architecture.test_every_url import _lecture

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("one", "other", "are_same"),
    [
        ("東京都港区芝公園四丁目2番8号", "芝公園4-2-8", True),
        ("芝公園4丁目2−8 芝コーポ101号室", "港区芝公園 4-2-8-101", True),
        ("芝公園十二丁目3番地", "芝公園12-3", True),
        ("芝公園4-2-8-101", "芝公園4-2-8-102", False),
        ("芝公園4-2-8", "芝公園4-28", False),
        ("髙輪1-2-3", "高輪1-2-3", True),
    ],
)
def test_two_ways_to_write_an_address(one, other, are_same):
    centre = builders.centre("minato")
    centre.prefecture, centre.municipality = "東京都", "港区"

    normal = [contact_match.normal(contact_match.ADDRESS, text, centre) for text in (one, other)]

    assert "" not in normal
    assert (normal[0] == normal[1]) is are_same


@pytest.mark.parametrize(("field", "text"), [("ADDRESS", "芝公園"), ("PHONE", "12"), ("NAME", "　")])
def test_what_tells_too_little_is_no_value(field, text):
    assert contact_match.normal(field, text, builders.centre("minato")) == ""


def _held(owner, name):
    """A lecture whose lecturer's cell holds a group's name: any sealed contact does."""
    row = Lecture.objects.get(uid=_lecture(owner))
    keys.sealer(row.sealed_owner).seal(row, "lecturer", name)
    row.save()
    with transaction.atomic():
        contact_match.retag(row, {contact_match.NAME: [name]}, centre=owner.centre)
    return row


def _same(owner, text):
    rows = Lecture.objects.order_by("pk")
    return contact_match.same(
        rows, contact_match.NAME, text, among=["lecturer"], by=owner, centre=owner.centre
    )


def test_a_contact_is_found_again_however_its_name_is_typed_and_the_look_is_logged():
    owner = builders.account("OUTREACH")
    row = _held(owner, "北町 老人クラブ")
    _held(owner, "南町老人クラブ")

    assert _same(owner, "北町老人クラブ") == [row]
    entry = AuditEntry.objects.get(action="CONTACT_LOOKED_UP")
    assert (entry.fields, entry.count, entry.actor_uid) == (["lecture", "NAME"], 1, owner.uid)


def test_a_shared_tag_alone_finds_nobody_and_another_centre_finds_nothing():
    owner, stranger = builders.account("OUTREACH"), builders.account("OUTREACH", at=builders.centre("kita"))
    row = _held(owner, "北町老人クラブ")
    digest = lookup.digest(owner.centre, "lecture/NAME", "別の会")
    ContactTag.objects.filter(owner_uid=row.uid).update(tag=lookup.tag(digest, 5))

    assert _same(owner, "別の会") == []
    assert _same(stranger, "北町老人クラブ") == []


def test_tags_of_an_older_smaller_table_still_find_and_forgotten_ones_do_not(monkeypatch):
    owner = builders.account("OUTREACH")
    old = _held(owner, "北町老人クラブ")
    monkeypatch.setattr(lookup, "bits_for", lambda _rows: 10)
    new = _held(owner, "北町老人クラブ")

    assert set(ContactTag.objects.values_list("bits", flat=True)) == {5, 10}
    assert _same(owner, "北町老人クラブ") == [old, new]

    with transaction.atomic():
        contact_match.retag(old, {}, centre=owner.centre)
    assert _same(owner, "北町老人クラブ") == [new]


def test_what_belongs_to_a_case_gets_no_such_tag():
    case = builders.case()

    with pytest.raises(ValueError, match="no contact"):
        contact_match.retag(case, {contact_match.NAME: ["山田"]}, centre=case.centre)


def test_the_tags_of_two_kinds_of_contact_do_not_tell_that_they_are_one():
    centre = builders.centre()

    assert contact_match._digest(centre, "borrower", "PHONE", "0312345678") != contact_match._digest(
        centre, "subscriber", "PHONE", "0312345678"
    )


def test_no_value_is_no_look():
    owner = builders.account("OUTREACH")

    assert (
        contact_match.found(
            Lecture.objects.all(), "PHONE", ["12", ""], among=["lecturer"], by=owner, centre=owner.centre
        )
        == {}
    )
    assert not AuditEntry.objects.filter(action="CONTACT_LOOKED_UP").exists()
