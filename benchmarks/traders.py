"""Finding a trader by two letters among 1,000 and 100,000: milliseconds, queries and bytes on the disk.

    python -m benchmarks.traders                             # 1,000 and 100,000 on SQLite
    python -m benchmarks.traders --database postgres
    python -m benchmarks.traders --traders 200 --repeat 3 --results /tmp/traders    # a quick look

Names are put together from a few common parts, so that each question meets thousands of them: the worst case for a
search that must sort. Times are of the process that asks, from the call to the list that is shown; its CPU says what
the others on a busy machine take away.
"""

import argparse
import random
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from statistics import median
from typing import Any, Final

from benchmarks.protection import own
from benchmarks.protection.results import RESULTS

SIZES: Final = (1_000, 100_000)
REPEAT: Final = 40
BAR_MS: Final = 20.0
CHUNK: Final = 1_000
CASES: Final = 300
_PARTS: Final = (
    ("東京", "トウキョウ"), ("日本", "ニッポン"), ("中央", "チュウオウ"), ("みどり", "ミドリ"), ("さくら", "サクラ"),
    ("ひかり", "ヒカリ"), ("大和", "ヤマト"), ("太陽", "タイヨウ"), ("共栄", "キョウエイ"), ("エース", "エース"),
    ("ホーム", "ホーム"), ("ライフ", "ライフ"), ("リフォーム", "リフォーム"), ("電機", "デンキ"), ("設備", "セツビ"),
    ("商事", "ショウジ"), ("工業", "コウギョウ"), ("サービス", "サービス"), ("サポート", "サポート"),
    ("企画", "キカク"),
    ("住建", "ジュウケン"), ("通販", "ツウハン"), ("健康", "ケンコウ"), ("投資", "トウシ"),
)  # fmt: skip
_LATIN: Final = (
    "Ace",
    "Global",
    "Best",
    "Smart",
    "Next",
    "Life",
    "Home",
    "Trade",
    "Shop",
    "Net",
    "Pro",
    "Star",
)
QUESTIONS: Final = (
    "東京", "設備", "京ミ", "ミド", "とう", "しょ", "サー", "to", "sa", "sh", "ac", "ra", "東京みどりリフォーム",
    "toukyou", "株式会社日本", "ぬぬ",
)  # fmt: skip


def named(count: int, dice: random.Random) -> Iterator[tuple[str, str]]:
    """Name and kana of made-up traders, each name once."""
    for number in range(count):
        if dice.random() < 0.1:
            words = dice.sample(_LATIN, 2)
            yield f"{' '.join(words)} {number} Co., Ltd.", ""
            continue
        parts = dice.sample(_PARTS, 3)
        yield f"株式会社{''.join(name for name, _k in parts)}{number}", "".join(kana for _n, kana in parts)


def fill(centre: Any, have: int, count: int, dice: random.Random) -> None:
    from django.db import transaction

    from cases.records.trader import Trader, TraderKey, TraderName
    from cases.services.traders import keeping, names

    fresh = islice(named(count, dice), have, None)
    while chunk := list(islice(fresh, CHUNK)):
        with transaction.atomic():
            traders = Trader.objects.bulk_create(
                [Trader(centre=centre, name=name, kana=kana) for name, kana in chunk]
            )
            rows = TraderName.objects.bulk_create(
                [
                    TraderName(
                        trader=trader,
                        is_main=True,
                        text=trader.name,
                        kana=trader.kana,
                        folded=f"{names.fold(trader.name)} {names.fold(trader.kana)}".strip(),
                    )
                    for trader in traders
                ]
            )
            TraderKey.objects.bulk_create(
                [key for row in rows for key in keeping.keys_of(row, row.trader)], batch_size=5_000
            )


def some_cases(centre: Any, by: Any, dice: random.Random) -> None:
    """Cases of a few hundred traders, so that counting them is part of each answer."""
    from cases.records.trader import Trader
    from cases.services.card_entry import TraderEntry
    from cases.services.intake import record_cases
    from tests.builders import entry

    uids = list(Trader.objects.order_by("pk").values_list("uid", flat=True)[:CASES])
    entries = [
        entry(traders=(TraderEntry(name="事業者", trader_uid=dice.choice(uids)),)) for _number in range(CASES)
    ]
    record_cases(entries, centre=centre, by=by)


def asked(by: Any, repeat: int) -> dict[str, dict[str, float]]:
    """Milliseconds and queries of each question."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from cases.services.traders import finding

    found: dict[str, dict[str, float]] = {}
    for text in QUESTIONS:
        with CaptureQueriesContext(connection) as queries:
            answers = finding.find(text, by=by)
        taken = []
        busy = time.process_time()
        for _round in range(repeat):
            started = time.perf_counter()
            finding.find(text, by=by)
            taken.append((time.perf_counter() - started) * 1_000)
        busy = time.process_time() - busy
        taken.sort()
        found[text] = {
            "p50_ms": round(median(taken), 2),
            "p95_ms": round(taken[int(len(taken) * 0.95) - 1], 2),
            "cpu_ms": round(busy * 1_000 / repeat, 2),
            "queries": len(queries),
            "found": len(answers),
        }
    return found


def lines_of(figures: dict[str, Any]) -> list[str]:
    sizes = [size for size in figures if size.isdecimal()]
    lines = [
        f"# Finding a trader ({figures['about']['database']})",
        "",
        f"Bar: p95 {BAR_MS:.0f} ms at the largest size. Made by `python -m benchmarks.traders`; nobody edits it.",
        "",
        "| typed | " + " | ".join(f"{int(size):,}: p50 / p95 / CPU ms, queries" for size in sizes) + " |",
        "| --- |" + " --- |" * len(sizes),
    ]
    for text in QUESTIONS:
        row = [figures[size]["questions"][text] for size in sizes]
        lines.append(
            f"| {text} | "
            + " | ".join(f"{r['p50_ms']} / {r['p95_ms']} / {r['cpu_ms']}, {r['queries']}" for r in row)
            + " |"
        )
    lines += ["", *(f"{int(size):,} traders: {figures[size]['keys']:,} keys." for size in sizes)]
    return lines


def main() -> None:
    given = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    given.add_argument("--traders", nargs="+", type=int, default=list(SIZES))
    given.add_argument("--repeat", type=int, default=REPEAT)
    given.add_argument("--database", choices=("sqlite", "postgres"), default="sqlite")
    given.add_argument("--results", type=Path, default=RESULTS)
    options = given.parse_args()
    with own.machine(options.database):
        from django.db import connection

        from cases.demo.loading import hurried
        from cases.records.trader import TraderKey
        from tests import builders

        by = builders.account()
        figures: dict[str, Any] = {"about": {"database": options.database, "repeat": options.repeat}}
        have = 0
        for size in sorted(options.traders):
            own.say(f"{size:,} traders")
            with hurried():
                fill(by.centre, have, size, random.Random(1))
            if not have:
                some_cases(by.centre, by, random.Random(2))
            have = size
            with connection.cursor() as cursor:
                cursor.execute("ANALYZE")
            figures[str(size)] = {"keys": TraderKey.objects.count(), "questions": asked(by, options.repeat)}
        worst = max(one["p95_ms"] for one in figures[str(have)]["questions"].values())
        figures["about"] |= {"worst_p95_ms": worst, "bar_ms": BAR_MS, "met": worst <= BAR_MS}
    ending = "" if options.database == "sqlite" else f"-{options.database}"
    own.keep(f"traders{ending}", figures, lines_of(figures), options.results)


if __name__ == "__main__":
    main()
