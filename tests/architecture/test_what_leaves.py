"""What leaves the staff: every door is listed with its reader, and what is handed out by others is a fault.

A new file, paper, open address or command fails here until `consult.shell.leaving` says who reads it.
"""

import re
from pathlib import Path
from typing import Final

import pytest
from django.conf import settings
from django.core.management import get_commands

from consult.shell import leaving, roles
from tests import builders
from tests.architecture.test_every_url import ADDRESSES, OPEN_TO_ALL, holder_of, signed_in

pytestmark = pytest.mark.django_db

OUR_APPS: Final = ("config", "consult", "outreach", "search", "cases")
# Where an answer becomes a file: modules with one of these words. Their addresses are listed by name.
_MAKES_A_FILE: Final = re.compile(
    r"Content-Disposition|content_disposition_header|\battachment\(|FileResponse|StreamingHttpResponse"
    r"|content_type=\"(?!application/problem)"
)
MAKE_FILES: Final = {
    "config/health.py", "consult/shell/attached.py",
    "consult/desk/day/logs.py", "consult/desk/files.py", "consult/desk/papers/views.py",
    "consult/desk/pionet/views.py", "consult/manage/code_map/pages.py", "consult/manage/editions/pages.py",
    "consult/manage/imports.py",
    "consult/manage/numbers.py",
    "consult/manage/protection/disclosures.py", "consult/manage/protection/leaks.py",
    "consult/manage/protection/papers.py", "consult/manage/protection/retention_receipts.py",
    "consult/manage/report/pages.py", "outreach/bulletins/outputs/pages.py", "outreach/bulletins/views.py",
    "outreach/lectures/views.py", "outreach/network/files.py",
    "outreach/devices/views.py", "outreach/lectures/report/year_page.py",
    "outreach/applications/acts.py",
    "outreach/stock/views.py",
    "outreach/programme/collecting.py", "outreach/papers.py", "outreach/planning/pages.py",
    "outreach/applications/files/pages.py",
}  # fmt: skip


def _is_a_file(answer):
    kind = answer.get("Content-Type", "").partition(";")[0]
    return answer.status_code == 200 and (
        "Content-Disposition" in answer.headers or kind not in ("", "text/html", "application/json")
    )


def test_every_file_and_every_open_address_says_who_reads_it(db):
    account = holder_of(builders.centre("minato"), *roles.ROLES)
    client, rows = signed_in(account), {}
    files = {
        address.name
        for address in ADDRESSES
        if address.answers("GET")
        and not address.is_api
        and _is_a_file(client.get(address.url(account, rows)))
    }

    assert (files | OPEN_TO_ALL) - leaving.ADDRESSES.keys() == set()
    assert len(files) > 5


def test_every_module_that_makes_a_file_is_known():
    found = set()
    for app in OUR_APPS:
        for path in (Path(settings.BASE_DIR) / app).rglob("*.py"):
            if _MAKES_A_FILE.search(path.read_text(encoding="utf-8")):
                found.add(str(path.relative_to(settings.BASE_DIR)))

    assert found - {"config/errors.py", "cases/protection/spool.py"} == MAKE_FILES


def test_every_listed_address_is_one_and_every_command_is_listed():
    ours = {name for name, app in get_commands().items() if app.split(".")[0] in OUR_APPS}

    assert leaving.ADDRESSES.keys() - {address.name for address in ADDRESSES} == set()
    assert ours == leaving.COMMANDS.keys()


def test_what_needs_a_release_is_what_others_read():
    doors = [*leaving.ADDRESSES.values(), *leaving.COMMANDS.values()]

    assert {door.reader for door in doors if door.needs_release} <= {
        leaving.Reader.MEMBERS,
        leaving.Reader.PUBLIC,
    }
    assert any(door.needs_release for door in doors)
