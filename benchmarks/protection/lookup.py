"""`python -m benchmarks.protection.lookup`: what a stolen table of tags tells, and how fast a number is found.

Phone numbers as they come to a centre: of 50,000 rows, some numbers call once, some up to a dozen times (28,000 to
29,000 distinct). The table goes through the product's own re-index; then numbers are looked up in ten spellings each,
and the readings and a surname beside them.
"""

from benchmarks.protection import place  # isort: skip

import argparse
import time
import uuid
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Any

from benchmarks import timing
from cases import jobs
from cases.demo import loading, people
from cases.law.calendar import TOKYO
from cases.protection import keys, lookup, match, reindex
from cases.protection.models import LookupTag
from cases.records.case import Case
from cases.records.centre import SYSTEM, Centre
from cases.records.people import CasePerson
from cases.services import intake
from cases.services.entry import CaseEntry, PersonEntry

BATCH = 1_000
RECEIVED_AT = datetime(2026, 11, 20, 10, 30, tzinfo=TOKYO)
FULL_WIDTH = str.maketrans("0123456789-", "０１２３４５６７８９－")
KANJI = str.maketrans("0123456789", "〇一二三四五六七八九")


def spellings(mobile: str) -> list[str]:
    """Ten ways to write 09012345678."""
    a, b, c = mobile[:3], mobile[3:7], mobile[7:]
    return [
        mobile, f"{a}-{b}-{c}", f"{a}-{b}-{c}".translate(FULL_WIDTH), f"{a} {b} {c}", f"{a}ー{b}ー{c}", f"{a}−{b}–{c}",
        f"({a}){b}-{c}", f"+81 {a[1:]}-{b}-{c}", f"+81(0){a[1:]}{b}{c}", mobile.translate(KANJI),
    ]  # fmt: skip


def numbers(rows: int, random: Random) -> list[str]:
    """A number for each row: each caller calls 1 to 12 times, most of them once."""
    found: list[str] = []
    while len(found) < rows:
        times = min(12, 1 + int(random.expovariate(0.92)))
        found += [f"0{random.choice('789')}0{random.randrange(10**8):08d}"] * times
    random.shuffle(found)
    return found[:rows]


def entry(phone: str, random: Random) -> CaseEntry:
    last = people.family(random)
    first = people.given(random, sex=random.choice(["FEMALE", "MALE"]), born=random.randrange(1930, 2005))
    return CaseEntry(
        uid=uuid.UUID(int=random.getrandbits(128)),
        received_at=RECEIVED_AT - timedelta(minutes=random.randrange(10**6)),
        channel="PHONE", narrative="屋根の点検。", scam_main="INSPECTION", age=78,
        party=PersonEntry(name=f"{last.text} {first.text}", kana=f"{last.kana} {first.kana}", phone=phone),
    )  # fmt: skip


def fill(centre: Centre, phones: Sequence[str], random: Random) -> None:
    for start in range(0, len(phones), BATCH):
        made = [entry(phone, random) for phone in phones[start : start + BATCH]]
        prepared = intake.prepare(made, centre=centre, by=SYSTEM, mask=lambda text, *_more: text)
        intake.save(prepared, centre=centre)


def shared(centre: Centre, phones: Sequence[str], bits: int) -> float:
    """P(same phone | same tag) over pairs of rows: what an equal tag in a stolen table tells."""
    tag_of = {phone: lookup.tag(lookup.digest(centre, lookup.PHONE, phone), bits) for phone in set(phones)}
    by_tag, by_phone = Counter(tag_of[phone] for phone in phones), Counter(phones)
    pairs = sum(n * (n - 1) for n in by_tag.values())
    return sum(n * (n - 1) for n in by_phone.values()) / pairs


def timed(texts: Sequence[str], look: Callable[[str], object]) -> dict[str, float]:
    return timing.percentiles([timing.timed(look, text)[0].wall for text in texts])


def main() -> None:
    given = argparse.ArgumentParser(description=__doc__)
    given.add_argument("--rows", type=int, default=50_000)
    options = given.parse_args()
    place.prepare()
    random = Random(4)
    centre = loading.make_centre()
    phones = numbers(options.rows, random)
    place.say(f"saving {len(phones):,} cases")
    fill(centre, phones, random)
    place.say("re-index")
    job = reindex.start(centre, by=SYSTEM)
    started = time.perf_counter()
    jobs.claim_and_run(job.uid, worker="measure")
    seconds = time.perf_counter() - started
    job.refresh_from_db()
    bits = job.result["bits"][lookup.PHONE]
    place.say("looking up")
    chosen = random.sample(phones, 100)
    mine = _actor(centre)
    expected = _cases_by_phone(phones)
    found = {
        "rows": len(phones), "distinct": len(set(phones)), "bits": bits,
        "reindex_seconds": round(seconds, 1), "reindex_cases_per_second": round(len(phones) / seconds),
        "p_same_phone_given_same_tag": {
            length: round(shared(centre, phones, length), 4) for length in (bits - 1, bits, bits + 2, 16)
        },
        "candidates_mean": round(_candidates(centre), 1),
        "recall": _recall(chosen, expected, mine),
        "phone": timed(chosen * 3, lambda text: match.same_phone(text, by=mine)),
        "kana": timed(_readings(random, 100), lambda text: match.same_kana(text, by=mine, loosely=True)),
        "surname_over_2000": timed(["佐藤", "ヤマ", "鬼塚"] * 5, lambda text: match.surname(text, by=mine)),
    }  # fmt: skip
    place.write("protection-lookup", found)


class _Actor:
    """A counsellor of the one centre, without an account: the log keeps the uid alone."""

    pk = None
    uid = uuid.UUID(int=7)
    role = "COUNSELLOR"

    def __init__(self, centre: Centre) -> None:
        self.centre_ids = frozenset({centre.pk})


def _actor(centre: Centre) -> Any:
    return _Actor(centre)


def _cases_by_phone(phones: Sequence[str]) -> dict[str, set[int]]:
    expected: dict[str, set[int]] = {}
    for pk, phone in zip(Case.objects.order_by("pk").values_list("pk", flat=True), phones, strict=True):
        expected.setdefault(phone, set()).add(pk)
    return expected


def _candidates(centre: Centre) -> float:
    rows = Counter(LookupTag.objects.filter(centre=centre, field=lookup.PHONE).values_list("tag", flat=True))
    return sum(count * count for count in rows.values()) / sum(rows.values())


def _recall(chosen: Sequence[str], expected: dict[str, set[int]], mine: Any) -> dict[str, float]:
    """Share of all looked-up spellings that found every case of the number and no other."""
    right = [
        set(match.same_phone(text, by=mine).case_pks) == expected[phone]
        for phone in chosen
        for text in spellings(phone)
    ]
    return {"look_ups": len(right), "complete_and_exact": sum(right) / len(right)}


def _readings(random: Random, count: int) -> list[str]:
    rows = random.sample(list(CasePerson.objects.select_related("case")[:5_000]), count)
    return [keys.sealer(row.sealed_owner).open(row, "kana") for row in rows]


if __name__ == "__main__":
    main()
