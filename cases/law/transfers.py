"""口座凍結・警察: whom to call now, in the order of minutes, when money has been sent. Pure.

Sources: 犯罪利用預金口座等に係る資金による被害回復分配金の支払等に関する法律3条 (a bank stops an account on word of
its use for crime), 4条以下 (what is left is shared out); 資金決済に関する法律 for prepaid money and crypto assets.
Numbers: 110, #9110 (police), 188 (consumer line). Numbers of banks are on their cards and sites, never guessed here.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _

BANK: Final = "BANK"
CRYPTO: Final = "CRYPTO"
EMONEY: Final = "EMONEY"
CARD: Final = "CARD"


@dataclass(frozen=True)
class Call:
    """One call: within how many minutes, whom, by which number ("" where it has to be looked up), what to say."""

    within: str
    whom: str
    number: str
    say: tuple[str, ...]


def calls(kinds: Collection[str], *, is_going_on: bool = False) -> list[Call]:
    """The calls in order. `kinds`: how money left (BANK, CRYPTO, EMONEY, CARD); none known gives the bank's call.

    `is_going_on`: somebody is on the line, at the door or at a machine, or money is being handed over.
    """
    found = [_emergency()] if is_going_on else []
    known = {BANK, EMONEY, CRYPTO, CARD}.intersection(kinds) or {BANK}
    for kind, call in ((BANK, _bank), (EMONEY, _issuer), (CRYPTO, _exchange), (CARD, _card)):
        if kind in known:
            found.append(call())
    found.append(_police())
    return found


def _emergency() -> Call:
    return Call(
        _("今すぐ"),
        _("警察(緊急)"),
        "110",
        (
            _("お金を取りに来る・いま機械の前で操作させられている、と伝える"),
            _("場所、相手の言った名前と電話番号"),
        ),
    )


def _bank() -> Call:
    return Call(
        _("5分以内"),
        _("振り込んだ銀行と、振込先の銀行(詐欺被害の窓口)"),
        "",
        (
            _("「詐欺の被害で振り込みました。振込先の口座を止めてください」"),
            _("振込の日時、金額、振込先の銀行・支店・口座番号・名義"),
            _("振り込んだ銀行には「組戻し」もできるか聞く"),
            _("番号は通帳・カード・公式サイトで確かめる。相手から聞いた番号にはかけない"),
        ),
    )


def _issuer() -> Call:
    return Call(
        _("5分以内"),
        _("電子マネー・プリペイドの発行会社"),
        "",
        (
            _("「だまされて番号を伝えました。残高の利用を止めてください」"),
            _("カードの番号、買った店と時刻、金額。カードとレシートは捨てない"),
        ),
    )


def _exchange() -> Call:
    return Call(
        _("5分以内"),
        _("暗号資産の交換業者"),
        "",
        (
            _("「詐欺の被害で送りました。送り先を調べ、止められるものを止めてください」"),
            _("送った日時、数量、送り先アドレス、取引の番号(TXID)"),
        ),
    )


def _card() -> Call:
    return Call(
        _("5分以内"),
        _("カード会社(紛失・盗難の窓口、24時間)"),
        "",
        (
            _("「番号を知られました。カードを止めてください」"),
            _("身に覚えのない請求がないか聞き、あれば調査を頼む"),
        ),
    )


def _police() -> Call:
    return Call(
        _("30分以内"),
        _("警察相談専用電話、または最寄りの警察署"),
        "#9110",
        (
            _("被害の届出をしたいと伝え、受け付けた署と担当を書き留める"),
            _("警察からも銀行に口座を止める求めが出る。このメモを渡してよい"),
        ),
    )


def afterwards() -> list[str]:
    """What helps in the days after the calls."""
    return [
        _("振込の控え、通帳、画面、着信履歴、やり取りは消さない・捨てない"),
        _("相手とは連絡を絶つ。「取り戻す」と近づく業者にも払わない"),
        _(
            "口座が止まると、残ったお金は振込先の銀行への申請で分けられる(振り込め詐欺救済法)。公告は預金保険機構のサイトに出る"
        ),
        _("暗証番号やパスワードを伝えたときは、ほかの口座の分も替える"),
    ]
