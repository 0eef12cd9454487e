"""The day in the made-up centre: contacts that are due, late and to come, two mediations, a look after a closing."""

import uuid
from datetime import date, datetime, time, timedelta
from typing import Final

from django.utils import timezone

from cases.demo import parts
from cases.law import calendar
from cases.records.callbacks import Callback
from cases.records.case import Case
from cases.records.centre import Actor, Centre
from cases.services import callbacks, mediation
from cases.services.callbacks import CallbackEntry
from cases.services.mediation import Step
from consult.shell import roles
from consult.shell.accounts import Account

_NAMESPACE: Final = uuid.UUID("0b9b2f0e-6f3d-4f0e-8f5e-6f3a54a5b1d7")
# Days from today, hour, whom, what for.
_PLANNED: Final = (
    (0, time(10), "CALLER", "CALL_BACK"),
    (0, time(16), "TRADER", "ANSWER_DUE"),
    (1, time(13, 30), "PARTY", "CALL_BACK"),
    (7, time(9), "TRADER", "ANSWER_DUE"),
)
_MEDIATIONS: Final = (
    (("MEDIATION_STARTED", "", None), ("OFFER_BY_CONSUMER", "支払った全額を返してほしいという。", 1_480_000),
     ("OFFER_BY_TRADER", "着工前なので半額なら返すという。", 740_000)),
    (("MEDIATION_STARTED", "", None), ("OFFER_BY_CONSUMER", "定期購入の2回目以降を取り消したい。", 23_760),
     ("OFFER_BY_TRADER", "返送を条件に請求を取り下げるという。", 23_760), ("AGREED", "", 23_760)),
)  # fmt: skip


def load(centre: Centre, by: Actor, today: date) -> None:
    """Plan and mediate for the first counsellor of the centre; again, nothing is added."""
    people = Account.objects.holding(centre, roles.RECORD_CASES)
    if not people or Callback.objects.filter(case__centre=centre).exists():
        return
    own = [Case.objects.filter(centre=centre).open().in_hands_of(one.pk).newest_first() for one in people]
    cases = list(max(own, key=lambda rows: rows.count())[: len(_PLANNED) + len(_MEDIATIONS)])
    for case, (days, at, whom, kind) in zip(cases, _PLANNED, strict=False):
        day = max(today, calendar.today()) + timedelta(days=days)
        due_at = datetime.combine(day, at, tzinfo=calendar.TOKYO)
        entry = CallbackEntry(uid=_uid(case, "callback"), kind=kind, whom=whom, due_at=due_at)
        callbacks.plan(case.uid, entry, by=by)
    now = timezone.now()
    for case, steps in zip(cases[len(_PLANNED) :], _MEDIATIONS, strict=False):
        for n, (code, text, yen) in enumerate(steps):
            happened_at = now - timedelta(hours=len(steps) - n)
            step = Step(
                uid=_uid(case, code),
                code=code,
                happened_at=happened_at,
                text=text,
                yen=yen,
                minutes=15 if text else None,
            )
            mediation.record(
                case.uid, step, by=case.counsellor if isinstance(case.counsellor, Account) else by
            )


def _uid(case: Case, what: str) -> uuid.UUID:
    return uuid.uuid5(_NAMESPACE, f"{case.uid} {what}")


def register() -> None:
    parts.register("day", load)
