"""Age bands of people in a hall, as they can be counted there, and the questions of the questionnaire."""

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

UNKNOWN: Final = "UNKNOWN"
# Coarser than those of a consultation: they are counted by a show of hands. 65 and 75 stay limits.
BANDS: Final[Mapping[str, str | Promise]] = {
    "UNDER_20": _("20歳未満"),
    "20_39": _("20〜39歳"),
    "40_64": _("40〜64歳"),
    "65_74": _("65〜74歳"),
    "75_OVER": _("75歳以上"),
    UNKNOWN: _("年代不明"),
}
SENIOR_BANDS: Final = ("65_74", "75_OVER")

QUESTIONS: Final[Mapping[str, tuple[str | Promise, Mapping[str, str | Promise]]]] = {
    "understood": (
        _("理解度"),
        {"WELL": _("よく分かった"), "MOSTLY": _("だいたい分かった"), "NOT": _("分かりにくかった")},
    ),
    "satisfied": (
        _("満足度"),
        {"VERY": _("満足"), "FAIR": _("ふつう"), "NOT": _("不満")},
    ),
    "harmed": (
        _("被害や危ない目にあったことが"),
        {"YES": _("ある"), "NO": _("ない")},
    ),
}


def seniors(bands: Mapping[str, int]) -> int:
    """Those who are known to be 65 or older; 年代不明 never is."""
    return sum(bands.get(band, 0) for band in SENIOR_BANDS)
