"""黒塗り: what is covered is gone, its length too."""

from hypothesis import given
from hypothesis import strategies as st

from cases.law.blackout import BAR, Range, blacked, merged

LONG = 60
RANGES = st.lists(
    st.tuples(st.integers(0, LONG), st.integers(1, LONG)).map(
        lambda pair: Range(pair[0], pair[0] + pair[1], "78-1-2")
    ),
    max_size=8,
)


def test_a_range_becomes_a_bar_with_the_number_of_its_article():
    assert blacked("母の山田が払った", [Range(2, 4, "78-1-2")]) == f"母の{BAR}〔2号〕が払った"


def test_short_and_long_words_leave_the_same_bar():
    short, long = (blacked(f"先{'山' * n}後", [Range(1, n + 1, "78-1-3")]) for n in (1, 30))

    assert short == long


def test_overlapping_ranges_are_one_bar_under_the_earlier_article():
    assert merged([Range(2, 6, "78-1-3"), Range(0, 3, "78-1-2")]) == [Range(0, 6, "78-1-2")]


@given(RANGES)
def test_no_covered_letter_is_left_and_every_other_is(ranges):
    # Each letter stands once, so that one that should be gone cannot hide behind another.
    text = "".join(chr(0x4E00 + at) for at in range(LONG))
    covered = {at for one in ranges for at in range(one.start, min(one.end, LONG))}

    shown = blacked(text, ranges)

    assert {letter for letter in shown if letter in text} == {
        letter for at, letter in enumerate(text) if at not in covered
    }
