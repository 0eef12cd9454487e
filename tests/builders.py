"""Rows and entries that tests start from: short to ask for, valid by default."""

import uuid
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import connection

from cases.law.calendar import TOKYO
from cases.records.case import Case
from cases.records.centre import Area, Centre
from cases.services.entry import CaseEntry, PersonEntry
from cases.services.intake import record_case
from consult.shell.accounts import Account

# PostgreSQL writes an entry of the log and moves the head of its chain in one statement.
ONE_STATEMENT = int(connection.vendor == "postgresql")
RECEIVED_AT = datetime(2026, 11, 20, 10, 30, tzinfo=TOKYO)


def given(values: dict[str, Any] | Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """What a parameter of a test gives. One that counts from today is a function: a run may pass midnight."""
    return values() if callable(values) else values


def centre(code: str = "minato", **more: Any) -> Centre:
    made, is_new = Centre.objects.get_or_create(
        code=code, defaults={"name": f"{code}市消費生活センター", **more}
    )
    if is_new:
        Area.objects.create(centre=made, code="NORTH", label="北区域")
    return made


def account(role: str = "COUNSELLOR", *, at: Centre | None = None, username: str = "") -> Account:
    """An account without a usable password: tests sign in by `client.force_login`."""
    return Account.objects.create(
        username=username or f"{role.lower()}-{uuid.uuid4().hex[:8]}",
        display_name=f"{role} さん",
        centre=at or centre(),
        role_codes=[role],
        password="!",
    )


def entry(**more: Any) -> CaseEntry:
    """A valid consultation about a roof check, without any person."""
    given: dict[str, Any] = {
        "uid": uuid.uuid4(),
        "received_at": RECEIVED_AT,
        "channel": "PHONE",
        "narrative": "無料の屋根点検だと言われ、148万円の工事を契約したという。",
        "scam_main": "INSPECTION",
        "sales_method": "DOOR_TO_DOOR",
        "age": 78,
        **more,
    }
    return CaseEntry(**given)


def person(**more: Any) -> PersonEntry:
    return PersonEntry(**{"name": "山田 花子", "kana": "ヤマダ ハナコ", "phone": "090-1234-5678", **more})


def case(*, by: Account | None = None, **more: Any) -> Case:
    """A recorded case; `more` goes into its entry."""
    who = by or account()
    return record_case(entry(**more), centre=who.centre, by=who).case
