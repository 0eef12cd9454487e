"""What the cases hold now, against what their last recorded change left: finds an old value put back.

Each change of a case stores the digest of its contents (`audit.rows`). A case that was changed before there were
digests is not covered until its next change.
"""

import uuid
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import ClassVar, Final

from django.utils.translation import gettext as _

from cases.errors import CasesError
from cases.protection.audit import chain_keys, rows
from cases.protection.audit.faults import Fault, Kind
from cases.protection.audit.vouching import is_genuine
from cases.protection.models import AuditEntry
from cases.records import card
from cases.records.card import CardRow
from cases.records.case import Case, CaseScamType
from cases.records.follow_up import FollowUp
from cases.records.people import CasePerson

CASES: Final = 200
ERASED: Final = "CASE_ERASED"


@dataclass
class _History:
    """What the log says of one case: its last change, the digests of all in their order, whether it was erased."""

    chain: str = ""
    seq: int | None = None
    pk: int | None = None
    digests: list[bytes] = field(default_factory=list)
    is_erased: bool = False


class ChangedByHand(CasesError):
    """The case is not as its last recorded change left it. A change now would make that look honest to the verifier."""

    code: ClassVar[str] = "changed_by_hand"
    status: ClassVar[int] = 409

    def __init__(self) -> None:
        super().__init__(
            _(
                "この相談は、窓口の操作によらずに書き換えられています。変更できません。管理者に知らせてください(書いた内容は下書きに残ります)。"
            )
        )


def require_as_recorded(case_uid: uuid.UUID) -> None:
    """Before a change of a case, its row locked. Raises ChangedByHand, ChainKeyMissing."""
    if not is_as_recorded(case_uid):
        raise ChangedByHand


def is_as_recorded(case_uid: uuid.UUID) -> bool:
    """Whether the codes of one case (支援措置, 担当, 終了日, …) are what its last recorded change left.

    For doors that decide by them: the night run finds a row that was changed by hand, and that may be too late. True
    also where no change with a digest covers the case. Four queries, four more where it is not so at first.
    Raises ChainKeyMissing.
    """
    chain_keys.writing()  # without any key nothing can be compared, and nothing may be shown
    return _codes_hold(case_uid) or _codes_hold(case_uid)  # it may just have been changed between two queries


def _codes_hold(case_uid: uuid.UUID) -> bool:
    case = Case.objects.filter(uid=case_uid).first()
    changes = AuditEntry.objects.filter(case_uid=case_uid, digest__isnull=False)
    last = changes.order_by("-pk").first()
    if case is None or last is None:
        return True
    key = chain_keys.all_held().get(last.chain.partition("/")[0])
    if key is None or not is_genuine(last):
        return False
    scams = CaseScamType.objects.filter(case=case)
    return rows.codes_of(case, scams, key.of_rows) == rows.unpacked(bytes(last.digest or b""))[0]


def batches(after: int = 0) -> Iterator[list[Case]]:
    """Cases in the order of their keys, whole, a batch at a time."""
    while True:
        found = list(Case.objects.filter(pk__gt=after).order_by("pk")[:CASES])
        if not found:
            return
        yield found
        after = found[-1].pk


def cases(batch: Sequence[Case]) -> Iterator[Fault]:
    """Faults of what these cases hold."""
    told = _histories([case.uid for case in batch])
    people, scams, follow_ups = (_by_case(model, batch) for model in (CasePerson, CaseScamType, FollowUp))
    more = [_by_case(model, batch) for model in card.ROWS]
    for case in batch:
        history = told.get(case.uid)
        if history is None:
            yield Fault(Kind.CASE_UNRECORDED, f"-/case/{case.uid.hex}")
        elif history.digests:
            rows_of_card = [row for found in more for row in found[case.pk]]
            now = (case, people[case.pk], scams[case.pk], follow_ups[case.pk], rows_of_card)
            if found := list(_compared(history, *now)):
                yield from found if not _has_moved(case) else ()


def vanished(after: uuid.UUID | None = None) -> Iterator[tuple[uuid.UUID, list[Fault]]]:
    """Cases that the log has changes of and that are gone without an entry about their erasure, by their uid.

    Yields the uid reached and its faults, a batch at a time, so that a run can go on from there.
    """
    while True:
        changes = AuditEntry.objects.filter(digest__isnull=False, case_uid__isnull=False)
        if after is not None:
            changes = changes.filter(case_uid__gt=after)
        found = changes.order_by("case_uid").values_list("case_uid", flat=True).distinct()[:CASES]
        uids = [uid for uid in found if uid is not None]
        if not uids:
            return
        held = set(Case.objects.filter(uid__in=uids).values_list("uid", flat=True))
        gone = [uid for uid in uids if uid not in held]
        told = _histories(gone)
        after = uids[-1]
        yield (
            after,
            [
                Fault(Kind.CASE_VANISHED, told[uid].chain, told[uid].seq, told[uid].pk)
                for uid in gone
                if not told[uid].is_erased and not Case.objects.filter(uid=uid).exists()
            ],
        )


def _histories(uids: Sequence[uuid.UUID]) -> dict[uuid.UUID, _History]:
    found: dict[uuid.UUID, _History] = {}
    entries = AuditEntry.objects.filter(case_uid__in=uids).order_by("pk")
    for row in entries.only("case_uid", "chain", "seq", "digest", "action").iterator():
        history = found.setdefault(row.case_uid, _History())  # type: ignore[arg-type]  # filtered by it
        history.is_erased = history.is_erased or row.action == ERASED
        if row.digest is not None:
            history.chain, history.seq, history.pk = row.chain, row.seq, row.pk
            history.digests.append(bytes(row.digest))
    return found


def _by_case(model: type, batch: Sequence[Case]) -> dict[int, list]:  # type: ignore[type-arg]
    found: dict[int, list] = defaultdict(list)  # type: ignore[type-arg]
    for row in model.objects.filter(case__in=batch):  # type: ignore[attr-defined]
        found[row.case_id].append(row)
    return found


def _has_moved(case: Case) -> bool:
    """Whether somebody changed the case while it was read in parts: its next verification will tell."""
    return not Case.objects.filter(pk=case.pk, revision=case.revision, changed_at=case.changed_at).exists()


def _compared(
    history: _History,
    case: Case,
    people: Sequence[CasePerson],
    scams: Sequence[CaseScamType],
    follow_ups: Sequence[FollowUp],
    more: Sequence[CardRow],
) -> Iterator[Fault]:
    key = chain_keys.all_held().get(history.chain.partition("/")[0])
    if key is None:
        return  # told of with the chain
    now = rows.contents_of(case, people, scams, follow_ups, more, key.of_rows)
    codes, tags = rows.unpacked(history.digests[-1])
    earlier = [rows.unpacked(digest) for digest in history.digests[:-1]]

    def fault(kind: Kind, detail: str = "") -> Fault:
        return Fault(kind, history.chain, history.seq, history.pk, detail)

    if now.codes != codes:
        yield fault(Kind.CODE_REPLAYED if any(now.codes == old for old, _t in earlier) else Kind.CODE_CHANGED)
    known = set().union(*(old for _c, old in earlier)) if earlier else set()
    strange = {tag: place for tag, place in now.tags.items() if tag not in tags}
    lacking = len(tags) - (len(now.tags) - len(strange))
    replayed = sorted(place for tag, place in strange.items() if tag in known)
    changed = sorted(place for tag, place in strange.items() if tag not in known)
    yield from (fault(Kind.VALUE_REPLAYED, place) for place in replayed)
    # A changed value takes the place of one that is lacking; what is left over was added or has vanished.
    paired = min(lacking - len(replayed), len(changed)) if lacking > len(replayed) else 0
    yield from (fault(Kind.VALUE_CHANGED, place) for place in changed[:paired])
    yield from (fault(Kind.ROW_ADDED, place) for place in changed[paired:])
    if (left := lacking - len(replayed) - paired) > 0:
        yield fault(Kind.VALUE_VANISHED, str(left))
