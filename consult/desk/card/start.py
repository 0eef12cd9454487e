"""What a new form begins with: a call, a 情報提供 that ends with itself, or one more call like an earlier case."""

import uuid
from typing import Any, Final

from django.http import HttpRequest
from django.utils import timezone

from cases.law import calendar
from cases.protection.purpose import Purpose
from cases.protection.reveal import Rule, reveal, rule_for
from cases.records import codes
from cases.records.card import CaseCode, CaseTrader
from cases.records.case import Case
from cases.records.codes import Kind
from cases.services.entry import UNCLASSIFIED
from consult.desk.choices import numbers
from consult.shell import roles
from consult.shell.accounts import Account

ASKED: Final = ("mode", "scam", "like")
"""What may stand in the address of a new form: a mode, the code of a 手口, the uid of a case."""

INFORMATION: Final = "info"
_SEVERAL: Final = {"triggers": Kind.TRIGGER, "contact_means": Kind.CONTACT_MEANS}


def beginning(request: HttpRequest, *, by: Account) -> dict[str, Any]:
    """Values of the fields of a form that nobody has written in. What the address asks wrongly is passed over."""
    start: dict[str, Any] = {"received_at": _now(), "channel": "PHONE", "kind": "COMPLAINT"}
    if request.GET.get("mode") == INFORMATION:
        start |= {"kind": "INQUIRY", "scam_main": UNCLASSIFIED, "outcome": "INFORMATION"}
    scam = request.GET.get("scam", "")
    if scam in numbers(Kind.SCAM_TYPE, calendar.today(), at=by.centre):
        start["scam_main"] = scam
    if earlier := _case(request.GET.get("like", ""), by):
        start |= like(earlier, by=by)
    return start


def _now() -> str:
    return timezone.localtime(timezone.now(), calendar.TOKYO).strftime("%Y-%m-%d %H:%M")


def _case(text: str, by: Account) -> Case | None:
    try:
        uid = uuid.UUID(text)
    except ValueError:
        return None
    return Case.objects.visible_to(by).select_related("centre").filter(uid=uid).first()


def like(case: Case, *, by: Account) -> dict[str, Any]:
    """What the next call of the same wave has in common with the case: codes and the trader, nothing of a person."""
    found = list(CaseCode.objects.filter(case=case))
    issues = [row for row in found if row.kind == Kind.ISSUE_KIND]
    return {
        "kind": case.kind,
        "scam_main": codes.codes(Kind.SCAM_TYPE).current(case.main_scam),
        "scam_others": tuple(case.other_scams),
        "sales_method": case.sales_method,
        "product": case.product,
        "issue_main": next((row.code for row in issues if row.is_main), ""),
        "issue_others": tuple(row.code for row in issues if not row.is_main),
        **{name: tuple(row.code for row in found if row.kind == kind) for name, kind in _SEVERAL.items()},
        "is_baseless": case.is_baseless,
        **_trader(case, by),
    }


def _trader(case: Case, by: Account) -> dict[str, Any]:
    """The trader's name, read by the logged door; of a guarded case it stays with its own people."""
    if not by.may(roles.REVEAL_CASES) or rule_for(case, by) is Rule.GUARDED:
        return {}
    name = reveal(case.uid, ["trader_name"], by=by, purpose=Purpose.CONSULTATION)["trader_name"]
    first = CaseTrader.objects.filter(case=case).first()
    return {"trader_name": name, "trader_uid": first.trader_uid if first else None}
