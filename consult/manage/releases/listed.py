"""What was and will be published: the list, and the ledger of every number that a reader may lay side by side."""

from dataclasses import dataclass
from typing import Final

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cases import today
from cases.figures.releases import reading
from cases.figures.releases.models import Release
from cases.records.centre import Actor
from cases.services import releases
from consult.manage.releases.forms import AudienceForm, FilterForm
from consult.shell import roles
from consult.shell.web import StaffView

PER_PAGE: Final = 30
STATE_KINDS: Final = {
    Release.State.QUEUED: "quiet",
    Release.State.JUDGING: "key",
    Release.State.JUDGED: "warning",
    Release.State.RELEASED: "success",
    Release.State.REFUSED: "error",
    Release.State.WITHDRAWN: "quiet",
}


@dataclass(frozen=True)
class Listed:
    """A release in a list."""

    release: Release

    @property
    def state_kind(self) -> str:
        return STATE_KINDS[Release.State(self.release.state)]


class Releases(StaffView):
    permission = roles.VIEW_NUMBERS

    def get(self, request: HttpRequest) -> HttpResponse:
        form = FilterForm(request.GET)
        found = releases.visible_to(self.actor).filter(centre=self.actor.centre, **form.chosen)
        page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
        context = {
            "form": form,
            "is_narrowed": bool(form.chosen),
            "page": page,
            "releases": [Listed(release) for release in page],
            "may_prepare": self.actor.may(roles.PREPARE_RELEASES),
            "may_set_rule": self.actor.may(roles.APPROVE_RELEASES),
        }
        return render(request, "manage/releases/list.html", context)


@dataclass(frozen=True)
class Entry:
    """One release of the ledger: what it says of itself, and of each table how many numbers were printed and hidden."""

    release: Release
    is_vouched: bool
    tables: tuple[tuple[str, int, int], ...] = ()
    figures: tuple[str, ...] = ()


class ReleaseLedger(StaffView):
    """Whatever was published to an audience, newest first."""

    permission = roles.VIEW_NUMBERS

    def get(self, request: HttpRequest) -> HttpResponse:
        form = AudienceForm(request.GET)
        chosen = form.cleaned_data["audience"] if form.is_valid() else ""
        audience = Release.Audience(chosen or Release.Audience.PUBLIC)
        found = releases.whole(reading.ledger(self.actor.centre, audience))
        page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
        releases.prove(self.actor.centre, (one for one in page if not is_single(one)))
        context = {
            "form": AudienceForm({"audience": audience}),
            "audience": audience,
            "reads_public": audience == Release.Audience.MEMBERS,
            "page": page,
            "entries": [entry_of(release) for release in page],
        }
        return render(request, "manage/releases/ledger.html", context)


def is_single(release: Release) -> bool:
    """Whether it is one number of before releases had tables: it is known as it was printed, and nothing else of it."""
    return bool(release.definition) and not release.asked


def entry_of(release: Release) -> Entry:
    """What the ledger shows of a release; of one that the log does not vouch for, only that."""
    if is_single(release):
        return Entry(release, is_vouched=True, figures=(release.shown,))
    try:
        if release.kind == Release.Kind.ACTIVITY:
            figures = tuple(f"{one.label} {one.value}{one.unit}" for one in reading.activity(release))
            return Entry(release, is_vouched=True, figures=figures)
        tables = reading.tables(release)
    except reading.NotReleased:
        return Entry(release, is_vouched=False)
    counted = tuple(
        (table.named, sum(len(column) for row in table.cells for column in row) - table.hidden, table.hidden)
        for table in tables
    )
    return Entry(release, is_vouched=True, tables=counted)


def card(actor: Actor) -> today.Card | None:
    """今日: how many tables wait for somebody to approve their publication."""
    count = releases.visible_to(actor).filter(state=Release.State.JUDGED).count()
    if not count:
        return None
    title = ngettext("公表の承認待ちが%(n)d件あります", "公表の承認待ちが%(n)d件あります", count)
    return today.Card(title % {"n": count}, url_name="releases", link=_("公表の一覧を見る"))
