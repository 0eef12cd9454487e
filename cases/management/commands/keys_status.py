"""`manage.py keys_status`: every key, what it protects and where it lies; one JSON object, and words beside it."""

import json
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.management.commands._keys import PARTLY, say
from cases.protection.keys.models import KeyMedium
from cases.protection.keys.status import Status, status


class Command(BaseCommand):
    help = _("鍵の状態を出します。--copied は、鍵フォルダの控えを取ったことを書き留めます。")

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--copied", metavar="NAME", help=_("鍵フォルダをこの媒体に写した(例: 金庫のUSB1)")
        )
        parser.add_argument("--gone", metavar="NAME", help=_("この媒体の控えはもうない"))

    def handle(self, *args: Any, **options: Any) -> None:
        """Status 3 where something is wrong with a key."""
        now = timezone.now()
        if options["copied"]:
            KeyMedium.objects.update_or_create(
                name=options["copied"], defaults={"copied_at": now, "gone_at": None}
            )
        if options["gone"]:
            KeyMedium.objects.filter(name=options["gone"]).update(gone_at=now)
        found = status()
        self.stdout.write(json.dumps(found.plain(), ensure_ascii=False))
        _tell(found)
        if found.problems:
            sys.exit(PARTLY)


def _tell(found: Status) -> None:
    for key in found.keys:
        copy = _("控えあり") if key.has_copy else _("控えなし")
        say(
            f"{key.domain} {key.centre} {key.cohort} v{key.version}  {key.state}  "
            + _("%(rows)d件 %(days)d日前から") % {"rows": key.rows, "days": key.age_days}
            + f"  {copy}"
        )
    for problem in found.problems:
        say(f"! {problem}")
    if not found.problems:
        say(_("問題はありません。"))
