"""How many asked for mail, by 年度."""

from datetime import timedelta
from typing import Final

from django.utils.translation import gettext_lazy as _

from cases.law import calendar
from cases.records.centre import Centre
from outreach.delivery.models import SubscriberSpan

DEFINITION: Final = _(
    "年度の末日(今年度は今日)に、登録されていて、配信停止も削除もされていないアドレスの数。"
    "休止中と届かないものを含む。この台帳に登録した日から数える。"
)


def subscribers(centre: Centre, fiscal_year: int) -> int | None:
    """As `DEFINITION` says; None for a 年度 before the first of them, or one that has not come yet."""
    start, end = calendar.fiscal_year_range(fiscal_year)
    spans = SubscriberSpan.objects.filter(subscriber__centre=centre)
    if start > calendar.today() or not spans.filter(began_on__lt=end).exists():
        return None
    return spans.on(min(end - timedelta(days=1), calendar.today())).count()
