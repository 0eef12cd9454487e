"""A mail as it was pasted, taken apart: whose it is, its title, its words, its link, and the 手口 that it speaks of.

Pure: proposals for a form, which a person reads before anything is kept.
"""

import re
from dataclasses import dataclass
from typing import Final

from cases import spelling
from cases.records.alerts import Alert
from cases.records.codes import Code

TITLE_LENGTH: Final = 120
TEXT_LENGTH: Final = 5_000
_HEAD: Final = re.compile(
    r"^\s*(?P<name>件名|題名|タイトル|subject|差出人|from|宛先|to|cc|bcc|日時|送信日時|受信日時|date|sent|reply-to)"
    r"\s*[::]\s*(?P<value>.*)$",
    re.IGNORECASE,
)
_TITLES: Final = {"件名", "題名", "タイトル", "subject"}
_SENDERS: Final = {"差出人", "from"}
_LINK: Final = re.compile(r"https?://[^\s<>「」『』()()、。]+")
_RULE: Final = re.compile(r"^[\s\-_=*─━―‐━═~〜・.]{5,}$")
_SIGNATURE: Final = re.compile(
    r"^\s*--\s*$|配信(?:の)?(?:停止|解除|登録)|登録(?:の)?(?:解除|変更)|このメールは送信専用"
)
_SOURCES: Final = (
    ("NCAC", ("国民生活センター", "kokusen")),
    ("AGENCY", ("消費者庁", "caa.go.jp")),
    ("POLICE", ("警察", "警視庁", "police", "安全安心", "安心安全", "防犯")),
    ("PREFECTURE", ("都庁", "県庁", "府庁", "道庁", "東京都", "東京くらし", "pref.", "metro.")),
)
_SHORTEST_NAME: Final = 3


@dataclass(frozen=True)
class Parted:
    """What a pasted mail says, each part empty where it was not found."""

    title: str
    text: str
    source: str
    link: str


def part(mail: str) -> Parted:
    """Take a pasted mail apart: its head, if it was copied too, then the words without what stands under them."""
    lines = _lines_of(mail)
    head, lines = _head(lines)
    title = head.get("title", "")
    if not title and lines:
        title, lines = lines[0].strip("【】■◆●★☆ "), lines[1:]
    words = _without_tail(lines)
    link = _LINK.search("\n".join(lines))
    return Parted(
        title=title[:TITLE_LENGTH],
        text="\n".join(words).strip()[:TEXT_LENGTH],
        source=source_of(" ".join((head.get("sender", ""), title))) or source_of(mail) or Alert.Source.OTHER,
        link=link[0] if link else "",
    )


def scam_of(text: str, known: list[Code]) -> str:
    """The code whose name stands in the text; of several the longest name, empty for none."""
    plain = spelling.width(text)
    named = [
        (len(name), code.code)
        for code in known
        for name in re.split(r"[・()()]", code.label)
        if len(name) >= _SHORTEST_NAME and spelling.width(name) in plain
    ]
    return max(named, default=(0, ""))[1]


def _lines_of(mail: str) -> list[str]:
    return [line.rstrip() for line in mail.replace("\r\n", "\n").replace("\r", "\n").strip().split("\n")]


def _head(lines: list[str]) -> tuple[dict[str, str], list[str]]:
    """Title and sender out of the lines before the first empty one, if these are a mail's head."""
    found: dict[str, str] = {}
    rest = list(lines)
    while rest and (match := _HEAD.match(rest[0])):
        name = match["name"].lower()
        if name in _TITLES:
            found["title"] = match["value"].strip()
        elif name in _SENDERS:
            found["sender"] = match["value"].strip()
        rest.pop(0)
    while rest and not rest[0].strip():
        rest.pop(0)
    return found, rest


def _without_tail(lines: list[str]) -> list[str]:
    """The lines up to a signature or the words about the subscription, with no rule left at the end."""
    words: list[str] = []
    for line in lines:
        if _SIGNATURE.search(line):
            break
        words.append(line)
    while words and (not words[-1].strip() or _RULE.match(words[-1])):
        words.pop()
    return words


def source_of(text: str) -> str:
    plain = spelling.width(text).lower()
    return next((source for source, marks in _SOURCES if any(mark in plain for mark in marks)), "")
