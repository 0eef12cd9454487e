"""A process whose disk is full: saves until the system takes no more; says what it acknowledged and what health said.

The disk is full by a limit on the size of files (RLIMIT_FSIZE), set at what the database's files have now: each write
that would make one longer fails, as on a full disk. Prints one JSON object.
"""

import json
import resource
import uuid
from pathlib import Path

import django

django.setup()

from django.conf import settings
from django.core.management import call_command
from django.db import DatabaseError
from django.test import Client
from django.utils import timezone

from cases import held
from cases.health import wrong
from cases.models import Case, Centre
from cases.records.centre import SYSTEM
from cases.services.entry import CaseEntry
from cases.services.intake import record_case
from consult.shell.accounts import Account

MOST = 400


def save(centre: Centre) -> uuid.UUID:
    entry = CaseEntry(
        uid=uuid.uuid4(), received_at=timezone.now(), channel="PHONE", scam_main="INSPECTION",
        narrative="屋根の点検だと言われ、契約した。" * 40,
    )  # fmt: skip
    return record_case(entry, centre=centre, by=SYSTEM).case.uid


def health() -> list[str]:
    held.forget_all()
    return sorted(reading.name for reading in wrong() if reading.name.startswith("disk."))


def main() -> None:
    call_command("prepare")
    centre, _is_new = Centre.objects.get_or_create(code="full", defaults={"name": "満杯市"})
    acknowledged = {save(centre) for _number in range(3)}
    client = Client(HTTP_HOST="localhost")
    client.force_login(
        Account.objects.create_account(
            "full", "madoguchi-full", centre=centre, role_codes=["ADMIN"], display_name="full"
        )
    )
    before = health()
    used = max(path.stat().st_size for path in Path(settings.DATA_DIR).iterdir() if path.is_file())
    resource.setrlimit(resource.RLIMIT_FSIZE, (used + 20_000, resource.RLIM_INFINITY))
    refused = ""
    for _number in range(MOST):
        try:
            acknowledged.add(save(centre))
        except (DatabaseError, OSError) as refusal:
            refused = type(refusal).__name__
            break
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))
    during = health()
    page = client.get("/health/").content.decode()
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    stored = set(Case.objects.values_list("uid", flat=True))
    acknowledged_later = save(centre)
    print(
        json.dumps(
            {
                "before": before,
                "refused": refused,
                "during": during,
                "is_on_the_page": "書き込めません" in page,
                "lost": len(acknowledged - stored),
                "unacknowledged": len(stored - acknowledged),
                "after": health(),
                "works_again": Case.objects.filter(uid=acknowledged_later).exists(),
            }
        )
    )


if __name__ == "__main__":
    main()
