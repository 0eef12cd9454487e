"""A question as a table of numbers: its rows, columns and layers with their totals, and what each cell counts."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from cases.figures.dimensions import DIMENSIONS, Dimension
from cases.figures.releases import days as sets_of_days
from cases.figures.releases import traits as of_traits
from cases.figures.releases.asking import Asked, NotReleasable
from cases.figures.releases.cells import TOTAL, Heading
from cases.figures.releases.days import Days
from cases.figures.releases.frozen import Frozen
from cases.figures.releases.union import Number
from cases.records.centre import Centre

MOST_CELLS = 2_500


@dataclass(frozen=True)
class _Node:
    """A heading with what it stands for: words of its trait (None: any), days (None: all of the period)."""

    heading: Heading
    words: frozenset[str] | None = None
    days: Days | None = None


@dataclass(frozen=True)
class Laid:
    """The table: labels of its dimensions, headings with the total last, and numbers[row][column][layer].

    A cell without a number is one that no case can be in.
    """

    asked: Asked
    dimensions: tuple[str, ...]
    headings: tuple[tuple[Heading, ...], tuple[Heading, ...], tuple[Heading, ...]]
    numbers: tuple[tuple[tuple[Number | None, ...], ...], ...]

    @property
    def flat(self) -> list[Number | None]:
        return [number for row in self.numbers for column in row for number in column]

    @property
    def wanted(self) -> list[Number]:
        """Each number once."""
        return list(dict.fromkeys(number for number in self.flat if number is not None))


def period(asked: Asked) -> Days:
    """The days that count: the period, and of it what filters by time leave."""
    days = sets_of_days.days_between(asked.question.start, asked.question.end)
    for name, accepted in asked.question.filters.items():
        if (of_day := DIMENSIONS[name].code_of_day) is not None:
            chosen = sets_of_days.by_code(days, of_day)
            days = sets_of_days.joined(part for code in accepted for part in chosen.get(code, ()))
    return days


def lay(asked: Asked, frozen: Frozen, centre: Centre) -> Laid:
    """Over the frozen counts, whose codes have rows. Raises NotReleasable where the table is too large or empty."""
    laying = _Laying(asked, frozen, centre)
    with translation.override(settings.LANGUAGE_CODE):  # as printed, whatever the language of who asks
        names = [*asked.question.by, None, None][:3]
        axes = [laying.nodes(name) for name in names]
        labels = tuple(str(DIMENSIONS[name].label) for name in asked.question.by)
    if len(axes[0]) * len(axes[1]) * len(axes[2]) > MOST_CELLS:
        raise NotReleasable(_("表が大きすぎます。項目を減らすか、条件で絞ってください。"))
    rows, across, layers = axes
    numbers = tuple(
        tuple(
            tuple(laying.number(dict(zip(names, nodes, strict=True))) for nodes in product([r], [c], layers))
            for c in across
        )
        for r in rows
    )
    headings = (_headings(rows), _headings(across), _headings(layers))
    return Laid(asked, labels, headings, numbers)


def _headings(nodes: Iterable[_Node]) -> tuple[Heading, ...]:
    return tuple(node.heading for node in nodes)


class _Laying:
    """One question on its way to a table."""

    def __init__(self, asked: Asked, frozen: Frozen, centre: Centre) -> None:
        self._asked, self._centre = asked, centre
        self._dimensions = asked.dimensions
        self._traits = asked.traits
        self._days = period(asked)
        if not self._days:
            raise NotReleasable(_("条件に合う日がありません。"))
        counts = frozen.counts(self._traits, self._days)
        self._words = {
            trait: of_traits.universe(trait, centre) | {key[n + 1] for key in counts}
            for n, trait in enumerate(self._traits)
        }
        self._accepted = self._filters()
        self._used = self._used_words(counts)

    def _filters(self) -> dict[str, frozenset[str]]:
        """Of each trait with filters: the words that all of them accept; of an amount, that it is known."""
        accepted: dict[str, frozenset[str]] = {}
        if self._asked.is_of_money:
            accepted[self._asked.question.measure] = frozenset({of_traits.KNOWN})
        for name, among in self._asked.question.filters.items():
            dimension = self._dimensions[name]
            trait = of_traits.trait_of(dimension)
            if trait is None:
                continue
            code_of, codes = of_traits.code_in(dimension), frozenset(among)
            words = frozenset(word for word in self._words[trait] if code_of(word) in codes)
            accepted[trait] = accepted.get(trait, words) & words
        return accepted

    def _used_words(self, counts: Mapping[tuple[object, ...], int]) -> dict[str, set[str]]:
        """The words of cases that the filters let through."""
        used: dict[str, set[str]] = {trait: set() for trait in self._traits}
        for key, count in counts.items():
            words = dict(zip(self._traits, map(str, key[1:]), strict=True))
            if count and all(words[trait] in among for trait, among in self._accepted.items()):
                for trait, word in words.items():
                    used[trait].add(word)
        return used

    def nodes(self, name: str | None) -> list[_Node]:
        """Of a dimension, with the total last; the total alone where there is none."""
        total = _Node(Heading(TOTAL, _("合計"), is_total=True))
        if name is None:
            return [total]
        dimension = self._dimensions[name]
        found = self._of_time(dimension) if dimension.code_of_day else self._of_words(dimension)
        for merged in self._asked.merged:
            if merged.dimension == name:
                found = _merged(found, merged.codes)
        return [*found, total]

    def _of_time(self, dimension: Dimension) -> list[_Node]:
        if dimension.code_of_day is None:
            return []
        codes = sets_of_days.by_code(self._days, dimension.code_of_day)
        return [
            _Node(Heading(code, text), days=codes[code])
            for code, text in zip(codes, dimension.texts(codes), strict=True)
        ]

    def _of_words(self, dimension: Dimension) -> list[_Node]:
        trait = of_traits.trait_of(dimension) or ""
        code_of = of_traits.code_in(dimension)
        among = self._accepted.get(trait, self._words[trait])
        by_code: dict[str, set[str]] = {}
        for word in among:
            by_code.setdefault(code_of(word), set()).add(word)
        used = {code_of(word) for word in self._used[trait]}
        wanted = (
            {*dimension.fixed, *used} & set(by_code) if trait in self._accepted else {*dimension.fixed, *used}
        )
        if trait in self._accepted and not wanted:
            wanted = set(by_code)
        codes = dimension.ordered(wanted, [self._centre.pk])
        texts = dimension.texts(codes, [self._centre.pk])
        return [
            _Node(Heading(code, text), words=frozenset(by_code.get(code, ())))
            for code, text in zip(codes, texts, strict=True)
        ]

    def number(self, nodes: Mapping[str | None, _Node]) -> Number | None:
        """What the cell of these nodes counts; None where no case can be there."""
        words: dict[str, frozenset[str]] = dict(self._accepted)
        days = self._days
        for name, node in nodes.items():
            if name is None:
                continue
            if node.days is not None:
                days = sets_of_days.common(days, node.days)
            if node.words is not None:
                trait = of_traits.trait_of(self._dimensions[name]) or ""
                words[trait] = words.get(trait, node.words) & node.words
        if not days or any(not of for of in words.values()):
            return None
        return Number(self._traits, tuple(words.get(trait) for trait in self._traits), days)


def _merged(nodes: Sequence[_Node], codes: Sequence[str]) -> list[_Node]:
    """The nodes with those of the codes printed as one, where the first of them stood."""
    parts = [node for node in nodes if node.heading.code in codes]
    if len(parts) < 2:
        return list(nodes)
    one = _Node(
        Heading("+".join(p.heading.code for p in parts), _("・").join(p.heading.label for p in parts)),
        words=_all_words(parts),
        days=_all_days(parts),
    )
    at = nodes.index(parts[0])
    rest = [node for node in nodes if node not in parts]
    return [*rest[:at], one, *rest[at:]]


def _all_words(parts: Sequence[_Node]) -> frozenset[str] | None:
    return None if parts[0].words is None else frozenset().union(*(part.words or () for part in parts))


def _all_days(parts: Sequence[_Node]) -> Days | None:
    if parts[0].days is None:
        return None
    return sets_of_days.joined(stretch for part in parts for stretch in part.days or ())


def whole(asked: Asked, frozen: Frozen, centre: Centre) -> Number | None:
    """The one number of all cases of the question."""
    return _Laying(asked, frozen, centre).number({})
