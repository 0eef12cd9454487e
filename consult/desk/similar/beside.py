"""Similar cases beside the intake form and on the page of a case, and cases with nearly the same words.

Words come by POST and stay in memory; nothing here is stored but audit entries.
"""

import uuid
from collections.abc import Mapping
from typing import Any, Final

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cases.law import calendar
from cases.records import ages
from cases.records.case import Case
from cases.services.entry import NARRATIVE_LENGTH
from cases.services.reading import read_age
from consult.desk.panels import Hint, Panel, Place, add_hint, add_panel
from consult.shell import roles
from consult.shell.accounts import Account
from search import near, reasons, similar
from search.errors import SearchUnavailable
from search.similar import Answer

SHOWN: Final = 5
LEAST_TEXT: Final = 8  # characters before a search is worth it
AGAIN_SECONDS: Final = 15
"""While search is down the page asks again after so long: what comes back is seen without a key."""


def beside_form(fields: Mapping[str, str], *, uid: uuid.UUID, by: Account) -> dict[str, Any]:
    """Similar earlier cases with outcome and advice, redacted; or that search is not available."""
    text = fields.get("narrative", "")[:NARRATIVE_LENGTH]
    if len(text.strip()) < LEAST_TEXT:
        return {"similar_asked": False}
    given = similar.CodesOfQuery(
        scam_types=[code for code in [fields.get("scam_main", "")] if code],
        product=fields.get("product", ""),
        sales_method=fields.get("sales_method", ""),
        age_band=_band(fields.get("age", "")),
    )
    try:
        answer = similar.similar(text, by=by, codes=given, leave_out=uid, limit=SHOWN)
    except SearchUnavailable as refusal:
        return down(refusal)
    return {"judge_url": reverse("intake-judge", args=[uid]), **shown(answer, by)}


def beside_case(case: Case, by: Account) -> dict[str, Any]:
    """The same for a saved case. Asked for by a key, not with every look: each list is a reading of other cases."""
    try:
        answer = similar.similar_to(case.uid, by=by, limit=SHOWN)
    except SearchUnavailable as refusal:
        return down(refusal)
    return {"judge_url": reverse("case-judge", args=[case.uid]), **shown(answer, by)}


def down(refusal: SearchUnavailable) -> dict[str, Any]:
    return {"similar_asked": True, "similar_unavailable": str(refusal), "again_seconds": AGAIN_SECONDS}


def shown(answer: Answer, by: Account) -> dict[str, Any]:
    """What the list of hits needs: each with what it has in common, in words."""
    hits = [(hit, [reasons.WORDS[name] for name in hit.same if name in reasons.WORDS]) for hit in answer.hits]
    return {
        "similar_asked": True,
        "similar": answer,
        "similar_hits": hits,
        "may_judge": by.may(roles.RECORD_CASES),
    }


def _band(text: str) -> str:
    try:
        age = read_age(text, today=calendar.today())
    except ValueError:
        return ""
    if age.birth_date is not None:
        return ages.band_of(calendar.age_on(age.birth_date, calendar.today()))
    band = ages.band_of(age.years) if age.years is not None else age.band
    return "" if band == ages.UNKNOWN else band


def panel(_case: Case, _actor: Account) -> dict[str, Any]:
    return {}


def near_panel(case: Case, actor: Account) -> dict[str, Any] | None:
    """Cases with nearly the same words, which the worker found after the save; one query where there are none."""
    found = near.of_case(case, by=actor)
    return {"near": found} if found else None


def register() -> None:
    """Called once when the app is ready."""
    fields = ("narrative", "scam_main", "product", "sales_method", "age")
    add_hint(Hint("similar", _("似た相談と結果"), fields, "desk/similar/beside.html", beside_form))
    add_panel(Panel("near", Place.TOP, roles.VIEW_CASES, "desk/similar/near.html", near_panel))
    add_panel(Panel("similar", Place.SIDE, roles.VIEW_CASES, "desk/similar/panel.html", panel))
