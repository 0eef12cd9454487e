"""Made-up consultations: the same for the same seed, calibrated, plausible, and none in the future."""

import uuid
from collections import Counter
from datetime import date, timedelta
from itertools import islice
from random import Random

import pytest

from cases import spelling
from cases.demo import generator, masks, people, profile, sentences, stories
from cases.demo.generator import entries
from cases.demo.profile import Mix
from cases.law import calendar
from cases.protection.redaction import Party, redact
from cases.records import ages
from cases.services.entry import CaseEntry, check
from cases.services.intake import parties_of
from cases.services.reading import read_yen

TODAY = date(2026, 11, 23)
AREAS = frozenset(district.code for district in people.DISTRICTS)


@pytest.fixture(scope="module")
def some() -> list[CaseEntry]:
    return list(entries(6000, 1, TODAY))


@pytest.fixture(scope="module")
def many() -> list[CaseEntry]:
    return list(entries(20_000, 1, TODAY))


def share(some, true) -> float:
    return 100 * sum(1 for entry in some if true(entry)) / len(some)


def aged(some, first, last=200):
    return [entry for entry in some if entry.age is not None and first <= entry.age <= last]


def test_the_same_seed_gives_the_same_cases_and_another_seed_others():
    assert list(entries(50, 3, TODAY)) == list(entries(50, 3, TODAY))
    assert {e.uid for e in entries(50, 3, TODAY)}.isdisjoint(e.uid for e in entries(50, 4, TODAY))


def test_more_cases_of_a_seed_hold_the_fewer_ones():
    few, more = ({entry.uid: entry for entry in entries(count, 3, TODAY)} for count in (30, 90))

    assert few.items() <= more.items()


def test_what_is_known_is_left_out_and_the_rest_stays_as_it_is():
    every = list(entries(40, 3, TODAY))
    left = {entry.uid for entry in every[::2]}

    assert list(entries(40, 3, TODAY, known=left.__contains__)) == every[1::2]


@pytest.mark.django_db
def test_every_case_can_be_saved(some):
    for entry in some:
        check(entry, AREAS, at=uuid.UUID(int=1))


def test_they_come_in_the_order_of_the_days_over_six_years_and_none_lies_ahead(some):
    days = [entry.received_on for entry in some]

    assert days == sorted(days)
    assert {calendar.fiscal_year(day) for day in days} == set(range(2021, 2027))
    assert days[-1] < TODAY
    assert all(entry.closed_on is None or entry.closed_on < TODAY for entry in some)
    assert all(entry.is_made_up and entry.source == "DEMO" for entry in some)


def test_the_ages_are_as_published(some):
    elder = share(some, lambda e: ages.is_at_least(e.party_age_band, 65) is True)
    known = [e for e in some if e.party_age_band not in (ages.UNKNOWN, ages.GROUP)]

    assert 30.5 < elder < 35
    assert 35.5 < share(known, lambda e: ages.is_at_least(e.party_age_band, 65) is True) < 40
    assert 11 < share(some, lambda e: e.party_age_band in (ages.UNKNOWN, ages.GROUP)) < 15
    assert 0.7 < share(some, lambda e: e.age in (18, 19)) < 1.5


@pytest.mark.parametrize(
    ("field", "code", "low", "high"),
    [
        ("sex", "FEMALE", 47.5, 53.5),
        ("sex", "MALE", 41, 47),
        ("channel", "PHONE", 77, 83),
        ("channel", "VISIT", 14.5, 19.5),
        ("kind", "COMPLAINT", 89, 93),
        ("relation", "SELF", 76, 84),
        ("sales_method", "STORE", 16, 22),
        ("sales_method", "DOOR_TO_DOOR", 7, 12),
        ("sales_method", "TELEMARKETING", 5, 9.5),
        ("sales_method", "UNKNOWN", 24, 31),
        ("outcome", "ADVICE", 66, 73),
    ],
)
def test_codes_are_as_frequent_as_meant(field, code, low, high, some):
    assert low < share(some, lambda entry: getattr(entry, field) == code) < high


def test_mail_order_falls_with_age_and_door_to_door_passes_it_at_85(some, many):
    def of(first, last, *codes):
        return share(aged(some, first, last), lambda entry: entry.sales_method in codes)

    assert 30 < share(some, lambda e: e.sales_method in ("INTERNET", "MAIL_ORDER")) < 40
    assert of(20, 49, "INTERNET", "MAIL_ORDER") > of(75, 84, "INTERNET", "MAIL_ORDER") + 8
    oldest = aged(many, 85)
    door = sum(entry.sales_method == "DOOR_TO_DOOR" for entry in oldest)
    assert door > sum(entry.sales_method in ("INTERNET", "MAIL_ORDER") for entry in oldest)


def test_the_young_come_in_spring(many):
    young = aged(many, 18, 19)

    # In five years and a half the quarter comes six times.
    assert share(young, lambda entry: entry.received_on.month in (4, 5, 6)) > 36


def test_amounts_have_a_heavy_tail_and_nobody_paid_more_than_was_agreed(some):
    amounts = sorted(entry.contract_yen for entry in some if entry.contract_yen is not None)
    mean = sum(amounts) / len(amounts)

    assert mean > 3 * amounts[len(amounts) // 2]
    assert 500_000 < mean < 1_600_000
    assert all(
        entry.paid_yen <= entry.contract_yen
        for entry in some
        if None not in (entry.paid_yen, entry.contract_yen)
    )


@pytest.mark.parametrize(
    ("scam", "ages_from", "start", "end"),
    [
        ("INSPECTION", 70, TODAY - timedelta(weeks=6), TODAY),
        ("SUPPORT_SCAM", 0, date(2023, 10, 1), date(2023, 12, 16)),
    ],
)
def test_the_planted_waves_stand_out(scam, ages_from, start, end, many):
    meant = [entry for entry in many if ages_from == 0 or (entry.age or 0) >= ages_from]
    inside = [entry for entry in meant if start <= entry.received_on < end]
    year_before = [
        entry
        for entry in meant
        if start - timedelta(days=365) <= entry.received_on < end - timedelta(days=365)
    ]

    now, then = (share(part, lambda entry: entry.scam_main == scam) for part in (inside, year_before))
    assert now > 1.8 * then > 0


def test_no_placeholder_stays_and_every_scam_type_occurs(many):
    assert [entry.narrative for entry in many if "{" in entry.narrative + entry.advice] == []
    assert {entry.scam_main for entry in many} == {scam.code for scam in profile.scams()}


def test_people_have_numbers_that_are_nobodys(some):
    phones = {person.phone for entry in some for person in (entry.caller, entry.party) if person.phone}

    assert all(spelling.phone_digits(phone) for phone in phones)
    assert [phone for phone in phones if phone[4:8] != "0000" and not phone.startswith("042-000-")] == []


def test_a_caller_who_is_the_party_tells_of_nobody_else(some):
    own = [entry for entry in some if entry.relation == "SELF"]

    assert all(entry.caller.is_empty for entry in own)
    assert share(own, lambda entry: "母の" in entry.narrative or "父の" in entry.narrative) < 4


def test_most_narratives_of_a_proxy_name_the_party_or_say_who_it_is(some):
    others = [e for e in some if e.relation in ("CHILD", "SPOUSE", "PARENT")]
    called = ("母", "父", "夫", "妻", "息子", "娘")

    def tells(entry):
        names = [part for part in entry.party.name.split() if part] + ["契約者", *called]
        return any(name in entry.narrative for name in names)

    assert share(others, tells) > 80


def test_every_scam_type_has_its_weight_and_there_are_names_enough():
    assert {scam.code for scam in profile.scams()} == {path.stem for path in sentences.FOLDER.glob("*.json")}
    assert len(people._rows("family")) >= 60
    assert len(people._rows("given")) >= 80


@pytest.mark.parametrize("yen", [1, 9_800, 10_000, 1_480_000, 1_485_000, 120_000_000, 100_000_000])
def test_an_amount_is_written_as_people_write_it(yen):
    assert read_yen(stories.yen_text(yen)) == yen


def test_a_mix_draws_by_weight():
    rng = Random(1)
    drawn = Counter(Mix({"a": 9.0, "b": 1, "never": 0}).draw(rng) for _n in range(2000))

    assert 0.86 < drawn["a"] / 2000 < 0.94
    assert drawn["never"] == 0


def test_a_large_load_tells_stories_again_with_other_numbers(monkeypatch):
    monkeypatch.setattr(generator, "POOL", 2000)
    many = list(entries(8000, 1, TODAY))
    texts = Counter(entry.narrative for entry in many)

    assert 1500 < len(texts) < 4500
    again = [e for e in many if texts[e.narrative] > 3 and e.party.phone]
    assert len({entry.party.phone for entry in again}) > 0.8 * len(again)


@pytest.mark.parametrize("count", [300, 40_000], ids=["all different", "from the pool"])
def test_the_remembered_redaction_is_that_of_the_desk(count):
    some = list(islice(entries(count, 9, TODAY), 0, count, count // 300))
    wrong = []
    for entry in [*some, *some[:50]]:
        parties, allow = parties_of(entry), [entry.trader_name] if entry.trader_name else []
        for text in (entry.narrative, entry.advice):
            if text and masks.remembered(text, parties, allow) != redact(text, parties, allow=allow).masked:
                wrong.append(entry.uid)

    assert wrong == []


def test_a_number_in_the_text_is_not_forgotten_by_the_remembered_redaction():
    text = "折り返しは０９０ー００００ー１２３４、国際番号は+81 90 0000 1234。"
    mine, other = (Party(phones=(phone,)) for phone in ("090-0000-1234", "080-0000-9999"))

    assert masks._may_stand("090-0000-1234", "8190000012340")
    for party in (mine, other):
        assert masks.remembered(text, [party], ()) == redact(text, [party]).masked
