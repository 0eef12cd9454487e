"""What a relay's log says of our Message-IDs: lines of Postfix, or a table of three columns. No I/O.

Postfix logs the Message-ID already while it reads a text (`cleanup`), and a text that breaks off leaves that line too;
it has taken responsibility once the queue manager has the text (`qmgr … from=<…>`), which it logs before it answers.
Sources: postfix.org/postconf.5.html, postfix.org/OVERVIEW.html (how a mail comes in); RFC 3463 (5.x.x).
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import ClassVar, Final

from django.utils.translation import gettext as _

from cases.errors import CasesError
from cases.files import read_rows
from cases.files.errors import FileNotUnderstood
from cases.law.calendar import TOKYO


class RelayLogNotUnderstood(CasesError):
    code: ClassVar[str] = "relay_log_not_understood"
    status: ClassVar[int] = 422

    def __init__(self) -> None:
        super().__init__(
            _(
                "メールサーバーの記録として読めません。Postfixの記録か、「message_id,status」の見出しのある表を選んでください。"
            )
        )

    @property
    def errors(self) -> dict[str, str]:
        return {"log": str(self)}


class Said(StrEnum):
    """`MISSING`: the relay never took it."""

    SENT = "SENT"
    BOUNCED = "BOUNCED"
    MISSING = "MISSING"


@dataclass(frozen=True)
class RelayLog:
    """What is said of Message-IDs (with their angle brackets), and the stretch of time that the lines cover.

    A table has no stretch: it speaks of what it names alone. `statuses`: 5.1.1 and the like of what bounced.
    """

    said: Mapping[str, Said]
    start: datetime | None = None
    end: datetime | None = None
    statuses: Mapping[str, str] = field(default_factory=dict)

    def of(self, message_id: str, claimed_at: datetime, longest: timedelta) -> Said | None:
        """What is said of one; None where nothing is.

        Silence says that the relay never took it, but only of a log that begins before the claim and goes on until
        every answer must have been given.
        """
        if found := self.said.get(message_id):
            return found
        if self.start is None or self.end is None:
            return None
        covers = self.start <= claimed_at and claimed_at + longest <= self.end
        return Said.MISSING if covers else None


def read_log(name: str, data: bytes, *, now: datetime) -> RelayLog:
    """A file as it was exported. `now`: for lines whose days have no year. Raises RelayLogNotUnderstood."""
    lines = data.decode("utf-8", "replace").splitlines()
    if any(_POSTFIX.match(line) for line in lines):
        return _of_postfix(lines, now)
    return _of_table(name, data)


# --- A table ----------------------------------------------------------------------------------------------------
_WORDS: Final = {
    "sent": Said.SENT, "delivered": Said.SENT, "accepted": Said.SENT, "送信済み": Said.SENT,
    "bounced": Said.BOUNCED, "不達": Said.BOUNCED,
    "not found": Said.MISSING, "notfound": Said.MISSING, "missing": Said.MISSING, "記録なし": Said.MISSING,
}  # fmt: skip


def _of_table(name: str, data: bytes) -> RelayLog:
    try:
        table = read_rows(name, data)
        header = [cell.strip().lower().replace("-", "_") for cell in table.header]
        at_id, at_status = header.index("message_id"), header.index("status")
        rows = [(cells[at_id], cells[at_status]) for _line, cells in table]
    except (FileNotUnderstood, ValueError):
        raise RelayLogNotUnderstood from None
    said = {}
    for message_id, status in rows:
        word = _WORDS.get(unicodedata.normalize("NFKC", status).strip().lower())
        if word is None:
            raise RelayLogNotUnderstood
        said[f"<{message_id.strip().strip('<>')}>"] = word
    return RelayLog(said)


# --- Postfix ----------------------------------------------------------------------------------------------------
_POSTFIX: Final = re.compile(
    r"(?P<at>\d{4}-\d\d-\d\dT[0-9:.]+(?:Z|[+-]\d\d:?\d\d)|[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d) \S+ "
    r"postfix(?:-\w+)?/(?P<program>[\w/-]+)\[\d+\]: (?P<text>.*)"
)
_QUEUE: Final = re.compile(r"(?P<queue>[0-9A-Za-z]{6,}): (?P<rest>.*)")
_MESSAGE_ID: Final = re.compile(r"message-id=(<[^<>\s]+>)")
_STATUS: Final = re.compile(r"status=(\w+)")
_DSN: Final = re.compile(r"dsn=(\d\.\d{1,3}\.\d{1,3})")


@dataclass
class _Text:
    """One text in the relay's queue."""

    message_id: str = ""
    is_taken: bool = False
    is_bounced: bool = False
    status: str = ""

    @property
    def said(self) -> Said:
        if self.is_bounced:
            return Said.BOUNCED
        return Said.SENT if self.is_taken else Said.MISSING


def _of_postfix(lines: list[str], now: datetime) -> RelayLog:
    texts: dict[str, _Text] = {}
    moments: list[datetime] = []
    for at, program, line in _matched(lines, now):
        moments.append(at)
        if found := _QUEUE.fullmatch(line):
            _note(texts.setdefault(found["queue"], _Text()), program, found["rest"])
    said, statuses = {}, {}
    for text in texts.values():
        # One that was begun and broken off says nothing against another of the same name that was taken.
        if text.message_id and (text.said is not Said.MISSING):
            said[text.message_id], statuses[text.message_id] = text.said, text.status
    return RelayLog(said, min(moments), max(moments), statuses)


def _matched(lines: list[str], now: datetime) -> Iterator[tuple[datetime, str, str]]:
    for line in lines:
        found = _POSTFIX.fullmatch(line)
        at = _moment(found["at"], now) if found else None
        if found and at:
            yield at, found["program"], found["text"]


def _note(text: _Text, program: str, rest: str) -> None:
    if found := _MESSAGE_ID.match(rest):
        text.message_id = found[1]
    if program.endswith("qmgr") and rest.startswith("from=<"):
        text.is_taken = True
    if found := _STATUS.search(rest):
        text.is_taken = True
        if found[1] in ("bounced", "expired"):
            dsn = _DSN.search(rest)
            text.is_bounced, text.status = True, dsn[1] if dsn else ""


def _moment(text: str, now: datetime) -> datetime | None:
    """The traditional form names no year and no zone: the last such day in Japan that is not to come."""
    try:
        if text[0].isdigit():
            return datetime.fromisoformat(text)
        local = now.astimezone(TOKYO)
        found = datetime.strptime(f"{local.year} {text}", "%Y %b %d %H:%M:%S").replace(tzinfo=TOKYO)
    except ValueError:
        return None
    return found.replace(year=found.year - 1) if found > local + timedelta(days=1) else found
