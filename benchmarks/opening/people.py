"""People of a run, calls for them to type, and a district that is this run's alone."""

import json
import secrets
import sys
from typing import Final

import django

django.setup()

from benchmarks.bench.load import form_of
from cases.demo.generator import entries
from cases.law import calendar
from cases.models import Area
from cases.records.centre import Centre
from consult.shell.accounts import Account

PASSWORD: Final = "madoguchi-opening"  # noqa: S105 - of an installation that lives for minutes


def main() -> None:
    """`people`: who is to come, by a name in this run, with their role; `forms`: how many calls to type."""
    asked = json.load(sys.stdin)
    run = secrets.token_hex(3)
    centre = Centre.objects.get(code="demo")
    area = Area.objects.create(centre=centre, code=f"FRESH{run.upper()}", label="新着区")
    names = {who: f"{who}-{run}" for who in asked["people"]}
    for who, role in asked["people"].items():
        Account.objects.create_account(
            names[who], PASSWORD, centre=centre, role_codes=[role], display_name=names[who]
        )
    calls = entries(asked["forms"], asked["seed"] + 1000, calendar.today())
    given = {"names": names, "password": PASSWORD, "area": area.code, "today": calendar.today().isoformat()}
    print(json.dumps({**given, "forms": [form_of(call) for call in calls]}))


if __name__ == "__main__":
    main()
