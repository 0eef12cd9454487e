"""How much of a bulletin a short output holds: whole sentences, by rank, and what was left out is told. Pure."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Fitted:
    """`left_out`: (part, sentence) in the order in which they would have been read. `fits`: the frame alone may not."""

    text: str
    left_out: list[tuple[str, str]]
    fits: bool


def fitted(
    groups: Mapping[str, Sequence[str]],
    *,
    rank: Sequence[str],
    assemble: Callable[[Mapping[str, Sequence[str]]], str],
    fits: Callable[[str], bool],
) -> Fitted:
    """Take sentences part by part in the order of `rank`, each part from its beginning, as long as the text fits.

    A part is cut where its next sentence no longer fits, so that no sentence stands without the one before it; the
    next part may still find room. Parts that `rank` does not name are left out whole. `assemble` puts the frame
    (title, 188) around what was taken.
    """
    taken = dict.fromkeys(groups, 0)

    def chosen() -> dict[str, Sequence[str]]:
        return {group: lines[: taken[group]] for group, lines in groups.items()}

    for group in rank:
        for _sentence in groups.get(group, ()):
            taken[group] += 1
            if not fits(assemble(chosen())):
                taken[group] -= 1
                break
    text = assemble(chosen())
    left_out = [(group, line) for group, lines in groups.items() for line in lines[taken[group] :]]
    return Fitted(text, left_out, fits(text))
