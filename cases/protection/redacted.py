"""The second door: redacted text, for people who may see the case; one entry in the log per reading.

Inside the centre every sure and suggested mask is applied. To anybody else goes only what a person confirmed.
"""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from cases.protection import audit, confirming, keys
from cases.protection.sealed import Sealer
from cases.records.approval import ApprovalStep
from cases.records.case import Case
from cases.records.centre import Actor
from cases.records.follow_up import FollowUp


@dataclass(frozen=True)
class RedactedText:
    """Narrative, 処理概要, 経過 (by their uid) and 件名 of a case with every sure and suggested mask applied."""

    narrative: str
    advice: str
    follow_ups: Mapping[uuid.UUID, str] = field(default_factory=dict)
    subject: str = ""


def redacted_text(
    case_uids: Sequence[uuid.UUID], *, by: Actor, with_follow_ups: bool = False
) -> dict[uuid.UUID, RedactedText]:
    """Redacted texts of the cases within the actor's scope; others, and those whose key is gone, are left out.

    Of a case of another centre that the actor may see there is the confirmed text or none. Raises SealBroken.
    """
    cases = Case.objects.visible_to(by).of_uids(case_uids).only(
        "uid", "centre_id", "narrative_redacted", "advice_redacted", "subject_redacted"
    )  # fmt: skip
    visible = list(cases)
    found = {case.uid: case for case in visible if case.centre_id in by.centre_ids}
    elsewhere = [case.uid for case in visible if case.uid not in found]
    confirmed = confirmed_text(elsewhere, by=by) if elsewhere else {}
    if not found:
        return confirmed
    audit.committed(audit.entry("REDACTED_READ", by=by, count=len(found)))
    sealers = keys.sealers(Case.OWNER_KIND, found, at=by.centre_ids)
    follow_ups: dict[uuid.UUID, dict[uuid.UUID, str]] = {uid: {} for uid in found}
    if with_follow_ups:
        for row in FollowUp.objects.filter(
            case__in=found.values(), text_redacted__isnull=False, withdrawn_at=None
        ).select_related("case"):
            if row.case.uid in sealers:
                follow_ups[row.case.uid][row.uid] = sealers[row.case.uid].open(row, "text_redacted")
    return confirmed | {
        uid: RedactedText(
            narrative=sealer.open(found[uid], "narrative_redacted"),
            advice=sealer.open(found[uid], "advice_redacted"),
            follow_ups=follow_ups[uid],
            subject=sealer.open(found[uid], "subject_redacted"),
        )
        for uid, sealer in sealers.items()
    }


def redacted_comments(case: Case, *, by: Actor) -> dict[uuid.UUID, str]:
    """What was written at the steps of 決裁 of a case in the actor's scope, by the uid of the step, masked.

    Nothing of a case of another centre, and none where the case's key is gone. Raises SealBroken.
    """
    rows = list(ApprovalStep.objects.filter(case=case, comment_redacted__isnull=False).select_related("case"))
    if not rows or case.centre_id not in by.centre_ids:
        return {}
    audit.committed(audit.entry("REDACTED_READ", by=by, case=case))
    sealers = keys.sealers(Case.OWNER_KIND, [case.uid], at=by.centre_ids)
    return {row.uid: sealer.open(row, "comment_redacted") for sealer in sealers.values() for row in rows}


def confirmed_text(case_uids: Sequence[uuid.UUID], *, by: Actor) -> dict[uuid.UUID, RedactedText]:
    """What of these cases may leave the centre: texts that a person confirmed and that have not changed since.

    The one door for anything that goes outside: other centres, exports, bulletins. A case whose narrative is not
    confirmed is left out whole; of the others, unconfirmed 処理概要 and 経過 are empty. Raises SealBroken.
    """
    visible = Case.objects.visible_to(by).of_uids(case_uids).select_related("centre")
    cases = {case.uid: case for case in visible.filter(confirmed_texts__isnull=False).distinct()}
    if not cases:
        return {}
    audit.committed(audit.entry("CONFIRMED_READ", by=by, count=len(cases)))
    sealers = keys.sealers(Case.OWNER_KIND, cases, at={case.centre_id for case in cases.values()})
    texts = {uid: _confirmed(cases[uid], sealer) for uid, sealer in sealers.items()}
    return {uid: text for uid, text in texts.items() if text is not None}


def _confirmed(case: Case, sealer: Sealer) -> RedactedText | None:
    valid = confirming.still_valid(case, sealer)
    if "narrative" not in valid:
        return None
    follow_ups = {uuid.UUID(key): text for key, text in valid.items() if key not in ("narrative", "advice")}
    return RedactedText(valid["narrative"], valid.get("advice", ""), follow_ups)
