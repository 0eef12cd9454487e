"""`manage.py surge_check`: does the same code say the same of what was put in, to the last bit?

One JSON object on standard output. Exit codes: 0 all that can be computed again are the same, 1 some differ, 2 usage.
Evaluations by other code, or whose inputs were thrown away after two years, are counted apart.
"""

import json
from collections import Counter
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from cases.figures.surge_log import engine, evaluating
from cases.figures.surge_log.evaluating import Reproduced
from cases.figures.surge_log.models import SurgeEvaluation
from cases.records.centre import Centre

USAGE: Final = 2


class Command(BaseCommand):
    help = _(
        "増えている手口の調べを、保存した入力から計算し直し、同じ結果になるかを確かめます。何も変えません。"
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--centre", help=_("このセンターコードだけを確かめる"))

    def handle(self, *args: Any, **options: Any) -> None:
        rows = SurgeEvaluation.objects.order_by("pk").select_related("inputs").prefetch_related("cards")
        if options["centre"] is not None:
            centre = Centre.objects.filter(code=options["centre"]).first()
            if centre is None:
                raise CommandError(
                    _("センターコードがありません: %(code)s") % {"code": options["centre"]}, returncode=USAGE
                )
            rows = rows.filter(centre=centre)
        found: Counter[str] = Counter()
        differ = []
        for row in rows.iterator(chunk_size=100):
            outcome = evaluating.reproduced(row)
            found[outcome.value.lower()] += 1
            if outcome is Reproduced.DIFFERENT:
                differ.append(str(row.uid))
        told = {outcome.value.lower(): found[outcome.value.lower()] for outcome in Reproduced}
        self.stdout.write(
            json.dumps({"engine": engine.version(), "evaluations": found.total(), **told, "differ": differ})
        )
        if differ:
            raise CommandError(_("%(n)d件の食い違いがあります。") % {"n": len(differ)})
