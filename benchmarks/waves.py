"""Words that rise: are planted ones found, and how often does chance alone put up a candidate?

    python -m benchmarks.waves                                # writes results/waves.md and results/waves.json
    python -m benchmarks.waves --cases 4000 --weeks 12 --results /tmp/waves       # a quick look

The cases are those of the demo data, with its two planted waves of known 手口 and without its trick that has no code:
none may become a candidate. Every week of a year is looked at as the worker looks at every night. Then stories of
tricks that the demo data does not know are told among them, a few a week for three weeks, under the 手口 that a
counsellor would choose meanwhile.
"""

import argparse
import json
import random
import sys
import tempfile
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final

from benchmarks import django_alone
from benchmarks.protection.results import RESULTS

TODAY: Final = date(2026, 11, 20)
CASES: Final = 12_000
WEEKS: Final = 52
PLANTED_WEEKS: Final = 3
A_WEEK: Final = (2, 3, 4, 6)
# Tricks of the future: each told in a few ways, under several 手口 because none fits.
TRICKS: Final = {
    "声のなりすまし": (
        ("UNCLASSIFIED", "IT_IS_ME_FRAUD", "IMPERSONATION"),
        (
            "娘そっくりの声の音声通話がかかってきたが、人工知能で合成した声だったらしい。暗証の合言葉を決めておくよう言われた。",
            "社長の声で音声通話があり送金を指示された。合成音声の偽物だと後で分かった。人工知能で声をまねたという。",
            "人工知能の合成音声で孫の声をまねた通話があり、慌てて送金してしまった。",
            "録音した声から人工知能が合成した音声で、家族になりすまされた。",
        ),
    ),
    "空き家の見守り契約": (
        ("UNCLASSIFIED", "LAND_SWINDLE_SECOND", "INSPECTION"),
        (
            "空き家の見守りドローンを飛ばすという業者が来て、巡回の月額契約を勧められた。",
            "実家の空き家にドローンの巡回が必要だと条例で決まったと言われ、月額の契約書に印を押した。",
            "ドローンで空き家を巡回する見守り契約を結んだが、飛んでいる様子がない。",
            "空き家の巡回ドローンの月額料金が引き落とされ続けている。条例で義務だと聞いた。",
        ),
    ),
}  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.waves")
    parser.add_argument("--cases", type=int, default=CASES)
    parser.add_argument("--weeks", type=int, default=WEEKS)
    parser.add_argument("--results", type=Path, default=RESULTS)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="madoguchi-waves-") as folder:
        django_alone.set_up(folder)
        found = run(options.cases, options.weeks)
    options.results.mkdir(parents=True, exist_ok=True)
    (options.results / "waves.json").write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n")
    (options.results / "waves.md").write_text(as_text(found))
    sys.stdout.write(json.dumps(found, ensure_ascii=False) + "\n")


def run(count: int, weeks: int) -> dict[str, Any]:
    """All figures, as they go into the JSON."""
    from search.rising import PAST_DAYS

    cases = _cases(count, TODAY - timedelta(days=PAST_DAYS + 7 * weeks + 7))
    days = [TODAY - timedelta(weeks=week) for week in reversed(range(weeks))]
    return {
        "cases": len(cases),
        "weeks": weeks,
        "false": _chance(cases, days),
        "planted": [
            {"trick": trick, "a_week": a_week, **_planted(cases, trick, a_week, days)}
            for trick in TRICKS
            for a_week in A_WEEK
        ],
    }


def _cases(count: int, since: date) -> list[Any]:
    """Cases of the demo data since the day, redacted and read as the worker reads them."""
    from cases.demo import generator
    from cases.protection.redaction import Party, redact
    from search.index import LineMemory
    from search.rising import Seen

    memory, found = LineMemory(), []
    for entry in generator.entries(count, 1, TODAY, is_calm=True):
        day = entry.received_at.date()
        if day >= since:
            parties = [Party(name=one.name, kana=one.kana) for one in (entry.caller, entry.party) if one.name]
            words = memory.words(redact(entry.narrative, parties).masked)
            found.append(Seen(len(found), day, entry.scam_main, _terms(words)))
    return found


def _terms(words: list[str]) -> frozenset[bytes]:
    """Words in the open stand for their digests here: nothing of this is a real case."""
    return frozenset(word.encode() for word in words if not any(map(str.isdigit, word)))


def _window(cases: list[Any], today: date) -> list[Any]:
    from search.rising import PAST_DAYS

    return [case for case in cases if today - timedelta(days=PAST_DAYS) < case.day <= today]


def _chance(cases: list[Any], days: list[date]) -> dict[str, Any]:
    """Candidates of a year without a planted trick; one that stands for several weeks is one."""
    from search.rising import rising

    distinct: list[set[bytes]] = []
    for today in days:
        for candidate in rising(_window(cases, today), today):
            terms = set(candidate.terms)
            if not any(2 * len(terms & known) >= min(len(terms), len(known)) for known in distinct):
                distinct.append(terms)
    months = len(days) * 7 / 30.4
    return {
        "candidates": len(distinct),
        "a_month": round(len(distinct) / months, 2),
        "words": [[term.decode() for term in sorted(terms)] for terms in distinct],
    }


def _planted(cases: list[Any], trick: str, a_week: int, days: list[date]) -> dict[str, Any]:
    """The trick planted at five times of the year: how often found within three weeks, and with which words."""
    from search import analysis
    from search.rising import Seen, rising

    scams, stories = TRICKS[trick]
    found, words, waited = 0, set(), []
    starts = days[:: max(1, len(days) // 5)][:5]
    for number, start in enumerate(starts):
        rng = random.Random(f"{trick}/{a_week}/{number}")
        wave = []
        for n in range(a_week * PLANTED_WEEKS):
            day = start + timedelta(days=1 + rng.randrange(7 * PLANTED_WEEKS))
            told = _terms(analysis.words(rng.choice(stories)))
            wave.append(Seen(10**9 + n, day, rng.choice(scams), told))
        for after in range(1, 7 * PLANTED_WEEKS + 1):
            today = start + timedelta(days=after)
            ours = [
                one
                for one in rising(_window([*cases, *wave], today), today)
                if any(key >= 10**9 for key in one.cases)
            ]
            if ours:
                found += 1
                waited.append(after)
                words |= {term.decode() for term in ours[0].terms}
                break
    return {"times": len(starts), "found": found, "days": sorted(waited), "words": sorted(words)}


def as_text(found: dict[str, Any]) -> str:
    """The page of results."""
    lines = [
        "# Words that rise",
        "",
        "`python -m benchmarks.waves`; figures made by the run, nobody edits them.",
        "",
        f"{found['cases']:,} cases of the demo data in the weeks looked at. Looked at every week for {found['weeks']}"
        f" weeks, without a planted trick: **{found['false']['candidates']} candidates,"
        f" {found['false']['a_month']} a month**.",
        "",
        *(f"- {'、'.join(words)}" for words in found["false"]["words"]),
        "",
        "| planted trick | cases a week | found | after days | words |",
        "| --- | --- | --- | --- | --- |",
    ]
    for one in found["planted"]:
        days, words = "、".join(map(str, one["days"])), "、".join(one["words"])
        times = f"{one['found']} of {one['times']}"
        lines.append(f"| {one['trick']} | {one['a_week']} | {times} | {days} | {words} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
