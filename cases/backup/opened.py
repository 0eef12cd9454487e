"""What is done with a database that was opened from a backup, in a process that knows no other database.

Run as a child (`manage.py restore_finish`) whose DATABASE_URL names the opened database: every service works on it as
on any other, and the one that the product works on is not touched.
"""

import json
import os
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, ClassVar, Final

from django.conf import settings
from django.core.management import call_command
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.backup import erased
from cases.backup.schedule import CHECK, TAKE
from cases.backup.telling import TRYING, Tell
from cases.errors import CasesError
from cases.jobs.models import Job
from cases.protection import audit, probe
from cases.protection.audit import verify
from cases.records.centre import SYSTEM

SAMPLE: Final = 50
_LOOK_SECONDS: Final = 0.1


class OpenedUnusable(CasesError):
    """The opened database could not be brought up to date."""

    code: ClassVar[str] = "opened_unusable"
    status: ClassVar[int] = 500

    def __init__(self) -> None:
        super().__init__(_("控えは開けましたが、この版のデータベースにできませんでした。"))


@dataclass(frozen=True)
class Opened:
    """What was found and done."""

    opened: int
    broken: int
    without_key: int
    log_faults: int = 0
    erased_again: int = 0
    lists_are_whole: bool = True


# --- In the child -------------------------------------------------------------------------------------------------
def finish(*, lists: list[str], is_restore: bool) -> Opened:
    """Bring the tables up to date and try values; for a restore, erase again and leave word in the log."""
    call_command("migrate", interactive=False, verbosity=0)
    if not is_restore:
        return Opened(**asdict(probe.sealed_values(SAMPLE)), log_faults=_log_faults())
    notes = erased.read_lists(map(Path, lists))
    again = erased.erase_again(notes)
    # The backup was taken in the middle of a backup: that job is not to be taken up again.
    stale = Job.objects.filter(kind__in=[TAKE, CHECK]).unfinished()
    stale.update(state=Job.State.CANCELLED, lease_until=None, finished_at=timezone.now())
    audit.record("RESTORED", by=SYSTEM, count=max(1, again))
    return Opened(**asdict(probe.sealed_values(SAMPLE)), erased_again=again, lists_are_whole=notes.is_whole)


def _log_faults() -> int:
    """How many faults the chains of the log show, each followed to its head."""
    return sum(
        1 for window in verify.windows() for _fault in verify.chains(window, lambda _count: None, None)
    )


# --- In the parent ------------------------------------------------------------------------------------------------
def finished(database_url: str, *, data: Path, lists: list[Path], is_restore: bool, tell: Tell) -> Opened:
    """Run `finish` in a child on the opened database. `data` is its empty data folder. Raises OpenedUnusable."""
    command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "restore_finish"]
    command += [f"--list={folder}" for folder in lists]
    command += ["--restore"] if is_restore else []
    given = {"DATABASE_URL": database_url, "DATA_DIR": str(data), "KEY_DIR": str(settings.KEY_DIR)}
    with subprocess.Popen(  # noqa: S603 - our own command, no shell
        command,
        env={**os.environ, **given},
        cwd=settings.BASE_DIR,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
    ) as child:
        try:
            while child.poll() is None:
                tell(TRYING, 0, None)
                time.sleep(_LOOK_SECONDS)
        finally:
            if child.poll() is None:
                child.kill()
        answer = child.stdout.read() if child.stdout else b""
    if child.returncode != 0:
        raise OpenedUnusable
    found: dict[str, Any] = json.loads(answer)
    return Opened(**found)
