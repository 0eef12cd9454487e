"""手口 of a centre's own: in use at once, put in order later, and no case ever loses its code."""

import uuid
from datetime import date, timedelta

import pytest

from cases.figures import measures
from cases.figures.measures import SCAM_MENTIONS, Question
from cases.protection.models import AuditEntry
from cases.records import codes
from cases.records.case import Case
from cases.records.codes import Code, CodeSet, Kind
from cases.services import followup, scam_types
from cases.services.entry import EntryRefused
from cases.services.ledger import coding
from tests import builders

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def surroundings(tmp_path, settings, time_machine):
    settings.COLUMNS_DIR = tmp_path / "columns"
    time_machine.move_to("2026-11-23 10:00 +0900", tick=False)


@pytest.fixture
def counsellor():
    return builders.account()


@pytest.fixture
def add(counsellor):
    def make(
        label="分電盤の点検",
        meaning="分電盤が古いと言って交換させる",
        parent="INSPECTION",
        uid=None,
        by=counsellor,
    ):
        return scam_types.add(
            label, meaning=meaning, parent=parent, uid=uid or uuid.uuid4(), centre=by.centre, by=by
        )

    return make


def counted(centre, **more):
    question = Question(frozenset({centre.pk}), date(2026, 4, 1), date(2027, 4, 1), "scam_main", **more)
    table = measures.breakdown(question)
    return {code: n for code, n in zip(table.row_codes, table.row_totals, strict=True) if n}


def test_an_added_scam_type_can_be_used_at_once_also_for_calls_of_the_days_before(add, counsellor):
    row = add()

    case = builders.case(by=counsellor, scam_main=row.code)

    assert case.received_on < date(2026, 11, 23)
    assert (row.is_provisional, row.text) == (True, "分電盤の点検")
    assert counted(counsellor.centre) == {row.code: 1}


def test_numbers_begin_where_the_shipped_ones_end_and_go_on_with_three_digits(add):
    rows = [add(f"手口{letter}") for letter in "あいうえおかきく"]

    numbers = [row.attributes["no"] for row in rows]
    assert numbers == ["94", "95", "96", "97", "98", "99", "940", "941"]


def test_a_double_click_adds_one(add):
    uid = uuid.uuid4()

    assert add(uid=uid) == add(uid=uid)
    assert AuditEntry.objects.filter(action="SCAM_TYPE_ADDED").count() == 1


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"label": " "}, "label"),
        ({"label": "長" * 41}, "label"),
        ({"label": "12"}, "label"),
        ({"label": "点検商法"}, "label"),
        ({"label": "サポート詐欺"}, "label"),
        ({"meaning": ""}, "meaning"),
        ({"meaning": "長" * 61}, "meaning"),
        ({"parent": "NOTHING"}, "parent"),
        ({"parent": "UNCLASSIFIED"}, "parent"),
        ({"parent": ""}, None),
    ],
)
def test_a_scam_type_is_refused_by_field(add, changed, field):
    if field is None:
        assert add(**changed).pk
    else:
        with pytest.raises(EntryRefused) as refused:
            add(**changed)
        assert set(refused.value.errors) == {field}


def test_an_own_scam_type_stands_above_no_other(add):
    with pytest.raises(EntryRefused):
        add("下の手口", parent=add().code)


def test_another_centre_is_not_offered_it_and_may_use_the_name(add):
    row, elsewhere = add(), builders.account(at=builders.centre("kita"))

    assert not row.is_for(elsewhere.centre.uid)
    assert add(by=elsewhere).attributes["no"] == "95"
    assert scam_types.own_types(elsewhere.centre) != scam_types.own_types(builders.centre())


def test_loading_the_shipped_codes_anew_leaves_the_own_ones_alone(add):
    before = add()
    CodeSet.objects.filter(kind=Kind.SCAM_TYPE).update(digest="another release")

    assert Kind.SCAM_TYPE in codes.load_shipped()

    after = Code.objects.get(code=before.code)
    fields = [field.attname for field in Code._meta.concrete_fields]
    assert {name: getattr(after, name) for name in fields} == {name: getattr(before, name) for name in fields}


# --- What a manager does --------------------------------------------------------------------------------------
def test_confirming_and_renaming_change_no_case(add, counsellor):
    row = add()
    case = builders.case(by=counsellor, scam_main=row.code)

    scam_types.confirm(row.code, centre=counsellor.centre, by=counsellor)
    renamed = scam_types.rename(
        row.code, label="分電盤点検商法", meaning=row.meaning, centre=counsellor.centre, by=counsellor
    )

    assert (renamed.is_provisional, renamed.text, renamed.attributes["no"]) == (False, "分電盤点検商法", "94")
    assert Case.objects.get(pk=case.pk).main_scam == row.code


@pytest.mark.parametrize("verb", ["confirm", "rename", "merge"])
@pytest.mark.parametrize("whose", ["shipped", "of another centre"])
def test_only_own_scam_types_are_changed(add, counsellor, verb, whose):
    code = "INSPECTION" if whose == "shipped" else add(by=builders.account(at=builders.centre("kita"))).code
    given = {
        "confirm": {},
        "rename": {"label": "新しい名前", "meaning": "意味"},
        "merge": {"into": "PHISHING"},
    }[verb]

    with pytest.raises(Code.DoesNotExist):
        getattr(scam_types, verb)(code, **given, centre=counsellor.centre, by=counsellor)


def test_after_a_merge_cases_keep_their_code_and_lists_and_figures_show_the_other(add, counsellor):
    row = add()
    mine, other = builders.case(by=counsellor, scam_main=row.code), builders.case(by=counsellor)
    beside = builders.case(by=counsellor, scam_main="PHISHING", scam_others=(row.code,))

    scam_types.merge(row.code, into="INSPECTION", centre=counsellor.centre, by=counsellor)

    known = codes.codes(Kind.SCAM_TYPE)
    assert Case.objects.get(pk=mine.pk).main_scam == row.code
    assert known.text(row.code) == "点検商法"
    assert set(Case.objects.of_scam("INSPECTION")) == {mine, other, beside}
    assert counted(counsellor.centre) == {"INSPECTION": 2, "PHISHING": 1}
    assert counted(counsellor.centre, filters={"scam_any": ["INSPECTION"]}) == {
        "INSPECTION": 2,
        "PHISHING": 1,
    }
    mentions = Question(
        frozenset({counsellor.centre.pk}),
        date(2026, 4, 1),
        date(2027, 4, 1),
        "scam_any",
        measure=SCAM_MENTIONS,
    )
    assert dict(zip(*(lambda t: (t.row_codes, t.row_totals))(measures.breakdown(mentions)), strict=True)) == {
        "INSPECTION": 3,
        "PHISHING": 1,
    }


def test_a_merged_scam_type_is_offered_to_no_new_call_and_is_still_in_the_table(add, counsellor):
    row = add()
    scam_types.merge(row.code, into="INSPECTION", centre=counsellor.centre, by=counsellor)

    with pytest.raises(EntryRefused):
        builders.case(by=counsellor, scam_main=row.code, received_at=builders.RECEIVED_AT + timedelta(days=3))
    assert Code.objects.filter(code=row.code).exists()


def test_a_chain_of_merges_ends_at_the_last(add, counsellor):
    first, second = add("一つ目"), add("二つ目")
    scam_types.merge(first.code, into=second.code, centre=counsellor.centre, by=counsellor)
    scam_types.merge(second.code, into="INSPECTION", centre=counsellor.centre, by=counsellor)

    assert codes.codes(Kind.SCAM_TYPE).current(first.code) == "INSPECTION"


@pytest.mark.parametrize("into", ["itself", "UNCLASSIFIED", "NOTHING", "a merged one"])
def test_a_merge_needs_another_living_scam_type(add, counsellor, into):
    row, merged = add(), add("前に統合した手口")
    scam_types.merge(merged.code, into="PHISHING", centre=counsellor.centre, by=counsellor)
    target = {"itself": row.code, "a merged one": merged.code}.get(into, into)

    with pytest.raises(EntryRefused):
        scam_types.merge(row.code, into=target, centre=counsellor.centre, by=counsellor)


def test_correcting_a_case_of_a_merged_scam_type_keeps_what_was_not_changed(add, counsellor):
    row = add()
    case = builders.case(by=counsellor, scam_main=row.code)
    scam_types.merge(row.code, into="INSPECTION", centre=counsellor.centre, by=counsellor)

    closed = followup.close_case(case.uid, outcome="ADVICE", closed_on=date(2026, 11, 23), by=counsellor)

    assert closed.main_scam == row.code


def test_a_ring_made_by_hand_ends_somewhere(add):
    first, second = add("一つ目"), add("二つ目")
    for row, into in ((first, second), (second, first)):
        Code.objects.filter(pk=row.pk).update(attributes={**row.attributes, "merged_into": into.code})
    codes.forget()

    assert codes.codes(Kind.SCAM_TYPE).text(first.code) in ("一つ目", "二つ目")


def test_what_another_centre_added_is_unknown_here(add, counsellor):
    theirs = add(by=builders.account(at=builders.centre("kita")))

    with pytest.raises(EntryRefused) as refused:
        builders.case(by=counsellor, scam_main=theirs.code)
    assert list(refused.value.errors) == ["scam_main"]
    with pytest.raises(EntryRefused):
        builders.case(by=counsellor, scam_others=(theirs.code,))
    assert coding.CodeBook(counsellor.centre).find(Kind.SCAM_TYPE, theirs.label) == ""
    assert coding.CodeBook(theirs_centre := builders.centre("kita")).find(Kind.SCAM_TYPE, theirs.label)
    assert theirs_centre.uid != counsellor.centre.uid


def test_a_uid_that_another_centre_has_used_gives_nothing_of_it(add, counsellor):
    uid = uuid.uuid4()
    add(uid=uid, by=builders.account(at=builders.centre("kita")))

    with pytest.raises(EntryRefused):
        add(uid=uid)
