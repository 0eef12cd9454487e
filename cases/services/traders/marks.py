"""Numbers and addresses of traders in one spelling, and those that stand in a text."""

import re
from dataclasses import dataclass
from typing import ClassVar, Final
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from cases import spelling
from cases.errors import CasesError
from cases.records.trader import TraderMark

LONGEST: Final = 200
MOST_IN_TEXT: Final = 10
Kind = TraderMark.Kind

# Many shops share these hosts: the first part of the path says which.
_SHARED: Final = frozenset(
    {"item.rakuten.co.jp", "rakuten.co.jp", "store.shopping.yahoo.co.jp", "mercari.com", "minne.com"}
)
_DASHED: Final = r"\-‐‑–—−ー－"
_PHONE: Final = re.compile(rf"[+0０(（][0-9０-９()（）{_DASHED}. ]{{8,18}}")
_SITE: Final = re.compile(
    r"https?://[^\s<>\"'）」』、。]+"
    r"|(?<![@\w.-])(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+"
    r"(?:com|net|org|jp|info|biz|shop|store|site|online|xyz|top|vip|club|work|life|cc|cn|tk|icu|asia|tokyo|co|io|me|app)"
    r"(?![a-z0-9-])(?:/[^\s<>\"'）」』、。]*)?",
    re.IGNORECASE,
)
_HOST: Final = re.compile(r"(?:[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?\.)+[a-z0-9-]{2,}")


class MarkRefused(CasesError):
    """No telephone number, no address of a site, no account of a social network."""

    code: ClassVar[str] = "mark_refused"
    status: ClassVar[int] = 422

    def __init__(self) -> None:
        super().__init__(_("電話番号・サイトのアドレス・SNSのIDのどれかを、種類に合わせて入力してください。"))


def normal(kind: str, text: str) -> str:
    """The value as it is stored and compared. Raises MarkRefused."""
    found = {Kind.PHONE: phone, Kind.URL: site, Kind.SNS: account}[Kind(kind)](text)
    if not found or len(found) > LONGEST:
        raise MarkRefused
    return found


def phone(text: str) -> str:
    return spelling.phone_digits(text) or ""


def account(text: str) -> str:
    """An account of a social network: without @ and blanks, in small letters."""
    return "".join(spelling.width(text).split()).removeprefix("@").casefold()


def site(text: str) -> str:
    """The host of an address, without www and port; with the shop's part of the path where shops share the host."""
    plain = "".join(spelling.width(text).split())
    if not plain:
        return ""
    try:
        parts = urlsplit(plain if "//" in plain else f"//{plain}")
        host = (parts.hostname or "").rstrip(".").encode("idna").decode("ascii")
    except (ValueError, UnicodeError):
        return ""
    host = host.casefold().removeprefix("www.")
    if not _HOST.fullmatch(host):
        return ""
    shop = parts.path.strip("/").partition("/")[0].casefold()
    return f"{host}/{shop}" if host in _SHARED and shop else host


@dataclass(frozen=True)
class InText:
    """What a text names, normalised, each once. Never logged."""

    phones: tuple[str, ...] = ()
    sites: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return "<InText>"


def in_text(text: str) -> InText:
    """Telephone numbers and addresses of sites that stand in free text; the first of each kind."""
    phones = (phone(found) for found in _PHONE.findall(text))
    sites = (site(found) for found in _SITE.findall(spelling.width(text)))
    return InText(
        tuple(dict.fromkeys(one for one in phones if one))[:MOST_IN_TEXT],
        tuple(dict.fromkeys(one for one in sites if one))[:MOST_IN_TEXT],
    )
