"""A saved case and the trader of the master that it is about: chosen later, or taken away again."""

import uuid
from typing import ClassVar

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from cases.errors import CasesError
from cases.feed import rows as feed
from cases.protection import audit
from cases.protection.audit import stored
from cases.records.card import CaseTrader
from cases.records.case import Case
from cases.records.centre import Actor
from cases.records.trader import Trader


class TraderMergedMeanwhile(CasesError):
    code: ClassVar[str] = "trader_merged"
    status: ClassVar[int] = 409

    def __init__(self) -> None:
        super().__init__(_("この事業者はほかの事業者にまとめられました。もう一度選んでください。"))


def _locked(case_uid: uuid.UUID, by: Actor) -> Case:
    case = (
        Case.objects.visible_to(by).select_for_update(of=("self",)).select_related("centre").get(uid=case_uid)
    )
    stored.require_as_recorded(case.uid)
    return case


def _changed(case: Case, action: str, by: Actor) -> None:
    case.revision += 1
    case.save(update_fields=["revision", "changed_at"])
    audit.record_change(action, by=by, case=case)
    feed.changed([(case.uid, case.revision)])


@transaction.atomic
def choose(case_uid: uuid.UUID, *, trader_uid: uuid.UUID, by: Actor) -> CaseTrader:
    """The case is about this trader; again changes nothing. The first row of the card that names one without having
    it chosen takes it, else a row more.

    Raises Case.DoesNotExist, Trader.DoesNotExist, TraderMergedMeanwhile, ChangedByHand.
    """
    case = _locked(case_uid, by)
    trader = Trader.objects.visible_to(by).get(uid=trader_uid, centre=case.centre)
    if trader.merged_into_id is not None:
        raise TraderMergedMeanwhile
    rows = CaseTrader.objects.filter(case=case)
    if (known := rows.filter(trader_uid=trader_uid).first()) is not None:
        return known
    row = rows.filter(trader_uid=None).first()
    if row is None:
        last = rows.aggregate(last=Max("position"))["last"]
        row = CaseTrader(case=case, position=0 if last is None else last + 1)
    row.trader_uid = trader_uid
    row.save()
    _changed(case, "CASE_TRADER_CHOSEN", by)
    return row


@transaction.atomic
def leave(case_uid: uuid.UUID, *, trader_uid: uuid.UUID, by: Actor) -> None:
    """The case is not about this trader; what the caller called it stays. Again changes nothing.

    Raises Case.DoesNotExist, ChangedByHand.
    """
    case = _locked(case_uid, by)
    rows = CaseTrader.objects.filter(case=case, trader_uid=trader_uid)
    if not rows.update(trader_uid=None):
        return
    # A row that held nothing else was made for the choice alone.
    CaseTrader.objects.filter(
        case=case,
        trader_uid=None,
        **{f"{name}__isnull": True for name in ("name", "address", "phone", "url", "sns_id", "agent")},
    ).delete()
    _changed(case, "CASE_TRADER_LEFT", by)
