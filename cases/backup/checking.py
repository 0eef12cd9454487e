"""A backup that was never opened is a hope: the restore check opens it as a restore would, beside the data."""

from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.backup import opened, trying
from cases.backup.models import Backup
from cases.backup.opened import Opened
from cases.backup.scratch import BackupUnderWay, alone
from cases.backup.telling import Tell, silent
from cases.errors import CasesError
from cases.protection import audit
from cases.records.centre import Actor


@dataclass(frozen=True)
class Finding:
    """What a restore check found. `fault` is empty where all is well, else it says in words what is not.

    `is_partial`: PostgreSQL where the role may make no database; the dump was read, not restored.
    """

    fault: str = ""
    rows: int = 0
    opened: int = 0
    without_key: int = 0
    is_partial: bool = False


def check_file(file: Path, *, tell: Tell = silent) -> Finding:
    """Open the file, restore it beside the data, count its rows, open values. A bad backup is a finding, no error.

    Raises BackupUnderWay, OSError where the file cannot be read, and whatever `tell` raises.
    """
    with alone("check") as scratch:
        try:
            payload = trying.opened(file, scratch, tell=tell)
            rows = sum(payload.rows.values())
            with trying.database_of(payload) as url:
                if url is None:
                    return Finding(rows=rows, is_partial=True)
                data = scratch / "data"
                data.mkdir(mode=0o700)
                found = opened.finished(url, data=data, lists=[], is_restore=False, tell=tell)
        except BackupUnderWay:
            raise
        except CasesError as refusal:
            return Finding(fault=str(refusal))
    return Finding(_fault(found), rows, found.opened, found.without_key)


def _fault(found: Opened) -> str:
    if found.broken:
        return _("封をした値が%(n)d件開きませんでした。") % {"n": found.broken}
    if found.log_faults:
        return _("操作記録の連鎖に誤りが%(n)d件あります。") % {"n": found.log_faults}
    if found.without_key and not found.opened:
        return _("鍵がなく、相談の内容が一つも開けません。")
    return ""


def check(row: Backup, *, by: Actor, tell: Tell = silent) -> Finding:
    """Check a backup of the ledger and write down what was found. Raises BackupUnderWay."""
    try:
        found = check_file(Path(row.folder or settings.BACKUP_DIR) / row.file_name, tell=tell)
    except OSError:
        found = Finding(fault=_("控えのファイルを読めません。ディスクがつながっているか確かめてください。"))
    with transaction.atomic():
        Backup.objects.filter(pk=row.pk).update(checked_at=timezone.now(), check_fault=found.fault[:200])
        audit.record("BACKUP_CHECKED", by=by)
    return found
