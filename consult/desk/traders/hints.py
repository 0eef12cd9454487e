"""Beside the form: traders that the typed name may mean, tracks on what the call is about, earlier cases of an account.

Everything typed comes by POST and stays in memory; nothing is stored but entries of the log.
"""

import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext_lazy

from cases import payees
from cases.payees import Payee
from cases.protection import match
from cases.records.case import Case
from cases.records.trader import Trader
from cases.services.entry import NARRATIVE_LENGTH
from cases.services.traders import finding, marks, names, tracks
from cases.services.traders.finding import Found
from consult.desk.panels import Fields, Hint, add_hint
from consult.desk.traders.forms import kind_of_transfer
from consult.desk.traders.pages import uid_of
from consult.shell.accounts import Account

SHOWN: Final = 5
SHOWN_CASES: Final = 3
TRANSFERS: Final = 3
"""So many rows of transfers are watched while they are typed."""
_NAMED: Final = ("trader_name", "trader_uid", "trader_phone", "trader_url")
_ROWS: Final = tuple(
    f"transfers-{number}-{part}" for number in range(TRANSFERS) for part in ("kind", "institution", "account")
)
_PHONES: Final = ("trader_phone", "caller_phone", "party_phone")


def _top(text: str, by: Account) -> Trader | None:
    """The trader that was chosen; one that was merged since is the one that it was merged into."""
    chosen = uid_of(text)
    try:
        return finding.top_of(chosen, by=by) if chosen else None
    except Trader.DoesNotExist:
        return None


def traders(fields: Fields, *, by: Account, **_of: Any) -> dict[str, Any]:
    """Traders for the typed name, the chosen one first and marked; our cases of each in numbers."""
    name = fields.get("trader_name", "").strip()
    found = finding.find(name, by=by, limit=SHOWN)
    for mark in ("trader_phone", "trader_url"):
        if not found and (text := fields.get(mark, "").strip()):
            found = finding.find(text, by=by, limit=SHOWN)
    chosen = _top(fields.get("trader_uid", ""), by)
    if chosen is not None and chosen.pk not in {one.trader.pk for one in found}:
        standing = finding.standing_of([chosen.pk], by=by).get(chosen.pk, finding.Standing())
        found = [Found(chosen, "", standing), *found[: SHOWN - 1]]
    return {"asked": names.question(name) is not None, "found": found, "chosen": chosen}


def _typed_payees(fields: Fields) -> Iterator[Payee]:
    for number in range(TRANSFERS):
        kind, institution, account = (
            fields.get(f"transfers-{number}-{part}", "") for part in ("kind", "institution", "account")
        )
        if found := payees.read(kind_of_transfer(kind), institution, account):
            yield found


def instructions(fields: Fields, *, by: Account, **_of: Any) -> dict[str, Any]:
    """Tracks in force on the trader, the numbers, the sites and the accounts of this call, to be read out."""
    told = marks.in_text(fields.get("narrative", "")[:NARRATIVE_LENGTH])
    phones = [*told.phones, *(digits for name in _PHONES if (digits := marks.phone(fields.get(name, ""))))]
    sites = [*told.sites, *([site] if (site := marks.site(fields.get("trader_url", ""))) else [])]
    met = finding.with_marks(phones=phones, sites=sites, by=by)
    tops = [finding.top_pk(trader) for trader in Trader.objects.filter(pk__in=met)] if met else []
    if chosen := _top(fields.get("trader_uid", ""), by):
        tops.append(chosen.pk)
    else:
        tops += finding.called(fields.get("trader_name", ""), by=by)
    found = tracks.about(
        traders=tops, phones=phones, sites=sites, accounts=list(_typed_payees(fields)), by=by
    )
    return {"instructions": tracks.read(found, by=by)}


@dataclass(frozen=True)
class SameAccount:
    """Earlier cases whose money went to one of the accounts that are typed."""

    sure: list[Case]
    perhaps: list[Case]
    total: int
    guarded: int


def same_account(
    asked: list[Payee], *, by: Account, leave_out: uuid.UUID, is_asked: bool = True
) -> SameAccount | None:
    """None where no account is told."""
    if not asked:
        return None
    looked = [match.same_account(payee, by=by, leave_out=leave_out, is_asked=is_asked) for payee in asked]
    sure = {pk for found in looked for pk in found.sure}
    perhaps = {pk for found in looked for pk in found.perhaps} - sure
    return SameAccount(
        _newest(sure, by),
        _newest(perhaps, by),
        len(sure) + len(perhaps),
        sum(found.guarded for found in looked),
    )


def _newest(pks: set[int], by: Account) -> list[Case]:
    if not pks:
        return []
    return list(Case.objects.visible_to(by).for_list().filter(pk__in=pks).newest_first()[:SHOWN_CASES])


def accounts(fields: Mapping[str, str], *, uid: uuid.UUID, by: Account) -> dict[str, Any]:
    return {"same": same_account(list(_typed_payees(fields)), by=by, leave_out=uid)}


def register() -> None:
    """Called once when the app is ready."""
    watched = (*_NAMED, "narrative", "caller_phone", "party_phone", *_ROWS)
    add_hint(Hint("tracks", gettext_lazy("注意指示"), watched, "desk/traders/hint_tracks.html", instructions))
    add_hint(Hint("trader", gettext_lazy("事業者(台帳)"), _NAMED, "desk/traders/hint.html", traders))
    add_hint(
        Hint("accounts", gettext_lazy("同じ口座の相談"), _ROWS, "desk/traders/hint_accounts.html", accounts)
    )
