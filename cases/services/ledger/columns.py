"""Which column of a file is which field: by its header, by a saved mapping, and by what stands in it."""

import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Final

from django.db import transaction
from django.utils.translation import gettext as _

from cases.errors import CasesError
from cases.protection import audit, keys
from cases.records.centre import Actor, Centre
from cases.services.ledger.coding import CODED, CodeBook
from cases.services.ledger.fields import BY_HEADER, FIELDS, IGNORE, NOT_MATCHED, plain, without_brackets
from cases.services.ledger.models import ImportMapping

SAMPLE_ROWS: Final = 200
_CLOSE: Final = 0.8
_MOSTLY: Final = 0.6


class ColumnsNotMatched(CasesError):
    """Without a day and words a row is no case; a field can come from one column only."""

    code: ClassVar[str] = "columns_not_matched"
    status: ClassVar[int] = 422


@dataclass(frozen=True)
class Column:
    """One column as matched. `is_guess`: the header is only like a known one. `filled` of the `seen` rows hold text."""

    position: int
    header: str
    field: str
    is_guess: bool
    filled: int
    seen: int


def match(header: Sequence[str], sample: Sequence[Sequence[str]], book: CodeBook) -> list[Column]:
    """The best field for each column, each field once; NOT_MATCHED where none fits.

    Exact headers go before headers that fit without what stands in brackets, those before similar ones.
    """
    fields = [NOT_MATCHED] * len(header)
    guesses: set[int] = set()
    for wanted in (plain, without_brackets, _closest):
        known = [(at, BY_HEADER.get(wanted(name), ())) for at, name in enumerate(header)]
        # 処理結果 before 処理: a header that can mean one thing only takes its field first.
        for at, candidates in sorted(known, key=lambda one: len(one[1])):
            free = [field for field in candidates if field not in fields]
            if free and not fields[at]:
                fields[at] = _by_content(free, [row[at] for row in sample if row[at].strip()], book)
                if wanted is _closest:
                    guesses.add(at)
    return [
        Column(at, name, fields[at], at in guesses, sum(1 for row in sample if row[at].strip()), len(sample))
        for at, name in enumerate(header)
    ]


def _closest(header: str) -> str:
    near = difflib.get_close_matches(plain(header), BY_HEADER, n=1, cutoff=_CLOSE)
    return near[0] if near else ""


def _by_content(candidates: list[str], values: list[str], book: CodeBook) -> str:
    """Of several fields the coded one whose codes most of the values name; else the first."""
    best, share = candidates[0], _MOSTLY
    for field in candidates if len(candidates) > 1 and values else ():
        if field in CODED:
            known = sum(1 for value in values if book.knows(CODED[field], value)) / len(values)
            if known > share:
                best, share = field, known
    return best


def require_usable(fields: Sequence[str]) -> None:
    """Raises ColumnsNotMatched where a field stands twice, is no field, or date or words are wanting."""
    matched = [field for field in fields if field not in (NOT_MATCHED, IGNORE)]
    if unknown := [field for field in matched if field not in FIELDS]:
        raise ColumnsNotMatched(_("項目を選び直してください。(%(n)d列)") % {"n": len(unknown)})
    twice = [field for field in dict.fromkeys(matched) if matched.count(field) > 1]
    if twice:
        names = "、".join(str(FIELDS[field].label) for field in twice)
        raise ColumnsNotMatched(_("同じ項目に2つ以上の列が選ばれています: %(names)s") % {"names": names})
    if "received_on" not in matched:
        raise ColumnsNotMatched(_("「受付日」の列を選んでください。"))
    if not {"narrative", "title"} & set(matched):
        raise ColumnsNotMatched(_("「相談概要」か「件名」の列を選んでください。"))


# --- Saved mappings --------------------------------------------------------------------------------------------
def _digest(header: str) -> str:
    return keys.keyed_digest("import/header/v1", plain(header).encode()).hex()[:32]


@transaction.atomic
def save_mapping(
    centre: Centre, name: str, header: Sequence[str], fields: Sequence[str], *, by: Actor
) -> ImportMapping:
    """Keep a matching under a name for later files; the same name again replaces it."""
    columns = {_digest(text): field for text, field in zip(header, fields, strict=True) if field}
    mapping, _is_new = ImportMapping.objects.update_or_create(
        centre=centre, name=name.strip(), defaults={"columns": columns}
    )
    audit.record("IMPORT_MAPPING_SAVED", by=by, centre=centre)
    return mapping


def with_mapping(columns: Sequence[Column], mapping: ImportMapping) -> list[Column]:
    """The columns as the mapping has them, whatever their order; headers that it lacks keep what was matched."""
    saved: dict[str, str] = mapping.columns
    chosen = [saved.get(_digest(column.header)) for column in columns]
    taken = {field for field in chosen if field not in (None, IGNORE)}
    found = []
    for column, field in zip(columns, chosen, strict=True):
        own = NOT_MATCHED if column.field in taken else column.field
        found.append(
            Column(
                column.position,
                column.header,
                own if field is None else field,
                column.is_guess and field is None,
                column.filled,
                column.seen,
            )
        )
    return found
