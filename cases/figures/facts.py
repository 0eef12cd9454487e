"""The signed log of coded facts: what every figure is counted from.

Both writers run inside the transaction that saves the case and are its last statements before commit: on
PostgreSQL they take a lock there that lasts until the commit, so that the order of `seq` is the order of
commits and a cut `seq <= n` never grows later.
"""

import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from django.db import connection
from django.utils import timezone

from cases.figures.models import CaseFact
from cases.law import calendar
from cases.records import ages, codes
from cases.records.centre import Area

if TYPE_CHECKING:
    from cases.records.case import Case

SEPARATOR: Final = "|"
CASE: Final = str(CaseFact.What.CASE)
CONTACT: Final = str(CaseFact.What.CONTACT)
YES: Final = "YES"
NO: Final = "NO"
# 相談者と契約当事者の関係: the caller is the 契約当事者.
SELF: Final = "SELF"

# An arbitrary number that no other advisory lock of this database uses.
_LOCK: Final = 0x4D41_444F
_UNSTATED: Final = frozenset({"seq", "sign", "recorded_at"})
_STATED: Final = tuple(f.attname for f in CaseFact._meta.concrete_fields if f.attname not in _UNSTATED)


Statement = Mapping[str, Any]


class Coded(NamedTuple):
    """A case with what of its codes stands in rows beside it: the 主 手口, the others, 内容別分類 (主 first)."""

    case: "Case"
    main: str
    others: Sequence[str] = ()
    issues: Sequence[str] = ()


class Contact(NamedTuple):
    """A 経過 that counts: the day it happened (in Japan), its kind, and the minutes where somebody noted them."""

    uid: uuid.UUID
    on: date
    kind: str
    minutes: int | None = None


def order_lock() -> None:
    """Makes `seq` order commit order: on PostgreSQL an exclusive lock until commit; SQLite has one writer anyway.

    `record` and `restate` take it themselves, directly before their rows.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


def record(stated: Iterable[Coded]) -> None:
    """State new cases, none of which has a 経過 yet. Call last before commit."""
    rows = [CaseFact(sign=1, **of_case(Coded(*one))) for one in stated]
    if rows:
        order_lock()
        _append(rows)


def restate(now: Coded, contacts: Iterable[Contact] = ()) -> None:
    """Correct what is stated of a case and its 経過: −1 of what no longer holds, +1 of what holds and was not stated.

    `contacts` are all of the case that count now: what is stated of others is taken back. Where a code of the
    case changed, its 経過 are restated with it. A case that was never stated is stated now. Nothing is written
    where all agree. The caller holds the case's row lock. Call last before commit.
    """
    stated, holds = standing([now.case.uid])[now.case.uid], to_state(now, contacts)
    rows = []
    for key in [*holds, *(key for key in stated if key not in holds)]:
        last, wanted = stated.get(key), holds.get(key)
        if last == wanted:
            continue
        rows += [CaseFact(sign=-1, **last)] if last else []
        rows += [CaseFact(sign=1, **wanted)] if wanted else []
    if rows:
        order_lock()
        _append(rows)


def to_state(coded: Coded, contacts: Iterable[Contact]) -> dict[uuid.UUID | None, Statement]:
    """What is to be stated of a case: None → of the case, uid → of a 経過."""
    case = of_case(coded)
    return {None: case, **{contact.uid: of_contact(case, contact) for contact in contacts}}


def standing(case_uids: Collection[uuid.UUID]) -> dict[uuid.UUID, dict[uuid.UUID | None, Statement]]:
    """What the log says of these cases now: None → of the case, uid → of a 経過. One query."""
    found: dict[uuid.UUID, dict[uuid.UUID | None, Statement]] = {uid: {} for uid in case_uids}
    rows: Any = CaseFact.objects.filter(case_uid__in=case_uids).order_by("seq").values("sign", *_STATED)
    for row in rows:
        of_case, key = found[row["case_uid"]], row["contact_uid"]
        if row.pop("sign") > 0:
            of_case[key] = row
        else:
            of_case.pop(key, None)
    return found


def _append(rows: list[CaseFact]) -> None:
    moment = timezone.now()
    for row in rows:
        row.recorded_at = moment
    CaseFact.objects.bulk_create(rows)


def of_case(coded: Coded) -> Statement:
    """The coded statement. A known age decides the band, whatever band the card names."""
    case = coded.case
    products = codes.codes(codes.Kind.PRODUCT)
    return {
        "what": CASE,
        "case_uid": case.uid,
        "contact_uid": None,
        "centre": case.centre_id,
        "source": case.source,
        "received_on": case.received_on,
        "closed_on": case.closed_on,
        "fiscal_year": case.fiscal_year,
        "age": case.party_age,
        "age_band": _band(case.party_age, case.party_age_band),
        "sex": case.party_sex,
        "area": case.party_area,
        "occupation": case.party_occupation,
        "relation": case.relation,
        "impaired": YES if case.is_impaired else NO,
        **_caller(case),
        "scam_main": coded.main,
        "scams": SEPARATOR.join(dict.fromkeys([coded.main, *coded.others])),
        "issue_main": coded.issues[0] if coded.issues else "",
        "issues": SEPARATOR.join(dict.fromkeys(coded.issues)),
        "product": case.product,
        "product_middle": products.middles.get(case.product, case.product),
        "product_class": products.roots.get(case.product, case.product),
        "contact_kind": "",
        "minutes": None,
        **{name: getattr(case, name) for name in _AS_IN_THE_CASE},
    }


_AS_IN_THE_CASE: Final = (
    "sales_method", "channel", "route", "kind", "continuity", "outcome", "harm", "harm_kind", "harm_degree",
    "contract_yen", "paid_yen", "recovered_yen",
)  # fmt: skip


def _caller(case: "Case") -> dict[str, str]:
    """相談者: the 契約当事者 where the relation says so, else what is known of the caller."""
    if case.relation == SELF:
        return {
            "caller_age_band": _band(case.party_age, case.party_age_band),
            "caller_sex": case.party_sex,
            "caller_area": case.party_area,
            "caller_occupation": case.party_occupation,
        }
    return {
        "caller_age_band": _band(case.caller_age, case.caller_age_band or ages.UNKNOWN),
        "caller_sex": case.caller_sex,
        "caller_area": case.caller_area or Area.UNKNOWN,
        "caller_occupation": case.caller_occupation,
    }


def _band(age: int | None, band: str) -> str:
    return band if age is None else ages.band_of(age)


def of_contact(case: Statement, contact: Contact) -> Statement:
    """A 経過 carries every code of its case, beside its own day, kind and minutes."""
    return {
        **case,
        "what": CONTACT,
        "contact_uid": contact.uid,
        "received_on": contact.on,
        "fiscal_year": calendar.fiscal_year(contact.on),
        "contact_kind": contact.kind,
        "minutes": contact.minutes,
    }
