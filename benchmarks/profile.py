"""Whether a generated centre gives back the profile that it was calibrated to, and says how far off it is.

    python -m benchmarks.profile                         # 100,000 cases; results/profile.md and profile.json
    python -m benchmarks.profile --cases 5000 --results /tmp/profile                  # a quick look

The cases come out of the generator of the demo without planted surges and without the trick that has no code. They go,
codes alone, into a database of their own with their facts; every line is then counted by the engine of the figures,
and 65歳以上 once more by SQL over the case table, written by hand. The last line of standard output is the JSON.
Exit code 1: a line is further off than half a point, or the two counts of 65歳以上 differ.
"""

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any, Final

from benchmarks import django_alone

if __name__ == "__main__":
    _FOLDER = tempfile.TemporaryDirectory(prefix="madoguchi-profile-")
    Path(_FOLDER.name, "data").mkdir(mode=0o700)
    django_alone.set_up(_FOLDER.name)

from django.core.management import call_command
from django.db import connection

from benchmarks.protection.results import RESULTS
from cases.demo import generator
from cases.figures import facts, measures
from cases.figures.facts import YES, Coded
from cases.figures.measures import Question
from cases.law import calendar
from cases.records.case import Case, CaseScamType
from cases.records.centre import Centre
from cases.services import intake
from cases.services.entry import CaseEntry

CASES: Final = 100_000
SEED: Final = 20_26
MOST_OFF: Final = 0.5
FEW: Final = 4.0
# The day that the generator takes for today, so that a run can be had again.
TODAY: Final = date(2026, 11, 23)

ADDED: Final = "+"
"""Codes of one line are joined by it."""
# Dimension → codes of a line → percent of all cases. Ages and sex as published for 2024, 65歳以上 likewise (of all, and
# of known age); 販売購入形態, 処理結果, 受付方法 and 関係 are the assumptions of `cases.demo.profile`.
WANTED: Final[Mapping[str, Mapping[str, float]]] = {
    "age_band": {
        "UNDER_18": 0.7, "18_19": 1.1, "20S": 8.0, "30S": 8.6, "40S": 12.0, "50S": 15.3, "60S": 15.2, "70S": 15.8,
        "80_OVER": 10.3, "UNKNOWN+GROUP": 13.0,
    },
    "age_band_fine": {"60_64": 8.2, "65_69": 7.0},
    "senior": {"65_OVER": 33.1},
    "sex": {"FEMALE": 50.2, "MALE": 43.8, "OTHER_UNKNOWN+GROUP": 6.0},
    "sales_method": {
        "MAIL_ORDER+INTERNET": 35.0, "STORE": 19.0, "DOOR_TO_DOOR": 8.0, "TELEMARKETING": 7.0, "HOME_BUYING": 1.0,
        "MULTILEVEL": 0.8, "NEGATIVE_OPTION": 0.3, "OTHER_NON_STORE": 0.9, "UNKNOWN": 28.0,
    },
    "kind": {"COMPLAINT": 91.0, "INQUIRY+REQUEST": 9.0},
    "channel": {"PHONE": 80.0, "VISIT": 17.0, "LETTER+FAX+EMAIL_WEB+SNS+ONLINE+OUTREACH_VISIT": 3.0},
    "relation": {"SELF": 80.0},
    "outcome": {
        "ADVICE": 70.0, "INFORMATION": 15.0, "MEDIATED": 6.0, "REFERRED": 5.0, "MEDIATION_FAILED": 0.5,
        "IMPOSSIBLE+NOT_NEEDED": 3.5,
    },
}  # fmt: skip
SENIORS_OF_KNOWN: Final = 38.0
_EVER: Final = (date(2021, 4, 1), date(2027, 4, 1))
_AT_ONCE: Final = 5000
# 65歳以上 and the cases whose age tells which side they are on: nothing of it is shared with the figures.
_BY_HAND: Final = """
    SELECT
        SUM(CASE WHEN party_age >= 65 OR (party_age IS NULL AND party_age_band IN
            ('65_69', '70_74', '75_79', '80_84', '85_OVER', '70S', '70_OVER', '80_OVER')) THEN 1 ELSE 0 END),
        SUM(CASE WHEN party_age IS NOT NULL OR party_age_band NOT IN ('UNKNOWN', 'GROUP', '60S') THEN 1 ELSE 0 END),
        COUNT(*)
    FROM cases_case
"""


@dataclass(frozen=True)
class Line:
    """One line of the profile, in percent; `found` of the same cases as `wanted`."""

    name: str
    wanted: float
    found: float
    most: float = MOST_OFF
    """So far off it may be."""

    @property
    def off(self) -> float:
        return round(self.found - self.wanted, 2)


@dataclass(frozen=True)
class Found:
    """`by_hand` and `by_engine`: 65歳以上, of known age, all."""

    cases: int
    lines: Sequence[Line]
    by_hand: tuple[int, int, int]
    by_engine: tuple[int, int, int]

    @property
    def faults(self) -> list[str]:
        over = [f"{line.name}: {line.off:+}" for line in self.lines if abs(line.off) > line.most]
        return over if self.by_hand == self.by_engine else [*over, f"65+: {self.by_hand} {self.by_engine}"]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.profile")
    parser.add_argument("--cases", type=int, default=CASES)
    parser.add_argument("--results", type=Path, default=RESULTS)
    options = parser.parse_args()
    os.nice(10)
    call_command("migrate", verbosity=0)
    found = measured(options.cases)
    told = {
        "cases": found.cases,
        "lines": [{**asdict(line), "off": line.off} for line in found.lines],
        "seniors": {"by_hand": found.by_hand, "by_engine": found.by_engine},
        "faults": found.faults,
    }
    options.results.mkdir(parents=True, exist_ok=True)
    (options.results / "profile.json").write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n")
    (options.results / "profile.md").write_text(as_text(found))
    print(json.dumps(told, ensure_ascii=False))
    sys.exit(1 if found.faults else 0)


def measured(count: int) -> Found:
    """Fill the database at hand, which holds no case, and count every line."""
    centre = Centre.objects.create(code="profile", name="計測センター")
    filled = sum(_fill(count, centre))
    return Found(filled, list(lines_of(centre.pk)), _by_hand(), _by_engine(centre.pk))


def _fill(count: int, centre: Centre) -> Iterator[int]:
    """Cases with their codes and facts, without a word: how many at a time."""
    made = generator.entries(count, SEED, TODAY, is_calm=True, planted=())
    number = 0
    while lot := list(islice(made, _AT_ONCE)):
        _store(lot, centre, number)
        number += len(lot)
        print(f"{number:,}", file=sys.stderr)
        yield len(lot)


def _store(lot: Sequence[CaseEntry], centre: Centre, number: int) -> None:
    cases = []
    for n, entry in enumerate(lot, start=number):
        year = calendar.fiscal_year(entry.received_on)
        case = Case(
            uid=entry.uid, centre=centre, fiscal_year=year, number=f"{year}-{n:06d}", source=entry.source,
            is_made_up=True, entry_digest=b"",
        )  # fmt: skip
        intake.set_coded(case, entry)
        cases.append(case)
    Case.objects.bulk_create(cases)
    CaseScamType.objects.bulk_create(
        CaseScamType(case=case, code=entry.scam_main, is_main=True)
        for case, entry in zip(cases, lot, strict=True)
    )
    facts.record(
        Coded(case, entry.scam_main, entry.scam_others, [entry.issue_main, *entry.issue_others])
        for case, entry in zip(cases, lot, strict=True)
    )


def lines_of(centre_pk: int) -> Iterator[Line]:
    def ask(rows: str, **more: Any) -> measures.Breakdown:
        return measures.breakdown(Question(frozenset({centre_pk}), *_EVER, rows, **more))

    for name, wanted in WANTED.items():
        found = ask(name)
        totals = dict(zip(found.row_codes, found.row_totals, strict=True))
        for codes, percent in wanted.items():
            counted = sum(totals.get(code, 0) for code in codes.split(ADDED))
            yield Line(f"{name} {codes}", percent, _percent(counted, found.total))
    share = ask("senior").share_65
    yield Line("65_OVER of known age", SENIORS_OF_KNOWN, _percent(share.seniors, share.age_known))
    impaired = ask("relation", filters={"impaired": [YES]})
    own = dict(zip(impaired.row_codes, impaired.row_totals, strict=True)).get("SELF", 0)
    # Few: of 900 cases chance alone is 1.3 points.
    yield Line("relation SELF of 判断不十分者", 20.0, _percent(own, impaired.total), most=FEW)
    oldest = ask("sales_method", filters={"age_band_fine": ["85_OVER"]})
    totals = dict(zip(oldest.row_codes, oldest.row_totals, strict=True))
    by_mail = totals.get("MAIL_ORDER", 0) + totals.get("INTERNET", 0)
    # At 85 訪問販売 is above 通信販売: a line without a published percentage, wanted and found as an answer.
    is_above = totals.get("DOOR_TO_DOOR", 0) > by_mail
    yield Line("85_OVER: DOOR_TO_DOOR above mail order (100: yes)", 100.0, 100.0 if is_above else 0.0)


def _percent(part: int, whole: int) -> float:
    return round(100 * part / whole, 2) if whole else 0.0


def _by_hand() -> tuple[int, int, int]:
    with connection.cursor() as cursor:
        cursor.execute(_BY_HAND)
        seniors, known, every = cursor.fetchone()
    return int(seniors), int(known), int(every)


def _by_engine(centre_pk: int) -> tuple[int, int, int]:
    share = measures.breakdown(Question(frozenset({centre_pk}), *_EVER, "senior")).share_65
    return share.seniors, share.age_known, share.all


def as_text(found: Found) -> str:
    lines = [
        "# Profile of made-up cases",
        "",
        f"Written by `python -m benchmarks.profile`: {found.cases:,} cases of the generator without planted surges, "
        f"percent of all cases; at most {MOST_OFF} points off ({FEW} where few cases are asked of).",
        "",
        "| line | wanted | found | off |",
        "| --- | ---: | ---: | ---: |",
        *(f"| {line.name} | {line.wanted} | {line.found} | {line.off:+} |" for line in found.lines),
        "",
        f"65歳以上, of known age, all: by hand in SQL {found.by_hand}, by the figures {found.by_engine}.",
        "",
        f"Faults: {'; '.join(found.faults) or 'none'}.",
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
