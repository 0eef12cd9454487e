"""A fact that becomes known never contradicts the answer given without it."""

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from cases.law.rights import CHOICES, TRANSACTIONS, Facts, assess
from cases.law.rights.facts import ANSWERS, DATES

CONTRACT = st.dates(min_value=date(2009, 12, 1), max_value=date(2030, 12, 31))
SINCE = st.integers(0, 60)
ANSWER = st.sampled_from(["yes", "no"])
COUNTED_AS_NO = ("for_business", "exempt_item", "invited_by_consumer")
CARRYING = ("door_to_door", "telemarketing", "continuous_service", "multilevel", "business_opportunity")


@st.composite
def whole(draw):
    """A contract of which everything is known that may matter."""
    contract = draw(CONTRACT)
    day = SINCE.map(lambda passed: contract + timedelta(days=passed))
    transaction = draw(st.sampled_from(sorted(TRANSACTIONS)))
    return Facts(
        transaction,
        contract + timedelta(days=draw(st.integers(0, 150))),
        contract_on=contract,
        **{name: draw(day) for name in DATES if name not in {"contract_on", "application_document_on"}},
        **{name: draw(ANSWER) for name in ANSWERS},
        total_yen=draw(st.sampled_from([2_999, 3_000, 50_000, 50_001, 500_000])),
        duration_months=draw(st.sampled_from([1, 1.5, 2, 2.5, 12, 13])),
        telecom_kind=draw(st.sampled_from(CHOICES["telecom_kind"])),
        document_form="paper",
        underlying=draw(st.sampled_from(CARRYING)),
        service_kind=draw(st.sampled_from(CHOICES["service_kind"])),
    )


def hidden(facts, names):
    """The same contract with these facts unknown."""
    return replace(facts, **{name: "unknown" if name in ANSWERS else None for name in names})


FORGETTABLE = (
    "contract_document_on", "goods_received_on", "applied_on", "service_started_on", "informed_in_writing_on",
    "moved_in_on", "document_defect", "obstruction", "cash_fully_performed", "consumable_used",
    "delivered_and_paid", "induced_by_advertising", "total_yen", "duration_months", "telecom_kind",
    "underlying", "service_kind",
)  # fmt: skip


def is_taken_for_granted(facts, names):
    """Facts that the contract of the command takes for granted while nobody knows them."""
    transaction = facts.transaction
    return (
        (transaction == "insurance" and "duration_months" in names)
        or (transaction == "golf_membership" and "total_yen" in names)
        or (transaction == "individual_credit" and "consumable_used" in names)
    )


@given(whole(), st.sets(st.sampled_from(FORGETTABLE)))
def test_a_no_stays_a_no_whatever_becomes_known(facts, names):
    unknown = assess(hidden(facts, names))

    if unknown.right == "no":
        assert assess(facts).right == "no"
        assert unknown.missing == ()


@given(whole(), st.sets(st.sampled_from(FORGETTABLE)))
def test_a_yes_stays_a_yes_whatever_becomes_known(facts, names):
    facts = replace(facts, fresh_document_on=None)  # obstruction and no fresh document: nothing ends the days
    unknown = assess(hidden(facts, names))

    if unknown.right == "yes" and not is_taken_for_granted(facts, names):
        assert assess(facts).right == "yes"


@given(whole(), st.sets(st.sampled_from(FORGETTABLE)))
def test_what_is_missing_is_unknown_and_an_open_answer_names_it(facts, names):
    unknown = assess(hidden(facts, names))

    assert set(unknown.missing) <= {*names, "fresh_document_on"}
    assert unknown.right != "unclear" or unknown.missing
    assert (unknown.days_left is None) == (unknown.last_day is None)


@given(whole(), st.sets(st.sampled_from(FORGETTABLE)))
def test_an_open_answer_is_settled_by_what_it_asks_for(facts, names):
    """Asking for what is missing, again and again, ends in yes or no."""
    known = hidden(facts, names)
    for _round in FORGETTABLE:
        found = assess(known)
        if found.right != "unclear":
            break
        known = replace(known, **{name: getattr(facts, name) for name in found.missing})

    assert assess(known).right == assess(facts).right or is_taken_for_granted(facts, names)


@given(whole(), st.sets(st.sampled_from(FORGETTABLE)), st.integers(0, 400))
def test_the_right_never_comes_back_with_time(facts, names, later):
    order = ["yes", "unclear", "no"]
    now = hidden(facts, names)
    then = replace(now, as_of=now.as_of + timedelta(days=later))

    assert order.index(assess(now).right) <= order.index(assess(then).right)


@given(whole(), st.sets(st.sampled_from(COUNTED_AS_NO)))
def test_the_rare_exceptions_count_as_no_while_nobody_knows(facts, names):
    absent = replace(facts, **dict.fromkeys(names, "no"))

    assert assess(hidden(facts, names)).right == assess(absent).right
