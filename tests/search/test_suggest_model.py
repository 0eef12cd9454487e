"""The classifier behind the suggestions: what it learns, what it cannot have learned, what its file holds."""

import numpy as np
import pytest

from search import suggest_model as room
from search.suggest_model import CodeSet, Lesson, from_bytes, learn, to_bytes
from search.suggest_surety import FEWEST, RIGHT, as_sure, calibrated

SETS = {"trick": True, "marks": False}


def terms(*given: int):
    return np.array(sorted(given), dtype=np.uint64)


def lessons(count: int = 6):
    """Two tricks with words of their own (1, 2 and 11, 12), a word of both (5), and a mark that goes with 3."""
    made = []
    for number in range(count):
        roof = {1, 2, 5, 3} if number % 2 else {1, 2, 5}
        made.append(Lesson(terms(*roof), {"trick": ("ROOF",), "marks": ("MARKED",) if number % 2 else ()}))
        made.append(Lesson(terms(11, 12, 5), {"trick": ("SHOP",), "marks": ()}))
    return made


@pytest.fixture(scope="module")
def model():
    return learn(lessons(12), SETS)


@pytest.mark.parametrize(("said", "code"), [((1, 5), "ROOF"), ((12,), "SHOP"), ((2, 99), "ROOF")])
def test_words_of_a_trick_speak_for_it(model, said, code):
    first, second = model.chances("trick", terms(*said))

    assert (first.code, first.probability > 0.8) == (code, True)
    assert first.probability + second.probability == pytest.approx(1)
    assert set(first.because) == set(said) & {1, 2, 11, 12}


@pytest.mark.parametrize(("said", "is_marked"), [((1, 3), True), ((1, 2), False), ((11,), False)])
def test_codes_of_which_a_case_may_have_several_stand_each_for_itself(model, said, is_marked):
    (chance,) = model.chances("marks", terms(*said))

    assert (chance.code, chance.probability > 0.5) == ("MARKED", is_marked)


@pytest.mark.parametrize(("count", "is_known"), [(room.LEAST_CASES - 1, False), (room.LEAST_CASES, True)])
def test_a_word_of_few_cases_is_not_in_it(count, is_known):
    rare = [Lesson(terms(1, 77), {"trick": ("ROOF",)}) for _number in range(count)]

    learned = learn([*lessons(), *rare], SETS)

    assert (77 in learned.terms) is is_known
    assert bool(learned.chances("trick", terms(77))) is is_known


def test_a_shipped_word_is_known_before_any_case():
    named = Lesson(terms(500), {"trick": ("NAMED",)}, 3.0, is_shipped=True)

    learned = learn([*lessons(), named], SETS)

    assert learned.chances("trick", terms(500))[0].code == "NAMED"


def test_shipped_words_and_cases_decide_together_and_neither_drowns_the_other():
    named = [Lesson(terms(1, 500), {"trick": (code,)}, 50.0, is_shipped=True) for code in ("NAMED", "OTHER")]

    learned = learn([*lessons(), *named], SETS)

    assert learned.chances("trick", terms(1, 2))[0].code == "ROOF"
    assert {one.code for one in learned.chances("trick", terms(500))[:2]} == {"NAMED", "OTHER"}


def test_words_that_were_never_learned_say_nothing(model):
    assert model.chances("trick", terms(98, 99)) == []


def test_the_same_lessons_give_the_same_model():
    one, other = (to_bytes(learn(lessons(), SETS), "1") for _time in range(2))

    assert one == other


@pytest.mark.parametrize(("version", "is_read"), [("1/a", True), ("1/b", False)])
def test_the_file_is_read_by_its_own_version_alone(model, version, is_read):
    read = from_bytes(to_bytes(model, "1/a"), version)

    assert (read is not None) is is_read
    if read is not None:
        said = terms(1, 5)
        assert [(one.code, round(one.probability, 2)) for one in read.chances("trick", said)] == [
            (one.code, round(one.probability, 2)) for one in model.chances("trick", said)
        ]


@pytest.mark.parametrize("data", [b"", b"no such file", b"PK\x03\x04broken"])
def test_a_damaged_file_is_no_model(data):
    assert from_bytes(data, "1") is None


def test_wrong_answers_to_unseen_lessons_make_it_less_sure(model):
    right = [Lesson(terms(1), {"trick": ("ROOF",)}), Lesson(terms(11), {"trick": ("SHOP",)})]
    wrong = [*right, Lesson(terms(2), {"trick": ("SHOP",)})]

    assert sum(calibrated(model, wrong)["trick"].shares) < sum(calibrated(model, right)["trick"].shares)


def mostly_right(wrong: int, of: int):
    """Lessons told in the words of ROOF, of which so many are of SHOP; those of SHOP are all right."""
    roof = [Lesson(terms(1, 2), {"trick": ("SHOP" if at < wrong else "ROOF",)}) for at in range(of)]
    return [*roof, *(Lesson(terms(11, 12), {"trick": ("SHOP",)}) for _number in range(of))]


@pytest.mark.parametrize(("wrong", "is_shown"), [(1, True), (60, False)])
def test_below_the_probability_that_is_right_often_enough_nothing_is_worth_showing(model, wrong, is_shown):
    held_out = mostly_right(wrong, FEWEST)

    learned = as_sure(model, calibrated(model, held_out))

    least = dict(zip(learned.sets["trick"].codes, learned.sets["trick"].least, strict=True))
    first = learned.chances("trick", terms(1, 2))[0]
    assert bool(first.probability >= least[first.code]) is is_shown
    assert 0 < RIGHT < 1


def test_with_few_lessons_set_aside_no_bound_is_measured(model):
    learned = as_sure(model, calibrated(model, mostly_right(1, FEWEST // 4)))

    assert learned.sets["trick"].least is None


def test_what_was_measured_is_in_the_file(model):
    learned = as_sure(model, calibrated(model, mostly_right(1, FEWEST)))

    read = from_bytes(to_bytes(learned, "1"), "1")

    assert read.sets["trick"].least.tolist() == learned.sets["trick"].least.tolist()
    assert read.sets["trick"].beside_counts == learned.sets["trick"].beside_counts


def test_a_set_without_lessons_has_no_codes():
    learned = learn([Lesson(terms(1), {"trick": ("ROOF",)}) for _number in range(6)], SETS)

    assert isinstance(learned.sets["marks"], CodeSet)
    assert learned.chances("marks", terms(1)) == []
