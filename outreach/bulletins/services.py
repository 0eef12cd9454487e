"""From a draft to an issued 見守り通信. Nobody approves what they wrote, unless there is nobody else at the centre.

Each verb is one transaction with its entry in the log.
"""

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import ClassVar, Final

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.errors import CasesError
from cases.jobs import queue
from cases.law import calendar
from cases.protection import audit
from cases.protection.redaction import KINDS
from cases.records import codes
from cases.records.case import new_uid
from cases.records.centre import Centre
from cases.records.codes import Kind
from cases.records.later_review import LaterReview
from cases.records.sent import check_unchanged, sent_before
from cases.services import oversight, releases
from cases.services.entry import EntryRefused
from cases.services.releases import LedgerGrew
from consult.shell import roles
from consult.shell.accounts import Account
from consult.shell.second_person import able
from outreach.bulletins import counts, examples, variants
from outreach.bulletins.models import Bulletin, BulletinStep, BulletinVariant
from outreach.planning.links import acted
from outreach.words import Masking, pieces

PDF_JOB: Final = "outreach.bulletin_pdf"
TITLE_LENGTH: Final = 40
EXAMPLE_LENGTH: Final = 300
LINE_LENGTH: Final = 60
EXAMPLE_FIELDS: Final = ("example", "example_2", "example_3")
ADVICE_LINES: Final = (3, 4)
SIGN_LINES: Final = (1, 6)

Step = BulletinStep.Kind
State = Bulletin.State


class BulletinNotInState(CasesError):
    """The bulletin is elsewhere on its way: somebody sent, approved or issued it meanwhile."""

    code: ClassVar[str] = "bulletin_not_in_state"
    status: ClassVar[int] = 409

    def __init__(self, bulletin: Bulletin) -> None:
        super().__init__(
            _("この通信は「%(state)s」のため、その操作はできません。")
            % {"state": bulletin.get_state_display()}
        )


class OwnBulletin(CasesError):
    """Whoever wrote a bulletin asked to approve it."""

    code: ClassVar[str] = "own_bulletin"
    status: ClassVar[int] = 403

    def __init__(self) -> None:
        super().__init__(_("自分で書いた通信は承認できません。承認の権限がある別の人に依頼してください。"))


class SuggestionsNotSeen(CasesError):
    """Something in the text might be personal, and the author has not said that it is not."""

    code: ClassVar[str] = "suggestions_not_seen"
    status: ClassVar[int] = 422

    def __init__(self) -> None:
        super().__init__(
            _("直すか、個人情報でも相談の件数でもないことを確かめて、ここに印を付けてください。")
        )


@dataclass(frozen=True, kw_only=True)
class BulletinText:
    """What the author types; `sources`: uids of the report examples that they had beside them."""

    title: str
    theme: str = ""
    example: str = ""
    advice: Sequence[str] = ()
    signs: Sequence[str] = ()
    more_examples: Sequence[str] = ()
    sources: Sequence[str] = ()
    period: str = Bulletin.Period.NONE
    audience: str = Bulletin.Audience.MEMBERS


@dataclass(frozen=True)
class Saved:
    """The row, and the kinds of personal data (氏名 …) that were masked in what was typed."""

    bulletin: Bulletin
    masked: list[str] = field(default_factory=list)


@transaction.atomic
def start(
    text: BulletinText,
    *,
    centre: Centre,
    by: Account,
    wave: uuid.UUID | None = None,
    proposal: object = None,
    uid: uuid.UUID | None = None,
) -> Saved:
    """A new draft; `wave`: the surge of the centre that it answers, `proposal`: the planner's that it began from.

    Idempotent by `uid`. Raises EntryRefused, SentElsewhere.
    """
    if known := sent_before(uid, Bulletin.objects.visible_to(by), centre):
        return Saved(known)
    _check(text)
    bulletin = Bulletin(uid=uid or new_uid(), centre=centre, author=by, wave=wave)
    masked = _fill(bulletin, text, by)
    bulletin.save(force_insert=True)
    bulletin.writers.add(by)
    _step(bulletin, Step.STARTED, by)
    acted(proposal=proposal, kind="BULLETIN", target=bulletin.uid, by=by)
    return Saved(bulletin, masked)


@transaction.atomic
def revise(uid: uuid.UUID, text: BulletinText, *, by: Account, seen: str = "") -> Saved:
    """Replace the text of a draft or a returned bulletin.

    Raises Bulletin.DoesNotExist, BulletinNotInState, SavedMeanwhile, EntryRefused.
    """
    bulletin = _locked(uid, by, *Bulletin.EDITABLE)
    check_unchanged(seen, bulletin.changed_at)
    _check(text)
    masked = _fill(bulletin, text, by)
    bulletin.save()
    bulletin.writers.add(by)
    audit.record("BULLETIN_REVISED", by=by, centre=bulletin.centre)
    return Saved(bulletin, masked)


@transaction.atomic
def submit(uid: uuid.UUID, *, by: Account, suggestions_seen: bool = False) -> Bulletin:
    """Ask for approval, and have the number judged that it is to print.

    Raises Bulletin.DoesNotExist, BulletinNotInState, EntryRefused, SuggestionsNotSeen.
    """
    bulletin = _locked(uid, by, *Bulletin.EDITABLE)
    _check_whole(bulletin, suggestions_seen=suggestions_seen)
    counts.propose(bulletin, by=by)
    return _to(bulletin, State.IN_REVIEW, Step.SUBMITTED, by)


def _check_whole(bulletin: Bulletin, *, suggestions_seen: bool) -> None:
    """Nothing is missing, personal or a count of cases. Raises EntryRefused, SuggestionsNotSeen."""
    if faults := dict(wanting(bulletin)):
        raise EntryRefused(faults)
    if suggestions(bulletin) and not suggestions_seen:
        raise SuggestionsNotSeen


@transaction.atomic
def send_back(uid: uuid.UUID, *, comment: str, by: Account) -> Bulletin:
    """Return it to its author with a comment. Raises Bulletin.DoesNotExist, BulletinNotInState, EntryRefused."""
    bulletin = _locked(uid, by, State.IN_REVIEW)
    if not comment.strip():
        raise EntryRefused({"comment": _("差し戻す理由を入力してください。")})
    masked = Masking(bulletin.centre).text(comment.strip()[:400])
    counts.withdraw(bulletin, by=by)
    return _to(bulletin, State.RETURNED, Step.RETURNED, by, comment=masked)


def approve(uid: uuid.UUID, *, by: Account) -> Bulletin:
    """Approve it, and release the number that it prints, as the gate judged it.

    Whoever works alone at the centre approves their own too; that is listed for somebody to look at later.
    Raises Bulletin.DoesNotExist, BulletinNotInState, OwnBulletin, NumberNotJudged, LedgerGrew.
    """
    try:
        return _approved(uid, by=by)
    except LedgerGrew:
        counts.judge_again(uid, by=by)
        raise


@transaction.atomic
def _approved(uid: uuid.UUID, *, by: Account) -> Bulletin:
    bulletin = _locked(uid, by, State.IN_REVIEW)
    bulletin.approved_alone = _is_done_alone(bulletin, by)
    bulletin.approver = by
    counts.settle(bulletin, by=by)
    _approve_variants(bulletin, by)
    return _to(bulletin, State.APPROVED, Step.APPROVED, by)


def _approve_variants(bulletin: Bulletin, by: Account) -> None:
    """What stands beside the bulletin is approved with it, but for what the approver wrote without being alone."""
    for variant in variants.kept(bulletin).values():
        if variant.changed_by_id != by.pk or bulletin.approved_alone:
            variants.approve(variant, by=by)


@transaction.atomic
def approve_variant(uid: uuid.UUID, kind: str, *, by: Account) -> Bulletin:
    """Approve what was worked over after the bulletin's approval, by somebody who did not write it, or alone.

    Raises Bulletin.DoesNotExist, BulletinVariant.DoesNotExist, BulletinNotInState, OwnBulletin.
    """
    bulletin = _locked(uid, by, State.APPROVED, State.ISSUED)
    if bulletin.approver_id is None:  # out in a hurry: its own approval comes first
        raise BulletinNotInState(bulletin)
    variant = BulletinVariant.objects.select_related("bulletin__centre").get(bulletin=bulletin, kind=kind)
    _is_done_alone(bulletin, by, wrote=variant.changed_by_id == by.pk)
    variants.approve(variant, by=by)
    BulletinStep.objects.create(
        bulletin=bulletin, kind=Step.VARIANT, by=by, comment=variant.get_kind_display()
    )
    return bulletin


def _is_done_alone(bulletin: Bulletin, by: Account, *, wrote: bool | None = None) -> bool:
    """Whether a writer approves, being the only one at the centre; then it is listed. Raises OwnBulletin."""
    if wrote is None:
        wrote = bulletin.writers.filter(pk=by.pk).exists()
    try:
        listed = oversight.by_second_person(
            LaterReview.Kind.BULLETIN,
            bulletin.uid,
            first_pk=by.pk if wrote else None,
            centre=bulletin.centre,
            by=by,
            able=able(by, roles.APPROVE_BULLETINS),
        )
    except oversight.SecondPersonNeeded:
        raise OwnBulletin from None
    return listed is not None


@transaction.atomic
def issue(uid: uuid.UUID, *, by: Account) -> Bulletin:
    """Give it the next number of the 年度 and have its PDF made.

    Raises Bulletin.DoesNotExist, BulletinNotInState.
    """
    bulletin = _locked(uid, by, State.APPROVED)
    _number(bulletin, by)
    return _to(bulletin, State.ISSUED, Step.ISSUED, by)


def _number(bulletin: Bulletin, by: Account) -> None:
    """The next number of the 年度 from now on, and the job of its PDF."""
    # The centre's row is the lock on its numbers.
    centre = Centre.objects.select_for_update(no_key=True).get(pk=bulletin.centre_id)
    now = timezone.now()
    bulletin.fiscal_year = calendar.fiscal_year(calendar.local_date(now))
    same_year = Bulletin.objects.filter(centre=centre, fiscal_year=bulletin.fiscal_year)
    bulletin.number = (same_year.aggregate(Max("number"))["number__max"] or 0) + 1
    bulletin.issued_at = now
    bulletin.job = queue.start(PDF_JOB, {"bulletin": str(bulletin.uid)}, by=by, centre=centre)


@transaction.atomic
def issue_at_once(uid: uuid.UUID, *, reason: str, by: Account, suggestions_seen: bool = False) -> Bulletin:
    """Issue a warning that cannot wait for its approval: nothing personal and no count in it, and the reason on record.

    It waits for `approve_afterwards`. Raises Bulletin.DoesNotExist, BulletinNotInState, EntryRefused,
    SuggestionsNotSeen.
    """
    bulletin = _locked(uid, by, *Bulletin.EDITABLE)
    why = audit.typed(reason)
    if faults := dict(_too_much_for_a_hurry(bulletin, why)):
        raise EntryRefused(faults)
    _check_whole(bulletin, suggestions_seen=suggestions_seen)
    bulletin.is_urgent, bulletin.urgent_reason = True, why
    counts.warn(bulletin, is_urgent=True, by=by)
    _number(bulletin, by)
    return _to(bulletin, State.ISSUED, Step.URGENT, by, comment=why, said=bulletin.said_of_hurry)


def _too_much_for_a_hurry(bulletin: Bulletin, why: str) -> Iterator[tuple[str, str]]:
    """A count needs its approval first: it is judged against everything that was published before."""
    if not why:
        yield "reason", _("急ぐ理由を入力してください。")
    if bulletin.period != Bulletin.Period.NONE:
        yield "period", _("承認の前に発行する通信には、件数を載せられません。")
    for name, text in _by_field(bulletin):
        if counts.cases_typed_in(text):
            yield name, _("承認の前に発行する通信には、件数を書けません。")


@transaction.atomic
def approve_afterwards(uid: uuid.UUID, *, by: Account) -> Bulletin:
    """Approve what was issued in a hurry, by somebody who did not write it, or alone as in `approve`.

    Raises Bulletin.DoesNotExist, BulletinNotInState, OwnBulletin.
    """
    bulletin = _waiting_afterwards(uid, by)
    bulletin.approved_alone = _is_done_alone(bulletin, by)
    bulletin.approver = by
    _approve_variants(bulletin, by)
    if bulletin.release is not None:
        bulletin.release = releases.approve_late(bulletin.release.uid, by=by, is_checked=True)
    return _to(bulletin, State.ISSUED, Step.AFTERWARDS, by, said=str(bulletin.uid))


@transaction.atomic
def object_afterwards(uid: uuid.UUID, *, comment: str, by: Account) -> Bulletin:
    """Say that it should not have gone out so; it stays issued and on record, and a correction is a new bulletin.

    Raises Bulletin.DoesNotExist, BulletinNotInState, EntryRefused.
    """
    bulletin = _waiting_afterwards(uid, by)
    if not comment.strip():
        raise EntryRefused({"comment": _("承認しない理由を入力してください。")})
    masked = Masking(bulletin.centre).text(comment.strip()[:400])
    return _to(bulletin, State.ISSUED, Step.OBJECTED, by, comment=masked, said=str(bulletin.uid))


def _waiting_afterwards(uid: uuid.UUID, by: Account) -> Bulletin:
    bulletin = _locked(uid, by, State.ISSUED)
    if not Bulletin.objects.waiting_afterwards().filter(pk=bulletin.pk).exists():
        raise BulletinNotInState(bulletin)
    return bulletin


@transaction.atomic
def make_pdf_again(uid: uuid.UUID, *, by: Account) -> Bulletin:
    """Queue the PDF of an issued bulletin anew. Raises Bulletin.DoesNotExist, BulletinNotInState."""
    bulletin = _locked(uid, by, State.ISSUED)
    if hasattr(bulletin, "paper") or (bulletin.job and not bulletin.job.is_finished):
        raise BulletinNotInState(bulletin)
    bulletin.job = queue.start(PDF_JOB, {"bulletin": str(bulletin.uid)}, by=by, centre=bulletin.centre)
    bulletin.save(update_fields=["job"])
    return bulletin


def suggestions(bulletin: Bulletin) -> list[tuple[str, list[str]]]:
    """(label of the field, what might be personal or a count in it), for the author to decide; masks count no more."""
    texts = [
        (_("題"), bulletin.title),
        *((_("事例"), example) for example in bulletin.examples),
        *((_("ひとこと助言"), line) for line in bulletin.advice),
        *((_("気づきのポイント"), line) for line in bulletin.signs),
    ]
    found = [
        (
            label,
            [
                *(piece.text for piece in pieces(text, bulletin.centre) if piece.kind),
                *counts.numbers_typed_in(text),
            ],
        )
        for label, text in texts
    ]
    return [(label, words) for label, words in found if words]


def _locked(uid: uuid.UUID, by: Account, *states: str) -> Bulletin:
    found = Bulletin.objects.visible_to(by).select_related("centre").select_for_update(of=("self",))
    bulletin = found.get(uid=uid)
    if bulletin.state not in states:
        raise BulletinNotInState(bulletin)
    return bulletin


def _to(
    bulletin: Bulletin, state: State, step: Step, by: Account, *, comment: str = "", said: str = ""
) -> Bulletin:
    bulletin.state = state
    bulletin.save()
    _step(bulletin, step, by, comment, said)
    return bulletin


def _step(bulletin: Bulletin, kind: Step, by: Account, comment: str = "", said: str = "") -> None:
    """`said`: what the entry of the log says of it, where a page asks the log whether it was so."""
    BulletinStep.objects.create(bulletin=bulletin, kind=kind, by=by, comment=comment)
    audit.record(f"BULLETIN_{kind.value}", by=by, centre=bulletin.centre, reason=said)


def _fill(bulletin: Bulletin, text: BulletinText, by: Account) -> list[str]:
    masking = Masking(bulletin.centre)
    bulletin.title = masking.text(text.title.strip())
    bulletin.example, *bulletin.more_examples = masking.lines(_examples(text) or [""])
    bulletin.sources = examples.known(text.sources, by) if text.sources else []
    bulletin.advice = masking.lines(_clean(text.advice))
    bulletin.signs = masking.lines(_clean(text.signs))
    bulletin.theme, bulletin.period, bulletin.audience = text.theme, text.period, text.audience
    return masking.masked


def _examples(text: BulletinText) -> list[str]:
    """What was typed of each, the empty ones left out: the first that is there is the first of the paper."""
    return _clean([text.example, *text.more_examples])


def _by_field(bulletin: Bulletin) -> Iterator[tuple[str, str]]:
    """(field of the editor, its text)."""
    yield "title", bulletin.title
    yield from zip(EXAMPLE_FIELDS, bulletin.examples, strict=False)
    yield "advice", "\n".join(bulletin.advice)
    yield "signs", "\n".join(bulletin.signs)


def _clean(lines: Sequence[str]) -> list[str]:
    return [line.strip() for line in lines if line.strip()]


def _check(text: BulletinText) -> None:
    if faults := dict(_faults(text)):
        raise EntryRefused(faults)


def _faults(text: BulletinText) -> Iterator[tuple[str, str]]:
    typed = list(zip(EXAMPLE_FIELDS, [text.example, *text.more_examples], strict=False))
    if not text.title.strip():
        yield "title", _("入力してください。")
    for name, value, longest in (
        ("title", text.title, TITLE_LENGTH),
        *((name, example, EXAMPLE_LENGTH) for name, example in typed),
    ):
        if len(value) > longest:
            yield name, _("%(most)s文字以内で入力してください。") % {"most": longest}
    for name, lines, most in (
        ("advice", _clean(text.advice), ADVICE_LINES[1]),
        ("signs", _clean(text.signs), SIGN_LINES[1]),
    ):
        if len(lines) > most:
            yield name, _("%(most)d行までにしてください。") % {"most": most}
        elif any(len(line) > LINE_LENGTH for line in lines):
            yield name, _("1行は%(most)d文字以内にしてください。") % {"most": LINE_LENGTH}
    yield from _faults_of_choices(text)


def _faults_of_choices(text: BulletinText) -> Iterator[tuple[str, str]]:
    if text.theme and text.theme not in codes.codes(Kind.SCAM_TYPE).by_code:
        yield "theme", _("選び直してください。")
    if text.audience not in Bulletin.Audience.values:
        yield "audience", _("選び直してください。")
    if text.period not in Bulletin.Period.values:
        yield "period", _("選び直してください。")
    elif text.period != Bulletin.Period.NONE and not text.theme:
        yield "theme", _("件数を載せるには、手口を選んでください。")


def wanting(bulletin: Bulletin) -> Iterator[tuple[str, str]]:
    """What a draft may lack and a bulletin may not; and masks, which a printed page must not show."""
    for name, text in _by_field(bulletin):
        if any(f"〔{kind}〕" in text for kind in KINDS):
            yield name, _("〔氏名〕などの伏せ字が残っています。個人が分からない言い方に書き換えてください。")
        elif found := counts.cases_typed_in(text):
            yield (
                name,
                _("「%(found)s」は書けません。件数は、下の「件数」で選ぶと、判定を受けて載ります。")
                % {"found": found},
            )
    if not bulletin.example:
        yield "example", _("事例を入力してください。")
    elif examples.closeness(bulletin) >= examples.COPIED:
        yield "example", _("事例が、もとの文のままです。自分の言葉で書き直してください。")
    for name, lines, least in (
        ("advice", bulletin.advice, ADVICE_LINES[0]),
        ("signs", bulletin.signs, SIGN_LINES[0]),
    ):
        if len(lines) < least:
            yield name, _("%(least)d行以上入力してください。") % {"least": least}
