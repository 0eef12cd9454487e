"""次の連絡: plan one, and say what became of it. A 終了後のフォロー is one too, on a closed case."""

import uuid
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import ClassVar, Final

from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.errors import CasesError
from cases.law import calendar
from cases.protection import audit
from cases.records.callbacks import Callback
from cases.records.case import Case, new_uid
from cases.records.centre import Actor
from cases.records.closed_days import closed_of
from cases.services import followup
from cases.services.entry import EntryRefused
from cases.services.followup import FollowUpEntry

MOST_DAYS: Final = 5 * 366
NOTE_KIND: Final = "NOTE"
AFTERCARE_HOUR: Final = time(10)
AFTERCARE_WEEKS: Final = (2, 4, 12)


class CallbackEnded(CasesError):
    """Somebody else has done it, or it was dropped."""

    code: ClassVar[str] = "callback_ended"
    status: ClassVar[int] = 409

    def __init__(self) -> None:
        super().__init__(_("この連絡は、もう済んでいます。"))


class CallbackTaken(CasesError):
    """The uid is taken by one of another case or with other content."""

    code: ClassVar[str] = "callback_taken"
    status: ClassVar[int] = 409

    def __init__(self) -> None:
        super().__init__(_("この予定は別の内容で保存済みです。画面を開き直してください。"))


@dataclass(frozen=True, kw_only=True)
class CallbackEntry:
    """One planned contact. `note`: what to take care of; it becomes a 経過. Without `for_uid`: whoever has the case."""

    uid: uuid.UUID
    kind: str
    whom: str
    due_at: datetime
    until_at: datetime | None = None
    note: str = ""
    for_uid: uuid.UUID | None = None


@transaction.atomic
def plan(case_uid: uuid.UUID, entry: CallbackEntry, *, by: Actor) -> Callback:
    """Plan the next contact of a case, open or closed. Idempotent by `entry.uid`.

    Raises Case.DoesNotExist, EntryRefused, CallbackTaken.
    """
    case = (
        Case.objects.visible_to(by).select_for_update(of=("self",)).select_related("centre").get(uid=case_uid)
    )
    for_pk = _checked(case, entry)
    if (known := Callback.objects.filter(uid=entry.uid).first()) is not None:
        same = (known.case_id, known.kind, known.whom, known.due_at, known.until_at)
        if same != (case.pk, entry.kind, entry.whom, entry.due_at, entry.until_at):
            raise CallbackTaken
        return known
    row = Callback.objects.create(
        uid=entry.uid,
        case=case,
        kind=entry.kind,
        whom=entry.whom,
        due_at=entry.due_at,
        until_at=entry.until_at,
        for_account_id=for_pk,
        made_by_id=by.pk,
    )
    audit.record("CALLBACK_PLANNED", by=by, case=case)
    if entry.note.strip():
        words = FollowUpEntry(uid=new_uid(), happened_at=timezone.now(), kind=NOTE_KIND, text=entry.note)
        row.follow_up = followup.add_follow_up(case.uid, words, by=by)  # last: it restates the facts
        row.save(update_fields=["follow_up"])
    return row


def _checked(case: Case, entry: CallbackEntry) -> int | None:
    """The key of the account that it is for. Raises EntryRefused."""
    errors = {}
    if entry.kind not in Callback.Kind.values:
        errors["kind"] = _("選び直してください。")
    if entry.whom not in Callback.Whom.values:
        errors["whom"] = _("選び直してください。")
    now = timezone.now()
    if calendar.local_date(entry.due_at) < calendar.local_date(now):
        errors["due_on"] = _("今日からあとの日にしてください。")
    elif entry.due_at > now + timedelta(days=MOST_DAYS):
        errors["due_on"] = _("5年より先の日です。確認してください。")
    if entry.until_at is not None and entry.until_at <= entry.due_at:
        errors["band"] = _("時間帯の終わりは始まりより後にしてください。")
    for_pk = None
    if entry.for_uid is not None:
        people = get_user_model().objects.filter(uid=entry.for_uid, centre=case.centre, is_active=True)
        if (found := people.first()) is None:
            errors["for_account"] = _("選び直してください。")
        else:
            for_pk = found.pk
    if errors:
        raise EntryRefused(errors)
    return for_pk


def aftercare(case: Case, weeks: int, *, uid: uuid.UUID) -> CallbackEntry:
    """A look after the closing, so many weeks from today, moved on to a day on which the centre works."""
    day = calendar.today() + timedelta(weeks=weeks)
    centre = closed_of(case.centre_id, day)
    if not calendar.is_working_day(day, centre):
        day = calendar.working_day_after(day, 1, centre)
    due_at = datetime.combine(day, AFTERCARE_HOUR, tzinfo=calendar.TOKYO)
    return CallbackEntry(uid=uid, kind=Callback.Kind.AFTERCARE, whom=Callback.Whom.CALLER, due_at=due_at)


@transaction.atomic
def finish(uid: uuid.UUID, *, result: str, by: Actor) -> Callback:
    """Say what became of a planned contact; the same again changes nothing.

    Raises Callback.DoesNotExist, EntryRefused, CallbackEnded.
    """
    row = (
        Callback.objects.select_for_update(of=("self",))
        .select_related("case__centre")
        .get(uid=uid, case__in=Case.objects.visible_to(by))
    )
    if result not in Callback.Result.values:
        raise EntryRefused({"result": _("選び直してください。")})
    if row.ended_at is not None:
        if row.result != result:
            raise CallbackEnded
        return row
    row.ended_at, row.ended_by_id, row.result = timezone.now(), by.pk, result
    row.save(update_fields=["ended_at", "ended_by", "result"])
    audit.record("CALLBACK_ENDED", by=by, case=row.case, reason=result)
    return row


def waiting_of(case: Case) -> list[Callback]:
    """What is planned for a case, the next one first."""
    return list(Callback.objects.filter(case=case).waiting().select_related("for_account"))
