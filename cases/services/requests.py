"""開示請求: entered, prepared as a frozen copy, marked by a person, decided by two, answered with papers that stay."""

import uuid
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Final

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from cases import erasing
from cases.errors import CasesError
from cases.law.blackout import Range
from cases.law.disclosure import Article, Outcome, decision_due
from cases.protection import keys, office
from cases.protection.purpose import Purpose
from cases.protection.reveal import REVEALABLE, reveal
from cases.protection.sealed import Owner
from cases.records.case import Case
from cases.records.centre import Actor, Centre
from cases.records.later_review import LaterReview
from cases.records.people import CasePerson
from cases.records.requests import CitizenRequest, RequestedCase, RequestMark, RequestPart
from cases.services import oversight, papers, request_marks, steps
from cases.services.coded_words import coded_rows

SEALED: Final = ("requester_name", "requester_address", "asked_words", "extension_reason", "decision_reason")
SHOWN: Final = frozenset({Outcome.WHOLE, Outcome.PART})
"""Outcomes with a copy."""
_ORDER: Final = ("narrative", "advice", "trader_name")
Looks = Callable[[uuid.UUID], str]


class RequestRefused(CasesError):
    """The decision does not fit the marks, or the words are not found."""

    code: ClassVar[str] = "request_refused"
    status: ClassVar[int] = 422


class RequestNotReady(CasesError):
    """The step does not fit the state of the request."""

    code: ClassVar[str] = "request_not_ready"
    status: ClassVar[int] = 409

    def __init__(self) -> None:
        super().__init__(_("この請求は、今の状態ではこの操作ができません。画面を開き直してください。"))


@dataclass(frozen=True, kw_only=True)
class RequestEntry:
    """A request as it arrived. `days`: until the decision, by law or ordinance, 1 to 30."""

    uid: uuid.UUID
    received_on: date
    requester_name: str
    requester_address: str
    identity: str
    agent: str
    stands_as: str
    case_uids: tuple[uuid.UUID, ...]
    days: int
    corrected_days: int = 0
    asked_words: str = ""


@transaction.atomic
def enter(entry: RequestEntry, *, centre: Centre, by: Actor) -> CitizenRequest:
    """Put a request down. Idempotent by `entry.uid`.

    Raises ValueError for days that the law does not give; CitizenRequest.DoesNotExist where the uid is taken at
    another centre.
    """
    if CitizenRequest.objects.filter(uid=entry.uid).exists():
        return CitizenRequest.objects.visible_to(by).get(uid=entry.uid)
    decision_due(entry.received_on, days=entry.days, is_extended=False)
    row = CitizenRequest(
        uid=entry.uid, centre=centre, received_on=entry.received_on, days=entry.days,
        corrected_days=entry.corrected_days, identity=entry.identity, agent=entry.agent,
        stands_as=entry.stands_as, entered_by_id=by.pk,
    )  # fmt: skip
    key, sealer = keys.create(row.sealed_owner, centre_uid=centre.uid, cohort=keys.NO_YEAR)
    key.save(force_insert=True)
    for name in ("requester_name", "requester_address", "asked_words"):
        sealer.seal(row, name, getattr(entry, name))
    row.save(force_insert=True)
    uids = Case.objects.visible_to(by).filter(uid__in=entry.case_uids).values_list("uid", flat=True)
    RequestedCase.objects.bulk_create([RequestedCase(request=row, case_uid=uid) for uid in uids])
    steps.record("REQUEST_ENTERED", row.uid, centre=centre, by=by)
    return row


def due_of(row: CitizenRequest) -> date:
    """The last day for the decision."""
    return decision_due(
        row.received_on, days=row.days, is_extended=row.is_extended, corrected_days=row.corrected_days
    )


def _undecided(uid: uuid.UUID, by: Actor) -> CitizenRequest:
    """Locked, in the caller's transaction. Raises CitizenRequest.DoesNotExist, RequestNotReady."""
    rows = CitizenRequest.objects.visible_to(by).select_for_update(of=("self",))
    row = rows.select_related("centre").get(uid=uid)
    if row.is_decided:
        raise RequestNotReady
    return row


@transaction.atomic
def extend(uid: uuid.UUID, *, reason: str, by: Actor) -> CitizenRequest:
    """Take 30 days more (83条2項), once; the requester is told in writing. Raises RequestNotReady."""
    row = _undecided(uid, by)
    if row.is_extended:
        raise RequestNotReady
    row.is_extended = True
    keys.sealer(row.sealed_owner).seal(row, "extension_reason", reason)
    row.save(update_fields=["is_extended", "extension_reason"])
    steps.record("REQUEST_EXTENDED", row.uid, centre=row.centre, by=by)
    return row


@transaction.atomic
def confirm_identity(uid: uuid.UUID, identity: str, *, by: Actor) -> CitizenRequest:
    """Note how the identity was checked. Raises RequestNotReady."""
    row = _undecided(uid, by)
    row.identity = CitizenRequest.Identity(identity)
    row.save(update_fields=["identity"])
    steps.record("REQUEST_IDENTITY_CHECKED", row.uid, centre=row.centre, by=by)
    return row


def prepare(uid: uuid.UUID, *, by: Actor, looks: Looks) -> CitizenRequest:
    """Freeze what the cases hold now under the request's key, and propose what should stay black.

    `looks(case_uid)` tells in words who saw the case. Done anew it throws away the marks made so far. One entry per
    case in the log, purpose 苦情・開示請求. Raises RequestNotReady, BreakGlassNeeded, KeyMissing.
    """
    row = CitizenRequest.objects.visible_to(by).select_related("centre").get(uid=uid)
    if row.is_decided or row.identity == CitizenRequest.Identity.NOT_YET:
        raise RequestNotReady
    uids = list(row.requested.values_list("case_uid", flat=True))
    cases = list(Case.objects.visible_to(by).of_uids(uids).for_list().order_by("number"))
    reason = _("開示請求 %(uid)s") % {"uid": str(row.uid)[:8]}
    opened = [
        (case, reveal(case.uid, sorted(REVEALABLE), by=by, purpose=Purpose.REQUEST, reason=reason))
        for case in cases
    ]
    with transaction.atomic():
        row = _undecided(uid, by)
        row.parts.all().delete()
        position = 0
        for case, values in opened:
            for name, text in _parts(case, values, looks):
                _freeze(row, case, position, name, text, values)
                position += 1
        row.prepared_at = timezone.now()
        row.save(update_fields=["prepared_at"])
        steps.record("REQUEST_PREPARED", row.uid, centre=row.centre, by=by, count=position)
    return row


def _parts(case: Case, values: Mapping[str, str], looks: Looks) -> Iterator[tuple[str, str]]:
    """(name, text) of everything that is held, in the order of the page; what is not stored has no part."""
    yield request_marks.CODED, "\n".join(f"{label}: {text}" for label, text in coded_rows(case))
    persons = sorted(name for name in values if request_marks.is_of_person(name))
    several = [name for name in values if name.startswith(("follow_up.", "attachment."))]
    for name in (*persons, *_ORDER, *several):
        if values.get(name):
            yield name, values[name]
    if told := looks(case.uid):
        yield request_marks.LOOKS, told


def _freeze(
    row: CitizenRequest, case: Case, position: int, name: str, text: str, values: Mapping[str, str]
) -> None:
    part = RequestPart(request=row, case_uid=case.uid, position=position, name=name)
    keys.sealer(row.sealed_owner).seal(part, "text", text)
    part.save(force_insert=True)
    stands_as = CasePerson.Role(row.stands_as)
    known = request_marks.known_of(values, stands_as)
    RequestMark.objects.bulk_create(
        [
            RequestMark(part=part, start=one.start, end=one.end, article=one.article)
            for one in request_marks.proposals(name, text, known, stands_as)
        ]
    )


def texts_of(row: CitizenRequest, parts: list[RequestPart], *, by: Actor) -> list[str]:
    """The frozen texts, logged before they are opened. Raises SealBroken, KeyMissing."""
    if not parts:
        return []
    return office.opened(
        "REQUEST_OPENED", [(part, "text") for part in parts], by=by, centre=row.centre, about=row.uid
    )


def words_of(row: CitizenRequest, *, by: Actor) -> dict[str, str]:
    """The sealed words of the request itself."""
    rows = [(row, name) for name in SEALED]
    texts = office.opened("REQUEST_OPENED", rows, by=by, centre=row.centre, about=row.uid)
    return dict(zip(SEALED, texts, strict=True))


def _part(part_uid: uuid.UUID, by: Actor) -> RequestPart:
    rows = RequestPart.objects.select_related("request__centre")
    part = rows.get(uid=part_uid, request__centre_id__in=by.centre_ids)
    _undecided(part.request.uid, by)
    return part


@transaction.atomic
def decide_marks(part_uid: uuid.UUID, answers: Mapping[uuid.UUID, str], *, by: Actor) -> RequestPart:
    """Each mark of a part becomes black under an article, or open (""). Marks that are not named stay as they are.

    Raises RequestPart.DoesNotExist, RequestNotReady; ValueError for what is no article.
    """
    part = _part(part_uid, by)
    for mark in part.marks.select_for_update().filter(uid__in=list(answers)):
        article = answers[mark.uid]
        mark.state = RequestMark.State.BLACK if article else RequestMark.State.OPEN
        mark.article = Article(article) if article else mark.article
        mark.decided_by_id = by.pk
        mark.save(update_fields=["state", "article", "decided_by"])
    steps.record("REQUEST_MARKED", part.request.uid, centre=part.request.centre, by=by, count=len(answers))
    return part


def add_marks(part_uid: uuid.UUID, words: str, article: str, *, by: Actor) -> int:
    """Black out the words wherever they stand in the part; how many places. The words are not kept.

    Raises RequestRefused where they do not stand there, RequestNotReady, ValueError.
    """
    rows = RequestPart.objects.select_related("request__centre")
    part = rows.get(uid=part_uid, request__centre_id__in=by.centre_ids)
    text = texts_of(part.request, [part], by=by)[0]
    found = request_marks.occurrences(text, words, Article(article))
    if not found:
        raise RequestRefused(_("この言葉は、この部分にはありません。書かれているとおりに入れてください。"))
    with transaction.atomic():
        part = _part(part_uid, by)
        for one in found:
            RequestMark.objects.update_or_create(
                part=part, start=one.start, end=one.end,
                defaults={"article": one.article, "state": RequestMark.State.BLACK, "decided_by_id": by.pk},
            )  # fmt: skip
        steps.record("REQUEST_MARKED", part.request.uid, centre=part.request.centre, by=by, count=len(found))
    return len(found)


def _marks(row: CitizenRequest) -> "QuerySet[RequestMark]":
    return RequestMark.objects.filter(part__request=row)


def black_ranges(row: CitizenRequest) -> dict[int, list[Range]]:
    """What stays black, by the key of the part."""
    found: dict[int, list[Range]] = {}
    for mark in _marks(row).filter(state=RequestMark.State.BLACK):
        found.setdefault(mark.part_id, []).append(Range(mark.start, mark.end, mark.article))
    return found


def open_proposals(row: CitizenRequest) -> int:
    """How many proposals nobody has decided yet."""
    return _marks(row).filter(state=RequestMark.State.PROPOSED).count()


@transaction.atomic
def propose(uid: uuid.UUID, outcome: str, *, reason: str, by: Actor) -> CitizenRequest:
    """The first person's decision; it waits for the second. Raises RequestNotReady, RequestRefused."""
    row = _undecided(uid, by)
    _check(row, Outcome(outcome), reason)
    row.outcome, row.proposed_by_id = outcome, by.pk
    keys.sealer(row.sealed_owner).seal(row, "decision_reason", reason)
    row.save()
    steps.record("REQUEST_PROPOSED", row.uid, centre=row.centre, by=by)
    return row


def _check(row: CitizenRequest, outcome: Outcome, reason: str) -> None:
    """Raises RequestRefused where the outcome does not fit the marks."""
    if row.identity == CitizenRequest.Identity.NOT_YET:
        raise RequestRefused(_("先に本人確認を済ませてください。"))
    if outcome != Outcome.WHOLE and not reason.strip():
        raise RequestRefused(_("開示しない部分がある理由を書いてください。"))
    if outcome not in SHOWN:
        return
    if row.prepared_at is None:
        raise RequestRefused(_("先に開示する内容を準備してください。"))
    if waiting := open_proposals(row):
        raise RequestRefused(_("まだ確かめていない黒塗りの候補が%(n)d件あります。") % {"n": waiting})
    has_black = _marks(row).filter(state=RequestMark.State.BLACK).exists()
    if has_black != (outcome == Outcome.PART):
        raise RequestRefused(
            _("黒塗りがあるときは一部開示、ないときは全部開示です。決定を選び直してください。")
        )


@transaction.atomic
def confirm(uid: uuid.UUID, *, by: Actor, able: Collection[int] | None = None) -> CitizenRequest:
    """The second person's word; `able` as for `oversight.is_alone`.

    Raises RequestNotReady, RequestRefused, SecondPersonNeeded.
    """
    row = _undecided(uid, by)
    if not row.outcome:
        raise RequestNotReady
    _check(row, Outcome(row.outcome), "-")  # marks may have changed since the proposal
    oversight.by_second_person(
        LaterReview.Kind.DISCLOSURE, row.uid, first_pk=row.proposed_by_id, centre=row.centre, by=by, able=able
    )
    row.decided_at, row.decided_by_id = timezone.now(), by.pk
    row.save(update_fields=["decided_at", "decided_by"])
    steps.record("REQUEST_DECIDED", row.uid, centre=row.centre, by=by)
    return row


@transaction.atomic
def sent(uid: uuid.UUID, *, on: date, by: Actor) -> CitizenRequest:
    """Note that the decision went out. Raises RequestNotReady."""
    rows = CitizenRequest.objects.visible_to(by).select_for_update(of=("self",))
    row = rows.select_related("centre").get(uid=uid)
    if not row.is_decided or row.sent_on is not None:
        raise RequestNotReady
    row.sent_on = on
    row.save(update_fields=["sent_on"])
    steps.record("REQUEST_SENT", row.uid, centre=row.centre, by=by)
    return row


def _forget_case(case_uid: uuid.UUID) -> None:
    """The frozen copy and the papers that hold the case go with it; the line and the decision stay."""
    for row in RequestedCase.objects.filter(case_uid=case_uid).select_related("request"):
        row.request.parts.filter(case_uid=case_uid).delete()
        papers.destroy(row.request.uid)


def _owners_with(case_uid: uuid.UUID) -> list[Owner]:
    """What an old backup needs to read the frozen parts and the papers that hold the case."""
    asked = [row.request for row in RequestedCase.objects.filter(case_uid=case_uid).select_related("request")]
    return [owner for one in asked for owner in (one.sealed_owner, *papers.owners_of(one.uid))]


def register() -> None:
    erasing.register("requests", _forget_case, owners=_owners_with)
