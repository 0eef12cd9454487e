"""What cannot work with backups, in words: before anything starts."""

from pathlib import Path

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.utils.dateparse import parse_time
from django.utils.translation import gettext as _

from cases.backup import places
from cases.backup.places import PlaceInsideData
from cases.backup.restoring import UNFINISHED


def register_all() -> None:
    register(backups_lie_apart, Tags.security)
    register(no_restore_is_unfinished, Tags.database)
    register(backup_time_is_a_time, "backup")


def of_this_machine() -> list[CheckMessage]:
    """What a start must know."""
    return [*backups_lie_apart(), *no_restore_is_unfinished(), *backup_time_is_a_time()]


def backups_lie_apart(**_options: object) -> list[CheckMessage]:
    """Neither backups nor copies of keys lie in the data or key folder; keys never lie with the backups."""
    hint = _(
        "BACKUP_DIR と KEY_BACKUP_DIR には、データや鍵とは別の場所(できれば別のディスク)を指定してください。"
    )
    found: list[CheckMessage] = []
    folders = [Path(folder) for folder in (settings.BACKUP_DIR, settings.KEY_BACKUP_DIR) if folder]
    for folder in folders:
        try:
            places.require_apart(folder)
        except PlaceInsideData as refusal:
            found.append(Error(str(refusal), hint=hint, id="madoguchi.E030"))
    if settings.KEY_BACKUP_DIR and _overlap(*folders):
        problem = _("鍵の控えの場所(KEY_BACKUP_DIR)が、データの控えの場所と重なっています。")
        found.append(Error(problem, hint=hint, id="madoguchi.E031"))
    return found


def _overlap(one: Path, other: Path) -> bool:
    one, other = one.resolve(), other.resolve()
    return one.is_relative_to(other) or other.is_relative_to(one)


def no_restore_is_unfinished(**_options: object) -> list[CheckMessage]:
    """A restore into PostgreSQL was broken off: what was erased may stand there again."""
    mark = Path(settings.DATA_DIR) / UNFINISHED
    if not mark.exists():
        return []
    problem = _("控えからの復元が途中で止まっています。")
    hint = _("データベースを空にし、%(mark)s を消してから、もう一度 restore を行ってください。") % {
        "mark": mark
    }
    return [Error(problem, hint=hint, id="madoguchi.E032")]


def backup_time_is_a_time(**_options: object) -> list[CheckMessage]:
    """BACKUP_AT is a time of day."""
    try:
        is_time = parse_time(settings.BACKUP_AT) is not None
    except ValueError:
        is_time = False
    if is_time:
        return []
    problem = _("BACKUP_AT は 03:00 のように時刻で指定してください。")
    return [Error(problem, hint="BACKUP_AT=03:00", id="madoguchi.E033")]
