"""The rounds of one database: start the work, kill it at a random moment, check. Prints one JSON object."""

import argparse
import contextlib
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path

import django

django.setup()

from django.conf import settings
from django.core.management import call_command

from benchmarks.faults import checks
from benchmarks.faults.entries import entry, narrative, word
from benchmarks.faults.sums import Tally
from cases.protection import keys
from cases.records.case import Case
from cases.records.centre import SYSTEM, Centre
from cases.services.intake import record_cases
from search import words

KINDS = ("save", "import", "indexing")
SAVERS = 2
IMPORT_ROWS = 400
INDEX_CASES = 120


def main() -> None:
    given = argparse.ArgumentParser()
    given.add_argument("--runs", type=int, required=True)
    given.add_argument("--seed", type=int, required=True)
    given.add_argument("--kinds", nargs="+", choices=KINDS, default=KINDS)
    options = given.parse_args()
    Path(settings.DATA_DIR).mkdir(parents=True, exist_ok=True)
    keys.prepare()
    call_command("migrate", verbosity=0)
    centre, _new = Centre.objects.get_or_create(
        code="faults", defaults={"name": "障害試験", "is_made_up": True}
    )
    tally = Tally()
    for kind in options.kinds:
        for run in range(options.runs):
            dice = random.Random(f"{options.seed}/{kind}/{run}")
            before = Tally(**asdict(tally))
            _ROUNDS[kind](f"{options.seed}-{kind}-{run}", dice, centre, tally)
            tally.runs += 1
            clean = "ok" if _same_faults(before, tally) else "FAULT"
            print(
                f"{kind} {run + 1}/{options.runs}: {tally.acknowledged} acknowledged, {clean}",
                file=sys.stderr,
            )
    print(json.dumps(asdict(tally)))


def _same_faults(before: Tally, after: Tally) -> bool:
    return all(getattr(before, n) == getattr(after, n) for n in ("lost", "duplicated", "unreadable", "stuck"))


def _spawn(*command: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, *command],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        process_group=0,
    )


def _kill(process: subprocess.Popen[str]) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


@contextlib.contextmanager
def worker() -> Iterator[subprocess.Popen[str]]:
    """A worker as in use; what a killed one left behind is done by the next, not by hand."""
    process = _spawn("manage.py", "worker")
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            _kill(process)


def save_round(seed: str, dice: random.Random, centre: Centre, tally: Tally) -> None:
    """Two savers at once; both are killed at a random moment after their first acknowledgement."""
    savers = [_spawn("-m", "benchmarks.faults.saver", seed, str(n * 100_000)) for n in range(SAVERS)]
    lines: list[str] = []
    readers = [threading.Thread(target=_collect, args=(saver, lines)) for saver in savers]
    for reader in readers:
        reader.start()
    _wait_for(lambda: sum(line.startswith("ack") for line in list(lines)) >= SAVERS)
    time.sleep(dice.uniform(0.0, 0.6))
    for saver in savers:
        _kill(saver)
    for reader in readers:
        reader.join()
    said = {
        kind: {int(line.split()[1]) for line in lines if line.startswith(kind)} for kind in ("try", "ack")
    }
    tally.acknowledged += len(said["ack"])
    _check_numbers(seed, said["ack"], tally)
    checks.check_never_half([entry(seed, n).uid for n in said["try"] - said["ack"]], tally)
    with worker():
        checks.wait_until_found({word(seed, n): entry(seed, n).uid for n in said["ack"]}, tally)


def _collect(process: subprocess.Popen[str], lines: list[str]) -> None:
    for line in process.stdout or ():
        if line.endswith("\n"):  # a line cut by the kill says nothing
            lines.append(line.strip())


def _wait_for(holds: Callable[[], bool], seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not holds() and time.monotonic() < end:
        time.sleep(0.01)


def _check_numbers(seed: str, numbers: set[int], tally: Tally) -> None:
    for n in numbers:
        made = entry(seed, n)
        checks.check_case(made.uid, narrative(seed, n), made.caller.name, tally)


def import_round(seed: str, dice: random.Random, centre: Centre, tally: Tally) -> None:
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
        process = _spawn(*command)
        _wait_for(lambda: Case.objects.count() > before or process.poll() is not None)
        time.sleep(dice.uniform(0.0, 0.5))
        _kill(process)
        kept = Case.objects.count() - before
        again = _spawn(*command)
        again.communicate(timeout=120)
    tally.acknowledged += kept
    total = Case.objects.count() - before
    tally.lost += max(IMPORT_ROWS - total, 0)
    tally.duplicated += max(total - IMPORT_ROWS, 0)
    wanted = {word(seed, n): n for n in range(0, IMPORT_ROWS, 20)}
    with worker():
        _wait_found_by_word(seed, wanted, tally)


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


def indexing_round(seed: str, dice: random.Random, centre: Centre, tally: Tally) -> None:
    """The worker killed while it writes the index; the next worker goes on by itself."""
    numbers = range(INDEX_CASES)
    record_cases([entry(seed, n) for n in numbers], centre=centre, by=SYSTEM)
    tally.acknowledged += INDEX_CASES
    process = _spawn("manage.py", "worker")
    # Python and the dictionary take a second or two to start; the index write is somewhere after that.
    time.sleep(dice.uniform(0.8, 3.0))
    _kill(process)
    with worker():
        checks.wait_until_found({word(seed, n): entry(seed, n).uid for n in numbers}, tally)
    _check_numbers(seed, set(numbers), tally)


_ROUNDS = {"save": save_round, "import": import_round, "indexing": indexing_round}


if __name__ == "__main__":
    main()
