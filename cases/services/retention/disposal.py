"""廃棄: one person proposes, looks and holds back; another approves; the worker erases case by case."""

import uuid
from collections.abc import Collection
from datetime import date
from typing import ClassVar, Final

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases import jobs
from cases.errors import CasesError
from cases.jobs.running import Running
from cases.law import calendar
from cases.protection import audit
from cases.records.case import Case
from cases.records.centre import SYSTEM, Actor, Centre
from cases.records.later_review import LaterReview
from cases.services import oversight
from cases.services.ledger.uploads import ImportUnderWay
from cases.services.retention import approval, erasure, holds
from cases.services.retention.approval import Approval, NotApproved
from cases.services.retention.due import due_by, keeping_of, not_yet_proposed, periods_of
from cases.services.retention.models import Disposal, DisposalItem
from cases.services.retention.rules import due_on

KIND: Final = "cases.disposal"
MOST_AT_ONCE: Final = 5_000

Skipped = DisposalItem.Skipped


class NothingDue(CasesError):
    """No case is due, or all that are due are held or proposed already."""

    code: ClassVar[str] = "nothing_due"
    status: ClassVar[int] = 409

    def __init__(self) -> None:
        super().__init__(_("今、廃棄の案に入れる相談はありません。"))


class DisposalDecided(CasesError):
    """What was approved or withdrawn is not decided again."""

    code: ClassVar[str] = "disposal_decided"
    status: ClassVar[int] = 409

    def __init__(self) -> None:
        super().__init__(_("この廃棄の案は、もう決まっています。"))


@transaction.atomic
def propose_due(centre: Centre, *, by: Actor) -> Disposal:
    """A batch of the cases that are due today, oldest first, without those on hold. Raises NothingDue."""
    today = calendar.today()
    periods = periods_of(centre)
    due = not_yet_proposed(due_by(centre, today, periods)).filter(Q(is_held=False))
    found = list(due.order_by("closed_on", "pk").only("pk", "closed_on")[: MOST_AT_ONCE + 1])
    if not found:
        raise NothingDue
    disposal = _propose(centre, Disposal.Ground.DUE, by=by, is_cut=len(found) > MOST_AT_ONCE)
    DisposalItem.objects.bulk_create(
        [
            DisposalItem(
                disposal=disposal,
                case=case,
                record_class=case.record_class,
                due_on=due_on(calendar.fiscal_year(case.closed_on), periods[case.record_class], today),
            )
            for case in found[:MOST_AT_ONCE]
        ],
        batch_size=1_000,
    )
    audit.record("DISPOSAL_PROPOSED", by=by, centre=centre, count=len(found[:MOST_AT_ONCE]))
    return disposal


@transaction.atomic
def propose_one(case_uid: uuid.UUID, *, ground: Disposal.Ground, by: Actor, reference: str = "") -> Disposal:
    """個別の消去: one case, open or closed, before its time. Raises Case.DoesNotExist, CaseOnHold."""
    case = (
        Case.objects.visible_to(by).select_for_update(of=("self",)).select_related("centre").get(uid=case_uid)
    )
    if holds.is_held(case):
        raise holds.CaseOnHold(case)
    keeping = keeping_of(case)
    disposal = _propose(case.centre, ground, by=by, reference=reference)
    DisposalItem.objects.create(
        disposal=disposal, case=case, record_class=keeping.record_class, due_on=keeping.due_on
    )
    audit.record("DISPOSAL_PROPOSED", by=by, case=case, reason=ground)
    return disposal


def _propose(
    centre: Centre, ground: Disposal.Ground, *, by: Actor, reference: str = "", is_cut: bool = False
) -> Disposal:
    if by.pk is None:
        raise ValueError("a disposal is proposed by a person")
    return Disposal.objects.create(
        centre=centre, ground=ground, reference=reference, is_cut=is_cut, proposed_by_id=by.pk
    )


@transaction.atomic
def keep_back(
    disposal_uid: uuid.UUID, kept: frozenset[uuid.UUID], among: frozenset[uuid.UUID], *, by: Actor
) -> int:
    """Of the cases `among` (those on the page that was sent) keep these back and no others; how many changed.

    Raises Disposal.DoesNotExist, DisposalDecided.
    """
    disposal = _open(disposal_uid, by)
    items = DisposalItem.objects.filter(disposal=disposal, case__uid__in=among)
    changed = items.filter(is_kept=False, case__uid__in=kept).update(is_kept=True)
    changed += items.filter(is_kept=True).exclude(case__uid__in=kept).update(is_kept=False)
    if changed:
        audit.record("DISPOSAL_REVIEWED", by=by, centre=disposal.centre, count=changed)
    return changed


@transaction.atomic
def withdraw(disposal_uid: uuid.UUID, *, by: Actor) -> Disposal:
    """Drop a proposal; its cases may be proposed again. Raises Disposal.DoesNotExist, DisposalDecided."""
    disposal = _open(disposal_uid, by)
    disposal.state = Disposal.State.WITHDRAWN
    _decide(disposal, by)
    audit.record("DISPOSAL_WITHDRAWN", by=by, centre=disposal.centre, reason=disposal.ground)
    return disposal


@transaction.atomic
def approve(disposal_uid: uuid.UUID, *, by: Actor, able: Collection[int] | None = None) -> Disposal:
    """A second person's yes: the worker begins to erase; `able` as for `oversight.is_alone`.

    Raises Disposal.DoesNotExist, DisposalDecided, SecondPersonNeeded.
    """
    disposal = _open(disposal_uid, by)
    is_due = disposal.ground == Disposal.Ground.DUE
    oversight.by_second_person(
        LaterReview.Kind.DISPOSAL if is_due else LaterReview.Kind.ERASURE,
        disposal.uid,
        first_pk=disposal.proposed_by_id,
        centre=disposal.centre,
        by=by,
        able=able,
    )
    disposal.state = Disposal.State.APPROVED
    disposal.job = jobs.start(KIND, {"disposal": str(disposal.uid)}, by=by, centre=disposal.centre)
    _decide(disposal, by)
    audit.record(
        "DISPOSAL_APPROVED",
        by=by,
        centre=disposal.centre,
        reason=disposal.ground,
        digest=approval.of(disposal),
    )
    return disposal


def _open(disposal_uid: uuid.UUID, by: Actor) -> Disposal:
    rows = Disposal.objects.select_for_update(of=("self",)).select_related("centre")
    disposal = rows.get(uid=disposal_uid, centre_id__in=by.centre_ids)
    if disposal.state != Disposal.State.PROPOSED:
        raise DisposalDecided
    return disposal


def _decide(disposal: Disposal, by: Actor) -> None:
    disposal.decided_at, disposal.decided_by_id = timezone.now(), by.pk
    if disposal.state == Disposal.State.WITHDRAWN:
        disposal.finished_at = disposal.decided_at
    disposal.save(update_fields=["state", "decided_at", "decided_by", "finished_at", "job"])


# --- The worker's part ------------------------------------------------------------------------------------------
def register() -> None:
    jobs.handler(KIND, label=gettext_lazy("記録の廃棄"))(handle)


def handle(running: Running) -> None:
    """Erase case by case, each in a transaction of its own with its progress: killed at any moment, it goes on.

    A case that may no longer go (held, reopened, kept longer meanwhile) is marked and passed over. The rows do not
    suffice: what the log does not know as approved stays. Raises NotApproved.
    """
    disposal = Disposal.objects.select_related("centre", "decided_by").get(uid=running.arguments["disposal"])
    approved = approval.vouched_by_log(disposal)
    left = DisposalItem.objects.filter(disposal=disposal, is_kept=False, skipped="")
    done = running.job.done
    running.advance(done, total=done + left.count())
    while (item := left.order_by("pk").select_related("case").first()) is not None:
        running.stop_if_cancelled()
        done += 1
        with transaction.atomic():
            _erase(disposal, item, approved, by=disposal.decided_by or SYSTEM)
            running.checkpoint({}, done=done)
    skipped = DisposalItem.objects.filter(disposal=disposal).exclude(skipped="").count()
    running.result = {"erased": disposal.tombstones.count(), "skipped": skipped}
    Disposal.objects.filter(pk=disposal.pk).update(state=Disposal.State.DONE, finished_at=timezone.now())


def _erase(disposal: Disposal, item: DisposalItem, approved: Approval, *, by: Actor) -> None:
    if not approved.covers(item.case.uid):
        raise NotApproved
    skipped = _reason_to_skip(disposal, item, calendar.today())
    if not skipped:
        try:
            erasure.erase_case(
                item.case.uid, reason=Disposal.Ground(disposal.ground), by=by, disposal=disposal
            )
        except holds.CaseOnHold:
            skipped = Skipped.HELD
        except ImportUnderWay:
            skipped = Skipped.BUSY
    if skipped:
        DisposalItem.objects.filter(pk=item.pk).update(skipped=skipped)


def _reason_to_skip(disposal: Disposal, item: DisposalItem, today: date) -> str:
    """Judged anew on the day of erasing, the case locked: what was approved may have changed since."""
    if disposal.ground != Disposal.Ground.DUE:
        return ""
    case = Case.objects.select_for_update(of=("self",)).select_related("centre").get(pk=item.case_id)
    due = keeping_of(case).due_on
    if due is None:
        return Skipped.REOPENED
    return Skipped.NOT_DUE if due > today else ""
