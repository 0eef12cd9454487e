"""The rights beside withdrawal: what each counts from, and how long."""

from datetime import date

import pytest

from cases.law.rights import Facts, words
from cases.law.rights.others import other_rights

AS_OF = date(2026, 11, 23)


def rescission(**known):
    facts = Facts("door_to_door", AS_OF, **known)
    return next(one for one in other_rights(facts) if one.kind == "rescission")


@pytest.mark.parametrize(
    ("known", "last_day", "label"),
    [
        ({"contract_on": date(2026, 5, 10)}, date(2031, 5, 10), "取消権(契約から5年)"),
        (
            {"contract_on": date(2026, 5, 10), "noticed_on": date(2026, 6, 1)},
            date(2027, 6, 1),
            "取消権(気づいた日から1年)",
        ),
        # Five years are the end also where the lie is found out later.
        (
            {"contract_on": date(2022, 5, 10), "noticed_on": date(2026, 11, 1)},
            date(2027, 5, 10),
            "取消権(契約から5年)",
        ),
        ({"noticed_on": date(2028, 2, 29)}, date(2029, 2, 28), "取消権(気づいた日から1年)"),
        (
            {"contract_on": date(2023, 1, 5), "spiritual_claim": "yes"},
            date(2033, 1, 5),
            "取消権(契約から10年)",
        ),
        (
            {"contract_on": date(2023, 1, 5), "noticed_on": date(2026, 1, 31), "spiritual_claim": "yes"},
            date(2029, 1, 31),
            "取消権(気づいた日から3年)",
        ),
        (
            {"contract_on": date(2023, 1, 4), "spiritual_claim": "yes"},
            date(2028, 1, 4),
            "取消権(契約から5年)",
        ),
        (
            {"contract_on": date(2017, 11, 30), "noticed_on": date(2018, 1, 31)},
            date(2018, 7, 31),
            "取消権(気づいた日から6か月)",
        ),
    ],
)
def test_a_right_to_cancel_ends_by_the_first_of_its_two_counts(known, last_day, label):
    found = rescission(**known)

    assert (found.last_day, words.other_label(found)) == (last_day, label)


def test_without_a_day_there_is_no_last_day():
    assert rescission(spiritual_claim="yes").last_day is None


def test_too_much_sold_counts_a_year_from_the_contract_whatever_was_found_out():
    facts = Facts(
        "door_to_door",
        AS_OF,
        contract_on=date(2026, 5, 10),
        noticed_on=date(2026, 6, 1),
        spiritual_claim="yes",
    )
    [excess] = [one for one in other_rights(facts) if one.kind == "excess_quantity"]

    assert excess.last_day == date(2027, 5, 10)
    assert words.other_label(excess) == "過量販売の解除(契約から1年)"
