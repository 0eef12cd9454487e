"""Public editions of counted tables: which tables a 年度 or month has, and the proposals that the gate judges.

One edition is one release, so that all its tables are judged together and with everything published before. What the
gate does not pass stays out table by table or cell by cell; nothing here prints or counts by itself.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import ClassVar, Final
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.errors import CasesError
from cases.figures.questions import CASES, CONTRACT_YEN, PAID_YEN, Question
from cases.figures.releases.asking import Asked
from cases.figures.releases.models import Figure, Release
from cases.figures.reports.issues import HARM
from cases.figures.reports.models import Report
from cases.figures.reports.scope import Span, name_of, whole_period
from cases.protection import audit
from cases.records.answers import PublishedAnswer
from cases.records.centre import Actor, Centre
from cases.services import answers, releases, reports

ACTIVITY_TABLE: Final = 16
COLUMNS_OF_ACTIVITY: Final = 10
"""By so many columns the lines of the programme are told from the other grids of the table: aims, and what watchers
brought, which counts consultations and stays with the staff."""
KINDS: Final = (Release.Kind.OPEN_DATA, Release.Kind.REPORT, Release.Kind.COUNCIL, Release.Kind.PAGE)
"""Releases whose tables are printed here; a bulletin prints its number itself."""


class EditionOpen(CasesError):
    """The same is being judged or waits for its approval."""

    code: ClassVar[str] = "edition_open"
    status: ClassVar[int] = 409

    def __init__(self) -> None:
        super().__init__(_("同じ公表版の案がもうあります。その案を承認するか、取り下げてください。"))


@dataclass(frozen=True)
class Part:
    """A table of an edition: its number in the annual report, its dimensions, and who is counted."""

    number: int
    title: str | Promise
    rows: str
    columns: str | None = None
    filters: Mapping[str, Sequence[str]] | None = None
    in_month: bool = True
    measure: str = CASES

    def asked(self, centre: Centre, start: date, end: date) -> Asked:
        question = Question(
            frozenset({centre.pk}), start, end, self.rows, self.columns, self.measure, self.filters or {}
        )
        return Asked(question, f"{self.number} {self.title}")


PARTS: Final = (
    Part(1, gettext_lazy("月別の相談件数"), "month", in_month=False),
    Part(1, gettext_lazy("相談区分"), "kind"),
    Part(2, gettext_lazy("契約当事者の年代×性別"), "age_band", "sex"),
    Part(3, gettext_lazy("契約当事者の職業"), "occupation", in_month=False),
    Part(4, gettext_lazy("契約当事者の居住地区"), "area", in_month=False),
    Part(5, gettext_lazy("受付方法"), "channel"),
    Part(5, gettext_lazy("受付の曜日"), "weekday"),
    Part(6, gettext_lazy("商品・役務"), "product"),
    Part(7, gettext_lazy("商品・役務の大分類"), "product_class", in_month=False),
    Part(8, gettext_lazy("相談の内容(主なもの1つ)"), "issue_main", in_month=False),
    Part(9, gettext_lazy("販売購入形態"), "sales_method"),
    Part(10, gettext_lazy("手口(主)"), "scam_main"),
    Part(11, gettext_lazy("契約購入金額"), "age_group", in_month=False, measure=CONTRACT_YEN),
    Part(11, gettext_lazy("既支払額"), "age_group", in_month=False, measure=PAID_YEN),
    Part(12, gettext_lazy("処理結果"), "outcome"),
    Part(13, gettext_lazy("危害・危険"), "harm"),
    Part(13, gettext_lazy("危害の内容"), "harm_kind", filters={"harm": [HARM]}, in_month=False),
    Part(14, gettext_lazy("若者・高齢者×手口"), "scam_main", "age_group", in_month=False),
)
"""The tables of the report as far as they count whole cases and their yen. What stays out, and why, is in `STAYS`."""

STAYS: Final[Mapping[int, str | Promise]] = {
    11: gettext_lazy("最大の金額は、1人の金額そのものなので、公表版には載せません。"),
    15: gettext_lazy(
        "相談事例は、公表版には載せません。事例は見守り通信などで、確認と承認を経て公表します。"
    ),
}


def tables_of(centre: Centre, span: Span, start: date) -> list[Asked]:
    """What is asked of the gate for a whole 年度 or month; a period that goes on is counted up to today."""
    first, end = whole_period(span, start)
    with translation.override(settings.LANGUAGE_CODE):
        return [part.asked(centre, first, end) for part in PARTS if part.in_month or span == Span.YEAR]


def subject_of_year(year: int) -> str:
    """Open data of the 年度 that begins in April of `year`."""
    return f"open_data:{year}"


def subject_of_report(report: Report) -> str:
    """The public edition of a report; of a later number of the same period it is another."""
    return f"report:{report.uid}"


def subject_of_answer(answer: PublishedAnswer) -> str:
    """The paper for the council that goes with an answer."""
    return f"answer:{answer.uid}"


def propose_open_data(centre: Centre, year: int, *, by: Actor) -> Release:
    """Have the tables of a 年度 judged as open data. Raises EditionOpen, NotReleasable."""
    start = date(year, 4, 1)
    with translation.override(settings.LANGUAGE_CODE):
        title = _("%(year)s 消費生活相談の件数(オープンデータ)") % {"year": name_of(Span.YEAR, start)}
    return _propose(
        centre, tables_of(centre, Span.YEAR, start), kind=Release.Kind.OPEN_DATA, title=title,
        subject=subject_of_year(year), by=by,
    )  # fmt: skip


def propose_report(report: Report, *, by: Actor) -> Release:
    """Have the public edition of a report judged. Raises EditionOpen, NotReleasable."""
    span = Span(report.span)
    with translation.override(settings.LANGUAGE_CODE):
        named = name_of(span, report.start)
        title = (
            _("%(period)s 消費生活相談年報") if span == Span.YEAR else _("%(period)s 消費生活相談月報")
        ) % {"period": named}
    return _propose(
        report.centre, tables_of(report.centre, span, report.start), kind=Release.Kind.REPORT, title=title,
        subject=subject_of_report(report), by=by,
    )  # fmt: skip


def propose_answer(answer: PublishedAnswer, *, by: Actor) -> Release:
    """Have the table of an answer judged as a paper for the council.

    Raises EditionOpen, NotReleasable (a mean, a rate, 延べ), NotAsPublished.
    """
    if not answers.is_vouched(answer):
        raise answers.NotAsPublished
    asked = Asked(answers.question_of(answer), answer.title)
    return _propose(
        answer.centre, [asked], kind=Release.Kind.COUNCIL, title=answer.title,
        subject=subject_of_answer(answer), by=by,
    )  # fmt: skip


def subject_of_activity(report: Report) -> str:
    """What the centre did, of the 年度 that a report is on."""
    return f"activity:{report.uid}"


def activity_figures(report: Report) -> list[Figure]:
    """Table 16 of the report as it is kept: how often, how many people, how many pieces, line by line.

    Empty where the report has none. Raises ReportNotMade, ReportNotGenuine.
    """
    kept = [table.data for table in reports.data_of(report).tables if table.number == ACTIVITY_TABLE]
    grids = kept[0].grids if kept else ()
    rows = next((grid.rows for grid in grids if len(grid.columns) == COLUMNS_OF_ACTIVITY), ())
    found = []
    for row in rows:
        measure, _section, _kind, sessions, people, quantity, unit, *_rest = row.cells
        counted = ((sessions, _("回")), (people, _("人")), (quantity, str(unit or "")))
        found += [
            Figure(audit.typed(str(measure)), value if isinstance(value, int) else str(value), of)
            for value, of in counted
            if value is not None and value != ""
        ]
    return found


@transaction.atomic
def release_activity(report: Report, *, by: Actor) -> Release:
    """Publish table 16 of a report: figures of the centre's own activity, logged without a threshold.

    The same figures again are the release that is out. Raises NotReleasable where there are none, ReportNotMade.
    """
    Centre.objects.select_for_update(no_key=True).get(pk=report.centre_id)  # two clicks wait for each other
    with translation.override(settings.LANGUAGE_CODE):
        figures = activity_figures(report)
        title = _("%(period)s 講座・啓発の実績") % {"period": name_of(Span(report.span), report.start)}
    out = newest(subject_of_activity(report), report.centre)
    if out is not None and out.figures == [asdict(figure) for figure in figures]:
        return out
    return releases.release_activity(
        report.centre, figures, audience=Release.Audience.PUBLIC, title=title,
        subject=subject_of_activity(report), by=by,
    )  # fmt: skip


def report_of(release: Release) -> Report | None:
    """Of which report it is the public edition."""
    kind, _colon, uid = release.subject.partition(":")
    if release.kind != Release.Kind.REPORT or kind != "report":
        return None
    return Report.objects.select_related("centre").filter(uid=uid, centre=release.centre).first()


def activity_of(release: Release) -> Release | None:
    """What was published of table 16 before this public edition of a report; of one that is not out, by now."""
    report = report_of(release)
    if report is None:
        return None
    found = Release.objects.filter(
        subject=subject_of_activity(report), centre=report.centre, state=Release.State.RELEASED
    )
    if release.number is not None:
        found = found.filter(number__lt=release.number)
    return found.select_related("centre", "corrects").order_by("-number").first()


@transaction.atomic
def _propose(
    centre: Centre, asked: Sequence[Asked], *, kind: Release.Kind, title: str, subject: str, by: Actor
) -> Release:
    Centre.objects.select_for_update(no_key=True).get(pk=centre.pk)  # two clicks wait for each other
    if newest(subject, centre, open_only=True) is not None:
        raise EditionOpen
    return releases.propose(
        centre, asked, kind=kind, audience=Release.Audience.PUBLIC, title=title, subject=subject, by=by
    )


def newest(subject: str, centre: Centre, *, open_only: bool = False) -> Release | None:
    """The newest proposal or release of a subject at the centre that was not withdrawn."""
    found = Release.objects.filter(subject=subject, centre=centre).exclude(state=Release.State.WITHDRAWN)
    if open_only:
        found = found.filter(state__in=Release.OPEN)
    return found.order_by("-pk").first()


def editions_of(by: Actor) -> QuerySet[Release]:
    """Every edition of the actor's centres, the newest first; others do not exist for them."""
    return releases.visible_to(by).filter(kind__in=KINDS).select_related("centre", "job")


def find(uid: UUID, *, by: Actor) -> Release:
    """Raises Release.DoesNotExist."""
    return editions_of(by).get(uid=uid)


def stays_out(release: Release) -> list[tuple[int, str]]:
    """Tables of the annual report that no edition has, with why."""
    report = report_of(release)
    if report is None:
        return []
    stays = dict(STAYS)
    if activity_of(release) is None and Span(report.span) == Span.YEAR:
        stays[ACTIVITY_TABLE] = _("講座・啓発の実績は、この公表版には載せていません。")
    return [(number, str(why)) for number, why in stays.items()]
