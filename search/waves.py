"""Candidates for a new 手口: found by the worker every night, decided by a manager.

Words are never kept: a candidate holds keyed digests, and its words come back from the redacted examples that are
shown (`words_of`).
"""

import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import date, timedelta
from typing import ClassVar, Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.errors import CasesError
from cases.held import Proven
from cases.jobs import Job, Running, handler, start
from cases.law import calendar
from cases.protection import audit
from cases.records.case import Case
from cases.records.centre import SYSTEM, Actor, Centre
from cases.records.codes import Code, Kind, codes
from cases.services import scam_types
from search import analysis
from search.hashing import product_hasher
from search.narratives import told
from search.rising import PAST_DAYS, Candidate, Seen, rising
from search.wave_rows import Wave, WaveCase

FIND: Final = "search.waves"
AGAIN: Final = 2
"""A dismissed candidate comes back when so many times as many cases hold its words."""
FORGET_DAYS: Final = 365
_EVERY: Final = timedelta(hours=20)
_proven: Final = Proven[tuple[str, uuid.UUID, str]]()


class WaveDecided(CasesError):
    """Somebody has decided about the candidate already."""

    code: ClassVar[str] = "wave_decided"
    status: ClassVar[int] = 409

    def __init__(self) -> None:
        super().__init__(_("この候補は、ほかの人がすでに決めています。"))


# --- Finding ------------------------------------------------------------------------------------------------------
def is_wanted() -> bool:
    """A cheap look whether a day has passed since the last search, and there is anything to look at."""
    last = Job.objects.filter(kind=FIND).order_by("-pk").first()
    if last is not None and (last.finished_at is None or last.finished_at > timezone.now() - _EVERY):
        return False
    return Case.objects.exists()


def ask() -> None:
    start(FIND, by=SYSTEM)


@handler(FIND, label=gettext_lazy("増えている言葉の調べ"))
def find_job(running: Running) -> None:
    """Look at every centre's cases of the last 14 months, and keep its candidates of today."""
    today = calendar.today()
    found = 0
    for centre in Centre.objects.order_by("pk"):
        cases = Case.objects.filter(centre=centre, received_on__gt=today - timedelta(days=PAST_DAYS))
        total = cases.count()

        def step(done: int, total: int = total) -> None:
            running.stop_if_cancelled()
            running.advance(done, total)

        candidates = rising(list(seen(told(cases, step=step))), today)
        keep(centre, candidates, today)
        found += len(candidates)
    running.result = {"candidates": found}


def seen(cases: Iterable[tuple[Case, Collection[str]]]) -> Iterable[Seen]:
    """Cases with the digests of their words. Numbers are left out: a month or an amount is no trick."""
    hasher, current = product_hasher(), codes(Kind.SCAM_TYPE).current
    for case, words in cases:
        terms = frozenset(hasher.term(word) for word in words if not any(map(str.isdigit, word)))
        yield Seen(case.pk, case.received_on, current(case.main_scam), terms)


@transaction.atomic
def keep(centre: Centre, candidates: Sequence[Candidate], today: date) -> None:
    """Bring the centre's rows up to the candidates of today.

    One that is known is brought up to date; an open one whose words no longer rise goes; a decided one stays as it
    was decided, and a dismissed one is opened anew once its cases have doubled.
    """
    rows = list(Wave.objects.select_for_update().filter(centre=centre).order_by("pk"))
    met: set[int] = set()
    for candidate in candidates:
        row = next((row for row in rows if row.pk not in met and _is_same(row, candidate)), None)
        row = row or Wave(centre=centre, found_on=today)
        has_doubled = len(candidate.cases) >= AGAIN * row.decided_count
        if is_decided(row) and (row.state == Wave.State.NAMED or not has_doubled):
            met.add(row.pk)
            continue
        row.state, row.decided_by, row.decided_at, row.decided_count = Wave.State.OPEN, None, None, 0
        row.terms, row.weeks = b"".join(candidate.terms), list(candidate.weeks)
        row.count, row.expected, row.seen_on = len(candidate.cases), candidate.expected, today
        row.save()
        met.add(row.pk)
        row.cases.all().delete()
        still = Case.objects.filter(pk__in=candidate.cases).values_list(
            "pk", flat=True
        )  # erased meanwhile: none
        WaveCase.objects.bulk_create([WaveCase(wave=row, case_id=pk) for pk in still])
    old = today - timedelta(days=FORGET_DAYS)
    gone = [row.pk for row in rows if row.pk not in met and (not is_decided(row) or row.seen_on < old)]
    Wave.objects.filter(pk__in=gone).delete()


def _is_same(row: Wave, candidate: Candidate) -> bool:
    """Half of the words of either are the other's."""
    mine, other = row.digests, frozenset(candidate.terms)
    return 2 * len(mine & other) >= min(len(mine), len(other))


# --- Deciding -----------------------------------------------------------------------------------------------------
def is_decided(row: Wave) -> bool:
    """Whether a person decided about it: the row says so, and the log vouches for it as it stands."""
    action = Wave.ENTRIES.get(row.state)
    if action is None or row.pk is None:
        return False
    about = (action, row.centre.uid, row.said)
    return _proven.holds(
        about, lambda: any(audit.vouched(action, centre_uid=row.centre.uid, reason=row.said))
    )


def open_waves(by: Actor) -> list[Wave]:
    """The candidates of the actor's centres that nobody has decided about, the largest first."""
    rows = Wave.objects.filter(centre_id__in=by.centre_ids).select_related("centre")
    return sorted((row for row in rows if not is_decided(row)), key=lambda row: (-row.count, row.pk))


def is_known(uid: uuid.UUID, *, by: Actor) -> bool:
    """Whether the actor's centres have this candidate."""
    return Wave.objects.filter(uid=uid, centre_id__in=by.centre_ids).exists()


def dismissed_waves(by: Actor) -> list[Wave]:
    """Candidates that were dismissed, the newest first."""
    rows = Wave.objects.filter(centre_id__in=by.centre_ids, state=Wave.State.DISMISSED)
    return [
        row for row in rows.select_related("centre", "decided_by").order_by("-decided_at") if is_decided(row)
    ]


@transaction.atomic
def dismiss(uid: uuid.UUID, *, by: Actor) -> Wave:
    """It is no trick: shown no more until its cases double. Raises Wave.DoesNotExist, WaveDecided."""
    row = _undecided(uid, by)
    _decide(row, Wave.State.DISMISSED, by)
    return row


@transaction.atomic
def name(uid: uuid.UUID, *, label: str, meaning: str, parent: str, by: Actor) -> Code:
    """Make it a provisional 手口 of the centre. Raises Wave.DoesNotExist, WaveDecided, EntryRefused."""
    row = _undecided(uid, by)
    made = scam_types.add(label, meaning=meaning, parent=parent, uid=row.uid, centre=row.centre, by=by)
    _decide(row, Wave.State.NAMED, by)
    return made


def _undecided(uid: uuid.UUID, by: Actor) -> Wave:
    rows = Wave.objects.select_for_update(of=("self",)).select_related("centre")
    row = rows.get(uid=uid, centre_id__in=by.centre_ids)
    if is_decided(row):
        raise WaveDecided
    return row


def _decide(row: Wave, state: Wave.State, by: Actor) -> None:
    row.state, row.decided_by_id, row.decided_at, row.decided_count = state, by.pk, timezone.now(), row.count
    row.save(update_fields=["state", "decided_by", "decided_at", "decided_count"])
    if state == Wave.State.NAMED:
        audit.record("WAVE_NAMED", by=by, centre=row.centre, reason=row.said)
    else:
        audit.record("WAVE_DISMISSED", by=by, centre=row.centre, reason=row.said)


# --- Showing ------------------------------------------------------------------------------------------------------
def examples_of(rows: Sequence[Wave], *, each: int) -> dict[int, list[uuid.UUID]]:
    """Row → the newest of its cases to show; cases under 支援措置 are counted and not shown."""
    held = WaveCase.objects.filter(wave__in=rows, case__is_guarded=False).order_by(
        "-case__received_on", "-case"
    )
    found: dict[int, list[uuid.UUID]] = defaultdict(list)
    for wave_pk, uid in held.values_list("wave_id", "case__uid"):
        if len(found[wave_pk]) < each:
            found[wave_pk].append(uid)
    return dict(found)


def words_of(row: Wave, texts: Iterable[str]) -> list[str]:
    """The words of the candidate, as far as the shown texts hold them, in the order in which they are told."""
    hasher, wanted, held = product_hasher(), row.digests, list(texts)
    told_words = (word for text in held for word in analysis.words(text) if hasher.term(word) in wanted)
    found = list(dict.fromkeys(told_words))
    # As the texts write them: フッ素 is indexed as 弗素.
    spelled = analysis.spelled("\n".join(held))
    return [
        spelled.get(word, word)
        for word in found
        if not any(word != other and word in other for other in found)
    ]
