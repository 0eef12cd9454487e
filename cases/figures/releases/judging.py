"""May these tables be published beside everything that is out? One after the other, each judged with all before it.

For the worker: it loads the solver. What cannot be made safe is refused in words; nothing is ever shown in part of what
was found unsafe.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Final

from django.utils.translation import gettext as _

from cases.figures import columns
from cases.figures.layout import day_of
from cases.figures.releases import advising, yen
from cases.figures.releases import days as sets_of_days
from cases.figures.releases import frozen as freezing
from cases.figures.releases import known as ledger_rows
from cases.figures.releases.asking import Asked, NotReleasable, plain
from cases.figures.releases.cells import Cell, Content, Money, Reason
from cases.figures.releases.days import Days
from cases.figures.releases.known import Known
from cases.figures.releases.laying import Laid, lay, period
from cases.figures.releases.merging import MergeProposal
from cases.figures.releases.models import FrozenCounts, FrozenDays, Release, ReleasedTable
from cases.figures.releases.rules import READERS, Thresholds, thresholds
from cases.figures.releases.union import (
    MARGIN,
    Bounds,
    CountsDoNotTie,
    Number,
    Said,
    SideBySide,
    TooLarge,
    computed,
    side_by_side,
)
from cases.figures.releases.wording import Words
from cases.figures.releases.yen import JudgedYen
from cases.gate import releases as gate
from cases.gate.ledger import Audience, Statement, Sum
from cases.gate.reasons import reasons
from cases.records.centre import Centre

SECONDS: Final = 20.0  # to look for the cheapest choice, for one table
SECONDS_OF_MANY: Final = 8.0
SECONDS_OF_REASONS: Final = 10.0  # to find why each number is hidden, for all tables together

Step = Callable[[int, int], None]
Beat = Callable[[], None]


@dataclass(frozen=True)
class Proposal:
    """What is to be judged. `anew`: its days are counted anew, as a new edition."""

    uid: str
    centre: Centre
    asked: Sequence[Asked]
    audience: str
    rounded_to: int | None = None
    anew: bool = False
    seconds: float | None = None

    @property
    def seconds_of_one(self) -> float:
        if self.seconds is not None:
            return self.seconds
        return SECONDS if len(self.asked) == 1 else SECONDS_OF_MANY


@dataclass
class Judged:
    """One table with what may be said of it, or why it is withheld."""

    asked: Asked
    laid: Laid | None = None
    limits: Thresholds | None = None
    said: list[Said] = field(default_factory=list)
    computable: Mapping[Number, Mapping[Audience, Bounds]] = field(default_factory=dict)
    why: Mapping[Number, str] = field(default_factory=dict)
    withheld: str = ""
    yen: JudgedYen | None = None


@dataclass(frozen=True)
class Verdict:
    """All tables of a proposal, and what was frozen for them. `as_of`: the newest fact counted."""

    tables: tuple[Judged, ...]
    days: tuple[tuple[Days, int], ...]
    counts: tuple[tuple[freezing.Traits, freezing.Stored], ...]
    as_of: int
    contents: tuple[Content | None, ...]
    knew: int
    advice: tuple[MergeProposal, ...] = ()

    @property
    def refused(self) -> str:
        """Why nothing of it can be published; empty where something can."""
        if any(content is not None for content in self.contents):
            return ""
        return "\n".join(dict.fromkeys(table.withheld for table in self.tables))


def judge(proposal: Proposal, step: Step = lambda _done, _total: None) -> Verdict:
    """Decide about each table; `step` is told how many of how many are done, within a table too: it renews the lease.

    Between two calls of it passes less than a minute, as long as a table is decided within the seconds given.
    """
    found = ledger_rows.known(proposal.centre)
    as_of = columns.read().as_of
    days = sets_of_days.joined(stretch for asked in proposal.asked for stretch in period(asked))
    editions = _freeze(found, proposal, days, as_of)
    said = [*ledger_rows.said_before(found), *found.said]
    tables: list[Judged] = []
    money = {measure: list(sums) for measure, sums in found.money.items()}
    for place, asked in enumerate(proposal.asked):
        beat = partial(step, place, len(proposal.asked) + 1)
        judged = _judged(proposal, found, asked, said, beat)
        said += judged.said
        if asked.is_of_money and judged.laid is not None:
            of_kind = money.setdefault(asked.question.measure, [])
            beat()
            judged.yen = _judged_yen(proposal, found, judged, of_kind)
            of_kind += judged.yen.said
        tables.append(judged)
    contents: list[Content | None] = []
    beat = partial(step, len(proposal.asked), len(proposal.asked) + 1)
    for place, judged in enumerate(tables):
        beat()
        contents.append(_content(proposal, found, judged, said, money, place))
    advice = _advice(proposal, found, tables[0], said, beat) if len(tables) == 1 else ()
    return Verdict(
        tuple(tables), editions, tuple(found.frozen.fresh), as_of, tuple(contents), found.releases, advice
    )


def _advice(
    proposal: Proposal, found: Known, judged: Judged, said: Sequence[Said], beat: Beat
) -> tuple[MergeProposal, ...]:
    """Which codes to print as one; nothing where counts are rounded or nothing can be laid out at all."""
    if proposal.rounded_to is not None:
        return ()
    before = [one for one in said if one.release != proposal.uid]
    hidden = None if judged.laid is None else frozenset(one.of for one in judged.said if one.low is None)
    try:
        return tuple(
            advising.merges(
                judged.asked, proposal.centre, proposal.audience, found, before, hidden, beat=beat
            )
        )
    except NotReleasable:
        return ()


def _freeze(found: Known, proposal: Proposal, days: Days, as_of: int) -> tuple[tuple[Days, int], ...]:
    """Freeze what is not, and for a correction the days once more; which days, as which edition."""
    before = tuple(found.frozen.freeze(ledger_rows.days_before(found), as_of))
    new = tuple(found.frozen.freeze(days, as_of, anew=proposal.anew))
    editions = [(before, 1), (new, found.edition_of(days) + 1 if proposal.anew else 1)]
    return tuple((of, edition) for of, edition in editions if of)


def _judged(proposal: Proposal, found: Known, asked: Asked, said: Sequence[Said], beat: Beat) -> Judged:
    beat()
    try:
        limits = thresholds(asked, proposal.centre, proposal.audience)
        laid = lay(asked, found.frozen, proposal.centre)
        side = side_by_side(found.frozen, said, laid.wanted, limits.by_reader)
        beat()
        side, released = _released(proposal, side, laid.wanted)
        beat()
    except (NotReleasable, gate.NotReleased) as refused:
        return Judged(asked, withheld=str(refused))
    except TooLarge:
        return Judged(asked, withheld=_too_large())
    except CountsDoNotTie:
        return Judged(asked, withheld=_not_tied())
    audience = READERS[proposal.audience]
    told = [
        _said(proposal.uid, audience, number, statement, side, limits)
        for number, statement in zip(laid.wanted, released.statements, strict=True)
    ]
    seconds = SECONDS_OF_REASONS / len(proposal.asked)
    words = Words(laid, side, audience, limits.by_reader[audience])
    why = words.of_all(reasons(side.ledger, released, audience, seconds=seconds))
    return Judged(asked, laid, limits, told, computed(released.intervals, told, side), why)


def _judged_yen(proposal: Proposal, found: Known, judged: Judged, said: Sequence[Said]) -> JudgedYen:
    """The sums of a table whose counts are decided: a count that is not printed hides its sum."""
    wanted = yen.Wanted(
        proposal.uid,
        READERS[proposal.audience],
        judged.asked.question.measure,
        [one.of for one in judged.said],
        frozenset(one.of for one in judged.said if one.low is None),
        proposal.seconds_of_one,
    )
    return yen.judge(wanted, found.frozen, said)


def _released(
    proposal: Proposal, side: SideBySide, wanted: Sequence[Number]
) -> tuple[SideBySide, gate.Released]:
    """What can be said, and beside what. What earlier releases tell already of numbers between cannot be helped."""
    try:
        return side, _decided(proposal, side, wanted)
    except gate.NotReleased:
        if not (told := _told_already(side)):
            raise
    side = side.without(told)
    return side, _decided(proposal, side, wanted)


def _decided(proposal: Proposal, side: SideBySide, wanted: Sequence[Number]) -> gate.Released:
    sums = [side.sums[number] for number in wanted]
    audience = READERS[proposal.audience]
    if proposal.rounded_to is not None:
        return gate.rounded_release(side.ledger, proposal.uid, audience, sums, to=proposal.rounded_to)
    return gate.hidden_release(side.ledger, proposal.uid, audience, sums, seconds=proposal.seconds_of_one)


def _told_already(side: SideBySide) -> set[Sum]:
    """Numbers between that a reader can tell before anything is added."""
    known = gate.intervals(side.ledger, Audience.PUBLIC, side.between)
    return {
        of
        for (reader, of), (low, high) in known.items()
        if low > 1 + MARGIN or (high is not None and high < side.ledger.smallest(reader, of) - MARGIN)
    }


def _said(
    uid: str, audience: Audience, number: Number, statement: Statement, side: SideBySide, limits: Thresholds
) -> Said:
    value = side.ledger.value(side.sums[number])
    return Said(
        uid, audience, number, value, statement.low, statement.high, statement.rounded_to, limits.by_reader
    )


def _too_large() -> str:
    return _(
        "すでに公表した表と合わせて確かめる数が多すぎるため、公表できません。項目を減らすか、期間を短くしてください。"
    )


def _not_tied() -> str:
    return _(
        "この期間の記録の一部が、前の公表の後に消去されました。前の表と合わせて確かめられないため、公表できません。"
        "期間を月の初めから終わりまでにするか、訂正として数え直してください。"
    )


# --- what is kept -------------------------------------------------------------------------------------------------


def _content(
    proposal: Proposal,
    found: Known,
    judged: Judged,
    said: Sequence[Said],
    money: Mapping[str, Sequence[Said]],
    place: int,
) -> Content | None:
    """The table as it is kept; of earlier tables what can be computed is asked again beside the later ones."""
    if judged.laid is None or judged.limits is None:
        return None
    if place + 1 < len(proposal.asked):
        try:
            judged.computable = _computable(proposal, found, judged, said)
        except gate.NotReleased as late:  # no time to find out what the later tables tell of it
            judged.withheld = str(late)
            return None
    by_number = {one.of: one for one in judged.said}
    audience = READERS[proposal.audience]
    hidden_before = {
        one.of for one in said if one.low is None and one.release != proposal.uid and one.audience == audience
    }
    cells = tuple(
        tuple(
            tuple(_cell(number, by_number, hidden_before, judged, proposal) for number in across)
            for across in row
        )
        for row in judged.laid.numbers
    )
    sums = _money(proposal, found, judged, money) if judged.yen is not None else None
    return Content(
        plain(judged.asked), judged.laid.dimensions, judged.laid.headings, cells, judged.limits, sums
    )


def _money(
    proposal: Proposal, found: Known, judged: Judged, said: Mapping[str, Sequence[Said]]
) -> Money | None:
    """The sums as they are kept, cell by cell; what can be computed of them is asked beside all of the release."""
    if judged.yen is None or judged.laid is None:
        return None
    sums = judged.yen
    if sums.withheld:
        return Money(sums.measure, withheld=sums.withheld)
    of_kind = said[sums.measure]
    if of_kind[-len(sums.said) :] != sums.said:  # another table of the kind came after it
        audience = READERS[proposal.audience]
        try:
            sums.computable = yen.computable(sums.measure, found.frozen, audience, sums, of_kind)
        except gate.NotReleased as late:
            return Money(sums.measure, withheld=str(late))
    by_number = {one.of: one for one in sums.said}
    before = {one.of for one in of_kind if one.low is None and one.release != proposal.uid}
    return Money(
        sums.measure,
        tuple(_sum(by_number[number], sums, before) if number else Cell(None) for number in judged.laid.flat),
        tuple(sums.medians.get(number) if number else None for number in judged.laid.flat),
    )


def _sum(one: Said, sums: JudgedYen, before: set[Number]) -> Cell:
    if one.low is not None:
        return Cell(one.of, one.low, one.low, one.high)
    reason = Reason.BEFORE if one.of in before else Reason.OTHER_SUM
    if one.of in sums.pointing:
        reason = Reason.ONE_OR_TWO
    if one.of in sums.hidden_by_count:
        reason = Reason.COUNT
    return Cell(one.of, 0, None, None, reason=reason, computable=sums.computable.get(one.of, {}))


def _computable(
    proposal: Proposal, found: Known, judged: Judged, said: Sequence[Said]
) -> Mapping[Number, Mapping[Audience, Bounds]]:
    if judged.limits is None:
        return {}
    side = side_by_side(found.frozen, said, [one.of for one in judged.said], judged.limits.by_reader)
    unknown = [one for one in judged.said if one.low is None or one.low != one.high]
    sums = list(dict.fromkeys(side.sums[one.of] for one in unknown))
    return computed(gate.intervals(side.ledger, READERS[proposal.audience], sums), unknown, side)


def _cell(
    number: Number | None,
    said: Mapping[Number, Said],
    hidden_before: set[Number],
    judged: Judged,
    proposal: Proposal,
) -> Cell:
    if number is None or judged.limits is None:
        return Cell(None)
    one = said[number]
    value = one.value or 0
    cell = Cell(number, value, one.low, one.high, one.rounded_to)
    if one.low is None:
        cell = replace(
            cell,
            reason=_reason(number, value, hidden_before, judged.limits, proposal),
            why=judged.why.get(number, ""),
        )
    if one.low is not None and one.low == one.high:
        return cell
    return replace(cell, computable=judged.computable.get(number, {}))


def _reason(
    number: Number, value: int, hidden_before: set[Number], limits: Thresholds, proposal: Proposal
) -> Reason:
    if proposal.rounded_to is not None:
        return Reason.TOO_FEW
    if 0 < value < limits.by_reader[READERS[proposal.audience]]:
        return Reason.SMALL
    return Reason.BEFORE if number in hidden_before else Reason.COMPLEMENT


def rows_of(
    verdict: Verdict, release: Release, dumped: Callable[[Content], str]
) -> tuple[list[ReleasedTable], list[FrozenDays], list[FrozenCounts]]:
    """The verdict as rows of the release, not yet saved."""
    tables = [
        ReleasedTable(
            release=release, place=place, title=judged.asked.title, withheld=judged.withheld,
            content="" if content is None else dumped(content),
        )
        for place, (judged, content) in enumerate(zip(verdict.tables, verdict.contents, strict=True))
    ]  # fmt: skip
    days = [
        FrozenDays(
            release=release, start=day_of(start), end=day_of(end), as_of=verdict.as_of, edition=edition
        )
        for of, edition in verdict.days
        for start, end in of
    ]
    counts = [
        FrozenCounts(release=release, traits=",".join(traits), data=freezing.dumped(stored))
        for traits, stored in verdict.counts
    ]
    return tables, days, counts
