"""What a council was told: kept as it was, vouched by the log, and explained when the numbers move."""

import uuid
from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import connection
from django.utils import timezone

from cases import held
from cases.figures import comparing, measures
from cases.figures.measures import Question
from cases.protection.models import AuditEntry
from cases.records.answers import AnswerCorrection, NumbersQuestion, PublishedAnswer
from cases.records.codes import Code
from cases.services import answers, followup
from cases.services.answers import NotAsPublished, NothingToCorrect, TooManyQuestions
from cases.services.entry import EntryRefused
from tests import builders

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def surroundings(tmp_path, settings, time_machine):
    settings.COLUMNS_DIR = tmp_path / "columns"
    time_machine.move_to("2026-11-23 10:00 +0900", tick=False)


@pytest.fixture
def manager():
    return builders.account("MANAGER")


@pytest.fixture
def counsellor(manager):
    return builders.account(at=manager.centre)


def question(centre, **more):
    given = {"start": date(2026, 4, 1), "end": date(2027, 4, 1), "rows": "scam_main", "columns": "senior"}
    return Question(frozenset({centre.pk}), **{**given, **more})


@pytest.fixture
def publish(manager):
    def make(uid=None, **more):
        given = {
            "title": "令和8年12月定例会 一般質問",
            "answered_on": date(2026, 11, 20),
            "address": "rows=scam_main",
            "question": question(manager.centre),
            "centre": manager.centre,
            "by": manager,
        }
        return answers.publish(uid or uuid.uuid4(), **{**given, **more})

    return make


def total(row):
    return answers.table_of(row).total


# --- publishing -----------------------------------------------------------------------------------------------------
def test_an_answer_keeps_its_numbers_whatever_is_registered_later(publish, counsellor):
    builders.case(by=counsellor)
    row = publish()
    builders.case(by=counsellor)

    kept = PublishedAnswer.objects.get(uid=row.uid)

    assert (total(kept), comparing.ask(answers.question_of(kept)).total) == (1, 2)
    assert kept.definition["from"] == "2026-04-01"
    assert kept.as_of == kept.definition["as_of"]["seq"]


@pytest.mark.parametrize(
    "more",
    [
        {"measure": "contract_yen"},
        {"measure": "days_to_close"},
        {"measure": "mediation_rate"},
        {"measure": "rate_per_1000", "rows": "age_band"},
        {"measure": "contacts", "subject": "caller", "rows": "sex", "columns": None},
        {"layers": "sex"},
    ],
)
def test_any_answer_is_read_again_as_it_was_counted(more, publish, counsellor):
    builders.case(by=counsellor, contract_yen=1000, outcome="MEDIATED", closed_on=date(2026, 11, 22))
    builders.case(by=counsellor, contract_yen=2501)
    asked = question(counsellor.centre, **more)

    row = PublishedAnswer.objects.get(uid=publish(question=asked).uid)

    found, kept = comparing.ask(asked), answers.table_of(row)
    assert vars(kept) | {"definition": None} == vars(found) | {"definition": None}
    assert answers.question_key(answers.question_of(row), row.centre) == row.question_key
    assert answers.standing_of(row).difference().is_none


def test_a_published_rate_recounts_to_the_same_after_the_population_was_replaced(
    publish, manager, counsellor, time_machine
):
    from tests.cases.figures.test_population import said, stored

    stored(manager)
    builders.case(by=counsellor, age=70, area="NORTH")
    row = publish(question=question(manager.centre, measure="rate_per_1000", rows="age_band"))
    time_machine.move_to("2026-11-24 10:00 +0900", tick=False)
    stored(manager, said(5))

    again = replace(answers.question_of(row), as_of=row.as_of, known_at=row.made_at)

    now, kept, recounted = (
        comparing.ask(answers.question_of(row)),
        answers.table_of(row),
        comparing.ask(again),
    )
    assert (now.total.residents, kept.total.residents) == (1010, 2020)
    assert (recounted.cells, recounted.total) == (kept.cells, kept.total)
    assert recounted.definition["population"] == kept.definition["population"]


def test_answers_are_numbered_in_each_centre(publish):
    other = builders.account("MANAGER", at=builders.centre("kita"))

    numbers = [publish().number, publish().number]
    elsewhere = publish(centre=other.centre, by=other, question=question(other.centre)).number

    assert (numbers, elsewhere) == ([1, 2], 1)


def test_sent_twice_it_is_one_answer(publish):
    uid = uuid.uuid4()

    assert publish(uid).pk == publish(uid).pk
    assert AuditEntry.objects.filter(action="ANSWER_PUBLISHED").count() == 1


def test_an_answer_as_of_an_earlier_cut_has_that_moments_numbers(publish, counsellor):
    builders.case(by=counsellor)
    cut = measures.breakdown(question(counsellor.centre)).as_of
    builders.case(by=counsellor)

    assert total(publish(question=question(counsellor.centre, as_of=cut))) == 1


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"title": "  "}, "title"),
        ({"title": "長" * 101}, "title"),
        ({"answered_on": None}, "answered_on"),
        ({"answered_on": date(2026, 11, 24)}, "answered_on"),
    ],
)
def test_an_answer_says_for_what_and_when(given, field, publish):
    with pytest.raises(EntryRefused) as refusal:
        publish(**given)

    assert list(refusal.value.errors) == [field]
    assert not PublishedAnswer.objects.exists()


def test_a_telephone_number_in_the_title_is_masked(publish):
    assert "1234" not in publish(title="03-3579-1234の件").title


def test_the_words_of_the_day_are_kept(publish, counsellor):
    builders.case(by=counsellor)
    row = publish()
    Code.objects.filter(kind="scam_type", code="INSPECTION").update(label="別の名前")

    kept = PublishedAnswer.objects.get(uid=row.uid).numbers
    assert dict(zip(kept["row_codes"], kept["row_labels"], strict=True))["INSPECTION"] == "点検商法"


# --- what the log vouches for ---------------------------------------------------------------------------------------
def changed_by_hand(table, column, value, uid):
    text = uid.hex if connection.vendor == "sqlite" else str(uid)
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE {table} SET {column} = %s WHERE uid = %s", [value, text])  # noqa: S608 - names of ours
    held.forget_all()


def test_an_answer_counts_where_the_log_vouches_for_it(publish, manager):
    row = publish()

    assert answers.standing_of(row).is_vouched
    assert [
        one.answer for one in answers.published_before(question(manager.centre), centre=manager.centre)
    ] == [row]


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("numbers", '{"cells": []}'),
        ("title", "別の質問"),
        ("answered_on", "2020-01-01"),
        ("number", 7),
        ("erased", 9),
    ],
)
def test_a_row_changed_by_hand_is_no_answer(column, value, publish, manager):
    row = publish()
    changed_by_hand("cases_publishedanswer", column, value, row.uid)

    row = PublishedAnswer.objects.get(uid=row.uid)

    assert not answers.standing_of(row).is_vouched
    assert answers.published_before(question(manager.centre), centre=manager.centre) == []
    with pytest.raises(NotAsPublished):
        answers.correct(uuid.uuid4(), answer_uid=row.uid, notice="訂正", by=manager)


def test_a_row_taken_away_by_hand_is_missed(publish, manager):
    publish()
    gone = publish()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM cases_publishedanswer WHERE number = %s", [gone.number])

    assert answers.lost_numbers(manager) == [2]


# --- asked again ----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("more", "is_same"),
    [
        ({}, True),
        ({"as_of": 1}, True),
        ({"columns": "sex"}, False),
        ({"end": date(2027, 3, 31)}, False),
        ({"filters": {"sex": ["FEMALE"]}}, False),
        ({"measure": "scam_mentions", "rows": "scam_any"}, False),
    ],
)
def test_the_same_question_finds_what_was_published(more, is_same, publish, manager):
    publish()

    found = answers.published_before(question(manager.centre, **more), centre=manager.centre)

    assert bool(found) is is_same


def test_the_difference_to_now_is_counted_by_cause(publish, counsellor):
    early = [builders.case(by=counsellor) for _n in range(2)]
    row = publish()
    for _n in range(3):
        builders.case(by=counsellor)
    entry = builders.entry(uid=early[0].uid, scam_main="FAKE_SHOP")
    followup.correct_case(entry, revision=early[0].revision, by=counsellor)

    found = answers.standing_of(row).difference()

    assert (found.before, found.now, found.late, found.corrected) == (2, 5, 3, 1)


# --- corrections ----------------------------------------------------------------------------------------------------
def test_a_correction_has_a_number_a_notice_and_the_numbers_that_hold(publish, counsellor, manager):
    builders.case(by=counsellor)
    row = publish()
    builders.case(by=counsellor)

    correction = answers.correct(
        uuid.uuid4(), answer_uid=row.uid, notice="登録漏れが1件ありました", by=manager
    )

    standing = answers.standing_of(PublishedAnswer.objects.get(uid=row.uid))
    assert (correction.number, total(correction), total(standing.answer)) == (1, 2, 1)
    assert standing.corrections == (correction,)
    assert standing.difference().is_none


def test_corrections_are_told_to_those_of_the_centre(publish, counsellor, manager):
    row = publish()
    builders.case(by=counsellor)
    correction = answers.correct(uuid.uuid4(), answer_uid=row.uid, notice="登録漏れ", by=manager)
    stranger = builders.account("MANAGER", at=builders.centre("kita"))

    told = timezone.now() - timedelta(days=1)
    assert answers.notices(manager, since=told) == [correction]
    assert answers.notices(manager, since=timezone.now() + timedelta(days=1)) == []
    assert answers.notices(stranger, since=told) == []


def test_nothing_is_corrected_where_nothing_differs(publish, counsellor, manager):
    builders.case(by=counsellor)
    row = publish()

    with pytest.raises(NothingToCorrect):
        answers.correct(uuid.uuid4(), answer_uid=row.uid, notice="訂正", by=manager)


def test_a_correction_without_words_or_of_another_centre_is_refused(publish, counsellor, manager):
    row = publish()
    builders.case(by=counsellor)
    stranger = builders.account("MANAGER", at=builders.centre("kita"))

    with pytest.raises(EntryRefused):
        answers.correct(uuid.uuid4(), answer_uid=row.uid, notice=" ", by=manager)
    with pytest.raises(PublishedAnswer.DoesNotExist):
        answers.correct(uuid.uuid4(), answer_uid=row.uid, notice="訂正", by=stranger)


def test_a_correction_changed_by_hand_is_none(publish, counsellor, manager):
    row = publish()
    builders.case(by=counsellor)
    correction = answers.correct(uuid.uuid4(), answer_uid=row.uid, notice="訂正", by=manager)
    changed_by_hand("cases_answercorrection", "notice", "なかったことに", correction.uid)

    assert AnswerCorrection.objects.get().notice == "なかったことに"
    assert answers.standing_of(row).corrections == ()


# --- questions that are kept ----------------------------------------------------------------------------------------
@pytest.fixture
def keep(manager):
    def make(name="議会用", *, uid=None, is_shared=False, by=manager):
        return answers.save_question(
            uid or uuid.uuid4(), name=name, address="rows=sex", is_shared=is_shared, centre=by.centre, by=by
        )

    return make


@pytest.mark.parametrize(("is_shared", "seen"), [(True, 1), (False, 0)])
def test_colleagues_see_what_is_shared(is_shared, seen, keep, manager):
    keep(is_shared=is_shared)

    assert len(answers.questions_of(builders.account("MANAGER", at=manager.centre))) == seen
    assert answers.questions_of(builders.account("MANAGER", at=builders.centre("kita"))) == []
    assert len(answers.questions_of(manager)) == 1


def test_another_persons_question_is_neither_removed_nor_taken_over(keep, manager):
    row = keep(is_shared=True)
    colleague = builders.account("MANAGER", at=manager.centre)

    with pytest.raises(NumbersQuestion.DoesNotExist):
        answers.remove_question(row.uid, by=colleague)
    with pytest.raises(NumbersQuestion.DoesNotExist):
        keep(uid=row.uid, by=colleague)
    answers.remove_question(row.uid, by=manager)
    assert not NumbersQuestion.objects.exists()


def test_a_name_is_needed_and_so_many_are_kept_at_most(keep, monkeypatch):
    monkeypatch.setattr(answers, "MOST_QUESTIONS", 1)
    with pytest.raises(EntryRefused):
        keep(" ")
    keep()
    with pytest.raises(TooManyQuestions):
        keep()
