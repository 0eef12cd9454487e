"""法人番号: thirteen digits, of which the first tells whether the others were heard and typed right.

Source: 法人番号の指定等に関する省令(平成26年財務省令第70号)第2条: 9 − (Σ Pn × Qn) mod 9, where Pn is the n-th digit
of the twelve, counted from the last, and Qn is 1 for odd and 2 for even n.
"""

import re
from typing import ClassVar, Final

from django.utils.translation import gettext as _

from cases import spelling
from cases.errors import CasesError

LENGTH: Final = 13
_BLANK: Final = re.compile(r"[\s\-‐−ー－]+")


class NotACorporateNumber(CasesError):
    """Other than thirteen digits, or the first does not fit the rest."""

    code: ClassVar[str] = "not_a_corporate_number"
    status: ClassVar[int] = 422

    def __init__(self) -> None:
        super().__init__(
            _("法人番号は13桁です。数字を確かめてください(書き間違いがあると合わない番号です)。")
        )


def check_digit(twelve: str) -> int:
    """The first digit of the number whose other twelve digits these are: 1 to 9."""
    total = sum(int(digit) * (1 + n % 2) for n, digit in enumerate(reversed(twelve)))
    return 9 - total % 9


def read(text: str) -> str:
    """The thirteen digits of a number as people write it, with a leading T or not; empty for nothing.

    Raises NotACorporateNumber.
    """
    plain = _BLANK.sub("", spelling.width(text)).removeprefix("T").removeprefix("t")
    if not plain:
        return ""
    if not re.fullmatch(r"[0-9]{13}", plain) or int(plain[0]) != check_digit(plain[1:]):
        raise NotACorporateNumber
    return plain
