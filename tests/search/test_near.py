"""Cases with nearly the same words, found by the worker after the save: which, for whom, until when."""

import hashlib
import uuid
from dataclasses import replace
from datetime import date, timedelta

import pytest

from cases.demo import generator
from cases.records.case import Case
from cases.services import custody
from cases.services.retention.erasure import erase_case
from cases.services.retention.models import Disposal
from search import analysis, near
from search.engine import engine
from search.hashing import TermHasher
from search.judgements import Judgement, Verdict, judge
from search.near import NearDuplicate, likeness

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("empty_engine")]

ROOF = (
    "屋根の無料点検に来た業者に、瓦がずれていて雨漏りすると言われ、その場で補修工事の契約書に署名した。"
    "家族に反対されたので解約したいが、業者は材料を発注したと言って応じない。"
)
AGAIN = ROOF + "昨日も電話した者だという。"
OTHER = (
    "通販サイトで靴を注文し、銀行口座に代金を振り込んだが、商品が届かず、サイトの連絡先に電話してもつながらない。"
    "返金してほしい。"
)
DAY = date(2026, 4, 9)


def pairs():
    return set(NearDuplicate.objects.values_list("first__uid", "second__uid"))


def seen(case, staff):
    return {one.case.uid for one in near.of_case(Case.objects.get(pk=case.pk), by=staff)}


def test_two_saves_of_nearly_the_same_words_are_found_from_both_sides(record, worked, staff):
    first, second, other = record(ROOF), record(AGAIN), record(OTHER)

    worked()

    assert pairs() == {(first.uid, second.uid)}
    assert (seen(first, staff), seen(second, staff), seen(other, staff)) == (
        {second.uid}, {first.uid}, set(),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("difference", "is_found"),
    [
        ({}, True),
        ({"received_on": DAY - near.WINDOW}, True),
        ({"received_on": DAY - near.WINDOW - timedelta(days=1)}, False),
        ({"source": Case.Source.IMPORT}, True),
        ({"narrative": "契約の相談"}, False),
    ],
)
def test_what_it_is_compared_with(record, worked, difference, is_found):
    narrative = difference.pop("narrative", ROOF)
    record(narrative, **difference)
    worked()

    record(narrative, received_on=DAY)
    worked()

    assert NearDuplicate.objects.exists() is is_found


@pytest.mark.parametrize("source", [Case.Source.IMPORT, Case.Source.DEMO])
def test_ledgers_and_made_up_cases_are_not_looked_at(record, worked, source):
    for _number in range(2):
        record(ROOF, source=source)

    worked()

    assert not NearDuplicate.objects.exists()


def test_cases_of_another_centre_are_not_compared(record, worked, other_centre):
    record(ROOF), record(ROOF, at=other_centre)

    worked()

    assert not NearDuplicate.objects.exists()


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_case_under_protection_is_compared_with_none(record, worked, staff, when):
    first = record(ROOF)
    if when == "before":
        custody.guard(first.uid, is_guarded=True, by=staff)
    second = record(ROOF)
    worked()
    assert NearDuplicate.objects.exists() is (when == "after")

    custody.guard(first.uid, is_guarded=True, by=staff)

    assert (seen(first, staff), seen(second, staff)) == (set(), set())
    worked()
    assert not NearDuplicate.objects.exists()


@pytest.mark.parametrize("why", ["linked", "said unlike here", "said unlike there"])
def test_what_is_linked_or_said_to_be_another_matter_is_told_no_more(record, worked, staff, why):
    first, second = record(ROOF), record(ROOF)
    worked()
    assert seen(first, staff) == {second.uid}

    if why == "linked":
        custody.link(first.uid, other_uid=second.uid, kind="SAME_MATTER", by=staff)
    elif why == "said unlike here":
        judge(first.uid, second.uid, verdict=Verdict.NOT_SIMILAR, by=staff)
    else:
        judge(second.uid, first.uid, verdict=Verdict.NOT_SIMILAR, by=staff)

    assert (seen(first, staff), seen(second, staff)) == (set(), set())


def test_a_row_slipped_in_silences_nothing(record, worked, staff):
    first, second = record(ROOF), record(ROOF)
    worked()

    Judgement.objects.create(about=first.uid, hit=second, verdict=Verdict.NOT_SIMILAR)

    assert seen(first, staff) == {second.uid}


def test_changed_words_are_compared_anew(record, worked, staff):
    first, second = record(ROOF), record(ROOF)
    worked()
    [held] = engine().documents([second.uid])
    engine().put([replace(held, terms=b"\x01" * 100)])

    near.look([second.uid], engine())

    assert (pairs(), seen(first, staff)) == (set(), set())


def test_of_a_wave_each_new_case_names_its_likest(record, worked, staff):
    wave = [record(f"{ROOF}{'夫も同席した。' * number}") for number in range(6)]

    worked()

    assert all(0 < len(seen(case, staff)) <= near.MOST for case in wave)


def test_what_was_found_is_erased_with_either_case(record, worked, staff):
    first, _second = record(ROOF), record(ROOF)
    worked()

    erase_case(first.uid, reason=Disposal.Ground.REQUEST, by=staff)

    assert not NearDuplicate.objects.exists()


def test_a_case_erased_meanwhile_is_not_noted(record, worked, monkeypatch):
    first, second = record(ROOF), record(ROOF)
    found = near.nearest

    def erased_before(document, engine):
        answer = found(document, engine)
        Case.objects.filter(pk=first.pk).delete()
        return answer

    monkeypatch.setattr(near, "nearest", erased_before)
    worked()

    assert not NearDuplicate.objects.exists()
    assert Case.objects.filter(pk=second.pk).exists()


def test_a_case_costs_one_query_where_there_is_nothing_to_tell(
    record, worked, staff, django_assert_num_queries
):
    case = record(ROOF)
    worked()
    case = Case.objects.get(pk=case.pk)

    with django_assert_num_queries(1):
        assert near.of_case(case, by=staff) == []


def test_what_was_saved_while_the_engine_was_filled_is_found_within_a_day(record, worked, staff):
    engine().wipe()
    first, second = record(ROOF), record(ROOF)
    worked()
    assert not NearDuplicate.objects.exists()
    engine().complete()

    near.look_again()

    assert pairs() == {(first.uid, second.uid)}


def test_likeness_is_the_share_of_the_shorter_text_s_neighbouring_terms():
    one, other, third = bytes(range(1, 6)), bytes(range(11, 16)), bytes(range(21, 26))

    assert likeness(one + other + one, one + other + third) == 0.5
    assert likeness(one + other, other + one) == 0.0
    assert likeness(one + other, third + one + other + third) == 1.0
    assert likeness(b"", one + other) == 0.0


def test_copies_are_told_of_and_cases_of_one_kind_are_not():
    """On made-up cases, whose texts share whole sentences: see `near.LIKE` for the same at ten times as many."""
    hasher = TermHasher(lambda word: hashlib.sha256(word).digest())
    cases = list(generator.entries(600, 3, date(2026, 11, 20)))
    packed = [hasher.packed(analysis.words(f"{case.narrative}\n{case.advice}")) for case in cases]
    copies = [hasher.packed(analysis.words(f"{case.narrative}昨日も電話した者だという。")) for case in cases]

    told = sum(likeness(one, copy) >= near.LIKE for one, copy in zip(packed, copies, strict=True))
    alone = [
        any(likeness(one, packed[other]) >= near.LIKE for other in range(len(cases)) if other != place)
        for place, one in enumerate(packed[:150])
    ]

    assert told / len(cases) > 0.8
    assert sum(alone) / len(alone) < 0.02


def test_a_case_of_nobody_is_passed_over(record, worked):
    record(ROOF)
    worked()

    near.look([uuid.uuid4()], engine())

    assert not NearDuplicate.objects.exists()
