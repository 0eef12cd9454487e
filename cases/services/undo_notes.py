"""Keeping what a deed replaced: called by the verbs themselves, in their transaction, after the entry in the log.

Values are taken and put back as they lie in the columns, sealed, with the uids of their rows: nothing is opened.
"""

import json
import uuid
from base64 import b64decode, b64encode
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.db import models
from django.utils import timezone

from cases.jobs.lanes import Lane
from cases.jobs.registry import every
from cases.protection import keys
from cases.protection.models import AuditEntry
from cases.protection.sealed import Sealed, SealedField
from cases.records import card
from cases.records.case import Case, CaseScamType
from cases.records.centre import Actor
from cases.records.people import CasePerson
from cases.records.undo import UndoNote

Kind = UndoNote.Kind
MINUTES: Final = 10
"""So long a deed can be taken back."""
KEPT_MINUTES: Final = 60
"""So long the worker lets a note lie that nobody can use any more."""
_MODELS: Final[tuple[type[models.Model], ...]] = (CasePerson, CaseScamType, *card.ROWS)
# What a case is, which no deed that can be taken back changes, and what every save sets.
_NOT_KEPT: Final = frozenset(
    {"id", "uid", "centre_id", "fiscal_year", "number", "revision", "entered_at", "changed_at"}
)

Row = dict[str, Any]


@dataclass(frozen=True)
class Before:
    """The columns of a case, and its rows where the deed replaces them, as they were before it."""

    columns: Row
    rows: dict[str, list[Row]] = field(default_factory=dict)


def before(case: Case, *, with_rows: bool = False) -> Before:
    """Call it before anything is set on the case. With rows: a query for each kind."""
    rows = {}
    if with_rows:
        rows = {
            model.__name__: [_taken(row) for row in model._default_manager.filter(case=case)]
            for model in _MODELS
        }
    return Before({name: value for name, value in _taken(case).items() if name not in _NOT_KEPT}, rows)


@dataclass(frozen=True)
class Deed:
    """What was done. `subjects`: what it made (a 経過, a 引継ぎ, the other case)."""

    kind: Kind
    before: Before | None = None
    subjects: tuple[uuid.UUID, ...] = ()


def keep(case: Case, deed: Deed, *, by: Actor) -> None:
    """The last deed on this case from now on; after its entry in the log. The system takes nothing back."""
    if by.pk is None:
        return
    now = timezone.now()
    body = {
        "kind": deed.kind.value,
        "by": by.uid.hex,
        "at": now.isoformat(),
        "digest": recorded_digest(case),
        "subjects": [str(uid) for uid in deed.subjects],
        "columns": deed.before.columns if deed.before is not None else {},
        "rows": deed.before.rows if deed.before is not None else {},
    }
    UndoNote.objects.filter(case=case).delete()
    note = UndoNote(case=case, account_id=by.pk, kind=deed.kind, revision=case.revision, made_at=now)
    keys.sealer(case.sealed_owner).seal(note, "body", json.dumps(body))
    note.save(force_insert=True)


def forget(case: Case) -> None:
    """The last deed cannot be taken back from now on: it is part of something that is only appended to."""
    UndoNote.objects.filter(case=case).delete()


def recorded_digest(case: Case) -> str:
    """The digest that the last recorded change of the case left; it moves with everything that the case holds."""
    changes = AuditEntry.objects.filter(case_uid=case.uid, digest__isnull=False).order_by("-pk")
    digest = changes.values_list("digest", flat=True).first()
    return bytes(digest or b"").hex()


def put_back_columns(case: Case, columns: Row) -> None:
    """Set them; the caller saves."""
    for column in Case._meta.concrete_fields:
        if column.attname in columns:
            setattr(case, column.attname, _given(column, columns[column.attname]))


def put_back_rows(case: Case, rows: dict[str, list[Row]]) -> None:
    """The rows as they were, in the place of those that are there."""
    for model in _MODELS:
        model._default_manager.filter(case=case).delete()
        model._default_manager.bulk_create(
            [
                model(
                    **{
                        c.attname: _given(c, row[c.attname])
                        for c in model._meta.concrete_fields
                        if c.attname in row
                    }
                )
                for row in rows.get(model.__name__, ())
            ]
        )


def _taken(row: models.Model) -> Row:
    return {
        column.attname: _plain(getattr(row, column.attname))
        for column in row._meta.concrete_fields
        if column.attname != "id"
    }


def _plain(value: Any) -> Any:
    match value:
        case Sealed():
            return b64encode(value.envelope).decode()
        case bytes() | bytearray() | memoryview():
            return b64encode(bytes(value)).decode()
        case datetime() | date():
            return value.isoformat()
        case uuid.UUID():
            return str(value)
    return value


def _given(column: "models.Field[Any, Any]", value: Any) -> Any:
    if value is None:
        return None
    if isinstance(column, SealedField):
        return Sealed(b64decode(value))
    if isinstance(column, models.BinaryField):
        return b64decode(value)
    return column.to_python(value)


def clean_up() -> None:
    """Notes of which the time is over go."""
    UndoNote.objects.filter(made_at__lt=timezone.now() - timedelta(minutes=KEPT_MINUTES)).delete()


def register() -> None:
    every(600.0, "undo.clean_up", lane=Lane.FEED)(clean_up)
