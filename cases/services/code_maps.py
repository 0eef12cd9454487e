"""Codes of before and what they count under, as a centre decides: line by line, or all of them from a file.

Every change is a version of its own, in the log with its digest, and holds from then on. What was issued or published
names its version and is counted by that one for good.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Final

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from cases.errors import CasesError
from cases.figures import code_maps, reclassified
from cases.figures.dimensions import DIMENSIONS
from cases.figures.models import CodeMapVersion
from cases.figures.reclassified import CodeMap
from cases.files import read_rows
from cases.protection import audit
from cases.records import codes
from cases.records.centre import Actor, Centre
from cases.records.codes import Kind

CHANGED: Final = "CODE_MAP_CHANGED"
COLUMNS: Final = ("kind", "old", "old_label", "new", "new_label")
MOST: Final = 2000
MOST_FAULTS: Final = 50
# What a column of the file may be called.
_CALLED: Final[Mapping[str, frozenset[str]]] = {
    "kind": frozenset({"kind", "種類", "分類の種類"}),
    "old": frozenset({"old", "前の分類", "前のコード", "旧コード"}),
    "new": frozenset({"new", "今の分類", "今のコード", "新コード"}),
}
# Code sets that figures count by.
KINDS: Final = tuple(
    kind for kind in Kind if kind in {dimension.code_set for dimension in DIMENSIONS.values()}
)
Line = tuple[str, str, str]
"""Kind, the code of before, and the one it counts under; "" where nothing of today compares."""


class CodeMapNotUnderstood(CasesError):
    """Lines that no table can have; `faults` are sentences, with their line where they came from a file."""

    code: ClassVar[str] = "code_map_not_understood"
    status: ClassVar[int] = 422

    def __init__(self, faults: Sequence[str]) -> None:
        self.faults = list(faults)
        super().__init__(self.faults[0])


def of(centre: Centre) -> CodeMap:
    """The table in force."""
    return code_maps.in_force(centre.code_map)


@transaction.atomic
def set_line(centre: Centre, line: Line, *, by: Actor) -> CodeMap:
    """Let one code count under another, or under none. Raises CodeMapNotUnderstood, Centre.DoesNotExist."""
    held = _locked(centre, by)
    kind, old, _new = line
    others = [one for one in of(held).lines if one[:2] != (kind, old)]
    return _keep(held, [*others, line], by)


@transaction.atomic
def drop_line(centre: Centre, kind: str, old: str, *, by: Actor) -> CodeMap:
    """Let the code stand for itself. Raises Centre.DoesNotExist."""
    held = _locked(centre, by)
    return _keep(held, [one for one in of(held).lines if one[:2] != (kind, old)], by)


@transaction.atomic
def replace_all(centre: Centre, lines: Iterable[Line], *, by: Actor) -> CodeMap:
    """Make the table these lines. Raises CodeMapNotUnderstood, Centre.DoesNotExist."""
    return _keep(_locked(centre, by), list(lines), by)


@transaction.atomic
def back_to_shipped(centre: Centre, *, by: Actor) -> CodeMap:
    """The shipped table again, as a further version. Raises Centre.DoesNotExist."""
    return _keep(_locked(centre, by), reclassified.shipped().lines, by)


def _locked(centre: Centre, by: Actor) -> Centre:
    return Centre.objects.select_for_update(no_key=True).get(pk=centre.pk, pk__in=by.centre_ids)


def _keep(centre: Centre, lines: list[Line], by: Actor) -> CodeMap:
    """The next version, which holds from now on; nothing where it says what holds already."""
    if faults := [fault for _n, fault in _faults(centre, list(enumerate(lines)))]:
        raise CodeMapNotUnderstood(faults)
    lines = sorted(lines, key=_order)
    if lines == sorted(of(centre).lines, key=_order):
        return of(centre)
    last = CodeMapVersion.objects.filter(centre=centre).aggregate(last=Max("number"))["last"] or 0
    row = CodeMapVersion.objects.create(
        centre=centre, number=last + 1, lines=[list(one) for one in lines], by_id=by.pk
    )
    centre.code_map = row.uid
    centre.save(update_fields=["code_map"])
    audit.record("CODE_MAP_CHANGED", by=by, centre=centre, reason=_said(row), count=len(lines))
    return of(centre)


def _order(line: Line) -> tuple[int, int, str]:
    kind, old, _new = line
    known = list(codes.codes(kind).by_code)
    return KINDS.index(Kind(kind)), known.index(old) if old in known else len(known), old


def _said(row: CodeMapVersion) -> str:
    """`<number> sha256:<digest>`: what the log keeps of a version."""
    text = json.dumps(row.lines, ensure_ascii=False, separators=(",", ":"))
    return f"{row.number} sha256:{hashlib.sha256(text.encode()).hexdigest()}"


# --- what fits ------------------------------------------------------------------------------------------------------


def _faults(centre: Centre, lines: Sequence[tuple[int, Line]]) -> list[tuple[int, str]]:
    """(number of the line, what is wrong with it)."""
    if len(lines) > MOST:
        return [(MOST, _("%(most)d行までにしてください。") % {"most": MOST})]
    befores = {line[:2] for _n, line in lines}
    seen: set[tuple[str, str]] = set()
    found = []
    for n, line in lines:
        if line[:2] in seen:
            found.append((n, _("「%(code)s」の行が2つあります。") % {"code": _named(*line[:2])}))
        seen.add(line[:2])
        if fault := _fault(centre, line, befores):
            found.append((n, fault))
    return found


def _fault(centre: Centre, line: Line, befores: set[tuple[str, str]]) -> str:
    kind, old, new = line
    if kind not in KINDS:
        return _("集計に使う分類の種類ではありません: %(kind)s") % {"kind": kind}
    held = codes.codes(kind)
    for code in filter(None, (old, new)):
        if code not in held.by_code or not held.by_code[code].is_for(centre.uid):
            return _("%(kind)sにない分類です: %(code)s") % {"kind": Kind(kind).label, "code": code}
        if code in held.merged:
            return _("「%(code)s」は、ほかの分類に統合されています。") % {"code": _named(kind, code)}
    if not old:
        return _("前の分類を選んでください。")
    if old == new:
        return _("前の分類とは別の分類を選んでください。")
    if (kind, new) in befores:
        return _("「%(code)s」も読み替えられる分類です。最後に数える分類を選んでください。") % {
            "code": _named(kind, new)
        }
    return ""


def _named(kind: str, code: str) -> str:
    return codes.codes(kind).text(code) if kind in KINDS else code


# --- files ----------------------------------------------------------------------------------------------------------


def as_rows(code_map: CodeMap) -> list[list[str]]:
    """The table as lines of a file that `import_file` takes; the labels are for whoever reads it."""
    named = [
        [kind, old, _named(kind, old), new, _named(kind, new) if new else ""]
        for kind, old, new in code_map.lines
    ]
    return [list(COLUMNS), *named]


def import_file(centre: Centre, name: str, data: bytes, *, by: Actor) -> CodeMap:
    """Make the table that of a CSV or Excel file with the columns kind, old and new; all lines or none.

    A kind or a code may be given by its Japanese name. Raises FileNotUnderstood, CodeMapNotUnderstood,
    Centre.DoesNotExist.
    """
    lines = _read(name, data)
    if faults := _faults(centre, lines):
        raise CodeMapNotUnderstood([_at(n, fault) for n, fault in faults[:MOST_FAULTS]])
    return replace_all(centre, [line for _n, line in lines], by=by)


def _at(line: int, reason: str) -> str:
    return _("%(line)d行目: %(reason)s") % {"line": line, "reason": reason}


def _read(name: str, data: bytes) -> list[tuple[int, Line]]:
    table = read_rows(name, data)
    at = {
        field: next((n for n, text in enumerate(table.header) if text.strip() in called), None)
        for field, called in _CALLED.items()
    }
    if missing := [field for field, place in at.items() if place is None]:
        text = _("1行目に見出しがありません: %(columns)s") % {"columns": ", ".join(missing)}
        raise CodeMapNotUnderstood([text])
    lines: list[tuple[int, Line]] = []
    for number, cells in table:
        kind, old, new = (
            cells[place].strip() if place is not None and place < len(cells) else "" for place in at.values()
        )
        if any((kind, old, new)):
            kind = _kind(kind)
            lines.append((number, (kind, _code(kind, old), _code(kind, new))))
        if len(lines) > MOST:
            break
    if not lines:
        raise CodeMapNotUnderstood([_("読み替えの行が1つもありません。")])
    return lines


def _kind(text: str) -> str:
    return next((kind.value for kind in KINDS if text in (kind.value, str(kind.label))), text)


def _code(kind: str, text: str) -> str:
    """The code of a name that only one of the set has; else the text as it is."""
    if kind not in KINDS or text in codes.codes(kind).by_code:
        return text
    found = [code for code, row in codes.codes(kind).by_code.items() if row.label == text]
    return found[0] if len(found) == 1 else text


# --- versions -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Version:
    """A version of the table. `is_vouched`: the log says that somebody made exactly this one."""

    row: CodeMapVersion
    is_in_force: bool
    is_vouched: bool


def versions(centre: Centre) -> list[Version]:
    """The newest first."""
    rows: Any = CodeMapVersion.objects.filter(centre=centre).select_related("by")
    return [Version(row, row.uid == centre.code_map, _is_vouched(centre, row)) for row in rows]


def _is_vouched(centre: Centre, row: CodeMapVersion) -> bool:
    return next(audit.vouched(CHANGED, centre_uid=centre.uid, reason=_said(row)), None) is not None
