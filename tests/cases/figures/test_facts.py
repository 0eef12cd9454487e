import re
import threading
import uuid
from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from cases.figures import facts
from cases.figures.facts import Coded, Contact
from cases.models import CaseFact


def signed() -> list[tuple[int, str, str]]:
    return list(CaseFact.objects.order_by("seq").values_list("sign", "scams", "outcome"))


def test_a_new_case_is_stated_once_with_its_coded_columns(state, centre):
    case = state("INSPECTION", "IMPERSONATION", "INSPECTION", party_age=72, contract_yen=0)

    fact = CaseFact.objects.get()
    assert (fact.sign, fact.case_uid, fact.centre) == (1, case.uid, centre.pk)
    assert (fact.scam_main, fact.scams) == ("INSPECTION", "INSPECTION|IMPERSONATION")
    assert (fact.age, fact.age_band) == (72, "70_74")
    assert (fact.product, fact.product_class) == ("HEALTH_FOOD", "FOOD")
    assert (fact.contract_yen, fact.paid_yen) == (0, None)


def test_a_correction_withdraws_the_last_statement_and_states_the_new_one(state):
    case = state("INSPECTION")
    case.outcome, case.closed_on = "ADVICE", date(2026, 5, 12)
    facts.restate(Coded(case, "IMPERSONATION", ["INSPECTION"]))
    case.outcome = "MEDIATED"
    facts.restate(Coded(case, "IMPERSONATION", ["INSPECTION"]))

    assert signed() == [
        (1, "INSPECTION", ""),
        (-1, "INSPECTION", ""),
        (1, "IMPERSONATION|INSPECTION", "ADVICE"),
        (-1, "IMPERSONATION|INSPECTION", "ADVICE"),
        (1, "IMPERSONATION|INSPECTION", "MEDIATED"),
    ]


def test_a_correction_that_changes_nothing_counted_leaves_no_fact(state):
    case = state("INSPECTION", "IMPERSONATION")
    case.is_provisional = True
    facts.restate(Coded(case, "INSPECTION", ["IMPERSONATION"]))
    assert len(signed()) == 1


def test_a_case_never_stated_is_stated_by_its_first_correction(make_case):
    facts.restate(Coded(make_case(), "INSPECTION"))
    assert signed() == [(1, "INSPECTION", "")]


def test_the_database_refuses_a_sign_that_is_not_one(state):
    state()
    with pytest.raises(IntegrityError), transaction.atomic():
        CaseFact.objects.update(sign=2)


def test_many_cases_are_stated_in_few_statements(make_case):
    given = [(make_case(), "INSPECTION", []) for _ in range(20)]
    with CaptureQueriesContext(
        connection,
    ) as queries:
        facts.record(given)
    assert len([q for q in queries if q["sql"].startswith("INSERT")]) == 1
    assert CaseFact.objects.count() == 20


def test_a_caller_who_is_the_contract_party_has_its_age_and_district(state):
    state(relation="SELF", party_age=72, party_sex="MALE", party_area="NORTH", party_occupation="NOT_WORKING")
    fact = CaseFact.objects.get()
    assert (fact.caller_age_band, fact.caller_sex, fact.caller_area) == ("70_74", "MALE", "NORTH")
    assert fact.caller_occupation == "NOT_WORKING"


@pytest.mark.parametrize("relation", ["CHILD", ""])
def test_another_caller_has_its_own_or_is_unknown(state, relation):
    state(relation=relation, party_age=72, caller_age=41, caller_sex="FEMALE")
    state(relation=relation, party_age=72)
    known, unknown = CaseFact.objects.order_by("seq")
    assert (known.caller_age_band, known.caller_sex) == ("40S", "FEMALE")
    assert (unknown.caller_age_band, unknown.caller_sex, unknown.caller_area) == ("UNKNOWN", "", "UNKNOWN")


def test_issue_kinds_and_levels_of_goods_are_stated(make_case):
    facts.record(
        [Coded(make_case(product="BASIC_COSMETICS"), "INSPECTION", (), ["CONTRACT", "PRICE", "CONTRACT"])]
    )
    fact = CaseFact.objects.get()
    assert (fact.issue_main, fact.issues) == ("CONTRACT", "CONTRACT|PRICE")
    assert (fact.product, fact.product_middle, fact.product_class) == (
        "BASIC_COSMETICS", "BASIC_COSMETICS", "HEALTH_GOODS",
    )  # fmt: skip


# --- 経過 -----------------------------------------------------------------------------------------------------


def contact(**given) -> Contact:
    return Contact(
        **{"uid": uuid.uuid4(), "on": date(2026, 6, 1), "kind": "TO_CALLER", "minutes": 10, **given}
    )


def of_contacts() -> list[tuple[int, str, int | None, str]]:
    rows = CaseFact.objects.filter(what="CONTACT").order_by("seq")
    return list(rows.values_list("sign", "contact_kind", "minutes", "outcome"))


def test_a_contact_is_stated_on_its_own_day_with_the_codes_of_its_case(state):
    case = state("INSPECTION", party_age=72)
    facts.restate(Coded(case, "INSPECTION"), [contact(on=date(2027, 4, 1))])
    fact = CaseFact.objects.get(what="CONTACT")
    assert (fact.received_on, fact.fiscal_year, fact.age_band) == (date(2027, 4, 1), 2027, "70_74")
    assert len(signed()) == 2


def test_a_contact_is_corrected_taken_back_and_stated_anew_with_its_case(state):
    case, call, note = state(), contact(), contact(kind="NOTE", minutes=None)
    facts.restate(Coded(case, "INSPECTION"), [call, note])
    facts.restate(Coded(case, "INSPECTION"), [call, note])
    facts.restate(Coded(case, "INSPECTION"), [call._replace(minutes=20)])
    case.outcome, case.closed_on = "ADVICE", date(2026, 6, 2)
    facts.restate(Coded(case, "INSPECTION"), [call._replace(minutes=20)])

    assert of_contacts() == [
        (1, "TO_CALLER", 10, ""),
        (1, "NOTE", None, ""),
        (-1, "TO_CALLER", 10, ""),
        (1, "TO_CALLER", 20, ""),
        (-1, "NOTE", None, ""),
        (-1, "TO_CALLER", 20, ""),
        (1, "TO_CALLER", 20, "ADVICE"),
    ]


def test_what_stands_of_several_cases_is_one_query(state, django_assert_num_queries):
    cases = [state() for _ in range(3)]
    with django_assert_num_queries(1):
        found = facts.standing([case.uid for case in cases])
    assert all(found[case.uid] == facts.to_state(Coded(case, "INSPECTION"), []) for case in cases)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_second_saver_gets_its_seq_after_the_first_has_committed(make_case):
    first, second = make_case(), make_case()
    stated, seen = threading.Event(), []

    def save_second() -> None:
        stated.wait(10)
        with transaction.atomic():
            facts.record([(second, "INSPECTION", [])])
            seen.extend(CaseFact.objects.order_by("seq").values_list("case_uid", flat=True))
        connection.close()

    thread = threading.Thread(target=save_second)
    thread.start()
    with transaction.atomic():
        facts.record([(first, "INSPECTION", [])])
        stated.set()
        thread.join(0.5)
        waits = thread.is_alive()
    thread.join(10)

    assert waits
    assert seen == [first.uid, second.uid]


@pytest.mark.postgres
@pytest.mark.django_db
def test_the_order_lock_stands_directly_before_the_rows(state, make_case):
    case = state()
    with CaptureQueriesContext(connection) as queries:
        facts.restate(Coded(case, "IMPERSONATION"))
    kinds = [re.match(r"\w+", q["sql"])[0] + ("*" if "advisory" in q["sql"] else "") for q in queries]
    assert kinds[-2:] == ["SELECT*", "INSERT"]
