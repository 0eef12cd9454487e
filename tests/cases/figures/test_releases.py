from datetime import date

import pytest

from cases.figures.measures import Question
from cases.figures.releases import single as releases
from cases.models import Release
from cases.records.centre import SYSTEM


@pytest.mark.parametrize(
    ("audience", "count", "shown", "value"),
    [
        ("members", 0, "少数のため非公表", None),
        ("members", 2, "少数のため非公表", None),
        ("members", 3, "3件", 3),
        ("public", 9, "10件未満", None),
        ("public", 10, "10件", 10),
    ],
)
def test_a_count_leaves_only_where_it_is_large_enough(state, centre, audience, count, shown, value):
    for _ in range(count):
        state()
    question = Question(frozenset({centre.pk}), date(2026, 4, 1), date(2027, 4, 1), rows="scam_main")

    released = releases.release_count(audience, "bulletin:1", question, by=SYSTEM)

    assert (released.shown, released.value) == (shown, value)
    kept = Release.objects.get()
    assert (kept.subject, kept.audience, kept.shown, kept.value) == ("bulletin:1", audience, shown, value)
    assert kept.as_of == kept.definition["as_of"]["seq"]
    assert kept.approved_by is None


@pytest.mark.parametrize(
    ("audience", "measure", "error"),
    [
        ("members", "cases", None),
        ("members", "scam_mentions", releases.StaysWithStaff),
        ("press", "cases", ValueError),
    ],
)
def test_only_cases_leave_and_only_to_a_known_audience(state, centre, audience, measure, error):
    state()
    asked = Question(frozenset({centre.pk}), date(2026, 4, 1), date(2027, 4, 1), "scam_main", measure=measure)
    if error:
        with pytest.raises(error):
            releases.release_count(audience, "bulletin:1", asked, by=SYSTEM)
    else:
        releases.release_count(audience, "bulletin:1", asked, by=SYSTEM)
    assert Release.objects.count() == (error is None)
