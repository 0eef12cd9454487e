"""What the page says while one types: this number called before, rights and their last day; similar cases behind them.

Words and numbers come by POST and stay in memory; nothing here is stored but audit entries.
"""

import uuid
from collections.abc import Mapping
from typing import Any, Final

from django.utils.translation import gettext_lazy

from cases.law import calendar
from cases.protection import match
from cases.records import codes
from cases.records.case import Case
from cases.records.codes import Kind
from consult.desk.panels import Hint, add_hint
from consult.desk.rights.hint import rights_hint
from consult.desk.similar import beside
from consult.shell.accounts import Account

SHOWN_PHONE: Final = 3


def called_before(fields: Mapping[str, str], *, uid: uuid.UUID, by: Account) -> dict[str, Any]:
    """Earlier cases of the same number, newest first; then those of the same reading that have another number."""
    numbers = _typed(fields, "phone")
    looked = [match.same_phone(text, by=by, leave_out=uid) for text in numbers]
    pks = {pk for found in looked for pk in found.case_pks}
    readings = _typed(fields, "kana")
    namesakes = {pk for text in readings for pk in match.same_kana(text, by=by, leave_out=uid)} - pks
    return {
        "phone_asked": bool(numbers),
        "phone_cases": _newest(pks, by),
        "phone_total": len(pks),
        "phone_guarded": sum(found.guarded for found in looked),
        "kana_asked": bool(readings),
        "kana_cases": _newest(namesakes, by),
        "kana_total": len(namesakes),
    }


def _typed(fields: Mapping[str, str], part: str) -> list[str]:
    """What was typed for caller and contract party; the same text twice is looked up once."""
    texts = (fields.get(f"{person}_{part}", "").strip() for person in ("caller", "party"))
    return list(dict.fromkeys(text for text in texts if text))


def _newest(pks: set[int], by: Account) -> list[Case]:
    if not pks:
        return []
    return list(Case.objects.visible_to(by).for_list().filter(pk__in=pks).newest_first()[:SHOWN_PHONE])


def scam_meanings() -> list[codes.Code]:
    """手口 with their one-line meanings, for the page's own look-up list."""
    return codes.codes(Kind.SCAM_TYPE).valid_on(calendar.today())


def register() -> None:
    """Called once when the app is ready."""
    people = ("caller_phone", "party_phone", "caller_kana", "party_kana")
    add_hint(
        Hint(
            "phone", gettext_lazy("前の相談(電話番号・カナ)"), people, "desk/hints/phone.html", called_before
        )
    )
    add_hint(rights_hint())
    beside.register()
