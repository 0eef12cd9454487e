"""`manage.py retention_status`: what is due, held, proposed and erased, and which erasures still wait for what."""

import json
from datetime import timedelta
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandParser
from django.db.models import Count, Q

from cases.backup.models import oldest_kept
from cases.law import calendar
from cases.records.centre import Centre
from cases.records.tombstone import Tombstone
from cases.services.retention import due
from cases.services.retention.models import Disposal, LegalHold
from cases.services.retention.rules import RecordClass

AHEAD_DAYS: Final = 183
ERASED: Final = {
    "all": "全部",
    "waiting_for_files": "ファイルの掃除待ち",
    "waiting_for_words": "索引の掃除待ち",
    "waiting_for_backups_or_keys": "古い控えか鍵が残っている",
    "beyond_reach": "もう読めない",
}


class Command(BaseCommand):
    help = "センターごとに、保存期限が来た件数と、消去の後に残っている仕事を出します。件数だけで、相談は出ません。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="JSONで出す")

    def handle(self, *args: Any, **options: Any) -> None:
        centres = [_of(centre) for centre in Centre.objects.order_by("code")]
        erased = _erased()
        if options["json"]:
            self.stdout.write(json.dumps({"centres": centres, "erased": erased}, ensure_ascii=False))
            return
        for centre in centres:
            self.stdout.write(
                f"{centre['code']}: 期限が来た相談 {centre['due']}件、{AHEAD_DAYS}日以内 {centre['ahead']}件、"
                f"保存停止 {centre['held']}件、承認待ちの案 {centre['proposed']}、消去中 {centre['under_way']}"
            )
        waits = "、".join(f"{words} {erased[name]}件" for name, words in ERASED.items())
        self.stdout.write(f"消去した相談: {waits}")


def _of(centre: Centre) -> dict[str, Any]:
    today = calendar.today()
    periods = due.periods_of(centre)
    falling = due.falling_due(centre, today + timedelta(days=AHEAD_DAYS))
    batches = Disposal.objects.filter(centre=centre).aggregate(
        proposed=Count("pk", filter=Q(state="PROPOSED")), under_way=Count("pk", filter=Q(state="APPROVED"))
    )
    return {
        "code": centre.code,
        "years": {str(one): _years_now(periods[one]) for one in RecordClass},
        "due": sum(row.count - row.held for row in falling if row.day <= today),
        "ahead": sum(row.count - row.held for row in falling if row.day > today),
        "held": LegalHold.objects.filter(case__centre=centre, lifted_at__isnull=True)
        .values("case")
        .distinct()
        .count(),
        **batches,
    }


def _years_now(periods: list[Any]) -> int:
    today = calendar.today()
    return int([period.years for period in periods if period.from_on <= today][-1])


def _erased() -> dict[str, int]:
    oldest = oldest_kept()
    reached = Q() if oldest is None else Q(erased_at__gt=oldest)
    clean = Q(files_clean_at__isnull=False, words_gone_at__isnull=False, beyond_reach_at__isnull=True)
    waits = Q(pk__in=[]) if oldest is None else clean & reached
    return Tombstone.objects.aggregate(
        all=Count("pk"),
        waiting_for_files=Count("pk", filter=Q(files_clean_at__isnull=True)),
        waiting_for_words=Count("pk", filter=Q(words_gone_at__isnull=True)),
        waiting_for_backups_or_keys=Count("pk", filter=waits),
        beyond_reach=Count("pk", filter=Q(beyond_reach_at__isnull=False)),
    )
