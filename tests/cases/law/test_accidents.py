"""重大事故等: one grave point is enough, "not grave" needs a no to each, a doubt is never "no duty"."""

import pytest

from cases.law.accidents import BY_NAME, GRAVE, QUESTIONS, Duty, Verdict, judge, suggested

CLEAR = dict.fromkeys(BY_NAME, "no") | {"consumer_use": "yes"}


@pytest.mark.parametrize("name", GRAVE)
def test_each_grave_point_alone_is_told_at_once(name):
    found = judge(CLEAR | {name: "yes"})

    assert (found.verdict, found.duty) == (Verdict.SERIOUS, Duty.AT_ONCE)
    assert found.because == (name,)
    assert str(found.articles[0]) == "消費者安全法12条1項"


@pytest.mark.parametrize("name", GRAVE)
def test_one_grave_point_that_is_unknown_keeps_it_open(name):
    found = judge(CLEAR | {"harmed": "yes", name: "unknown"})

    assert (found.verdict, found.duty, found.missing) == (Verdict.UNCLEAR, Duty.ASK_FIRST, (name,))


@pytest.mark.parametrize(
    ("more", "verdict", "duty"),
    [
        ({"harmed": "yes", "may_spread": "yes"}, Verdict.OTHER, Duty.PROMPTLY),
        ({"harmed": "yes", "may_spread": "unknown"}, Verdict.OTHER, Duty.PROMPTLY),
        ({"danger": "yes", "may_spread": "yes"}, Verdict.OTHER, Duty.PROMPTLY),
        ({"harmed": "yes", "may_spread": "no"}, Verdict.OTHER, Duty.NONE),
        ({"harmed": "unknown"}, Verdict.UNCLEAR, Duty.ASK_FIRST),
        ({}, Verdict.NOT_AN_ACCIDENT, Duty.NONE),
        ({"death": "yes", "consumer_use": "no"}, Verdict.NOT_AN_ACCIDENT, Duty.NONE),
        ({"death": "yes", "other_cause": "yes"}, Verdict.NOT_AN_ACCIDENT, Duty.NONE),
        ({"death": "yes", "consumer_use": "unknown"}, Verdict.SERIOUS, Duty.AT_ONCE),
    ],
)
def test_what_is_not_grave(more, verdict, duty):
    found = judge(CLEAR | more)

    assert (found.verdict, found.duty) == (verdict, duty)


def test_nothing_known_is_no_verdict():
    found = judge({})

    assert found.verdict == Verdict.UNCLEAR
    assert set(GRAVE) < set(found.missing)


def test_what_could_turn_a_grave_answer_is_named_though_the_notice_does_not_wait():
    assert judge({"death": "yes"}).missing == ("consumer_use", "other_cause")


@pytest.mark.parametrize("answers", [{"nonsense": "yes"}, {"death": "maybe"}])
def test_other_questions_and_answers_are_refused(answers):
    with pytest.raises(ValueError, match="unknown"):
        judge(answers)


def test_each_question_names_its_article():
    assert all(str(question.article).startswith("消費者安全法") for question in QUESTIONS)


@pytest.mark.parametrize(
    ("harm", "degree", "answers"),
    [
        ("HARM", "DEATH", {"death": "yes"}),
        ("HARM", "MONTH_OVER", {"death": "no", "treatment_30": "yes", "harmed": "yes"}),
        ("HARM", "THREE_WEEKS", {"death": "no", "harmed": "yes"}),
        ("HARM", "WEEK_UNDER", {"death": "no", "treatment_30": "no"}),
        ("HARM", "UNKNOWN", {}),
        ("DANGER", "", {"danger": "yes"}),
        ("NONE", "", {}),
    ],
)
def test_the_card_answers_what_it_can(harm, degree, answers):
    assert suggested(harm, degree) == answers
    judge(answers)
