"""JSON lines in and out for commands: one object per line, refused with its line number and what was expected.

No message quotes the line: it may hold personal data.
"""

import json
import sys
from collections.abc import Collection, Iterator
from typing import IO, Any

USAGE = 2
"""Exit code of a command whose input is not what it expects."""


class BadLine(Exception):
    """A line that is not what the command expects. Answers go out before the first such line, none after it."""

    def __init__(self, line_no: int, expected: str) -> None:
        super().__init__(f"line {line_no}: {expected}")
        self.line_no = line_no
        self.expected = expected


def read_lines(stream: IO[bytes] | None = None) -> Iterator[tuple[int, dict[str, Any]]]:
    """(line number from 1, object) of every line that is not blank; `stream` None means standard input.

    Raises BadLine where a line is no UTF-8, no JSON or no object.
    """
    for line_no, line in enumerate(sys.stdin.buffer if stream is None else stream, start=1):
        if line_no == 1:
            line = line.removeprefix(b"\xef\xbb\xbf")
        if not line.strip():
            continue
        try:
            value = json.loads(line.decode("utf-8"))
        except UnicodeDecodeError:
            raise BadLine(line_no, "expected UTF-8") from None
        except (ValueError, RecursionError):
            raise BadLine(line_no, "expected one JSON object on the line") from None
        if not isinstance(value, dict):
            raise BadLine(line_no, f"expected a JSON object, found {_name(value)}")
        yield line_no, value


def refuse_unknown(line_no: int, value: dict[str, Any], known: Collection[str], where: str = "") -> None:
    """Raise BadLine naming the keys that are not known; `where` says which object holds them."""
    if unknown := sorted(key for key in value if key not in known):
        named = ", ".join(json.dumps(key[:60]) for key in unknown[:5])
        expected = ", ".join(sorted(known))
        raise BadLine(line_no, f"unknown key {named}{where}; expected only {expected}")


def text_of(line_no: int, value: dict[str, Any], key: str) -> str:
    """The text under a key; empty where absent or null. Raises BadLine where it is no text."""
    text = value.get(key)
    if text is None:
        return ""
    if not isinstance(text, str):
        raise BadLine(line_no, f'expected text under "{key}", found {_name(text)}')
    return text


def line_of(value: object) -> str:
    """One JSON line, Japanese as it is; lone surrogates, which UTF-8 cannot hold, are escaped."""
    line = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    try:
        line.encode("utf-8")
    except UnicodeEncodeError:
        return json.dumps(value, separators=(",", ":"))
    return line


def _name(value: object) -> str:
    names = {
        list: "a list",
        dict: "an object",
        str: "text",
        bool: "true or false",
        int: "a number",
        float: "a number",
    }
    return names.get(type(value), "null")
