"""A mail that came back, read: a report of what could not be delivered, a wish to stop, or something else. No I/O.

Sources: RFC 3464 (the fields of a delivery report), RFC 6522 (its parts), RFC 3463 (what 5.1.1 means).
"""

import email
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import EmailMessage, Message
from email.parser import BytesHeaderParser, BytesParser
from email.policy import default
from email.utils import parseaddr
from typing import Any, Final, TypeAlias, cast

from outreach.delivery.models import Incoming

_Mail: TypeAlias = "Message[Any, Any]"
Kind = Incoming.Kind
MOST_TEXT: Final = 20_000
MOST_LAYERS: Final = 100
_BOUNDARY: Final = re.compile(rb"boundary\s*=", re.IGNORECASE)
_GONE: Final = re.compile(r"5\.(1\.\d{1,3}|2\.1|4\.4)")
"""No such mailbox or host, or it is closed; a full mailbox or a rule of its host may be over tomorrow."""
_STATUS: Final = re.compile(r"[245]\.\d{1,3}\.\d{1,3}")
_MESSAGE_ID: Final = re.compile(r"<[^<>\s]+@[^<>\s]+>")
_STOP: Final = re.compile(
    r"unsubscribe|配信.{0,3}(停止|中止|解除|不要|やめ)|登録.{0,2}(解除|抹消)", re.IGNORECASE
)


@dataclass(frozen=True)
class Returned:
    """What a mail says. `subject` may hold a token; `sender` and `recipients` are addresses: never logged or shown."""

    kind: str
    subject: str = ""
    text: str = ""
    sender: str = ""
    status: str = ""
    message_ids: list[str] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)


def read_mail(data: bytes) -> Returned:
    """Any bytes give an answer: what cannot be read is `OTHER`, for a person.

    Of a mail of more parts in parts than anybody writes, the headers alone are read: each layer costs all below it.
    """
    is_heap = len(_BOUNDARY.findall(data)) > MOST_LAYERS
    parser = BytesHeaderParser(policy=default) if is_heap else BytesParser(policy=default)
    mail = parser.parsebytes(data)
    subject, sender, text = _header(mail, "Subject"), _sender(mail), _text(mail)
    if reported := list(_reported(mail)):
        statuses = [status for status, _recipient in reported]
        hard = next((status for status in statuses if _GONE.fullmatch(status)), "")
        return Returned(
            Kind.HARD if hard else Kind.SOFT,
            subject, text, sender,
            hard or next(iter(statuses), ""),
            _message_ids_of_original(mail),
            [recipient for _status, recipient in reported if recipient],
        )  # fmt: skip
    is_answer_of_a_machine = _header(mail, "Auto-Submitted").lower() not in ("", "no")
    wants_to_stop = bool(_STOP.search(subject)) and not is_answer_of_a_machine
    return Returned(Kind.UNSUBSCRIBE if wants_to_stop else Kind.OTHER, subject, text, sender)


def _header(mail: _Mail, name: str) -> str:
    """A header as text; what `email` chokes on is empty."""
    try:
        return " ".join(str(mail.get(name, "")).split())
    except (ValueError, TypeError, IndexError, AttributeError, LookupError):
        return ""


def _sender(mail: _Mail) -> str:
    return parseaddr(_header(mail, "From"))[1]


def _text(mail: EmailMessage) -> str:
    try:
        part = mail.get_body(("plain", "html"))
        return str(part.get_content())[:MOST_TEXT] if part is not None else ""
    except (ValueError, TypeError, LookupError, AttributeError):
        return ""


def _reported(mail: _Mail) -> Iterator[tuple[str, str]]:
    """(status, recipient) of each recipient that a delivery report says failed; a mere delay is no failure."""
    for part in mail.walk():
        if part.get_content_type() != "message/delivery-status" or not part.is_multipart():
            continue
        for group in cast("list[_Mail]", part.get_payload()):
            if _header(group, "Action").lower() != "failed":
                continue
            found = _STATUS.search(_header(group, "Status"))
            recipient = _header(group, "Original-Recipient") or _header(group, "Final-Recipient")
            yield (found[0] if found else ""), recipient.rpartition(";")[2].strip()


def _message_ids_of_original(mail: _Mail) -> list[str]:
    """Of the mail, or its headers, that the report sends back."""
    found: list[str] = []
    for part in mail.walk():
        kind = part.get_content_type()
        if kind == "message/rfc822" and part.is_multipart():
            [original] = cast("list[_Mail]", part.get_payload())[:1] or [part]
            found += _MESSAGE_ID.findall(_header(original, "Message-ID"))
        elif kind == "text/rfc822-headers":
            headers = email.message_from_string(str(part.get_payload()), policy=default)
            found += _MESSAGE_ID.findall(_header(headers, "Message-ID"))
    return found


def parted(data: bytes) -> list[bytes]:
    """The mails of a file: one (.eml), or a mailbox in which each begins with a line `From …` (mbox)."""
    if not data.startswith(b"From "):
        return [data] if data.strip() else []
    mails: list[list[bytes]] = []
    is_after_blank = True
    for line in data.splitlines(keepends=True):
        if line.startswith(b"From ") and is_after_blank:
            mails.append([])
        else:
            mails[-1].append(re.sub(rb"^>(>*From )", rb"\1", line))
        is_after_blank = not line.strip()
    return [b"".join(lines) for lines in mails if lines]
