"""Before the next call: whether, when and how this person may be called. Nothing sealed is opened for it."""

from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext as _

from cases.records.card import NO, CaseConsent
from cases.records.case import Case
from cases.today import Level
from consult.shell.accounts import Account

CONTACT: Final = "CONTACT"


@dataclass(frozen=True)
class Caution:
    """One line, and how loud it is."""

    text: str
    level: Level


def cautions_of(case: Case) -> list[Caution]:
    """What must be known before dialling, the loudest first; one query."""
    consent = CaseConsent.objects.filter(case=case, kind=CONTACT).values_list("answer", "note").first()
    answer, note = consent or ("", None)
    found = []
    if answer == NO:
        found.append(Caution(_("センターからは連絡しない約束です。"), Level.ERROR))
    if case.is_guarded:
        text = _("DV等支援措置の対象です。本人と確かめるまで名乗らず、留守番電話に残さないでください。")
        found.append(Caution(text, Level.ERROR))
    if note is not None:
        text = _("連絡してよい時間などの条件があります。「連絡先を表示する」で番号と一緒に出ます。")
        found.append(Caution(text, Level.WARNING))
    if case.is_difficult:
        found.append(Caution(_("対応困難の印があります。応援は Alt+H で呼べます。"), Level.WARNING))
    return found


def panel(case: Case, _actor: Account) -> dict[str, Any] | None:
    found = cautions_of(case)
    return {"cautions": found} if found else None
