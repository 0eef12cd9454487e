"""通知の文: what each letter says, with blanks for what is not known; pure.

The wordings are data (`letter_data/letters.toml`), each with a version and the law it rests on. Letters go to
Japanese traders, so they stay Japanese whatever language the reader of the page has.
What a notice must hold: day of the contract, both parties, goods, amount, day of sending, the statement itself
(特商法9条・24条: in writing or, since 2022-06-01, by electronic means; 割賦販売法35条の3の10: in writing).
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from cases.law.rights import laws

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

DATA: Final = Path(__file__).parent / "letter_data" / "letters.toml"
BLANK: Final = "＿＿＿＿＿＿"
POSTCARD_LINE: Final = 24
"""Full-width letters on a line of a postcard in a hand of average size."""
POSTCARD_LINES: Final = 24
_FIELD: Final = re.compile(r"\{(\w+)\}")


class LetterKind(TextChoices):
    COOLING_OFF_TRADER = "COOLING_OFF_TRADER", _("クーリング・オフ通知(事業者あて)")
    COOLING_OFF_CREDIT = "COOLING_OFF_CREDIT", _("クーリング・オフ通知(クレジット会社あて)")
    RESCISSION = "RESCISSION", _("取消しの通知(うその説明など)")
    MINOR = "MINOR", _("取消しの通知(未成年者)")
    PAYMENT_STOP = "PAYMENT_STOP", _("支払停止の抗弁書(クレジット会社あて)")
    TERMINATION = "TERMINATION", _("中途解約の通知")


TO_CREDIT_COMPANY: Final = frozenset({LetterKind.COOLING_OFF_CREDIT, LetterKind.PAYMENT_STOP})
WITH_DEADLINE: Final = frozenset({LetterKind.COOLING_OFF_TRADER, LetterKind.COOLING_OFF_CREDIT})

FIELDS: "Final[Mapping[str, _StrPromise]]" = {
    "contract_date": _("契約年月日"),
    "goods": _("商品・サービスの名称"),
    "amount": _("契約金額"),
    "trader": _("販売会社の名称"),
    "trader_address": _("あて先の住所"),
    "salesperson": _("担当者の名前"),
    "credit_company": _("クレジット会社の名称"),
    "paid": _("支払った金額"),
    "paid_alone": _("支払った金額"),
    "dispatch_date": _("通知を出す日"),
    "name": _("契約者の氏名"),
    "address": _("契約者の住所"),
    "phone": _("契約者の電話"),
    "birth_date": _("契約者の生年月日"),
    "guardian": _("親権者の氏名"),
    "reference": _("契約番号"),
    "refund_account": _("返金先の口座"),
    "facts": _("事業者が説明したこと・主張する事情"),
    "facts_hidden": _("告げられなかったこと"),
    "talks": _("話合いの経過"),
    "used": _("受けた回数・期間"),
}


@dataclass(frozen=True)
class Wording:
    """One version of what a letter says; in use on days of the half-open period [since, until)."""

    kind: str
    version: int
    law: str
    transactions: tuple[str, ...]
    since: date
    until: date | None
    title: str
    text: str

    @property
    def name(self) -> str:
        """What is kept beside a letter: which text it began with."""
        return f"{self.kind}/{self.transactions[0] if self.transactions else '-'}/v{self.version}"

    def holds_on(self, day: date) -> bool:
        return self.since <= day and (self.until is None or day < self.until)


@dataclass(frozen=True)
class Filled:
    """A letter's text; `blanks` names the facts to be written in by hand. Holds values: never log it."""

    title: str
    text: str
    blanks: tuple[str, ...]

    def __repr__(self) -> str:
        return "<Filled>"


@cache
def wordings() -> tuple[Wording, ...]:
    """Every wording that there ever was, in the order of the file."""
    held = tomllib.loads(DATA.read_text(encoding="utf-8"))["letter"]
    return tuple(
        Wording(
            row["kind"], row["version"], row["law"], tuple(row["transactions"]), row["since"], row.get("until"),
            row["title"], row["text"].strip() + "\n",
        )
        for row in held
    )  # fmt: skip


def wording_of(kind: str, transaction: str, on: date) -> Wording:
    """The newest wording for a letter about this transaction; one made for all others where none names it.

    Raises LookupError for a kind without a wording on that day.
    """
    held = [one for one in wordings() if one.kind == kind and one.holds_on(on)]
    fitting = [one for one in held if transaction in one.transactions] or [
        one for one in held if not one.transactions
    ]
    if not fitting:
        raise LookupError(f"no wording of {kind}")
    return max(fitting, key=lambda one: one.version)


def fill(wording: Wording, facts: Mapping[str, str]) -> Filled:
    """The text with what is known; each missing fact is a blank, named once in `blanks`.

    Text of a fact is text: a brace in it is not a field.
    """
    blanks: dict[str, None] = {}

    def value(match: re.Match[str]) -> str:
        name = match[1]
        given = facts.get(name, "").strip()
        if not given:
            blanks[str(FIELDS[name])] = None
        return given or BLANK

    return Filled(wording.title, _FIELD.sub(value, wording.text), tuple(blanks))


# The law that says in which form the notice goes, by the first transaction of a wording.
_LAWS: Final = {
    "door_to_door": laws.SPECIFIED_COMMERCE,
    "door_to_door_purchase": laws.SPECIFIED_COMMERCE,
    "insurance": laws.INSURANCE,
    "real_estate": laws.REAL_ESTATE,
    "telecom_initial": laws.TELECOM,
    "care_home": laws.ELDERLY_WELFARE,
}


def takes_electronic(wording: Wording, concluded_on: date) -> bool:
    """Whether the notice may go by e-mail or a Web form, for a contract of that day.

    By the law's own form of notice; to a credit company never (割賦販売法35条の3の10), and where nobody has said which
    law it is, paper is the safe answer. Letters that no law gives a form for may go in any.
    """
    if wording.kind in TO_CREDIT_COMPANY:
        return False
    if wording.kind not in WITH_DEADLINE:
        return True
    law = _LAWS.get(wording.transactions[0]) if wording.transactions else None
    if law is None:
        return False
    return "electronic" in laws.notice_form(law, max(concluded_on, laws.COVERED_FROM)).forms


def blanks_left(text: str) -> int:
    """How many places of a written letter are still to be filled in by hand."""
    return len(re.findall("＿{2,}", text))


def fits_a_postcard(text: str) -> bool:
    """Whether the text can be copied by hand onto the back of a postcard (100 × 148 mm)."""
    lines = text.strip().splitlines()
    return sum(max(1, -(-len(line) // POSTCARD_LINE)) for line in lines) <= POSTCARD_LINES


def how_to_send(kind: str, medium: str) -> list["_StrPromise"]:
    """What to do with a written letter, in order. `medium`: POSTCARD, LETTER or ELECTRONIC."""
    if medium == "ELECTRONIC":
        return [
            _("契約書面やサイトに書かれた、通知用のメールアドレスかフォームに送る"),
            _("送った画面と送信日時を、スクリーンショットで残す。送信済みメールは消さない"),
            _("自動返信が届いたら、それも残す。届かなくても、期間内に送っていれば効力がある"),
            _("クレジット会社には、別に書面(はがき)で送る"),
        ]
    first = (
        _("はがきの両面を手で書き写し、出す前に両面をコピー(写真)して残す")
        if medium == "POSTCARD"
        else _("同じものを2通作り、1通を控えに残す")
    )
    return [
        first,
        _("郵便局の窓口で「特定記録」か「簡易書留」で出す。ポストには入れない"),
        _("受領証をコピーと一緒に残す。消印の日が送った日になる"),
        *(
            [_("クレジット契約があれば、クレジット会社にも同じ日に書面で送る")]
            if kind not in TO_CREDIT_COMPANY
            else [_("クレジット会社への通知は書面で送る。販売会社にも同じ日に送る")]
        ),
    ]


def what_to_keep() -> list["_StrPromise"]:
    return [
        _("出した通知の写し(両面)と、郵便局の受領証・追跡の記録"),
        _("契約書、申込書、領収書、パンフレット、名刺"),
        _("メールやSMS、着信履歴、画面の写し"),
        _("届いた商品(使わずに、箱と一緒に)"),
        _("少なくとも5年は捨てない"),
    ]
