"""The worker's part: judge a proposal beside everything that is out, and keep what it found."""

import uuid
from typing import TYPE_CHECKING, Final

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.figures import freshness
from cases.figures.finality import finality_of, finality_text
from cases.figures.releases import asking, cells, merging
from cases.figures.releases import known as ledger_rows
from cases.figures.releases.asking import Asked
from cases.figures.releases.models import FrozenCounts, FrozenDays, Release, ReleasedTable
from cases.jobs import registry
from cases.jobs.running import Running
from cases.law import calendar
from cases.records.centre import Centre
from cases.services.releases import kept

if TYPE_CHECKING:
    from cases.figures.releases.judging import Verdict

JUDGE: Final = "release.judge"


_Rows = tuple[list[ReleasedTable], list[FrozenDays], list[FrozenCounts]]


def judge(running: Running) -> None:
    """Judge the proposal; a newer job of it takes over. Made anew from the beginning where it was broken off."""
    from cases.figures.releases import judging  # the solver: in the worker alone

    release = Release.objects.select_related("centre").get(uid=uuid.UUID(running.arguments["release"]))
    if release.job_id != running.job.pk or not release.is_open or release.centre is None:
        return
    mine = Release.objects.filter(pk=release.pk, job_id=running.job.pk)
    mine.update(state=Release.State.JUDGING)
    centre = release.centre
    asked = [asking.of_plain(of, centre.pk) for of in release.asked]

    def step(done: int, total: int) -> None:
        running.advance(done, total)
        running.stop_if_cancelled()

    with translation.override(settings.LANGUAGE_CODE):  # what is printed is a paper of the office
        try:
            kept.require_complete(centre)
        except kept.LedgerIncomplete as incomplete:
            _refuse(mine, str(incomplete))
            raise
        proposal = judging.Proposal(
            str(release.uid), centre, asked, release.audience, release.rounded_to,
            anew=release.corrects_id is not None,
        )  # fmt: skip
        verdict = judging.judge(proposal, step)
        about = _about(centre, asked, verdict.as_of)
    rows = None if verdict.refused else judging.rows_of(verdict, release, cells.dumped)
    with transaction.atomic():
        _keep(release, running, verdict, about, rows)
        running.checkpoint({}, done=len(asked) + 1)
    running.result = {"release": str(release.uid), "tables": len(asked)}


def _refuse(mine: QuerySet[Release], words: str) -> None:
    mine.update(state=Release.State.REFUSED, refused=words)


def _keep(
    release: Release, running: Running, verdict: "Verdict", about: list[list[str]], rows: _Rows | None
) -> None:
    """Nothing is kept where another job took it over, or it was withdrawn meanwhile."""
    held = Release.objects.select_for_update().filter(pk=release.pk, job_id=running.job.pk).first()
    if held is None or not held.is_open:
        return
    clear(held)
    held.as_of, held.knew, held.about, held.refused = verdict.as_of, verdict.knew, about, verdict.refused
    held.advice = merging.plain(verdict.advice)
    held.state = Release.State.REFUSED if verdict.refused else Release.State.JUDGED
    held.save()
    if rows is not None:
        tables, days, counts = rows
        ReleasedTable.objects.bulk_create(tables)
        FrozenDays.objects.bulk_create(days)
        FrozenCounts.objects.bulk_create(counts)


def clear(release: Release) -> None:
    """Take away what an earlier judgement found of a proposal, in the caller's transaction."""
    release.tables.all().delete()
    release.frozen_days.all().delete()
    release.frozen_counts.all().delete()
    release.as_of, release.knew, release.about, release.refused = None, 0, [], ""
    release.advice = []


def _about(centre: Centre, asked: list[Asked], as_of: int) -> list[list[str]]:
    """As of when the newest of the counts were taken, and what of them was still uncoded or unapproved then."""
    start = min(of.question.start for of in asked)
    end = max(of.question.end for of in asked)
    fresh = freshness.freshness(frozenset({centre.pk}), start=start, end=end, as_of=as_of)
    final = finality_of(
        end, uncoded=fresh.uncoded.provisional, unapproved=fresh.unapproved, today=calendar.today()
    )
    lines = [
        (_("集計の時点"), fresh.moment),
        (_("速報・確定"), finality_text(final)),
        *freshness.lines(fresh),
    ]
    return [[label, text] for label, text in lines]


def register() -> None:
    registry.handler(JUDGE, label=gettext_lazy("公表の判定"))(judge)
    ledger_rows.genuine.append(kept.is_vouched)
