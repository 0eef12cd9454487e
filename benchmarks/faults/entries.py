"""Consultations that can be told apart: everything about number n of a seed follows from n, so it can be checked."""

import random
import string
import uuid
from datetime import datetime, timedelta

from cases.law.calendar import TOKYO
from cases.services.entry import CaseEntry, PersonEntry
from cases.services.followup import FollowUpEntry

FIRST = datetime(2026, 4, 1, 9, tzinfo=TOKYO)
SCAMS = ("INSPECTION", "SUPPORT_SCAM", "SUBSCRIPTION_TRAP", "FAKE_SHOP")


def word(seed: str, n: int) -> str:
    """A word that stands in no other case, made of letters: search finds it as one word."""
    dice = random.Random(f"{seed}/{n}")
    return "".join(dice.choices(string.ascii_lowercase, k=12))


def narrative(seed: str, n: int) -> str:
    return f"無料点検だと言われ契約した。型番は{word(seed, n)}だという。{n}回目の記録。"


def entry(seed: str, n: int) -> CaseEntry:
    """Consultation n: same uid and content however often it is asked for."""
    return CaseEntry(
        uid=uuid.uuid5(uuid.NAMESPACE_OID, f"{seed}/{n}"),
        received_at=FIRST + timedelta(hours=n % 2000),
        channel="PHONE",
        narrative=narrative(seed, n),
        scam_main=SCAMS[n % len(SCAMS)],
        age=20 + n % 70,
        contract_yen=n * 1000,
        caller=PersonEntry(name=f"試験 {n}郎", phone=f"090-{n // 10000:04d}-{n % 10000:04d}"),
    )


def edit(seed: str, n: int) -> FollowUpEntry:
    """経過 n of a seed."""
    return FollowUpEntry(
        uid=uuid.uuid5(uuid.NAMESPACE_OID, f"{seed}/edit/{n}"),
        happened_at=FIRST + timedelta(hours=n % 2000),
        kind="TO_TRADER",
        text=f"事業者に電話した。{word(seed, n)}とのこと。",
    )


DOCUMENT_LINES = 20_000


def document(seed: str, n: int) -> bytes:
    """A text file of half a megabyte to a megabyte, several sealed pieces long."""
    line = f"{word(seed, n)}の契約書の写し\n"
    return (line * (DOCUMENT_LINES - n % 7 * 1000)).encode()


def document_name(n: int) -> str:
    return f"契約書{n}.txt"
