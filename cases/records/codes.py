"""Versioned code sets as data: 手口, 商品・役務, 販売購入形態, 処理結果 and the others.

The shipped sets lie beside this file as CSV and are loaded after each migration; a centre can retire a code or
add its own, but none is ever deleted: old cases keep what they were given.
"""

import csv
import hashlib
import time
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any, ClassVar, Final

from django.db import models, transaction
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from cases.errors import CasesError

DATA_DIR: Final = Path(__file__).parent / "codes_data"


class Kind(models.TextChoices):
    SCAM_TYPE = "scam_type", gettext_lazy("手口")
    PRODUCT = "product", gettext_lazy("商品・役務")
    SALES_METHOD = "sales_method", gettext_lazy("販売購入形態")
    CHANNEL = "channel", gettext_lazy("受付方法")
    KIND = "kind", gettext_lazy("相談区分")
    OCCUPATION = "occupation", gettext_lazy("職業")
    SEX = "sex", gettext_lazy("性別")
    RELATION = "relation", gettext_lazy("契約当事者との関係")
    OUTCOME = "outcome", gettext_lazy("処理結果")
    ISSUE_KIND = "issue_kind", gettext_lazy("内容別分類")
    CONTACT_KIND = "contact_kind", gettext_lazy("経過の種類")
    CONTINUITY = "continuity", gettext_lazy("初回・継続")
    ROUTE = "route", gettext_lazy("窓口につながった経路")
    TRIGGER = "trigger", gettext_lazy("きっかけ・広告媒体")
    CONTACT_MEANS = "contact_means", gettext_lazy("連絡手段")
    CONTRACT_STATE = "contract_state", gettext_lazy("契約の状態")
    DOCUMENT_FORM = "document_form", gettext_lazy("書面の種類")
    PAYMENT = "payment", gettext_lazy("支払方法")
    TRADER_ROLE = "trader_role", gettext_lazy("事業者の役割")
    TRANSFER_KIND = "transfer_kind", gettext_lazy("送金先の種類")
    HARM = "harm", gettext_lazy("危害・危険")
    HARM_KIND = "harm_kind", gettext_lazy("危害の内容")
    HARM_PART = "harm_part", gettext_lazy("危害の部位")
    HARM_DEGREE = "harm_degree", gettext_lazy("危害の程度")
    CARE = "care", gettext_lazy("配慮すること")
    LANGUAGE = "language", gettext_lazy("話す言葉")
    CONSENT = "consent", gettext_lazy("同意")
    CONSENT_HOW = "consent_how", gettext_lazy("同意の取り方")
    REFERRAL = "referral", gettext_lazy("紹介・つなぎ")


class UnknownCode(CasesError):
    """A code that the set does not hold, or did not hold on that day."""

    code: ClassVar[str] = "unknown_code"

    def __init__(self, kind: str, *, on: date) -> None:
        self.kind = kind
        super().__init__(
            _("%(kind)sの区分が見つからないか、%(day)sには使えません。")
            % {"kind": Kind(kind).label, "day": on}
        )


class CodeSet(models.Model):
    """One version of one shipped set; a new release with other content makes a new version."""

    kind = models.CharField(max_length=16, choices=Kind.choices)
    version = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    loaded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "version"], name="code_set_version_once")]

    def __str__(self) -> str:
        return f"{self.kind} v{self.version}"


class Code(models.Model):
    """One code of one set. `since_version` is the set version that brought or last changed it."""

    kind = models.CharField(max_length=16, choices=Kind.choices)
    code = models.CharField(max_length=32)
    label = models.CharField(max_length=60)
    label_en = models.CharField(max_length=100)
    kana = models.CharField(max_length=100, blank=True)
    meaning = models.CharField(max_length=200, blank=True)
    meaning_en = models.CharField(max_length=300, blank=True)
    parent = models.CharField(max_length=32, blank=True)
    position = models.PositiveIntegerField(default=0)
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)
    attributes = models.JSONField(default=dict, blank=True)
    since_version = models.PositiveIntegerField(default=1)
    is_provisional = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "code"], name="code_once_per_kind")]
        ordering = ["kind", "position"]

    def __str__(self) -> str:
        return self.text

    @property
    def text(self) -> str:
        """The label in the reader's language."""
        return self.label_en if get_language() == "en" and self.label_en else self.label

    @property
    def meaning_text(self) -> str:
        return self.meaning_en if get_language() == "en" and self.meaning_en else self.meaning

    def holds_on(self, day: date) -> bool:
        """Validity is half-open: [valid_from, valid_to)."""
        after = self.valid_from is None or self.valid_from <= day
        return after and (self.valid_to is None or day < self.valid_to)

    @property
    def merged_into(self) -> str:
        """The code that took this one's place, empty where none did. Cases keep what they were given."""
        return str(self.attributes.get("merged_into", ""))

    def is_for(self, centre_uid: uuid.UUID) -> bool:
        """Whether the centre is offered it: the shipped codes are everybody's, an own one is its centre's."""
        return str(self.attributes.get("centre", centre_uid)) == str(centre_uid)


@dataclass(frozen=True)
class Codes:
    """All codes of one kind at one moment, in order of display."""

    kind: str
    by_code: Mapping[str, Code]

    def valid_on(self, day: date) -> list[Code]:
        return [code for code in self.by_code.values() if code.holds_on(day)]

    def text(self, code: str) -> str:
        """The label, or the bare code where the set no longer knows it; empty for empty.

        A code that was merged reads like the one that took its place.
        """
        now = self.current(code)
        return self.by_code[now].text if now in self.by_code else now

    def current(self, code: str) -> str:
        """The code that stands for this one today: itself, or where it was merged the one that took its place."""
        return self._current.get(code, code)

    def holding(self, code: str) -> list[str]:
        """The code with all that were merged into it: what a case may carry to be found under it."""
        return [code, *(old for old, now in self._current.items() if now == code and old != code)]

    @property
    def merged(self) -> Mapping[str, str]:
        """Every code that was merged, and the code that stands for it today."""
        return self._current

    @cached_property
    def _current(self) -> Mapping[str, str]:
        """Only what was merged. A ring, which no verb makes, ends where it began."""
        into = {code: row.merged_into for code, row in self.by_code.items() if row.merged_into}
        ends = {}
        for code in into:
            seen, now = {code}, into[code]
            while now in into and now not in seen:
                seen.add(now)
                now = into[now]
            ends[code] = now
        return ends

    @cached_property
    def roots(self) -> Mapping[str, str]:
        """Code → its topmost ancestor (大分類)."""
        return {code: self._root(code) for code in self.by_code}

    @cached_property
    def middles(self) -> Mapping[str, str]:
        """Code → its ancestor below the topmost (中分類); a topmost code stands for itself."""
        return {code: self._line(code)[:2][-1] for code in self.by_code}

    def _root(self, code: str) -> str:
        return self._line(code)[0]

    def _line(self, code: str) -> list[str]:
        """The code with its ancestors, the topmost first."""
        line = [code]
        while parent := self.by_code[line[-1]].parent:
            line.append(parent)
        return line[::-1]


_FRESH_SECONDS: Final = 2.0
_cache: dict[str, Codes] = {}
_cached_at: float = 0.0
_rows: list[tuple[Any, ...]] = []
_COLUMNS: Final = tuple(field.attname for field in Code._meta.concrete_fields)


def codes(kind: str) -> Codes:
    """The codes of `kind`, kept in memory for two seconds, so that a page asks the database once at most.

    While nothing changes they are the same object, by which others know that what they made of it still holds.
    """
    global _cached_at, _rows
    now = time.monotonic()
    if not _cache or now - _cached_at > _FRESH_SECONDS:
        rows = list(Code.objects.order_by("kind", "position").values_list(*_COLUMNS))
        if rows != _rows or not _cache:
            _cache.update({kind: Codes(kind, found) for kind, found in _by_kind(rows).items()})
        _cached_at, _rows = now, rows
    return _cache[kind]


def _by_kind(rows: Iterable[tuple[Any, ...]]) -> dict[str, dict[str, Code]]:
    found: dict[str, dict[str, Code]] = {kind: {} for kind in Kind.values}
    for row in rows:
        code = Code.from_db(None, _COLUMNS, row)
        found[code.kind][code.code] = code
    return found


def forget() -> None:
    """Read the sets anew with the next question: after a change."""
    _cache.clear()


def require(kind: str, given: Iterable[str], *, on: date, at: uuid.UUID | None = None) -> None:
    """Raises UnknownCode unless every given code is in the set and valid on the day; empty codes pass.

    `at` is the uid of a centre: an own code of another one is unknown there.
    """
    known = codes(kind).by_code
    for code in given:
        if not code:
            continue
        row = known.get(code)
        if row is None or not row.holds_on(on) or (at is not None and not row.is_for(at)):
            raise UnknownCode(kind, on=on)


@transaction.atomic
def load_shipped() -> list[str]:
    """Bring the database's code sets up to the shipped files; returns the kinds that changed.

    Codes that a file no longer holds stay, for the cases that carry them.
    """
    changed = []
    for kind in Kind.values:
        raw = (DATA_DIR / f"{kind}.csv").read_bytes()
        digest = hashlib.sha256(raw).hexdigest()
        latest = CodeSet.objects.filter(kind=kind).order_by("-version").first()
        if latest and latest.digest == digest:
            continue
        version = latest.version + 1 if latest else 1
        rows = [
            _row(kind, version, position, line)
            for position, line in enumerate(csv.DictReader(raw.decode("utf-8").splitlines()))
        ]
        Code.objects.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["kind", "code"],
            update_fields=[
                "label", "label_en", "kana", "meaning", "meaning_en", "parent", "position", "valid_from",
                "valid_to", "attributes", "since_version",
            ],
        )  # fmt: skip
        CodeSet.objects.create(kind=kind, version=version, digest=digest)
        changed.append(kind)
    _cache.clear()
    return changed


def _row(kind: str, version: int, position: int, line: dict[str, str]) -> Code:
    attributes = dict(part.split("=", 1) for part in line.pop("attributes").split(";") if part)
    day = {name: date.fromisoformat(text) if (text := line.pop(name)) else None for name in _DATES}
    return Code(kind=kind, since_version=version, position=position, attributes=attributes, **day, **line)


_DATES: Final = ("valid_from", "valid_to")


def load_after_migrate(**_kwargs: Any) -> None:
    load_shipped()
