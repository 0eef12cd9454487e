"""Every form of the product, filled with what nobody should type: it is refused or kept, and never fails.

A new page takes part by itself: its forms are read from what it answers. Values rotate over the fields, so that a
form meets many of them in a few requests.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Final
from urllib.parse import urlencode, urlsplit

import pytest
from django.test import Client
from django.urls import resolve

from consult.shell import roles
from consult.shell.accounts import Account
from tests import builders
from tests.architecture.test_every_url import ADDRESSES, holder_of, signed_in

pytestmark = pytest.mark.django_db

LONG: Final = "あ" * 20_001
HOSTILE: Final = {
    "long": LONG,
    "markup": "\"><script>alert(1)</script><img src=x onerror=alert(1)>'",
    "controls": "a\x00b\x01\x1b[31m\ufffe",
    "surrogate": "山\ud800田",
    "right to left": "\u202egnp.exe\u2066\u200f\ufeff",
    "formula": '=HYPERLINK("http://example.com")\t+1\n-1\r@SUM(A1)',
    "signs": ";(?:[.*+?^${}()|\\]%s %(a)s {0} {{ x }}",
    "year 9999": "9999-12-31",
    "year 1": "0001-01-01",
    "year 0": "0000-00-00 99:99",
    "far wareki": "令和99年12月31日 25時",
    "overflow": "9" * 400,
    "negative": "-1",
    "fraction": "1e308",
    "digits": "٣۴५",
    "blank": " \u3000\n",
}
_TEXTUAL: Final = {
    "text",
    "textarea",
    "number",
    "date",
    "time",
    "datetime-local",
    "search",
    "email",
    "url",
    "tel",
    "hidden",
}
_NUMBERS: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|[0-9a-f]{32}|\d+")
KEPT: Final = {"uid", "csrfmiddlewaretoken"}
VALUES: Final = list(HOSTILE.values())
TURNS: Final = 3
STEP: Final = 5  # so that a form of one field meets length, a formula and a date
MOST_OF_A_QUERY: Final = 8_000  # more never reaches the product: the server refuses it
HUGE: Final = {
    "transfers-999999-account": "1234567",
    "traders-0-name": "店",
    "transfers-TOTAL_FORMS": "999999999",
}


class Forms(HTMLParser):
    """The forms of a page: method, address, and of each field its kind and the value that it starts with."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[Form] = []
        self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        at = {name: value or "" for name, value in attrs}
        name = at.get("name", "")
        if tag == "form":
            self.found.append(Form(at.get("method", "get").upper(), at.get("action", "")))
        if not self.found:
            return
        fields = self.found[-1].fields
        if name and tag in ("input", "button"):
            kind = at.get("type", "text" if tag == "input" else "submit")
            fields.setdefault(name, Field(kind, at.get("value", "")))
        elif name and tag in ("textarea", "select"):
            fields[name] = Field(tag, "")
            self._select = name if tag == "select" else ""
        elif tag == "option" and self._select and at.get("value") and not fields[self._select].start:
            fields[self._select] = Field("select", at["value"])


@dataclass(frozen=True)
class Field:
    kind: str
    start: str


@dataclass
class Form:
    method: str
    url: str
    fields: dict[str, Field] = field(default_factory=dict)

    def filled(self, turn: int) -> dict[str, str]:
        """Texts get hostile values, other ones in every turn; in the last turn hidden and chosen values too."""
        data = {name: one.start for name, one in self.fields.items()}
        names = [name for name in self.fields if name not in KEPT]
        for place, name in enumerate(names):
            if self.fields[name].kind in _TEXTUAL or turn == TURNS - 1:
                data[name] = VALUES[(place + turn * STEP) % len(VALUES)]
        return {**data, **HUGE}


def forms_of(client: Client, url: str) -> Iterator[Form]:
    answer = client.get(url, follow=True)
    if answer.status_code != 200 or answer.streaming or "html" not in answer.get("Content-Type", ""):
        return
    here = answer.redirect_chain[-1][0] if answer.redirect_chain else url
    parser = Forms()
    parser.feed(answer.content.decode())
    for form in parser.found:
        form.url = urlsplit(form.url or here).path
        yield form


def collected(client: Client, account: Account) -> dict[str, Form]:
    """One form of each shape: its route and the names of its fields. Signing out would end the walk."""
    found: dict[str, Form] = {}
    for address in ADDRESSES:
        if address.is_api or not address.answers("GET"):
            continue
        for form in forms_of(client, address.url(account)):
            route = resolve(form.url).route
            names = sorted({_NUMBERS.sub("#", name) for name in form.fields})
            if resolve(form.url).url_name != "sign-out":
                found.setdefault(f"{form.method} {route} {names}", form)
    return found


def send(client: Client, form: Form, data: dict[str, str]) -> int:
    # As bytes, since half a surrogate pair comes in no other way.
    body = urlencode(data, errors="surrogatepass")
    if form.method == "GET":
        return client.generic("GET", form.url, QUERY_STRING=body[:MOST_OF_A_QUERY]).status_code
    return client.post(form.url, body.encode(), "application/x-www-form-urlencoded").status_code


def test_no_form_fails_on_what_nobody_should_type() -> None:
    account = holder_of(builders.centre(), *roles.ROLES)
    client = signed_in(account)
    client.raise_request_exception = False
    forms = collected(client, account)
    failed = []
    for shape, form in forms.items():
        for turn in range(TURNS):
            client.force_login(account)
            if (status := send(client, form, form.filled(turn))) >= 500:
                failed.append((shape, turn, status))

    assert len(forms) > 60
    assert failed == []
