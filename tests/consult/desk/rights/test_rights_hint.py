"""Beside the form while one types, on Monday 23 November 2026."""

from datetime import date

import pytest
from django.urls import reverse

from cases.law.rights import INPUTS
from cases.services.rights import CREDIT_DOCUMENT
from consult.desk.rights.facts import FIELDS, all_facts, desk_facts

pytestmark = pytest.mark.django_db


def hint(client, uid, **fields):
    return client.post(reverse("hint", args=[uid, "rights"]), fields).content.decode()


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        (
            {"document_received_on": "11/20"},
            [
                "11月27日金曜の消印まで",
                "11月27日(金)",
                "訪問販売",
                "電話勧誘販売",
                "特定商取引法9条",
                "あと4日",
            ],
        ),
        (
            {"document_received_on": "11/20", "sales_method": "DOOR_TO_DOOR"},
            ["特定商取引法9条", "注意すること", "聞くこと", "契約の総額はいくらですか。", "電子メール"],
        ),
        ({"document_received_on": "11/18", "sales_method": "TELEMARKETING"}, ["right--soon", "あと2日"]),
        ({"sales_method": "MAIL_ORDER"}, ["返品特約", "広告などを見て電話をかけ"]),
        ({"sales_method": "NEGATIVE_OPTION"}, ["すぐに処分できます"]),
        ({"sales_method": "HOME_BUYING", "document_received_on": "11/20"}, ["特定商取引法58条の14"]),
        ({"sales_method": "HOME_BUYING"}, ["日を入れると"]),
        ({"moved_in_on": "2026/7/1"}, ["有料老人ホーム", "期限の9月30日(水)を過ぎています"]),
        ({"document_received_on": "11/20", "hint_transaction": "insurance"}, ["保険業法309条"]),
        ({"document_received_on": "なにか"}, ["日を入れると"]),
        ({}, ["日を入れると", "ほかの取引として見る"]),
    ],
)
def test_the_right_comes_with_its_sentence_and_reason(desk, uid, fields, words):
    text = hint(desk, uid, **fields)

    assert [word for word in words if word not in text] == []


def test_a_chosen_type_shows_its_own_right_alone(desk, uid):
    text = hint(desk, uid, document_received_on="11/20", sales_method="TELEMARKETING")

    assert "特定商取引法24条" in text
    assert "特定商取引法9条" not in text


@pytest.mark.parametrize(
    ("payments", "is_shown"), [("CASH,INDIVIDUAL_CREDIT", True), ("CASH", False), ("", False)]
)
def test_a_credit_company_has_a_line_of_its_own(desk, uid, payments, is_shown):
    text = hint(desk, uid, document_received_on="11/20", sales_method="DOOR_TO_DOOR", payments=payments)

    assert ("割賦販売法35条の3の10" in text) is is_shown
    assert ("クレジット会社には書面" in text) is is_shown


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"document_received_on": "11/20"}, ["クレジット会社の契約書面を受け取った日はいつですか。"]),
        ({"credit_document_on": "11/18"}, ["11月25日水曜の消印まで"]),
        ({"credit_document_on": "11/18", "credit_document_defect": "yes"}, ["期間はまだ始まっていません"]),
    ],
)
def test_the_credit_counts_from_its_own_document(desk, uid, fields, words):
    text = hint(desk, uid, sales_method="DOOR_TO_DOOR", payments="個別クレジット", **fields)

    assert [word for word in words if word not in text] == []


@pytest.mark.parametrize("payments", ["INDIVIDUAL_CREDIT", "現金、個別クレジット", "1,7"])
def test_the_ways_of_paying_are_read_as_they_are_typed(payments):
    found = all_facts({"payments": payments, "sales_method": "MULTILEVEL"})

    assert [facts.transaction for facts in found] == ["multilevel", "individual_credit"]
    assert found[1].underlying == "multilevel"


def test_typed_text_becomes_facts():
    facts = desk_facts(
        {
            "contracted_on": "11/20", "document_received_on": "R8.11.21", "contract_yen": "150万円",
            "duration_months": "2.5か月", "obstruction": "yes", "document_defect": "NO", "document_form": "ELECTRONIC",
            "sales_method": "DOOR_TO_DOOR", "for_business": "たぶん",
        }
    )  # fmt: skip

    assert (facts.transaction, facts.contract_on) == ("door_to_door", date(2026, 11, 20))
    assert facts.contract_document_on == date(2026, 11, 21)
    assert (facts.total_yen, facts.duration_months) == (1_500_000, 2.5)
    assert (facts.obstruction, facts.document_defect, facts.for_business) == ("yes", "no", "unknown")
    assert facts.document_form == "electronic"


@pytest.mark.parametrize(
    ("fields", "transaction"),
    [
        ({"transaction": "deposit", "sales_method": "STORE"}, "deposit"),
        ({"service_kind": "beauty", "sales_method": "STORE"}, "continuous_service"),
        ({"telecom_kind": "mobile"}, "telecom_initial"),
        ({"sales_method": "STORE"}, "store"),
        ({"sales_method": "OTHER_NON_STORE"}, ""),
        ({}, ""),
    ],
)
def test_the_transaction_is_chosen_or_told_by_what_it_alone_has(fields, transaction):
    assert desk_facts(fields).transaction == transaction


def test_a_document_that_never_came_has_not_started_the_days():
    assert desk_facts({"document_form": "NONE"}).document_defect == "yes"


def test_every_field_fills_an_input():
    filled = {name for name, _read in FIELDS.values()}

    assert filled - set(CREDIT_DOCUMENT) == set(INPUTS) - {"as_of", "underlying", "document_form"}
