"""Private folders on the data's disk for work that may be killed: whoever comes next sweeps what was left."""

import fcntl
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import ClassVar

from django.conf import settings
from django.utils.translation import gettext as _

from cases.errors import CasesError


class BackupUnderWay(CasesError):
    """Another process of this machine is at the same work; two would only disturb each other."""

    code: ClassVar[str] = "backup_under_way"
    status: ClassVar[int] = 409

    def __init__(self) -> None:
        super().__init__(_("控えの処理が進んでいるところです。終わってからもう一度行ってください。"))


@contextmanager
def alone(work: str) -> Iterator[Path]:
    """An empty folder, for one process of this machine at a time. Raises BackupUnderWay.

    Whoever holds the lock is alone, so what a killed process left is nobody's and goes.
    """
    data = Path(settings.DATA_DIR)
    with (data / f".{work}.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BackupUnderWay from None
        for left in data.glob(f".{work}-*/"):
            shutil.rmtree(left, ignore_errors=True)
        with tempfile.TemporaryDirectory(prefix=f".{work}-", dir=data, ignore_cleanup_errors=True) as folder:
            yield Path(folder)
