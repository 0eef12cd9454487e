"""Mail addresses as people type and hand them in: checked, compared, and written for the relay. No I/O.

Sources: RFC 5321 section 4.1.2 (mailboxes), RFC 5890 (names of hosts in Japanese letters).
"""

import re
import unicodedata
from typing import ClassVar, Final

from django.utils.translation import gettext as _

from cases.errors import CasesError

LONGEST: Final = 254
_LONGEST_LOCAL: Final = 64
# Dots in a row or at the end are against the RFC, but Japanese telephone companies gave such addresses out.
_LOCAL: Final = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+")
_DOT_ATOM: Final = re.compile(r"[^.]+(\.[^.]+)*")
_LABEL: Final = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")


class AboutAddress(CasesError):
    """A refusal that a form tells at its field for the address."""

    @property
    def errors(self) -> dict[str, str]:
        return {"address": str(self)}


class AddressNotUnderstood(AboutAddress):
    """What was typed is no address that mail can be sent to. The message never quotes it."""

    code: ClassVar[str] = "address_not_understood"
    status: ClassVar[int] = 422

    def __init__(self) -> None:
        super().__init__(
            _(
                "メールアドレスとして読めません。「名前@example.jp」の形か、空白や「、」が混じっていないかを確かめてください。"
            )
        )


def read_address(text: str) -> str:
    """The address as it is kept: half-width, the host in its ASCII form and small letters, the rest as typed.

    Full-width letters and signs are read; blanks at the ends fall away. Raises AddressNotUnderstood: also for control
    characters (no header can be smuggled in), and for local parts outside ASCII, which most relays do not take.
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    local, at, host = plain.rpartition("@")
    if not at or len(local) > _LONGEST_LOCAL or not _LOCAL.fullmatch(local):
        raise AddressNotUnderstood
    address = f"{local}@{_host(host)}"
    if len(address) > LONGEST:
        raise AddressNotUnderstood
    return address


def _host(text: str) -> str:
    try:
        host = text.lower().encode("idna").decode("ascii")
    except UnicodeError:
        raise AddressNotUnderstood from None
    labels = host.split(".")
    if len(labels) < 2 or labels[-1].isdigit() or not all(_LABEL.fullmatch(label) for label in labels):
        raise AddressNotUnderstood
    return host


def compared(address: str) -> str:
    """What two spellings of one mailbox have in common: letters of either case are the same mailbox in practice."""
    return address.lower()


def on_the_wire(address: str) -> str:
    """The address as SMTP and headers take it: a local part that is no dot-atom stands in quotes."""
    local, _at, host = address.rpartition("@")
    return address if _DOT_ATOM.fullmatch(local) else f'"{local}"@{host}'
