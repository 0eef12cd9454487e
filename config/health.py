"""For the launcher and for monitoring: is the process there, and can it work?"""

from typing import Any

from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse

from cases import health
from cases.health import Level
from consult.shell import roles
from consult.shell.web import StaffView
from search import state


class Alive(StaffView):
    """200 as soon as the process answers; asks nothing of anything else."""

    permission = roles.PUBLIC

    def get(self, request: HttpRequest) -> HttpResponse:
        return HttpResponse("ok", content_type="text/plain; charset=utf-8")


class Ready(StaffView):
    """200 where the database answers, else 503. How search is stands beside it: the desk works without."""

    permission = roles.PUBLIC

    def get(self, request: HttpRequest) -> HttpResponse:
        try:
            connection.ensure_connection()
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1")
        except Exception:
            return JsonResponse({"database": "unavailable"}, status=503)
        return JsonResponse({"database": "ok", "search": _search(), **_wrong()})


def _search() -> str:
    try:
        return state.health()
    except Exception:
        return state.Health.UNAVAILABLE


def _wrong() -> dict[str, Any]:
    """The worst level of all readings, and the stable names of what is wrong. Which centre, and what was measured, is
    for the staff (`/health/`, `/api/v1/health`)."""
    try:
        found = health.wrong()
    except Exception:
        return {"health": "unknown", "wrong": []}
    names = {row.name if row.centre_id is None else row.name.partition(".")[0] for row in found}
    return {
        "health": health.WORDS[found[0].level] if found else health.WORDS[Level.OK],
        "wrong": sorted(names),
    }
