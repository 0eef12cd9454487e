"""今日: devices that are overdue or run low, for whoever keeps the registers."""

from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cases import today
from cases.records.centre import Actor
from consult.shell import roles
from outreach.devices.models import DeviceKind, Loan


def overdue(actor: Actor) -> today.Card | None:
    count = Loan.objects.visible_to(actor).overdue().count()
    if not count:
        return None
    return today.Card(
        ngettext("返却期限を過ぎた貸出が%(n)d件あります", "返却期限を過ぎた貸出が%(n)d件あります", count)
        % {"n": count},
        _("返却のお願いを作れます。"),
        today.Level.WARNING,
        "devices-overdue",
        _("期限を過ぎた貸出を開く"),
    )


def low(actor: Actor) -> today.Card | None:
    kinds = DeviceKind.objects.filter(
        centre_id__in=actor.centre_ids, is_active=True, low_at__gt=0, in_store__lte=F("low_at")
    )
    names = list(kinds.values_list("name", flat=True)[:3])
    if not names:
        return None
    return today.Card(
        _("貸し出す機器の残りが少なくなっています"),
        _("、").join(names),
        today.Level.WARNING,
        "devices",
        _("機器の台帳を開く"),
    )


def register() -> None:
    today.register("overdue devices", roles.KEEP_REGISTERS, overdue)
    today.register("low devices", roles.KEEP_REGISTERS, low)
