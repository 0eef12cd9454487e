"""What can be counted beyond cases of a contract party: callers, 経過, 延べ of issues, other years, other limits."""

import uuid
from datetime import date

import pytest

from cases.figures import columns, erasure, facts, limits, measures, tabulation
from cases.figures.dimensions import DIMENSIONS
from cases.figures.facts import Coded, Contact
from cases.figures.limits import AgeLimits
from cases.figures.measures import Question, QuestionNotUnderstood
from cases.records import codes
from cases.records.codes import Code, Kind

YEAR = (date(2026, 4, 1), date(2027, 4, 1))


@pytest.fixture
def ask(centre):
    def make(rows, across=None, measure="cases", start=YEAR[0], end=YEAR[1], **other):
        return measures.breakdown(
            Question(frozenset({centre.pk}), start, end, rows, across, measure, **other)
        )

    return make


def by_row(found) -> dict[str, int]:
    return {code: n for code, n in zip(found.row_codes, found.row_totals, strict=True) if n}


def call(on=date(2026, 6, 1), kind="TO_CALLER") -> Contact:
    return Contact(uuid.uuid4(), on, kind)


def test_the_caller_has_another_age_than_the_contract_party(ask, state):
    state(relation="CHILD", party_age=80, caller_age=50)
    state(relation="SELF", party_age=80)
    assert by_row(ask("age_band")) == {"80_OVER": 2}
    assert by_row(ask("age_band", subject="caller")) == {"50S": 1, "80_OVER": 1}
    found = ask("kind", subject="caller", filters={"age_band": ["50S"]})
    assert (found.total, found.definition["subject"], found.share_65.seniors) == (1, "caller", 0)


def test_contacts_count_on_their_own_day_with_the_codes_of_their_case(ask, state):
    case = state(received_on=date(2026, 3, 31), party_age=70)
    facts.restate(Coded(case, "INSPECTION"), [call(), call(kind="NOTE"), call(on=date(2027, 4, 1))])

    found = ask("contact_kind", "age_band", "contacts")

    assert (by_row(found), found.total) == ({"TO_CALLER": 1, "NOTE": 1}, 2)
    assert (found.definition["counted"], found.definition["day"]) == ("contacts", "contacted_on")
    assert ask("sex").total == 0


@pytest.mark.parametrize("is_copied", [False, True])
def test_an_earlier_cut_has_the_contacts_of_that_moment(ask, state, is_copied, monkeypatch):
    monkeypatch.setattr(columns, "SETTLED_AFTER", 1)
    case, first = state(), call()
    facts.restate(Coded(case, "INSPECTION"), [first])
    cut = ask("sex", measure="contacts").as_of
    facts.restate(Coded(case, "INSPECTION"), [call(), call()])
    if is_copied:
        columns.extend()
    assert ask("sex", measure="contacts").total == 2
    assert ask("sex", measure="contacts", as_of=cut).total == 1


def test_issues_count_once_each_and_a_case_without_any_not_at_all(ask, make_case):
    for issues in (["CONTRACT", "PRICE"], ["PRICE"], []):
        facts.record([Coded(make_case(), "INSPECTION", (), issues)])
    assert by_row(ask("issue_any", measure="issue_mentions")) == {"PRICE": 2, "CONTRACT": 1}
    assert by_row(ask("issue_main")) == {"PRICE": 1, "CONTRACT": 1, "": 1}
    assert ask("sex", filters={"issue_any": ["CONTRACT"]}).total == 1


def test_days_and_weeks_put_an_erased_case_apart_and_months_keep_it(ask, state):
    state(received_on=date(2026, 5, 13))
    erased = state(received_on=date(2026, 5, 14))
    erasure.forget(erased.uid)
    assert by_row(ask("day")) == {"2026-05-13": 1, "ERASED": 1}
    assert by_row(ask("week")) == {"2026-05-11": 1, "ERASED": 1}
    assert by_row(ask("quarter")) == {"2026-Q1": 2}
    assert ask("sex", filters={"day": ["2026-05-13"]}).total == 1


def test_nothing_of_the_caller_of_an_erased_case_is_left(ask, state):
    erased = state(relation="CHILD", caller_age=50, caller_sex="MALE", is_impaired=True)
    erasure.forget(erased.uid)
    for rows in ("age_band", "sex", "area"):
        assert by_row(ask(rows, subject="caller")) == {"ERASED": 1}
    assert by_row(ask("impaired")) == {"ERASED": 1}
    assert ask("sex", subject="caller").share_65.age_known == 0


@pytest.mark.parametrize(
    ("rows", "day", "a_year_before", "code"),
    [
        ("week", date(2026, 5, 13), date(2025, 5, 14), "2026-05-11"),
        ("day", date(2027, 3, 1), date(2026, 3, 1), "2027-03-01"),
        ("quarter", date(2026, 7, 1), date(2025, 7, 1), "2026-Q2"),
        ("calendar_year", date(2026, 7, 1), date(2025, 7, 1), "2026"),
    ],
)
def test_times_stand_beside_those_of_the_year_before(state, centre, rows, day, a_year_before, code):
    state(received_on=day)
    state(received_on=a_year_before)
    found = measures.compare(Question(frozenset({centre.pk}), *YEAR, rows))
    assert by_row(found.now) == by_row(found.before) == {code: 1}


def test_a_leap_day_is_counted_with_the_day_that_takes_its_place(state, centre):
    state(received_on=date(2024, 2, 29))
    state(received_on=date(2024, 3, 1))
    state(received_on=date(2025, 3, 1))
    found = measures.compare(Question(frozenset({centre.pk}), date(2025, 2, 1), date(2025, 4, 1), "day"))
    assert by_row(found.before) == {"2025-03-01": 2}


def test_any_earlier_period_can_stand_beside(state, centre):
    state(received_on=date(2026, 5, 1))
    state(received_on=date(2019, 5, 1))
    question = Question(frozenset({centre.pk}), *YEAR, "scam_main")
    found = measures.compare(question, before=(date(2019, 1, 1), date(2020, 1, 1)))
    assert (found.now.total, found.before.total) == (1, 1)
    assert found.before.definition["from"] == "2019-01-01"


def test_the_young_and_the_elderly_are_whom_the_centre_calls_so(ask, state, centre):
    for age in (19, 25, 62, 70):
        state(party_age=age)
    assert by_row(ask("age_group")) == {"YOUNG": 2, "BETWEEN": 1, "ELDER": 1}
    centre.senior_from, centre.young_to = 60, 19
    centre.save()
    found = ask("age_group")
    assert by_row(found) == {"YOUNG": 1, "BETWEEN": 1, "ELDER": 2}
    assert found.definition["age_limits"] == {"senior_from": 60, "young_to": 19}
    assert by_row(ask("age_group", limits=AgeLimits())) == {"YOUNG": 2, "BETWEEN": 1, "ELDER": 1}
    assert DIMENSIONS["age_group"].texts(["ELDER", "BETWEEN"], [centre.pk]) == [
        "高齢者(60歳以上)",
        "20〜59歳",
    ]
    assert found.share_65.seniors == 1


def test_centres_that_differ_count_by_the_usual_limits(centre):
    from cases.models import Centre

    other = Centre.objects.create(code="minami", name="南区", senior_from=60)
    assert limits.of_centres([centre.pk, other.pk]) == AgeLimits(65, 29)
    assert limits.of_centres([other.pk]) == AgeLimits(60, 29)


def test_a_merged_code_counts_under_the_one_that_took_its_place_and_is_marked(ask, state):
    Code.objects.create(
        kind=Kind.SCAM_TYPE, code="OWN_1", label="仮", attributes={"merged_into": "INSPECTION"}
    )
    codes.forget()
    state("OWN_1", "SUPPORT_SCAM")
    found = ask("scam_main")
    assert by_row(found) == {"INSPECTION": 1}
    assert found.definition["mapped"] == {"scam_type": {"OWN_1": "INSPECTION"}}
    assert ask("sex").definition["mapped"] == {}
    assert ask("scam_any", measure="scam_mentions").definition["mapped"] == {
        "scam_type": {"OWN_1": "INSPECTION"}
    }
    codes.forget()


def test_layers_add_up_to_the_table(ask, state):
    state(party_sex="MALE")
    state(party_sex="MALE", kind="INQUIRY")
    state()
    found = ask("sex", "kind", layers="channel")
    assert [(layer.code, layer.total) for layer in found.layers] == [("PHONE", 3)]
    assert found.layers[0].cells == found.cells
    assert ask("sex", "kind").layers == ()


def test_a_table_that_would_fill_the_memory_is_refused(ask, state, monkeypatch):
    state()
    monkeypatch.setattr(tabulation, "MOST_CELLS", 10)
    with pytest.raises(QuestionNotUnderstood, match="大きすぎ"):
        ask("age_band", "weekday")
