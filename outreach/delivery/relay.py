"""The relay that takes our mail: one connection, one text after the other, and what is known of each afterwards.

The relay signs (DKIM), sends on and keeps trying; this only hands over. `smtplib` speaks; its own `sendmail` is not
used, as it does not tell whether the text was handed over when a connection ends.
Sources: RFC 5321 sections 4.2.1 (answers by their first digit), 4.2.5 and 6.1 (who is responsible after the final dot).
"""

import contextlib
import re
import smtplib
import ssl
from dataclasses import dataclass
from typing import ClassVar, Final

from django.conf import settings
from django.utils.translation import gettext as _

from cases.errors import CasesError
from outreach.delivery.line import LineRefused, why
from outreach.delivery.models import DeliveryTry

Outcome = DeliveryTry.Outcome
PAUSES: Final = (0.3, 0.7, 1, 2, 4, 8, 15, 30)
"""Seconds between attempts to connect: a relay that restarts is waited for, one that is away ends the run."""
_FINER: Final = re.compile(rb"\b[245]\.\d{1,3}\.\d{1,3}\b")
_CLOSING: Final = 421
_LOST: Final = (smtplib.SMTPServerDisconnected, OSError)


class RelayAway(CasesError):
    """Nobody answers there. The run ends and can be resumed."""

    code: ClassVar[str] = "relay_away"
    status: ClassVar[int] = 503

    def __init__(self) -> None:
        super().__init__(
            _("メールサーバーにつながりません。つながるようになってから、「再開」を押してください。")
        )


class RelayRefusesUs(LineRefused):
    """It knows neither us nor our sender: nothing about one recipient, so nobody is tried further."""

    code: ClassVar[str] = "relay_refuses_us"
    settings: ClassVar[str] = "SMTP"


class RelayNotSet(CasesError):
    code: ClassVar[str] = "relay_not_set"
    status: ClassVar[int] = 409

    def __init__(self) -> None:
        super().__init__(
            _(
                "メールサーバーが設定されていません。本文を写して、お使いのメール配信の仕組みで送ってください。"
            )
        )


@dataclass(frozen=True)
class Answer:
    """What is known after a hand-over. An empty outcome: the text went out, and the answer never came."""

    outcome: str
    code: int | None = None
    status: str = ""

    @property
    def is_about_the_mailbox(self) -> bool:
        """Refused because there is no such mailbox, not by a rule of the relay (RFC 3463: 5.1.x)."""
        return self.outcome == Outcome.REFUSED and self.status.startswith("5.1.")


def is_set() -> bool:
    """Whether mail can be sent from this machine at all."""
    return bool(settings.SMTP_HOST and settings.MAIL_FROM)


def sender() -> str:
    """Whom mail comes from; empty where that is not set."""
    return str(settings.MAIL_FROM)


class Relay:
    """A connection that is kept over many texts and made anew where it broke."""

    def __init__(self) -> None:
        self._smtp: smtplib.SMTP | None = None

    def connect(self) -> None:
        """See that somebody listens, before anything is claimed. Raises RelayAway, RelayRefusesUs."""
        if self._smtp is not None and self._is_alive(self._smtp):
            return
        self.close()
        try:
            self._smtp = _connected()
        except (smtplib.SMTPException, OSError, UnicodeError) as failure:
            if found := why(failure):
                raise RelayRefusesUs(found) from None
            raise RelayAway from None

    def _is_alive(self, smtp: smtplib.SMTP) -> bool:
        try:
            return smtp.rset()[0] < 400
        except _LOST:
            return False

    def hand_over(self, sender: str, recipient: str, content: bytes) -> Answer:
        """One text to one recipient. Raises RelayRefusesUs where it is not about the recipient."""
        smtp = self._smtp
        if smtp is None:
            return Answer(Outcome.DROPPED)
        try:
            refused = _envelope(smtp, sender, recipient)
        except _LOST:
            self.close()
            return Answer(Outcome.DROPPED)
        if refused is not None:
            if refused.code == _CLOSING:
                self.close()
            return refused
        # From here on the relay may have it, whatever this end sees.
        try:
            smtp.send(_dotted(content))
            code, words = smtp.getreply()
        except _LOST:
            self.close()
            return Answer("")
        return _judged(code, words) if code >= 400 else Answer(Outcome.ACCEPTED, code)

    def close(self) -> None:
        if self._smtp is not None:
            self._smtp.close()
            self._smtp = None

    def quit(self) -> None:
        """Say goodbye; who is gone needs none."""
        if self._smtp is not None:
            with contextlib.suppress(*_LOST):
                self._smtp.quit()
            self.close()


def _connected() -> smtplib.SMTP:
    host, port, seconds = settings.SMTP_HOST, settings.SMTP_PORT, settings.SMTP_SECONDS
    context = ssl.create_default_context(cafile=settings.SMTP_CA_FILE or None)
    if settings.SMTP_TLS == "tls":
        smtp: smtplib.SMTP = smtplib.SMTP_SSL(host, port, timeout=seconds, context=context)
    else:
        smtp = smtplib.SMTP(host, port, timeout=seconds)
    try:
        smtp.ehlo()
        if settings.SMTP_TLS == "starttls":
            smtp.starttls(context=context)
            smtp.ehlo()
        if settings.SMTP_USER:
            smtp.login(settings.SMTP_USER, settings.SMTP_PASSWORD)
    except BaseException:
        smtp.close()
        raise
    return smtp


def _envelope(smtp: smtplib.SMTP, sender: str, recipient: str) -> Answer | None:
    """Sender, recipient and the word DATA; the refusal, or None where the relay waits for the text."""
    code, words = smtp.mail(sender)
    if code >= 500:
        raise RelayRefusesUs
    if code < 400:
        code, words = smtp.rcpt(recipient)
    if code < 400:
        code, words = smtp.docmd("DATA")
        if code == 354:
            return None
    return _judged(code, words)


def _judged(code: int, words: bytes) -> Answer:
    """Of an answer of 400 or more; the number and the finer one are kept, the words may quote the address."""
    found = _FINER.search(words)
    status = found[0].decode("ascii") if found else ""
    return Answer(Outcome.REFUSED if code >= 500 else Outcome.PUT_OFF, code, status)


def _dotted(content: bytes) -> bytes:
    """As it goes over the line: dots at the beginnings of lines doubled, a lone dot at the end."""
    return re.sub(rb"(?m)^\.", b"..", content) + b".\r\n"
