"""An installation with its cases, indexed; answers with what the questions will be about.

One case more than asked for has a word and a phone number of its own.
"""

import json
import sys
from typing import Any

import django

django.setup()

from django.core.management import call_command

from benchmarks.bench import desk
from benchmarks.faults.entries import entry, word
from cases.demo.generator import entries
from cases.jobs.worker import Worker
from cases.law import calendar
from cases.records.case import Case
from cases.records.centre import SYSTEM, Centre
from cases.services.entry import CaseEntry
from cases.services.intake import record_case
from consult.shell.accounts import DEMO_ACCOUNTS, DEMO_PASSWORD

PAGES = 200
MOST_FORMS = 200
COMMON_WORD = "契約"


def main() -> None:
    asked = json.load(sys.stdin)
    call_command("prepare")
    call_command("demo_data", cases=asked["cases"], seed=asked["seed"])
    centre = Centre.objects.get(code="demo")
    rare = entry("bench", 1)
    record_case(rare, centre=centre, by=SYSTEM)
    at_hand = desk.prepare(centre, asked["seed"])
    Worker().run_once()
    uids = list(Case.objects.order_by("pk").values_list("uid", flat=True))
    step = max(1, len(uids) // PAGES)
    calls = entries(min(asked["repeat"], MOST_FORMS), asked["seed"] + 1000, calendar.today())
    print(
        json.dumps(
            {
                "accounts": {role: username for role, username, _name in DEMO_ACCOUNTS}
                | {"COUNSELLOR": at_hand["account"]},
                "desk": at_hand,
                "password": DEMO_PASSWORD,
                "uids": [str(uid) for uid in uids[::step]],
                "words": {"common": COMMON_WORD, "rare": word("bench", 1)},
                "phone": rare.caller.phone,
                "forms": [form_of(call) for call in calls],
            }
        )
    )


def form_of(call: CaseEntry) -> dict[str, str]:
    """A new call as it is typed into the desk's form; of a day before, so that its hours lie behind us."""
    given: dict[str, Any] = {
        name: getattr(call, name)
        for name in (
            "channel", "kind", "narrative", "scam_main", "sales_method", "product", "age", "sex", "area", "occupation",
            "relation", "contracted_on", "document_received_on", "contract_yen", "paid_yen", "trader_name", "advice",
        )
    }  # fmt: skip
    given["received_at"] = call.received_at.astimezone(calendar.TOKYO).strftime("%Y-%m-%d %H:%M")
    persons = {"caller": call.caller, "party": call.party}
    if call.relation == "SELF":
        # 本人: the page asks for one set of details, the caller's.
        persons = {"caller": call.party if call.caller.is_empty else call.caller}
    for role, person in persons.items():
        given |= {f"{role}_{part}": getattr(person, part) for part in ("name", "kana", "phone", "address")}
    return {name: "" if value is None else str(value) for name, value in given.items()}


if __name__ == "__main__":
    main()
