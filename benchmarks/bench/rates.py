"""Work in bulk, without HTTP: saving, indexing, copying facts, redacting, and a ledger by its own command."""

import csv
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import django

django.setup()

from django.core.management import call_command

from cases.demo import loading
from cases.demo.generator import entries
from cases.feed import rows as feed
from cases.figures import columns
from cases.law import calendar
from cases.protection.redaction import redact
from cases.records import codes
from cases.records.centre import SYSTEM
from cases.records.codes import Kind
from cases.services.entry import CaseEntry
from cases.services.intake import parties_of, record_cases

BATCH = 500
MOST_REDACTED = 2_000


def main() -> None:
    asked = json.load(sys.stdin)
    call_command("prepare")
    made = list(entries(asked["rows"], asked["seed"], calendar.today()))
    found: dict[str, Any] = {"rows": len(made)}
    works: dict[str, tuple[str, Callable[[], int]]] = {
        "redaction": ("characters", lambda: _redact(made[-MOST_REDACTED:])),
        "saving": ("cases", lambda: _save(made)),
        "indexing": ("cases", _drain),
        "facts_to_columns": ("facts", _copy),
    }
    for name, (unit, work) in works.items():
        _say(name)
        found[name] = _rate(unit, work)
    _say("ledger_import")
    found["ledger_import"] = _import(made)
    print(json.dumps(found))


def _say(name: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} rates: {name}", file=sys.stderr, flush=True)


def _rate(unit: str, work: Callable[[], int]) -> dict[str, float]:
    """How much a second, and the CPU of this process for each; `work` says how much it did."""
    started, cpu = time.perf_counter(), time.process_time()
    done = work()
    seconds, cpu = time.perf_counter() - started, time.process_time() - cpu
    return {
        f"{unit}_per_second": round(done / seconds, 1),
        "seconds": round(seconds, 2),
        "cpu_seconds": round(cpu, 2),
        "cpu_us_each": round(cpu / done * 1_000_000, 2),
    }


def _redact(made: Sequence[CaseEntry]) -> int:
    for entry in made:
        redact(entry.narrative, parties_of(entry), allow=[entry.trader_name] if entry.trader_name else [])
    return sum(len(entry.narrative) for entry in made)


def _save(made: Sequence[CaseEntry]) -> int:
    centre = loading.make_centre()
    for start in range(0, len(made), BATCH):
        record_cases(made[start : start + BATCH], centre=centre, by=SYSTEM)
    return len(made)


def _drain() -> int:
    done = 0
    while taken := feed.drain("search", feed.consumers["search"].batch):
        done += taken
    return done


def _copy() -> int:
    done = 0
    while taken := columns.extend():
        done += taken
    return done


def _import(made: Sequence[CaseEntry]) -> dict[str, Any]:
    """The same cases as rows of a CSV ledger into another centre; with the start of the command."""
    centre = loading.make_centre("ledger")
    with tempfile.TemporaryDirectory(prefix="madoguchi-ledger-") as folder:
        file = Path(folder) / "ledger.csv"
        with file.open("w", encoding="utf-8-sig", newline="") as out:
            rows = [_row(n, entry) for n, entry in enumerate(made, 1)]
            writer = csv.DictWriter(out, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
        command = [sys.executable, "manage.py", "cases_import", str(file), "--centre", centre.code, "--json"]
        started = time.perf_counter()
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
        seconds = time.perf_counter() - started
        size = file.stat().st_size
    answer = json.loads(done.stdout.splitlines()[-1])
    return {
        "rows_per_second": round(answer["rows"] / seconds, 1),
        "seconds": round(seconds, 2),
        "file_bytes": size,
        **{name: answer[name] for name in ("rows", "added", "known", "repeated", "refused", "noted")},
    }


def _row(number: int, entry: CaseEntry) -> dict[str, Any]:
    """As a centre's ledger has it: words instead of codes."""

    def text(kind: str, code: str) -> str:
        return codes.codes(kind).text(code) if code else ""

    party = entry.caller if entry.party.is_empty else entry.party
    return {
        "受付番号": number,
        "受付日": entry.received_on.isoformat(),
        "受付方法": text(Kind.CHANNEL, entry.channel),
        "相談者氏名": entry.caller.name,
        "相談者電話番号": entry.caller.phone,
        "契約者氏名": party.name,
        "契約者電話番号": party.phone,
        "契約者住所": party.address,
        "年齢": "" if entry.age is None else entry.age,
        "性別": text(Kind.SEX, entry.sex),
        "手口": text(Kind.SCAM_TYPE, entry.scam_main),
        "商品・役務": text(Kind.PRODUCT, entry.product),
        "販売購入形態": text(Kind.SALES_METHOD, entry.sales_method),
        "事業者名": entry.trader_name,
        "契約購入金額": "" if entry.contract_yen is None else entry.contract_yen,
        "相談概要": entry.narrative,
        "助言・処理概要": entry.advice,
        "処理結果": text(Kind.OUTCOME, entry.outcome),
        "終了日": entry.closed_on.isoformat() if entry.closed_on else "",
    }


if __name__ == "__main__":
    main()
