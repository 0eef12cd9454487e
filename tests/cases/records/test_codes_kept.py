"""Code sets in memory: the same object while nothing changes, another as soon as a code is another."""

import pytest

from cases.records import codes
from cases.records.codes import Code


@pytest.fixture(autouse=True)
def _asked_every_time(db, monkeypatch):
    monkeypatch.setattr(codes, "_FRESH_SECONDS", -1.0)
    codes.forget()
    yield
    codes.forget()


def test_what_did_not_change_is_the_same_object(django_assert_num_queries):
    held = codes.codes("sex")
    with django_assert_num_queries(1):
        assert codes.codes("sex") is held


def test_a_code_that_changed_makes_another(db):
    held = codes.codes("sex")
    Code.objects.filter(kind="sex", code="FEMALE").update(label="女の人")

    assert codes.codes("sex") is not held
    assert codes.codes("sex").by_code["FEMALE"].label == "女の人"


def test_a_code_in_memory_is_as_it_lies_in_the_database():
    held = codes.codes("scam_type").by_code["INSPECTION"]
    stored = Code.objects.get(kind="scam_type", code="INSPECTION")

    assert held == stored
    assert (held.attributes, held.valid_from, held.label_en) == (
        stored.attributes,
        stored.valid_from,
        stored.label_en,
    )
    assert not held._state.adding
