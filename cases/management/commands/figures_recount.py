"""`manage.py figures_recount`: do facts, columns and cases say the same in every dimension and measure?

One JSON object on standard output, progress on the error stream. Exit codes: 0 no difference, 1 differences, 2 usage.
"""

import json
import sys
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _
from tqdm import tqdm

from cases.figures.recount import recount, size
from cases.records.centre import Centre

USAGE: Final = 2


class Command(BaseCommand):
    help = _("集計のもとになる記録と列を、相談そのものの数え直しと突き合わせます。何も変えません。")

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--centre", help=_("このセンターコードだけを数え直す"))

    def handle(self, *args: Any, **options: Any) -> None:
        centre_ids = None if options["centre"] is None else _of_code(options["centre"])
        with tqdm(total=size(), unit="", file=sys.stderr, mininterval=0.5) as bar:
            report = recount(centre_ids, bar.update)
        self.stdout.write(json.dumps(report.as_data(), ensure_ascii=False))
        if report.differences:
            raise CommandError(_("%(n)d件の食い違いがあります。") % {"n": len(report.differences)})


def _of_code(code: str) -> list[int]:
    found = list(Centre.objects.filter(code=code).values_list("pk", flat=True))
    if not found:
        raise CommandError(_("センターコードがありません: %(code)s") % {"code": code}, returncode=USAGE)
    return found
