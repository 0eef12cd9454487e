"""The state of every key for whoever keeps them: what each wraps, where it lies, what is wrong. No key in it."""

from collections import Counter
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Count
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.protection.keys import ahead, destruction, files, providers, recovery
from cases.protection.keys.errors import KeyMissing
from cases.protection.keys.kek import Kek, domain_of
from cases.protection.keys.models import KeyDestruction, KeyMedium, KeyVersion
from cases.protection.models import DataKey
from cases.records.centre import Centre


@dataclass(frozen=True)
class KeyState:
    """One KEK. `rows`: data keys that it wraps; `is_here`: it could be used now; `has_copy`: sealed for recovery."""

    domain: str
    centre: str
    cohort: int
    version: int
    state: str
    provider: str
    rows: int
    age_days: int
    made_at: str
    retired_at: str | None
    destroyed_at: str | None
    is_here: bool
    has_copy: bool


@dataclass(frozen=True)
class Status:
    recovery_key: str
    provider: str
    keys: list[KeyState]
    single: dict[str, bool]
    media: list[dict[str, Any]]
    destructions: list[dict[str, Any]]
    problems: list[str]

    def plain(self) -> dict[str, Any]:
        return asdict(self)


def status() -> Status:
    """Read from ledger, key folder and folder of copies. One query over all data keys."""
    keys = _states()
    single = {domain: files.path_of(domain, "v1").is_file() for domain in files.SINGLE}
    open_ones = [found for found in _destructions() if found["receipt_at"] is None]
    return Status(
        recovery_key=recovery.fingerprint(),
        provider=providers.for_new().name,
        keys=keys,
        single=single,
        media=[
            {"name": row.name, "copied_at": _iso(row.copied_at), "gone_at": _iso(row.gone_at)}
            for row in KeyMedium.objects.order_by("name")
        ],
        destructions=_destructions(),
        problems=[*_problems(keys, single), *_unfinished(open_ones)],
    )


def wrapped_rows() -> dict[Kek, int]:
    """How many data keys each KEK wraps, also those that the ledger does not know."""
    columns = ("owner_kind", "centre_uid", "cohort", "kek_version")
    found: Counter[Kek] = Counter()
    for kind, centre_uid, cohort, version, count in (
        DataKey.objects.order_by().values_list(*columns).annotate(count=Count("pk"))
    ):
        found[Kek(domain_of(kind), centre_uid, cohort, version)] += count
    return found


def _states() -> list[KeyState]:
    rows = wrapped_rows()
    codes: dict[UUID, str] = dict(Centre.objects.values_list("uid", "code"))
    found = []
    for row in KeyVersion.objects.order_by("domain", "centre_uid", "cohort", "version"):
        path = files.path_of(row.domain, row.kek.file_name)
        found.append(
            KeyState(
                domain=row.domain,
                centre=codes.get(row.centre_uid, row.centre_uid.hex),
                cohort=row.cohort,
                version=row.version,
                state=row.state,
                provider=row.provider,
                rows=rows.pop(row.kek, 0),
                age_days=(timezone.now() - row.made_at).days,
                made_at=timezone.localtime(row.made_at).isoformat(timespec="minutes"),
                retired_at=_iso(row.retired_at),
                destroyed_at=_iso(row.destroyed_at),
                is_here=_is_here(row.kek),
                has_copy=recovery.copy_of(path).is_file(),
            )
        )
    return found


def _is_here(kek: Kek) -> bool:
    try:
        return providers.holding(kek).exists(kek)
    except KeyMissing:  # the program does not answer
        return False


def _problems(keys: list[KeyState], single: dict[str, bool]) -> list[str]:
    problems = [] if recovery.fingerprint() else [_("復旧の鍵がありません(keys_recovery --split)。")]
    for key in keys:
        name = f"{key.domain} {key.centre} {key.cohort} v{key.version}"
        if key.state == KeyVersion.State.DESTROYED:
            if key.is_here or key.has_copy:
                problems.append(_("廃棄したはずの鍵が残っています: %(key)s") % {"key": name})
        elif not key.is_here:
            problems.append(_("鍵がありません: %(key)s(記録%(n)d件)") % {"key": name, "n": key.rows})
        elif recovery.fingerprint() and key.provider == providers.FILES.name and not key.has_copy:
            problems.append(_("封をした控えがありません: %(key)s") % {"key": name})
    problems += [
        _("鍵がありません: %(key)s") % {"key": name} for name, is_here in single.items() if not is_here
    ]
    if absent := ahead.missing():
        problems.append(_("前もって作る鍵が%(n)d個まだありません(keys_create)。") % {"n": len(absent)})
    return problems


def _unfinished(destructions: list[dict[str, Any]]) -> list[str]:
    return [
        _("鍵の廃棄 %(uid)s は、控えの確認を待っています: %(names)s")
        % {"uid": found["uid"], "names": "、".join(found["open_copies"])}
        for found in destructions
    ]


def _destructions() -> list[dict[str, Any]]:
    return [
        {
            "uid": str(row.uid),
            "destroyed_at": _iso(row.destroyed_at),
            "by": row.by,
            "keys": [str(version) for version in row.versions.order_by("pk")],
            "open_copies": destruction.open_copies(row),
            "receipt_at": _iso(row.receipt_at),
        }
        for row in KeyDestruction.objects.order_by("pk")
    ]


def _iso(at: datetime | None) -> str | None:
    return timezone.localtime(at).isoformat(timespec="minutes") if at else None


def has_no_copy() -> bool:
    """Whether nothing would bring the keys back if this machine were lost: no recovery key, no medium recorded."""
    if recovery.public_key() is not None or settings.KEY_COMMAND:
        return False
    return not KeyMedium.objects.filter(gone_at__isnull=True).exists()
