"""What one person saw of a case before, and what is other now: for approvers who meet a case again.

Kept are the codes and the redacted words, sealed under the case's key; of persons and whatever else is sealed there is
a keyed digest, which tells that a value is another one and never which. Part of the door `redacted`: whoever compares
has just read the words there, and that reading is the entry in the log.
"""

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.utils import timezone

from cases.protection import keys
from cases.protection.audit.rows import CODED
from cases.protection.redacted import RedactedText
from cases.protection.reveal import ATTACHMENTS, FOLLOW_UPS, REVEALABLE, held_rows
from cases.protection.sealed import Sealer
from cases.records.approval import CaseSeen
from cases.records.card import CaseCode
from cases.records.case import Case
from cases.records.centre import Actor
from cases.records.follow_up import FollowUp

# What tells a reader nothing, or follows from another column.
_LEFT_OUT: Final = frozenset(
    {"uid", "centre_id", "fiscal_year", "number", "revision", "entry_digest", "source", "is_made_up"}
)
_COLUMNS: Final = tuple(name for name in CODED if name not in _LEFT_OUT)
_TEXTS: Final = ("subject", "narrative", "advice")
_HIDDEN: Final = sorted(REVEALABLE - {*_TEXTS, FOLLOW_UPS, ATTACHMENTS})
SCAMS: Final = "scam_types"
MORE_CODES: Final = "codes."
"""Begins the name of a set of which a case carries several codes: `codes.issue_kind`."""


@dataclass(frozen=True)
class Difference:
    """One column whose value is another one. Values as text, empty for none; several codes are joined by commas."""

    name: str
    before: str
    now: str


@dataclass(frozen=True)
class Changes:
    """What is other than when the person last saw the case, at `seen_at` and `revision`."""

    seen_at: datetime
    revision: int
    codes: list[Difference] = field(default_factory=list)
    texts: list[Difference] = field(default_factory=list)
    hidden: list[str] = field(default_factory=list)
    """Names of sealed values that are other ones: `caller.phone`, `transfers`."""
    new_follow_ups: frozenset[uuid.UUID] = frozenset()
    withdrawn_follow_ups: int = 0

    @property
    def is_empty(self) -> bool:
        has_other_rows = self.new_follow_ups or self.withdrawn_follow_ups
        return not (self.codes or self.texts or self.hidden or has_other_rows)


def compared(case: Case, words: RedactedText, *, by: Actor) -> Changes | None:
    """What is other than when `by` last saw an earlier state; None where they never did.

    `words`: what `redacted_text` gave this reader for this page. Raises KeyMissing, SealBroken.
    """
    row = CaseSeen.objects.filter(case=case, account=by.pk).select_related("case").first()
    if row is None:
        return None
    is_same = row.revision == case.revision
    at, revision = (row.seen_at_before, row.revision_before) if is_same else (row.seen_at, row.revision)
    if at is None or revision is None:
        return Changes(row.seen_at, row.revision)
    sealer = keys.sealer(case.sealed_owner)
    before = json.loads(sealer.open(row, "state_before" if is_same else "state"))
    now = _state(case, words, sealer)
    known = set(before["follow_ups"])
    return Changes(
        at,
        revision,
        codes=_different(before["codes"], now["codes"]),
        texts=_different(before["texts"], now["texts"]),
        hidden=[one.name for one in _different(before["hidden"], now["hidden"])],
        withdrawn_follow_ups=len(known - set(now["follow_ups"])),
        new_follow_ups=frozenset(uuid.UUID(uid) for uid in now["follow_ups"] if uid not in known),
    )


@transaction.atomic
def keep(case_uid: uuid.UUID, *, revision: int, by: Actor) -> None:
    """From now on `by` has seen the case at this revision; the state before stays beside it.

    Again changes nothing; nor where the case is another one by now, which they did not see.
    Raises Case.DoesNotExist, KeyMissing.
    """
    case = Case.objects.visible_to(by).get(uid=case_uid)
    if by.pk is None or case.revision != revision:
        return
    row = CaseSeen.objects.select_for_update().filter(case=case, account=by.pk).first()
    if row is not None and row.revision == case.revision:
        return
    sealer = keys.sealer(case.sealed_owner)
    if row is None:
        row = CaseSeen(case=case, account_id=by.pk)
    else:
        row.case = case
        sealer.seal(row, "state_before", sealer.open(row, "state"))
        row.revision_before, row.seen_at_before = row.revision, row.seen_at
    sealer.seal(row, "state", json.dumps(_state(case, _words(case, sealer), sealer), ensure_ascii=False))
    row.revision, row.seen_at = case.revision, timezone.now()
    row.save()


def _words(case: Case, sealer: Sealer) -> RedactedText:
    uids = FollowUp.objects.filter(case=case, withdrawn_at=None).values_list("uid", flat=True)
    narrative, advice, subject = (
        sealer.open(case, f"{name}_redacted") for name in ("narrative", "advice", "subject")
    )
    return RedactedText(narrative, advice, dict.fromkeys(uids, ""), subject)


def _state(case: Case, words: RedactedText, sealer: Sealer) -> dict[str, Any]:
    return {
        "codes": {**{name: _plain(getattr(case, name)) for name in _COLUMNS}, **_several(case)},
        "texts": {name: getattr(words, name) for name in _TEXTS},
        "hidden": _digests(case, sealer),
        "follow_ups": sorted(str(uid) for uid in words.follow_ups),
    }


def _several(case: Case) -> dict[str, str]:
    """What a case carries several codes of, the main one first."""
    found: dict[str, list[str]] = {SCAMS: [case.main_scam, *case.other_scams]}
    rows = CaseCode.objects.filter(case=case).order_by("kind", "-is_main", "position", "pk")
    for kind, code in rows.values_list("kind", "code"):
        found.setdefault(f"{MORE_CODES}{kind}", []).append(code)
    return {name: ",".join(held) for name, held in found.items()}


def _digests(case: Case, sealer: Sealer) -> dict[str, str]:
    """Of each sealed value, and of the rows of one kind together: a correction makes them anew, with other uids."""
    held: dict[str, list[str]] = {}
    for name, row, column in held_rows(case, _HIDDEN):
        parts = name.split(".")
        together = parts[0] if len(parts) == 3 else name
        if text := sealer.open(row, column):
            held.setdefault(together, []).append(f"{column}={text}")
    return {
        name: keys.keyed_digest(
            "seen/v1", "\n".join([str(case.uid), *values]).encode("utf-8", "replace")
        ).hex()
        for name, values in held.items()
    }


def _plain(value: object) -> str:
    return "" if value is None else value.isoformat() if isinstance(value, datetime) else str(value)


def _different(before: Mapping[str, str], now: Mapping[str, str]) -> list[Difference]:
    """In the order of now; what is there no more comes last, and what is new since then was empty."""
    names = [*now, *(name for name in before if name not in now)]
    pairs = ((name, before.get(name, ""), now.get(name, "")) for name in names)
    return [Difference(name, was, is_now) for name, was, is_now in pairs if was != is_now]
