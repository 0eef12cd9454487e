"""Confirming masks: a person sees the words with what is proposed to be masked, and says what may leave the centre.

Part of the second door (`redacted`): it shows words of a case to somebody who may see them, after an entry in the log.
A confirmed text holds for the words, persons and lists of its moment; when any of them changes what would be proposed,
it is void, and the case is unconfirmed again.
"""

import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, Final

from django.db import transaction
from django.utils.translation import gettext as _

from cases.errors import CasesError
from cases.protection import audit, keys, masking, match
from cases.protection.models import ConfirmedText, MaskingWord
from cases.protection.purpose import BreakGlassNeeded
from cases.protection.redaction import (
    KINDS,
    Party,
    Span,
    known_spans,
    merged,
    places_of,
    redact,
    replaced,
)
from cases.protection.reveal import Rule, rule_at_door, rule_for
from cases.protection.sealed import HoldsSealed, Sealer, label_of
from cases.records.case import Case
from cases.records.centre import Actor
from cases.records.follow_up import FollowUp

_WORDS: Final = ("narrative", "advice")
MOST_SPANS: Final = 2_000


class WordsChanged(CasesError):
    """The words, persons or lists changed after the page was opened: what was confirmed is not what there is."""

    code: ClassVar[str] = "words_changed"
    status: ClassVar[int] = 409

    def __init__(self) -> None:
        super().__init__(_("開いた後に内容か伏せ字が変わりました。もう一度確かめてください。"))


@dataclass(frozen=True)
class Proposal:
    """One text of a case, what is proposed to be masked in it, and what of that is certain. Never logged.

    `key` names the text for the answer: narrative, advice or the uid of a 経過. `digest` (hex) stands for words and
    proposal. `fixed` are spans of the persons of the case and of linked cases, which nobody unmasks.
    """

    key: str
    text: str
    spans: tuple[Span, ...]
    fixed: tuple[Span, ...]
    digest: str
    is_confirmed: bool

    def __repr__(self) -> str:
        return f"<Proposal: {self.key}>"


@dataclass(frozen=True)
class _Source:
    """Where a text of a case lies."""

    key: str
    row: HoldsSealed
    field: str

    @property
    def label(self) -> str:
        return label_of(self.row, self.field)


def sources(case: Case) -> Iterator[_Source]:
    """The texts of a case in reading order; those without words too."""
    for field in _WORDS:
        yield _Source(field, case, field)
    for row in FollowUp.objects.filter(case=case, withdrawn_at=None).select_related("case"):
        yield _Source(str(row.uid), row, "text")


def proposals(case_uid: uuid.UUID, *, by: Actor) -> list[Proposal]:
    """The words of a case as spoken, with their masks; the entry in the log is committed before.

    Raises Case.DoesNotExist, BreakGlassNeeded (somebody else's case under 支援措置), KeyMissing, SealBroken.
    """
    case = Case.objects.visible_to(by).select_related("centre").get(uid=case_uid)
    if rule_at_door(case, by) is Rule.GUARDED:
        raise BreakGlassNeeded
    audit.committed(
        audit.entry("MASKS_OPENED", by=by, case=case, fields=["narrative", "advice", "follow_ups"])
    )
    sealer = keys.sealer(case.sealed_owner, centre_uid=case.centre.uid)
    return list(_proposals(case, sealer))


def _proposals(case: Case, sealer: Sealer) -> Iterator[Proposal]:
    parties = match.everybody(case)
    allow, deny = match.words_of(case, sealer)
    confirmed = _confirmed(case)
    for source in sources(case):
        text = sealer.open(source.row, source.field)
        if not text:
            continue
        spans, digest = _proposed(text, parties, allow, deny)
        row = confirmed.get((source.row.uid, source.label))
        yield Proposal(
            key=source.key,
            text=text,
            spans=spans,
            fixed=known_spans(text, parties, allow=allow),
            digest=digest.hex(),
            is_confirmed=row is not None and bytes(row.digest) == digest,
        )


def _proposed(
    text: str, parties: Sequence[Party], allow: Sequence[str], deny: Sequence[str]
) -> tuple[tuple[Span, ...], bytes]:
    redaction = redact(text, parties, allow=allow, deny=deny)
    spans = ";".join(f"{span.start},{span.end},{span.kind}" for span in redaction.spans)
    return redaction.spans, keys.keyed_digest(
        "confirmed/v1", f"{spans}\n{text}".encode("utf-8", "surrogatepass")
    )


def _confirmed(case: Case) -> dict[tuple[uuid.UUID, str], ConfirmedText]:
    return {
        (row.source_uid, row.label): row
        for row in ConfirmedText.objects.filter(case=case).select_related("case")
    }


def still_valid(case: Case, sealer: Sealer) -> dict[str, str]:
    """The confirmed texts of a case that hold, by key; texts whose words or masks changed meanwhile are left out."""
    rows = _confirmed(case)
    if not rows:
        return {}
    return {
        proposal.key: sealer.open(rows[source_uid, label], "text")
        for proposal, source_uid, label in _with_places(case, sealer)
        if proposal.is_confirmed
    }


def _with_places(case: Case, sealer: Sealer) -> Iterator[tuple[Proposal, uuid.UUID, str]]:
    by_key = {source.key: source for source in sources(case)}
    for proposal in _proposals(case, sealer):
        source = by_key[proposal.key]
        yield proposal, source.row.uid, source.label


@dataclass(frozen=True)
class Choice:
    """What a person decided of one text: the digest of the page they saw, and what they want masked."""

    digest: str
    spans: tuple[Span, ...]


def confirm(
    case_uid: uuid.UUID,
    choices: Mapping[str, Choice],
    *,
    by: Actor,
    suggest_denied: bool = False,
) -> int:
    """Seal each text with exactly these masks (the fixed ones stay on whatever was chosen); how many were sealed.

    What was unmasked is suggested for the list of words never masked; what was masked beside the proposal for the
    other list where `suggest_denied`. Raises Case.DoesNotExist, BreakGlassNeeded, WordsChanged.
    """
    with transaction.atomic():
        case = (
            Case.objects.visible_to(by)
            .select_for_update(of=("self",))
            .select_related("centre")
            .get(uid=case_uid)
        )
        if rule_for(case, by) is Rule.GUARDED:
            raise BreakGlassNeeded
        sealer = keys.sealer(case.sealed_owner)
        sealed = 0
        for proposal, source_uid, label in _with_places(case, sealer):
            choice = choices.get(proposal.key)
            if choice is None:
                continue
            if choice.digest != proposal.digest:
                raise WordsChanged
            _seal(case, sealer, proposal, choice, (source_uid, label), by)
            _suggest(case, proposal, choice, by, denied=suggest_denied)
            sealed += 1
        if sealed < len(choices):
            raise WordsChanged
        audit.record("MASKS_CONFIRMED", by=by, case=case, count=sealed)
    return sealed


def _seal(
    case: Case, sealer: Sealer, proposal: Proposal, choice: Choice, place: tuple[uuid.UUID, str], by: Actor
) -> None:
    length = len(proposal.text)
    if any(not 0 <= span.start < span.end <= length or span.kind not in KINDS for span in choice.spans):
        raise WordsChanged
    masks = merged([*proposal.fixed, *choice.spans])
    source_uid, label = place
    row = ConfirmedText.objects.filter(source_uid=source_uid, label=label).first() or ConfirmedText(
        case=case, source_uid=source_uid, label=label
    )
    row.digest, row.confirmed_by_id = bytes.fromhex(proposal.digest), by.pk
    sealer.seal(row, "text", replaced(proposal.text, masks))
    row.save()


def _suggest(case: Case, proposal: Proposal, choice: Choice, by: Actor, *, denied: bool) -> None:
    chosen, proposed = set(_cells(choice.spans)), set(_cells(proposal.spans))
    for span in proposal.spans:
        if not chosen & set(_cells([span])):
            word = proposal.text[span.start : span.end]
            masking.suggest(word, MaskingWord.Kind.ALLOW, centre=case.centre, by=by)
    for span in choice.spans if denied else ():
        if not proposed & set(_cells([span])):
            word = proposal.text[span.start : span.end]
            masking.suggest(word, MaskingWord.Kind.DENY, centre=case.centre, by=by)


def _cells(spans: Sequence[Span]) -> Iterator[int]:
    return (at for span in spans for at in range(span.start, span.end))


def with_word(proposal: Proposal, word: str) -> tuple[Span, ...]:
    """Where a word that somebody wants masked besides stands in a text."""
    return places_of(proposal.text, word)
