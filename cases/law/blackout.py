"""黒塗り: a text with ranges taken out, each with its article. What is covered is not in the answer at all."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

BAR: Final = "■■■■"
"""Always as long: the width of a bar must not tell the length of a name."""


@dataclass(frozen=True)
class Range:
    """A half-open range of code points and the article that closes it."""

    start: int
    end: int
    article: str


def merged(ranges: Iterable[Range]) -> list[Range]:
    """Disjoint ranges in order that cover the same letters; where they overlap, the earlier one's article stands."""
    laid: list[Range] = []
    for one in sorted(ranges, key=lambda found: (found.start, -found.end)):
        if laid and one.start < laid[-1].end:
            before = laid[-1]
            laid[-1] = Range(before.start, max(before.end, one.end), before.article)
        else:
            laid.append(one)
    return laid


def blacked(text: str, ranges: Iterable[Range]) -> str:
    """The text with a bar and the number of the article in the place of each range."""
    parts: list[str] = []
    done = 0
    for one in merged(ranges):
        parts += (text[done : one.start], BAR, f"〔{one.article.rpartition('-')[2]}号〕")
        done = one.end
    parts.append(text[done:])
    return "".join(parts)
