"""The second door: redacted text, for people who may see the case; one entry in the log per reading."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from cases.protection import audit, keys
from cases.records.case import Case
from cases.records.centre import Actor
from cases.records.follow_up import FollowUp


@dataclass(frozen=True)
class RedactedText:
    """Narrative, 処理概要 and 経過 (by their uid) of a case with every sure and suggested mask applied."""

    narrative: str
    advice: str
    follow_ups: Mapping[uuid.UUID, str] = field(default_factory=dict)


def redacted_text(
    case_uids: Sequence[uuid.UUID], *, by: Actor, with_follow_ups: bool = False
) -> dict[uuid.UUID, RedactedText]:
    """Redacted texts of the cases within the actor's scope; others, and those whose key is gone, are left out.

    Raises SealBroken.
    """
    cases = Case.objects.visible_to(by).of_uids(case_uids).only(
        "uid", "narrative_redacted", "advice_redacted"
    )  # fmt: skip
    found = {case.uid: case for case in cases}
    if not found:
        return {}
    audit.committed(audit.entry("REDACTED_READ", by=by, count=len(found)))
    sealers = keys.sealers(Case.OWNER_KIND, found)
    follow_ups: dict[uuid.UUID, dict[uuid.UUID, str]] = {uid: {} for uid in found}
    if with_follow_ups:
        for row in FollowUp.objects.filter(case__in=cases, text_redacted__isnull=False).select_related(
            "case"
        ):
            if row.case.uid in sealers:
                follow_ups[row.case.uid][row.uid] = sealers[row.case.uid].open(row, "text_redacted")
    return {
        uid: RedactedText(
            narrative=sealer.open(found[uid], "narrative_redacted"),
            advice=sealer.open(found[uid], "advice_redacted"),
            follow_ups=follow_ups[uid],
        )
        for uid, sealer in sealers.items()
    }
