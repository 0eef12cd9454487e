"""Japanese text cut at the ends of its sentences. Pure."""

import re
from typing import Final

# A full stop ends a sentence unless a quotation or a bracket is still open; what closes right after belongs to it.
_ENDS: Final = "。！？!?．"
_OPEN: Final = dict(zip("「『（(【〔", "」』）)】〕", strict=True))
_TRAILING: Final = "」』）)】〕"
# 「…してしまった。(80歳代)」: a bracket that follows a stop tells of the sentence before it.
_REMARK: Final = re.compile(r"[（(][^（()）]*[）)]")


def sentences(text: str) -> list[str]:
    """The sentences of a text in order, each with its stop; a line break ends one, too. Blanks around are gone."""
    return [part for line in text.splitlines() for part in _of_line(line.strip()) if part]


def _of_line(line: str) -> list[str]:
    found: list[str] = []
    start = at = 0
    awaited: list[str] = []
    while at < len(line):
        letter = line[at]
        at += 1
        if letter in _OPEN:
            awaited.append(_OPEN[letter])
        elif awaited and letter == awaited[-1]:
            awaited.pop()
        elif letter in _ENDS and not awaited:
            while at < len(line) and line[at] in _ENDS + _TRAILING:
                at += 1
            if remark := _REMARK.match(line, at):
                at = remark.end()
            found.append(line[start:at].strip())
            start = at
    return [*found, line[start:].strip()]


def closed(text: str) -> str:
    """The text as a sentence: with a full stop where it has none."""
    return text if not text or text[-1] in _ENDS + _TRAILING else text + "。"
