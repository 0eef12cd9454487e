"""A desk in the middle of its day: forty open cases, contacts that are due, a whole card, cases before an approver.

The same few rows whatever the size of the installation, so that what grows is the installation alone.
"""

import uuid
from collections import deque
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, time
from typing import Final

from django.utils import timezone

from cases.demo.generator import entries
from cases.demo.traders import uid_of
from cases.law import calendar
from cases.records.centre import Centre
from cases.services import approval, callbacks, followup, help_calls, letters, mediation
from cases.services.callbacks import CallbackEntry
from cases.services.entry import CaseEntry
from cases.services.followup import FollowUpEntry
from cases.services.intake import record_cases
from cases.services.letters import LetterEntry
from cases.services.mediation import Step
from cases.services.traders import linking
from consult.shell.accounts import DEMO_PASSWORD, Account

OPEN: Final = 40
DUE: Final = 10
WAITING: Final = 30
FOLLOW_UPS: Final = 6
NAME: Final = "bench"
_DRAWN: Final = 1000
"""The newest of so many made-up calls are of the last months."""
TRADER: Final = "東雲ふくろう住建"
_NAMESPACE: Final = uuid.UUID("c3a7e7f2-41f0-4c55-9d0b-5c1f4c5f8a11")


def prepare(centre: Centre, seed: int) -> dict[str, str]:
    """Make the desk; answers with its account and with what its pages are about."""
    by = Account.objects.create_account(
        NAME, DEMO_PASSWORD, centre=centre, role_codes=["COUNSELLOR"], display_name=NAME
    )
    drawn = list(deque(entries(_DRAWN, seed + 2000, calendar.today()), maxlen=OPEN + WAITING))
    held = [replace(entry, outcome="", closed_on=None) for entry in drawn[WAITING:]]
    closed = [
        replace(entry, outcome="ADVICE", closed_on=calendar.today(), recovered_yen=None)
        for entry in drawn[:WAITING]
    ]
    record_cases([*held, *closed], centre=centre, by=by)
    _plan(held, by)
    for entry in closed:
        approval.ask(entry.uid, uid=_uid(entry, "ask"), by=by)
    full = max(held, key=_weight)
    _fill(full, by)
    help_calls.call(centre=centre, by=by)
    return {
        "account": by.username,
        "case": str(full.uid),
        "trader": str(uid_of(TRADER)),
        "name": TRADER,
        "day": drawn[-1].received_on.isoformat(),
    }


def _uid(entry: CaseEntry, what: str) -> uuid.UUID:
    return uuid.uuid5(_NAMESPACE, f"{entry.uid} {what}")


def _weight(entry: CaseEntry) -> int:
    """How much of the card is filled."""
    return len(entry.traders) + len(entry.transfers) + len(entry.scam_others) + len(entry.payments)


def _plan(held: Sequence[CaseEntry], by: Account) -> None:
    """Contacts of today."""
    due_at = datetime.combine(calendar.today(), time(15), tzinfo=calendar.TOKYO)
    for entry in held[:DUE]:
        planned = CallbackEntry(uid=_uid(entry, "call"), kind="CALL_BACK", whom="CALLER", due_at=due_at)
        callbacks.plan(entry.uid, planned, by=by)


def _fill(entry: CaseEntry, by: Account) -> None:
    """What a long case gathers: 経過, a mediation, a trader of the register, a letter."""
    now = timezone.now()
    for number in range(FOLLOW_UPS):
        told = FollowUpEntry(
            uid=_uid(entry, f"told {number}"),
            happened_at=now,
            kind="TO_TRADER",
            text="担当者が不在。",
            minutes=5,
        )
        followup.add_follow_up(entry.uid, told, by=by)
    for code in ("MEDIATION_STARTED", "OFFER_BY_TRADER"):
        yen = 10_000 if code == "OFFER_BY_TRADER" else None
        step = Step(uid=_uid(entry, code), code=code, happened_at=now, text="半額なら返すという。", yen=yen)
        mediation.record(entry.uid, step, by=by)
    trader = uid_of(TRADER)
    if trader is not None:
        linking.choose(entry.uid, trader_uid=trader, by=by)
    letter = LetterEntry(
        uid=_uid(entry, "words"), letter_uid=_uid(entry, "letter"), kind="RESCISSION", template="RESCISSION/-/v1",
        medium="LETTER", text="取り消します。", addressee="", sender="",
    )  # fmt: skip
    letters.keep(entry.uid, letter, by=by)
