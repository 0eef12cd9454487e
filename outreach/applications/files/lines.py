"""One line of an e-application's file as an application, or the reason why it is none. No database."""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, time
from typing import Final

from cases.records import codes
from cases.records.codes import Kind
from cases.services.ledger.cells import read_day
from outreach import audiences
from outreach.applications.entry import LENGTHS, MOST_CANDIDATES, ApplicationEntry, contact_faults
from outreach.applications.models import Application
from outreach.applications.rules import Known, Slot
from outreach.lectures.forms import TimeNotUnderstood, read_time

_TEXTS: Final = ("representative", "contact", "phone", "mobile", "mail", "postcode", "address", "purpose")
_KNOWN: Final = ("projector", "microphone", "parking", "may_publish")
_NOT_SAID: Final = frozenset({"", "-", "ー", "―", "なし", "未定", "無し", "特になし"})
_YES: Final = (
    "有",
    "あり",
    "ある",
    "はい",
    "可",
    "○",
    "〇",
    "◯",
    "yes",
    "true",
    "1",
    "よい",
    "希望する",
    "使用可",
)
_NO: Final = ("無", "なし", "ない", "いいえ", "不可", "×", "✕", "no", "false", "0", "希望しない")
_TWINS: Final = str.maketrans("〜−—‖", "~-―∥")
_COUNT: Final = re.compile(
    r"(?:約|およそ)?\s*([0-9][0-9,]{0,8})\s*(?:人|名)?(?:程度|くらい|ぐらい|ほど|前後)?"
)
_TO: Final = re.compile(r"\s*(?:~|〜|から|-|–|—|→)\s*")
_CLOCKS: Final = re.compile(r"(?<![0-9/.\-])([0-9]{1,2}\s*(?::[0-9]{2}|時(?:[0-9]{1,2}分|半)?))")
_WORDS: Final = (
    ("小学", "JIDO"), ("児童", "JIDO"), ("高校3", "KOSAN"), ("高3", "KOSAN"), ("保護者", "HOGOSHA"), ("pta", "HOGOSHA"),
    ("教職員", "KYOSHOKUIN"), ("教員", "KYOSHOKUIN"), ("中学", "SEITO"), ("高校", "SEITO"), ("生徒", "SEITO"),
    ("大学", "DAIGAKU"), ("専門学校", "DAIGAKU"), ("民生委員", "MIMAMORI"), ("見守", "MIMAMORI"),
    ("ケアマネ", "MIMAMORI"), ("介護", "MIMAMORI"), ("包括", "MIMAMORI"),
    ("高齢", "KOREISHA"), ("シニア", "KOREISHA"), ("老人", "KOREISHA"),
    ("65", "KOREISHA"), ("社員", "SHOKUBA"), ("職場", "SHOKUBA"), ("従業員", "SHOKUBA"), ("外国", "GAIKOKUJIN"),
    ("障害", "SHOGAI"), ("障がい", "SHOGAI"), ("一般", "IPPAN"), ("市民", "IPPAN"),
)  # fmt: skip
"""Words of an audience, the first that stands in a cell decides."""


class LineRefused(Exception):
    """The line is no application as it stands; `reason` is a code of `columns.REASONS`. Quotes nothing of it."""

    def __init__(self, reason: str, field_name: str = "") -> None:
        self.reason, self.field = reason, field_name
        super().__init__(reason)


@dataclass(frozen=True)
class Read:
    """A line that was understood; `number` is the e-application's own, empty where it has none."""

    entry: ApplicationEntry
    number: str
    content: bytes = field(repr=False)
    """The cells that were read, in their fields' order: the same again is the same line."""
    first_day: date | None = None
    """The first day wished for, with hours or, as a note, without."""


def read(row: Sequence[str], fields: Sequence[str], *, today: date) -> Read:
    """Raises LineRefused."""
    if any(cell.strip() for cell in row[len(fields) :]):
        raise LineRefused("cells")
    cells = {name: " ".join(cell.split()) for name, cell in zip(fields, row, strict=False) if name}
    notes: list[str] = []
    audience = _audience(cells.get("audience", ""), notes)
    given = {name: cells.get(name, "") for name in _TEXTS}
    entry = ApplicationEntry(
        group_name=cells.get("group_name", ""), channel=Application.Channel.ONLINE, audience=audience,
        received_on=_received(cells.get("received_on", ""), today),
        kind=Application.Kind.CLASS if audiences.is_school(audience) else Application.Kind.LECTURE,
        theme=_theme(cells.get("theme", ""), notes), expected_people=_people(cells.get("expected_people", "")),
        venue=_venue(cells), slots=tuple(_slots(cells, notes)),
        **given, **{name: _known(cells.get(name, ""), name, notes) for name in _KNOWN},
        note="\n".join([text for text in (cells.get("note", ""), *notes) if text]),
    )  # fmt: skip
    _look(entry)
    return Read(entry, cells.get("number", ""), _content(cells), _day(cells.get("day_1", "")))


def _content(cells: Mapping[str, str]) -> bytes:
    """What the line says, the same in either encoding: CP932 and UTF-8 write 〜 and − as different characters."""
    said = (
        f"{name}={unicodedata.normalize('NFKC', cells[name]).translate(_TWINS)}" for name in sorted(cells)
    )
    return "\x1f".join(said).encode("utf-8", "surrogatepass")


def _look(entry: ApplicationEntry) -> None:
    """Raises LineRefused for what the entry cannot be stored with."""
    if not entry.group_name:
        raise LineRefused("group", "group_name")
    for name, longest in LENGTHS.items():
        if len(getattr(entry, name) or "") > longest:
            raise LineRefused("long", name)
    for name, _words in contact_faults(entry):
        raise LineRefused("mail" if name == "mail" else "phone", name)


def _received(text: str, today: date) -> date:
    if text in _NOT_SAID:
        return today
    day = read_day(text)
    if day is None:
        raise LineRefused("received", "received_on")
    if day > today:
        raise LineRefused("future", "received_on")
    return day


def _people(text: str) -> int | None:
    if text in _NOT_SAID:
        return None
    found = _COUNT.fullmatch(unicodedata.normalize("NFKC", text))
    if not found or len(found[1].replace(",", "")) > 5:
        raise LineRefused("people", "expected_people")
    return int(found[1].replace(",", ""))


def _audience(text: str, notes: list[str]) -> str:
    words = unicodedata.normalize("NFKC", text).casefold()
    for word, code in _WORDS:
        if word in words:
            return code
    if text not in _NOT_SAID:
        notes.append(f"対象: {text}")
    return "IPPAN"


def _theme(text: str, notes: list[str]) -> str:
    """The 手口 of that name; what is none stays as a note, so that nothing that was told is lost."""
    for code, known in codes.codes(Kind.SCAM_TYPE).by_code.items():
        if text and known.text == text:
            return code
    if text not in _NOT_SAID:
        notes.append(f"希望の内容: {text}")
    return ""


def _known(text: str, name: str, notes: list[str]) -> str:
    words = unicodedata.normalize("NFKC", text).casefold()
    if words in ("", "-"):
        return Known.UNKNOWN
    if words.startswith(_NO):
        return Known.NO
    if words.startswith(_YES):
        return Known.YES
    notes.append(f"{name}: {text}")
    return Known.UNKNOWN


def _venue(cells: Mapping[str, str]) -> str:
    place, address = cells.get("venue", ""), cells.get("venue_address", "")
    return f"{place}({address})" if place and address else place or address


def _slots(cells: Mapping[str, str], notes: list[str]) -> Iterator[Slot]:
    """The times wished for; a day without hours is kept as a note. Raises LineRefused."""
    for n in range(1, MOST_CANDIDATES + 1):
        text = cells.get(f"day_{n}", "")
        if text in _NOT_SAID:
            continue
        day = _day(text)
        hours = " ".join(part for name in ("starts", "ends") if (part := cells.get(f"{name}_{n}", "")))
        clocks = _clocks(hours, n) if hours not in _NOT_SAID else _clocks(_behind(text), n)
        if day is None:
            raise LineRefused("day", f"day_{n}")
        if len(clocks) < 2:
            notes.append(f"第{n}希望: {day.isoformat()} {hours}".strip())
            continue
        if clocks[1] <= clocks[0]:
            raise LineRefused("hours", f"starts_{n}")
        yield Slot(day, clocks[0], clocks[1])


def _day(text: str) -> date | None:
    """The day at the beginning of a cell, whatever hours stand behind it."""
    plain = unicodedata.normalize("NFKC", text)
    return read_day(plain) or read_day(plain.partition(" ")[0]) or read_day(_CLOCKS.split(plain)[0].strip())


def _behind(text: str) -> str:
    """The hours in a cell that also holds the day."""
    plain = unicodedata.normalize("NFKC", text)
    return " ".join(_CLOCKS.findall(plain))


def _clocks(text: str, n: int) -> list[time]:
    """Up to two times out of 「14:00〜15:30」, 「14時 15時半」, 「14:00」. Raises LineRefused."""
    plain = unicodedata.normalize("NFKC", text)
    found = _CLOCKS.findall(plain) or [part for part in _TO.split(plain) if part.strip()]
    try:
        read_ones = [clock for part in found[:2] if (clock := read_time(part))]
    except TimeNotUnderstood:
        raise LineRefused("hours", f"starts_{n}") from None
    return read_ones
