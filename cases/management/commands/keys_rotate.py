"""`manage.py keys_rotate`: a new key for what the old one wraps, while people work. Killed, it is continued."""

import json
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils.translation import gettext as _
from tqdm import tqdm

from cases.management.commands._keys import (
    add_cohort_arguments,
    centre_uid,
    faults_in_words,
    positive,
    say,
)
from cases.protection import audit
from cases.protection.keys import rotation
from cases.records.centre import SYSTEM


class Command(BaseCommand):
    help = _("鍵を新しい版に替え、古い鍵で包まれた記録の鍵を包み直します。仕事を止めずに実行できます。")

    def add_arguments(self, parser: CommandParser) -> None:
        add_cohort_arguments(parser)
        parser.add_argument("--batch", type=positive, default=rotation.BATCH, help=_("一度に包み直す件数"))

    def handle(self, *args: Any, **options: Any) -> None:
        """Standard output: one JSON list, a cohort an item. A cohort that fails ends the command with status 1."""
        found = rotation.cohorts(
            domain=options["domain"], centre_uid=centre_uid(options["centre"]), cohort=options["cohort"]
        )
        done = []
        total = sum(rotation.waiting(cohort) for cohort in found)
        with tqdm(total=total, unit=_("件"), file=sys.stderr) as bar, faults_in_words():
            for cohort in found:
                rows = rotation.rotate(cohort, batch=options["batch"], told=bar.update)
                name = f"{cohort.domain}/{cohort.centre_uid.hex}-{cohort.cohort}"
                audit.record("KEYS_ROTATED", by=SYSTEM, reason=name, count=rows)
                done.append(
                    {
                        "domain": cohort.domain,
                        "centre_uid": str(cohort.centre_uid),
                        "cohort": cohort.cohort,
                        "wrapped": rows,
                    }
                )
        self.stdout.write(json.dumps(done))
        say(_("古い版は読み出し用に残っています。keys_destroy で廃棄できます。"))
