"""Codes that are printed as one so that fewer numbers are hidden: what is proposed, a question with one of them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Final

from cases.figures.releases.asking import Asked, Merged

BETWEEN: Final = "+"  # of codes that are one heading; no code has it


@dataclass(frozen=True)
class MergeProposal:
    """Codes of a dimension to print as one; then `hidden` numbers are hidden, `fewer` less than now."""

    dimension: str
    codes: tuple[str, ...]
    labels: tuple[str, ...]
    fewer: int
    hidden: int


def plain(proposals: Iterable[MergeProposal]) -> list[dict[str, Any]]:
    """As JSON."""
    return [asdict(one) for one in proposals]


def of_plain(kept: Sequence[Mapping[str, Any]]) -> tuple[MergeProposal, ...]:
    return tuple(
        MergeProposal(
            one["dimension"], tuple(one["codes"]), tuple(one["labels"]), one["fewer"], one["hidden"]
        )
        for one in kept
    )


def with_merged(asked: Asked, new: Merged) -> Asked:
    """The question with these codes printed as one; whatever was merged with one of them before joins them."""
    if new.dimension not in asked.question.by:
        return asked
    joined = [
        one
        for one in asked.merged
        if one.dimension == new.dimension and not set(one.codes).isdisjoint(new.codes)
    ]
    codes = dict.fromkeys([*(code for one in joined for code in one.codes), *new.codes])
    rest = tuple(one for one in asked.merged if one not in joined)
    return replace(asked, merged=(*rest, Merged(new.dimension, tuple(codes))))
