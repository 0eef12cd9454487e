"""年代: bands of age, and who counts as 65 or older.

Bands are fine enough to add up to every published set (10-year bands, 18–19, 65+, 75+, 80+); the sets differ by
publisher, so none is built in as the only one.
"""

from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SENIOR_FROM: Final = 65
OLDEST: Final = 130

UNKNOWN: Final = "UNKNOWN"
GROUP: Final = "GROUP"


@dataclass(frozen=True)
class Band:
    """Ages in [start, end); `end` None is open."""

    code: str
    label: str | Promise
    start: int | None
    end: int | None

    @property
    def is_known(self) -> bool:
        return self.start is not None


BANDS: Final[tuple[Band, ...]] = (
    Band("UNDER_18", _("18歳未満"), 0, 18),
    Band("18_19", _("18・19歳"), 18, 20),
    Band("20S", _("20歳代"), 20, 30),
    Band("30S", _("30歳代"), 30, 40),
    Band("40S", _("40歳代"), 40, 50),
    Band("50S", _("50歳代"), 50, 60),
    Band("60_64", _("60〜64歳"), 60, 65),
    Band("65_69", _("65〜69歳"), 65, 70),
    Band("70_74", _("70〜74歳"), 70, 75),
    Band("75_79", _("75〜79歳"), 75, 80),
    Band("80_84", _("80〜84歳"), 80, 85),
    Band("85_OVER", _("85歳以上"), 85, None),
    # Ledgers often keep only the decade: coarser bands, used where no age is known.
    Band("60S", _("60歳代(詳細不明)"), 60, 70),
    Band("70S", _("70歳代(詳細不明)"), 70, 80),
    Band("80_OVER", _("80歳以上(詳細不明)"), 80, None),
    Band("70_OVER", _("70歳以上(詳細不明)"), 70, None),
    Band("UNDER_20", _("20歳未満(詳細不明)"), 0, 20),
    Band(UNKNOWN, _("年齢不明"), None, None),
    Band(GROUP, _("団体"), None, None),
)
BY_CODE: Final = {band.code: band for band in BANDS}
_FINE: Final = BANDS[:12]


def band_of(age: int | None) -> str:
    """The code of the finest band that holds `age` (whole years, 0–130), or UNKNOWN for None.

    Raises ValueError outside 0–130.
    """
    if age is None:
        return UNKNOWN
    if not 0 <= age <= OLDEST:
        raise ValueError("age out of range")
    return next(
        b.code for b in _FINE if b.start is not None and b.start <= age and (b.end is None or age < b.end)
    )


def is_at_least(band_code: str, years: int) -> bool | None:
    """Whether everyone in the band is `years` or older; None where the band cannot tell.

    60歳代(詳細不明) cannot tell 65+; 年齢不明 and 団体 never can.
    """
    band = BY_CODE[band_code]
    if band.start is None:
        return None
    if band.start >= years:
        return True
    if band.end is not None and band.end <= years:
        return False
    return None
