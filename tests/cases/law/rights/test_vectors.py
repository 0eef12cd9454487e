"""The worked examples that the field agreed on, each counted with day 1 included."""

from datetime import date

import pytest

from tests.cases.law.rights.plain import answer

D = date.fromisoformat


@pytest.mark.parametrize(
    ("transaction", "days", "last_day"),
    [
        ("door_to_door", {"contract_document_on": D("2026-11-20")}, "2026-11-27"),
        ("telemarketing", {"contract_document_on": D("2027-01-10")}, "2027-01-17"),
        ("door_to_door", {"contract_document_on": D("2026-01-28")}, "2026-02-04"),
        ("door_to_door", {"contract_document_on": D("2026-08-31")}, "2026-09-07"),
        ("business_opportunity", {"contract_document_on": D("2026-08-31")}, "2026-09-19"),
        ("door_to_door", {"contract_document_on": D("2028-02-22")}, "2028-02-29"),
        ("door_to_door", {"contract_document_on": D("2027-02-22")}, "2027-03-01"),
        ("door_to_door", {"contract_document_on": D("2028-02-29")}, "2028-03-07"),
        ("business_opportunity", {"contract_document_on": D("2028-02-10")}, "2028-02-29"),
        ("business_opportunity", {"contract_document_on": D("2027-02-10")}, "2027-03-01"),
        ("door_to_door", {"contract_document_on": D("2026-12-27")}, "2027-01-03"),
        ("deposit", {"contract_document_on": D("2026-04-17")}, "2026-04-30"),
        ("investment_advice", {"contract_document_on": D("2026-06-24")}, "2026-07-03"),
        (
            "multilevel",
            {"contract_document_on": D("2026-05-01"), "goods_received_on": D("2026-05-12")},
            "2026-05-31",
        ),
        ("insurance", {"contract_document_on": D("2026-05-28"), "applied_on": D("2026-06-01")}, "2026-06-08"),
        (
            "telecom_initial",
            {
                "telecom_kind": "mobile",
                "contract_document_on": D("2026-07-01"),
                "service_started_on": D("2026-07-05"),
            },
            "2026-07-12",
        ),
        ("telecom_initial", {"telecom_kind": "fixed", "contract_document_on": D("2026-07-01")}, "2026-07-08"),
        (
            "door_to_door",
            {
                "contract_document_on": D("2026-03-01"),
                "obstruction": "yes",
                "fresh_document_on": D("2026-03-20"),
            },
            "2026-03-27",
        ),
        ("care_home", {"moved_in_on": D("2026-07-01")}, "2026-09-30"),
    ],
)
def test_the_last_day_of_each_example(transaction, days, last_day):
    found = answer(transaction, as_of=D(last_day), **days)

    assert (found.right, found.last_day, found.days_left) == ("yes", D(last_day), 0)
    assert answer(transaction, as_of=D("2028-12-31"), **days).right == "no"


def test_without_a_document_the_days_do_not_begin():
    found = answer("door_to_door", document_defect="yes")

    assert (found.right, found.last_day, found.days_left) == ("yes", None, None)
    assert any("起算せず" in caution for caution in found.cautions)


def test_a_mail_order_has_no_such_right_but_a_return():
    found = answer("mail_order", induced_by_advertising="no", goods_received_on=D("2026-11-20"))

    assert (found.right, found.last_day) == ("no", None)
    assert any("返品特約" in caution for caution in found.cautions)
    assert [(other.kind, other.last_day) for other in found.other_rights if other.kind == "return"] == [
        ("return", D("2026-11-27"))
    ]


@pytest.mark.parametrize(
    ("contract", "last_day"), [("2028-02-29", "2029-02-28"), ("2026-05-10", "2027-05-10")]
)
def test_a_right_of_one_year_does_not_count_the_first_day(contract, last_day):
    found = answer("door_to_door", contract_on=D(contract))

    assert {other.kind: other.last_day for other in found.other_rights}["excess_quantity"] == D(last_day)
