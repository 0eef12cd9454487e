"""Rounds of daily work: saving, a ledger's import, the index of words."""

import random
import tempfile
import time
from pathlib import Path

from benchmarks.faults import checks
from benchmarks.faults.children import at_work, ended_well, kill, spawn, wait_for, worker
from benchmarks.faults.entries import entry, narrative, word
from benchmarks.faults.sums import Tally
from cases.records.case import Case
from cases.records.centre import SYSTEM, Centre
from cases.services.intake import record_cases
from search import words

IMPORT_ROWS = 400
INDEX_CASES = 120


def save_round(seed: str, dice: random.Random, centre: Centre, tally: Tally) -> str:
    """Two savers at once; both are killed at a random moment after their first acknowledgement."""
    with at_work(seed, pause=0.0) as people:
        time.sleep(dice.uniform(0.0, 0.6))
    checks.check_people(seed, people.saved(), people.only_tried(), tally)
    with worker():
        checks.wait_until_found({word(seed, n): entry(seed, n).uid for n in people.saved()}, tally)
    return ""


def import_round(seed: str, dice: random.Random, centre: Centre, tally: Tally) -> str:
    """An import killed at a random moment and started again by its own command: every row once, whole."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "ledger.csv"
        lines = ["受付番号,受付日,受付方法,相談者氏名,電話番号,年齢,手口,相談概要"]
        for n in range(IMPORT_ROWS):
            made = entry(seed, n)
            lines.append(
                f"{seed}-{n},{made.received_on},電話,{made.caller.name},{made.caller.phone},{made.age},点検商法,"
                f"{narrative(seed, n)}"
            )
        file.write_text("\n".join(lines), encoding="utf-8-sig")
        before = Case.objects.count()
        command = ("manage.py", "cases_import", str(file), "--centre", centre.code, "--json")
        process = spawn(*command)
        wait_for(lambda: Case.objects.count() > before or process.poll() is not None)
        time.sleep(dice.uniform(0.0, 0.5))
        kill(process)
        kept = Case.objects.count() - before
        ended_well(spawn(*command))
    tally.acknowledged += kept
    total = Case.objects.count() - before
    tally.lost += max(IMPORT_ROWS - total, 0)
    tally.duplicated += max(total - IMPORT_ROWS, 0)
    wanted = {word(seed, n): n for n in range(0, IMPORT_ROWS, 20)}
    with worker():
        _wait_found_by_word(seed, wanted, tally)
    return f"killed after {kept} rows"


def _wait_found_by_word(seed: str, wanted: dict[str, int], tally: Tally) -> None:
    end = time.monotonic() + checks.DRAIN_SECONDS
    missing = dict(wanted)
    while missing and time.monotonic() < end:
        for text, n in list(missing.items()):
            found = words.find(text, by=SYSTEM).uids
            if len(found) == 1:
                del missing[text]
                made = entry(seed, n)
                checks.check_case(found[0], narrative(seed, n), made.caller.name, tally)
        time.sleep(0.3)
    tally.stuck += len(missing)


def indexing_round(seed: str, dice: random.Random, centre: Centre, tally: Tally) -> str:
    """The worker killed while it writes the index; the next worker goes on by itself."""
    numbers = range(INDEX_CASES)
    record_cases([entry(seed, n) for n in numbers], centre=centre, by=SYSTEM)
    tally.acknowledged += INDEX_CASES
    process = spawn("manage.py", "worker")
    # Python and the dictionary take a second or two to start; the index write is somewhere after that.
    time.sleep(dice.uniform(0.8, 3.0))
    kill(process)
    with worker():
        checks.wait_until_found({word(seed, n): entry(seed, n).uid for n in numbers}, tally)
    checks.check_numbers(seed, set(numbers), tally)
    return ""
