"""What a similar case has in common beside words, as pages say it; by the names of `search.boosts.BOOSTS`."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

WORDS: "Final[Mapping[str, _StrPromise]]" = {
    "scam_type": _("手口"),
    "likely_scam": _("近い相談に多い手口"),
    "product": _("商品・役務"),
    "sales_method": _("販売購入形態"),
    "age_band": _("年代"),
    "recent": _("1年以内の受付"),
}
