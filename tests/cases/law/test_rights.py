from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.law.rights import TRANSACTION_OF_SALES_METHOD, TRANSACTIONS, cooling_off, reason_sentence

EIGHT_DAY_TYPES = ["door_to_door", "telemarketing"]
ARTICLE = {"door_to_door": "9", "telemarketing": "24"}
DAYS = st.dates(min_value=date(2009, 12, 1), max_value=date(2090, 12, 31))
ANSWERS = st.sampled_from(["yes", "no", "unknown"])
FRIDAY = date(2026, 11, 20)
LAST = date(2026, 11, 27)


@pytest.mark.parametrize("transaction", EIGHT_DAY_TYPES)
@pytest.mark.parametrize(
    ("received", "last_day"),
    [
        (date(2026, 11, 20), date(2026, 11, 27)),
        (date(2027, 1, 10), date(2027, 1, 17)),
        (date(2026, 1, 28), date(2026, 2, 4)),
        (date(2026, 8, 31), date(2026, 9, 7)),
        (date(2028, 2, 22), date(2028, 2, 29)),
        (date(2027, 2, 22), date(2027, 3, 1)),
        (date(2028, 2, 29), date(2028, 3, 7)),
        (date(2026, 12, 27), date(2027, 1, 3)),
    ],
)
def test_eight_days_count_the_day_of_receipt(transaction, received, last_day):
    answer = cooling_off(transaction, contract_document_on=received, as_of=received)

    assert (answer.right, answer.last_day, answer.days_left) == ("yes", last_day, 7)
    assert answer.basis == (("特定商取引法", ARTICLE[transaction]),)
    assert answer.missing == ()


def test_the_published_example_two_days_in():
    answer = cooling_off(
        "door_to_door",
        contract_on=FRIDAY,
        contract_document_on=FRIDAY,
        document_defect="no",
        obstruction="no",
        as_of=date(2026, 11, 22),
    )

    assert (answer.right, answer.last_day, answer.days_left) == ("yes", LAST, 5)


@given(st.sampled_from(EIGHT_DAY_TYPES), DAYS, DAYS)
def test_the_last_day_is_seven_days_after_the_first(transaction, received, as_of):
    answer = cooling_off(transaction, contract_document_on=received, as_of=as_of)

    assert answer.last_day == received + timedelta(days=7)
    assert answer.days_left == (answer.last_day - as_of).days


@given(DAYS, st.integers(0, 400), DAYS)
def test_a_later_document_never_ends_earlier(received, later, as_of):
    first = cooling_off("telemarketing", contract_document_on=received, as_of=as_of)
    second = cooling_off("telemarketing", contract_document_on=received + timedelta(days=later), as_of=as_of)

    assert second.last_day - first.last_day == timedelta(days=later)


@given(DAYS, DAYS, st.integers(0, 400), ANSWERS, ANSWERS)
def test_the_right_never_comes_back_with_time(received, as_of, later, defect, obstruction):
    facts = {"contract_document_on": received, "document_defect": defect, "obstruction": obstruction}
    order = ["yes", "unclear", "no"]

    now = cooling_off("door_to_door", **facts, as_of=as_of).right
    then = cooling_off("door_to_door", **facts, as_of=as_of + timedelta(days=later)).right

    assert order.index(now) <= order.index(then)


@given(
    st.sampled_from(sorted(TRANSACTIONS)), st.none() | DAYS, st.none() | DAYS, st.none() | DAYS, ANSWERS,
    ANSWERS, DAYS,
)  # fmt: skip
def test_no_flat_no_while_a_fact_is_missing(
    transaction, contract, document, applied, defect, obstruction, as_of
):
    answer = cooling_off(
        transaction,
        contract_on=contract,
        contract_document_on=document,
        application_document_on=applied,
        document_defect=defect,
        obstruction=obstruction,
        as_of=as_of,
    )

    assert answer.right != "no" or (answer.missing == () and (defect, obstruction) == ("no", "no"))
    assert (answer.days_left is None) == (answer.last_day is None)
    assert reason_sentence(answer)


@pytest.mark.parametrize(
    ("as_of", "defect", "obstruction", "right", "missing"),
    [
        (LAST, "unknown", "unknown", "yes", ()),
        (LAST + timedelta(days=1), "no", "no", "no", ()),
        (LAST + timedelta(days=1), "unknown", "no", "unclear", ("document_defect",)),
        (LAST + timedelta(days=1), "no", "unknown", "unclear", ("obstruction",)),
        (LAST + timedelta(days=1), "unknown", "unknown", "unclear", ("document_defect", "obstruction")),
    ],
)
def test_doubts_about_the_document_matter_only_after_the_last_day(as_of, defect, obstruction, right, missing):
    answer = cooling_off(
        "door_to_door",
        contract_document_on=FRIDAY,
        document_defect=defect,
        obstruction=obstruction,
        as_of=as_of,
    )

    assert (answer.right, answer.missing, answer.last_day) == (right, missing, LAST)


@pytest.mark.parametrize(
    ("application", "contract", "last_day"),
    [
        (date(2026, 11, 18), FRIDAY, date(2026, 11, 25)),
        (FRIDAY, date(2026, 11, 18), date(2026, 11, 25)),
        (FRIDAY, None, LAST),
        (None, FRIDAY, LAST),
    ],
)
def test_the_earlier_document_starts_the_period(application, contract, last_day):
    answer = cooling_off(
        "telemarketing", application_document_on=application, contract_document_on=contract, as_of=FRIDAY
    )

    assert answer.last_day == last_day


@pytest.mark.parametrize(("defect", "last_day"), [("yes", None), ("no", LAST)])
def test_a_defective_document_does_not_start_the_period(defect, last_day):
    answer = cooling_off(
        "door_to_door",
        contract_document_on=FRIDAY,
        document_defect=defect,
        obstruction="no",
        as_of=date(2026, 12, 31),
    )

    assert answer.last_day == last_day
    assert answer.right == ("yes" if last_day is None else "no")
    assert ("起算せず" in reason_sentence(answer)) is (last_day is None)


@pytest.mark.parametrize(
    ("fresh", "last_day", "missing"),
    [(None, None, ("fresh_document_on",)), (date(2026, 3, 20), date(2026, 3, 27), ())],
)
def test_after_obstruction_a_fresh_document_starts_eight_days(fresh, last_day, missing):
    answer = cooling_off(
        "door_to_door",
        contract_document_on=date(2026, 2, 1),
        obstruction="yes",
        fresh_document_on=fresh,
        as_of=date(2026, 3, 20),
    )

    assert (answer.right, answer.last_day, answer.missing) == ("yes", last_day, missing)


@pytest.mark.parametrize(("as_of", "right"), [(LAST, "yes"), (LAST + timedelta(days=1), "unclear")])
def test_without_a_document_date_the_contract_day_gives_the_earliest_last_day(as_of, right):
    answer = cooling_off(
        "door_to_door", contract_on=FRIDAY, document_defect="no", obstruction="no", as_of=as_of
    )

    assert (answer.right, answer.last_day, answer.missing) == (right, LAST, ("contract_document_on",))


@pytest.mark.parametrize(("as_of", "said"), [(FRIDAY - timedelta(days=1), True), (FRIDAY, False)])
def test_a_document_from_the_future_is_a_caution(as_of, said):
    answer = cooling_off("door_to_door", contract_document_on=FRIDAY, as_of=as_of)

    assert any("起算日が基準日より後" in caution for caution in answer.cautions) is said


def test_without_any_date_the_answer_is_open():
    answer = cooling_off("telemarketing", as_of=FRIDAY)

    assert (answer.right, answer.last_day) == ("unclear", None)
    assert "contract_document_on" in answer.missing


@pytest.mark.parametrize(
    ("concluded", "right"), [(date(2009, 11, 30), "unclear"), (date(2009, 12, 1), "yes")]
)
def test_contracts_before_december_2009_are_outside(concluded, right):
    answer = cooling_off(
        "door_to_door", contract_on=concluded, contract_document_on=concluded, as_of=concluded
    )

    assert (answer.right, answer.missing) == (right, ())
    assert any("対象外の時期" in caution for caution in answer.cautions) is (right == "unclear")


@pytest.mark.parametrize("transaction", sorted(TRANSACTIONS - set(EIGHT_DAY_TYPES)))
def test_other_transactions_say_that_they_are_not_covered(transaction):
    answer = cooling_off(transaction, contract_document_on=FRIDAY, as_of=FRIDAY)

    assert (answer.right, answer.last_day, answer.basis) == ("unclear", None, ())
    assert answer.cautions


def test_an_unheard_of_transaction_is_refused():
    with pytest.raises(ValueError, match="unknown transaction"):
        cooling_off("barter", as_of=FRIDAY)


def test_sales_methods_lead_to_a_transaction():
    assert TRANSACTION_OF_SALES_METHOD == {"DOOR_TO_DOOR": "door_to_door", "TELEMARKETING": "telemarketing"}


@pytest.mark.parametrize(
    ("received", "as_of", "words"),
    [
        (date(2026, 12, 27), date(2026, 12, 28), "窓口から出せるのは12月30日(水)まで"),
        (date(2026, 12, 27), date(2026, 12, 31), "1月3日(日)まで郵便局の窓口は休み"),
        (FRIDAY, FRIDAY, None),
    ],
)
def test_a_closed_counter_on_the_last_day_is_a_caution(received, as_of, words):
    answer = cooling_off("door_to_door", contract_document_on=received, as_of=as_of)
    said = [caution for caution in answer.cautions if "郵便局" in caution]

    assert len(said) == (1 if words else 0)
    assert words is None or words in said[0]


@pytest.mark.parametrize(
    ("facts", "as_of", "sentence"),
    [
        (
            {"contract_document_on": FRIDAY},
            date(2026, 11, 22),
            "11月27日(金)の消印まで(書面受領日11月20日を1日目として8日間・特定商取引法9条)",
        ),
        (
            {"application_document_on": FRIDAY},
            LAST,
            "本日11月27日(金)の消印まで(申込書面受領日11月20日を1日目として8日間・特定商取引法9条)",
        ),
        (
            {"contract_document_on": date(2026, 12, 27)},
            date(2026, 12, 28),
            "2027年1月3日(日)の消印まで(書面受領日12月27日を1日目として8日間・特定商取引法9条)",
        ),
        (
            {"contract_on": FRIDAY},
            FRIDAY,
            "書面受領日が不明・早ければ11月27日(金)の消印まで(契約日11月20日を1日目として8日間・特定商取引法9条)",
        ),
        (
            {"contract_on": FRIDAY},
            date(2026, 12, 1),
            "書面受領日が不明・要確認(契約日11月20日から8日間は11月27日(金)で過ぎています・特定商取引法9条)",
        ),
        (
            {"contract_document_on": FRIDAY, "document_defect": "no"},
            date(2026, 12, 1),
            "期限の11月27日(金)を過ぎています・クーリング・オフ妨害の有無を要確認"
            "(書面受領日11月20日を1日目として8日間・特定商取引法9条)",
        ),
        (
            {"contract_document_on": FRIDAY, "document_defect": "no", "obstruction": "no"},
            date(2026, 12, 1),
            "期限の11月27日(金)を過ぎています・取消しなど他の権利を要確認"
            "(書面受領日11月20日を1日目として8日間・特定商取引法9条)",
        ),
        (
            {"document_defect": "yes"},
            FRIDAY,
            "起算せず・期限は始まっていません(書面がないか不備がある・特定商取引法9条)",
        ),
        ({}, FRIDAY, "書面受領日と契約日が分からないため期限を出せません・要確認(特定商取引法9条)"),
    ],
)  # fmt: skip
def test_the_reason_in_one_sentence(facts, as_of, sentence):
    assert reason_sentence(cooling_off("door_to_door", **facts, as_of=as_of)) == sentence
