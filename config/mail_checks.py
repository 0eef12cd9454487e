"""What of the settings for mail cannot work, or would show passwords and addresses on the way. Nobody is asked."""

from collections.abc import Iterator

from django.conf import settings
from django.core.checks import CheckMessage, Error
from django.utils.translation import gettext as _

from config.hosts import is_here

_WAYS = ("starttls", "tls", "none")


def mail_can_be_sent(**_options: object) -> list[CheckMessage]:
    """Silent where neither a relay nor a mailbox is set."""
    return [Error(problem, hint=hint, id="madoguchi.E040") for problem, hint in _problems()]


def _problems() -> Iterator[tuple[str, str]]:
    if settings.SMTP_HOST:
        if not _is_address(settings.MAIL_FROM):
            yield (
                _("メールの差出人(MAIL_FROM)がないか、アドレスとして読めません。"),
                _("MAIL_FROM に、配信に使うアドレスを設定してください。"),
            )
        elif settings.MAIL_RETURN_TO and not _is_address(settings.MAIL_RETURN_TO):
            yield (
                _("不達と配信停止の返信先(MAIL_RETURN_TO)を、アドレスとして読めません。"),
                _("MAIL_RETURN_TO に、返信を受けるアドレスを設定するか、空にしてください。"),
            )
        yield from _of_the_way("SMTP_TLS", settings.SMTP_HOST, settings.SMTP_TLS)
    if settings.IMAP_HOST:
        yield from _of_the_way("IMAP_TLS", settings.IMAP_HOST, settings.IMAP_TLS)


def _is_address(text: str) -> bool:
    """Whether it can stand in a header and a link as it is."""
    return "@" in text and text.isascii() and text.isprintable() and not set(text) & set(' <>"?')


def _of_the_way(name: str, host: str, way: str) -> Iterator[tuple[str, str]]:
    if way not in _WAYS or (name == "IMAP_TLS" and way == "starttls"):
        yield (
            _("%(name)s の値が分かりません: %(value)s") % {"name": name, "value": way},
            _("SMTP_TLS は starttls、tls、none のどれか、IMAP_TLS は tls か none です。"),
        )
    elif way == "none" and not is_here(host):
        yield (
            _("%(name)s=none で、ほかの機械とつなごうとしています。宛先とパスワードが読まれます。")
            % {"name": name},
            _("none を使えるのは、同じ機械のサーバーだけです。"),
        )
