"""What readers of a centre's releases have: every number that is out, and the frozen counts behind them."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from cases.figures import kept
from cases.figures.layout import day_number
from cases.figures.questions import QuestionNotUnderstood
from cases.figures.releases import cells, frozen
from cases.figures.releases import days as sets_of_days
from cases.figures.releases.asking import Asked, NotReleasable
from cases.figures.releases.days import Days
from cases.figures.releases.frozen import Frozen, Span, Stored, Traits
from cases.figures.releases.laying import period, whole
from cases.figures.releases.models import FrozenCounts, FrozenDays, Release, ReleasedTable
from cases.figures.releases.rules import MEMBERS_BELOW, PUBLIC_BELOW, READERS
from cases.figures.releases.union import Said
from cases.gate.ledger import Audience
from cases.records.centre import Centre

# Whether the log vouches for a release as it is stored; filled by the room that may ask. Nobody there: nothing counts.
genuine: Final[list[Callable[[Release], bool]]] = []


def is_genuine(release: Release) -> bool:
    """Whether what is stored is what was published."""
    return bool(genuine) and all(asked(release) for asked in genuine)


def out(centre: Centre) -> list[Release]:
    """Everything of the centre that is out and counts consultations, oldest first."""
    kinds = (Release.Kind.ACTIVITY, Release.Kind.WARNING)
    found = Release.objects.filter(centre=centre, state=Release.State.RELEASED).exclude(kind__in=kinds)
    return list(found.order_by("released_at", "pk"))


@dataclass(frozen=True)
class Known:
    """All that is out of one centre. `before`: single numbers of before releases had tables, with their questions.

    `money`: sums of yen that were said, by their measure.
    """

    centre: Centre
    said: tuple[Said, ...]
    money: Mapping[str, Sequence[Said]]
    before: tuple[tuple[Release, Asked], ...]
    frozen: Frozen
    editions: tuple[tuple[Days, int], ...]
    releases: int

    def edition_of(self, days: Days) -> int:
        """The highest edition that any of the days has, 0 where none is frozen."""
        return max((edition for of, edition in self.editions if sets_of_days.common(of, days)), default=0)


def known(centre: Centre) -> Known:
    """Read from the rows."""
    releases = out(centre)
    tables: dict[int, list[ReleasedTable]] = {}
    for table in ReleasedTable.objects.filter(release__in=releases).exclude(content=""):
        tables.setdefault(table.release_id, []).append(table)
    said: list[Said] = []
    money: dict[str, list[Said]] = {}
    for release in releases:
        told_to = str(release.uid), READERS[release.audience]
        for table in tables.get(release.pk, ()):
            content = cells.loaded(table.content)
            said += content.said(*told_to)
            if content.money is not None:
                money.setdefault(content.money.measure, []).extend(content.money.said(*told_to))
    rows = list(FrozenDays.objects.filter(release__in=releases))
    spans = [Span(day_number(row.start), day_number(row.end), row.as_of) for row in rows]
    return Known(
        centre,
        tuple(said),
        money,
        tuple(_of_before(releases)),
        Frozen(centre.pk, frozen.overlaid([], spans), _stored(releases)),
        tuple((span.days, row.edition) for span, row in zip(spans, rows, strict=True)),
        len(releases),
    )


def frozen_with(release: Release) -> Frozen:
    """The days as they are frozen by all that is out and by this release, which may not be out yet.

    Raises LookupError for a number of before of no single centre.
    """
    if release.centre is None:
        raise LookupError("a number of no single centre has no days")
    releases = {one.pk for one in out(release.centre)} | {release.pk}
    rows = FrozenDays.objects.filter(release__in=releases)
    spans = [Span(day_number(row.start), day_number(row.end), row.as_of) for row in rows]
    return Frozen(release.centre.pk, frozen.overlaid([], spans))


def _stored(releases: list[Release]) -> dict[Traits, list[Stored]]:
    found: dict[Traits, list[Stored]] = {}
    for row in FrozenCounts.objects.filter(release__in=releases).order_by("pk"):
        traits = tuple(filter(None, row.traits.split(",")))
        found.setdefault(traits, []).append(frozen.loaded(row.data))
    return found


def _of_before(releases: list[Release]) -> Iterator[tuple[Release, Asked]]:
    for release in releases:
        if not release.definition or release.asked or release.centre_id is None:
            continue
        try:
            yield release, Asked(kept.question_of(release.definition, frozenset({release.centre_id})))
        except (QuestionNotUnderstood, KeyError):
            continue  # a code that no longer is: nobody can lay it beside the others


def days_before(found: Known) -> Days:
    """The days of the single numbers of before."""
    return sets_of_days.joined(stretch for _row, asked in found.before for stretch in period(asked))


def said_before(found: Known) -> Iterator[Said]:
    """Single numbers of before releases had tables, over days that are frozen."""
    for release, asked in found.before:
        try:
            number = whole(asked, found.frozen, found.centre)
        except NotReleasable:
            continue
        if number is not None:
            smallest = {Audience.PUBLIC: PUBLIC_BELOW, Audience.MEMBERS: MEMBERS_BELOW}
            yield Said(
                str(release.uid), READERS[release.audience], number, release.value, release.value, release.value, None,
                smallest,
            )  # fmt: skip
