"""見守り: on which ground data of a person may go to those who look after them. Pure.

Sources: 消費者安全法11条の2 (information to municipalities), 11条の3 (the council), 11条の4 (exchange inside it),
11条の5 (secrecy, punishable); 個人情報の保護に関する法律69条 (giving for other purposes).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

COUNCILS_SINCE: Final = date(2016, 4, 1)
"""平成26年法律第71号 brought the councils into the law on this day."""
NATIONAL_LAW_SINCE: Final = date(2023, 4, 1)
"""Since then 個人情報保護法 rules municipalities (令和3年法律第37号 第51条)."""


class Ground(TextChoices):
    CONSENT = "CONSENT", gettext_lazy("本人の同意(個人情報保護法69条2項1号)")
    COUNCIL = "COUNCIL", gettext_lazy("協議会での情報の提供(消費者安全法11条の4)")
    EXCEPTION = "EXCEPTION", gettext_lazy("本人の利益など(個人情報保護法69条2項4号)")
    LAW = "LAW", gettext_lazy("法令に基づく(個人情報保護法69条1項)")


class Consent(TextChoices):
    WRITTEN = "WRITTEN", gettext_lazy("書面")
    ORAL = "ORAL", gettext_lazy("口頭(記録した)")


@dataclass(frozen=True, kw_only=True)
class Basis:
    """What is said to justify a share."""

    ground: str
    is_council: bool = False
    consent_how: str = ""
    consent_on: date | None = None
    reason: str = ""


def faults(basis: Basis, *, on: date) -> Iterator[tuple[str, str]]:
    """(field, reason) for each thing that keeps the ground from holding on that day; none where it holds."""
    if basis.ground not in Ground.values:
        yield "ground", _("根拠を選んでください。根拠のない提供はできません。")
        return
    if basis.ground == Ground.CONSENT:
        yield from _consent_faults(basis, on)
    elif basis.ground == Ground.COUNCIL:
        if not basis.is_council:
            yield "is_council", _("協議会の構成員でない相手には、この根拠では渡せません。")
        if on < COUNCILS_SINCE:
            yield "ground", _("この根拠は、渡した日には効力がありません。")
    elif not basis.reason.strip():
        yield "reason", _("その根拠に当たる理由を書いてください。")
    if basis.ground in (Ground.EXCEPTION, Ground.LAW) and on < NATIONAL_LAW_SINCE:
        yield "ground", _("この根拠は、渡した日には効力がありません。")


def _consent_faults(basis: Basis, on: date) -> Iterator[tuple[str, str]]:
    if basis.consent_how not in Consent.values:
        yield "consent_how", _("同意をどのように得たかを選んでください。")
    if basis.consent_on is None:
        yield "consent_on", _("同意を得た日を入力してください。")
    elif basis.consent_on > on:
        yield "consent_on", _("同意を得た日が、渡した日より後になっています。")
