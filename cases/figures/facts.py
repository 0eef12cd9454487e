"""The signed log of coded facts: what every figure is counted from.

Both writers run inside the transaction that saves the case and are its last statements before commit: on
PostgreSQL they take a lock there that lasts until the commit, so that the order of `seq` is the order of
commits and a cut `seq <= n` never grows later.
"""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, Final

from django.db import connection
from django.utils import timezone

from cases.figures.models import CaseFact
from cases.records import ages, codes

if TYPE_CHECKING:
    from cases.records.case import Case

SEPARATOR: Final = "|"

# An arbitrary number that no other advisory lock of this database uses.
_LOCK: Final = 0x4D41_444F
_UNSTATED: Final = frozenset({"seq", "sign", "recorded_at"})
_STATED: Final = tuple(f.attname for f in CaseFact._meta.concrete_fields if f.attname not in _UNSTATED)


def order_lock() -> None:
    """Makes `seq` order commit order: on PostgreSQL an exclusive lock until commit; SQLite has one writer anyway.

    `record` and `restate` take it themselves, directly before their rows.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


def record(cases_with_scams: Iterable[tuple["Case", str, Sequence[str]]]) -> None:
    """State new cases: each case with its 主 手口 and the others. Call last before commit."""
    rows = [_fact(case, main, others) for case, main, others in cases_with_scams]
    if rows:
        order_lock()
        _append(rows)


def restate(case: "Case", main: str, others: Sequence[str]) -> None:
    """Correct what is stated of a case: −1 of the last statement, +1 of the present one; nothing where they agree.

    A case that was never stated is stated now. The caller holds the case's row lock. Call last before commit.
    """
    now = _fact(case, main, others)
    last = CaseFact.objects.filter(case_uid=case.uid).order_by("-seq").first()
    if last is not None and all(getattr(last, name) == getattr(now, name) for name in _STATED):
        return
    withdrawn = [] if last is None else [_copy(last, sign=-1)]
    order_lock()
    _append([*withdrawn, now])


def _append(rows: list[CaseFact]) -> None:
    moment = timezone.now()
    for row in rows:
        row.recorded_at = moment
    CaseFact.objects.bulk_create(rows)


def _copy(fact: CaseFact, *, sign: int) -> CaseFact:
    stated: dict[str, Any] = {name: getattr(fact, name) for name in _STATED}
    return CaseFact(sign=sign, **stated)


def _fact(case: "Case", main: str, others: Sequence[str]) -> CaseFact:
    """The coded statement. A known age decides the band, whatever band the card names."""
    age = case.party_age
    return CaseFact(
        sign=1,
        case_uid=case.uid,
        centre=case.centre_id,
        source=case.source,
        received_on=case.received_on,
        closed_on=case.closed_on,
        fiscal_year=case.fiscal_year,
        age=age,
        age_band=case.party_age_band if age is None else ages.band_of(age),
        sex=case.party_sex,
        area=case.party_area,
        occupation=case.party_occupation,
        relation=case.relation,
        scam_main=main,
        scams=SEPARATOR.join(dict.fromkeys([main, *others])),
        product=case.product,
        product_class=codes.codes(codes.Kind.PRODUCT).roots.get(case.product, case.product),
        sales_method=case.sales_method,
        channel=case.channel,
        kind=case.kind,
        outcome=case.outcome,
        contract_yen=case.contract_yen,
        paid_yen=case.paid_yen,
        recovered_yen=case.recovered_yen,
    )
