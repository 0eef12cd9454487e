"""The first door to what is sealed in a case: a person sees a value, and the log knew it before they did.

What is asked of the person fits the work (`rule_for`): nothing on a case that one is working on, a purpose on all
others, 緊急の閲覧 where nobody but the people of the case should look.
"""

import uuid
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from enum import StrEnum
from typing import Final

from django.utils import timezone

from cases.protection import audit, file_names, keys, match, watch
from cases.protection.audit import stored
from cases.protection.purpose import (
    SAYS_ENOUGH,
    BreakGlassNeeded,
    Purpose,
    PurposeNeeded,
    ReasonNeeded,
)
from cases.protection.sealed import HoldsSealed, SealedField, label_of
from cases.records.approval import ApprovalStep
from cases.records.card import CardRow, CaseConsent, CaseReferral, CaseTrader, CaseTransfer
from cases.records.case import Case
from cases.records.centre import Actor
from cases.records.custody import BreakGlass
from cases.records.follow_up import FollowUp
from cases.records.people import CasePerson

CASE_FIELDS: Final = ("subject", "narrative", "advice", "trader_name", "care")
PERSON_FIELDS: Final = ("name", "kana", "phone", "email", "postcode", "address", "birth_date")
# Rows of the card, each kind all together: `traders` brings `traders.<uid>.name` and the others.
CARD_ROWS: Final[Mapping[str, type[CardRow]]] = {
    "traders": CaseTrader,
    "transfers": CaseTransfer,
    "consents": CaseConsent,
    "referrals": CaseReferral,
}
FOLLOW_UPS: Final = "follow_ups"
ATTACHMENTS: Final = "attachments"
COMMENTS: Final = "approval_comments"
"""What was written at the steps of 決裁: shown on its page alone."""

# What can be asked for: "narrative", "caller.name", "party.phone", …, and, each all together, the texts of 経過
# and the names of attached files.
REVEALABLE: Final = frozenset(
    [
        *CASE_FIELDS,
        *CARD_ROWS,
        FOLLOW_UPS,
        ATTACHMENTS,
        *(f"{role.lower()}.{field}" for role in CasePerson.Role for field in PERSON_FIELDS),
    ]
)
# What a counsellor needs to call somebody back; the words as spoken are asked for by themselves.
CONTACT: Final = frozenset(
    [
        "trader_name",
        "care",
        "traders",
        "consents",
        ATTACHMENTS,
        *(
            f"{role.lower()}.{field}"
            for role in CasePerson.Role
            for field in PERSON_FIELDS
            if field != "birth_date"
        ),
    ]
)

LONGEST_GLASS: Final = timedelta(minutes=60)

QUIET_DAYS: Final = 90
"""An open case that nobody has touched for so many days is an old one: a purpose is asked for."""


class Rule(StrEnum):
    """What the door asks of this person for this case."""

    FREE = "free"  # one's own open case: nothing, the purpose is 相談対応
    GLASS = "glass"  # 緊急の閲覧 is open: nothing more
    ASKED = "asked"  # others', old or closed cases: a purpose, and a reason unless it is 相談対応
    GUARDED = "guarded"  # somebody else's case under 支援措置: 緊急の閲覧 first


def rule_for(case: Case, by: Actor) -> Rule:
    """Which rule holds for this person and case at this moment; their role is the caller's to check."""
    is_at_work = case.is_open and case.changed_at > timezone.now() - timedelta(days=QUIET_DAYS)
    if by.pk is not None and case.holder_id == by.pk and is_at_work:
        return Rule.FREE
    if open_glass(case, by) is not None:
        return Rule.GLASS
    if case.is_guarded and by.pk is not None and not case.has_been_with(by.pk):
        return Rule.GUARDED
    return Rule.ASKED


def rule_at_door(case: Case, by: Actor) -> Rule:
    """The rule, once more before something opens: a row that was changed by hand lets nobody in.

    Whoever clears 支援措置 or makes himself the holder by SQL meets 緊急の閲覧, as does everybody else until the case
    is put right; that wants a reason and is told to others, and holds up no call.
    """
    rule = rule_for(case, by)
    if rule not in (Rule.FREE, Rule.ASKED) or stored.is_as_recorded(case.uid):
        return rule
    return Rule.GUARDED if open_glass(case, by) is None else Rule.GLASS


def needs_purpose(case: Case, by: Actor) -> bool:
    return rule_for(case, by) is Rule.ASKED


def open_glass(case: Case, by: Actor) -> BreakGlass | None:
    """The 緊急の閲覧 of this person for this case that is in force now."""
    if by.pk is None:
        return None
    glass = BreakGlass.objects.open_at(timezone.now()).filter(case=case, account=by.pk).first()
    return glass if glass is not None and _is_vouched(case, by) else None


def _is_vouched(case: Case, by: Actor) -> bool:
    """Whether the log knows of a 緊急の閲覧 of the last hour: a row that somebody slipped in opens nothing."""
    since = timezone.now() - LONGEST_GLASS
    entries = audit.vouched("GLASS_BROKEN", actor_uid=by.uid, case_uid=case.uid, since=since)
    return next(entries, None) is not None


def reveal(
    owner_uid: uuid.UUID, fields: Sequence[str], *, by: Actor, purpose: str = "", reason: str = ""
) -> dict[str, str]:
    """The named values of a case within the actor's scope; empty text where none is stored.

    Without a purpose the rule gives one (`Rule.FREE`, `Rule.GLASS`) or refuses. The reason is logged with the
    persons of the case masked. The entry is committed before anything is shown, so this refuses to run inside a
    transaction. A 経過 comes as `follow_up.<uid>`, the name of a file as `attachment.<uid>`, a comment of 決裁 as
    `approval.<uid>`, a part of the card as `transfers.<uid>.account`. Raises Case.DoesNotExist, PurposeNeeded,
    ReasonNeeded, BreakGlassNeeded, KeyMissing, SealBroken; ValueError for a field that is neither in REVEALABLE nor
    COMMENTS.
    """
    if unknown := set(fields) - REVEALABLE - {COMMENTS}:
        raise ValueError(f"not revealable: {sorted(unknown)}")
    case = Case.objects.visible_to(by).select_related("centre").get(uid=owner_uid)
    purpose, reason = grounds(case, by, purpose, reason.strip())
    audit.committed(
        audit.entry("REVEALED", by=by, case=case, fields=sorted(fields), purpose=purpose, reason=reason)
    )
    sealer = keys.sealer(case.sealed_owner, centre_uid=case.centre.uid)
    values = {name: sealer.open(row, field) for name, row, field in held_rows(case, fields)}
    if ATTACHMENTS in fields:
        values |= {f"attachment.{uid}": name for uid, name in file_names.names(case).items()}
    watch.note(watch.Kind.REVEALS, by=by, centre=case.centre)
    return values


def grounds(case: Case, by: Actor, purpose: str, reason: str) -> tuple[str, str]:
    """The purpose and reason that go into the log, by the rule that holds.

    Raises PurposeNeeded, ReasonNeeded, BreakGlassNeeded.
    """
    rule = rule_at_door(case, by)
    if rule is Rule.GUARDED:
        raise BreakGlassNeeded
    if not purpose and rule is Rule.FREE:
        return Purpose.CONSULTATION, ""
    if not purpose and rule is Rule.GLASS and (glass := open_glass(case, by)) is not None:
        return Purpose.URGENT, glass.reason
    if purpose not in Purpose.values:
        raise PurposeNeeded
    if purpose not in SAYS_ENOUGH and not reason:
        raise ReasonNeeded
    return purpose, masked_reason(case, reason)


def masked_reason(case: Case, reason: str) -> str:
    """A reason as the log may keep it: the persons of the case and what looks like a person masked."""
    return match.redacted_for(case, keys.sealer(case.sealed_owner), reason) if reason else ""


def held_rows(case: Case, fields: Sequence[str]) -> list[tuple[str, HoldsSealed, str]]:
    """(name in the answer, row, field) for each value asked for; a person without a row is left out."""
    found: list[tuple[str, HoldsSealed, str]] = []
    people = {
        person.role.lower(): person for person in CasePerson.objects.filter(case=case).select_related("case")
    }
    for name in fields:
        if name == ATTACHMENTS:
            continue  # sealed under keys of their own
        if name == FOLLOW_UPS:
            rows = FollowUp.objects.filter(case=case).select_related("case")
            found += [(f"follow_up.{row.uid}", row, "text") for row in rows]
        elif name in CARD_ROWS:
            found += _rows_of_card(case, name)
        elif name == COMMENTS:
            steps = ApprovalStep.objects.filter(case=case, comment__isnull=False).select_related("case")
            found += [(f"approval.{step.uid}", step, "comment") for step in steps]
        elif "." not in name:
            found.append((name, case, name))
        else:
            role, field = name.split(".")
            if role in people:
                found.append((name, people[role], field))
    for _name, row, field in found:
        label_of(row, field)  # a typing mistake shows here, not as an open value
    return found


def _rows_of_card(case: Case, name: str) -> Iterator[tuple[str, HoldsSealed, str]]:
    for row in CARD_ROWS[name]._default_manager.filter(case=case):
        row.case = case
        for field in row._meta.concrete_fields:
            if isinstance(field, SealedField):
                yield f"{name}.{row.uid}.{field.attname}", row, field.attname
