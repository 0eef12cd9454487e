"""Published figures kept: a file looked at and stored, one corrected, one removed. Each leaves an entry in the log."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import ClassVar, Final
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.errors import CasesError
from cases.figures.models import FigureFile, PublishedFigure
from cases.jobs import registry
from cases.law.years import Year, parse_year
from cases.protection import audit
from cases.records.centre import Actor, Centre
from cases.services.history import reading
from cases.services.history.fitting import value_fault, year_fault
from cases.services.history.reading import Line

DRAFT_DAYS: Final = 14


class FigureNotKept(CasesError):
    """A figure that cannot be: it lacks what it needs, or one like it is there."""

    code: ClassVar[str] = "figure_not_kept"
    status: ClassVar[int] = 422

    def __init__(self, text: str, *, field: str = "year") -> None:
        self.field = field
        super().__init__(text)


@dataclass
class Preview:
    """What storing the file would do. `changed` pairs a line with the value that it replaces."""

    fresh: list[Line] = field(default_factory=list)
    changed: list[tuple[Line, Decimal]] = field(default_factory=list)
    same: int = 0

    @property
    def count(self) -> int:
        return len(self.fresh) + len(self.changed)


@transaction.atomic
def receive(name: str, data: bytes, *, given: Mapping[str, str], centre: Centre, by: Actor) -> FigureFile:
    """Read a file and keep its lines until somebody confirms them.

    Raises FileNotUnderstood, HistoryNotUnderstood.
    """
    found = reading.read(name, data, given=given, centre=centre)
    lines = [{**asdict(line), "value": str(line.value)} for line in found.lines]
    kept = {"lines": lines, "blank": found.blank, "uncoded": found.uncoded}
    return FigureFile.objects.create(centre=centre, lines=kept, by_id=by.pk)


def preview(file: FigureFile) -> Preview:
    """What is new, what changes and what is there already."""
    found = Preview()
    held = _held(file.centre)
    for line in lines_of(file):
        row = held.get(line.key)
        if row is None:
            found.fresh.append(line)
        elif _values(line) == {name: getattr(row, name) for name in _values(line)}:
            found.same += 1
        else:
            found.changed.append((line, row.value))
    return found


def lines_of(file: FigureFile) -> list[Line]:
    return [Line(**{**line, "value": Decimal(line["value"])}) for line in file.lines["lines"]]


@transaction.atomic
def store(uid: UUID, *, by: Actor) -> Preview:
    """Store what the file says; a figure that was there takes the file's value. Raises FigureFile.DoesNotExist."""
    file = FigureFile.objects.select_for_update().get(uid=uid, centre__in=by.centre_ids)
    found = preview(file)
    held = _held(file.centre)
    fresh = [
        PublishedFigure(centre=file.centre, place=line.place, name=line.name, label=line.label,
                        dimension=line.dimension, year=line.year, **_values(line))
        for line in found.fresh
    ]  # fmt: skip
    PublishedFigure.objects.bulk_create(fresh, batch_size=1000)
    for line, _old in found.changed:
        row = held[line.key]
        for name, value in _values(line).items():
            setattr(row, name, value)
        row.save()
    file.delete()
    audit.record("FIGURES_IMPORTED", by=by, centre=file.centre, count=found.count)
    return found


def _values(line: Line) -> dict[str, object]:
    return {name: getattr(line, name) for name in ("code", "value", "unit", "definition", "source")}


def _held(centre: Centre) -> dict[tuple[str, ...], PublishedFigure]:
    """By what a line's key says: 令和2年度 is the year of 2020年度."""
    rows = PublishedFigure.objects.filter(centre=centre)
    return {(row.place, row.name, row.dimension, row.label, _year_of(row)): row for row in rows}


def _year_of(row: PublishedFigure) -> str:
    year = parse_year(row.year)
    return reading.year_text(year) if year else row.year


def _is_of(row: PublishedFigure, year: Year) -> bool:
    """Whether the row is of that year; where either does not say 年 or 年度 it may be."""
    held = parse_year(row.year)
    if held is None or held.number != year.number:
        return False
    return held.is_fiscal == year.is_fiscal or None in (held.is_fiscal, year.is_fiscal)


@transaction.atomic
def discard(uid: UUID, *, by: Actor) -> None:
    """Raises FigureFile.DoesNotExist."""
    FigureFile.objects.get(uid=uid, centre__in=by.centre_ids).delete()


@transaction.atomic
def change(
    pk: int, *, value: Decimal, year: str, unit: str, definition: str, source: str, by: Actor
) -> PublishedFigure:
    """Correct a figure of the centre; the log keeps the value before. Raises PublishedFigure.DoesNotExist,
    FigureNotKept."""
    row = PublishedFigure.objects.select_for_update().get(pk=pk, centre__in=by.centre_ids)
    if (found := parse_year(year)) is None:
        raise FigureNotKept(_("年・年度として読めません。例: 令和2年度、2020年度、2020年"))
    if fault := year_fault(found):
        raise FigureNotKept(fault)
    if fault := value_fault(value, unit=unit.strip(), about=row.name + row.label):
        raise FigureNotKept(fault, field="value")
    if not (unit.strip() and definition.strip() and source.strip()):
        raise FigureNotKept(_("単位・定義・出典を入力してください。"))
    same = PublishedFigure.objects.filter(
        centre=row.centre, place=row.place, name=row.name, dimension=row.dimension, label=row.label
    )
    if any(_is_of(other, found) for other in same.exclude(pk=row.pk)):
        raise FigureNotKept(_("その年・年度の値はもうあります。"))
    before = f"{row} {row.value.normalize():f}"
    row.value, row.year, row.unit = value, year, unit.strip()
    row.definition, row.source = definition.strip(), source.strip()
    row.save()
    audit.record(
        "FIGURE_CHANGED", by=by, centre=row.centre, reason=audit.typed(f"{before} → {value.normalize():f}")
    )
    return row


@transaction.atomic
def remove(pk: int, *, by: Actor) -> None:
    """Raises PublishedFigure.DoesNotExist."""
    row = PublishedFigure.objects.select_for_update().get(pk=pk, centre__in=by.centre_ids)
    said = audit.typed(f"{row} {row.value.normalize():f}{row.unit}")
    row.delete()
    audit.record("FIGURE_REMOVED", by=by, centre=row.centre, reason=said)


def clean_up() -> None:
    """Files that nobody confirmed for two weeks go."""
    FigureFile.objects.filter(received_at__lt=timezone.now() - timedelta(days=DRAFT_DAYS)).delete()


def register() -> None:
    registry.every(seconds=86_400, name="history.clean_up")(clean_up)
