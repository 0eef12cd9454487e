"""`python -m benchmarks.protection.saving`: what saving one consultation costs at the service call, all included.

700 characters of narrative, two persons with everything about them, redaction, sealing, tags, audit, facts and feed,
one commit each on SQLite with `synchronous=FULL`. Beside it the same on an empty narrative, the redaction alone, and
the disk's own time for a commit: on a machine with a slow disk the commits weigh most.
"""

from benchmarks.protection import place  # isort: skip

import argparse
import os
import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from random import Random

from django.db import connection

from benchmarks import timing
from cases.demo import loading, people
from cases.demo.generator import entries
from cases.law.calendar import TOKYO
from cases.protection.redaction import redact
from cases.records.centre import SYSTEM
from cases.services.entry import CaseEntry, PersonEntry
from cases.services.intake import parties_of, record_case

CHARACTERS = 700
RECEIVED_AT = datetime(2026, 11, 20, 10, 30, tzinfo=TOKYO)


def person(random: Random) -> PersonEntry:
    family = people.family(random)
    given = people.given(random, sex=random.choice(["MALE", "FEMALE"]), born=random.randrange(1935, 2004))
    return PersonEntry(
        name=f"{family.text} {given.text}",
        kana=f"{family.kana} {given.kana}",
        phone=f"090-{random.randrange(10**4):04d}-{random.randrange(10**4):04d}",
        address=people.address(random, "KITA"),
        birth_date=date(1950, 5, 3),
    )


def made(random: Random, count: int) -> list[CaseEntry]:
    """Consultations whose narratives are the demo's, joined and cut to 700 characters, with the persons in them."""
    words = "".join(entry.narrative for entry in entries(count * 4, 4, date(2026, 11, 20)))
    found = []
    for number in range(count):
        caller, party = person(random), person(random)
        start = number * CHARACTERS % (len(words) - CHARACTERS)
        told = f"{party.name}の娘の{caller.kana}から。折返しは{caller.phone}。{words[start:]}"[:CHARACTERS]
        found.append(
            CaseEntry(
                uid=uuid.uuid4(),
                received_at=RECEIVED_AT,
                channel="PHONE",
                narrative=told,
                advice="助言した。" * 10,
                scam_main="INSPECTION",
                age=76,
                sales_method="DOOR_TO_DOOR",
                trader_name="みどり住宅設備",
                caller=caller,
                party=party,
            )
        )
    return found


def timed(given: list[CaseEntry], work: Callable[[CaseEntry], object]) -> dict[str, float]:
    """Wall-clock time, and the time of this process alone, which a busy machine stretches less."""
    return timing.wall_and_cpu([timing.timed(work, entry)[0] for entry in given])


def _commit(_entry: CaseEntry) -> None:
    """What the disk takes to make one small commit safe."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE measured SET n = n + 1")


def main() -> None:
    given = argparse.ArgumentParser(description=__doc__)
    given.add_argument("--saves", type=int, default=400)
    options = given.parse_args()
    place.prepare()
    random = Random(4)
    centre = loading.make_centre()
    all_made = made(random, options.saves + 20)
    for entry in all_made[:20]:
        record_case(entry, centre=centre, by=SYSTEM)  # the dictionary and the codes are in memory from here
    measured = all_made[20:]
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA synchronous")
        synchronous = cursor.fetchone()[0]
        cursor.execute("CREATE TABLE measured (n INTEGER)")
        cursor.execute("INSERT INTO measured VALUES (0)")
    place.say(f"{len(measured)} saves")
    found = {
        "characters": CHARACTERS,
        "saves": len(measured),
        "synchronous": {2: "FULL"}.get(synchronous, synchronous),
        "load_1min": round(os.getloadavg()[0], 1),
        "save": timed(measured, lambda entry: record_case(entry, centre=centre, by=SYSTEM)),
        "save_without_words": timed(
            [replace(entry, uid=uuid.uuid4(), narrative="点検。", advice="") for entry in measured],
            lambda entry: record_case(entry, centre=centre, by=SYSTEM),
        ),
        "redaction": timed(
            measured, lambda entry: redact(entry.narrative, parties_of(entry), allow=[entry.trader_name])
        ),
        "commit": timed(measured, _commit),
    }
    place.write("protection-saving", found)


if __name__ == "__main__":
    main()
