"""`manage.py keys_create`: keys made ahead, or those of one year. What exists is left as it is."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from cases.management.commands._keys import (
    USAGE,
    add_cohort_arguments,
    centre_uid,
    faults_in_words,
    say,
)
from cases.protection.keys import ahead, ledger
from cases.protection.keys.kek import WRAPPING, Kek
from cases.records.centre import Centre


class Command(BaseCommand):
    help = _("鍵を作ります。年度を指定しなければ、これから必要になるものをすべて作ります。")

    def add_arguments(self, parser: CommandParser) -> None:
        add_cohort_arguments(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        """Standard output: the keys that are there now, as one JSON list of names."""
        centre, cohort = centre_uid(options["centre"]), options["cohort"]
        with faults_in_words():
            if cohort is None:
                if centre or options["domain"]:
                    raise CommandError(_("--cohort に年度を指定してください。"), returncode=USAGE)
                made = ahead.make()
            else:
                made = _of_year(centre, cohort, options["domain"])
        self.stdout.write(json.dumps([str(kek) for kek in made]))
        say(_("鍵を%(n)d個用意しました。") % {"n": len(made)})


def _of_year(centre: Any, cohort: int, domain: str) -> list[Kek]:
    centres = [centre] if centre else list(Centre.objects.order_by("pk").values_list("uid", flat=True))
    domains = [domain] if domain else WRAPPING[:1]
    return [ledger.current(name, uid, cohort) for uid in centres for name in domains]
