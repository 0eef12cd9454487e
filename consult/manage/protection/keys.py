"""鍵: what each key protects, where its copies are, what is wrong, and which command mends it. It shows no key."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from cases import today
from cases.protection.keys.status import has_no_copy, status
from cases.records.centre import Actor
from consult.shell import roles
from consult.shell.web import StaffView


class Keys(StaffView):
    permission = roles.KEEP_BACKUPS

    def get(self, request: HttpRequest) -> HttpResponse:
        return render(request, "manage/protection/keys.html", {"status": status()})


def card(_actor: Actor) -> today.Card | None:
    """今日: the keys would be lost with this machine."""
    if not has_no_copy():
        return None
    return today.Card(
        _("鍵の控えがありません"),
        body=_("この機械が壊れると、すべての記録が二度と開けなくなります。"),
        level=today.Level.ERROR,
        url_name="keys",
        link=_("控えの取り方を見る"),
    )
