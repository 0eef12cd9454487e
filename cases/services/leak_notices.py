"""本人への通知: the list of persons to tell. One asks, another lets it through, it leaves once."""

import uuid
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import ClassVar, Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.errors import CasesError
from cases.protection import reveal
from cases.protection.keys import KeyMissing
from cases.protection.purpose import BreakGlassNeeded, Purpose
from cases.records.case import Case
from cases.records.centre import Actor
from cases.records.later_review import LaterReview
from cases.records.leaks import LeakFinding, LeakNotice
from cases.records.people import CasePerson
from cases.services import leak_scope, leaks, oversight, steps

CASES_IN_PART: Final = 200
_FIELDS: Final = ("name", "kana", "phone", "address")


class NothingToTell(CasesError):
    code: ClassVar[str] = "nothing_to_tell"
    status: ClassVar[int] = 409

    def __init__(self) -> None:
        super().__init__(_("計算が終わっていないか、通知する相談がありません。"))


class NoticeNotReady(CasesError):
    """Not let through yet, or taken away before."""

    code: ClassVar[str] = "notice_not_ready"
    status: ClassVar[int] = 409

    def __init__(self) -> None:
        super().__init__(
            _(
                "この一覧は、承認を待っているか、すでに一度出力されています。もう一度必要なら新しく求めてください。"
            )
        )


@dataclass(frozen=True)
class ToTell:
    """One person to tell. Holds values: never log it.

    Not readable: the key is gone, or the case is under 支援措置 with somebody else, who then tells the person.
    """

    number: str
    role: str
    values: dict[str, str]
    is_guarded: bool
    is_readable: bool = True

    def __repr__(self) -> str:
        return "<ToTell>"


def parts(finding: LeakFinding) -> int:
    """How many lists the cases of a finding fill."""
    return -(-leak_scope.touched_cases(finding).count() // CASES_IN_PART)


@transaction.atomic
def ask(uid: uuid.UUID, part: int, *, by: Actor) -> LeakNotice:
    """Ask for one part (from 1) of the list of the newest finding; asking twice is asking once.

    Raises LeakClosed, NothingToTell.
    """
    if by.pk is None:
        raise ValueError("a person asks for a list, not the system")
    incident = leaks.locked(uid, by)
    finding = leaks.latest(incident)
    if finding is None or not 1 <= part <= parts(finding):
        raise NothingToTell
    notice, is_new = LeakNotice.objects.get_or_create(
        finding=finding, part=part, exported_at=None, defaults={"asked_by_id": by.pk}
    )
    if is_new:
        steps.record("LEAK_LIST_ASKED", incident.uid, centre=incident.centre, by=by)
    return notice


def _locked(uid: uuid.UUID, by: Actor) -> LeakNotice:
    rows = LeakNotice.objects.select_for_update(of=("self",)).select_related("finding__incident__centre")
    return rows.get(uid=uid, finding__incident__centre_id__in=by.centre_ids)


@transaction.atomic
def approve(uid: uuid.UUID, *, by: Actor, able: Collection[int] | None = None) -> LeakNotice:
    """Let a list through; `able` as for `oversight.is_alone`.

    Raises LeakNotice.DoesNotExist, SecondPersonNeeded, NoticeNotReady.
    """
    notice = _locked(uid, by)
    incident = notice.finding.incident
    if notice.exported_at is not None:
        raise NoticeNotReady
    if notice.approved_at is None:
        oversight.by_second_person(
            LaterReview.Kind.DISCLOSURE,
            notice.uid,
            first_pk=notice.asked_by_id,
            centre=incident.centre,
            by=by,
            able=able,
        )
        notice.approved_at, notice.approved_by_id = timezone.now(), by.pk
        notice.save(update_fields=["approved_at", "approved_by"])
        steps.record("LEAK_LIST_APPROVED", incident.uid, centre=incident.centre, by=by)
    return notice


def export(uid: uuid.UUID, *, by: Actor, reason: str) -> list[ToTell]:
    """The persons of a list, once: it counts as taken before the first value is opened.

    One entry per case in the log, purpose 緊急. Raises LeakNotice.DoesNotExist, NoticeNotReady.
    """
    with transaction.atomic():
        notice = _locked(uid, by)
        if notice.approved_at is None or notice.exported_at is not None:
            raise NoticeNotReady
        notice.exported_at, notice.exported_by_id = timezone.now(), by.pk
        notice.save(update_fields=["exported_at", "exported_by"])
        start = (notice.part - 1) * CASES_IN_PART
        cases = list(leak_scope.touched_cases(notice.finding).for_list()[start : start + CASES_IN_PART])
        incident = notice.finding.incident
        steps.record("LEAK_LIST_TAKEN", incident.uid, centre=incident.centre, by=by, count=len(cases))
    return [person for case in cases for person in _persons(case, by, reason)]


def _persons(case: Case, by: Actor, reason: str) -> Iterator[ToTell]:
    roles = [CasePerson.Role(role) for role in case.people.order_by("role").values_list("role", flat=True)]
    if not roles:
        return
    fields = [f"{role.lower()}.{field}" for role in roles for field in _FIELDS]
    try:
        values = reveal.reveal(case.uid, fields, by=by, purpose=Purpose.URGENT, reason=reason)
    except (KeyMissing, BreakGlassNeeded):
        yield ToTell(case.number, "", {}, case.is_guarded, is_readable=False)
        return
    for role in roles:
        own = {field: values.get(f"{role.lower()}.{field}", "") for field in _FIELDS}
        if any(own.values()):
            yield ToTell(case.number, str(role.label), own, case.is_guarded)
