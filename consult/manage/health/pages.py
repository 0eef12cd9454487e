"""動作の状態: every reading, what is wrong first, with what to do about it; and its card on 今日."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cases import health, today
from cases.health import Level, Reading
from cases.records.centre import Actor
from consult.shell import roles
from consult.shell.accounts import Account
from consult.shell.web import StaffView


class Health(StaffView):
    permission = roles.VIEW_HEALTH

    def get(self, request: HttpRequest) -> HttpResponse:
        found = health.readings(self.actor.centre_ids)
        rows = [reading for readings in found.values() for reading in readings]
        context = {
            "groups": [(group.label, readings) for group, readings in found.items() if readings],
            "errors": sum(reading.level is Level.ERROR for reading in rows),
            "warnings": sum(reading.level is Level.WARNING for reading in rows),
            "looked_at": timezone.now(),
            "doors": _doors(rows, self.actor),
        }
        return render(request, "manage/health/page.html", context)


_PERMISSION_OF = {
    "imports": roles.IMPORT_CASES,
    "search-index": roles.KEEP_SEARCH,
    "backups": roles.KEEP_BACKUPS,
    "log-state": roles.VIEW_AUDIT,
}


def _doors(rows: list[Reading], actor: Account) -> set[str]:
    """The url names that this reader may open."""
    return {row.url_name for row in rows if actor.may(_PERMISSION_OF.get(row.url_name, roles.SIGNED_IN))}


def card(actor: Actor) -> today.Card | None:
    """今日, for whoever can mend it: what is wrong and has no card of its own."""
    found = [reading for reading in health.wrong(actor.centre_ids) if not reading.has_card]
    if not found:
        return None
    title = ngettext("動作に直すところが%(n)d件あります", "動作に直すところが%(n)d件あります", len(found))
    told = [_("%(what)s: %(state)s") % {"what": row.label, "state": row.state} for row in found[:3]]
    level = today.Level.ERROR if found[0].level is Level.ERROR else today.Level.WARNING
    body = _("。").join(told) + (_("。ほか") if len(found) > 3 else "")
    return today.Card(title % {"n": len(found)}, body, level, "health", _("動作の状態を見る"))


def register() -> None:
    """The worker's own card is everybody's; whoever sees this one reads it here."""
    today.register("health", roles.VIEW_HEALTH, card, instead_of="worker")
