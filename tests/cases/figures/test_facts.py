import re
import threading
from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from cases.figures import facts
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
    facts.restate(case, "IMPERSONATION", ["INSPECTION"])
    case.outcome = "MEDIATED"
    facts.restate(case, "IMPERSONATION", ["INSPECTION"])

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
    facts.restate(case, "INSPECTION", ["IMPERSONATION"])
    assert len(signed()) == 1


def test_a_case_never_stated_is_stated_by_its_first_correction(make_case):
    facts.restate(make_case(), "INSPECTION", [])
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
        facts.restate(case, "IMPERSONATION", [])
    kinds = [re.match(r"\w+", q["sql"])[0] + ("*" if "advisory" in q["sql"] else "") for q in queries]
    assert kinds[-2:] == ["SELECT*", "INSERT"]
