"""見守りの情報提供: given on a ground or not at all, kept as it was given, and followed until it is disposed of."""

import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, timedelta
from typing import ClassVar, Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cases import erasing, watchers
from cases.errors import CasesError
from cases.law import calendar
from cases.law.watch_share import Basis, Ground, faults
from cases.protection import audit, keys, writings
from cases.protection.models import AuditEntry
from cases.protection.purpose import Purpose
from cases.protection.reveal import reveal
from cases.protection.sealed import HoldsSealed
from cases.records.case import Case
from cases.records.centre import Actor
from cases.records.watch_share import WatchShare
from cases.services.entry import EntryRefused
from cases.services.marks import mark_of
from cases.watchers import Watcher

SHAREABLE: Final = (
    "party.name", "party.kana", "party.postcode", "party.address", "party.phone", "party.birth_date",
    "caller.name", "caller.phone", "narrative", "advice", "trader_name",
)  # fmt: skip
"""What of a case may be given to watchers, by the names of `reveal`."""
TEXT_LENGTH: Final = 2000
NAME_LENGTH: Final = 100
MOST_DAYS: Final = 366
"""A recipient keeps what it was given for a year at most; for longer, it is given again."""
NOTE: Final = "note"


class AlreadyDisposed(CasesError):
    code: ClassVar[str] = "already_disposed"
    status: ClassVar[int] = 409

    def __init__(self) -> None:
        super().__init__(_("この提供の廃棄は記録済みです。"))


class ShareNotVouched(CasesError):
    """The table holds a share that the log does not know as it stands there."""

    code: ClassVar[str] = "share_not_vouched"
    status: ClassVar[int] = 409

    def __init__(self) -> None:
        super().__init__(_("この提供の記録は操作記録と合いません。管理者に知らせてください。"))


@dataclass(frozen=True, kw_only=True)
class ShareEntry:
    """One hand-over. `uid` is minted when the form opens; `note` is what was told beside the card's values.

    With `member_uid` the recipient is a member of the network: its kind, its name and whether it belongs to the
    council are those of the list, whatever else the entry says. To one outside the council, persons' data go only
    where `is_outside_known` says that somebody has seen so. `answers`: an earlier share of the case, whose recipient
    hears something back by this one.
    """

    uid: uuid.UUID
    basis: Basis
    recipient_kind: str
    recipient: str
    person: str
    purpose: str
    fields: tuple[str, ...]
    means: str
    dispose_by: date
    note: str = ""
    member_uid: uuid.UUID | None = None
    is_outside_known: bool = False
    answers: uuid.UUID | None = None

    def __repr__(self) -> str:
        return f"<ShareEntry {self.uid}>"


@dataclass(frozen=True)
class Standing:
    """A share that the log vouches for, and whether its disposal and its recipient's verdict are vouched for too."""

    share: WatchShare
    is_disposed: bool
    is_rated: bool

    def is_overdue(self, on: date) -> bool:
        return not self.is_disposed and self.share.dispose_by < on


@dataclass(frozen=True)
class Given:
    """What was handed over. Holds values: never log it."""

    person: str
    reason: str
    values: Mapping[str, str]
    use_report: str
    verdict_person: str
    verdict_words: str

    def __repr__(self) -> str:
        return "<Given>"


def share(case_uid: uuid.UUID, entry: ShareEntry, *, by: Actor) -> WatchShare:
    """Give values of a case away and keep exactly what was given. Idempotent by `entry.uid`.

    Refused without a ground that holds. The values are revealed (logged first), so this does not run inside a
    transaction. Raises Case.DoesNotExist, EntryRefused, BreakGlassNeeded, KeyMissing, ShareNotVouched.
    """
    case = Case.objects.visible_to(by).select_related("centre").get(uid=case_uid)
    if (known := WatchShare.objects.filter(uid=entry.uid).first()) is not None:
        if known.case_uid != case.uid:
            raise ShareNotVouched
        return known
    entry = _with_member(case, entry)
    if entry.answers and not WatchShare.objects.filter(uid=entry.answers, case_uid=case.uid).exists():
        raise EntryRefused({"purpose": _("選び直してください。")})
    _check(entry)
    asked = [name for name in SHAREABLE if name in entry.fields]
    values = reveal(case.uid, asked, by=by, purpose=Purpose.CONSULTATION) if asked else {}
    return _keep(case, entry, values, by)


@transaction.atomic
def _keep(case: Case, entry: ShareEntry, values: Mapping[str, str], by: Actor) -> WatchShare:
    Case.objects.select_for_update().get(pk=case.pk)
    if (known := WatchShare.objects.filter(uid=entry.uid).first()) is not None:
        return known
    writings.may_open(case, by)
    basis = entry.basis
    row = WatchShare(
        uid=entry.uid, centre=case.centre, case_uid=case.uid, is_council=basis.is_council,
        recipient_kind=entry.recipient_kind, recipient=entry.recipient.strip(), purpose=entry.purpose,
        member_uid=entry.member_uid, answers=entry.answers,
        fields=[name for name in SHAREABLE if name in entry.fields], ground=basis.ground,
        consent_how=basis.consent_how if basis.ground == "CONSENT" else "",
        consent_on=basis.consent_on if basis.ground == "CONSENT" else None,
        means=entry.means, shared_at=timezone.now(), shared_by_id=by.pk, dispose_by=entry.dispose_by,
    )  # fmt: skip
    sealer = keys.sealer(case.sealed_owner, centre_uid=case.centre.uid)
    sealer.seal(row, "person", entry.person.strip())
    sealer.seal(row, "reason", basis.reason.strip())
    given = dict(values) | ({NOTE: entry.note.strip()} if entry.note.strip() else {})
    sealer.seal(row, "snapshot", json.dumps(given, ensure_ascii=False))
    row.save(force_insert=True)
    audit.record("WATCH_SHARED", by=by, case=case, fields=row.fields, reason=_shared(row))
    return row


def _with_member(case: Case, entry: ShareEntry) -> ShareEntry:
    """The entry with what the list says of the chosen member. Raises EntryRefused where nothing may go to it."""
    if entry.member_uid is None:
        return entry
    member = watchers.find(entry.member_uid, {case.centre_id})
    if member is None:
        raise EntryRefused({"member": _("選び直してください。")})
    if fault := _fault_of(member, entry):
        raise EntryRefused(dict([fault]))
    return replace(
        entry,
        recipient_kind=member.kind
        if member.kind in WatchShare.Recipient.values
        else WatchShare.Recipient.OTHER,
        recipient=member.name,
        basis=replace(entry.basis, is_council=member.is_council),
    )


def _fault_of(member: Watcher, entry: ShareEntry) -> tuple[str, str] | None:
    """Why this member may not be given this, as (field, reason). Source: 消費者安全法11条の4, 11条の5."""
    if member.is_council:
        if member.duty_told_on is None:
            return "member", _(
                "秘密を守る義務を伝えた日が名簿にありません。先に伝えて、名簿に入れてください。"
            )
        if entry.basis.ground == Ground.COUNCIL and not member.receives_shares:
            return "member", _("名簿では、個別の情報を受け取る構成員になっていません。")
        return None
    if entry.basis.ground == Ground.COUNCIL:
        return "member", _("協議会の構成員でない相手には、この根拠では渡せません。")
    if not entry.is_outside_known:
        return "is_outside_known", _(
            "相手は協議会の構成員ではありません。それでも渡すときは、確かめてください。"
        )
    return None


def _check(entry: ShareEntry) -> None:
    today = calendar.today()
    errors = dict(faults(entry.basis, on=today))
    if not entry.recipient.strip():
        errors["recipient"] = _("相手の機関名を入力してください。")
    if not (set(entry.fields) <= set(SHAREABLE)):
        errors["fields"] = _("選び直してください。")
    elif not entry.fields and not entry.note.strip():
        errors["fields"] = _("渡す項目を選ぶか、伝えた内容を書いてください。")
    for name, given, allowed in (
        ("recipient_kind", entry.recipient_kind, WatchShare.Recipient.values),
        ("purpose", entry.purpose, WatchShare.Purpose.values),
        ("means", entry.means, WatchShare.Means.values),
    ):
        if given not in allowed:
            errors[name] = _("選び直してください。")
    if not today <= entry.dispose_by <= today + timedelta(days=MOST_DAYS):
        errors["dispose_by"] = _("廃棄の期限は、今日から1年以内の日にしてください。")
    limits = (
        ("recipient", entry.recipient, NAME_LENGTH), ("person", entry.person, NAME_LENGTH),
        ("reason", entry.basis.reason, TEXT_LENGTH), ("note", entry.note, TEXT_LENGTH),
    )  # fmt: skip
    for name, text, most in limits:
        if len(text) > most:
            errors[name] = _("%(most)s文字以内で入力してください。") % {"most": f"{most:,}"}
    if errors:
        raise EntryRefused(errors)


@transaction.atomic
def note_disposal(
    uid: uuid.UUID, *, disposed_on: date, disposal: str, use_report: str, by: Actor
) -> WatchShare:
    """Note the recipient's report: when and how it disposed of the data, and what it did with it.

    The report is sealed under the case's key; where the case is erased already, no words of it can be kept.
    Raises WatchShare.DoesNotExist, EntryRefused, AlreadyDisposed, ShareNotVouched.
    """
    row, standing = locked(uid, by)
    if standing.is_disposed:
        raise AlreadyDisposed
    _check_disposal(row, disposed_on, disposal, use_report)
    row.disposed_on, row.disposal, row.disposal_noted_by_id = disposed_on, disposal, by.pk
    case = case_of(row)
    if case is not None and use_report.strip():
        keys.sealer(row.sealed_owner, centre_uid=row.centre.uid).seal(row, "use_report", use_report.strip())
    row.save(update_fields=["disposed_on", "disposal", "disposal_noted_by", "use_report"])
    entry = audit.entry("WATCH_DISPOSED", by=by, case=case, centre=row.centre, reason=_disposed(row))
    note(entry, row)
    return row


def locked(uid: uuid.UUID, by: Actor) -> tuple[WatchShare, Standing]:
    """A share that is changed next. Raises WatchShare.DoesNotExist, ShareNotVouched."""
    rows = WatchShare.objects.visible_to(by).select_for_update(of=("self",)).select_related("centre")
    row = rows.get(uid=uid)
    standing = standing_of([row]).get(row.pk)
    if standing is None:
        raise ShareNotVouched
    return row, standing


def _check_disposal(row: WatchShare, on: date, disposal: str, use_report: str) -> None:
    errors = {}
    if not calendar.local_date(row.shared_at) <= on <= calendar.today():
        errors["disposed_on"] = _("廃棄した日は、渡した日から今日までの日付にしてください。")
    if disposal not in WatchShare.Disposal.values:
        errors["disposal"] = _("選び直してください。")
    if len(use_report) > TEXT_LENGTH:
        errors["use_report"] = _("%(most)s文字以内で入力してください。") % {"most": f"{TEXT_LENGTH:,}"}
    if errors:
        raise EntryRefused(errors)


def find(uid: uuid.UUID, *, by: Actor) -> WatchShare:
    """Raises WatchShare.DoesNotExist."""
    rows = WatchShare.objects.visible_to(by).defer(*WatchShare.SEALED)
    return rows.select_related("centre", "shared_by", "disposal_noted_by", "verdict_noted_by").get(uid=uid)


def case_of(row: WatchShare) -> Case | None:
    """The case that the share is about; None once it is erased."""
    return Case.objects.select_related("centre").filter(uid=row.case_uid, centre=row.centre_id).first()


def given(row: WatchShare, *, by: Actor) -> Given:
    """What was handed over, as it was then; logged before. Raises Case.DoesNotExist, BreakGlassNeeded, SealBroken."""
    case, rows = _opening(row)
    texts = writings.opened(
        "WATCH_SHARE_OPENED", rows, case=case, by=by, fields=row.fields, about=str(row.uid)
    )
    return _read(texts)


def taken(row: WatchShare, *, by: Actor) -> Given:
    """The same for the paper that is handed over: in the log it left the desk. Raises ShareNotVouched besides."""
    if row.pk not in standing_of([row]):
        raise ShareNotVouched
    case, rows = _opening(row)
    texts = writings.opened(
        "WATCH_SHARE_TAKEN", rows, case=case, by=by, fields=row.fields, about=str(row.uid)
    )
    return _read(texts)


def _opening(row: WatchShare) -> tuple[Case, list[tuple[HoldsSealed, str]]]:
    case = case_of(row)
    if case is None:
        raise Case.DoesNotExist
    return case, [(row, name) for name in WatchShare.SEALED]


def _read(texts: Sequence[str]) -> Given:
    person, reason, snapshot, *said = texts
    return Given(person, reason, json.loads(snapshot or "{}"), *said)


def of_case(case: Case) -> list[Standing]:
    """The shares of a case that the log vouches for, newest first."""
    rows = WatchShare.objects.filter(case_uid=case.uid).defer(*WatchShare.SEALED).select_related("shared_by")
    return list(standing_of(list(rows)).values())


def answers_to(row: WatchShare) -> list[Standing]:
    """What its recipient was told back, each a share of its own; newest first."""
    rows = WatchShare.objects.filter(answers=row.uid, case_uid=row.case_uid).defer(*WatchShare.SEALED)
    return list(standing_of(list(rows)).values())


def open_shares(by: Actor) -> list[Standing]:
    """Shares of the actor's centres that are not disposed of, the earliest date first."""
    rows = WatchShare.objects.visible_to(by).defer(*WatchShare.SEALED).select_related("shared_by", "centre")
    found = standing_of(list(rows.order_by("dispose_by", "pk"))).values()
    return [standing for standing in found if not standing.is_disposed]


def standing_of(rows: Sequence[WatchShare]) -> dict[int, Standing]:
    """Which rows count, in a fixed number of queries: a row that somebody slipped in is no share."""
    shared = audit.vouched_among("WATCH_SHARED", [(row.case_uid, _shared(row)) for row in rows])
    done = [row for row in rows if row.disposed_on is not None]
    disposed = audit.vouched_among("WATCH_DISPOSED", [(row.case_uid, _disposed(row)) for row in done])
    said = [row for row in rows if row.verdict]
    rated = audit.vouched_among("WATCH_RATED", [(row.case_uid, rated_words(row)) for row in said])
    return {
        row.pk: Standing(
            row,
            is_disposed=(row.case_uid, _disposed(row)) in disposed,
            is_rated=(row.case_uid, rated_words(row)) in rated,
        )
        for row in rows
        if (row.case_uid, _shared(row)) in shared
    }


def _shared(row: WatchShare) -> str:
    at = row.shared_at.astimezone(UTC).isoformat(timespec="seconds")
    consent = f"{row.consent_how} {row.consent_on or ''}"
    decided = (row.recipient_kind, row.recipient, row.purpose, row.is_council, consent, row.means)
    # Shares of before there was a list say nothing of a member, those of before there were answers nothing of one.
    chosen: list[object] = [row.member_uid] if row.member_uid is not None else []
    chosen += [f"answers {row.answers}"] if row.answers is not None else []
    mark = mark_of(*decided, " ".join(row.fields), at, row.dispose_by, row.shared_by_id, *chosen)
    return f"{row.uid} {row.ground} {mark}"


def _disposed(row: WatchShare) -> str:
    return f"{row.uid} {row.disposal} {mark_of(row.disposed_on, row.disposal_noted_by_id)}"


def rated_words(row: WatchShare) -> str:
    """What the log says of the recipient's verdict."""
    return f"{row.uid} {row.verdict} {mark_of(row.verdict_on, row.verdict_by, row.verdict_noted_by_id)}"


def note(entry: AuditEntry, row: WatchShare) -> None:
    """Store an entry about a share, also of a case that is erased by now."""
    entry.case_uid = row.case_uid
    audit.record_all([entry])


def _forget_case(case_uid: uuid.UUID) -> None:
    """What is sealed goes with the case; the line stays: who still has to dispose of what was given."""
    WatchShare.objects.filter(case_uid=case_uid).update(**dict.fromkeys(WatchShare.SEALED))


def register() -> None:
    erasing.register("watch shares", _forget_case)
