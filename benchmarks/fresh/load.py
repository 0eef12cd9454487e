"""An installation with its cases, indexed; writers, one who saves what is looked for, and a district for that alone."""

import json
import sys
from typing import Final

import django

django.setup()

from django.core.management import call_command

from benchmarks.bench.load import form_of
from cases.demo.generator import entries
from cases.figures import columns
from cases.jobs.worker import Worker
from cases.law import calendar
from cases.models import Area, Case
from cases.records.centre import Centre
from consult.shell.accounts import Account

PASSWORD: Final = "madoguchi-fresh"  # noqa: S105 - of an installation that lives for minutes
AREA: Final = "FRESH"
MOST_FORMS: Final = 300


def main() -> None:
    asked = json.load(sys.stdin)
    call_command("prepare")
    call_command("demo_data", cases=asked["cases"], seed=asked["seed"])
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


if __name__ == "__main__":
    main()
