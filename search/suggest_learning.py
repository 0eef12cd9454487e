"""Learning the suggestions of codes from this installation's cases: a job of the worker, every night.

The file that it leaves holds keyed digests and weights, no word and nothing of a single case: a word of fewer than
`suggest_model.LEAST_CASES` cases has no weight. An erasure asks for a new one at once; until that is made, words that
the erased case shared with at least four others keep the weight that they had.
"""

import os
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from datetime import date, timedelta
from pathlib import Path
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cases.jobs import Job, Running, handler, start
from cases.records.card import CaseCode
from cases.records.case import Case
from cases.records.centre import SYSTEM
from cases.records.codes import Kind, codes
from search import suggest_shipped
from search.analysis import ANALYSER_VERSION, meaning
from search.hashing import TermHasher, key_mark, product_hasher
from search.narratives import told
from search.suggest_model import Lesson, Model, Terms, from_bytes, learn, numbers, to_bytes
from search.suggest_surety import as_sure, calibrated

LEARN: Final = "search.learn"
LEAST_TO_LEARN: Final = 200
"""Below so many cases nothing is learned, and nothing suggested."""
MOST_TO_LEARN: Final = 20_000
"""The newest are learned from: older ones tell of tricks that are gone."""
TermsOf = Callable[[Iterable[str]], Terms]

SETS: Final = {
    "scam_main": True, "product": True, "sales_method": True, "scam_others": False, "issues": False,
}  # fmt: skip
"""Name of a set → whether a case has exactly one of its codes."""
KINDS: Final = {
    "scam_main": Kind.SCAM_TYPE, "product": Kind.PRODUCT, "sales_method": Kind.SALES_METHOD,
    "scam_others": Kind.SCAM_TYPE, "issues": Kind.ISSUE_KIND,
}  # fmt: skip
NAMED: Final = ("scam_main", "product", "sales_method", "issues")
"""Sets of which the shipped names teach; a 手口 beside the 主 one is told by cases alone."""
_FORMAT: Final = "3"
_HELD_OUT: Final = 5  # one case in so many, the newest, shows how sure the model may be
_OLD: Final = timedelta(days=1)
_PAUSE: Final = timedelta(hours=1)


# --- The file -----------------------------------------------------------------------------------------------------
def model_file() -> Path:
    """Beside the search file, and like it never in a backup."""
    return Path(settings.SEARCH_FILE).with_name("suggest.npz")


def version() -> str:
    """Names analysis and key, so that neither is ever mixed. Raises KeyMissing."""
    return f"{_FORMAT}/{ANALYSER_VERSION}/{key_mark()}"


_loaded: tuple[tuple[str, int, int], Model | None] | None = None


def model() -> Model | None:
    """The model in force, held in memory until the file changes; None where there is none of today's version."""
    global _loaded
    file = model_file()
    try:
        state = file.stat()
    except FileNotFoundError:
        return None
    mark = (str(file), state.st_mtime_ns, state.st_ino)
    if _loaded is None or _loaded[0] != mark:
        _loaded = (mark, from_bytes(file.read_bytes(), version()))
    return _loaded[1]


def _write(data: bytes) -> None:
    file = model_file()
    draft = file.with_name(f".{file.name}.new")
    with suppress(FileNotFoundError):
        draft.unlink()
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as into:
        into.write(data)
        into.flush()
        os.fsync(into.fileno())
    draft.replace(file)


# --- When ---------------------------------------------------------------------------------------------------------
def is_wanted() -> bool:
    """A cheap look whether there is something to learn: no model of today's, and cases enough; or cases no more."""
    file = model_file()
    is_there = file.exists()
    if is_there and time.time() - file.stat().st_mtime < _OLD.total_seconds() and model() is not None:
        return False
    lately = Job.objects.filter(kind=LEARN, finished_at__gt=timezone.now() - _PAUSE)
    if Job.objects.filter(kind=LEARN).unfinished().exists() or lately.exists():
        return False
    return is_there or Case.objects.count() >= LEAST_TO_LEARN


def ask() -> None:
    """Queue the job, unless one waits that has not begun."""
    if not Job.objects.filter(kind=LEARN, state=Job.State.QUEUED).exists():
        start(LEARN, by=SYSTEM)


def after_erasure(_case_uid: UUID) -> None:
    """In the transaction of the erasure: what was learned is learned anew without the case."""
    if model_file().exists():
        ask()


# --- The job ------------------------------------------------------------------------------------------------------
@handler(LEARN, label=_("分類の候補の学習"))
def learn_job(running: Running) -> None:
    """Learn from the newest cases and put the model in the place of the old one; with too few cases there is none."""
    days = Case.objects.order_by("-received_on").values_list("received_on", flat=True)
    total = min(days.count(), MOST_TO_LEARN)
    if total < LEAST_TO_LEARN:
        model_file().unlink(missing_ok=True)
        running.result = {"cases": total, "terms": 0}
        return

    def step(done: int) -> None:
        running.stop_if_cancelled()
        running.advance(done, total)

    lessons = _lessons(Case.objects.filter(received_on__gte=days[total - 1]), step)
    made = taught(lessons, terms_of(product_hasher()), tick=_Patience(running))
    running.result = {"cases": len(lessons), "terms": len(made.terms)}
    if not _is_overtaken(running.job):
        _write(to_bytes(made, version()))


def _is_overtaken(job: Job) -> bool:
    """Whether a lesson was asked for since: a case of this one may be erased, and the later one leaves the file."""
    later = Job.objects.filter(kind=LEARN, pk__gt=job.pk)
    return later.exclude(state__in=[Job.State.FAILED, Job.State.CANCELLED]).exists()


class _Patience:
    """Called at every step of learning: keeps the lease and sees whether somebody cancelled, once a second."""

    def __init__(self, running: Running) -> None:
        self._running = running
        self._looked = time.monotonic()

    def __call__(self) -> None:
        if time.monotonic() - self._looked >= 1:
            self._looked = time.monotonic()
            self._running.stop_if_cancelled()
            self._running.advance(self._running.job.done)


def taught(
    lessons: Sequence[Lesson],
    terms: TermsOf,
    *,
    held_out: Sequence[Lesson] = (),
    shipped: bool = True,
    tick: Callable[[], None] = lambda: None,
) -> Model:
    """A model of the cases (oldest first) and the shipped words, as sure as `held_out` lets it be.

    Held out is the newest fifth unless other cases are given. How sure, and what counts how much, comes from a model
    of the others, as with a call of tomorrow; what was held out is then learned from as well.
    """
    if not held_out:
        cut = len(lessons) - len(lessons) // _HELD_OUT
        lessons, held_out = lessons[:cut], lessons[cut:]
    known = list(suggest_shipped.lessons({name: KINDS[name] for name in NAMED}, terms)) if shipped else []
    surety = calibrated(learn([*lessons, *known], SETS, tick=tick), held_out)
    return as_sure(learn([*lessons, *held_out, *known], SETS, tick=tick), surety)


def terms_of(hasher: TermHasher) -> TermsOf:
    """Words, and what each of them means, to terms by this hasher: キャンセル speaks for what 解約 was learned for."""
    return lambda words: numbers(hasher.packed(with_meanings(words)))


def with_meanings(words: Iterable[str]) -> list[str]:
    """The words and their meanings, in any order: what learning reads has none."""
    found = list(words)
    return [*found, *(mark for word in found if (mark := meaning(word)) is not None)]


def _lessons(cases: QuerySet[Case], step: Callable[[int], None]) -> list[Lesson]:
    """The cases in the order of their days, each with the codes that a person gave it. 暫定 手口 teach nothing."""
    terms, current = terms_of(product_hasher()), codes(Kind.SCAM_TYPE).current
    issues: dict[int, list[str]] = {}
    for case_pk, code in CaseCode.objects.filter(kind=Kind.ISSUE_KIND, case__in=cases).values_list(
        "case_id", "code"
    ):
        issues.setdefault(case_pk, []).append(code)
    found: list[tuple[date, Lesson]] = []
    for case, words in told(cases, step=step):
        given: dict[str, tuple[str, ...]] = {"issues": tuple(issues[case.pk])} if case.pk in issues else {}
        given |= {name: (code,) for name in ("product", "sales_method") if (code := getattr(case, name))}
        if not case.is_provisional:
            given["scam_main"] = (current(case.main_scam),)
            given["scam_others"] = tuple(dict.fromkeys(map(current, case.other_scams)))
        found.append((case.received_on, Lesson(terms(words), given)))
    return [lesson for _day, lesson in sorted(found, key=lambda one: one[0])]
