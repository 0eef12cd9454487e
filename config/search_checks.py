"""What of the settings for search cannot work, or would not be safe, in words. Nobody is asked over the net."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error
from django.utils.translation import gettext as _

from config.hosts import is_here
from search import boosts

# What an index may be called; we add a dash and digits of our own.
_PREFIX: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,40}")


def elasticsearch_can_be_used(**_options: object) -> list[CheckMessage]:
    """Silent where no Elasticsearch is configured: FTS5 needs nothing of this."""
    if not settings.ELASTICSEARCH_URLS:
        return []
    return [Error(problem, hint=hint, id="madoguchi.E006") for problem, hint in _problems()]


def _problems() -> Iterator[tuple[str, str]]:
    if settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"):
        yield (
            _("SQLite と Elasticsearch は組み合わせられません。"),
            _("1台なら ELASTICSEARCH_URLS を空にし、複数台なら DATABASE_URL を PostgreSQL にしてください。"),
        )
    for url in settings.ELASTICSEARCH_URLS:
        yield from _problems_of(url)
    if not settings.ELASTICSEARCH_USER or not settings.ELASTICSEARCH_PASSWORD:
        yield (
            _(
                "Elasticsearch の利用者名かパスワードがありません。だれでも読める Elasticsearch は使えません。"
            ),
            _(
                "Elasticsearch の認証を有効にし、ELASTICSEARCH_USER と ELASTICSEARCH_PASSWORD を設定してください。"
            ),
        )
    if settings.ELASTICSEARCH_CA_FILE and not Path(settings.ELASTICSEARCH_CA_FILE).is_file():
        yield (
            _("認証局の証明書(ELASTICSEARCH_CA_FILE)がありません: %(path)s")
            % {"path": settings.ELASTICSEARCH_CA_FILE},
            _("ファイルの場所を確かめてください。システムが信頼する認証局なら、空にしてください。"),
        )
    if not _PREFIX.fullmatch(settings.ELASTICSEARCH_PREFIX):
        yield (
            _("ELASTICSEARCH_PREFIX に使えない文字があります: %(prefix)s")
            % {"prefix": settings.ELASTICSEARCH_PREFIX},
            _("英小文字・数字・ハイフン・下線だけで、41文字までにしてください。"),
        )


def _problems_of(url: str) -> Iterator[tuple[str, str]]:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username or parts.password:
        # Not the address itself: it may hold a password.
        yield (
            _("ELASTICSEARCH_URLS に、使えないアドレスがあります。"),
            _("https://名前:9200 の形で、利用者名とパスワードを入れずに書いてください。"),
        )
    elif parts.scheme == "http" and not is_here(parts.hostname):
        yield (
            _("Elasticsearch への通信が暗号化されていません: %(host)s") % {"host": parts.hostname},
            _("https のアドレスにしてください。http は、この機械の中だけで使えます。"),
        )


def boosts_can_be_read(**_options: object) -> list[CheckMessage]:
    """The weights of codes among similar cases (SIMILAR_BOOSTS)."""
    try:
        boosts.in_use()
    except boosts.BoostsRefused as refused:
        problem = _("似た相談の並べ方(SIMILAR_BOOSTS)を読めません: %(reason)s") % {"reason": refused}
        hint = _("例: SIMILAR_BOOSTS=scam_type=0.2,recent=0。空にすると、はじめの値に戻ります。")
        return [Error(problem, hint=hint, id="madoguchi.E008")]
    return []
