"""Why a line to a mail server was refused, in words that whoever keeps the settings can act on.

No reason quotes what the server said or what it was sent: both may hold a password or an address.
Sources: openssl-verification-options(1) and x509_vfy.h (numbers of what is wrong with a certificate).
"""

import imaplib
import smtplib
import ssl
from enum import StrEnum
from typing import ClassVar, Final

from django.utils.translation import gettext as _

from cases.errors import CasesError
from cases.jobs.models import Job

CODES: Final = frozenset({"relay_away", "relay_refuses_us", "mailbox_away", "mailbox_refuses_us"})
"""Of jobs that ended because of the line, not of what was to be done over it."""


class Why(StrEnum):
    US = "US"
    LOGIN = "LOGIN"
    LETTERS = "LETTERS"
    EXPIRED = "EXPIRED"
    UNTRUSTED = "UNTRUSTED"
    OTHER_NAME = "OTHER_NAME"
    NOT_OFFERED = "NOT_OFFERED"
    NOT_TLS = "NOT_TLS"
    FOLDER = "FOLDER"


_OF_CERTIFICATE: Final = {9: Why.EXPIRED, 10: Why.EXPIRED, 62: Why.OTHER_NAME, 64: Why.OTHER_NAME}
"""Not yet or no longer valid; of another host or address. Every other number: signed by nobody that is known here."""


class LineRefused(CasesError):
    """The server does not want us, or cannot be trusted: trying again changes nothing until a setting does."""

    code: ClassVar[str] = "mail_line_refused"
    status: ClassVar[int] = 503
    settings: ClassVar[str] = ""
    """How the names of the settings begin: SMTP or IMAP."""

    def __init__(self, why: Why = Why.US) -> None:
        self.why = why
        super().__init__(_words(why) % {"of": self.settings})


def _words(why: Why) -> str:
    return {
        Why.US: _("メールサーバーが、差出人か接続を断りました。サーバーの設定を担当に確かめてください。"),
        Why.LOGIN: _(
            "メールサーバーが、ユーザー名かパスワードを断りました。"
            "%(of)s_USER と %(of)s_PASSWORD を確かめてください。"
        ),
        Why.LETTERS: _(
            "メールサーバーへ送れない文字があります。"
            "%(of)s_USER と %(of)s_PASSWORD は、英数字と記号だけにしてください。"
        ),
        Why.EXPIRED: _(
            "メールサーバーの証明書の期限が切れています。"
            "サーバーの担当に更新を頼み、この機械の時計も確かめてください。"
        ),
        Why.UNTRUSTED: _(
            "メールサーバーの証明書を確かめられません(自己署名か、知らない認証局)。"
            "組織の認証局の証明書を %(of)s_CA_FILE に設定してください。"
        ),
        Why.OTHER_NAME: _(
            "メールサーバーの証明書が、別の名前のものです。%(of)s_HOST を証明書の名前に合わせてください。"
        ),
        Why.NOT_OFFERED: _(
            "メールサーバーが、暗号化かサインインに応じません。"
            "%(of)s_PORT と %(of)s_TLS、ユーザー名が要るかを確かめてください。"
        ),
        Why.NOT_TLS: _(
            "メールサーバーと暗号化の方法が合いません。%(of)s_PORT と %(of)s_TLS の組を確かめてください"
            "(送信は587なら starttls、465なら tls。受信は993で tls)。"
        ),
        Why.FOLDER: _("メールボックスに、そのフォルダーがありません。%(of)s_FOLDER を確かめてください。"),
    }[why]


# The first that fits; None: the line broke, or was never there.
_OF_FAILURE: Final[tuple[tuple[type[Exception], Why | None], ...]] = (
    (UnicodeError, Why.LETTERS),
    (ssl.SSLEOFError, None),
    (ssl.SSLZeroReturnError, None),
    (ssl.SSLError, Why.NOT_TLS),
    (smtplib.SMTPNotSupportedError, Why.NOT_OFFERED),
    (smtplib.SMTPAuthenticationError, Why.LOGIN),
    (smtplib.SMTPServerDisconnected, None),
    (smtplib.SMTPResponseException, Why.US),
    (smtplib.SMTPException, Why.NOT_OFFERED),  # no way to sign in that both sides know
    (imaplib.IMAP4.abort, None),
    (imaplib.IMAP4.error, Why.LOGIN),
)


def why(failure: Exception) -> Why | None:
    """What is wrong, so that a person must look; None for a line that broke or was never there."""
    if isinstance(failure, ssl.SSLCertVerificationError):
        return _OF_CERTIFICATE.get(failure.verify_code, Why.UNTRUSTED)
    if isinstance(failure, smtplib.SMTPResponseException) and failure.smtp_code < 500:
        return None
    return next((found for kind, found in _OF_FAILURE if isinstance(failure, kind)), None)


def last_run(kind: str) -> Job | None:
    """The last job of this kind that came to an end."""
    ended = Job.objects.filter(kind=kind, state__in=[Job.State.DONE, Job.State.FAILED])
    return ended.order_by("-finished_at").first()


def what_cut_off(kind: str) -> str:
    """Why the last run of this kind of job did not get through to its server; empty where it did."""
    last = last_run(kind)
    return last.error if last is not None and last.error_code in CODES else ""
