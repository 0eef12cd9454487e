"""廃棄簿: what was disposed of, how many, of which class, when and by whom; and one line for each erased case."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Max, Min, QuerySet
from django.utils.translation import gettext as _

from cases.files.csv_out import Cell, write_csv
from cases.protection import audit
from cases.records.centre import Actor, Centre
from cases.records.tombstone import Tombstone
from cases.services.retention.models import Disposal
from cases.services.retention.rules import RecordClass

_GROUP: Final = ("disposal", "ground", "record_class")


@dataclass(frozen=True)
class Entry:
    """Cases of one class that went with one batch; `batch` is None for those erased again after a restore.

    `beyond_reach` of `count` cannot be read from any backup any more.
    """

    batch: UUID | None
    ground: Disposal.Ground
    reference: str
    record_class: RecordClass
    count: int
    beyond_reach: int
    first_at: datetime
    last_at: datetime
    proposed_by: str
    approved_by: str


def entries(centre: Centre, limit: int | None = None) -> list[Entry]:
    """The register, newest first. Two queries."""
    groups = (
        Tombstone.objects.filter(centre=centre)
        .order_by()
        .values(*_GROUP)
        .annotate(n=Count("pk"), done=Count("beyond_reach_at"), first=Min("erased_at"), last=Max("erased_at"))
        .order_by("-last", "record_class")
    )
    shown = list(groups[:limit])
    batches = Disposal.objects.select_related("proposed_by", "decided_by").in_bulk(
        [row["disposal"] for row in shown if row["disposal"]]
    )
    return [_entry(row, batches.get(row["disposal"])) for row in shown]


def _entry(row: dict[str, Any], batch: Disposal | None) -> Entry:
    return Entry(
        batch=batch.uid if batch else None,
        ground=Disposal.Ground(row["ground"]),
        reference=batch.reference if batch else "",
        record_class=RecordClass(row["record_class"]),
        count=row["n"],
        beyond_reach=row["done"],
        first_at=row["first"],
        last_at=row["last"],
        proposed_by=str(batch.proposed_by) if batch else "",
        approved_by=str(batch.decided_by) if batch else "",
    )


@transaction.atomic
def export(centre: Centre, *, by: Actor) -> bytes:
    """The whole register as CSV (UTF-8 with mark)."""
    found = entries(centre)
    audit.record("REGISTER_EXPORTED", by=by, centre=centre, count=len(found))
    header: Sequence[Cell] = [
        _("廃棄日時(最初)"), _("廃棄日時(最後)"), _("根拠"), _("文書番号"), _("記録の種類"), _("件数"),
        _("控えからも読めない件数"), _("案を作った人"), _("承認した人"), _("一括の番号"),
    ]  # fmt: skip
    rows: list[Sequence[Cell]] = [
        [
            one.first_at, one.last_at, str(one.ground.label), one.reference, str(one.record_class.label), one.count,
            one.beyond_reach, one.proposed_by, one.approved_by, str(one.batch or ""),
        ]
        for one in found
    ]  # fmt: skip
    return write_csv([header, *rows]).data


def erased(centre: Centre) -> QuerySet[Tombstone]:
    """Each erased case of the centre, newest first."""
    return Tombstone.objects.filter(centre=centre).select_related("disposal").order_by("-erased_at", "-pk")
