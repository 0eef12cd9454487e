"""Programme and KPI files in: one line of the file is one stored record."""

import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, ClassVar, Final

from django.db import models, transaction
from django.utils.translation import gettext as _

from cases.errors import CasesError
from cases.files import Table, read_rows
from cases.protection import audit
from cases.records.centre import Actor, Centre
from outreach.programme.models import Kpi, ProgrammeLine

LINE_COLUMNS: Final = (
    "fiscal_year", "measure", "section", "kind", "sessions", "people", "quantity", "unit", "cumulative", "in_total",
    "is_new", "note",
)  # fmt: skip
KPI_COLUMNS: Final = (
    "name", "year", "value", "unit", "target", "target_text", "target_year", "direction", "source",
)  # fmt: skip
_LINE_KEY: Final = ("fiscal_year", "measure", "section", "kind", "unit", "occurrence")
_KPI_KEY: Final = ("name", "year")
_YES: Final = frozenset({"yes", "y", "true", "1", "はい", "○", "有"})
_NO: Final = frozenset({"", "no", "n", "false", "0", "いいえ", "×", "無", "-", "–"})
_NOTHING: Final = frozenset({"", "-", "–", "—", "ー", "−"})
_MOST: Final = Decimal(10) ** 12
_MOST_WHOLE: Final = 2**31 - 1


class ProgrammeNotUnderstood(CasesError):
    """A header or a line that is not what is expected; `line` is that of the file, 0 for none."""

    code: ClassVar[str] = "programme_not_understood"
    status: ClassVar[int] = 422

    def __init__(self, line: int, expected: str) -> None:
        self.line = line
        super().__init__(
            _("%(line)d行目: %(expected)s") % {"line": line, "expected": expected} if line else expected
        )


@dataclass(frozen=True)
class Imported:
    """Lines read, and what became of them."""

    read: int
    created: int
    changed: int
    unchanged: int


@transaction.atomic
def import_file(name: str, data: bytes, *, centre: Centre, by: Actor) -> Imported:
    """Store a programme or KPI file (.csv, .xlsx); all of it or, where a line is wrong, nothing.

    The same line again changes nothing; changed figures replace the stored ones; lines that the file lacks stay.
    Raises FileNotUnderstood, ProgrammeNotUnderstood.
    """
    table = read_rows(name, data)
    header = [cell.strip().lower() for cell in table.header]
    if set(LINE_COLUMNS) <= set(header):
        imported = _store(centre, ProgrammeLine, _LINE_KEY, _numbered(_programme_values(table, header)))
    elif set(KPI_COLUMNS) <= set(header):
        imported = _store(centre, Kpi, _KPI_KEY, list(_kpi_values(table, header)))
    else:
        raise ProgrammeNotUnderstood(
            table.header_line,
            _("見出しは次のどちらかにしてください: %(lines)s または %(kpis)s")
            % {"lines": ",".join(LINE_COLUMNS), "kpis": ",".join(KPI_COLUMNS)},
        )
    audit.record("PROGRAMME_IMPORTED", by=by, centre=centre, count=imported.read)
    return imported


def _store(
    centre: Centre, model: type[models.Model], key: tuple[str, ...], rows: list[dict[str, Any]]
) -> Imported:
    stored = {
        tuple(getattr(row, name) for name in key): row for row in model._default_manager.filter(centre=centre)
    }
    position = 1 + max((row.position for row in stored.values()), default=0)  # type: ignore[attr-defined]
    fresh: dict[tuple[Any, ...], models.Model] = {}
    changed: dict[tuple[Any, ...], models.Model] = {}
    for values in rows:
        at = tuple(values[name] for name in key)
        row = stored.get(at) or fresh.get(at)
        if row is None:
            fresh[at] = model(centre=centre, position=position, **values)
            position += 1
        elif any(getattr(row, name) != value for name, value in values.items()):
            for name, value in values.items():
                setattr(row, name, value)
            if at in stored:
                changed[at] = row
    model._default_manager.bulk_create(fresh.values())
    if changed:
        model._default_manager.bulk_update(changed.values(), [*set(rows[0]) - set(key)])
    return Imported(len(rows), len(fresh), len(changed), len(rows) - len(fresh) - len(changed))


def _numbered(rows: Iterator[dict[str, Any]]) -> list[dict[str, Any]]:
    """Lines that say the same name, section, kind and unit are told apart by their order in the file."""
    seen: Counter[tuple[Any, ...]] = Counter()
    numbered = []
    for values in rows:
        key = tuple(values[name] for name in _LINE_KEY[:-1])
        seen[key] += 1
        numbered.append({**values, "occurrence": seen[key]})
    return numbered


def _programme_values(table: Table, header: list[str]) -> Iterator[dict[str, Any]]:
    for cells in _lines(table, header):
        yield {
            "fiscal_year": cells.year("fiscal_year", required=True),
            "measure": cells.text("measure", 100, required=True),
            "section": cells.text("section", 60),
            "kind": cells.text("kind", 20),
            "sessions": cells.whole("sessions"),
            "people": cells.whole("people"),
            "quantity": cells.number("quantity"),
            "unit": cells.text("unit", 10),
            "cumulative": cells.whole("cumulative"),
            "in_total": cells.yes_or_no("in_total"),
            "is_new": cells.yes_or_no("is_new"),
            "note": cells.text("note", 200),
        }


def _kpi_values(table: Table, header: list[str]) -> Iterator[dict[str, Any]]:
    for cells in _lines(table, header):
        direction = cells.text("direction", 4)
        if direction not in ("", *Kpi.Direction.values):
            raise cells.wrong("direction", _("up か down"))
        yield {
            "name": cells.text("name", 100, required=True),
            "year": cells.year("year"),
            "value": cells.number("value"),
            "unit": cells.text("unit", 10),
            "target": cells.number("target"),
            "target_text": cells.text("target_text", 100),
            "target_year": cells.year("target_year"),
            "direction": direction,
            "source": cells.text("source", 300),
        }


def _lines(table: Table, header: list[str]) -> Iterator["_Cells"]:
    for line, cells in table:
        if len(cells) > len(header):
            raise ProgrammeNotUnderstood(line, _("列が見出しより多くあります。"))
        yield _Cells(line, dict(zip(header, cells, strict=True)))


@dataclass(frozen=True)
class _Cells:
    """One line, read column by column. No message quotes a cell."""

    line: int
    by_name: Mapping[str, str]

    def wrong(self, name: str, expected: str) -> ProgrammeNotUnderstood:
        text = _("%(name)s には%(expected)sを入力してください。") % {"name": name, "expected": expected}
        return ProgrammeNotUnderstood(self.line, text)

    def text(self, name: str, longest: int, *, required: bool = False) -> str:
        text = self.by_name[name].strip()
        if len(text) > longest:
            raise self.wrong(name, _("%(most)d文字以内の文字") % {"most": longest})
        if required and not text:
            raise self.wrong(name, _("文字"))
        return text

    def number(self, name: str) -> Decimal | None:
        text = unicodedata.normalize("NFKC", self.by_name[name]).replace(",", "").strip()
        if text in _NOTHING:
            return None
        try:
            value = Decimal(text)
        except InvalidOperation:
            raise self.wrong(name, _("数")) from None
        if not value.is_finite() or not 0 <= value < _MOST or value != round(value, 2):
            raise self.wrong(name, _("0以上、小数2桁までの数"))
        return value

    def whole(self, name: str) -> int | None:
        value = self.number(name)
        if value is None:
            return None
        if value != int(value) or value > _MOST_WHOLE:
            raise self.wrong(name, _("0以上の整数"))
        return int(value)

    def year(self, name: str, *, required: bool = False) -> int | None:
        value = self.whole(name)
        if value is None and not required:
            return None
        if value is None or not 1900 <= value <= 2200:
            raise self.wrong(name, _("西暦の年度(例: 2023)"))
        return value

    def yes_or_no(self, name: str) -> bool:
        """Blank is no: only what says yes adds up."""
        text = unicodedata.normalize("NFKC", self.by_name[name]).strip().lower()
        if text in _YES:
            return True
        if text in _NO:
            return False
        raise self.wrong(name, _("yes か no"))
