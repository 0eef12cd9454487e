"""The laws that rights are based on: one fixed list of names, and in which form each takes a notice, by date."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

SPECIFIED_COMMERCE: Final = gettext_noop("特定商取引法")
INSTALMENT_SALES: Final = gettext_noop("割賦販売法")
REAL_ESTATE: Final = gettext_noop("宅地建物取引業法")
INSURANCE: Final = gettext_noop("保険業法")
DEPOSIT: Final = gettext_noop("預託法")
FINANCIAL_INSTRUMENTS: Final = gettext_noop("金融商品取引法")
GOLF: Final = gettext_noop("ゴルフ会員契約適正化法")
REAL_ESTATE_FUND: Final = gettext_noop("不動産特定共同事業法")
TELECOM: Final = gettext_noop("電気通信事業法")
ELDERLY_WELFARE: Final = gettext_noop("老人福祉法")
MUTUAL_AID_TERMS: Final = gettext_noop("互助会約款")
CONSUMER_CONTRACT: Final = gettext_noop("消費者契約法")

LAWS: Final = (
    SPECIFIED_COMMERCE, INSTALMENT_SALES, REAL_ESTATE, INSURANCE, DEPOSIT, FINANCIAL_INSTRUMENTS, GOLF,
    REAL_ESTATE_FUND, TELECOM, ELDERLY_WELFARE, MUTUAL_AID_TERMS, CONSUMER_CONTRACT,
)  # fmt: skip
"""Every name that a basis may carry, as it is written into answers (never translated there)."""

TERMS_CLAUSE: Final = gettext_noop("クーリング・オフ")
"""In the place of an article where the right comes from the terms of a contract."""

COVERED_FROM: Final = date(2009, 12, 1)
"""The 2008 amendments of 特定商取引法 and 割賦販売法 came into force: all goods and services. Before that the law
had lists of designated goods, which are not kept here."""

Form = Literal["paper", "electronic"]


@dataclass(frozen=True, slots=True)
class Basis:
    """One article of one law: `9`, `35の3の10`."""

    law: str
    article: str

    def __str__(self) -> str:
        """`特定商取引法9条の2`, in the reader's language."""
        if not self.article[:1].isdigit():
            return _("%(law)sの%(article)sの定め") % {"law": _(self.law), "article": _(self.article)}
        number, *branches = self.article.split("の")
        branch = "".join(_("の%(number)s") % {"number": part} for part in branches)
        return _("%(law)s%(article)s条%(branch)s") % {"law": _(self.law), "article": number, "branch": branch}


def listed(bases: Iterable[Basis]) -> str:
    return _("・").join(str(basis) for basis in bases)


@dataclass(frozen=True, slots=True)
class NoticeForm:
    """The forms in which a law takes the notice, for contracts from `valid_from` on, and the provision that says so."""

    valid_from: date
    forms: tuple[Form, ...]
    source: Basis


_PAPER: Final[tuple[Form, ...]] = ("paper",)
_BOTH: Final[tuple[Form, ...]] = ("paper", "electronic")

NOTICE_FORMS: Final[dict[str, tuple[NoticeForm, ...]]] = {
    # 令和3年法律第72号: 書面又は電磁的記録, in force on 2022-06-01.
    SPECIFIED_COMMERCE: (
        NoticeForm(COVERED_FROM, _PAPER, Basis(SPECIFIED_COMMERCE, "9")),
        NoticeForm(date(2022, 6, 1), _BOTH, Basis(SPECIFIED_COMMERCE, "9")),
    ),
    # The same act changed the law on deposits (its new article 7).
    DEPOSIT: (
        NoticeForm(COVERED_FROM, _PAPER, Basis(DEPOSIT, "8")),
        NoticeForm(date(2022, 6, 1), _BOTH, Basis(DEPOSIT, "7")),
    ),
    # In force on 2022-05-09.
    INSURANCE: (
        NoticeForm(COVERED_FROM, _PAPER, Basis(INSURANCE, "309")),
        NoticeForm(date(2022, 5, 9), _BOTH, Basis(INSURANCE, "309")),
    ),
    # 「書面により」: the credit company must have it on paper, also where the trader takes an e-mail.
    INSTALMENT_SALES: (NoticeForm(COVERED_FROM, _PAPER, Basis(INSTALMENT_SALES, "35の3の10")),),
    REAL_ESTATE: (NoticeForm(COVERED_FROM, _PAPER, Basis(REAL_ESTATE, "37の2")),),
    FINANCIAL_INSTRUMENTS: (NoticeForm(COVERED_FROM, _PAPER, Basis(FINANCIAL_INSTRUMENTS, "37の6")),),
    GOLF: (NoticeForm(COVERED_FROM, _PAPER, Basis(GOLF, "12")),),
    REAL_ESTATE_FUND: (NoticeForm(COVERED_FROM, _PAPER, Basis(REAL_ESTATE_FUND, "26")),),
    TELECOM: (NoticeForm(COVERED_FROM, _PAPER, Basis(TELECOM, "26の3")),),
    ELDERLY_WELFARE: (NoticeForm(COVERED_FROM, _PAPER, Basis(ELDERLY_WELFARE, "29")),),
    MUTUAL_AID_TERMS: (NoticeForm(COVERED_FROM, _PAPER, Basis(MUTUAL_AID_TERMS, TERMS_CLAUSE)),),
}
"""By law; the safest reading where a law is silent about a form is paper."""


def notice_form(law: str, concluded_on: date) -> NoticeForm:
    """The form that the law took for a contract of that day (from COVERED_FROM on)."""
    return next(form for form in reversed(NOTICE_FORMS[law]) if form.valid_from <= concluded_on)
