"""The hub, the guidance of one 手口, and its versions side by side."""

from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from cases.figures import outcomes
from cases.law import calendar
from cases.records import codes
from cases.records.alerts import Alert
from cases.records.case import new_uid
from cases.records.centre import Centre
from cases.records.codes import Kind
from cases.records.guidance import GENERAL, GuidanceVersion
from cases.services import alerts, directory, guidance
from cases.services.entry import UNCLASSIFIED
from cases.services.guidance import Guidance
from consult.desk.choices import scam_number
from consult.shell import roles
from consult.shell.accounts import Account
from consult.shell.web import StaffView

NEWEST: Final = 3
PARTS: Final = {
    "script": _("はじめに伝えること"),
    "ask": _("聞くこと"),
    "keep": _("残してもらう証拠"),
    "advise": _("助言"),
}


def required(code: str, centre: Centre) -> str:
    """The code of a 手口 that the centre has, or of the general guidance; else 404. A merged one leads on."""
    known = codes.codes(Kind.SCAM_TYPE)
    now = known.current(code)
    row = known.by_code.get(now)
    if now == GENERAL or (row is not None and now != UNCLASSIFIED and row.is_for(centre.uid)):
        return now
    raise Http404


def shown(scam_type: str, actor: Account) -> dict[str, Any]:
    """What stands beside a call of this 手口: guidance, where to refer, alerts. Three queries."""
    found = guidance.guidance_for(scam_type, centre=actor.centre)
    bodies = directory.bodies(actor.centre)
    return {
        "guidance": found,
        "is_of_another": found.scam_type != codes.codes(Kind.SCAM_TYPE).current(scam_type),
        "bodies": directory.referred(found.words.refer, bodies),
        "alerts": alerts.beside(scam_type, centre=actor.centre),
        "today": calendar.today(),
    }


class Hub(StaffView):
    """手引き: every 手口 with whose guidance it has, and the ways to the directory, the alerts and the own 手口."""

    permission = roles.VIEW_CASES

    def get(self, request: HttpRequest) -> HttpResponse:
        centre, today = self.actor.centre, calendar.today()
        latest = guidance.latest_versions(centre)
        bodies = directory.bodies(centre)
        in_force = list(Alert.objects.filter(centre=centre).in_force(today).defer("text"))
        context = {
            "general": guidance.in_force(GENERAL, latest.get(GENERAL)),
            "rows": [
                (scam_number(code), code, *_whose(code.code, latest))
                for code in codes.codes(Kind.SCAM_TYPE).valid_on(today)
                if code.code != UNCLASSIFIED and not code.merged_into and code.is_for(centre.uid)
            ],
            "alerts": in_force[:NEWEST],
            "alert_count": len(in_force),
            "body_count": len(bodies),
            "due_count": sum(body.is_due(today) for body in bodies),
            "may_edit": self.actor.may(roles.EDIT_GUIDANCE),
        }
        return render(request, "desk/guidance/hub.html", context)


def _whose(scam_type: str, latest: dict[str, GuidanceVersion]) -> tuple[Guidance | None, bool]:
    """The guidance that a 手口 has, and whether it is that of one above; None where the general one stands in."""
    for code in guidance.lineage(scam_type)[:-1]:
        found = guidance.in_force(code, latest.get(code))
        if found is not None:
            return found, code != scam_type
    return None, False


class GuidancePage(StaffView):
    """The guidance of one 手口 in full, with how our own cases of it ended."""

    permission = roles.VIEW_CASES

    def get(self, request: HttpRequest, code: str) -> HttpResponse:
        scam_type = required(code, self.actor.centre)
        context = shown(scam_type, self.actor) | {
            "code": scam_type,
            "heading": guidance.title_of(scam_type),
            "meaning": _meaning(scam_type),
            "outcomes": None
            if scam_type == GENERAL
            else outcomes.lately(scam_type, centre=self.actor.centre, today=calendar.today()),
            "may_edit": self.actor.may(roles.EDIT_GUIDANCE),
            "is_of_another": False,
        }
        found: Guidance = context["guidance"]
        context["is_borrowed"] = found.scam_type != scam_type
        return render(request, "desk/guidance/guidance.html", context)


def _meaning(scam_type: str) -> str:
    row = codes.codes(Kind.SCAM_TYPE).by_code.get(scam_type)
    return row.meaning_text if row else ""


class Versions(StaffView):
    """All versions of one guidance, and two of them side by side."""

    permission = roles.VIEW_CASES

    def get(self, request: HttpRequest, code: str) -> HttpResponse:
        scam_type = required(code, self.actor.centre)
        rows = guidance.versions_of(scam_type, centre=self.actor.centre)
        numbers = [row.number for row in rows]
        has_shipped = guidance.shipped(scam_type) is not None
        choices = [*numbers, *([0] if has_shipped else [])]
        newer = _number(request.GET.get("newer", ""), choices, choices[0] if choices else 0)
        after = choices[choices.index(newer) + 1 :] if newer in choices else []
        older = _number(request.GET.get("older", ""), choices, after[0] if after else newer)
        texts = {row.number: guidance.words_of(row) for row in rows}
        texts[0] = guidance.shipped(scam_type) or guidance.Words()
        context = {
            "code": scam_type,
            "heading": guidance.title_of(scam_type),
            "rows": rows,
            "has_shipped": has_shipped,
            "latest": numbers[0] if numbers else 0,
            "choices": choices,
            "newer": newer,
            "older": older,
            "differences": differences(texts[older], texts[newer], self.actor.centre),
            "uid": new_uid(),
            "may_edit": self.actor.may(roles.EDIT_GUIDANCE),
        }
        return render(request, "desk/guidance/versions.html", context)


def differences(older: guidance.Words, newer: guidance.Words, centre: Centre) -> list[tuple[Any, Any]]:
    """(part, its lines) of what differs; bodies by their names."""
    parts = guidance.compare(older, newer)
    found: list[tuple[Any, Any]] = [(label, parts[name]) for name, label in PARTS.items() if name in parts]
    if set(older.refer) != set(newer.refer):
        names = {body.uid: body.name for body in directory.bodies(centre, with_closed=True)}
        known = [uid for uid in dict.fromkeys((*older.refer, *newer.refer)) if uid in names]
        marks = {True: "", False: "+"}
        lines = [
            guidance.Line("-" if uid not in newer.refer else marks[uid in older.refer], names[uid])
            for uid in known
        ]
        found.append((_("案内する先"), lines))
    return found


def _number(text: str, choices: list[int], otherwise: int) -> int:
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 9 else None
    return number if number in choices else otherwise
