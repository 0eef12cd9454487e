"""The second door: redacted text, for people who may see the case; one entry in the log per reading."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from cases.protection import audit, keys
from cases.records.case import Case
from cases.records.centre import Actor


@dataclass(frozen=True)
class RedactedText:
    """Narrative and 処理概要 of a case with every sure and suggested mask applied."""

    narrative: str
    advice: str


def redacted_text(case_uids: Sequence[uuid.UUID], *, by: Actor) -> dict[uuid.UUID, RedactedText]:
    """Redacted texts of the cases within the actor's scope; others, and those whose key is gone, are left out.

    Raises SealBroken.
    """
    cases = Case.objects.visible_to(by).filter(uid__in=case_uids).only(
        "uid", "narrative_redacted", "advice_redacted"
    )  # fmt: skip
    found = {case.uid: case for case in cases}
    if not found:
        return {}
    audit.committed(audit.entry("REDACTED_READ", by=by, count=len(found)))
    sealers = keys.sealers(Case.OWNER_KIND, found)
    return {
        uid: RedactedText(
            narrative=sealer.open(found[uid], "narrative_redacted"),
            advice=sealer.open(found[uid], "advice_redacted"),
        )
        for uid, sealer in sealers.items()
    }
