"""The end of a KEK: what it wrapped is beyond reach, in the database and in every backup at once.

In this order: the ledger says so (with every copy that a person must destroy), then key and sealed copy go, then
people tick off the copies, and only then is there a receipt. A step that was broken off is done by the next call.
"""

import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar, Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.errors import CasesError
from cases.protection import audit
from cases.protection.keys import ledger, programs, providers, recovery
from cases.protection.keys.files import path_of
from cases.protection.keys.kek import Kek
from cases.protection.keys.memory import forget
from cases.protection.keys.models import KeyCopy, KeyDestruction, KeyMedium, KeyVersion, PastWrap
from cases.protection.keys.rotation import Cohort, rows_of
from cases.protection.models import DataKey
from cases.records.centre import SYSTEM

# A process may wrap with a retired version for as long as it remembers it; a save that has begun then ends in time.
GRACE: Final = timedelta(seconds=ledger.REMEMBERED_SECONDS) + timedelta(minutes=5)
_BATCH: Final = 1000

# Who may object to the end of a KEK: name → how many of its records must be kept (an open case, a legal hold).
Objection = Callable[[Kek], int]
_objections: dict[str, Objection] = {}


class KeyInUse(CasesError):
    """Something is still wrapped by the key, or must still be kept."""

    code: ClassVar[str] = "key_in_use"
    status: ClassVar[int] = 409


class KeyStillRemembered(CasesError):
    """The key has retired a moment ago: a running process may still wrap with it. Later it may go."""

    code: ClassVar[str] = "key_still_remembered"
    status: ClassVar[int] = 409

    def __init__(self, until: datetime) -> None:
        self.until = until
        super().__init__(
            _("この鍵はいま使うのを止めたところです。%(minutes)d分ほど後に、もう一度実行してください。")
            % {"minutes": max(1, round((until - timezone.now()).total_seconds() / 60))}
        )


class CopiesNotGone(CasesError):
    """No receipt before each copy is confirmed."""

    code: ClassVar[str] = "copies_not_gone"
    status: ClassVar[int] = 409

    def __init__(self, names: list[str]) -> None:
        super().__init__(_("まだ確認されていない控えがあります: %(names)s") % {"names": "、".join(names)})


def object_if(name: str, objection: Objection) -> None:
    """From now on a whole year is destroyed only where `objection` counts 0 for each of its KEKs."""
    if name in _objections:
        raise ValueError(f"the objection {name} is registered twice")
    _objections[name] = objection


@dataclass(frozen=True)
class _End:
    by: str
    reason: str


def destroy_version(kek: Kek, *, by: str, reason: str) -> KeyDestruction:
    """Destroy one retired version that wraps nothing any more. Again: the destruction that exists, finished.

    Raises KeyVersion.DoesNotExist, KeyInUse, KeyStillRemembered.
    """
    with transaction.atomic():
        row = KeyVersion.objects.select_for_update().get(
            domain=kek.domain, centre_uid=kek.centre_uid, cohort=kek.cohort, version=kek.version
        )
        if row.destruction is not None:
            found = row.destruction
        else:
            if row.state == KeyVersion.State.CURRENT:
                raise KeyInUse(_("この鍵は使用中です。先に keys_rotate で新しい版に移してください。"))
            _refuse_in_grace([row])
            if count := rows_of(kek).count():
                raise KeyInUse(
                    _("この鍵で守られた記録が%(n)d件あります。先に keys_rotate を終えてください。")
                    % {"n": count}
                )
            found = _entered([row], _End(by, reason), wrapped_rows=0)
    finish(found)
    return found


def retire(cohort: Cohort) -> None:
    """Let a whole cohort's KEKs wrap nothing more: the first step of its end. They still open."""
    cohort.versions().filter(state=KeyVersion.State.CURRENT).update(
        state=KeyVersion.State.RETIRING, retired_at=timezone.now()
    )
    forget()


def destroy_cohort(cohort: Cohort, *, by: str, reason: str, with_rows: bool) -> KeyDestruction:
    """Destroy every KEK of a cohort, and with `with_rows` the data keys that they still wrap.

    Their records can never be opened again, here or from a backup. Raises KeyInUse (records left and not
    `with_rows`, or somebody objects), KeyStillRemembered; KeyVersion.DoesNotExist where there is none.
    """
    if not cohort.versions().exclude(state=KeyVersion.State.DESTROYED).exists():
        raise KeyVersion.DoesNotExist
    _refuse_objections(cohort)
    if not with_rows and (count := cohort.rows().count()):
        raise KeyInUse(_("この年度の鍵で守られた記録が%(n)d件残っています。") % {"n": count})
    retire(cohort)
    with transaction.atomic():
        rows = list(cohort.versions().exclude(state=KeyVersion.State.DESTROYED).select_for_update())
        _refuse_in_grace(rows)
        _refuse_objections(cohort)
        count = _forget_rows(cohort)
        found = _entered(rows, _End(by, reason), wrapped_rows=count)
    finish(found)
    return found


def _refuse_in_grace(rows: Iterable[KeyVersion]) -> None:
    until = max(row.retired_at for row in rows if row.retired_at is not None) + GRACE
    if until > timezone.now():
        raise KeyStillRemembered(until)


def _refuse_objections(cohort: Cohort) -> None:
    for version in cohort.versions().exclude(state=KeyVersion.State.DESTROYED):
        for name, objection in sorted(_objections.items()):
            if count := objection(version.kek):
                raise KeyInUse(
                    _("廃棄できません: %(name)sが%(n)d件あります。") % {"name": _(name), "n": count}
                )


def _forget_rows(cohort: Cohort) -> int:
    """Delete the data keys of the cohort, and remember what wrapped them; returns how many."""
    now, count = timezone.now(), 0
    while rows := list(cohort.rows()[:_BATCH]):
        PastWrap.objects.bulk_create(
            PastWrap(
                owner_kind=row.owner_kind, owner_uid=row.owner_uid, centre_uid=row.centre_uid,
                cohort=row.cohort, kek_version=row.kek_version, until=now,
            )
            for row in rows
        )  # fmt: skip
        DataKey.objects.filter(pk__in=[row.pk for row in rows]).delete()
        count += len(rows)
    return count


def _entered(rows: list[KeyVersion], end: _End, *, wrapped_rows: int) -> KeyDestruction:
    """Enter the end of these KEKs in the ledger, and every copy that only a person can destroy."""
    found = KeyDestruction.objects.create(by=end.by, reason=end.reason, wrapped_rows=wrapped_rows)
    KeyCopy.objects.bulk_create(
        KeyCopy(destruction=found, name=name) for name in dict.fromkeys(_copies_of(rows))
    )
    for row in rows:
        row.state, row.destroyed_at, row.destruction = KeyVersion.State.DESTROYED, timezone.now(), found
        row.save(update_fields=["state", "destroyed_at", "destruction"])
        audit.record("KEYS_DESTROYED", by=SYSTEM, reason=f"{row} {end.by}: {end.reason}", count=wrapped_rows)
    return found


def _copies_of(rows: Iterable[KeyVersion]) -> list[str]:
    """Every place outside this machine's two folders where these keys may lie."""
    names: list[str] = []
    for row in rows:
        if row.provider == programs.PROGRAM.name:
            names.append(_("鍵のプログラム(HSMなど)の側の控え"))
            continue
        media = KeyMedium.objects.filter(copied_at__gte=row.made_at, gone_at__isnull=True).order_by("name")
        names += [medium.name for medium in media]
        names.append(_("この機械全体のバックアップとスナップショットの中の鍵フォルダ"))
        if row.escrowed_to:
            names.append(_("ほかの場所に写した、封をした鍵の控え(key-copies)"))
    return names


def finish(destruction: KeyDestruction) -> None:
    """Make the KEKs of a destruction unusable on this machine. Safe to call again. Raises KeyMissing, OSError."""
    for row in destruction.versions.order_by("pk"):
        providers.holding(row.kek).destroy(row.kek)
    forget()


def is_gone(kek: Kek) -> bool:
    """Whether neither key nor sealed copy is left on this machine."""
    if recovery.copy_of(path_of(kek.domain, kek.file_name)).exists():
        return False
    return not providers.holding(kek).exists(kek)


def is_proved(kek: Kek) -> bool:
    """Whether nothing of the key is left here, and the log knows its end and who confirmed each copy's."""
    row = (
        KeyVersion.objects.select_related("destruction")
        .filter(domain=kek.domain, centre_uid=kek.centre_uid, cohort=kek.cohort, version=kek.version)
        .first()
    )
    if row is None or row.destruction is None or not is_gone(kek):
        return False
    found = row.destruction
    ended = audit.vouched("KEYS_DESTROYED", actor_uid=SYSTEM.uid, reason=f"{row} {found.by}: {found.reason}")
    return next(ended, None) is not None and all(_is_vouched(found, copy) for copy in found.copies.all())


def _is_vouched(found: KeyDestruction, copy: KeyCopy) -> bool:
    reason = f"{found.uid} {copy.confirmed_by}: {copy.name}"
    return next(audit.vouched("KEY_COPY_CONFIRMED", actor_uid=SYSTEM.uid, reason=reason), None) is not None


@transaction.atomic
def confirm(uid: uuid.UUID, copy: str, *, by: str) -> KeyDestruction:
    """Note that a copy is destroyed; with the last one there is a receipt. Again changes nothing.

    Raises KeyDestruction.DoesNotExist, KeyCopy.DoesNotExist.
    """
    found = KeyDestruction.objects.select_for_update().get(uid=uid)
    row = KeyCopy.objects.get(destruction=found, name=copy)
    if row.confirmed_at is None:
        row.confirmed_at, row.confirmed_by = timezone.now(), by
        row.save(update_fields=["confirmed_at", "confirmed_by"])
        audit.record("KEY_COPY_CONFIRMED", by=SYSTEM, reason=f"{uid} {by}: {copy}")
    if found.receipt_at is None and not open_copies(found) and not _left_here(found):
        found.receipt_at = timezone.now()
        found.save(update_fields=["receipt_at"])
    return found


def open_copies(destruction: KeyDestruction) -> list[str]:
    """Names of the copies that nobody has confirmed as destroyed."""
    rows = destruction.copies.filter(confirmed_at__isnull=True).order_by("pk")
    return list(rows.values_list("name", flat=True))


def _left_here(destruction: KeyDestruction) -> list[str]:
    return [str(row) for row in destruction.versions.order_by("pk") if not is_gone(row.kek)]


def receipt(destruction: KeyDestruction) -> str:
    """The receipt in words. Raises CopiesNotGone as long as one copy is left."""
    if destruction.receipt_at is None:
        raise CopiesNotGone(open_copies(destruction) + _left_here(destruction))
    lines = [
        _("鍵の廃棄の記録"),
        _("番号: %(uid)s") % {"uid": destruction.uid},
        _("廃棄した日時: %(at)s") % {"at": _moment(destruction.destroyed_at)},
        _("行った人: %(by)s") % {"by": destruction.by},
        _("理由: %(reason)s") % {"reason": destruction.reason},
        _("一緒に開けなくなった記録: %(n)d件") % {"n": destruction.wrapped_rows},
        *(_("鍵: %(key)s") % {"key": row} for row in destruction.versions.order_by("pk")),
        *(
            _("控え: %(name)s(%(at)s %(by)sが確認)")
            % {"name": copy.name, "at": _moment(copy.confirmed_at), "by": copy.confirmed_by}
            for copy in destruction.copies.order_by("pk")
        ),
        _("完了: %(at)s") % {"at": _moment(destruction.receipt_at)},
    ]
    return "\n".join(lines)


def _moment(at: datetime | None) -> str:
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M}" if at else ""
