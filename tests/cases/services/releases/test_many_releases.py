"""Months, their sums, unplanned periods and other tables, published one after the other: what can a reader compute?"""

from datetime import date, timedelta

import pytest

from cases.figures.releases import judging, reading
from cases.figures.releases.union import side_by_side
from cases.models import CaseFact
from cases.services import releases
from tests.cases.services.releases.reader import Reader, printed

PUBLIC, MEMBERS = 10, 3


def cases():
    rows = CaseFact.objects.values_list("age_band", "sex", "area", "scam_main", "received_on")
    return [((age, sex, area, scam), day) for age, sex, area, scam, day in rows]


def exposed(out):
    """Of all that is out, by reader: the public has public releases, a member has all."""
    public = [
        one for release in out if release.audience == "public" for one in printed(reading.tables(release))
    ]
    every = [one for release in out for one in printed(reading.tables(release))]
    found = [Reader(public, cases()).exposed(PUBLIC)] if public else [[]]
    return [*found, Reader(every, cases()).exposed(MEMBERS)]


def plan(first, months):
    """(question, audience) of each publication in turn: months, quarters, four unplanned weeks, sums, other tables."""
    begin = [
        date(2025 + (month - 1) // 12, (month - 1) % 12 + 1, 1) for month in range(first, first + months + 1)
    ]
    whole = {"first": begin[0], "end": begin[-1]}
    for at in range(months):
        month = {"first": begin[at], "end": begin[at + 1]}
        yield {"rows": "senior", "columns": "scam_main", **month}, "members"
        if at % 3 == 2:
            yield (
                {"rows": "senior", "columns": "scam_main", "first": begin[at - 2], "end": begin[at + 1]},
                "public",
            )
        if at == 1:
            weeks = {"first": begin[0] + timedelta(days=19), "end": begin[1] + timedelta(days=17)}
            yield {"rows": "scam_main", **weeks}, "public"
            yield {"rows": "scam_main", "columns": "sex", "first": begin[0], "end": begin[2]}, "public"
    yield {"rows": "age_band", "columns": "scam_main", **whole}, "public"
    yield {"rows": "age_band", "columns": "sex", **whole}, "members"
    yield {"rows": "area", "columns": "scam_main", **whole}, "public"


@pytest.fixture
def publish_all(town, asked, judged, other, monkeypatch):
    """Publish the plan over made-up cases, as far as it is not refused; reasons and merges are left out."""
    monkeypatch.setattr(judging, "SECONDS_OF_REASONS", 0)
    monkeypatch.setattr(judging, "_advice", lambda *_: ())

    def publish(seed, first, months):
        town(seed, [divmod(month - 1, 12) for month in range(first, first + months)])
        out, refused = [], 0
        for question, audience in plan(first, months):
            release = judged(asked(**question), audience=audience)
            if release.state == "JUDGED":
                out.append(releases.approve(release.uid, by=other))
            else:
                refused += 1
        return out, refused

    return publish


@pytest.mark.parametrize("seed", [3])
def test_twelve_months_sums_unplanned_weeks_and_other_tables_expose_nobody(publish_all, seed):
    """Whoever has everything knows most: what is safe at the end was safe at every step."""
    out, refused = publish_all(seed, 11, 12)

    assert exposed(out) == [[], []]
    assert (len(out), refused) == (21, 0)
    numbers = [one.number for release in out for one in printed(reading.tables(release))]
    assert sum(number is not None for number in numbers) > len(numbers) / 2


def test_releases_that_do_not_know_of_each_other_expose_somebody(publish_all, monkeypatch):
    """The control: the same reader finds what the union keeps back."""
    monkeypatch.setattr(judging, "side_by_side", lambda frozen, _said, *rest: side_by_side(frozen, [], *rest))

    out, _refused = publish_all(3, 11, 3)

    public, _members = exposed(out)
    assert public
