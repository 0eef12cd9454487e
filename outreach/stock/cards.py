"""今日: handouts that run low, for whoever keeps the registers."""

from django.db.models import F, Q, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from cases import today
from cases.records.centre import Actor
from consult.shell import roles
from outreach.stock.models import StockItem


def low(actor: Actor) -> today.Card | None:
    """One query: what lies anywhere of versions that are not withdrawn, against the number to tell at."""
    usable = Sum("versions__balances__number", filter=Q(versions__withdrawn_on__isnull=True))
    items = StockItem.objects.filter(centre_id__in=actor.centre_ids, is_active=True, low_at__gt=0)
    names = list(
        items.annotate(usable=Coalesce(usable, 0))
        .filter(usable__lte=F("low_at"))
        .values_list("name", flat=True)[:3]
    )
    if not names:
        return None
    return today.Card(
        _("配布物の残りが少なくなっています"),
        _("、").join(names),
        today.Level.WARNING,
        "stock",
        _("在庫を開く"),
    )


def register() -> None:
    today.register("low stock", roles.KEEP_REGISTERS, low)
