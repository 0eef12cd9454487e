"""Finding a trader by what is typed: a name in kanji, kana or Latin letters, a number, an address of a site.

Names: at most three looks at one index, each ended after so many rows: it costs the same among 1,000 and 100,000.
"""

import uuid
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final, cast

from django.db.models import Count, Q
from django.db.models.functions import Coalesce

from cases import spelling
from cases.held import Held
from cases.law import calendar
from cases.protection import keys
from cases.protection.sealed import label_of
from cases.records.card import CaseTrader
from cases.records.case import Case, CaseQuerySet
from cases.records.centre import Actor, Centre
from cases.records.trader import Trader, TraderKey, TraderMark, TraderName
from cases.services.traders import keeping, marks, names

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from cases.protection.sealed import Sealed

SHOWN: Final = 10
LOOKED_AT: Final = 100
"""Keys read of one place of a name, in all spellings: enough to sort the common ones to the front."""
MONTHS_DAYS: Final = 365


@dataclass(frozen=True)
class Standing:
    """Our own cases of a trader: in twelve months; open, however old; and of these with somebody else."""

    cases: int = 0
    open: int = 0
    open_elsewhere: int = 0


@dataclass(frozen=True)
class Found:
    """A trader, the name that was met where it is another than its own, and our cases."""

    trader: Trader
    met: str
    standing: Standing


def find(text: str, *, by: Actor, limit: int = SHOWN) -> list[Found]:
    """Traders in scope whose name, number or address begins with or holds the text; the best first.

    Best: at the start of a name, at the start of a part, inside; then our cases in twelve months. Fewer than two
    letters find nothing.
    """
    ranked = _by_mark(text, by) or _by_name(text, by)
    if not ranked:
        return []
    tops = _tops(ranked)
    standing = standing_of(tops, by=by)
    order = {pk: place for place, pk in enumerate(tops)}
    best = sorted(
        tops, key=lambda pk: (ranked[tops[pk]].rank, -standing.get(pk, Standing()).cases, order[pk])
    )[:limit]
    return _shown(best, {pk: ranked[tops[pk]].name for pk in best}, standing)


def called(name: str, *, by: Actor) -> list[int]:
    """Keys of the rows that stand for traders of exactly this name, in any spelling and legal form."""
    asked = names.question(name)
    if asked is None:
        return []
    keys_of = [form.encode() for form in asked.key_forms]
    rows = TraderKey.objects.filter(centre_id__in=by.centre_ids, rank=names.WHOLE, key__in=keys_of)
    found = rows.select_related("name", "trader").order_by("key", "trader")[:LOOKED_AT]
    exact = (row.trader for row in found if set(asked.forms) & set(row.name.folded.split(" ")))
    return list(dict.fromkeys(top_pk(trader) for trader in exact))


@dataclass(frozen=True)
class _Hit:
    rank: int
    name: int | None  # key of the TraderName


def _by_name(text: str, by: Actor) -> dict[int, _Hit]:
    """Traders by key, in the order of rank."""
    found: dict[int, _Hit] = {}
    if (asked := names.question(text)) is None:
        return found
    for rank in (names.WHOLE, names.PART, names.INSIDE):
        for trader, name in _under(asked, rank, by):
            found.setdefault(trader, _Hit(rank, name))
        if len(found) >= SHOWN * 2:
            break
    return found


def _under(asked: names.Question, rank: int, by: Actor) -> Iterable[tuple[int, int]]:
    """(trader, name) of the keys that begin with the question, at one place of their names.

    A scan for each spelling: of several at once, joined by "or", PostgreSQL sorts all that it finds (447 ms).
    """
    pairs: list[tuple[int, int]] = []
    rows = TraderKey.objects.filter(centre_id__in=by.centre_ids, rank=rank)
    most = max(LOOKED_AT // len(asked.key_forms), 2 * SHOWN)
    for form in asked.key_forms:
        start = form.encode()
        within = rows.filter(key__gte=start, key__lt=start + b"\xff").order_by("key", "trader")
        pairs += within.values_list("trader", "name")[:most]
    if not asked.is_long:
        return pairs
    folded = dict(TraderName.objects.filter(pk__in={name for _t, name in pairs}).values_list("pk", "folded"))
    return [(trader, name) for trader, name in pairs if asked.fits(folded[name])]


def _by_mark(text: str, by: Actor) -> dict[int, _Hit]:
    """By a whole 法人番号, telephone number or address of a site."""
    digits = "".join(spelling.width(text).split())
    if len(digits) == 13 and digits.isdecimal():
        pks = Trader.objects.visible_to(by).filter(corporate_number=digits).values_list("pk", flat=True)
        return {pk: _Hit(0, None) for pk in pks}
    phone, site = marks.phone(text), marks.site(text) if "." in text else ""
    if not phone and not site:
        return {}
    return {pk: _Hit(0, None) for pk in with_marks(phones=[phone] if phone else [], sites=[site], by=by)}


def with_marks(*, phones: Sequence[str] = (), sites: Sequence[str] = (), by: Actor) -> list[int]:
    """Keys of the traders in scope that have one of these numbers or addresses, normalised."""
    wanted = Q()
    for kind, values in ((TraderMark.Kind.PHONE, phones), (TraderMark.Kind.URL, sites)):
        if given := [value for value in values if value]:
            wanted |= Q(kind=kind, value__in=given)
    if not wanted:
        return []
    rows = TraderMark.objects.filter(trader__centre_id__in=by.centre_ids)
    found = list(rows.filter(wanted).values_list("trader", flat=True))
    return list(dict.fromkeys([*found, *_with_sealed_marks([*phones, *sites], by)]))


def _with_sealed_marks(values: Sequence[str], by: Actor) -> list[int]:
    """Among traders with a person's name: tags narrow, opening decides. Values never leave."""
    wanted = {value for value in values if value}
    held = TraderMark.objects.filter(tag__isnull=False, trader__centre_id__in=by.centre_ids)
    if not wanted or not held.exists():
        return []
    tagged = Q()
    for centre in Centre.objects.filter(pk__in=by.centre_ids):
        tagged |= Q(trader__centre=centre, tag__in={keeping.tag_of(centre, value) for value in wanted})
    rows = list(held.filter(tagged).values_list("trader", "trader__uid", "uid", "sealed_value"))
    sealers = keys.sealers(Trader.OWNER_KIND, {row[1] for row in rows}, at=by.centre_ids)
    label = label_of(TraderMark(), "sealed_value")
    return [
        pk
        for pk, owner, uid, value in rows
        if owner in sealers
        and value is not None
        and sealers[owner].opened(label, uid, cast("Sealed", value)) in wanted
    ]


def _tops(found: Iterable[int]) -> dict[int, int]:
    """Key of the row that stands for each trader found → the row through which it was found first."""
    found = list(found)
    roots = dict(Trader.objects.filter(pk__in=found).values_list("pk", Coalesce("root", "pk")))
    tops: dict[int, int] = {}
    for pk in found:
        if pk in roots:
            tops.setdefault(roots[pk], pk)
    return tops


def _shown(pks: Sequence[int], met: Mapping[int, int | None], standing: dict[int, Standing]) -> list[Found]:
    traders = Trader.objects.in_bulk(pks)
    texts = dict(
        TraderName.objects.filter(pk__in=[name for name in met.values() if name]).values_list("pk", "text")
    )
    return [
        Found(
            traders[pk],
            text if (text := texts.get(met[pk] or 0, "")) != traders[pk].name else "",
            standing.get(pk, Standing()),
        )
        for pk in pks
    ]


# --- Our cases -----------------------------------------------------------------------------------------------------
def naming(tops: Iterable[int]) -> "QuerySet[CaseTrader]":
    """Rows of cases that name one of these traders, or a row that is one with it."""
    return CaseTrader.objects.filter(trader_uid__in=list(top_of_uids(tops)))


def top_of_uids(tops: Iterable[int]) -> dict[uuid.UUID, int]:
    """The uid of each row that is one of these traders, with the key of the one that stands for it.

    Two questions: SQLite answers one with "or" by walking through all traders (100,000: 22 ms).
    """
    pks = list(tops)
    rows = Trader.objects.order_by()
    standing = rows.filter(pk__in=pks).values_list("uid", "pk")
    merged = rows.filter(root__in=pks).values_list("uid", "root")
    return {**dict(standing), **{uid: root for uid, root in merged if root is not None}}


def standing_of(tops: Iterable[int], *, by: Actor) -> dict[int, Standing]:
    """Our cases of each of these traders, counted without a name: who else has open ones is asked in the room."""
    top_of_uid = top_of_uids(tops)
    several = {top for top, count in Counter(top_of_uid.values()).items() if count > 1}
    alone = {uid: top for uid, top in top_of_uid.items() if top not in several}
    found = {alone[uid]: standing for uid, standing in _counted(alone, by, "trader_uid") if uid is not None}
    for top in several:
        # A case may name two rows that are one business: it is counted once.
        uids = [uid for uid, of in top_of_uid.items() if of == top]
        found |= dict.fromkeys([top], next((one for _uid, one in _counted(uids, by)), Standing()))
    return found


def _counted(
    uids: Collection[uuid.UUID], by: Actor, *apart: str
) -> Iterator[tuple[uuid.UUID | None, Standing]]:
    """Our cases that name one of these rows; for each row apart, or all together."""
    if not uids:
        return
    mine = Q(case__in_charge=by.pk) | Q(case__in_charge=None, case__counsellor=by.pk)
    is_open = Q(case__closed_on=None)
    is_recent = Q(case__received_on__gt=calendar.today() - timedelta(days=MONTHS_DAYS))
    counted = {
        "cases": Count("case", distinct=True, filter=is_recent),
        "open": Count("case", distinct=True, filter=is_open),
        "open_mine": Count("case", distinct=True, filter=is_open & mine),
    }
    rows = CaseTrader.objects.filter(
        is_recent | is_open, trader_uid__in=uids, case__centre_id__in=by.centre_ids
    ).order_by()
    grouped = rows.values(*apart).annotate(**counted) if apart else [rows.aggregate(**counted)]
    for row in grouped:
        yield row.get("trader_uid"), Standing(row["cases"], row["open"], row["open"] - row["open_mine"])


_held: Held[list[Found]] = Held(60.0)


def busiest(*, by: Actor, limit: int) -> list[Found]:
    """The traders with most of our cases in twelve months. Up to a minute old: of 50,000 cases it takes 0.3 s."""
    key = (by.pk, by.centre_ids, limit, calendar.today())
    return _held.get(key, lambda: _busiest(by, limit))


def _busiest(by: Actor, limit: int) -> list[Found]:
    since = calendar.today() - timedelta(days=MONTHS_DAYS)
    rows = CaseTrader.objects.filter(
        trader_uid__isnull=False, case__centre_id__in=by.centre_ids, case__received_on__gt=since
    )
    counted = rows.values_list("trader_uid").annotate(n=Count("case", distinct=True)).order_by("-n")
    uids = [uid for uid, _n in counted[: 2 * limit]]
    tops = dict(Trader.objects.visible_to(by).filter(uid__in=uids).values_list("uid", Coalesce("root", "pk")))
    pks = list(dict.fromkeys(tops[uid] for uid in uids if uid in tops))
    standing = standing_of(pks, by=by)
    best = sorted(pks, key=lambda pk: -standing.get(pk, Standing()).cases)[:limit]
    return _shown(best, dict.fromkeys(best), standing)


def chosen_uids(case: Case) -> list[uuid.UUID]:
    """The uids of the traders of the master that a case is about."""
    rows = CaseTrader.objects.filter(case=case, trader_uid__isnull=False).values_list("trader_uid", flat=True)
    return [uid for uid in rows if uid is not None]


def top_pk(trader: Trader) -> int:
    """Key of the row that stands for the trader."""
    return trader.root_id or trader.pk


def cases_of(trader: Trader, *, by: Actor) -> CaseQuerySet:
    """Cases in scope that name the trader or a row that is one with it, newest first."""
    # From the rows that name it: asked of each case, SQLite walks through all of a centre's (50,000: 0.2 s).
    named = naming([top_pk(trader)]).values("case")
    return Case.objects.visible_to(by).filter(pk__in=named).newest_first()


def top_of(uid: uuid.UUID, *, by: Actor) -> Trader:
    """The row that stands for the trader. Raises Trader.DoesNotExist."""
    trader = Trader.objects.visible_to(by).select_related("root", "centre").get(uid=uid)
    return trader.root or trader
