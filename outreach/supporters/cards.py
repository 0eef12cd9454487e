"""今日: supporters whose training runs out, for whoever keeps the registers."""

from datetime import timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cases import today
from cases.law import calendar
from cases.records.centre import Actor, Centre
from consult.shell import roles
from outreach.supporters import counts

SOON = timedelta(days=60)


def renewals(actor: Actor) -> today.Card | None:
    before = calendar.today() + SOON
    count = sum(
        len(counts.renewals_due(centre, before)) for centre in Centre.objects.filter(pk__in=actor.centre_ids)
    )
    if not count:
        return None
    return today.Card(
        ngettext(
            "研修の更新が近いサポーターが%(n)d人います", "研修の更新が近いサポーターが%(n)d人います", count
        )
        % {"n": count},
        _("有効期限が60日以内に切れるか、切れています。"),
        today.Level.INFO,
        "supporters",
        _("サポーターの台帳を開く"),
    )


def register() -> None:
    today.register("supporter renewals", roles.KEEP_REGISTERS, renewals)
