"""Log lines carry places, ids and counts, never values; and one event is one line, whatever somebody typed into it."""

import json
import logging
import re
import sys
import threading
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import PurePath
from types import TracebackType
from typing import Any, Final
from uuid import UUID

from cases import trace

MASK: Final = "…"
FORMATS: Final = ("text", "json")
KEYS: Final = ("at", "level", "logger", "message", "request_id", "error", "places")
"""What a JSON line may hold; a test compares."""

# What a text among the arguments may look like: names of codes, paths, addresses of this machine, ids.
_PLAIN: Final = re.compile(r"[A-Za-z0-9_.,:;/\-\[\]{}<>=()#+* ]{0,200}")
_UID: Final = re.compile(r"[0-9a-fA-F]{8}-?(?:[0-9a-fA-F]{4}-?){3}[0-9a-fA-F]{12}")
_DIGITS: Final = re.compile(r"[0-9](?:[-()+ ./]{0,2}[0-9]){6,}")  # a phone number, a card, an account
_PLACES: Final = 12
_CONTROL: Final = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")


class WithoutValues(logging.Filter):
    """Arguments that could be a value become …, exceptions a kind and places: their words may quote what was typed."""

    def filter(self, record: logging.LogRecord) -> bool:
        if record.name.startswith("django.security"):
            record.msg, record.args = "A request was refused before it was read", ()  # it quotes the request
        record.args = _safe_arguments(record)
        record.error, record.places = "", ()
        if record.exc_info and record.exc_info[0] is not None:
            kind, _value, step = record.exc_info
            record.error, record.places = kind.__name__, places_of(step)
            record.exc_info = record.exc_text = None
        record.stack_info = None
        record.request_id = trace.request_id.get()
        return True


def _safe_arguments(record: logging.LogRecord) -> Any:
    if not record.args:
        return record.args
    request = getattr(record, "request", None)
    path = str(getattr(request, "path", "")) or None

    def safe(argument: object) -> object:
        if path is not None and argument == path:
            return route_of(request)
        return plain(argument)

    if isinstance(record.args, Mapping):
        if "%(" not in str(record.msg):  # printed whole, names and all
            return (MASK,)
        return {name: safe(argument) for name, argument in record.args.items()}
    return tuple(safe(argument) for argument in record.args)


def plain(argument: object) -> object:
    """The argument where it is a number, an id or a word of ours; else …"""
    if argument is None or isinstance(argument, bool | int | float | UUID):
        return argument
    if not isinstance(argument, str | PurePath):
        return MASK
    text = str(argument)
    if not _PLAIN.fullmatch(text) or _DIGITS.search(_UID.sub("", text)):
        return MASK
    return text


def route_of(request: object) -> str:
    """The pattern of the address that was asked for: what stands in its place may have been typed."""
    match = getattr(request, "resolver_match", None)
    return f"/{match.route}" if match is not None else MASK


def places_of(step: TracebackType | None) -> tuple[str, ...]:
    """The last places of a traceback: file, line, function."""
    found = []
    while step is not None:
        code = step.tb_frame.f_code
        found.append(f"{code.co_filename}:{step.tb_lineno} {code.co_name}")
        step = step.tb_next
    return tuple(found[-_PLACES:])


def one_line(text: str) -> str:
    """Line ends and other controls written out: nobody can forge a line, or steer a terminal."""
    return _CONTROL.sub(lambda found: f"\\x{ord(found.group()):02x}", text)


class Line(logging.Formatter):
    """A line for people."""

    def format(self, record: logging.LogRecord) -> str:
        error = getattr(record, "error", "")
        told = f" | {error} | {' > '.join(getattr(record, 'places', ()))}" if error else ""
        at = self.formatTime(record)
        asked = getattr(record, "request_id", "")
        return one_line(f"{at} {record.levelname} {record.name} [{asked}] {record.getMessage()}{told}")


class Json(logging.Formatter):
    """A line for programs: the keys of KEYS and no others, whatever else hangs on the record."""

    def format(self, record: logging.LogRecord) -> str:
        told: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": one_line(record.getMessage()),
            "request_id": getattr(record, "request_id", ""),
        }
        if error := getattr(record, "error", ""):
            told |= {"error": error, "places": list(getattr(record, "places", ()))}
        return json.dumps(told, ensure_ascii=False)


# --- outside the log ------------------------------------------------------------------------------------------
def hide_values_on_the_terminal() -> None:
    """An error that nobody caught ends a command with its kind and places: its words could quote a value."""
    sys.excepthook = _tell
    threading.excepthook = lambda failed: _tell(failed.exc_type, failed.exc_value, failed.exc_traceback)


def _tell(kind: type[BaseException], _value: BaseException | None, step: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        return
    sys.stderr.write(one_line(f"{kind.__name__} | {' > '.join(places_of(step))}") + "\n")
