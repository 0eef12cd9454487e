"""Numbers printed rounded, each by itself: what is printed, and what a reader learns of the count behind it.

The lowest class is printed as 0～4, so that not even a zero is told; the others go to the nearest multiple, halves up.
A reader therefore knows one of at least three counts behind a number rounded to 5, one of at least five behind one
rounded to 10. Whether that is still so beside everything else that was printed, `releases` asks.
"""

import math
from dataclasses import dataclass
from typing import Final

LOWEST_CLASS: Final = "0～4"
TOP_OF_LOWEST: Final = 4
# How many counts have to remain possible behind a rounded number, by what it is rounded to.
COUNTS_LEFT: Final = {5: 3, 10: 5}


@dataclass(frozen=True)
class Rounded:
    """What is printed for a count, and the smallest and largest count for which the same is printed."""

    printed: str
    low: int
    high: int


def rounded(count: int, to: int) -> Rounded:
    """The count rounded to 5 or 10; raises ValueError for another step or a negative count."""
    if to not in COUNTS_LEFT or count < 0:
        raise ValueError("counts are rounded to 5 or 10")
    if count <= TOP_OF_LOWEST:
        return Rounded(LOWEST_CLASS, 0, TOP_OF_LOWEST)
    nearest = (count + to // 2) // to * to
    low = max(nearest - to // 2, TOP_OF_LOWEST + 1)
    return Rounded(str(nearest), low, nearest + (to - 1) // 2)


def counts_between(low: float, high: float | None) -> float:
    """How many whole numbers an attacker's interval holds; infinite where nothing bounds it above."""
    if high is None:
        return math.inf
    return math.floor(high + 1e-6) - math.ceil(low - 1e-6) + 1
