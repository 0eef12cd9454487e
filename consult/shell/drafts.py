"""下書き: what is being typed, kept on the server, sealed, until it is saved or thrown away.

A draft shares its uid with the case it becomes. It survives a lost connection, a sign-out and a killed server;
several can be open at once, for a second call comes in.
"""

import json
import uuid
from datetime import timedelta
from enum import Enum
from typing import Any, ClassVar, Final

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone

from cases import erasing, presence
from cases.jobs import registry
from cases.law import calendar
from cases.presence import Span
from cases.protection import audit, keys
from cases.protection.models import DataKey
from cases.protection.sealed import Owner, SealedField
from cases.records.case import Case
from cases.records.centre import Centre
from cases.records.follow_up import FollowUp
from cases.records.tombstone import refuse_erased
from consult.shell.accounts import Account

KEPT_DAYS: Final = 30
LONGEST: Final = 1_000_000  # bytes of JSON; twice 20,000 characters too long must still be kept


class DraftTooLong(Exception):
    """The fields are longer than any form; nothing of them is kept."""


class Kept(Enum):
    """What became of the fields."""

    STORED = "stored"
    SUPERSEDED = "superseded"  # the same or a later state is held: another tab, or an answer that came late
    RECORDED = "recorded"  # the call is a case already, or the 経過 of one


class Draft(models.Model):
    """One form being filled by one account. `sequence` counts its savings, so that a late one never wins."""

    OWNER_KIND: ClassVar[str] = "draft"

    uid = models.UUIDField(unique=True, editable=False)
    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="drafts")
    # The case that is being corrected; empty: a call.
    case = models.ForeignKey(Case, models.CASCADE, null=True, related_name="+")
    sequence = models.PositiveBigIntegerField(default=0)
    opened_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)
    body = SealedField(label="draft.body")

    class Meta:
        ordering = ["-changed_at"]

    def __str__(self) -> str:
        return str(self.uid)

    @property
    def sealed_owner(self) -> Owner:
        return Owner(self.OWNER_KIND, self.uid)


@transaction.atomic
def save(
    uid: uuid.UUID, fields: dict[str, list[str]], *, sequence: int, by: Account, case: Case | None = None
) -> Kept:
    """Keep the fields of a form, unless `sequence` is no later than what is held. `case`: the one it corrects.

    Raises Draft.DoesNotExist where the uid is somebody else's draft, DraftTooLong, CaseErased.
    """
    # Whose it is goes into what is sealed: a row that is given to somebody else by hand opens for nobody.
    text = json.dumps({"by": by.uid.hex, "fields": fields}, ensure_ascii=False)
    if len(text.encode(errors="replace")) > LONGEST:
        raise DraftTooLong
    draft = Draft.objects.select_for_update().filter(uid=uid).first()
    if draft is not None and draft.account_id != by.pk:
        raise Draft.DoesNotExist
    if Case.objects.filter(uid=uid).exists() or FollowUp.objects.filter(uid=uid).exists():
        return Kept.RECORDED
    if draft is None:
        refuse_erased([uid])  # a draft that is there went with its case
        draft = Draft(uid=uid, account=by, case=case)
        key, sealer = keys.create(
            draft.sealed_owner, centre_uid=by.centre.uid, cohort=calendar.fiscal_year(calendar.today())
        )
        key.save(force_insert=True)
    elif draft.sequence >= sequence:
        return Kept.SUPERSEDED
    else:
        sealer = keys.sealer(draft.sealed_owner)
    draft.sequence = sequence
    sealer.seal(draft, "body", text)
    draft.save()
    return Kept.STORED


def is_of_another(uid: uuid.UUID, *, by: Account) -> bool:
    return Draft.objects.filter(uid=uid).exclude(account=by).exists()


def held_sequence(uid: uuid.UUID, *, by: Account) -> int:
    """The sequence of the state that is held, 0 where there is none."""
    held = Draft.objects.filter(uid=uid, account=by).values_list("sequence", flat=True).first()
    return held or 0


def restore(uid: uuid.UUID, *, by: Account) -> tuple[dict[str, list[str]], int]:
    """The fields of one's own draft and its sequence. Logged first, since names may be in it.

    Raises Draft.DoesNotExist.
    """
    draft = Draft.objects.get(uid=uid, account=by)
    audit.committed(audit.entry("DRAFT_OPENED", by=by, centre=by.centre))
    held = json.loads(keys.sealer(draft.sealed_owner).open(draft, "body") or "{}")
    return _fields_of(held, by), draft.sequence


def _fields_of(held: dict[str, Any], by: Account) -> dict[str, list[str]]:
    """The fields of a body; those of earlier releases lie in it without a name. Raises Draft.DoesNotExist."""
    if not isinstance(held.get("by"), str):
        return held
    if held["by"] != by.uid.hex:
        raise Draft.DoesNotExist
    fields: dict[str, list[str]] = held["fields"]
    return fields


def of_correction(case: Case, *, by: Account) -> uuid.UUID | None:
    """One's own half-typed correction of a case, the newest."""
    return Draft.objects.filter(account=by, case=case).values_list("uid", flat=True).first()


@transaction.atomic
def discard(uid: uuid.UUID, *, by: Account) -> None:
    """Throw one's own draft away, with its key. Nothing happens where there is none."""
    deleted, _rows = Draft.objects.filter(uid=uid, account=by).delete()
    if deleted:
        keys.destroy(Owner(Draft.OWNER_KIND, uid))


def owners_with(case_uid: uuid.UUID) -> list[Owner]:
    """Drafts that may still hold words of a case: its own form, those of its 経過, and its corrections."""
    follow_ups = FollowUp.objects.filter(case__uid=case_uid).values("uid")
    drafts = Draft.objects.filter(Q(uid=case_uid) | Q(uid__in=follow_ups) | Q(case__uid=case_uid))
    return [draft.sealed_owner for draft in drafts.only("uid")]


def forget_with(case_uid: uuid.UUID) -> None:
    """Throw those drafts away, whosever they are, in the transaction that erases the case."""
    for owner in owners_with(case_uid):
        Draft.objects.filter(uid=owner.uid).delete()
        keys.destroy(owner)


def clean_up() -> None:
    """Drafts untouched for 30 days go, with their keys."""
    with transaction.atomic():
        old = Draft.objects.filter(changed_at__lt=timezone.now() - timedelta(days=KEPT_DAYS))
        uids = list(old.values_list("uid", flat=True)[:500])
        Draft.objects.filter(uid__in=uids).delete()
        DataKey.objects.filter(owner_kind=Draft.OWNER_KIND, owner_uid__in=uids).delete()


def typing(centre: Centre) -> list[Span]:
    """Each kept draft of the centre's accounts, from its opening to its last change: what is typed is on a screen."""
    rows = Draft.objects.filter(account__centre=centre)
    return [Span(*row) for row in rows.values_list("opened_at", "changed_at", "account__uid")]


def register() -> None:
    """Called once when the app is ready."""
    presence.register_typing("drafts", typing)
    registry.every(seconds=3600, name="drafts.clean_up")(clean_up)
    erasing.register("drafts", forget_with, owners=owners_with)
