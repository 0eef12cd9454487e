"""Classes of amounts: what an erased case keeps of its yen, and the rows of tables by amount."""

from bisect import bisect_right
from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# Lower limits in yen. 0 yen is an amount of its own; a class is stored as its lower limit.
AMOUNT_CLASSES: Final = (
    0, 1, 10_000, 50_000, 100_000, 500_000, 1_000_000, 5_000_000, 10_000_000, 50_000_000, 100_000_000,
)  # fmt: skip
UNKNOWN_AMOUNT: Final = "UNKNOWN"

# Code of a class → its words. The code is the lower limit in yen.
LABELS: Final[Mapping[str, str | Promise]] = {
    "0": _("0円"),
    "1": _("1万円未満"),
    "10000": _("1万円以上5万円未満"),
    "50000": _("5万円以上10万円未満"),
    "100000": _("10万円以上50万円未満"),
    "500000": _("50万円以上100万円未満"),
    "1000000": _("100万円以上500万円未満"),
    "5000000": _("500万円以上1,000万円未満"),
    "10000000": _("1,000万円以上5,000万円未満"),
    "50000000": _("5,000万円以上1億円未満"),
    "100000000": _("1億円以上"),
    UNKNOWN_AMOUNT: _("金額不明"),
}


def amount_class(yen: int | None) -> int | None:
    """The lower limit of the class that holds the amount; an unknown amount stays unknown."""
    return None if yen is None else AMOUNT_CLASSES[bisect_right(AMOUNT_CLASSES, yen) - 1]


def class_code(yen: int | None) -> str:
    """The code of the class that holds the amount."""
    return UNKNOWN_AMOUNT if yen is None else str(amount_class(yen))
