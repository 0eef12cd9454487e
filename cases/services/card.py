"""The rows of the 相談カード: made from an entry, sealed, and replaced by a correction."""

from collections.abc import Iterable, Sequence
from typing import Any, Final

from cases.protection.redaction import Party
from cases.protection.sealed import Sealer
from cases.records import card
from cases.records.card import CardRow, CaseCode, CaseConsent, CaseReferral, CaseTrader, CaseTransfer
from cases.records.case import Case
from cases.records.codes import Kind
from cases.services.entry import CaseEntry

_OF_ENTRY: Final[tuple[tuple[type[CardRow], str], ...]] = (
    (CaseTrader, "traders"),
    (CaseTransfer, "transfers"),
    (CaseConsent, "consents"),
    (CaseReferral, "referrals"),
)
_SEVERAL: Final = (
    (Kind.TRIGGER, "triggers"),
    (Kind.CONTACT_MEANS, "contact_means"),
    (Kind.PAYMENT, "payments"),
)


def rows(case: Case, entry: CaseEntry, sealer: Sealer) -> list[CardRow]:
    """Every row that the entry makes, in the order given; empty parts make none."""
    made: list[CardRow] = list(_codes(case, entry))
    for model, name in _OF_ENTRY:
        given = [part for part in getattr(entry, name) if not getattr(part, "is_empty", False)]
        made += [_row(model, case, position, part, sealer) for position, part in enumerate(given)]
    return made


def _codes(case: Case, entry: CaseEntry) -> Iterable[CaseCode]:
    issues = dict.fromkeys(code for code in (entry.issue_main, *entry.issue_others) if code)
    for position, code in enumerate(issues):
        yield CaseCode(
            case=case, kind=Kind.ISSUE_KIND, code=code, is_main=code == entry.issue_main, position=position
        )
    for kind, name in _SEVERAL:
        for position, code in enumerate(dict.fromkeys(getattr(entry, name))):
            yield CaseCode(case=case, kind=kind, code=code, position=position)


def _row(model: type[CardRow], case: Case, position: int, part: Any, sealer: Sealer) -> CardRow:
    row = model(case=case, position=position, **{name: getattr(part, name) for name in part.OPEN})
    for name in part.SEALED:
        sealer.seal(row, name, getattr(part, name))
    return row


def store(rows: Sequence[CardRow]) -> None:
    for model in card.ROWS:
        if of_model := [row for row in rows if isinstance(row, model)]:
            model._default_manager.bulk_create(of_model)


def replace(case: Case, entry: CaseEntry, sealer: Sealer) -> None:
    """The rows of a corrected card in the place of those that were there."""
    for model in card.ROWS:
        model._default_manager.filter(case=case).delete()
    store(rows(case, entry, sealer))


def parties_of(entry: CaseEntry) -> list[Party]:
    """Persons beside caller and contract party whom the card names: who solicited, who holds an account."""
    named = [row.agent for row in entry.traders] + [row.holder for row in entry.transfers]
    return [Party(name=name) for name in dict.fromkeys(named) if name]
