"""What changed since somebody last saw a case, in words: codes by their labels, redacted texts piece by piece."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from difflib import SequenceMatcher
from typing import Any, Final

from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases import lectures
from cases.law import calendar
from cases.protection.seen import MORE_CODES, SCAMS, Changes, Difference
from cases.records import ages, codes
from cases.records.case import Case
from cases.records.centre import Area
from cases.records.codes import Kind
from consult.shell.accounts import Account
from consult.templatetags.shell import yen

CONTEXT: Final = 24  # characters of unchanged words beside a change
LETTER_BY_LETTER: Final = 250_000  # product of the lengths up to which two passages are compared by letters
_SENTENCE: Final = re.compile(r"[^。\n]*[。\n]|[^。\n]+")

_KINDS: Final = {
    "channel": Kind.CHANNEL, "kind": Kind.KIND, "product": Kind.PRODUCT, "sales_method": Kind.SALES_METHOD,
    "party_sex": Kind.SEX, "party_occupation": Kind.OCCUPATION, "caller_sex": Kind.SEX,
    "caller_occupation": Kind.OCCUPATION, "relation": Kind.RELATION, "outcome": Kind.OUTCOME,
    "route": Kind.ROUTE, "continuity": Kind.CONTINUITY, "contract_state": Kind.CONTRACT_STATE,
    "document_form": Kind.DOCUMENT_FORM,
    "harm": Kind.HARM, "harm_kind": Kind.HARM_KIND, "harm_part": Kind.HARM_PART, "harm_degree": Kind.HARM_DEGREE,
    SCAMS: Kind.SCAM_TYPE,
}  # fmt: skip
_LABELS: "Final[dict[str, str | Promise]]" = {
    SCAMS: gettext_lazy("手口"),
    "subject": gettext_lazy("件名"),
    "narrative": gettext_lazy("相談概要"),
    "advice": gettext_lazy("助言・処理概要"),
    "outcome": gettext_lazy("処理結果"),
    "counsellor_id": gettext_lazy("受けた人"),
    "in_charge_id": gettext_lazy("引き継いだ担当"),
    "trader_name": gettext_lazy("事業者名"),
    "care": gettext_lazy("配慮すること"),
    "traders": gettext_lazy("事業者"),
    "transfers": gettext_lazy("送金先"),
    "consents": gettext_lazy("同意"),
    "referrals": gettext_lazy("紹介・つなぎ"),
    "caller": gettext_lazy("相談者"),
    "party": gettext_lazy("契約当事者"),
    "name": gettext_lazy("氏名"),
    "kana": gettext_lazy("氏名カナ"),
    "phone": gettext_lazy("電話"),
    "email": gettext_lazy("メールアドレス"),
    "postcode": gettext_lazy("郵便番号"),
    "address": gettext_lazy("住所"),
    "birth_date": gettext_lazy("生年月日"),
}
_YES_NO: "Final[dict[str, str | Promise]]" = {"YES": gettext_lazy("はい"), "NO": gettext_lazy("いいえ")}


@dataclass(frozen=True)
class FieldChange:
    """One coded field: what stood there, and what stands there now."""

    label: str
    before: str
    now: str


@dataclass(frozen=True)
class Piece:
    """A run of a text: `same`, `added`, `removed` or `left_out` (unchanged words between two changes)."""

    kind: str
    text: str


@dataclass(frozen=True)
class TextChange:
    label: str
    pieces: list[Piece]


def coded(case: Case, changes: Changes) -> list[FieldChange]:
    names = _account_names(changes.codes)
    return [
        FieldChange(_label(one.name), _value(case, one, one.before, names), _value(case, one, one.now, names))
        for one in changes.codes
    ]


def texts(changes: Changes) -> list[TextChange]:
    return [TextChange(_label(one.name), list(pieces(one.before, one.now))) for one in changes.texts]


def hidden(changes: Changes) -> list[str]:
    """Which sealed values are other ones, by their labels; never the values."""
    return [" ".join(_label(part) for part in name.split(".")) for name in changes.hidden]


def _label(name: str) -> str:
    if name in _LABELS:
        return str(_LABELS[name])
    if name.startswith(MORE_CODES):
        return str(Kind(name.removeprefix(MORE_CODES)).label)
    try:
        field = Case._meta.get_field(name.removesuffix("_id"))
    except FieldDoesNotExist:
        return name
    return str(getattr(field, "verbose_name", name))


def _value(case: Case, one: Difference, text: str, names: dict[str, str]) -> str:
    """A stored value as its reader says it; a column of another release stands as it is."""
    if not text or text == "False":
        return _("いいえ") if text else _("(なし)")
    kind = (
        Kind(one.name.removeprefix(MORE_CODES)) if one.name.startswith(MORE_CODES) else _KINDS.get(one.name)
    )
    if kind is not None:
        return str(_("、")).join(codes.codes(kind).text(code) or code for code in text.split(","))
    match one.name:
        case "party_area" | "caller_area":
            areas = {area.code: area.text for area in case.centre.areas.all()}
            return str(Area.EVERYWHERE.get(text) or areas.get(text, text))
        case "party_age_band" | "caller_age_band":
            return str(ages.BY_CODE[text].label) if text in ages.BY_CODE else text
        case "lecture":
            return "".join(str(one) for one in lectures.named(text, case.centre.uid)) or text
        case "law_facts":  # answers by their codes, of use to the rules alone
            return _("あり")
        case name if name.endswith("_yen"):
            return yen(int(text))
        case name if name in names:
            return names.get(f"{name}={text}", "—")
    return _plain(one.name, text)


def _plain(name: str, text: str) -> str:
    try:
        field = Case._meta.get_field(name)
    except FieldDoesNotExist:
        return text
    if isinstance(field, models.DateTimeField):
        moment = timezone.localtime(datetime.fromisoformat(text), calendar.TOKYO)
        return moment.strftime("%Y-%m-%d %H:%M")
    if isinstance(field, models.DateField):
        return calendar.wareki(date.fromisoformat(text))
    if isinstance(field, models.BooleanField):
        return _("はい")
    if text in _YES_NO:
        return str(_YES_NO[text])
    choices: dict[Any, Any] = dict(field.flatchoices) if isinstance(field, models.Field) else {}
    return str(choices.get(text, text))


def _account_names(differences: list[Difference]) -> dict[str, str]:
    """「in_charge_id=3」 → name, and each such column by itself; a query where one of them changed."""
    columns = [one for one in differences if one.name in ("counsellor_id", "in_charge_id")]
    pks = {int(text) for one in columns for text in (one.before, one.now) if text.isdigit()}
    accounts = Account.objects.filter(pk__in=pks) if pks else ()
    named = {f"{one.name}={account.pk}": str(account) for one in columns for account in accounts}
    return named | {one.name: one.name for one in columns}


def pieces(before: str, now: str) -> Iterator[Piece]:
    """The changed passages of a text with a little of what stands around them."""
    runs = list(_runs(before, now))
    for place, piece in enumerate(runs):
        if piece.kind == "same":
            yield from _around(piece.text, is_first=place == 0, is_last=place == len(runs) - 1)
        else:
            yield piece


def _runs(before: str, now: str) -> Iterator[Piece]:
    old, new = _SENTENCE.findall(before), _SENTENCE.findall(now)
    for kind, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        was, is_now = "".join(old[a:b]), "".join(new[c:d])
        if kind == "equal":
            yield Piece("same", was)
        elif was and is_now and len(was) * len(is_now) <= LETTER_BY_LETTER:
            yield from _letters(was, is_now)
        else:
            yield from _exchanged(was, is_now)


def _letters(was: str, is_now: str) -> Iterator[Piece]:
    matcher = SequenceMatcher(None, was, is_now, autojunk=False)
    if matcher.ratio() < 0.5:  # two other sentences: letters in common say nothing
        yield from _exchanged(was, is_now)
        return
    for kind, a, b, c, d in matcher.get_opcodes():
        if kind == "equal":
            yield Piece("same", was[a:b])
        else:
            yield from _exchanged(was[a:b], is_now[c:d])


def _exchanged(was: str, is_now: str) -> Iterator[Piece]:
    if was:
        yield Piece("removed", was)
    if is_now:
        yield Piece("added", is_now)


def _around(text: str, *, is_first: bool, is_last: bool) -> Iterator[Piece]:
    head = "" if is_first else text[:CONTEXT]
    tail = "" if is_last else text[max(len(head), len(text) - CONTEXT) :]
    left_out = len(text) - len(head) - len(tail)
    if head:
        yield Piece("same", head)
    if left_out:
        yield Piece("left_out", "…")
    if tail:
        yield Piece("same", tail)
