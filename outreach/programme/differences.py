"""What a filled file says beside what is stored: the same, changed, new, left out, or not to be read."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext as _

from outreach.programme.answers import FIGURES
from outreach.programme.models import ProgrammeLine

State = ProgrammeLine.State


class Sort(StrEnum):
    SAME = "SAME"
    EMPTY = "EMPTY"
    CHANGED = "CHANGED"
    NEW = "NEW"
    MISSING = "MISSING"
    FAULTY = "FAULTY"


@dataclass(frozen=True)
class Change:
    """One figure: None is not known."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Difference:
    """One line. `stored` is that of the year, `before` that of the year before; `values` what would be stored."""

    sort: Sort
    line: int
    key: Mapping[str, Any]
    values: Mapping[str, Any]
    changes: Sequence[Change]
    remarks: Sequence[str]
    faults: Sequence[str]
    stored: ProgrammeLine | None
    before: ProgrammeLine | None
    is_new: bool = False

    @property
    def can_be_taken(self) -> bool:
        return self.sort in (Sort.CHANGED, Sort.NEW)

    @property
    def token(self) -> str:
        """The line, what would be stored and what stands there now: another after either has changed."""
        now = None if self.stored is None else [self.stored.pk, _values(self.stored)]
        said = json.dumps([self.line, dict(self.key), dict(self.values), now], default=str, sort_keys=True)
        return hashlib.sha256(said.encode()).hexdigest()[:20]


def differences(
    rows: Sequence[Mapping[str, Any]],
    asked: Sequence[Mapping[str, Any]],
    stored: Mapping[tuple[Any, ...], ProgrammeLine],
    year: int,
) -> list[Difference]:
    """`rows` as `answers.Read` keeps them; `asked` what the file was made of; `stored` by year and key."""
    found, seen = [], set()
    for row in rows:
        number = row["number"]
        is_known = number is not None and 0 < number <= len(asked)
        given = asked[number - 1] if is_known else None
        faults = list(row["faults"])
        if number is not None and given is None:
            faults.append(_("番号%(n)dは、配った表にありません。") % {"n": number})
        if given is not None and number in seen:
            faults.append(_("番号%(n)dが二度あります。") % {"n": number})
        seen.add(number)
        found.append(_difference(row, given, faults, stored, year))
    for n, given in enumerate(asked, start=1):
        if n not in seen:
            found.append(_missing(given, stored, year))
    return found


def _difference(
    row: Mapping[str, Any],
    given: Mapping[str, Any] | None,
    faults: list[str],
    stored: Mapping[tuple[Any, ...], ProgrammeLine],
    year: int,
) -> Difference:
    typed = {"measure": row["measure"], "kind": row["kind"], "unit": row["unit"], "occurrence": 1}
    key, remarks = dict(given or typed), list(row["remarks"])
    if given is not None:
        edited = [name for name in ("measure", "kind", "unit") if row[name] and row[name] != given[name]]
        if edited:
            remarks.append(_("施策・種類・単位が書き換えられています。配った表のままとして扱います。"))
    elif not key["measure"] and not faults:
        faults = [_("新しい行には施策の名前が要ります。")]
    at = tuple(key[name] for name in ("measure", "kind", "unit", "occurrence"))
    line, before = stored.get((year, *at)), stored.get((year - 1, *at))
    is_new = given is None and line is None
    values = _said(row)
    changes = _changes(line, values)
    if faults:
        sort = Sort.FAULTY
    elif not row["is_filled"]:
        sort, changes = Sort.EMPTY, []
    elif line is None:
        sort = Sort.NEW
    else:
        sort = Sort.CHANGED if changes else Sort.SAME
    return Difference(sort, row["line"], key, values, changes, remarks, faults, line, before, is_new)


def _missing(
    given: Mapping[str, Any], stored: Mapping[tuple[Any, ...], ProgrammeLine], year: int
) -> Difference:
    at = tuple(given[name] for name in ("measure", "kind", "unit", "occurrence"))
    said = [_("配った行が消えています。記録はそのまま残します。")]
    line, before = stored.get((year, *at)), stored.get((year - 1, *at))
    return Difference(Sort.MISSING, 0, dict(given), {}, [], said, [], line, before)


def _said(row: Mapping[str, Any]) -> dict[str, Any]:
    """The figures as they would be stored; of a line that was stopped the note is the reason."""
    figures = {
        name: None if text is None else (Decimal(text) if name == "quantity" else int(text))
        for name, text in row["figures"].items()
    }
    is_stopped = row["state"] == State.STOPPED
    return {
        **figures,
        "state": row["state"],
        "reason": row["note"] if is_stopped else "",
        "note": "" if is_stopped else row["note"],
    }


def _values(line: ProgrammeLine) -> dict[str, Any]:
    return {name: getattr(line, name) for name in (*FIGURES, "state", "reason", "note")}


def _changes(line: ProgrammeLine | None, values: Mapping[str, Any]) -> list[Change]:
    labels = {
        "sessions": _("回数"), "people": _("人数"), "quantity": _("数量"), "cumulative": _("累計"),
        "state": _("状況"), "reason": _("中止の理由"), "note": _("備考"),
    }  # fmt: skip
    now: Mapping[str, Any] = dict.fromkeys(values) | {"state": "", "reason": "", "note": ""}
    if line is not None:
        now = _values(line)
    return [
        Change(label, _shown(name, now[name]), _shown(name, values[name]))
        for name, label in labels.items()
        if now[name] != values[name]
    ]


def _shown(name: str, value: Any) -> str:
    if name == "state":
        return str(State(value or "").label)
    if value is None or value == "":
        return "—"
    if isinstance(value, Decimal):
        return f"{value.normalize():,f}"
    return f"{value:,}" if isinstance(value, int) else str(value)
