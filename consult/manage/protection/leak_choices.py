"""What a leak can be about, as a person recognises it: devices, files that left, and a scope that was chosen."""

import uuid
from collections.abc import Iterable
from datetime import datetime
from typing import Final

from django.utils.translation import gettext as _

from cases.law import calendar
from cases.protection.models import AuditEntry
from cases.records.attachment import Attachment
from cases.records.case import Case
from cases.records.leaks import LeakIncident
from cases.services import leak_looks
from consult.manage import audit_words
from consult.shell import devices
from consult.shell.accounts import Account

MOST_FILES: Final = 200
Scope = LeakIncident.Scope
Choice = tuple[str, str]


def device_choices(actor: Account) -> list[Choice]:
    return [(str(one.uid), one.label) for one in devices.known(actor.centre)]


def export_choices(actor: Account, since: datetime | None, until: datetime | None) -> list[Choice]:
    """The files that left the centre's desk in [since, until), the newest first, at most MOST_FILES."""
    entries = AuditEntry.objects.filter(centre_uid=actor.centre.uid, action__in=leak_looks.EXPORTS)
    if since:
        entries = entries.filter(at__gte=since)
    if until:
        entries = entries.filter(at__lt=until)
    rows = entries.exclude(request_id="").select_related("actor").order_by("-at", "-pk")[:MOST_FILES]
    return _labelled(rows, actor)


def _labelled(rows: Iterable[AuditEntry], actor: Account) -> list[Choice]:
    """One line per request; the file is known by it."""
    by_request = {row.request_id: row for row in rows}
    uids = [row.case_uid for row in by_request.values() if row.case_uid]
    numbers = dict(Case.objects.visible_to(actor).of_uids(uids).values_list("uid", "number"))
    return [
        (request_id, _file_label(row, numbers.get(row.case_uid, "") if row.case_uid else ""))
        for request_id, row in by_request.items()
    ]


def _file_label(row: AuditEntry, case_number: str) -> str:
    told = (
        _moment(row.at), str(row.actor) if row.actor else _("システム"), audit_words.action_text(row.action),
        case_number, audit_words.export_text(row.action, row.reason),
    )  # fmt: skip
    return " ".join(filter(None, told))


def _moment(at: datetime) -> str:
    return f"{at.astimezone(calendar.TOKYO):%Y-%m-%d %H:%M}"


def scope_lines(incident: LeakIncident, actor: Account) -> list[str]:
    """What exactly was chosen: the account, devices or file, and the time."""
    lines = _chosen(incident, actor)
    if incident.since or incident.until:
        ends = [_moment(at) if at else "" for at in (incident.since, incident.until)]
        lines.append(_("%(since)s〜%(until)s") % {"since": ends[0], "until": ends[1]})
    return lines


def _chosen(incident: LeakIncident, actor: Account) -> list[str]:
    if incident.scope == Scope.DEVICE:
        labels = dict(device_choices(actor))
        return [
            labels.get(uid, _("端末 %(uid)s") % {"uid": uid[:8]}) for uid in map(str, incident.device_uids)
        ]
    if incident.scope == Scope.ACCOUNT:
        return [str(one) for one in Account.objects.filter(centre=incident.centre, uid=incident.subject)]
    if incident.scope == Scope.EXPORT:
        entries = AuditEntry.objects.filter(
            request_id=str(incident.subject), centre_uid=incident.centre.uid, action__in=leak_looks.EXPORTS
        )
        return [label for _uid, label in _labelled(entries.select_related("actor"), actor)]
    if incident.scope == Scope.ATTACHMENT:
        return _attachment_lines(incident, actor)
    return []


def _attachment_lines(incident: LeakIncident, actor: Account) -> list[str]:
    uids = [uuid.UUID(uid) for uid in incident.case_uids]
    number = Attachment.objects.filter(uid=incident.subject).values_list("number", flat=True).first()
    file = _("添付%(number)d") % {"number": number} if number else _("添付(削除済み)")
    cases = Case.objects.visible_to(actor).of_uids(uids).values_list("number", flat=True)
    return [f"{case_number} {file}" for case_number in cases]
