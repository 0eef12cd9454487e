"""手口 of a centre's own: added by a counsellor in the middle of a wave, put in order by a manager later.

A code is never deleted: merged into another it is offered no more, its cases keep it, and lists and figures show
them under the one that took its place. The shipped codes are not touched, and loading them touches no own one.
"""

import uuid
from collections.abc import Iterator
from itertools import count
from typing import Final

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from cases import spelling
from cases.figures import outcomes
from cases.law import calendar
from cases.protection import audit
from cases.records import codes
from cases.records.centre import Actor, Centre
from cases.records.codes import Code, Kind
from cases.services.entry import UNCLASSIFIED, EntryRefused

PREFIX: Final = "OWN_"
LABEL_LENGTH: Final = 40
MEANING_LENGTH: Final = 60
# Shipped 手口 have two digits below this; own ones begin with them, so that no two lists ever share a number.
FIRST_NUMBER: Final = 94
MOST: Final = 200


def is_own(code: Code) -> bool:
    return code.code.startswith(PREFIX)


def own_types(centre: Centre) -> list[Code]:
    """The centre's own 手口, the unconfirmed first, then by number; merged ones last."""
    rows = Code.objects.filter(kind=Kind.SCAM_TYPE, attributes__centre=str(centre.uid))
    return sorted(rows, key=lambda row: (bool(row.merged_into), not row.is_provisional, row.position))


def add(label: str, *, meaning: str, parent: str, uid: uuid.UUID, centre: Centre, by: Actor) -> Code:
    """Add a provisional 手口, in use at once. `uid` is minted when its form opens; again it is the same 手口.

    It has no first day: calls of the days before, when the wave was not yet recognised, may get it too.
    Raises EntryRefused.
    """
    name = f"{PREFIX}{uid.hex[:16].upper()}"
    with transaction.atomic():
        _lock()
        same = Code.objects.filter(kind=Kind.SCAM_TYPE, code=name).first()
        if same is not None:
            if not same.is_for(centre.uid):
                raise EntryRefused({"label": _("画面を開き直してください。")})
            return same
        plain, meant = _checked(label, meaning, centre)
        if parent and not _may_be_above(parent):
            raise EntryRefused({"parent": _("選び直してください。")})
        if len(own_types(centre)) >= MOST:
            raise EntryRefused({"label": _("足せる手口は%(most)s個までです。") % {"most": MOST}})
        last = Code.objects.filter(kind=Kind.SCAM_TYPE).aggregate(last=Max("position"))["last"] or 0
        row = Code.objects.create(
            kind=Kind.SCAM_TYPE,
            code=name,
            label=plain,
            meaning=meant,
            parent=parent,
            position=last + 1,
            is_provisional=True,
            attributes={
                "no": _free_number(),
                "axis": "own",
                "centre": str(centre.uid),
                "added_on": calendar.today().isoformat(),
            },
        )
        audit.record("SCAM_TYPE_ADDED", by=by, centre=centre, reason=name)
    codes.forget()
    return row


def _lock() -> None:
    """Two who add at once wait for each other: numbers and names are handed out one by one."""
    Code.objects.select_for_update().get(kind=Kind.SCAM_TYPE, code=UNCLASSIFIED)


def _numbers() -> Iterator[str]:
    """94 … 99, then 940 … 999 and so on: what was typed so far always begins with a number of the own ones."""
    for zeros in count():
        for number in range(FIRST_NUMBER * 10**zeros, 100 * 10**zeros):
            yield str(number)


def _free_number() -> str:
    taken = {str(row.attributes.get("no", "")) for row in Code.objects.filter(kind=Kind.SCAM_TYPE)}
    return next(number for number in _numbers() if number not in taken)


def _checked(label: str, meaning: str, centre: Centre, but: str = "") -> tuple[str, str]:
    """Name and meaning without blanks around. Raises EntryRefused."""
    plain, meant = " ".join(label.split()), " ".join(meaning.split())
    errors = {}
    if not plain:
        errors["label"] = _("名前を入力してください。")
    elif len(plain) > LABEL_LENGTH:
        errors["label"] = _("%(most)s文字以内で入力してください。") % {"most": LABEL_LENGTH}
    elif spelling.width(plain).isdigit():
        errors["label"] = _("数字だけの名前は使えません。番号と取り違えるためです。")
    elif same := _named(plain, centre, but):
        errors["label"] = _("同じ名前の手口があります: %(no)s %(name)s") % {
            "no": same.attributes.get("no", ""),
            "name": same.text,
        }
    if not meant:
        errors["meaning"] = _("どんな手口か、一行で入力してください。")
    elif len(meant) > MEANING_LENGTH:
        errors["meaning"] = _("%(most)s文字以内で入力してください。") % {"most": MEANING_LENGTH}
    if errors:
        raise EntryRefused(errors)
    return plain, meant


def _named(label: str, centre: Centre, but: str) -> Code | None:
    """A 手口 that the centre is offered under the same name, however wide it is written."""
    wanted = spelling.width(label).lower()
    rows = Code.objects.filter(kind=Kind.SCAM_TYPE).exclude(code=but)
    return next(
        (
            row
            for row in rows
            if row.is_for(centre.uid)
            and not row.merged_into
            and wanted in (spelling.width(row.label).lower(), spelling.width(row.label_en).lower())
        ),
        None,
    )


def _may_be_above(code: str) -> bool:
    """Only shipped 手口 stand above others: no rings, and a merged one leaves nothing hanging."""
    row = Code.objects.filter(kind=Kind.SCAM_TYPE, code=code).first()
    return row is not None and not is_own(row) and code != UNCLASSIFIED and row.holds_on(calendar.today())


def _own(code: str, centre: Centre) -> Code:
    """Raises Code.DoesNotExist for a shipped one or one of another centre."""
    return Code.objects.select_for_update().get(
        kind=Kind.SCAM_TYPE, code=code, code__startswith=PREFIX, attributes__centre=str(centre.uid)
    )


def confirm(code: str, *, centre: Centre, by: Actor) -> Code:
    """The manager takes a provisional 手口 over as it is; again changes nothing. Raises Code.DoesNotExist."""
    with transaction.atomic():
        row = _own(code, centre)
        if row.is_provisional:
            row.is_provisional = False
            row.save(update_fields=["is_provisional"])
            audit.record("SCAM_TYPE_CONFIRMED", by=by, centre=centre, reason=code)
    codes.forget()
    return row


def rename(code: str, *, label: str, meaning: str, centre: Centre, by: Actor) -> Code:
    """Give it another name or meaning; cases, figures and the number stay. Raises Code.DoesNotExist, EntryRefused."""
    with transaction.atomic():
        _lock()
        row = _own(code, centre)
        plain, meant = _checked(label, meaning, centre, but=code)
        if (row.label, row.meaning) != (plain, meant):
            row.attributes = {**row.attributes, "was": row.label}
            row.label, row.meaning = plain, meant
            row.save(update_fields=["label", "meaning", "attributes"])
            audit.record("SCAM_TYPE_RENAMED", by=by, centre=centre, reason=code)
    codes.forget()
    return row


def merge(code: str, *, into: str, centre: Centre, by: Actor) -> Code:
    """Let another 手口 take its place from today on. Raises Code.DoesNotExist, EntryRefused."""
    with transaction.atomic():
        _lock()
        row = _own(code, centre)
        target = Code.objects.filter(kind=Kind.SCAM_TYPE, code=into).first()
        if (
            target is None
            or target.code in (code, UNCLASSIFIED)
            or target.merged_into
            or not target.is_for(centre.uid)
            or not target.holds_on(calendar.today())
        ):
            raise EntryRefused({"into": _("統合する先を選び直してください。")})
        row.attributes = {**row.attributes, "merged_into": into}
        row.valid_to = calendar.today()
        row.is_provisional = False
        row.save(update_fields=["attributes", "valid_to", "is_provisional"])
        audit.record("SCAM_TYPE_MERGED", by=by, centre=centre, reason=f"{code} {into}")
    codes.forget()
    outcomes.forget()
    return row
