"""権利と期限 on the page of a case, the table of rules, and the API."""

from datetime import date

import pytest
from django.urls import reverse

from cases.law.rights.table import RULES
from cases.services.rights import last_days, rights_of_case
from consult.desk.rights.rules import example, row
from tests import builders

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 23)
FRIDAY = date(2026, 11, 20)


def test_a_case_shows_its_rights_and_the_credit_behind_it(desk, counsellor):
    case = builders.case(
        by=counsellor,
        contracted_on=FRIDAY,
        document_received_on=FRIDAY,
        contract_yen=1_480_000,
        payments=("INDIVIDUAL_CREDIT",),
    )
    text = desk.get(reverse("case", args=[case.uid])).content.decode()

    words = ["権利と期限", "11月27日金曜の消印まで", "個別クレジット", "割賦販売法35条の3の10", "過量販売"]
    assert [word for word in words if word not in text] == []


def test_a_case_that_names_no_transaction_shows_none(desk, counsellor):
    case = builders.case(by=counsellor, sales_method="UNKNOWN", document_received_on=FRIDAY)

    assert "権利と期限" not in desk.get(reverse("case", args=[case.uid])).content.decode()


@pytest.mark.parametrize(
    ("more", "transaction", "last_day"),
    [
        ({}, "door_to_door", date(2026, 11, 27)),
        ({"law_facts": {"transaction": "multilevel"}}, "multilevel", date(2026, 12, 9)),
        ({"law_facts": {"obstruction": "yes"}}, "door_to_door", None),
        ({"document_form": "NONE"}, "door_to_door", None),
        (
            {"law_facts": {"transaction": "continuous_service", "duration_months": "1.5", "service_kind": "beauty"}},
            "continuous_service",
            date(2026, 11, 27),
        ),
    ],
)  # fmt: skip
def test_the_facts_of_a_case_are_read_from_its_columns(counsellor, more, transaction, last_day):
    case = builders.case(
        by=counsellor, contracted_on=FRIDAY, document_received_on=FRIDAY, contract_yen=98_000, **more
    )
    [right] = rights_of_case(case, as_of=TODAY)

    assert (right.transaction, right.answer.last_day) == (transaction, last_day)
    assert right.answer.right != "no"


def test_the_first_last_day_of_many_cases_takes_one_query_and_opens_nothing(
    counsellor, django_assert_num_queries
):
    soon = builders.case(
        by=counsellor, document_received_on=date(2026, 11, 17), payments=("INDIVIDUAL_CREDIT",)
    )
    over = builders.case(by=counsellor, document_received_on=date(2026, 11, 1))
    none = builders.case(by=counsellor, sales_method="UNKNOWN", document_received_on=FRIDAY)
    cases = list(type(soon).objects.filter(pk__in=[soon.pk, over.pk, none.pk]).for_list())

    with django_assert_num_queries(1):
        found = last_days(cases, as_of=TODAY)

    told = {pk: [right.answer.last_day for right in rights] for pk, rights in found.items()}
    assert told == {soon.pk: [date(2026, 11, 24)]}


@pytest.mark.parametrize(
    ("facts", "right", "last_day", "asked"),
    [
        # Nobody knows of the credit's own document: as early as the contract, and never a flat no.
        ({}, "unclear", date(2026, 11, 17), ["contract_document_on", "document_defect", "obstruction"]),
        ({"credit_document_on": "2026-11-20"}, "yes", date(2026, 11, 27), []),
        ({"credit_document_on": "2026-11-10"}, "unclear", date(2026, 11, 17), ["document_defect", "obstruction"]),
        ({"credit_document_on": "2026-11-10", "credit_document_defect": "no", "obstruction": "no"}, "no",
         date(2026, 11, 17), []),
        ({"credit_document_defect": "yes"}, "yes", None, []),
    ],
)  # fmt: skip
def test_a_credit_counts_from_its_own_document(counsellor, facts, right, last_day, asked):
    case = builders.case(
        by=counsellor,
        contracted_on=date(2026, 11, 10),
        document_received_on=date(2026, 11, 9),
        document_defect="NO",
        document_form="PAPER",
        payments=("INDIVIDUAL_CREDIT",),
        law_facts=facts,
    )
    [_sale, credit] = rights_of_case(case, as_of=TODAY)

    found = credit.answer
    assert (found.right, found.last_day, list(found.missing)) == (right, last_day, asked)


def test_the_credit_chosen_as_the_transaction_reads_its_own_document_first(counsellor):
    case = builders.case(
        by=counsellor,
        document_received_on=FRIDAY,
        law_facts={"transaction": "individual_credit", "credit_document_on": "2026-11-21"},
    )
    [credit] = rights_of_case(case, as_of=TODAY)

    assert credit.facts.contract_document_on == date(2026, 11, 21)


# ---- the table of rules ----


def test_the_page_of_rules_shows_every_rule_with_an_example(desk):
    page = desk.get(reverse("rights-rules"))
    text = page.content.decode()

    assert page.status_code == 200
    assert text.count("計算例") == len(RULES)
    for words in ("特定商取引法24条の3", "割賦販売法35条の3の12", "3か月", "老人福祉法29条"):
        assert words in text


@pytest.mark.parametrize("rule", RULES, ids=[rule.name for rule in RULES])
def test_the_example_of_a_rule_is_counted_by_the_rule(rule):
    assert str(rule.basis) in example(rule)
    assert "1日目として" in example(rule)
    assert "過ぎ" not in example(rule)
    assert row(rule).notice


# ---- the API ----


def post(client, body):
    return client.post(reverse("api-rights"), body, content_type="application/json")


def test_the_api_answers_as_the_command_does(desk):
    answer = post(
        desk,
        {
            "transaction": "door_to_door", "contract_on": "2026-11-20", "contract_document_on": "2026-11-20",
            "document_defect": "no", "obstruction": "no", "cash_fully_performed": "no", "consumable_used": "no",
            "total_yen": 98000, "as_of": "2026-11-22",
        },
    )  # fmt: skip

    assert answer.status_code == 200
    body = answer.json()
    assert (body["right"], body["last_day"], body["days_left"]) == ("yes", "2026-11-27", 5)
    assert body["basis"] == [{"law": "特定商取引法", "article": "9"}]


def test_the_api_counts_to_today_where_no_day_is_given(desk):
    assert (
        post(desk, {"transaction": "deposit", "contract_document_on": "2026-11-20"}).json()["days_left"] == 10
    )


@pytest.mark.parametrize(
    ("body", "named"),
    [
        ({"transaction": "barter"}, "transaction"),
        ({"transaction": "store", "contract_no": 1}, "contract_no"),
        ([1], "object"),
    ],
)
def test_the_api_refuses_by_name(desk, body, named):
    answer = post(desk, body)

    assert answer.status_code == 400
    assert named in answer.content.decode()
