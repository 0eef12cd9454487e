"""An installation with its cases, indexed; writers, one who saves what is looked for, and a district for that alone."""

import json
import subprocess
import sys
from datetime import timedelta
from typing import Final

import django

django.setup()

from django.core.management import call_command
from django.utils import timezone

from benchmarks.bench.load import form_of
from cases.demo.generator import entries
from cases.figures import columns
from cases.figures.recount import nightly
from cases.jobs.models import Job, TaskLease
from cases.jobs.worker import Worker
from cases.law import calendar
from cases.models import Area, Case
from cases.protection.audit import checking
from cases.records.centre import SYSTEM, Centre
from consult.shell.accounts import Account

PASSWORD: Final = "madoguchi-fresh"  # noqa: S105 - of an installation that lives for minutes
AREA: Final = "FRESH"
MOST_FORMS: Final = 300


WITH_ALL: Final = 500
"""Cases of the demo with everything that belongs to it; the others are cases alone."""
AT_ONCE: Final = 2


def main() -> None:
    asked = json.load(sys.stdin)
    call_command("prepare")
    first = min(WITH_ALL, asked["cases"])
    call_command("demo_data", cases=first, seed=asked["seed"])
    _fill(asked["cases"] - first, asked["seed"])
    _as_after_a_night()
    Worker().run_once()
    columns.extend(asked["cases"] * 2)
    centre = Centre.objects.get(code="demo")
    Area.objects.create(centre=centre, code=AREA, label="新着区")
    names = {
        "COUNSELLOR": "fresh",
        "MANAGER": "reader",
        **{f"w{n}": f"writer{n}" for n in range(asked["writers"])},
    }
    for role, name in names.items():
        codes = [role] if role == "MANAGER" else ["COUNSELLOR"]
        Account.objects.create_account(name, PASSWORD, centre=centre, role_codes=codes, display_name=name)
    calls = entries(MOST_FORMS, asked["seed"] + 1000, calendar.today())
    forms = [form_of(call) for call in calls]
    print(
        json.dumps(
            {
                "names": names,
                "password": PASSWORD,
                "forms": forms,
                "area": AREA,
                "today": calendar.today().isoformat(),
                "cases": Case.objects.count(),
            }
        )
    )


def _fill(cases: int, seed: int) -> None:
    """The other cases, by as many processes as have a processor each."""
    if not cases:
        return
    share = [cases // AT_ONCE, cases - cases // AT_ONCE]
    command = [sys.executable, "-m", "benchmarks.fresh.fill"]
    processes = [
        subprocess.Popen([*command, str(count), str(seed + 1 + n)], stdout=subprocess.DEVNULL)
        for n, count in enumerate(share)
    ]
    ended = [process.wait() for process in processes]
    if any(ended):
        raise RuntimeError("the cases could not be filled in")


def _as_after_a_night() -> None:
    """What is done once a night is done already: a measure of the day does not wait for it."""
    now = timezone.now()
    Job.objects.create(kind=nightly.JOB, state=Job.State.DONE, finished_at=now)
    checking.note(0, by=SYSTEM)
    TaskLease.objects.update_or_create(name="search.reconcile", defaults={"due_at": now + timedelta(days=1)})


if __name__ == "__main__":
    main()
