"""Whether there is room where the product writes, and whether it may write there: tried, not read off."""

import os
import shutil
import tempfile
from pathlib import Path
from typing import Final

from django.conf import settings
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from cases.health.registry import Group, Level, Reading, register
from cases.health.words import size
from cases.held import Held

GB: Final = 10**9
TIGHT: Final = 2 * GB
"""A backup of a middling centre and some weeks of calls."""
ALMOST_FULL: Final = GB // 2
_TRIED: Final = b"\0" * 4096
_held: Final[Held[list[Reading]]] = Held(30.0)


def places() -> dict[str, tuple[str, Path]]:
    """Where the product writes: (what lies there, folder)."""
    return {
        "data": (_("相談の記録"), Path(settings.DATA_DIR)),
        "keys": (_("鍵"), Path(settings.KEY_DIR)),
        "search": (_("検索の索引"), Path(settings.SEARCH_FILE).parent),
        "columns": (_("集計の写し"), Path(settings.COLUMNS_DIR)),
        "backups": (_("データの控え"), Path(settings.BACKUP_DIR)),
    }


def disks() -> list[Reading]:
    """Each place; a folder that is not made yet stands for the disk that it will lie on. Tried twice a minute."""
    return _held.get(
        (get_language(), *(folder for _label, folder in places().values())),
        lambda: [reading(name, label, _nearest(folder)) for name, (label, folder) in places().items()],
    )


def reading(name: str, label: str, folder: Path) -> Reading:
    """Room and a write that leaves nothing behind. A quota or a broken disk shows in the write alone."""
    free, total = _room(folder)
    fault = _fault_of_a_write(folder)
    if fault:
        level, state = Level.ERROR, _("書き込めません(%(why)s)") % {"why": fault}
    else:
        level = _level(free)
        state = _("空き %(free)s(%(total)sのうち)") % {"free": size(free), "total": size(total)}
    return Reading(
        name=f"disk.{name}",
        label=label,
        state=state,
        level=level,
        limit=_("空き %(size)s") % {"size": size(TIGHT)},
        advice="" if level is Level.OK else _advice(name, folder),
        numbers={"free_bytes": free, "total_bytes": total, "is_writable": int(not fault)},
    )


def _level(free: int) -> Level:
    if free < ALMOST_FULL:
        return Level.ERROR
    return Level.WARNING if free < TIGHT else Level.OK


def _advice(name: str, folder: Path) -> str:
    told = {"folder": str(folder)}
    if name == "data":
        return (
            _(
                "いっぱいになると保存できません。%(folder)s のあるディスクを空け、書き込めるようにしてください。"
            )
            % told
        )
    return _("%(folder)s のあるディスクを空け、書き込めるようにしてください。") % told


def _nearest(folder: Path) -> Path:
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    return folder


def _room(folder: Path) -> tuple[int, int]:
    try:
        usage = shutil.disk_usage(folder)
    except OSError:
        return 0, 0
    return usage.free, usage.total


def _fault_of_a_write(folder: Path) -> str:
    """Empty where a page can be written; else what the system says. The file has no name and is gone with its end."""
    try:
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(_TRIED)
            file.flush()
            os.fsync(file.fileno())
    except OSError as refusal:
        return os.strerror(refusal.errno or 0)
    return ""


def register_all() -> None:
    register("disks", Group.DISK, gettext_lazy("ディスク"), disks)
