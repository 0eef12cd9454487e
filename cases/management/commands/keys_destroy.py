"""`manage.py keys_destroy`: the end of a retired key, or of a whole year; then each copy is ticked off, then a receipt.

Exit codes: 0 done (a receipt is on standard output, or a copy was confirmed), 1 refused or fault, 2 usage,
3 partly done: copies wait for a person, or the key must rest for some minutes first.
"""

import sys
import time
import uuid
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.management.commands._keys import (
    PARTLY,
    USAGE,
    by_or_usage,
    centre_uid,
    faults_in_words,
    positive,
    say,
)
from cases.protection.keys import destruction
from cases.protection.keys.kek import WRAPPING, Kek
from cases.protection.keys.models import KeyCopy, KeyDestruction, KeyVersion
from cases.protection.keys.rotation import Cohort


class Command(BaseCommand):
    help = _("使い終わった鍵、または年度の鍵をすべて廃棄します。廃棄した鍵の記録は二度と開けません。")

    def add_arguments(self, parser: CommandParser) -> None:
        add = parser.add_argument
        add("--centre", help=_("センターコード"))
        add("--cohort", type=int, help=_("年度"))
        add("--domain", choices=WRAPPING, default="case", help=_("鍵の用途"))
        add("--key-version", type=positive, help=_("廃棄する版。なければ年度のすべて"))
        add("--yes-destroy", action="store_true", help=_("残っている記録も開けなくなることを承知している"))
        add("--wait", action="store_true", help=_("使用が止まるまで待ってから廃棄する"))
        add("--by", help=_("行う人の名前(記録に残る)"))
        add("--reason", default="", help=_("理由(記録に残る)"))
        add("--destruction", type=uuid.UUID, help=_("続きを行う廃棄の番号"))
        add("--confirm", metavar="COPY", help=_("破壊し終えた控えの名前"))

    def handle(self, *args: Any, **options: Any) -> None:
        name = by_or_usage(options)
        with faults_in_words():
            try:
                found = self._continued(options, name) if options["destruction"] else _begun(options, name)
            except (KeyDestruction.DoesNotExist, KeyVersion.DoesNotExist):
                raise CommandError(
                    _("そのような鍵、または廃棄の記録はありません。"), returncode=USAGE
                ) from None
            except KeyCopy.DoesNotExist:
                raise CommandError(_("その名前の控えはありません。"), returncode=USAGE) from None
            except destruction.KeyStillRemembered as early:
                say(str(early))
                sys.exit(PARTLY)
        self._tell(found)

    @staticmethod
    def _continued(options: dict[str, Any], name: str) -> KeyDestruction:
        found = KeyDestruction.objects.get(uid=options["destruction"])
        destruction.finish(found)
        if options["confirm"]:
            found = destruction.confirm(found.uid, options["confirm"], by=name)
        return found

    def _tell(self, found: KeyDestruction) -> None:
        if found.receipt_at is not None:
            self.stdout.write(destruction.receipt(found))
            return
        say(_("この機械の鍵と封をした控えは消しました。番号: %(uid)s") % {"uid": found.uid})
        say(
            _("次の控えを人の手で破壊し、一つずつ --destruction %(uid)s --confirm 名前 で確認してください:")
            % {"uid": found.uid}
        )
        for copy in destruction.open_copies(found):
            say(f"  {copy}")
        say(_("動いている窓口を再起動してください。メモリに残った鍵は、それまで使えます。"))
        say(_("すべて確認されるまで、廃棄の受領書は出ません。"))
        sys.exit(PARTLY)


def _begun(options: dict[str, Any], name: str) -> KeyDestruction:
    centre = centre_uid(options["centre"] or "")
    if centre is None or options["cohort"] is None:
        raise CommandError(_("--centre と --cohort を指定してください。"), returncode=USAGE)
    if not options["reason"].strip():
        raise CommandError(_("--reason に理由を指定してください。"), returncode=USAGE)
    cohort = Cohort(options["domain"], centre, options["cohort"])
    while True:
        try:
            if options["key_version"]:
                kek = Kek(cohort.domain, cohort.centre_uid, cohort.cohort, options["key_version"])
                return destruction.destroy_version(kek, by=name, reason=options["reason"])
            return destruction.destroy_cohort(
                cohort, by=name, reason=options["reason"], with_rows=options["yes_destroy"]
            )
        except destruction.KeyStillRemembered as early:
            if not options["wait"]:
                raise
            say(str(early))
            time.sleep(max(1.0, (early.until - timezone.now()).total_seconds()))
