"""`manage.py audit_verify`: is the log whole, and do the cases hold what it says they hold?

Exit codes: 0 whole, 1 could not look, 2 usage, 3 faults found. Standard output holds the faults alone, a line each
(place, kind, name), or one JSON object with `--json`; progress goes to the error stream.
"""

import json
import sys
import uuid
from collections.abc import Iterable
from datetime import datetime, time
from pathlib import Path
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _
from tqdm import tqdm

from cases.law import calendar
from cases.protection.audit import checking, checkpoints
from cases.protection.audit.faults import Fault
from cases.protection.keys import KeyMissing
from cases.records.case import Case
from cases.records.centre import SYSTEM

USAGE: Final = 2
FOUND: Final = 3
_AT_ONCE: Final = 200


class Command(BaseCommand):
    help = _("操作記録が書き換えられていないか、相談の内容が記録どおりかを検証します。")

    def add_arguments(self, parser: CommandParser) -> None:
        add = parser.add_argument
        add("--since", default="", help=_("この日から書かれた連鎖だけを検証する(例: 2026-11-01)"))
        add("--against", type=Path, help=_("外に送った検査点のファイルと突き合わせる"))
        add("--rows", action="store_true", help=_("相談の値が記録どおりかも検証する"))
        add("--json", action="store_true", help=_("結果をJSONで出す"))
        add("--public-key", action="store_true", help=_("検査点の署名を確かめる公開鍵を出す"))

    def handle(self, *args: Any, **options: Any) -> None:
        if not checkpoints.may_sign():
            raise CommandError(_("操作記録の鍵がこのコンピューターにありません。"))
        if options["public_key"]:
            self.stdout.write(checkpoints.public_key(), ending="")
            return
        since = self._since(options["since"])
        against: Path | None = options["against"]
        if against is not None and not against.is_file():
            raise CommandError(_("ファイルがありません: %(path)s") % {"path": against}, returncode=USAGE)
        with tqdm(
            total=checking.size(rows=options["rows"]), unit="", file=sys.stderr, mininterval=0.5
        ) as bar:
            found = checking.everything(
                since=since, against=against, rows=options["rows"], advance=bar.update
            )
            try:
                count = self._tell(found, as_json=options["json"], bar=bar)
            except KeyMissing as missing:
                raise CommandError(str(missing)) from None
        checking.note(count, by=SYSTEM)
        if count:
            sys.exit(FOUND)

    def _since(self, text: str) -> datetime | None:
        try:
            return datetime.combine(datetime.fromisoformat(text), time(), calendar.TOKYO) if text else None
        except ValueError:
            raise CommandError(
                _("--since は 2026-11-01 のように書いてください。"), returncode=USAGE
            ) from None

    def _tell(self, found: Iterable[Fault], *, as_json: bool, bar: Any) -> int:
        """Print the faults as they are found (with `--json` at the end); returns how many there are."""
        lines: list[dict[str, Any]] = []
        count = 0
        for fault in found:
            count += 1
            line = as_dict(fault)
            if as_json:
                lines.append(line)
            else:
                with bar.external_write_mode(file=sys.stderr):
                    self.stdout.write(in_words(line))
        if as_json:
            self.stdout.write(json.dumps({"entries": bar.n, "faults": lines}, ensure_ascii=False))
        elif not count:
            self.stdout.write(_("欠けも書き換えもありません(%(n)s件)。") % {"n": f"{bar.n:,}"})
        return count


def as_dict(fault: Fault) -> dict[str, Any]:
    return {
        "kind": fault.kind.value,
        "chain": fault.chain,
        "seq": fault.seq,
        "pk": fault.pk,
        "case": _number(fault.case_uid),
        "detail": fault.detail,
        "text": str(fault.kind.label),
    }


def in_words(line: dict[str, Any]) -> str:
    place = " ".join(
        f"{name}={line[name]}" for name in ("chain", "seq", "pk", "case", "detail") if line[name]
    )
    return f"{line['kind']}\t{place}\t{line['text']}"


def _number(uid: uuid.UUID | None) -> str:
    """The number that people know the case by; empty for one that is erased or for no case."""
    return Case.objects.filter(uid=uid).values_list("number", flat=True).first() or "" if uid else ""
