"""今日: how old the newest backup is, for everybody; loud where it is too old or would not come back.

Nobody but those who keep backups can mend one: the others read whom to tell, and never more than a warning.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from cases.backup import schedule
from cases.backup.models import Backup
from cases.law import calendar
from cases.law.calendar import TOKYO
from cases.records.centre import Actor
from cases.today import Card, Level

# A day and the two hours until the PC is switched on again.
OLD: Final = timedelta(hours=26)
FAR_TOO_OLD: Final = timedelta(days=3)


def card(_actor: Actor) -> Card | None:
    """For every reader who does not keep them."""
    found = state()
    if found is None or found.level == Level.INFO:
        return found
    return replace(
        found,
        body=_("システム担当に伝えてください。記録の保存はふだんどおりできます。"),
        level=Level.WARNING,
    )


def state() -> Card | None:
    """The state of the backups for their keeper; None before the tables are there."""
    row, now = schedule.newest(), timezone.now()
    since = row.taken_at if row else schedule.installed_at()
    if since is None:
        return None
    level = level_of(now - since, has_failed=bool(row and row.check_fault))
    if row is None:
        return _first(level)
    return Card(_title(row, now), _body(row, level), level)


def level_of(age: timedelta, *, has_failed: bool) -> Level:
    """Up to 26 hours all is well, up to three days a warning; a backup that did not come back is an error."""
    if has_failed or age > FAR_TOO_OLD:
        return Level.ERROR
    return Level.WARNING if age > OLD else Level.INFO


def _first(level: Level) -> Card:
    if level == Level.INFO:
        return Card(_("最初の控えは、始めてから1時間ほどで自動で取ります"))
    return Card(_("控えがまだ一つもありません"), _what_to_do(), level)


def _title(row: Backup, now: datetime) -> str:
    checked = pgettext("backup", "確認済み") if row.is_checked else _("読み直し済み")
    if row.check_fault:
        checked = _("戻せません")
    return _("最後の控え: %(when)s(%(checked)s)") % {"when": when(row.taken_at, now), "checked": checked}


def when(moment: datetime, now: datetime) -> str:
    """A moment as people say it: 今朝 3:02, 昨日 18:10, 11月20日 3:00."""
    local, today = moment.astimezone(TOKYO), calendar.local_date(now)
    clock = f"{local.hour}:{local.minute:02d}"
    days = (today - local.date()).days
    if days == 0:
        return (_("今朝 %(clock)s") if local.hour < 12 else _("今日 %(clock)s")) % {"clock": clock}
    if days == 1:
        return _("昨日 %(clock)s") % {"clock": clock}
    return _("%(month)d月%(day)d日 %(clock)s") % {"month": local.month, "day": local.day, "clock": clock}


def _body(row: Backup, level: Level) -> str:
    if row.check_fault:
        return _("戻せるか確かめたところ、失敗しました。今すぐ控えを取り、もう一度確かめてください。")
    return "" if level == Level.INFO else _what_to_do()


def _what_to_do() -> str:
    return _("控えのディスクがつながっているか、空きがあるかを確かめ、今すぐ控えを取ってください。")
