"""Open data: every number of an edition as one row of a CSV, and beside it the schema that says what the columns are.

One header line, one number per row, days as YYYY-MM-DD, no thousands marks, UTF-8 with a byte order mark: what the
Digital Agency asks for (自治体標準オープンデータセット). The schema is CSV on the Web (W3C Recommendation, Metadata
Vocabulary for Tabular Data, 2015).
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from django.conf import settings
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.figures.releases import reading
from cases.figures.releases.cells import Heading
from cases.figures.releases.models import Release
from cases.figures.releases.reading import Of, PrintedCell, PrintedTable
from cases.files.csv_out import Cell, write_csv
from cases.law import calendar
from consult.manage.editions.printing import mark_line

LICENCE: Final = "https://creativecommons.org/licenses/by/4.0/deed.ja"
HIDDEN: Final = "X"
TOTAL: Final = "*"
MOST_DIMENSIONS: Final = 3


@dataclass(frozen=True)
class Field:
    """A column: its name in the CSV, its type of CSV on the Web, and what stands in it."""

    name: str
    title: str | Promise
    datatype: str
    told: str | Promise


def _dimension_fields() -> Iterator[Field]:
    for n in range(1, MOST_DIMENSIONS + 1):
        yield Field(
            f"dimension{n}", gettext_lazy("項目"), "string", gettext_lazy("区分の名前。無いときは空欄")
        )
        yield Field(
            f"code{n}", gettext_lazy("コード"), "string",
            gettext_lazy("区分のコード。「*」は合計、空欄は未入力または項目なし"),
        )  # fmt: skip
        yield Field(f"label{n}", gettext_lazy("区分"), "string", gettext_lazy("区分"))


FIELDS: Final[Sequence[Field]] = (
    Field("prefecture", gettext_lazy("都道府県名"), "string", gettext_lazy("センターのある都道府県")),
    Field("municipality", gettext_lazy("市区町村名"), "string", gettext_lazy("センターのある市区町村")),
    Field("centre", gettext_lazy("センター名"), "string", gettext_lazy("相談を受けた消費生活センター")),
    Field("table", gettext_lazy("表名"), "string", gettext_lazy("表の番号と名前")),
    Field("from", gettext_lazy("期間開始日"), "date", gettext_lazy("受付日がこの日から")),
    Field("to", gettext_lazy("期間終了日"), "date", gettext_lazy("受付日がこの日まで(この日を含む)")),
    *_dimension_fields(),
    Field("count", gettext_lazy("件数"), "integer", gettext_lazy("新規の相談の件数。公表しないもの、丸めたものは空欄")),
    Field("low", gettext_lazy("下限"), "integer", gettext_lazy("件数はこれ以上。公表しないものは空欄")),
    Field("high", gettext_lazy("上限"), "integer", gettext_lazy("件数はこれ以下。公表しないものは空欄")),
    Field("hidden", gettext_lazy("秘匿"), "string", gettext_lazy("「X」は公表しない数。0とは限らない")),
    Field("measure", gettext_lazy("数の種類"), "string",
          gettext_lazy("件数、金額が分かる件数、金額の合計・平均・中央値のどれか")),
    Field("amount", gettext_lazy("金額(千円)"), "integer", gettext_lazy("金額のとき。公表しないものは空欄")),
)  # fmt: skip


def titles() -> list[str]:
    """The header line: each title once."""
    numbered = {field.name: field.name[-1] for field in FIELDS if field.name[-1].isdigit()}
    return [f"{field.title}{numbered.get(field.name, '')}" for field in FIELDS]


def csv_of(release: Release) -> bytes:
    """Raises NotReleased."""
    with translation.override(settings.LANGUAGE_CODE):
        rows: list[Sequence[Cell]] = [titles()]
        for table in reading.tables(release):
            rows += _rows(release, table)
        return write_csv(rows, encoding="utf-8-sig").data


def _rows(release: Release, table: PrintedTable) -> Iterator[Sequence[Cell]]:
    if table.withheld:
        return
    question = table.question
    last = date.fromisoformat(question["to"]) - timedelta(days=1)
    centre = release.centre
    place = [centre.prefecture, centre.municipality, centre.name] if centre else ["", "", ""]
    begun: list[Cell] = [*place, table.title, date.fromisoformat(question["from"]), last]
    for r, row in enumerate(table.rows):
        for c, column in enumerate(table.columns):
            for at, layer in enumerate(table.layers):
                cell = table.cells[r][c][at]
                yield [*begun, *_places(table, (row, column, layer)), *_numbers(table, cell)]


def _places(table: PrintedTable, headings: Sequence[Heading]) -> Iterator[Cell]:
    for n in range(MOST_DIMENSIONS):
        if n >= len(table.dimensions):
            yield from ("", "", "")
        else:
            heading = headings[n]
            yield from (table.dimensions[n], heading.code, heading.label or _("合計"))


def _numbers(table: PrintedTable, cell: PrintedCell) -> list[Cell]:
    if cell.is_hidden:
        return [None, None, None, HIDDEN, table.unit, None]
    number = cell.low if cell.low == cell.high else None
    if table.of != Of.COUNT:
        return [None, None, None, "", table.unit, number]
    return [number, cell.low, cell.high, "", table.unit, None]


def schema_of(release: Release, csv_name: str) -> bytes:
    """The CSV on the Web metadata of `csv_name`: columns, definitions, as-of, licence. Raises NotReleased."""
    with translation.override(settings.LANGUAGE_CODE):
        plain: Mapping[str, Any] = {
            "@context": ["http://www.w3.org/ns/csvw", {"@language": "ja"}],
            "url": csv_name,
            "dc:title": release.title,
            "dc:publisher": str(release.centre),
            "dc:license": {"@id": LICENCE},
            "dc:issued": release.released_at and calendar.local_date(release.released_at).isoformat(),
            "dc:identifier": release.numbered,
            "dialect": {"encoding": "utf-8", "header": True, "delimiter": ",", "lineTerminators": ["\r\n"]},
            "tableSchema": {
                "columns": [
                    {
                        "name": field.name, "titles": title, "datatype": field.datatype,
                        "dc:description": str(field.told), "null": "",
                    }
                    for field, title in zip(FIELDS, titles(), strict=True)
                ]
            },
            "notes": [
                *({"label": label, "text": text} for label, text in reading.said(release)),
                *({"label": _("件数の出し方"), "text": line} for line in (*reading.rule(release), mark_line())),
                *(
                    {"label": _("公表しない表"), "text": f"{table.named}: {table.withheld}"}
                    for table in reading.tables(release)
                    if table.withheld
                ),
                {"label": _("利用の条件"), "text": _("クリエイティブ・コモンズ 表示 4.0 国際(CC BY 4.0)")},
            ],
        }  # fmt: skip
        return json.dumps(plain, ensure_ascii=False, indent=2).encode("utf-8")
