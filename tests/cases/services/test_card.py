"""The whole 相談カード: stored as handed in, sealed where somebody could be recognised, covered by the log."""

import uuid
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from django.db import connection

from cases.law import calendar
from cases.law.calendar import TOKYO
from cases.protection.audit import stored
from cases.protection.redacted import redacted_text
from cases.protection.reveal import reveal
from cases.records.card import ROWS, CaseCode, CaseTrader, CaseTransfer
from cases.records.case import Case
from cases.services import followup
from cases.services.card_entry import (
    LAW_FACTS,
    CareEntry,
    ConsentEntry,
    ReferralEntry,
    TraderEntry,
    TransferEntry,
    law_facts,
)
from cases.services.entry import EntryRefused, PersonEntry
from tests import builders

pytestmark = pytest.mark.django_db

ACCOUNT, HOLDER, AGENT, STREET = "普通 7654321", "コガラシ タケル", "凩 武", "藍染町9-9-9"
WHOLE = {
    "subject": "凩武の屋根点検",
    "narrative": "凩武と名乗る男が来た。コガラシタケルの口座に振り込んだ。",
    "relation": "CHILD",
    "route": "WATCHER",
    "continuity": "CONTINUED",
    "earlier_number": "2025-000012",
    "consulted_elsewhere": "NO",
    "is_forewarning": True,
    "is_impaired": True,
    "caller_age": 51,
    "caller_sex": "FEMALE",
    "caller_area": "NORTH",
    "caller_occupation": "EMPLOYEE",
    "party_city": "131032",
    "issue_main": "CONTRACT",
    "issue_others": ("SALES_PRACTICE", "CONTRACT"),
    "triggers": ("VISIT",),
    "contact_means": ("FACE", "PHONE"),
    "payments": ("TRANSFER", "INDIVIDUAL_CREDIT"),
    "contract_state": "CONTRACTED",
    "solicited_on": date(2026, 11, 18),
    "goods_received_on": date(2026, 11, 19),
    "document_form": "PAPER",
    "document_defect": "YES",
    "law_facts": {"obstruction": "no", "application_document_on": "2026-11-18", "duration_months": "2.5"},
    "claimed_yen": 1_480_000,
    "harm": "HARM",
    "harm_kind": "FRACTURE",
    "harm_part": "LEG",
    "harm_degree": "MONTH_OVER",
    "care": CareEntry(codes=("HEARING", "DEMENTIA"), languages=("SIGN",), note="補聴器を使う"),
    "traders": (
        TraderEntry(name="ヤネ工房あかつき", address=STREET, phone="03-5555-1234", agent=AGENT),
        TraderEntry(role="CREDIT", name="みずほろ信販"),
        TraderEntry(role="OTHER"),  # nothing said: no row
    ),
    "transfers": (
        TransferEntry(
            happened_at=datetime(2026, 11, 19, 15, 30, tzinfo=TOKYO),
            yen=0,
            institution="かささぎ銀行 本店",
            account=ACCOUNT,
            holder=HOLDER,
        ),
    ),
    "consents": (
        ConsentEntry(kind="CONTACT", answer="YES", given_on=date(2026, 11, 20), how="PHONE", note="夕方だけ"),
    ),
    "referrals": (
        ReferralEntry(kind="POLICE", body="#9110", referred_on=date(2026, 11, 20), note="担当は生活安全課"),
    ),
    "caller": PersonEntry(name="青柳 みどり", email="midori@example.jp", postcode="105-0001"),
}


@pytest.fixture
def counsellor():
    return builders.account()


@pytest.fixture
def case(counsellor):
    return builders.case(by=counsellor, **WHOLE)


def test_what_is_in_the_open_comes_back_as_it_was_handed_in(case):
    held = Case.objects.get(pk=case.pk)

    for name in (
        "route", "continuity", "earlier_number", "consulted_elsewhere", "is_forewarning", "is_impaired", "caller_age",
        "caller_sex", "caller_area", "caller_occupation", "party_city", "contract_state", "solicited_on",
        "goods_received_on", "document_form", "document_defect", "claimed_yen", "harm", "harm_kind", "harm_part",
        "harm_degree",
    ):  # fmt: skip
        assert getattr(held, name) == WHOLE[name], name
    assert law_facts(held.law_facts) == WHOLE["law_facts"]
    codes = [
        (row.kind, row.code, row.is_main)
        for row in CaseCode.objects.filter(case=held).order_by("kind", "position")
    ]
    assert codes == [
        ("contact_means", "FACE", False),
        ("contact_means", "PHONE", False),
        ("issue_kind", "CONTRACT", True),
        ("issue_kind", "SALES_PRACTICE", False),
        ("payment", "TRANSFER", False),
        ("payment", "INDIVIDUAL_CREDIT", False),
        ("trigger", "VISIT", False),
    ]
    assert [row.role for row in held.casetraders.all()] == ["SELLER", "CREDIT"]
    assert held.casetransfers.get().yen == 0


def test_what_is_sealed_is_shown_by_the_door_alone(case, counsellor):
    shown = reveal(
        case.uid,
        [
            "subject",
            "care",
            "traders",
            "transfers",
            "consents",
            "referrals",
            "caller.email",
            "caller.postcode",
        ],
        by=counsellor,
    )

    transfer, (trader, _credit) = case.casetransfers.get(), case.casetraders.all()
    assert shown[f"transfers.{transfer.uid}.account"] == ACCOUNT
    assert shown[f"transfers.{transfer.uid}.holder"] == HOLDER
    assert (shown[f"traders.{trader.uid}.agent"], shown[f"traders.{trader.uid}.address"]) == (AGENT, STREET)
    assert shown[f"consents.{case.caseconsents.get().uid}.note"] == "夕方だけ"
    assert shown[f"referrals.{case.casereferrals.get().uid}.note"] == "担当は生活安全課"
    assert (shown["caller.email"], shown["caller.postcode"]) == ("midori@example.jp", "105-0001")
    assert CareEntry.from_text(shown["care"]) == WHOLE["care"]


def test_nothing_sealed_lies_in_the_open_in_any_row(case):
    texts = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            if table.startswith("cases_") and table != "cases_code":
                cursor.execute(f"SELECT * FROM {table}")  # noqa: S608 - names of our own tables
                texts += [
                    bytes(v) if isinstance(v, memoryview) else v for row in cursor.fetchall() for v in row
                ]
    stored_text = "\n".join(v.decode("utf-8", "replace") if isinstance(v, bytes) else str(v) for v in texts)

    secrets = (ACCOUNT, HOLDER, AGENT, STREET, "midori@", "105-0001", "補聴器", "夕方だけ", "生活安全課")
    secrets += ("555-1234", "HEARING")
    assert [secret for secret in secrets if secret in stored_text] == []


def test_who_solicited_and_who_holds_the_account_are_masked(case, counsellor):
    words = redacted_text([case.uid], by=counsellor)[case.uid]

    assert "凩武" not in words.narrative + words.subject
    assert "コガラシ" not in words.narrative
    assert words.subject.endswith("の屋根点検")


@pytest.mark.parametrize("model", ROWS, ids=lambda model: model.__name__)
def test_a_row_of_the_card_that_is_changed_or_goes_by_hand_is_found(case, model):
    assert list(stored.cases([Case.objects.get(pk=case.pk)])) == []
    row = model.objects.filter(case=case).first()
    model.objects.filter(pk=row.pk).update(position=row.position + 9)
    changed = list(stored.cases([Case.objects.get(pk=case.pk)]))
    model.objects.filter(pk=row.pk).delete()
    gone = list(stored.cases([Case.objects.get(pk=case.pk)]))

    assert changed
    assert gone


def test_a_coded_column_of_the_card_that_is_changed_by_hand_is_found(case):
    Case.objects.filter(pk=case.pk).update(harm_degree="DEATH")

    assert [fault.kind for fault in stored.cases([Case.objects.get(pk=case.pk)])] == ["CODE_CHANGED"]


def test_a_correction_replaces_the_rows_of_the_card(case, counsellor):
    entry = builders.entry(**{**WHOLE, "uid": case.uid, "transfers": (), "payments": ("CASH",)})

    followup.correct_case(entry, revision=case.revision, by=counsellor)

    assert not CaseTransfer.objects.filter(case=case).exists()
    assert [row.code for row in CaseCode.objects.filter(case=case, kind="payment")] == ["CASH"]
    assert CaseTrader.objects.filter(case=case).count() == 2
    assert list(stored.cases([Case.objects.get(pk=case.pk)])) == []


def test_a_card_without_the_further_items_has_the_content_that_it_always_had(counsellor):
    entry = builders.entry(uid=uuid.UUID(int=7))

    assert b"harm" not in entry.content()
    assert b"email" not in entry.content()
    assert replace(entry, harm="NONE").content() != entry.content()
    assert replace(entry, claimed_yen=0).content() != entry.content()


def tomorrow():
    return calendar.today() + timedelta(days=1)


@pytest.mark.parametrize(
    ("more", "fields"),
    [
        ({"payments": ("NO_SUCH",)}, {"payments"}),
        ({"harm_degree": "NO_SUCH"}, {"harm_degree"}),
        ({"issue_others": ("PRICE",)}, {"issue_main"}),
        ({"document_defect": "MAYBE"}, {"document_defect"}),
        (lambda: {"solicited_on": tomorrow()}, {"solicited_on"}),
        ({"caller_age": 131}, {"caller_age"}),
        ({"caller_area": "NOWHERE"}, {"caller_area"}),
        ({"claimed_yen": -1}, {"claimed_yen"}),
        ({"law_facts": {"colour": "yes"}}, {"law_facts"}),
        ({"law_facts": {"obstruction": "unknown"}}, {"obstruction"}),
        ({"law_facts": {"moved_in_on": "2026-02-30"}}, {"moved_in_on"}),
        ({"law_facts": {"duration_months": "NaN"}}, {"duration_months"}),
        ({"transfers": (TransferEntry(account="1", yen=-1),)}, {"transfers"}),
        ({"transfers": (TransferEntry(account="1" * 201),)}, {"transfers"}),
        ({"transfers": (TransferEntry(account="1"),) * 21}, {"transfers"}),
        ({"consents": (ConsentEntry(kind="CONTACT", answer="YES"),) * 2}, {"consents"}),
        ({"consents": (ConsentEntry(kind="CONTACT", answer=""),)}, {"consents"}),
        (lambda: {"referrals": (ReferralEntry(referred_on=tomorrow()),)}, {"referrals"}),
        ({"traders": (TraderEntry(name="a", role="NO_SUCH"),)}, {"traders"}),
        ({"care": CareEntry(codes=("NO_SUCH",))}, {"care"}),
        ({"care": CareEntry(note="あ" * 2001)}, {"care"}),
    ],
)
def test_what_cannot_be_is_refused_by_the_name_of_its_field(counsellor, more, fields):
    with pytest.raises(EntryRefused) as refused:
        builders.case(by=counsellor, **builders.given(more))

    assert set(refused.value.errors) == fields
    assert not Case.objects.exists()


def test_every_fact_that_rights_depend_on_may_be_said(counsellor):
    said = {
        name: "2026-11-20" if name.endswith("_on") else "1.5" if name == "duration_months" else "yes"
        for name in LAW_FACTS
    } | {"transaction": "telecom_initial", "service_kind": "beauty", "telecom_kind": "mobile"}

    made = builders.case(by=counsellor, law_facts=said)

    assert law_facts(made.law_facts) == said
