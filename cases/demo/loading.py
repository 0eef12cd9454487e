"""Made-up cases into a centre, by the road that every case takes."""

import gc
import random
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import Final

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django.db.models import F, Q

from cases.demo import masks
from cases.demo.generator import entries
from cases.demo.people import CITY, DISTRICTS
from cases.law import calendar
from cases.records.case import Case
from cases.records.centre import Actor, Area, Centre
from cases.records.follow_up import FollowUp
from cases.services import intake
from cases.services.entry import CaseEntry
from cases.services.followup import FollowUpEntry, add_follow_up

BATCH: Final = 1000
FOLLOW_UPS: Final = 300
_HURRIED: Final = {"synchronous": 0, "cache_size": -262_144, "wal_autocheckpoint": 20_000}
_NOTES: Final = (
    (
        "FROM_CALLER",
        "事業者から電話があり、返金には応じられないと言われたとのこと。書面で回答を求めるよう伝えた。",
    ),
    ("FROM_CALLER", "通知を特定記録郵便で発送したとの報告。控えのコピーを預かった。"),
    ("TO_TRADER", "担当者が不在。折り返しを依頼し、契約書の写しを請求した。"),
    ("TO_TRADER", "相談者の主張を伝え、契約時の説明内容の確認と書面での回答を求めた。"),
    ("FROM_TRADER", "社内で検討し、今週中に回答するとのこと。"),
    ("FROM_TRADER", "解約は認めるが、商品の引取り費用は負担してほしいとの回答。"),
    ("TO_CALLER", "事業者の回答を伝え、意向を確認。もう一度交渉を希望。"),
    ("OTHER_BODY", "警察署の生活安全課に情報提供。同様の相談が管内で2件あるとのこと。"),
    ("OTHER_BODY", "地域包括支援センターに見守りを依頼。訪問時に様子を確認してもらう。"),
    ("NOTE", "法人番号を確認。本店所在地は契約書の記載と異なる。"),
    ("NOTE", "信販会社の支払停止の抗弁書の書式を準備した。"),
)


def make_centre(code: str = "demo") -> Centre:
    """The made-up centre with its districts; again, the same one."""
    centre, _is_new = Centre.objects.get_or_create(
        code=code,
        defaults={
            "name": f"{CITY}消費生活センター(架空)",
            "name_en": "Midori City Consumer Centre (made up)",
            "prefecture": "架空県",
            "municipality": CITY,
            "phone": "042-000-0188",
            "is_made_up": True,
        },
    )
    Area.objects.bulk_create(
        [
            Area(
                centre=centre,
                code=district.code,
                label=district.label,
                label_en=district.label_en,
                position=place,
            )
            for place, district in enumerate(DISTRICTS)
        ],
        ignore_conflicts=True,
    )
    return centre


def load(
    centre: Centre,
    counsellors: Sequence[Actor],
    *,
    count: int,
    seed: int,
    today: date,
    told: Callable[[int], None],
) -> int:
    """Bring the centre up to `count` made-up cases of this seed; returns how many are new.

    Each batch is a transaction: broken off, the same call again goes on. `told` hears how many of the
    `count` cases are there. Raises ValueError for a real centre.
    """
    if not centre.is_made_up:
        raise ValueError("made-up cases belong to made-up centres")
    stored = set(Case.objects.filter(centre=centre, source=Case.Source.DEMO).values_list("uid", flat=True))
    made = 0
    skipped = 0

    def known(uid: uuid.UUID) -> bool:
        nonlocal skipped
        skipped += uid in stored
        return uid in stored

    wanted = entries(count, seed, today, known=known)
    told(0)
    while batch := list(islice(wanted, BATCH)):
        save_all(batch, centre, counsellors)
        made += len(batch)
        told(made + skipped)
    told(count)
    return made


def save_all(batch: Sequence[CaseEntry], centre: Centre, counsellors: Sequence[Actor]) -> None:
    """The entries in their order, each taken by one of the counsellors."""
    place = {entry.uid: n for n, entry in enumerate(batch)}
    prepared: list[intake.Prepared] = []
    for n, counsellor in enumerate(counsellors):
        theirs = [entry for entry in batch if entry.uid.int % len(counsellors) == n]
        prepared += intake.prepare(theirs, centre=centre, by=counsellor, mask=masks.remembered)
    prepared.sort(key=lambda one: place[one.entry.uid])
    intake.save(prepared, centre=centre)


def add_follow_ups(centre: Centre, counsellors: Sequence[Actor], *, seed: int, today: date) -> int:
    """経過 of the newest cases that were not closed at once; again, none are added. Returns how many are new."""
    newest = Case.objects.filter(centre=centre, source=Case.Source.DEMO).newest_first()
    recent = list(newest.filter(Q(closed_on=None) | Q(closed_on__gt=F("received_on")))[:FOLLOW_UPS])
    done = set(FollowUp.objects.filter(case__in=recent).values_list("case_id", flat=True))
    by_pk = {counsellor.pk: counsellor for counsellor in counsellors}
    made = 0
    with transaction.atomic():
        for case in recent:
            for entry in _notes(case, seed, today) if case.pk not in done else ():
                add_follow_up(case.uid, entry, by=by_pk.get(case.counsellor_id, counsellors[0]))
                made += 1
    return made


def _notes(case: Case, seed: int, today: date) -> Iterator[FollowUpEntry]:
    rng = random.Random(f"{seed}/{case.uid}")  # noqa: S311 - made-up data
    last = min(case.closed_on or today, today - timedelta(days=1))
    day = case.received_on
    for kind, text in rng.sample(_NOTES, rng.randint(1, 3)):
        day += timedelta(days=rng.randint(1, 5))
        if day > last:
            return
        at = datetime.combine(day, time(rng.randint(9, 16), rng.randrange(60)), tzinfo=calendar.TOKYO)
        uid = uuid.UUID(int=rng.getrandbits(128), version=4)
        yield FollowUpEntry(uid=uid, happened_at=at, kind=kind, text=text)


@contextmanager
def hurried() -> Iterator[None]:
    """SQLite without waiting for the disk, for data that can be made again, and fewer looks for garbage (a tenth of
    the time, among so many remembered texts); both as before afterwards."""
    thresholds = gc.get_threshold()
    gc.set_threshold(200_000, 20, 100)
    try:
        with _without_waiting():
            yield
    finally:
        gc.set_threshold(*thresholds)


@contextmanager
def _without_waiting() -> Iterator[None]:
    if connection.vendor != "sqlite":
        yield
        return
    with connection.cursor() as cursor:
        before = {name: _pragma(cursor, name) for name in _HURRIED}
        for name, value in _HURRIED.items():
            cursor.execute(f"PRAGMA {name}={value}")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            for name, value in before.items():
                cursor.execute(f"PRAGMA {name}={value}")
            # With synchronous back, this brings everything safely to the disk.
            cursor.execute("PRAGMA wal_checkpoint(FULL)")


def _pragma(cursor: CursorWrapper, name: str) -> int:
    cursor.execute(f"PRAGMA {name}")
    return int(cursor.fetchone()[0])
