"""`manage.py cases_import FILE --centre CODE`: a ledger into cases, without a server running.

Exit codes: 0 done, 1 fault, 2 usage, 3 some rows were refused. Killed half-way, the same command again goes on.
Standard output holds the answer alone; progress and messages go to the error stream.
"""

import json
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain, islice
from pathlib import Path
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _
from tqdm import tqdm

from cases.files import FileNotUnderstood, Table, read_rows
from cases.records import codes
from cases.records.centre import SYSTEM, Centre
from cases.services.ledger import columns, uploads
from cases.services.ledger.coding import CodeBook
from cases.services.ledger.columns import SAMPLE_ROWS, Column, ColumnsNotMatched
from cases.services.ledger.loading import Counts, load
from cases.services.ledger.models import ImportMapping
from cases.services.ledger.reasons import REASONS, Fault
from cases.services.ledger.rows import Plan, plan_for

USAGE: Final = 2
PARTLY: Final = 3
SAY_EVERY_SECONDS: Final = 5.0
SHOWN: Final = 20


class Command(BaseCommand):
    help = _("台帳(CSV・Excel)の行を相談として取り込みます。同じ行は何度取り込んでも1件です。")

    def add_arguments(self, parser: CommandParser) -> None:
        add = parser.add_argument
        add("file", type=Path, help=_("台帳のファイル(.csv .xlsx)"))
        add("--centre", required=True, help=_("センターコード"))
        add("--mapping", default="", help=_("保存してある列の対応表の名前"))
        add("--dry-run", action="store_true", help=_("確認だけして、何も書き込まない"))
        add(
            "--closed-as",
            default="",
            help=_("終了日だけある行の処理結果のコード(例: ADVICE)。なければ未処理"),
        )
        add("--errors", type=int, default=SHOWN, help=_("表示する誤りの数"))
        add("--json", action="store_true", help=_("結果をJSONで出す"))

    def handle(self, *args: Any, **options: Any) -> None:
        centre = Centre.objects.filter(code=options["centre"]).first()
        if centre is None:
            known = ", ".join(Centre.objects.order_by("code").values_list("code", flat=True)) or "-"
            raise CommandError(
                _("センターコード %(code)s はありません。あるもの: %(known)s")
                % {"code": options["centre"], "known": known},
                returncode=USAGE,
            )
        try:
            name, data = options["file"].name, options["file"].read_bytes()
        except OSError as failure:
            reason = _("ファイルを読めません: %(reason)s") % {"reason": failure.strerror}
            raise CommandError(reason, returncode=USAGE) from None
        try:
            answer, status = self._load(name, data, centre, options)
        except (ColumnsNotMatched, FileNotUnderstood) as refusal:
            if not options["dry_run"]:
                reason = refusal.reason if isinstance(refusal, FileNotUnderstood) else "columns"
                uploads.refuse(name, len(data), reason=reason, centre=centre, by=SYSTEM)
            raise CommandError(str(refusal), returncode=USAGE) from None
        if status and not options["dry_run"]:
            reason = "broken_off" if "broken_off" in answer else ""
            uploads.refuse(name, len(data), reason=reason, rows=answer["refused"], centre=centre, by=SYSTEM)
        self._say(answer, options["json"])
        if status:
            sys.exit(status)

    def _load(
        self, name: str, data: bytes, centre: Centre, options: dict[str, Any]
    ) -> tuple[dict[str, Any], int]:
        matched, table = _columns(read_rows(name, data), centre, options["mapping"])
        fields = [column.field for column in matched]
        columns.require_usable(fields)
        if options["closed_as"] not in ("", *codes.codes(codes.Kind.OUTCOME).by_code):
            raise CommandError(_("--closed-as に処理結果のコードを指定してください。"), returncode=USAGE)
        plan = plan_for(centre, table.header, fields, now=timezone.now(), closed_as=options["closed_as"])
        faults = _Faults(options["errors"])
        rows = sum(1 for _row in read_rows(name, data)) if sys.stderr.isatty() else None
        started = time.monotonic()
        broken: FileNotUnderstood | None = None
        counts = Counts()

        def saved(now: Counts, found: list[Fault]) -> None:
            nonlocal counts
            counts = now
            faults.add(found)

        with _progress(rows) as tell:
            try:
                load(table, plan, by=SYSTEM, saved=saved, between=tell, is_dry=options["dry_run"])
            except FileNotUnderstood as refusal:
                broken = refusal
        seconds = time.monotonic() - started
        answer = _answer(counts, faults, matched, plan, seconds) | {"is_dry_run": options["dry_run"]}
        if broken is not None:
            answer["broken_off"] = str(broken)
        return answer, PARTLY if counts.refused or broken else 0

    def _say(self, answer: dict[str, Any], as_json: bool) -> None:
        if as_json:
            self.stdout.write(json.dumps(answer, ensure_ascii=False))
            return
        words = {
            "rows": _("読んだ行"), "added": _("新しい相談"), "known": _("取込済みの行"),
            "repeated": _("ファイル内の重複"), "refused": _("取り込めない行"), "noted": _("注意のある行"),
        }  # fmt: skip
        for key, label in words.items():
            self.stdout.write(f"{label}: {answer[key]:,}")
        for column in answer["unmatched"]:
            self.stdout.write(
                _("%(letter)s列は項目に対応していないため取り込みません。") % {"letter": column}
            )
        for error in answer["errors"]:
            self.stdout.write(_("%(line)d行 %(column)s列: %(text)s") % error)
        for tally in (*answer["refusals"], *answer["notes"]):
            self.stdout.write(_("%(count)d行: %(text)s") % tally)
        self.stdout.write(
            _("%(seconds).1f秒、1秒に%(rate).0f行")
            % {"seconds": answer["seconds"], "rate": answer["rows_per_second"]}
        )


class _Faults:
    """The first refusals word by word; notes and refusals counted by field and reason."""

    def __init__(self, most: int) -> None:
        self._most = most
        self.first: list[Fault] = []
        self.tally: Counter[tuple[bool, str, str]] = Counter()

    def add(self, found: list[Fault]) -> None:
        self.tally.update((fault.is_note, fault.field, fault.reason) for fault in found)
        room = self._most - len(self.first)
        self.first += [fault for fault in found if not fault.is_note][: max(room, 0)]


def _columns(table: Table, centre: Centre, mapping_name: str) -> tuple[list[Column], Table]:
    """The columns as matched, and the table with its first rows put back."""
    first = list(islice(table.rows, SAMPLE_ROWS))
    matched = columns.match(table.header, [cells for _line, cells in first], CodeBook(centre))
    if mapping_name:
        mapping = ImportMapping.objects.filter(centre=centre, name=mapping_name).first()
        if mapping is None:
            raise CommandError(_("その名前の対応表はありません。"), returncode=USAGE)
        matched = columns.with_mapping(matched, mapping)
    return matched, Table(table.header, table.header_line, chain(first, table.rows))


def _answer(
    counts: Counts, faults: _Faults, matched: list[Column], plan: Plan, seconds: float
) -> dict[str, Any]:
    letters = [Fault(0, column.position + 1, "", "").letter for column in matched]
    return {
        "rows": counts.read,
        "added": counts.added,
        "known": counts.known,
        "repeated": counts.repeated,
        "refused": counts.refused,
        "conflicts": counts.conflicts,
        "noted": counts.noted,
        "matched": {letters[c.position]: c.field for c in matched if c.field},
        "guessed": [letters[c.position] for c in matched if c.is_guess and c.field],
        "unmatched": [letters[c.position] for c in matched if not c.field and c.filled],
        "errors": [
            {"line": f.line, "column": f.letter, "field": f.field, "reason": f.reason, "text": f.text}
            for f in faults.first
        ],
        "refusals": _tallied(faults, is_note=False),
        "notes": _tallied(faults, is_note=True),
        "seconds": round(seconds, 2),
        "rows_per_second": round(counts.read / seconds, 1) if seconds else 0.0,
    }


def _tallied(faults: _Faults, *, is_note: bool) -> list[dict[str, Any]]:
    return [
        {"field": field, "reason": reason, "text": str(REASONS[reason]), "count": count}
        for (note, field, reason), count in faults.tally.most_common()
        if note is is_note
    ]


@contextmanager
def _progress(rows: int | None) -> Iterator[Any]:
    """A bar on a terminal; elsewhere one JSON line every five seconds. Both on the error stream."""
    if sys.stderr.isatty():
        with tqdm(total=rows, unit=_("行"), file=sys.stderr) as bar:
            yield lambda counts: bar.update(counts.read - bar.n)
        return
    said = time.monotonic()

    def say(counts: Counts) -> None:
        nonlocal said
        if time.monotonic() - said >= SAY_EVERY_SECONDS:
            said = time.monotonic()
            print(json.dumps(counts.plain()), file=sys.stderr, flush=True)  # noqa: T201 - for whoever watches

    yield say
