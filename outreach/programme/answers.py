"""The filled file of a 照会: its lines as figures, and in words what was read how and what could not be read."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any, ClassVar, Final

from django.utils.translation import gettext as _

from cases.errors import CasesError
from cases.files import Span, read_lines, read_merged
from outreach.programme.models import ProgrammeLine

State = ProgrammeLine.State
NUMBER, MEASURE, KIND, UNIT, STATE, NOTE = "番号", "施策", "種類", "単位", "状況", "理由・備考"
FIGURES: Final = {"sessions": "回数", "people": "人数", "quantity": "数量", "cumulative": "累計"}
CODE_LABEL: Final = "照会番号"
_STATES: Final = {"実施": State.DONE, "予定": State.PLANNED, "中止": State.STOPPED, "該当なし": State.NONE}
_NOTHING: Final = frozenset("-–—ー−―")
SIGNS: Final = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
CODE_LENGTH: Final = 12
_CODE: Final = re.compile(f"[{SIGNS}]{{{CODE_LENGTH}}}")
_NUMBER: Final = re.compile(r"\d[\d,]*(?:\.\d+)?")
_MOST: Final = 2**31 - 1
_MOST_ROWS: Final = 500


class AnswerNotUnderstood(CasesError):
    """The file as a whole is no answer: without a number of a 照会, or without the table."""

    code: ClassVar[str] = "answer_not_understood"
    status: ClassVar[int] = 422


@dataclass
class Read:
    """One line. `number` is None for one that was added; `remarks` say what was read how, `faults` what was not."""

    line: int
    number: int | None
    measure: str = ""
    kind: str = ""
    unit: str = ""
    state: str = ""
    figures: dict[str, str | None] = field(default_factory=dict)
    note: str = ""
    is_filled: bool = False
    remarks: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        return dict(vars(self))


def code_of(name: str, data: bytes) -> str:
    """The 照会番号 that the file carries. Raises FileNotUnderstood, AnswerNotUnderstood."""
    for _sheet, lines in read_lines(name, data):
        for _line, cells in lines:
            text = unicodedata.normalize("NFKC", " ".join(cells))
            if CODE_LABEL in text and (found := _CODE.search(text.split(CODE_LABEL, 1)[1])):
                return found.group()
    raise AnswerNotUnderstood(
        _(
            "照会番号が見つかりません。この照会で配ったExcelを、行や見出しを消さずに保存したものを選んでください。"
        )
    )


def read(name: str, data: bytes) -> list[Read]:
    """Every line below the heading that holds something. Raises as `code_of`."""
    merged = read_merged(name, data)
    for sheet, lines in read_lines(name, data):
        found = _below_heading(lines, merged.get(sheet, []))
        if found is not None:
            return found
    raise AnswerNotUnderstood(_("「施策」「状況」「回数」の見出しが見つかりません。"))


def _below_heading(lines: Iterator[tuple[int, list[str]]], spans: Sequence[Span]) -> list[Read] | None:
    """None where the sheet has no heading."""
    columns: dict[str, int] | None = None
    found: list[Read] = []
    begin: dict[int, list[Span]] = {}
    for span in spans:
        begin.setdefault(span.top, []).append(span)
    texts: dict[Span, str] = {}
    for line, cells in lines:
        for span in begin.get(line, ()):
            texts[span] = cells[span.left - 1].strip() if span.left <= len(cells) else ""
        if columns is None:
            names = [unicodedata.normalize("NFKC", cell).strip() for cell in cells]
            if {MEASURE, STATE, *FIGURES.values()} <= set(names):
                # The year before has the same names with more words before them, so each stands once.
                columns = {label: names.index(label) for label in names if label}
            continue
        at = {label: cells[n].strip() if n < len(cells) else "" for label, n in columns.items()}
        # What stands blank below a merged cell is a line only where something of its own stands there.
        if any(at.values()) and len(found) < _MOST_ROWS:
            remarks, faults = _one_for_all(at, _joined(line, columns, texts))
            one = _read_line(line, at)
            one.remarks[:0], one.faults[:0] = remarks, faults
            if one.number is not None or one.measure or one.is_filled or faults:
                found.append(one)
    return None if columns is None else found


@dataclass(frozen=True)
class _Joined:
    """A larger cell of which some of a line are part: its text, the first label that it covers, and the figures."""

    label: str
    figures: Sequence[str]
    text: str
    span: Span

    @property
    def is_tall(self) -> bool:
        return self.span.bottom > self.span.top

    @property
    def is_word(self) -> bool:
        """Whether the text can hold for all that the cell covers."""
        return self.label not in (NUMBER, *FIGURES.values()) or _word_in(self.text) is not None

    @property
    def where(self) -> str:
        if not self.is_tall:
            return "・".join(self.figures)
        values = {"name": self.label, "first": self.span.top, "last": self.span.bottom}
        return _("%(name)sの%(first)d行目から%(last)d行目") % values


def _joined(line: int, columns: Mapping[str, int], texts: Mapping[Span, str]) -> Iterator[_Joined]:
    for span, text in texts.items():
        covered = [label for label, n in columns.items() if span.covers(line, n + 1)]
        if covered and text:
            yield _Joined(covered[0], [label for label in covered if label in FIGURES.values()], text, span)


def _one_for_all(cells: dict[str, str], joined: Iterable[_Joined]) -> tuple[list[str], list[str]]:
    """What merged cells say of a line, as remarks and faults; a word that holds for all of it is put in.

    A number for several lines or columns could be their sum or that of each: it is no answer.
    """
    remarks, faults = [], []
    for one in joined:
        if one.is_word and one.is_tall:
            cells[one.label] = one.text
            remarks.append(
                _("%(where)sは1つのセルです。「%(text)s」をどの行にも当てはめました。")
                % {"where": one.where, "text": one.text[:20]}
            )
        elif not one.is_word and (one.is_tall or len(one.figures) > 1):
            cells[one.label] = ""
            faults.append(
                _("%(where)sが1つのセルに結合されています。結合を解いて、1つずつ入れてください。")
                % {"where": one.where}
            )
    return remarks, faults


def _read_line(line: int, cells: Mapping[str, str]) -> Read:
    number = unicodedata.normalize("NFKC", cells.get(NUMBER, ""))
    one = Read(
        line=line,
        number=int(number) if number.isascii() and number.isdigit() and len(number) < 6 else None,
        measure=cells.get(MEASURE, ""),
        kind=cells.get(KIND, ""),
        unit=cells.get(UNIT, ""),
    )
    for text, longest, label in ((one.measure, 100, MEASURE), (one.kind, 20, KIND), (one.unit, 10, UNIT)):
        if len(text) > longest:
            one.faults.append(
                _("%(name)sは%(most)d文字以内にしてください。") % {"name": label, "most": longest}
            )
    _read_state(one, cells.get(STATE, ""))
    for name, label in FIGURES.items():
        one.figures[name] = _read_figure(one, name, label, cells.get(label, ""))
    note = cells.get(NOTE, "")
    one.note = note[:200]
    if len(note) > 200:
        one.remarks.append(_("備考は200文字までです。続きは載りません。"))
    one.is_filled = bool(one.state or note) or any(
        cells.get(label, "") for label in (STATE, *FIGURES.values())
    )
    if one.state == State.STOPPED and not one.note:
        one.faults.append(_("中止の理由が備考にありません。"))
    if one.state and any(value is not None for value in one.figures.values()):
        one.faults.append(_("「%(state)s」なのに数が入っています。") % {"state": str(State(one.state).label)})
    return one


def _read_state(one: Read, text: str) -> None:
    plain = unicodedata.normalize("NFKC", text).strip()
    if not plain:
        return
    found = next((state for word, state in _STATES.items() if plain == word), None)
    if found is None:
        one.faults.append(
            _("状況「%(text)s」は読めません(実施・予定・中止・該当なし)。") % {"text": plain[:20]}
        )
    else:
        one.state = found


def _read_figure(one: Read, name: str, label: str, text: str) -> str | None:
    """A number as plain text, None where there is none. What is more than a number is said."""
    plain = unicodedata.normalize("NFKC", text).strip()
    if not plain or set(plain) <= _NOTHING:
        return None
    word = _word_in(plain)
    if word is not None:
        if one.state in ("", _STATES[word]):
            one.state = _STATES[word]
            one.remarks.append(
                _("%(name)sの欄の「%(word)s」を、状況として読みました。") % {"name": label, "word": word}
            )
        return None
    numbers = _NUMBER.findall(plain)
    if len(numbers) != 1 or re.search(r"-\s*\d", plain):
        one.faults.append(
            _("%(name)s「%(text)s」を1つの数として読めません。") % {"name": label, "text": plain[:20]}
        )
        return None
    if plain != numbers[0]:
        one.remarks.append(
            _("%(name)s「%(text)s」を%(number)sと読みました。")
            % {"name": label, "text": plain[:20], "number": numbers[0]}
        )
    return _checked(one, name, label, numbers[0].replace(",", ""))


def _word_in(text: str) -> str | None:
    """The word for a state that a text without a digit holds."""
    plain = unicodedata.normalize("NFKC", text)
    return next((word for word in _STATES if word in plain and not any(map(str.isdigit, plain))), None)


def _checked(one: Read, name: str, label: str, digits: str) -> str | None:
    try:
        value = Decimal(digits)
    except InvalidOperation:
        value = Decimal("NaN")
    is_whole = value == value.to_integral_value() if value.is_finite() else False
    if not value.is_finite() or value > _MOST or (not is_whole and name != "quantity"):
        one.faults.append(_("%(name)sは0以上の整数で入れてください。") % {"name": label})
        return None
    if value != round(value, 2):
        one.faults.append(_("%(name)sは小数2桁までです。") % {"name": label})
        return None
    return f"{value.normalize():f}"
