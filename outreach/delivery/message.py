"""One mail as it is handed over: headers, text, and at its foot how to stop it.

The relay signs it (DKIM); nothing here does. Sources: RFC 5322; RFC 2369 (List-Unsubscribe by mailto; the one click of
RFC 8058 needs a public page); RFC 3834 (Auto-Submitted, so that no absence notice answers).
"""

from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from cases.law.calendar import TOKYO
from cases.records.centre import Centre
from outreach.delivery.address import on_the_wire
from outreach.delivery.models import Mailing

_POLICY = SMTP.clone(max_line_length=76)


@dataclass(frozen=True)
class Envelope:
    """Who it is for, by which word it comes back, and by which it is found in the relay's log."""

    address: str
    token: str
    message_id: str


def message_id_of(name: str) -> str:
    """The Message-ID of a try, at the host that we send from."""
    return f"<{name}@{settings.MAIL_FROM.rpartition('@')[2]}>"


def written(mailing: Mailing, text: str, envelope: Envelope, at: datetime) -> bytes:
    """The whole mail with CRLF at its line ends; `text`: what this reader gets of the mailing. Always Japanese.

    Raises ValueError for a line break in a header.
    """
    # `email` takes the quotes off a local part such as "a..b", which then is no address, and it writes an address that
    # is longer than a line as encoded words, which no mail program follows: these lines are written here.
    own = f"To: {on_the_wire(envelope.address)}\r\nList-Unsubscribe: <{unsubscribe_link(envelope.token)}>\r\n"
    return own.encode("ascii") + _rest(mailing, text, envelope, at).as_bytes(policy=_POLICY)


def _rest(mailing: Mailing, text: str, envelope: Envelope, at: datetime) -> EmailMessage:
    made = EmailMessage(policy=_POLICY)
    made["From"] = Address(mailing.centre.name, addr_spec=settings.MAIL_FROM)
    made["Subject"] = one_line(mailing.subject)
    made["Date"] = format_datetime(at.astimezone(TOKYO))
    made["Message-ID"] = envelope.message_id
    made["Auto-Submitted"] = "auto-generated"
    made["Precedence"] = "bulk"
    made.set_content(whole_text(mailing.centre, text, envelope.token), charset="utf-8", cte="base64")
    return made


def unsubscribe_link(token: str) -> str:
    """The word stands in the subject: it comes back whatever the mailbox does with its own address."""
    return f"mailto:{settings.MAIL_RETURN_TO}?subject=unsubscribe%20{token}"


def whole_text(centre: Centre, text: str, token: str) -> str:
    """The text and its foot: who sends it, why one gets it, how to stop it."""
    with translation.override(settings.LANGUAGE_CODE):
        foot = [
            "-" * 40,
            _("このメールは、配信を申し込まれた方にお送りしています。"),
            _(
                "配信をやめるには、次のあて先に、件名を「unsubscribe %(token)s」としたメールを送るか、お電話ください。"
            )
            % {"token": token},
            settings.MAIL_RETURN_TO,
            f"{centre.name} {centre.phone}".strip(),
        ]
        return "\n".join([text.rstrip("\n"), "", *foot, ""])


def one_line(text: str) -> str:
    """A subject without line breaks or other control characters: none can begin a header of its own."""
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())
