"""What stays in the figures of an erased case: no uid, and only what the report tables count by (ADR 0041).

Kept: month and weekday of 受付, centre, band of ages (10 years, 18・19, and 65, 75 and 80 as limits), sex, district,
職業, 主 手口, 商品・役務, 内容別分類, 販売購入形態, 受付方法, 相談区分, 処理結果, 危害・危険 (of 危害 its kind and
degree), class of the amounts. Everything finer, and everything of the caller, is ERASED; of a 経過 its month, weekday
and kind stay. Of the yen a sum and counts stay in the issued reports that printed them (`reports.erased_yen`). Each
row of a case is coarsened alone and alike, so that a −1 still takes back its +1, as of any moment.
"""

from datetime import date, timedelta
from typing import Final
from uuid import UUID, uuid4

from cases.figures.amount_classes import amount_class
from cases.figures.facts import SEPARATOR
from cases.figures.layout import ERASED
from cases.figures.models import CaseFact, FactLog
from cases.figures.reports import erased_yen

_OPEN_BAND: Final = {"80_84": "80_OVER", "85_OVER": "80_OVER"}
_AMOUNTS: Final = ("contract_yen", "paid_yen", "recovered_yen")
_DROPPED: Final = (
    "relation", "route", "source", "impaired", "continuity", "caller_age_band", "caller_sex", "caller_area",
    "caller_occupation",
)  # fmt: skip
# Counted by the report where somebody was hurt, and nowhere else.
_HURT: Final = "HARM"
_OF_HARM: Final = ("harm_kind", "harm_degree")
_CHANGED: Final = (
    "case_uid", "contact_uid", "received_on", "closed_on", "age", "age_band", "scams", "minutes", *_AMOUNTS, *_OF_HARM,
    *_DROPPED,
)  # fmt: skip
_WEEK: Final = 7


def forget(case_uid: UUID) -> int:
    """Coarsen every fact of the case and drop its uid, in the caller's transaction; returns how many there were.

    The caller holds the case's row lock. The log gets a new name, so that the columns are made anew without it.
    """
    rows = list(CaseFact.objects.filter(case_uid=case_uid).order_by("seq"))
    erased_yen.take_out(rows)
    for row in rows:
        _coarsen(row)
    if rows:
        CaseFact.objects.bulk_update(rows, _CHANGED, batch_size=500)
        FactLog.objects.update_or_create(pk=FactLog.ONLY, defaults={"uid": uuid4()})
    return len(rows)


def first_such_day(day: date) -> date:
    """The first day of the month that falls on the same day of the week: month and weekday are all that it tells."""
    return day - timedelta(weeks=(day.day - 1) // _WEEK)


def _coarsen(row: CaseFact) -> None:
    row.case_uid = row.contact_uid = row.minutes = None
    row.received_on = first_such_day(row.received_on)
    row.closed_on = None
    row.age = None
    row.age_band = _OPEN_BAND.get(row.age_band, row.age_band)
    row.scams = SEPARATOR.join([row.scam_main, *[ERASED] * row.scams.count(SEPARATOR)])
    for name in _AMOUNTS:
        setattr(row, name, amount_class(getattr(row, name)))
    for name in _DROPPED if row.harm == _HURT else (*_DROPPED, *_OF_HARM):
        setattr(row, name, ERASED)
