"""An installation with its cases and as many counsellors as asked for; answers with names and with calls to type."""

import json
import sys
from typing import Final

import django

django.setup()

from django.core.management import call_command

from benchmarks.bench.load import form_of
from cases.demo.generator import entries
from cases.jobs.worker import Worker
from cases.law import calendar
from cases.records.centre import Centre
from consult.shell.accounts import Account

PASSWORD: Final = "madoguchi-crowd"  # noqa: S105 - of an installation that lives for minutes


def main() -> None:
    asked = json.load(sys.stdin)
    call_command("prepare")
    call_command("demo_data", cases=asked["cases"], seed=asked["seed"])
    Worker().run_once()
    centre = Centre.objects.get(code="demo")
    names = [f"crowd{number}" for number in range(asked["counsellors"])]
    for name in names:
        Account.objects.create_account(
            name, PASSWORD, centre=centre, role_codes=["COUNSELLOR"], display_name=name
        )
    calls = entries(asked["counsellors"] * 2, asked["seed"] + 1000, calendar.today())
    print(json.dumps({"names": names, "password": PASSWORD, "forms": [form_of(call) for call in calls]}))


if __name__ == "__main__":
    main()
