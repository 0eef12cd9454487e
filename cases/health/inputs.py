"""Whether consultations still come in: a centre that falls silent, and ledgers that were not taken in.

Silence is measured against the centre's own habit, in working time: a weekend is not a fault.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Final

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.health.queues import told_elsewhere
from cases.health.registry import Group, Level, Reading, register
from cases.health.words import items, span
from cases.jobs.models import Job
from cases.law import working_time
from cases.law.calendar import TOKYO, Closed
from cases.law.working_time import NINE_TO_FIVE, Hours
from cases.records.case import Case
from cases.records.centre import Centre
from cases.records.closed_days import closed_of
from cases.services import opening_hours
from cases.services.ledger import work
from cases.services.ledger.models import ImportRun

TIMES: Final = 6
"""So many times the usual gap: of cases that come at random, one wait in four hundred is longer."""
LEAST: Final = timedelta(hours=2)
"""However busy a centre is, a meeting or a training is no fault."""
MOST_READ: Final = 200
FEWEST_GAPS: Final = 8
LOOKED_BACK: Final = timedelta(days=120)
TOLD: Final = timedelta(days=7)
WAITS_FOR_A_START: Final = timedelta(days=1)
# Made-up cases come in one heap and then never again.
_WATCHED: Final = {
    Case.Source.DESK: gettext_lazy("窓口の入力"),
    Case.Source.API: gettext_lazy("ほかのシステム(API)からの入力"),
    Case.Source.IMPORT: gettext_lazy("台帳の取込"),
}


@dataclass(frozen=True)
class Habit:
    """How often something comes in. `usual`: the mean gap in working time, of `gaps` gaps; `silent`: since the last."""

    usual: timedelta
    gaps: int
    last: datetime
    silent: timedelta

    @property
    def limit(self) -> timedelta:
        return max(TIMES * self.usual, LEAST)

    @property
    def is_known(self) -> bool:
        return self.gaps >= FEWEST_GAPS

    @property
    def is_broken(self) -> bool:
        return self.is_known and self.silent > self.limit


def habit_of(
    moments: Sequence[datetime], now: datetime, closed: Closed, hours: Hours = NINE_TO_FIVE
) -> Habit | None:
    """The habit behind these moments; None without any.

    What comes in within a minute is one coming: a file of a thousand rows, a form sent twice.
    """
    known = sorted(moments)
    if not known:
        return None
    gaps = [
        gap
        for before, after in pairwise(known)
        if (gap := working_time.between(before, after, closed, hours)) > timedelta(minutes=1)
    ]
    usual = sum(gaps, timedelta()) / len(gaps) if gaps else timedelta()
    return Habit(usual, len(gaps), known[-1], working_time.between(known[-1], now, closed, hours))


def silences() -> Iterator[Reading]:
    """Each centre and way in that has a habit. Two queries for each centre."""
    now = timezone.now()
    for centre in Centre.objects.order_by("pk"):
        since = now - LOOKED_BACK
        found = _moments(centre, since)
        if not found:
            continue
        closed = closed_of(centre.pk, since.astimezone(TOKYO).date())
        for source, label in _WATCHED.items():
            habit = habit_of(found.get(source, []), now, closed, opening_hours.of(centre))
            if habit is not None and habit.is_known:
                yield _of_habit(centre, source, str(label), habit)


def _moments(centre: Centre, since: datetime) -> Mapping[str, list[datetime]]:
    """When the newest cases came in, by their way in. Those of calls long past, as a ledger brings them, are not among
    the newest: their file is one coming of many."""
    rows = Case.objects.filter(centre=centre, received_at__gte=since).order_by("-received_at", "-pk")
    found: dict[str, list[datetime]] = {}
    for source, entered_at in rows.values_list("source", "entered_at")[:MOST_READ]:
        found.setdefault(source, []).append(entered_at)
    return found


def _of_habit(centre: Centre, source: str, label: str, habit: Habit) -> Reading:
    told = {"silent": span(habit.silent), "usual": span(habit.usual)}
    if habit.is_broken:
        state = _("開所時間で%(silent)sありません(ふだんの間隔 %(usual)s)") % told
        advice = _(
            "電話・回線・連携先が動いているか、記録を後回しにしていないかを確かめてください。休みの日なら"
            "「休みの日」に登録すると出なくなります。"
        )
    else:
        state, advice = _("ふだんどおりです(間隔 %(usual)s)") % told, ""
    return Reading(
        name=f"input.{source}.{centre.code}",
        label=_("%(centre)s: %(way)s") % {"centre": centre, "way": label},
        state=state,
        level=Level.WARNING if habit.is_broken else Level.OK,
        limit=_("開所時間で%(span)s") % {"span": span(habit.limit)},
        advice=advice,
        since=habit.last if habit.is_broken else None,
        numbers={
            "silent_seconds": int(habit.silent.total_seconds()),
            "usual_seconds": int(habit.usual.total_seconds()),
            "limit_seconds": int(habit.limit.total_seconds()),
        },
        centre_id=centre.pk,
    )


# --- Ledgers ------------------------------------------------------------------------------------------------------
def imports() -> Iterator[Reading]:
    """Each centre whose newest ledger was refused, broke off, lost rows, or was looked at and left lying."""
    since = timezone.now() - TOLD
    runs = ImportRun.objects.filter(Q(created_at__gte=since) | Q(job__finished_at__gte=since))
    newest = {
        run.centre_id: run for run in runs.select_related("job", "check_job").order_by("created_at", "pk")
    }
    for centre in Centre.objects.order_by("pk"):
        state, told_since = _fault_of(newest.get(centre.pk))
        yield Reading(
            name=f"import.{centre.code}",
            label=_("%(centre)s: 台帳の取込") % {"centre": centre},
            state=state or _("滞りはありません"),
            level=Level.WARNING if state else Level.OK,
            advice=_(
                "取込の画面で理由を見て、直したファイルをもう一度取り込んでください。入った相談は増えません。"
            )
            if state
            else "",
            since=told_since,
            centre_id=centre.pk,
            url_name="imports",
            link=_("取込を見る"),
        )


def _fault_of(run: ImportRun | None) -> tuple[str, datetime | None]:
    """What is wrong with a run in words and since when; nothing where it went well or is on its way."""
    if run is None:
        return "", None
    if run.refusal:
        is_part = run.refusal == "broken_off"
        told = _("途中の行までしか読めませんでした") if is_part else _("ファイルを受け取れませんでした")
        return told, run.created_at
    job = run.job or run.check_job
    if job is not None and job.state == Job.State.FAILED:
        return _("取込が途中で失敗しました"), job.finished_at
    if refused := _refused_rows(run):
        at = run.job.finished_at if run.job else run.created_at
        return _("取り込めない行が%(count)sありました") % {"count": items(refused)}, at
    if run.job is None and run.has_file and run.created_at < timezone.now() - WAITS_FOR_A_START:
        return _("受け取ったまま、取込を始めていません"), run.created_at
    return "", None


def _refused_rows(run: ImportRun) -> int:
    if run.job is None:
        return run.refused
    count = run.job.result.get("refused", 0) if run.job.state == Job.State.DONE else 0
    return count if isinstance(count, int) else 0


def register_all() -> None:
    told_elsewhere.add(work.KIND)
    register("silences", Group.INPUT, gettext_lazy("相談の入力"), silences)
    register("imports", Group.INPUT, gettext_lazy("台帳の取込"), imports)
