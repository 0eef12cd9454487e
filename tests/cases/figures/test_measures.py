import uuid
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cases.figures import columns, facts, measures
from cases.figures.dimensions import DIMENSIONS, published_band, senior_code
from cases.figures.facts import Coded
from cases.figures.measures import Question, QuestionNotUnderstood, Share
from cases.models import Area, CaseFact, Centre
from cases.records import ages

FY2026 = {"start": date(2026, 4, 1), "end": date(2027, 4, 1)}


@pytest.fixture
def ask(centre):
    """Asks about the centre in 令和8年度, unless told otherwise."""

    def make(rows: str, across: str | None = None, **other) -> measures.Breakdown:
        return measures.breakdown(question_of(centre, rows, across, **other))

    return make


def question_of(centre: Centre, rows: str, across: str | None = None, **other) -> Question:
    return Question(
        **{"centre_ids": frozenset({centre.pk}), **FY2026, "rows": rows, "columns": across, **other}
    )


def by_row(found: measures.Breakdown) -> dict[str, int]:
    return dict(zip(found.row_codes, found.row_totals, strict=True))


def cells_of(found: measures.Breakdown) -> dict[tuple[str, str], int]:
    return {
        (row, column): count
        for row, counts in zip(found.row_codes, found.cells, strict=True)
        for column, count in zip(found.column_codes, counts, strict=True)
        if count
    }


# --- any facts, counted in plain Python -------------------------------------------------------------------------

SCAMS = ["INSPECTION", "IMPERSONATION", "SUPPORT_SCAM", "HOME_BUYING"]
STATEMENT = st.fixed_dictionaries(
    {
        "party_age": st.one_of(st.none(), st.integers(0, 110)),
        "party_age_band": st.sampled_from([band.code for band in ages.BANDS]),
        "party_sex": st.sampled_from(["FEMALE", "MALE", "OTHER_UNKNOWN", ""]),
        "party_area": st.sampled_from(["NORTH", "SOUTH", "UNKNOWN"]),
        "outcome": st.sampled_from(["", "ADVICE", "MEDIATED"]),
        "relation": st.sampled_from(["SELF", "CHILD", ""]),
        "caller_age": st.one_of(st.none(), st.integers(0, 110)),
        "is_impaired": st.booleans(),
        "harm": st.sampled_from(["", "HARM"]),
        "product": st.sampled_from(["", "HEALTH_FOOD", "FOOD"]),
        "contract_yen": st.sampled_from([None, 0, 1, 9_999, 10_000, 10**12]),
        "received_on": st.dates(date(2026, 2, 1), date(2027, 6, 1)),
        "scams": st.lists(st.sampled_from(SCAMS), min_size=1, max_size=3, unique=True),
    }
)
YEN = {
    None: "UNKNOWN", 0: "0", 1: "1", 9_999: "1", 10_000: "10000", 10**12: "100000000",
}  # fmt: skip
PLAIN = {
    "age_band_fine": lambda case: band(case),
    "old_old": lambda case: {True: "75_OVER", False: "UNDER_75", None: "UNKNOWN"}[
        ages.is_at_least(band(case), 75)
    ],
    "age_group": lambda case: age_group(band(case)),
    "product_class": lambda case: case["product"] and "FOOD",
    "impaired": lambda case: "YES" if case["is_impaired"] else "NO",
    "harm": lambda case: case["harm"],
    "contract_class": lambda case: YEN[case["contract_yen"]],
    "day": lambda case: case["received_on"].isoformat(),
    "week": lambda case: date.fromisocalendar(*case["received_on"].isocalendar()[:2], 1).isoformat(),
    "quarter": lambda case: (
        f"{fiscal(case['received_on'])}-Q{[4, 1, 2, 3][(case['received_on'].month - 1) // 3]}"
    ),
    "calendar_year": lambda case: str(case["received_on"].year),
    "age_band": lambda case: published_band(band(case)),
    "senior": lambda case: senior_code(band(case)),
    "sex": lambda case: case["party_sex"],
    "area": lambda case: case["party_area"],
    "outcome": lambda case: case["outcome"],
    "scam_main": lambda case: case["scams"][0],
    "month": lambda case: f"{case['received_on']:%Y-%m}",
    "fiscal_year": lambda case: fiscal(case["received_on"]),
    "weekday": lambda case: f"{case['received_on']:%a}".upper(),
}


def fiscal(day: date) -> str:
    return str(day.year - (day.month < 4))


def age_group(code: str) -> str:
    found = ages.BY_CODE[code]
    if found.start is None:
        return "UNKNOWN"
    if found.start >= 65:
        return "ELDER"
    if found.end is not None and found.end <= 30:
        return "YOUNG"
    return "BETWEEN" if found.start >= 30 and found.end is not None and found.end <= 65 else "UNKNOWN"


def of_caller(case) -> dict:
    """The case with what is known of its caller in the place of the contract party."""
    if case["relation"] == "SELF":
        return case
    unknown = {"party_age_band": "UNKNOWN", "party_sex": "", "party_area": "UNKNOWN"}
    return {**case, **unknown, "party_age": case["caller_age"]}


def band(case) -> str:
    return case["party_age_band"] if case["party_age"] is None else ages.band_of(case["party_age"])


@given(data=st.data(), cards=st.lists(STATEMENT, max_size=25), corrected=st.lists(STATEMENT, max_size=4))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_tables_equal_a_plain_count_and_add_up(data, cards, corrected, make_case, centre):
    rows, across, layers = (data.draw(st.sampled_from(sorted(PLAIN))) for _ in range(3))
    subject = data.draw(st.sampled_from(["party", "caller"]))
    start = data.draw(st.dates(date(2026, 2, 1), date(2027, 3, 1)))
    end = start + timedelta(days=data.draw(st.integers(1, 400)))
    CaseFact.objects.all().delete()
    made = [save(make_case, card) for card in cards]
    columns.extend(limit=data.draw(st.integers(1, 30)))
    for case, card in zip(made, corrected, strict=False):
        for name in card.keys() - {"scams"}:
            setattr(case, name, card[name])
        facts.restate(Coded(case, card["scams"][0], card["scams"][1:]))
    held = [*corrected[: len(cards)], *cards[len(corrected) :]]
    counted = [card for card in held if start <= card["received_on"] < end]
    counted = [of_caller(card) for card in counted] if subject == "caller" else counted

    found = measures.breakdown(
        question_of(centre, rows, across, start=start, end=end, subject=subject, layers=layers)
    )

    assert cells_of(found) == Counter((PLAIN[rows](card), PLAIN[across](card)) for card in counted)
    assert found.total == sum(found.row_totals) == sum(found.column_totals) == len(counted)
    seniors = [senior_code(band(card)) for card in counted]
    known = len(counted) - seniors.count("UNKNOWN")
    assert found.share_65 == measures.SeniorShare(seniors.count("65_OVER"), known, len(counted))

    for layer in found.layers:
        those = [card for card in counted if PLAIN[layers](card) == layer.code]
        assert cells_of(replace(found, cells=layer.cells)) == Counter(
            (PLAIN[rows](card), PLAIN[across](card)) for card in those
        )
    assert sum(layer.total for layer in found.layers) == found.total

    mentions = measures.breakdown(
        question_of(
            centre, "scam_any", across, start=start, end=end, subject=subject, measure="scam_mentions"
        )
    )
    assert cells_of(mentions) == Counter(
        (scam, PLAIN[across](card)) for card in counted for scam in card["scams"]
    )


def save(make_case, card):
    case = make_case(**{name: value for name, value in card.items() if name != "scams"})
    facts.record([(case, card["scams"][0], card["scams"][1:])])
    return case


# --- one thing at a time ----------------------------------------------------------------------------------------


def test_without_a_second_dimension_there_is_one_column(ask, state):
    state(party_age=70)
    found = ask("sex")
    assert (found.column_codes, found.row_codes, found.cells) == (("ALL",), ("FEMALE",), ((1,),))


def test_the_period_is_half_open_by_the_day_received(ask, state):
    for day in (date(2026, 3, 31), date(2026, 4, 1), date(2027, 3, 31), date(2027, 4, 1)):
        state(received_on=day)
    assert ask("fiscal_year").total == 2


def test_other_centres_do_not_count(ask, state):
    other = Centre.objects.create(code="minami", name="南区消費生活センター")
    state()
    state(centre=other)
    assert ask("sex").total == 1
    assert ask("sex", centre_ids=frozenset()).total == 0


def test_a_correction_moves_the_case_and_an_earlier_cut_still_shows_it_where_it_was(ask, state):
    case = state("INSPECTION")
    before = ask("scam_main")
    facts.restate(Coded(case, "IMPERSONATION"))
    now = ask("scam_main")

    assert by_row(before) == {"INSPECTION": 1}
    assert by_row(now) == {"IMPERSONATION": 1}
    assert now.as_of == before.as_of + 2
    again = ask("scam_main", as_of=before.as_of)
    assert (again.definition, again.cells, again.row_codes) == (
        before.definition,
        before.cells,
        before.row_codes,
    )


def test_a_later_fact_never_changes_a_cut(ask, state):
    state("INSPECTION")
    cut = ask("scam_main").as_of
    state("INSPECTION")
    assert (ask("scam_main", as_of=cut).total, ask("scam_main").total) == (1, 2)
    assert ask("scam_main", as_of=10**9).as_of == ask("scam_main").as_of


def test_the_senior_share_comes_with_both_denominators(ask, state):
    for age in (64, 65, 90):
        state(party_age=age)
    state(party_age_band=ages.UNKNOWN)
    state(party_age_band=ages.GROUP)

    share = ask("sex").share_65
    assert (share.seniors, share.age_known, share.all) == (2, 3, 5)
    assert (share.of_known, share.of_all) == (Fraction(2, 3), Fraction(2, 5))


@pytest.mark.parametrize(
    ("stored", "is_senior"),
    [("70S", "65_OVER"), ("70_OVER", "65_OVER"), ("60S", "UNKNOWN"), ("60_64", "UNDER_65"), ("65_69", "65_OVER"),
     ("UNDER_20", "UNDER_65"), ("UNKNOWN", "UNKNOWN"), ("GROUP", "UNKNOWN")],
)  # fmt: skip
def test_a_coarse_band_counts_as_senior_only_where_it_can_tell(ask, state, stored, is_senior):
    state(party_age_band=stored)
    found = ask("senior")
    assert by_row(found) == {"65_OVER": 0, "UNDER_65": 0, "UNKNOWN": 0, is_senior: 1}
    assert found.share_65.seniors == (is_senior == "65_OVER")
    assert found.share_65.age_known == (is_senior != "UNKNOWN")


@pytest.mark.parametrize(
    ("stored", "published"),
    [("60_64", "60S"), ("60S", "60S"), ("75_79", "70S"), ("85_OVER", "80_OVER"), ("80_OVER", "80_OVER"),
     ("18_19", "18_19"), ("70_OVER", "70_OVER"), ("UNDER_20", "UNDER_20"), ("30S", "30S")],
)  # fmt: skip
def test_stored_bands_fold_into_the_published_ones(ask, state, stored, published):
    state(party_age_band=stored)
    found = ask("age_band")
    assert {code for code, count in by_row(found).items() if count} == {published}


def test_every_published_band_has_a_row_in_order_and_other_sets_only_what_is_used(ask, state):
    state("SUPPORT_SCAM", party_age=70)
    state("INSPECTION", party_age_band="70_OVER")
    state("NO_LONGER_KNOWN", party_age=12, party_sex="")
    assert ask("age_band").row_codes == (
        "UNDER_18", "18_19", "20S", "30S", "40S", "50S", "60S", "70S", "80_OVER", "70_OVER", "UNKNOWN", "GROUP",
    )  # fmt: skip
    assert ask("scam_main").row_codes == ("INSPECTION", "SUPPORT_SCAM", "NO_LONGER_KNOWN")
    assert ask("sex").row_codes == ("FEMALE", "")
    state(party_sex="NO_LONGER_KNOWN")
    assert ask("sex").row_codes == ("FEMALE", "NO_LONGER_KNOWN", "")


def test_a_row_knows_its_seniors(ask, state):
    state("INSPECTION", party_age=80)
    state("INSPECTION")
    state("SUPPORT_SCAM", party_age=20)
    found = ask("scam_main")
    assert [(row.seniors, row.age_known, row.all) for row in found.row_seniors] == [(1, 1, 2), (0, 1, 1)]


def test_the_share_of_a_row_leaves_the_unknown_in_and_out(ask, state):
    state(party_sex="FEMALE")
    state(party_sex="MALE")
    state(party_sex="GROUP")
    state(party_sex="")
    assert ask("sex").row_share("FEMALE") == Share(part=1, known=2, all=4)


def test_a_share_of_nothing_is_none():
    assert (Share(0, 0, 0).of_known, Share(0, 0, 0).of_all) == (None, None)


def test_filters_hold_together_and_any_of_their_codes_will_do(ask, state):
    state("INSPECTION", party_sex="FEMALE", party_age=70)
    state("INSPECTION", party_sex="MALE", party_age=70)
    state("SUPPORT_SCAM", party_sex="MALE", party_age=30, received_on=date(2026, 6, 1))
    assert ask("scam_main", filters={"sex": ["MALE", "FEMALE"], "senior": {"65_OVER"}}).total == 2
    assert ask("scam_main", filters={"sex": ["MALE"], "age_band": ["70S"]}).total == 1
    assert ask("scam_main", filters={"month": ["2026-06"]}).row_codes == ("SUPPORT_SCAM",)
    assert ask("scam_main", filters={"sex": []}).total == 0


def test_cases_that_carry_a_trick_beside_the_main_one_can_be_chosen(ask, state):
    state("INSPECTION", "IMPERSONATION")
    state("SUPPORT_SCAM")
    assert by_row(ask("scam_main", filters={"scam_any": ["IMPERSONATION"]})) == {"INSPECTION": 1}
    mentions = ask("scam_any", measure="scam_mentions", filters={"scam_any": ["IMPERSONATION"]})
    assert by_row(mentions) == {"IMPERSONATION": 1}
    assert mentions.definition["counted"] == "scam_types_of_new_cases"


def test_months_without_a_case_stand_between_those_with_one(ask, state):
    state(received_on=date(2026, 5, 1))
    state(received_on=date(2026, 8, 31))
    assert by_row(ask("month")) == {"2026-05": 1, "2026-06": 0, "2026-07": 0, "2026-08": 1}
    assert by_row(ask("weekday"))["MON"] == 1


def test_all_of_time_is_no_heavier_than_the_days_with_cases(ask, state):
    state(received_on=date(2026, 5, 1))
    assert ask("month", start=date.min, end=date.max).total == 1
    assert ask("month", start=date(1990, 1, 1), end=date(1991, 1, 1)).row_codes == ()


def test_districts_stand_in_the_centres_own_order(ask, state, centre):
    for position, code in enumerate(["SOUTH", "NORTH"]):
        Area.objects.create(centre=centre, code=code, label=code.title(), position=position)
    for code in ("OUTSIDE", "NORTH", "SOUTH", "UNKNOWN"):
        state(party_area=code)
    found = ask("area")
    assert found.row_codes == ("SOUTH", "NORTH", "OUTSIDE", "UNKNOWN")
    assert DIMENSIONS["area"].texts(found.row_codes, [centre.pk]) == ["South", "North", "市外", "不明"]


@pytest.mark.parametrize(
    ("dimension", "code", "text"),
    [("outcome", "", "未処理"), ("sex", "", "未入力"), ("month", "2026-05", "2026年5月"), ("age_band", "60S", "60歳代"),
     ("fiscal_year", "2026", "2026年度"), ("scam_main", "INSPECTION", "点検商法"), ("weekday", "MON", "月曜日"),
     ("scam_main", "NO_LONGER_KNOWN", "NO_LONGER_KNOWN"), ("senior", "65_OVER", "65歳以上"),
     ("quarter", "2026-Q1", "2026年度第1四半期"), ("week", "2026-05-04", "2026-05-04からの週"),
     ("calendar_year", "2026", "2026年"), ("contract_class", "10000", "1万円以上5万円未満"),
     ("sex", "ERASED", "消去済"), ("impaired", "YES", "判断不十分者"), ("source", "DESK", "窓口で入力")],
)  # fmt: skip
def test_codes_have_labels(db, dimension, code, text):
    assert DIMENSIONS[dimension].texts([code]) == [text]


def test_the_year_before_stands_beside_the_same_rows(state, centre):
    state("INSPECTION", received_on=date(2026, 5, 1))
    for _ in range(2):
        state("SUPPORT_SCAM", received_on=date(2025, 5, 1))
    state("SUPPORT_SCAM", received_on=date(2024, 5, 1))

    found = measures.compare(question_of(centre, "scam_main"))
    assert by_row(found.now) == {"INSPECTION": 1, "SUPPORT_SCAM": 0}
    assert by_row(found.before) == {"INSPECTION": 0, "SUPPORT_SCAM": 2}
    assert (found.before.definition["from"], found.before.definition["to"]) == ("2025-04-01", "2026-04-01")
    assert found.before.as_of == found.now.as_of


def test_a_month_stands_beside_the_same_month_of_the_year_before(state, centre):
    state(received_on=date(2026, 5, 1))
    state(received_on=date(2025, 5, 1))
    state(received_on=date(2025, 6, 1))
    found = measures.compare(question_of(centre, "month", "fiscal_year"))
    assert by_row(found.now) == {"2026-05": 1, "2026-06": 0}
    assert by_row(found.before) == {"2026-05": 1, "2026-06": 1}
    assert found.before.column_codes == ("2026",)


def test_a_leap_day_has_a_day_before_it_in_every_year():
    assert measures.year_before(date(2028, 2, 29)) == date(2027, 3, 1)
    assert measures.year_before(date(2026, 4, 1)) == date(2025, 4, 1)


@pytest.mark.parametrize(
    "wrong",
    [
        {"rows": "colour"},
        {"rows": "sex", "columns": "colour"},
        {"rows": "sex", "measure": "telephone_calls"},
        {"rows": "sex", "subject": "trader"},
        {"rows": "sex", "columns": "kind", "layers": "colour"},
        {"rows": "sex", "layers": "kind", "measure": "contract_yen"},
        {"rows": "issue_any", "measure": "scam_mentions"},
        {"rows": "contact_kind"},
        {"rows": "sex", "filters": {"contact_kind": ["NOTE"]}},
        {"rows": "sex", "filters": {"colour": ["RED"]}},
        {"rows": "sex", "filters": {"sex": ["FEMAIL"]}},
        {"rows": "sex", "filters": {"age_band": ["70_74"]}},
        {"rows": "scam_any"},
        {"rows": "sex", "start": date(2027, 4, 1)},
        {"rows": "sex"},
    ],
)
def test_a_question_is_refused_unless_every_name_is_known(db, wrong):
    asked = {"centre_ids": frozenset({1}), **FY2026, **wrong}
    if set(wrong) == {"rows"} and wrong["rows"] == "sex":
        assert Question(**asked).measure == "cases"
        return
    with pytest.raises(QuestionNotUnderstood):
        Question(**asked)


def test_the_definition_says_what_was_counted(ask, state, centre):
    state()
    found = ask("age_band", "scam_main", filters={"kind": ["INQUIRY", "COMPLAINT"]})
    last = CaseFact.objects.latest("seq")
    assert found.definition == {
        "subject": "party",
        "counted": "new_cases",
        "measure": "cases",
        "day": "received_on",
        "from": "2026-04-01",
        "to": "2027-04-01",
        "centres": [centre.code],
        "rows": "age_band",
        "columns": "scam_main",
        "layers": None,
        "years": {},
        "mapped": {},
        "reclassified": {},
        "not_comparable": [],
        "recoded": {},
        "code_map": 0,
        "age_limits": {"senior_from": 65, "young_to": 29},
        "filters": {"kind": ["COMPLAINT", "INQUIRY"]},
        "as_of": {"seq": last.seq, "recorded_at": last.recorded_at.isoformat()},
        "senior_from": 65,
        "denominators": {"age_known": ["65_OVER", "UNDER_65"], "all": ["65_OVER", "UNDER_65", "UNKNOWN"]},
        "code_sets": {"kind": 1, "scam_type": 1},
    }


@pytest.mark.parametrize(("rows", "across", "queries"), [("age_band", "scam_main", 6), ("area", "month", 6)])
def test_a_table_costs_the_same_queries_however_many_cases(
    ask, state, django_assert_num_queries, rows, across, queries
):
    for n in range(12):
        state(SCAMS[n % 4], uid=uuid.uuid4())
    columns.extend(limit=10)
    from cases.records import codes

    codes._cache.clear()
    with django_assert_num_queries(queries):
        ask(rows, across)
