"""Numbers in whatever the product hands out: which of them did nobody release?"""

import csv
import io
import json
import re
import unicodedata
import zipfile
from collections.abc import Iterable
from html.parser import HTMLParser
from typing import Final

import pypdfium2

_NUMBER: Final = re.compile(r"[0-9](?:[0-9,]*[0-9])?(?:\.[0-9]+)?")
_IN_WORDS: Final = re.compile(r"[〇一二三四五六七八九十百千万]+(?=件|人)")
_BLANK: Final = re.compile(r"\s+")


class _Texts(HTMLParser):
    """Every text and every attribute that a reader can meet: titles, labels, values."""

    READ: Final = frozenset({"title", "aria-label", "alt", "value", "content", "data-value"})

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_data(self, data: str) -> None:
        self.found.append(data)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [value for name, value in attrs if name in self.READ and value]


def words_of_page(html: str) -> str:
    """The texts of a page or of a part of one, charts and their tooltips included."""
    reader = _Texts()
    reader.feed(html)
    return "\n".join(reader.found)


def words_of(content_type: str, data: bytes) -> str:
    """What a file says: PDF, Excel, CSV, JSON, HTML or text."""
    kind = content_type.partition(";")[0]
    if kind == "application/pdf":
        with pypdfium2.PdfDocument(data) as document:
            return "\n".join(
                _without_its_number(page, n, len(document)) for n, page in enumerate(document, 1)
            )
    if kind.endswith("spreadsheetml.sheet"):
        with zipfile.ZipFile(io.BytesIO(data)) as book:
            parts = [name for name in book.namelist() if re.search(r"sharedStrings|worksheets/sheet", name)]
            return "\n".join(_cells_of(book.read(name).decode()) for name in parts)
    text = data.decode("utf-8-sig")
    if kind == "text/csv":
        return "\n".join("\n".join(row) for row in csv.reader(io.StringIO(text)))
    if kind in ("application/json", "application/ld+json", "application/csvm+json"):
        return "\n".join(_leaves(json.loads(text)))
    return words_of_page(text) if kind == "text/html" else text


def _without_its_number(page: pypdfium2.PdfPage, number: int, of: int) -> str:
    """The words of a page of paper; 「2 / 4」 at its foot is the product's own."""
    words: str = page.get_textpage().get_text_range()
    return re.sub(rf"\b{number}\s*/\s*{of}\b", "", words, count=1)


def _cells_of(sheet: str) -> str:
    """Numbers and texts of the cells; not the places of shared texts, nor how wide a column is."""
    numbers = re.findall(r"<c r=\"[A-Z]+[0-9]+\"(?: s=\"[0-9]+\")?><v>([^<]*)</v>", sheet)
    return "\n".join([*numbers, *re.findall(r"<t[^>]*>([^<]*)</t>", sheet)])


def _leaves(value: object) -> Iterable[str]:
    if isinstance(value, dict):
        for of in value.values():
            yield from _leaves(of)
    elif isinstance(value, list):
        for of in value:
            yield from _leaves(of)
    elif value is not None:
        yield str(value)


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).replace("\u200b", "").replace("〜", "~")


def unreleased(words: str, *, released: Iterable[str], declared: Iterable[str]) -> list[str]:
    """Every number of the words that stands neither in what was released nor in a declared sentence.

    `declared` are whole sentences and names that may hold numbers (a date, an article, a definition): they are taken
    out as they stand, however the lines break, so that their digits excuse nothing else.
    """
    left = _folded(words)
    sentences = {_BLANK.sub("", _folded(one)) for one in declared}
    for sentence in sorted((one for one in sentences if re.search("[0-9]", one)), key=len, reverse=True):
        left = re.sub(r"\s*".join(map(re.escape, sentence)), "\n", left)
    known = {number for shown in released for number in _NUMBER.findall(_folded(shown))}
    known |= {number.replace(",", "") for number in known}
    return [number for number in (*_NUMBER.findall(left), *_IN_WORDS.findall(left)) if number not in known]
