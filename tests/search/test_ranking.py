"""The two stages as pure functions: which terms look for candidates, and which documents say the same."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search import ranking
from search.hashing import TERM_BYTES, unpacked


def term(number):
    return number.to_bytes(TERM_BYTES, "big")


def packed(*numbers):
    return b"".join(map(term, numbers))


@given(
    st.dictionaries(
        st.integers(0, 200).map(term), st.tuples(st.integers(1, 5), st.integers(0, 1_000_000)), max_size=80
    )
)
def test_terms_are_bounded_in_number_in_length_of_lists_and_in_weight(asked):
    query = {word: float(count) for word, (count, _frequency) in asked.items()}
    frequencies = {word: frequency for word, (_count, frequency) in asked.items() if frequency}

    found = ranking.telling_terms(query, frequencies, 1_000_000)

    assert bool(found) == bool(frequencies)
    assert len(found) <= 25
    assert len(found) <= 1 or sum(frequencies[word] for word in found) <= ranking.most_postings(1_000_000)
    assert all(isinstance(weight, int) and weight >= 1 for weight in found.values())
    assert sum(found.values()) < 2**24


def test_the_more_cases_the_more_of_the_index_is_walked_but_by_a_power_below_that_of_the_cases():
    at = {size: ranking.most_postings(size) for size in (10, 50_000, 200_000, 1_000_000)}

    assert at[10] == at[50_000] == 60_000
    assert at[50_000] < at[200_000] < at[1_000_000] < 8 * at[50_000]


def test_a_term_that_everybody_has_is_looked_up_where_there_is_no_other():
    assert list(ranking.telling_terms({term(1): 1.0}, {term(1): 900_000}, 1_000_000)) == [term(1)]
    assert list(
        ranking.telling_terms({term(1): 1.0, term(2): 1.0}, {term(1): 900_000, term(2): 5}, 1_000_000)
    ) == [term(2)]


def test_a_rare_term_weighs_more_and_in_a_long_text_still_more():
    frequencies = {term(number): 10 if number == 0 else 1_000 for number in range(60)}
    short = ranking.telling_terms({term(0): 1.0, term(1): 1.0}, frequencies, 10_000)
    long = ranking.telling_terms({term(number): 1.0 for number in range(60)}, frequencies, 10_000)

    assert short[term(0)] > short[term(1)] > long[term(1)]
    assert short[term(0)] == long[term(0)]


@pytest.mark.parametrize(
    ("documents", "wanted", "groups"),
    [
        ([packed(*range(20)), packed(*reversed(range(20))), packed(*range(20), 3, 3)], 5, [[0, 1, 2]]),
        ([packed(*range(20)), packed(*range(1, 21)), packed(*range(10, 30))], 5, [[0, 1], [2]]),
        ([packed(1), packed(2), packed(3), packed(1)], 2, [[0, 3], [1]]),
        ([packed(*range(20)), packed(*range(40))], 5, [[0], [1]]),
        ([b"", b""], 5, [[0, 1]]),
        ([], 5, []),
    ],
)
def test_documents_that_hold_nearly_the_same_terms_are_one_group(documents, wanted, groups):
    assert ranking.folded(documents, wanted) == groups


@given(st.lists(st.lists(st.integers(0, 9), max_size=40), max_size=12), st.integers(1, 6))
def test_groups_are_those_of_comparing_each_with_each(numbers, wanted):
    """Of documents made of a few runs of terms, many share 85 % and many a little less."""
    documents = [packed(*(7 * run + step for run in runs for step in range(7))) for runs in numbers]
    sets = [set(unpacked(one)) for one in documents]

    expected: list[list[int]] = []
    for place, own in enumerate(sets):
        near = (
            group
            for group in expected
            if len(own & sets[group[0]]) >= len(own | sets[group[0]]) * ranking._SAME_SHARE
        )
        if (group := next(near, None)) is not None:
            group.append(place)
        elif len(expected) < wanted:
            expected.append([place])

    assert ranking.folded(documents, wanted) == expected


def test_scores_are_those_of_a_full_scan():
    query = {term(1): 2.0, term(2): 1.0, term(9): 1.0}
    frequencies = {term(1): 2, term(2): 1}

    scores = ranking.scores(
        query, frequencies, [packed(1, 1, 3), packed(1, 2), packed(4)], size=3, mean_length=2.0
    )

    assert scores[2] == 0.0
    assert scores[1] > scores[0] > 0


@pytest.mark.parametrize("terms", [2, 10, 17, 31, 52])
@pytest.mark.parametrize("copies", [2, 5, 23])
def test_equal_documents_have_equal_scores_wherever_they_stand(terms, copies):
    held = [term(number) for number in range(terms)]
    query = {word: 1.0 + number / 7 for number, word in enumerate(held)}
    frequencies = {word: 3 + 5 * number for number, word in enumerate(held)}

    scores = ranking.scores(
        query, frequencies, [packed(*range(terms))] * copies, size=1000, mean_length=terms * 0.9
    )

    assert len(set(scores)) == 1
