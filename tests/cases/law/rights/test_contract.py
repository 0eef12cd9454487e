"""One test for each sentence of the command's contract that the vectors do not show."""

from datetime import date, timedelta

import pytest

from cases.law import rights
from cases.law.rights import Facts, assess
from tests.cases.law.rights.plain import FRIDAY, LAST, answer

D = date.fromisoformat
AFTER = LAST + timedelta(days=1)
SALES = ["door_to_door", "telemarketing"]


def kinds(found):
    return {other.kind for other in found.other_rights}


# ---- how unknowns count ----


@pytest.mark.parametrize("transaction", SALES)
@pytest.mark.parametrize("name", ["for_business", "exempt_item", "invited_by_consumer"])
def test_a_rare_exception_that_nobody_knows_counts_as_no_and_is_a_caution(transaction, name):
    known = answer(transaction, contract_document_on=FRIDAY)
    unknown = answer(transaction, contract_document_on=FRIDAY, **{name: None})
    there = answer(transaction, contract_document_on=FRIDAY, **{name: "yes"})

    assert (unknown.right, unknown.last_day, unknown.missing) == ("yes", LAST, ())
    assert len(unknown.cautions) == len(known.cautions) + 1
    assert (there.right, there.last_day, there.days_left) == ("no", None, None)


@pytest.mark.parametrize(
    ("total", "cash", "right", "missing"),
    [
        (3_000, None, "yes", ()),
        (3_000, "yes", "yes", ()),
        (2_999, "yes", "no", ()),
        (2_999, "no", "yes", ()),
        (2_999, None, "unclear", ("cash_fully_performed",)),
        (None, "no", "yes", ()),
        (None, "yes", "unclear", ("total_yen",)),
        (None, None, "unclear", ("cash_fully_performed", "total_yen")),
    ],
)
def test_cash_matters_only_below_3000_yen_or_where_the_amount_is_unknown(total, cash, right, missing):
    found = answer(contract_document_on=FRIDAY, total_yen=total, cash_fully_performed=cash)

    assert (found.right, found.missing) == (right, missing)
    assert found.last_day == (None if right == "no" else LAST)


@pytest.mark.parametrize(
    ("as_of", "defect", "obstruction", "right", "missing"),
    [
        (LAST, None, None, "yes", ()),
        (AFTER, "no", "no", "no", ()),
        (AFTER, None, "no", "unclear", ("document_defect",)),
        (AFTER, "no", None, "unclear", ("obstruction",)),
        (AFTER, None, None, "unclear", ("document_defect", "obstruction")),
    ],
)
def test_doubts_about_the_document_matter_only_after_the_last_day(as_of, defect, obstruction, right, missing):
    found = answer(contract_document_on=FRIDAY, document_defect=defect, obstruction=obstruction, as_of=as_of)

    assert (found.right, found.missing, found.last_day) == (right, missing, LAST)


@pytest.mark.parametrize(
    ("transaction", "unknown"),
    [
        ("door_to_door", ("consumable_used", "cash_fully_performed", "total_yen")),
        ("continuous_service", ("total_yen", "duration_months", "service_kind")),
        ("real_estate", ("delivered_and_paid",)),
        ("mail_order", ("induced_by_advertising",)),
    ],
)
def test_after_the_last_day_a_fact_that_cannot_turn_the_answer_is_not_asked_for(transaction, unknown):
    days = {"contract_document_on": FRIDAY, "informed_in_writing_on": FRIDAY}
    hidden = dict.fromkeys(unknown)
    inside = answer(transaction, **days, **hidden)
    over = answer(transaction, **days, **hidden, as_of=AFTER)

    assert (inside.right, bool(inside.missing)) == ("unclear", True)
    assert (over.right, over.missing) == ("no", ())


@pytest.mark.parametrize(("as_of", "right"), [(LAST, "yes"), (AFTER, "unclear")])
def test_a_document_day_that_nobody_knows_gives_the_earliest_last_day(as_of, right):
    found = answer(contract_on=FRIDAY, as_of=as_of)

    assert (found.right, found.last_day, found.missing) == (right, LAST, ("contract_document_on",))


@pytest.mark.parametrize(
    ("transaction", "known", "unknown"),
    [
        ("multilevel", "contract_document_on", "goods_received_on"),
        ("multilevel", "goods_received_on", "contract_document_on"),
        ("insurance", "contract_document_on", "applied_on"),
        ("insurance", "applied_on", "contract_document_on"),
    ],
)
def test_of_the_later_of_two_days_the_known_one_is_the_earliest(transaction, known, unknown):
    early = answer(transaction, **{known: FRIDAY})
    late = answer(transaction, **{known: FRIDAY}, as_of=FRIDAY + timedelta(days=30))

    assert (early.right, early.missing) == ("yes", (unknown,))
    assert (late.right, late.missing, late.last_day) == ("unclear", (unknown,), early.last_day)


def test_without_any_day_the_answer_is_open():
    found = answer("telemarketing")

    assert (found.right, found.last_day, found.days_left) == ("unclear", None, None)
    assert found.missing == ("contract_on", "contract_document_on")


@pytest.mark.parametrize("transaction", sorted(rights.TRANSACTIONS))
@pytest.mark.parametrize(("concluded", "is_outside"), [("2009-11-30", True), ("2009-12-01", False)])
def test_contracts_before_december_2009_are_outside(transaction, concluded, is_outside):
    day = D(concluded)
    found = assess(Facts(transaction, day, contract_on=day, contract_document_on=day))

    assert any("対象外の時期" in caution for caution in found.cautions) is is_outside
    if is_outside:
        assert (found.right, found.missing, found.last_day) == ("unclear", (), None)


def test_an_unknown_transaction_is_asked_for():
    found = assess(Facts("", FRIDAY, contract_on=FRIDAY))

    assert (found.right, found.missing) == ("unclear", ("transaction",))


# ---- the document ----


@pytest.mark.parametrize(
    ("application", "contract", "last_day"),
    [
        ("2026-11-18", "2026-11-20", "2026-11-25"),
        ("2026-11-20", "2026-11-18", "2026-11-25"),
        ("2026-11-20", None, "2026-11-27"),
        (None, "2026-11-20", "2026-11-27"),
    ],
)
@pytest.mark.parametrize("transaction", [*SALES, "door_to_door_purchase"])
def test_the_earlier_document_starts_the_period(transaction, application, contract, last_day):
    found = answer(
        transaction,
        application_document_on=application and D(application),
        contract_document_on=contract and D(contract),
    )

    assert (found.last_day, found.missing) == (D(last_day), ())


def test_only_the_contract_document_counts_for_a_continuous_service():
    days = {"application_document_on": D("2026-11-01"), "contract_document_on": FRIDAY}
    found = answer("continuous_service", **days, service_kind="beauty")

    assert found.last_day == LAST


@pytest.mark.parametrize(
    ("form", "concluded", "right", "last_day"),
    [
        ("electronic", "2023-05-31", "yes", None),
        ("electronic", "2023-06-01", "no", "2023-06-08"),
        ("paper", "2023-05-31", "no", "2023-06-07"),
    ],
)
def test_a_document_as_data_counts_from_june_2023(form, concluded, right, last_day):
    day = D(concluded)
    found = answer(contract_on=day, contract_document_on=day, document_form=form, as_of=D("2023-07-01"))

    assert (found.right, found.last_day) == (right, last_day and D(last_day))


@pytest.mark.parametrize(("fresh", "last_day"), [(None, None), ("2026-11-25", "2026-12-02")])
def test_after_obstruction_the_days_run_from_a_fresh_document(fresh, last_day):
    found = answer(
        contract_document_on=FRIDAY, obstruction="yes", fresh_document_on=fresh and D(fresh), as_of=AFTER
    )

    assert (found.right, found.last_day) == ("yes", last_day and D(last_day))
    assert found.missing == (() if fresh else ("fresh_document_on",))


def test_a_defective_document_keeps_the_days_from_running_and_a_fresh_one_is_a_caution():
    found = answer(document_defect="yes", fresh_document_on=FRIDAY, as_of=D("2027-11-20"))

    assert (found.right, found.last_day) == ("yes", None)
    assert any("新しい書面が有効なら" in caution for caution in found.cautions)


# ---- the law of its date ----


@pytest.mark.parametrize(
    ("transaction", "concluded", "forms"),
    [
        ("door_to_door", "2022-05-31", ("paper",)),
        ("door_to_door", "2022-06-01", ("paper", "electronic")),
        ("insurance", "2022-05-08", ("paper",)),
        ("insurance", "2022-05-09", ("paper", "electronic")),
        ("deposit", "2022-05-31", ("paper",)),
        ("deposit", "2022-06-01", ("paper", "electronic")),
        ("individual_credit", "2026-11-20", ("paper",)),
        ("real_estate", "2026-11-20", ("paper",)),
    ],
)
def test_the_form_of_notice_is_that_of_the_law_and_the_date(transaction, concluded, forms):
    day = D(concluded)

    assert answer(transaction, contract_on=day, as_of=day, underlying="door_to_door").notice_form == forms


@pytest.mark.parametrize(
    ("transaction", "concluded", "right"),
    [
        ("door_to_door_purchase", "2013-02-20", "no"),
        ("door_to_door_purchase", "2013-02-21", "yes"),
        ("telecom_initial", "2016-05-20", "no"),
        ("telecom_initial", "2016-05-21", "yes"),
        ("care_home", "2012-03-31", "no"),
        ("care_home", "2012-04-01", "yes"),
    ],
)
def test_a_right_begins_with_its_law(transaction, concluded, right):
    day = D(concluded)
    found = answer(
        transaction,
        contract_on=day,
        contract_document_on=day,
        moved_in_on=day,
        telecom_kind="fixed",
        as_of=day,
    )

    assert (found.right, bool(found.basis)) == (right, right == "yes")


@pytest.mark.parametrize(("concluded", "article"), [("2022-05-31", "8"), ("2022-06-01", "7")])
def test_the_law_on_deposits_has_its_article_of_the_date(concluded, article):
    day = D(concluded)

    assert [basis.article for basis in answer("deposit", contract_on=day, as_of=day).basis] == [article]


# ---- single transactions ----


@pytest.mark.parametrize(
    ("underlying", "days", "article"),
    [
        ("door_to_door", 8, "35の3の10"),
        ("telemarketing", 8, "35の3の10"),
        ("continuous_service", 8, "35の3の11"),
        ("multilevel", 20, "35の3の11"),
        ("business_opportunity", 20, "35の3の11"),
    ],
)
def test_a_credit_counts_from_its_own_document_by_the_sale_type(underlying, days, article):
    found = answer(
        "individual_credit",
        underlying=underlying,
        contract_document_on=FRIDAY,
        application_document_on=D("2026-11-01"),
    )

    assert found.last_day == FRIDAY + timedelta(days=days - 1)
    assert [(basis.law, basis.article) for basis in found.basis] == [("割賦販売法", article)]


@pytest.mark.parametrize(
    ("passed", "right", "missing"),
    [(7, "yes", ("underlying",)), (8, "unclear", ("underlying",)), (20, "no", ())],
)
def test_a_credit_of_an_unknown_sale_has_eight_days_at_least_and_twenty_at_most(passed, right, missing):
    found = answer("individual_credit", contract_document_on=FRIDAY, as_of=FRIDAY + timedelta(days=passed))

    assert (found.right, found.last_day, found.missing) == (right, LAST, missing)


@pytest.mark.parametrize("underlying", ["mail_order", "store", "door_to_door_purchase"])
def test_a_credit_of_another_sale_carries_no_right(underlying):
    assert (
        answer("individual_credit", underlying=underlying, contract_document_on=FRIDAY).right,
        answer("individual_credit", underlying="telemarketing", contract_document_on=FRIDAY).right,
    ) == ("no", "yes")


@pytest.mark.parametrize(
    ("kind", "months", "total", "right"),
    [
        ("beauty", 1, 60_000, "no"),
        ("beauty", 1.1, 60_000, "yes"),
        ("medical_beauty", 1.5, 60_000, "yes"),
        ("language", 2, 60_000, "no"),
        ("language", 2.03, 60_000, "yes"),
        ("matchmaking", 12, 50_000, "no"),
        ("matchmaking", 12, 50_001, "yes"),
        (None, 1, None, "no"),
        (None, None, 50_000, "no"),
        (None, 1.5, 60_000, "unclear"),
        (None, 3, 60_000, "yes"),
        ("beauty", None, 60_000, "unclear"),
        ("beauty", 3, None, "unclear"),
    ],
)
def test_a_continuous_service_is_long_and_dear(kind, months, total, right):
    found = answer(
        "continuous_service",
        service_kind=kind,
        duration_months=months,
        total_yen=total,
        contract_document_on=FRIDAY,
    )

    assert (found.right, bool(found.missing)) == (right, right == "unclear")


@pytest.mark.parametrize(("concluded", "right"), [("2017-11-30", "no"), ("2017-12-01", "yes")])
def test_medical_beauty_is_a_continuous_service_since_december_2017(concluded, right):
    day = D(concluded)
    found = answer(
        "continuous_service",
        service_kind="medical_beauty",
        contract_on=day,
        contract_document_on=day,
        as_of=day,
    )

    assert found.right == right


@pytest.mark.parametrize(
    ("induced", "concluded", "right", "last_day", "missing"),
    [
        ("yes", "2023-06-01", "yes", "2023-06-08", ()),
        ("yes", "2023-05-31", "no", None, ()),
        ("no", "2023-06-01", "no", None, ()),
        (None, "2023-06-01", "unclear", None, ("induced_by_advertising",)),
        (None, "2023-05-31", "no", None, ()),
    ],
)
def test_a_mail_order_by_an_induced_call_is_telephone_sales_since_june_2023(
    induced, concluded, right, last_day, missing
):
    day = D(concluded)
    found = answer(
        "mail_order", induced_by_advertising=induced, contract_on=day, contract_document_on=day, as_of=day
    )

    assert (found.right, found.last_day, found.missing) == (right, last_day and D(last_day), missing)
    assert [basis.article for basis in found.basis] == (["24"] if right == "yes" else [])


@pytest.mark.parametrize(
    ("settled", "right", "missing"),
    [("no", "yes", ()), ("yes", "no", ()), (None, "unclear", ("delivered_and_paid",))],
)
def test_the_right_over_land_ends_when_all_is_delivered_and_paid(settled, right, missing):
    found = answer("real_estate", informed_in_writing_on=FRIDAY, delivered_and_paid=settled)

    assert (found.right, found.missing) == (right, missing)


def test_the_days_over_land_do_not_run_from_the_contract_document():
    found = answer("real_estate", contract_document_on=D("2026-11-01"), contract_on=D("2026-11-01"))

    assert (found.right, found.missing) == ("unclear", ("informed_in_writing_on",))


@pytest.mark.parametrize(("total", "right"), [(499_999, "no"), (500_000, "yes"), (None, "yes")])
def test_a_golf_membership_costs_half_a_million(total, right):
    assert answer("golf_membership", contract_document_on=FRIDAY, total_yen=total).right == right


@pytest.mark.parametrize(("months", "right"), [(12, "no"), (12.5, "yes"), (None, "yes")])
def test_an_insurance_lasts_more_than_a_year(months, right):
    found = answer("insurance", contract_document_on=FRIDAY, applied_on=FRIDAY, duration_months=months)

    assert found.right == right


@pytest.mark.parametrize(
    ("kind", "started", "passed", "right", "missing"),
    [
        ("mobile", "2026-11-24", 8, "yes", ()),
        ("fixed", "2026-11-24", 8, "no", ()),
        (None, "2026-11-24", 7, "yes", ("telecom_kind",)),
        (None, "2026-11-24", 8, "unclear", ("telecom_kind",)),
        (None, "2026-11-20", 8, "no", ()),
        ("mobile", None, 8, "unclear", ("service_started_on",)),
    ],
)
def test_the_kind_of_telecom_decides_between_document_and_start(kind, started, passed, right, missing):
    found = answer(
        "telecom_initial",
        telecom_kind=kind,
        contract_document_on=FRIDAY,
        service_started_on=started and D(started),
        as_of=FRIDAY + timedelta(days=passed),
    )

    assert (found.right, found.missing) == (right, missing)


@pytest.mark.parametrize("defect", ["no", "yes", None])
def test_moving_into_a_home_counts_whatever_the_documents_say(defect):
    found = answer(
        "care_home",
        moved_in_on=D("2026-07-01"),
        document_defect=defect,
        obstruction=defect,
        as_of=D("2026-10-01"),
    )

    assert (found.right, found.last_day, found.missing) == ("no", D("2026-09-30"), ())


@pytest.mark.parametrize("transaction", ["multilevel", "business_opportunity"])
def test_the_exceptions_of_sales_do_not_reach_multilevel_and_opportunities(transaction):
    exceptions = dict.fromkeys(
        ("for_business", "exempt_item", "invited_by_consumer", "consumable_used", "cash_fully_performed"),
        "yes",
    )
    days = {"contract_document_on": FRIDAY, "goods_received_on": FRIDAY, "total_yen": 1_000}

    assert answer(transaction, **days, **exceptions).right == "yes"
    assert answer("door_to_door", **days, **exceptions).right == "no"


@pytest.mark.parametrize(
    ("used", "right", "missing"), [("yes", "no", ()), (None, "unclear", ("consumable_used",))]
)
def test_used_consumables_turn_the_answer(used, right, missing):
    found = answer(contract_document_on=FRIDAY, consumable_used=used)

    assert (found.right, found.missing) == (right, missing)
    assert any("指定消耗品" in caution for caution in found.cautions)


def test_a_shop_gives_no_such_right_and_says_what_to_look_at():
    found = answer("store", contract_document_on=FRIDAY)

    assert (found.right, found.last_day, found.basis) == ("no", None, ())
    assert found.cautions


# ---- the other rights ----


@pytest.mark.parametrize(
    ("transaction", "concluded", "expected"),
    [
        ("door_to_door", "2015-01-01", {"excess_quantity", "rescission"}),
        ("telemarketing", "2017-11-30", {"rescission"}),
        ("telemarketing", "2017-12-01", {"excess_quantity", "rescission"}),
        ("continuous_service", "2026-11-20", {"rescission", "mid_term_cancellation"}),
        ("multilevel", "2026-11-20", {"rescission", "mid_term_cancellation"}),
        ("mail_order", "2026-11-20", {"rescission", "return"}),
        ("care_home", "2026-11-20", {"rescission"}),
    ],
)
def test_other_rights_are_those_of_the_transaction_and_its_date(transaction, concluded, expected):
    assert kinds(answer(transaction, contract_on=D(concluded), as_of=D(concluded))) == expected


def test_cancelling_has_no_last_day_and_rescission_five_years():
    found = answer("continuous_service", contract_on=FRIDAY)
    days = {other.kind: other.last_day for other in found.other_rights}

    assert days == {"rescission": D("2031-11-20"), "mid_term_cancellation": None}
    assert any("1年以内" in caution for caution in found.cautions)


@pytest.mark.parametrize(
    ("concluded", "articles", "words"),
    [
        ("2017-11-30", ["24の2"], "6か月以内"),
        ("2017-12-01", ["24の3"], "1年以内"),
        ("2023-01-05", ["24の3"], "3年・10年"),
    ],
)
def test_rescission_is_that_of_the_law_of_its_date(concluded, articles, words):
    found = answer("telemarketing", contract_on=D(concluded), as_of=D(concluded))
    rescission = next(other for other in found.other_rights if other.kind == "rescission")

    assert [basis.article for basis in rescission.basis if basis.law == "特定商取引法"] == articles
    assert any(words in caution for caution in found.cautions)


@pytest.mark.parametrize(("concluded", "words"), [("2022-03-31", "20歳未満"), ("2022-04-01", "18歳未満")])
def test_who_was_a_minor_hangs_on_the_date(concluded, words):
    found = answer(contract_on=D(concluded), as_of=D(concluded))

    assert any(words in caution for caution in found.cautions)


@pytest.mark.parametrize(
    ("received", "as_of", "words"),
    [
        ("2026-12-27", "2026-12-28", "窓口から出せるのは12月30日(水)まで"),
        ("2026-12-27", "2026-12-31", "1月3日(日)まで郵便局の窓口は休み"),
        ("2026-11-20", "2026-11-20", None),
    ],
)
def test_a_closed_counter_on_the_last_day_is_a_caution(received, as_of, words):
    found = answer(contract_document_on=D(received), as_of=D(as_of))
    said = [caution for caution in found.cautions if "郵便局" in caution]

    assert len(said) == (1 if words else 0)
    assert words is None or words in said[0]


def test_a_document_from_the_future_is_a_caution():
    found = answer(contract_document_on=FRIDAY, as_of=FRIDAY - timedelta(days=1))

    assert any("起算日が基準日より後" in caution for caution in found.cautions)
