"""What may come more than once: further traders, transfers, referrals, and one consent of each kind.

Rows are fields of the same form with numbered names (`transfers-0-account`), so that drafts, errors and the page
without scripts know nothing new. Always one more empty row is shown than is filled.
"""

import re
import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cases.records import codes
from cases.records.codes import Kind
from cases.services.card_entry import (
    MOST_ROWS,
    NOTE_LENGTH,
    ConsentEntry,
    ReferralEntry,
    TraderEntry,
    TransferEntry,
)
from consult.desk.card.fields import answer, choice, moment_field
from consult.desk.choices import numbered
from consult.desk.forms import ShortField
from consult.shell.fields import NOT_CHOSEN, day_field, offer, yen_field

Label = str | Promise
CONSENTS: Final = "consents"


class UidField(forms.CharField):
    """A hidden uid: of a row in a master, where somebody has chosen one. What is none counts as none."""

    widget = forms.HiddenInput

    def __init__(self) -> None:
        super().__init__(required=False)  # no longest length: its check would meet the UUID

    def to_python(self, value: Any) -> Any:
        text = str(super().to_python(value) or "")
        try:
            return uuid.UUID(text) if text else None
        except ValueError:
            return None


def note(label: Label, **options: Any) -> ShortField:
    return ShortField(label=label, max_length=NOTE_LENGTH, **options)


@dataclass(frozen=True)
class Rows:
    """One kind of row. `parts` make its fields; `coded` lists get their choices by the day.

    A part of `given` is chosen from the start, so it fills no row by itself.
    """

    name: str
    title: Label
    parts: Mapping[str, Callable[[], forms.Field]]
    coded: Mapping[str, tuple[Kind, bool]]  # part → its set, and whether it may stay empty
    given: frozenset[str]
    make: Callable[[Mapping[str, Any]], Any]

    def count(self, values: Mapping[str, Any]) -> int:
        """How many rows hold something: up to the last that does."""
        held = [
            int(found[2])
            for name, value in values.items()
            if (found := _NAME.fullmatch(name)) and found[1] == self.name and found[3] not in self.given
            if found[3] in self.parts and (value if not isinstance(value, str) else value.strip())
        ]
        return min(max(held, default=-1) + 1, MOST_ROWS)

    def names(self, number: int | str) -> list[str]:
        return [f"{self.name}-{number}-{part}" for part in self.parts]


_NAME: Final = re.compile(r"([a-z]+)-(\d{1,2})-([a-z_]+)")
_CONSENT: Final = re.compile(rf"{CONSENTS}-([A-Z0-9_]{{1,32}})-([a-z_]+)")


def _trader(data: Mapping[str, Any]) -> TraderEntry:
    return TraderEntry(**{**data, "role": data["role"] or "SELLER"})


def _transfer(data: Mapping[str, Any]) -> TransferEntry:
    return TransferEntry(**{**data, "kind": data["kind"] or "BANK"})


def _referral(data: Mapping[str, Any]) -> ReferralEntry:
    return ReferralEntry(**{**data, "kind": data["kind"] or "OTHER_BODY"})


TRADER_DETAILS: Final[Mapping[str, Callable[[], forms.Field]]] = {
    "role": lambda: choice(_("役割"), initial="SELLER"),
    "phone": lambda: ShortField(label=_("事業者の電話")),
    "url": lambda: ShortField(label=_("URL")),
    "sns_id": lambda: ShortField(label=_("SNSのID・アカウント")),
    "agent": lambda: ShortField(label=_("勧誘した人の名前")),
    "address": lambda: ShortField(label=_("事業者の所在地")),
    "trader_uid": UidField,
}
KINDS: Final[tuple[Rows, ...]] = (
    Rows(
        "traders",
        _("ほかの事業者"),
        {"name": lambda: ShortField(label=_("事業者名")), **TRADER_DETAILS},
        {"role": (Kind.TRADER_ROLE, False)},
        frozenset({"role"}),
        _trader,
    ),
    Rows(
        "transfers",
        _("送金先"),
        {
            "kind": lambda: choice(_("送金先の種類"), initial="BANK"),
            "institution": lambda: ShortField(label=_("銀行・支店、取引所、発行会社")),
            "account": lambda: ShortField(label=_("口座番号・アドレス・カード番号")),
            "holder": lambda: ShortField(label=_("口座名義")),
            "happened_at": lambda: moment_field(_("送金した日時"), help_text=_("11/20 14:30")),
            "yen": lambda: yen_field(_("送金額"), help_text=_("不明は空欄")),
        },
        {"kind": (Kind.TRANSFER_KIND, False)},
        frozenset({"kind"}),
        _transfer,
    ),
    Rows(
        "referrals",
        _("紹介・つなぎ"),
        {
            "kind": lambda: choice(_("紹介・つなぎの種類")),
            "body": lambda: ShortField(label=_("機関の名前"), max_length=100),
            "referred_on": lambda: day_field(_("紹介した日")),
            "note": lambda: note(_("紹介のメモ")),
            "body_uid": UidField,
        },
        {"kind": (Kind.REFERRAL, True)},
        frozenset(),
        _referral,
    ),
)
BY_NAME: Final[Mapping[str, Rows]] = {kind.name: kind for kind in KINDS}
CONSENT_PARTS: Final[Mapping[str, Callable[[], forms.Field]]] = {
    "answer": lambda: answer(_("可否"), yes="YES", no="NO"),
    "how": lambda: choice(_("同意の取り方")),
    "given_on": lambda: day_field(_("確認した日")),
    "note": lambda: note(_("条件(時間帯など)")),
}


def is_row_name(name: str) -> bool:
    """Whether a form may have a field of that name."""
    if found := _NAME.fullmatch(name):
        return found[1] in BY_NAME and found[3] in BY_NAME[found[1]].parts and int(found[2]) < MOST_ROWS
    consent = _CONSENT.fullmatch(name)
    return bool(consent and consent[2] in CONSENT_PARTS)


def add_rows(form: forms.Form, kind: Rows, count: int, *, on: date) -> None:
    """The fields of `count` rows and their choices."""
    choices = {
        part: [*(NOT_CHOSEN if may_be_empty else []), *numbered(of, on)]
        for part, (of, may_be_empty) in kind.coded.items()
    }
    for number in range(count):
        for part, make in kind.parts.items():
            name = f"{kind.name}-{number}-{part}"
            form.fields[name] = make()
            if part in choices:
                offer(form, name, choices[part])


def add_consents(form: forms.Form, *, on: date) -> None:
    hows = [*NOT_CHOSEN, *numbered(Kind.CONSENT_HOW, on)]
    for code in codes.codes(Kind.CONSENT).valid_on(on):
        for part, make in CONSENT_PARTS.items():
            form.fields[f"{CONSENTS}-{code.code}-{part}"] = make()
        offer(form, f"{CONSENTS}-{code.code}-how", hows)


def entries(kind: Rows, data: Mapping[str, Any], count: int) -> tuple[Any, ...]:
    """What the filled rows say, in their order. `data` is clean."""
    made = []
    for number in range(count):
        values = {part: data[f"{kind.name}-{number}-{part}"] for part in kind.parts}
        if any(value not in ("", None) for part, value in values.items() if part not in kind.given):
            made.append(kind.make(values))
    return tuple(made)


def consents(data: Mapping[str, Any], kinds: Iterable[str]) -> tuple[ConsentEntry, ...]:
    """One for each kind that was answered."""
    return tuple(
        ConsentEntry(kind=kind, **{part: data[f"{CONSENTS}-{kind}-{part}"] for part in CONSENT_PARTS})
        for kind in kinds
        if data[f"{CONSENTS}-{kind}-answer"]
    )
