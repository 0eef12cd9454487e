"""A leak in words: what was found, what the law says to it, the first draft of a report and its paper."""

import uuid
from typing import Any

from django.utils.translation import gettext as _

from cases.law import calendar
from cases.law import leaks as law
from cases.law.leaks import Assessment, Duty
from cases.records.leaks import LeakFinding, LeakIncident, LeakReport
from cases.services import leak_looks, leaks
from consult.manage import audit_words
from consult.shell.accounts import Account
from consult.shell.paper import Block, Document, Heading, Paragraph

_LEVELS = {Duty.REPORT: "error", Duty.UNCLEAR: "warning", Duty.NONE: "success"}


def field_words(finding: LeakFinding) -> list[tuple[str, int]]:
    """(field, cases), the most frequent first."""
    counted = sorted(finding.fields.items(), key=lambda pair: (-pair[1], pair[0]))
    return [(audit_words.field_text(name), count) for name, count in counted]


def unplaced_words(finding: LeakFinding) -> list[tuple[str, int]]:
    return [(_unplaced_text(action), count) for action, count in sorted(finding.unplaced.items())]


def _unplaced_text(action: str) -> str:
    return _("まだ保存していない下書き") if action == leak_looks.DRAFTS else audit_words.action_text(action)


def duty_words(assessment: Assessment) -> dict[str, Any]:
    """The notice about the duty: its tone, its title and its lines."""
    lines = [str(ground.label) for ground in assessment.grounds]
    if assessment.exemption:
        lines.append(str(assessment.exemption.label))
    if assessment.missing:
        names = _("、").join(str(law.MISSING[name]) for name in assessment.missing)
        lines.append(_("まだ分からないこと: %(names)s") % {"names": names})
    return {
        "kind": _LEVELS[assessment.duty],
        "title": assessment.duty.label,
        "lines": lines,
        "is_unclear": assessment.duty == Duty.UNCLEAR,
    }


def first_draft(incident: LeakIncident, finding: LeakFinding | None, summary: str) -> dict[str, str]:
    """What the record already tells of the nine items; the rest is for a person to write."""
    found = calendar.both(calendar.local_date(incident.found_at))
    outline = _("%(day)sに、%(kind)s(%(scope)s)を知った。") % {
        "day": found, "kind": incident.get_kind_display(), "scope": incident.get_scope_display(),
    }  # fmt: skip
    items = {item.name: "" for item in law.ITEMS}
    items["outline"] = f"{outline}\n{summary}".strip()
    if finding is not None:
        items["fields"] = "\n".join(
            _("%(field)s: %(n)d件") % {"field": field, "n": count} for field, count in field_words(finding)
        )
        items["persons"] = _persons(incident, finding)
        items["other"] = _("%(moment)s時点の集計による。") % {
            "moment": f"{finding.as_of.astimezone(calendar.TOKYO):%Y-%m-%d %H:%M}"
        }
    return items


def _persons(incident: LeakIncident, finding: LeakFinding) -> str:
    if incident.persons_known is not None:
        return _("%(n)d人") % {"n": incident.persons_known}
    text = _("%(n)d人(相談%(cases)d件の相談者と契約当事者。重複を除いていない)") % {
        "n": finding.persons, "cases": finding.cases,
    }  # fmt: skip
    return text + (_("。相談を特定できない閲覧があり、増えることがある") if finding.unplaced else "")


def document_of(uid: uuid.UUID, kind: LeakReport.Kind, by: Account) -> Document:
    """The newest saved version of a report as paper. Raises LeakIncident.DoesNotExist, LeakReport.DoesNotExist."""
    incident = LeakIncident.objects.visible_to(by).select_related("centre").get(uid=uid)
    items = leaks.report_items(incident, kind, by=by)
    if items is None:
        raise LeakReport.DoesNotExist
    blocks: list[Block] = []
    for number, item in enumerate(law.ITEMS, start=1):
        blocks += [Heading(f"{number} {item.label}"), Paragraph(items[item.name] or _("(確認中)"))]
    return Document(
        title=_("保有個人情報の漏えい等報告(%(kind)s)") % {"kind": kind.label},
        blocks=blocks,
        dated=calendar.wareki(calendar.today()),
        issuer=incident.centre.name,
        series=_("個人情報保護法第68条第1項"),
        contact=f"{incident.centre.name} {incident.centre.phone}".strip(),
    )
