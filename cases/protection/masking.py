"""A centre's own lists: words that it always masks, words that it never masks, and what edits suggest for them.

Held open in memory of each process: a save looks at the number of rows and the newest one, and opens the lists anew
where either has changed.
"""

import threading
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Final

from django.db import transaction
from django.utils.translation import gettext as _

from cases.errors import CasesError
from cases.protection import audit, keys
from cases.protection.models import MaskingWord
from cases.records.centre import Actor, Centre

LONGEST: Final = 60
MOST: Final = 500
_SHORTEST: Final = 2


class WordRefused(CasesError):
    """Too short to be masked wherever it stands, too long for a word, or one word too many."""

    code: ClassVar[str] = "word_refused"
    status: ClassVar[int] = 422

    def __init__(self) -> None:
        super().__init__(
            _("%(shortest)s〜%(longest)s文字の言葉を入れてください。リストに置けるのは%(most)s語までです。")
            % {"shortest": _SHORTEST, "longest": LONGEST, "most": MOST}
        )


@dataclass(frozen=True)
class Lists:
    """The words in force at a centre. They may be names: never logged."""

    allow: tuple[str, ...] = ()
    deny: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return "<Lists>"


@dataclass(frozen=True)
class Word:
    """One row of the lists, opened."""

    uid: uuid.UUID
    kind: str
    text: str
    is_suggested: bool

    def __repr__(self) -> str:
        return "<Word>"


_NOTHING: Final = Lists()
_held: dict[int, tuple[tuple[int, ...], Lists]] = {}
_lock = threading.Lock()


def lists_of(centre: Centre) -> Lists:
    """The lists in force. One small query where nothing has changed since this process last looked."""
    in_force = MaskingWord.objects.filter(centre=centre, is_suggested=False)
    state = tuple(in_force.order_by("pk").values_list("pk", flat=True))
    if not state:
        return _NOTHING
    known = _held.get(centre.pk)
    if known is not None and known[0] == state:
        return known[1]
    opened = _opened(list(in_force))
    by_kind = {
        kind: tuple(word.text for word in opened if word.kind == kind) for kind in MaskingWord.Kind.values
    }
    lists = Lists(allow=by_kind[MaskingWord.Kind.ALLOW], deny=by_kind[MaskingWord.Kind.DENY])
    with _lock:
        _held[centre.pk] = (state, lists)
    return lists


def forget() -> None:
    """Drop the lists held in memory (tests, key changes)."""
    with _lock:
        _held.clear()


def _opened(rows: Sequence[MaskingWord]) -> list[Word]:
    """The rows whose key is there; each word goes with the year of its key."""
    centres = {row.centre_id for row in rows}
    sealers = keys.sealers(MaskingWord.OWNER_KIND, [row.uid for row in rows], at=centres)
    return [
        Word(row.uid, row.kind, sealers[row.uid].open(row, "word"), row.is_suggested)
        for row in rows
        if row.uid in sealers
    ]


def words(*, by: Actor, centre: Centre) -> list[Word]:
    """Every word and suggestion of the centre, newest first; the entry in the log is committed before."""
    audit.committed(audit.entry("MASKING_LISTS_VIEWED", by=by, centre=centre))
    return _opened(list(MaskingWord.objects.filter(centre=centre)))


@transaction.atomic
def add(text: str, kind: str, *, centre: Centre, by: Actor) -> None:
    """Put a word on a list; one that stands there stays, one of the other list moves. Raises WordRefused."""
    if _place(text, kind, centre, by, is_suggested=False):
        audit.record("MASKING_LISTS_CHANGED", by=by, centre=centre)


@transaction.atomic
def suggest(text: str, kind: str, *, centre: Centre, by: Actor) -> None:
    """Propose a word that somebody masked or unmasked by hand. What is on a list, or unfit for one, changes nothing."""
    try:
        _place(text, kind, centre, by, is_suggested=True)
    except WordRefused:
        return


def _place(text: str, kind: str, centre: Centre, by: Actor, *, is_suggested: bool) -> bool:
    plain = " ".join(text.split())
    rows = list(MaskingWord.objects.select_for_update().filter(centre=centre))
    if not _SHORTEST <= len(plain) <= LONGEST or len(rows) >= MOST:
        raise WordRefused
    same = {word.uid: word for word in _opened(rows) if word.text == plain}
    if any(not word.is_suggested and (is_suggested or word.kind == kind) for word in same.values()):
        return False
    _drop([row for row in rows if row.uid in same])
    row = MaskingWord(
        centre=centre, kind=MaskingWord.Kind(kind), is_suggested=is_suggested, added_by_id=by.pk
    )
    key, sealer = keys.create(row.sealed_owner, centre_uid=centre.uid, cohort=keys.NO_YEAR)
    sealer.seal(row, "word", plain)
    key.save(force_insert=True)
    row.save(force_insert=True)
    return True


@transaction.atomic
def remove(uid: uuid.UUID, *, by: Actor, centre: Centre) -> None:
    """Take a word or a suggestion away, with its key; one that is gone stays so."""
    rows = list(MaskingWord.objects.select_for_update().filter(centre=centre, uid=uid))
    if rows:
        _drop(rows)
        audit.record("MASKING_LISTS_CHANGED", by=by, centre=centre)


def _drop(rows: Sequence[MaskingWord]) -> None:
    for row in rows:
        keys.destroy(row.sealed_owner)
    MaskingWord.objects.filter(pk__in=[row.pk for row in rows]).delete()


@transaction.atomic
def accept(uid: uuid.UUID, *, by: Actor, centre: Centre) -> None:
    """A suggestion comes into force. Raises MaskingWord.DoesNotExist."""
    row = MaskingWord.objects.select_for_update().get(centre=centre, uid=uid)
    opened = _opened([row])
    if opened and row.is_suggested:
        add(opened[0].text, row.kind, centre=centre, by=by)
