"""Made-up cases and their facts, straight into the tables: no words, only codes, days and amounts.

Of ten cases nine are closed, so the log holds three facts of them; three of ten have a 経過. Codes are drawn by weights
like those of a real centre (few of many), days fall over ten years, amounts are heavy-tailed.
"""

import sqlite3
import uuid
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from cases.figures.models import CaseFact
from cases.records import ages, codes
from cases.records.case import Case, CaseScamType
from cases.records.centre import Area, Centre
from cases.records.codes import Kind
from cases.records.follow_up import FollowUp

FIRST_DAY: Final = date(2016, 4, 1)
DAYS: Final = 3652
_BANDS: Final = [band.code for band in ages.BANDS[:12]] + [ages.UNKNOWN]
_BAND_WEIGHTS: Final = (1, 1, 8, 9, 12, 15, 8, 7, 9, 8, 6, 5, 13)
_CODED: Final = {
    "sex": Kind.SEX, "occupation": Kind.OCCUPATION, "relation": Kind.RELATION, "scam_main": Kind.SCAM_TYPE,
    "issue_main": Kind.ISSUE_KIND, "product": Kind.PRODUCT, "sales_method": Kind.SALES_METHOD, "channel": Kind.CHANNEL,
    "kind": Kind.KIND, "outcome": Kind.OUTCOME, "continuity": Kind.CONTINUITY,
}  # fmt: skip
_OF_CASE: Final = {
    "sex": "party_sex",
    "area": "party_area",
    "occupation": "party_occupation",
    "age_band": "party_age_band",
}


class Drawn:
    """The codes, days and amounts of `count` cases, as columns."""

    def __init__(self, count: int, seed: int = 1) -> None:
        self.count, self._dice = count, np.random.default_rng(seed)
        self.days = np.sort(self._dice.integers(0, DAYS, count))
        self.words: dict[str, NDArray[Any]] = {"age_band": self._of(_BANDS, _BAND_WEIGHTS)}
        for name, kind in _CODED.items():
            known = list(codes.codes(kind).by_code)
            self.words[name] = self._of(known, [1 / (n + 1) for n in range(len(known))])
        self.words["area"] = self._of([f"AREA_{n}" for n in range(12)], [1] * 12)
        self.is_closed = self._dice.random(count) < 0.9
        self.took = np.minimum(self._dice.geometric(0.05, count), 400)
        self.has_contact = self._dice.random(count) < 0.3
        self.yen = {name: self._amounts() for name in ("contract_yen", "paid_yen", "recovered_yen")}

    def _of(self, words: list[str], weights: Any) -> NDArray[Any]:
        share = np.array(weights, dtype=float)
        return np.array(words, dtype=object)[self._dice.choice(len(words), self.count, p=share / share.sum())]

    def _amounts(self) -> NDArray[Any]:
        """Round yen, of four in ten cases unknown."""
        yen = (np.exp(self._dice.normal(11.5, 1.8, self.count)) // 100 * 100).astype(np.int64)
        return np.where(self._dice.random(self.count) < 0.4, None, yen)


def fill(count: int, file: Path) -> dict[str, int]:
    """Cases, their 手口 and facts. The tables exist; the connection of Django is closed meanwhile."""
    centre = Centre.objects.create(code="bench", name="計測センター")
    for n in range(12):
        Area.objects.create(centre=centre, code=f"AREA_{n}", label=f"第{n}地区", position=n)
    drawn = Drawn(count)
    connection.close()
    with sqlite3.connect(file) as database:
        database.execute("PRAGMA synchronous = OFF")
        facts = _insert(database, CaseFact, _facts(drawn, centre.pk))
        _insert(database, Case, _cases(drawn, centre.pk))
        _insert(
            database,
            CaseScamType,
            (
                {"id": n + 1, "case_id": n + 1, "code": code, "is_main": 1}
                for n, code in enumerate(drawn.words["scam_main"])
            ),
        )
        _insert(database, FollowUp, _follow_ups(drawn))
        database.execute("ANALYZE")
    return {"cases": count, "facts": facts}


def _insert(database: sqlite3.Connection, model: Any, rows: Iterator[dict[str, Any]]) -> int:
    """Rows as given; what they leave out is empty, 0 or NULL as the column allows."""
    columns = database.execute(f"PRAGMA table_info({model._meta.db_table})").fetchall()
    names = [name for _n, name, *_rest in columns]
    empty = {
        name: _empty(kind, bool(needed) and not key) for _n, name, kind, needed, _default, key in columns
    }
    marks = ", ".join("?" for _name in names)
    statement = f"INSERT INTO {model._meta.db_table} ({', '.join(names)}) VALUES ({marks})"  # noqa: S608 - as above
    before = database.total_changes
    database.executemany(statement, ([row.get(name, empty[name]) for name in names] for row in rows))
    return database.total_changes - before


def _empty(kind: str, is_needed: bool) -> Any:
    if not is_needed or kind == "integer":
        return None if not is_needed else 0
    if kind.startswith(("varchar", "text", "char")):
        return ""
    return b"" if kind == "BLOB" else 0


def _uid(n: int) -> str:
    return uuid.UUID(int=n + 1).hex


def _cases(drawn: Drawn, centre: int) -> Iterator[dict[str, Any]]:
    for n, row in enumerate(_statements(drawn, centre)):
        yield {
            **{_OF_CASE.get(name, name): value for name, value in row.items()},
            "id": n + 1,
            "uid": _uid(n),
            "number": f"{row['fiscal_year']}-{n:07d}",
            "revision": 1,
            "received_at": f"{row['received_on']} 01:00:00",
            "entered_at": f"{row['received_on']} 01:00:00",
            "changed_at": f"{row['received_on']} 01:00:00",
            "centre_id": centre,
        }


def _follow_ups(drawn: Drawn) -> Iterator[dict[str, Any]]:
    """What the facts of 経過 are of: a call back on the day of the 受付, an hour later or more."""
    for n in np.flatnonzero(drawn.has_contact).tolist():
        day = FIRST_DAY + timedelta(days=int(drawn.days[n]))
        yield {
            "id": n + 1,
            "uid": _uid(10**9 + n),
            "case_id": n + 1,
            "happened_at": f"{day} {2 + n % 9:02d}:00:00",
            "entered_at": f"{day} 12:00:00",
            "kind": "TO_CALLER",
            "minutes": 10,
        }


def _facts(drawn: Drawn, centre: int) -> Iterator[dict[str, Any]]:
    seq = 0
    for n, row in enumerate(_statements(drawn, centre)):
        stated = [(1, {**row, "closed_on": None, "outcome": "", "recovered_yen": None})]
        if row["closed_on"]:
            stated += [(-1, stated[0][1]), (1, row)]
        if drawn.has_contact[n]:
            stated.append(
                (
                    1,
                    {
                        **row,
                        "what": "CONTACT",
                        "contact_kind": "TO_CALLER",
                        "minutes": 10,
                        "contact_uid": _uid(10**9 + n),
                    },
                )
            )
        for sign, fact in stated:
            seq += 1
            yield {
                "seq": seq,
                "sign": sign,
                "recorded_at": f"{row['received_on']} 02:00:00",
                "case_uid": _uid(n),
                **fact,
            }


def _statements(drawn: Drawn, centre: int) -> Iterator[dict[str, Any]]:
    """What is stated of each case in the end."""
    roots = codes.codes(Kind.PRODUCT).roots
    named = list(drawn.words.items())
    for n in range(drawn.count):
        day = FIRST_DAY + timedelta(days=int(drawn.days[n]))
        row: dict[str, Any] = {name: values[n] for name, values in named}
        is_closed = bool(drawn.is_closed[n])
        yield {
            **row,
            **{name: values[n] for name, values in drawn.yen.items()},
            "what": "CASE",
            "centre": centre,
            "source": "DESK",
            "received_on": day.isoformat(),
            "closed_on": (day + timedelta(days=int(drawn.took[n]))).isoformat() if is_closed else None,
            "outcome": row["outcome"] if is_closed else "",
            "fiscal_year": day.year - (day.month < 4),
            "impaired": "NO",
            "caller_age_band": row["age_band"],
            "caller_sex": row["sex"],
            "caller_area": row["area"],
            "caller_occupation": row["occupation"],
            "scams": row["scam_main"],
            "issues": row["issue_main"],
            "product_middle": row["product"],
            "product_class": roots[row["product"]],
        }
