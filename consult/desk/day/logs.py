"""日報・月報: on the page, on paper and as a file."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.figures import freshness
from cases.figures.freshness import Freshness
from cases.files.csv_out import Cell, write_csv
from cases.files.xlsx_out import Column, Sheet, write_xlsx
from cases.law import calendar
from cases.protection import audit
from cases.records import codes
from cases.records.codes import Kind
from cases.services.daylog import Contacts, DayLog, log_of
from cases.services.entry import EARLIEST_YEAR
from consult.desk.forms import plain_words
from consult.shell import roles
from consult.shell.accounts import Account
from consult.shell.attached import CSV_TYPE, XLSX_TYPE, attachment
from consult.shell.fields import day_field
from consult.shell.web import StaffView

TOP: Final = 10
XLSX: Final = "xlsx"
CSV: Final = "csv"
_TYPES: Final = {
    XLSX: XLSX_TYPE,
    CSV: CSV_TYPE,
}
_COUNT: Final = "#,##0"


class SpanForm(forms.Form):
    """One day, or the month that it lies in."""

    day = day_field(gettext_lazy("日"), help_text=gettext_lazy("今日、昨日、11/20"))
    span = forms.ChoiceField(
        label=gettext_lazy("期間"),
        choices=[("day", gettext_lazy("日報(その日)")), ("month", gettext_lazy("月報(その月)"))],
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        plain_words(self)

    def clean_day(self) -> date | None:
        """A day on which a call can lie: the first and the last of the calendar have no neighbours."""
        day: date | None = self.cleaned_data["day"]
        if day is not None and not EARLIEST_YEAR <= day.year <= calendar.today().year:
            raise forms.ValidationError(_("日付を確認してください。"))
        return day


@dataclass(frozen=True)
class Span:
    """[start, end) of a day or a month; its words, and the days that lead to the one before and after."""

    start: date
    end: date
    is_month: bool

    @classmethod
    def around(cls, day: date, *, is_month: bool) -> "Span":
        if not is_month:
            return cls(day, day + timedelta(days=1), is_month=False)
        first = day.replace(day=1)
        return cls(first, (first + timedelta(days=31)).replace(day=1), is_month=True)

    @property
    def title(self) -> str:
        if self.is_month:
            return _("月報 %(month)s") % {"month": calendar.wareki_month(self.start)}
        return _("日報 %(day)s") % {"day": calendar.both(self.start)}

    @property
    def before(self) -> date:
        return self.start - timedelta(days=1)

    @property
    def after(self) -> date | None:
        """None where it would lie in the future."""
        return self.end if self.end <= calendar.today() else None


@dataclass(frozen=True)
class Line:
    """One row of a table: what is counted, how often, and for 経過 how many minutes."""

    label: str
    n: int
    minutes: int | None = None


@dataclass(frozen=True)
class Table:
    title: str
    lines: Sequence[Line]
    has_minutes: bool = False


def tables_of(log: DayLog) -> list[Table]:
    """The log in words, without persons."""
    return [
        Table(_("受付方法"), _lines(Kind.CHANNEL, log.by_channel)),
        Table(_("相談区分"), _lines(Kind.KIND, log.by_kind)),
        Table(_("手口(主)の多い順"), _lines(Kind.SCAM_TYPE, dict(list(log.by_scam.items())[:TOP]))),
        Table(_("経過の種類"), _contact_lines(log.contacts), has_minutes=True),
        Table(_("終了した相談の処理結果"), _lines(Kind.OUTCOME, log.closed)),
    ]


def _lines(kind: str, counts: Mapping[str, int]) -> list[Line]:
    known = codes.codes(kind)
    return [Line(known.text(code) or _("未入力"), n) for code, n in counts.items()]


def _contact_lines(contacts: Mapping[str, Contacts]) -> list[Line]:
    known = codes.codes(Kind.CONTACT_KIND)
    ordered = sorted(contacts.items(), key=lambda one: -one[1].n)
    return [Line(known.text(code), one.n, one.minutes) for code, one in ordered]


@dataclass(frozen=True)
class Person:
    name: str
    new: int
    contacts: int
    minutes: int
    closed: int


def people_of(log: DayLog, actor: Account) -> list[Person]:
    """Everybody's row for who manages the centre, one's own for a counsellor."""
    sees_all = actor.may(roles.VIEW_NUMBERS)
    rows = [row for row in log.by_counsellor if sees_all or row.account_pk == actor.pk]
    names = {one.pk: str(one) for one in Account.objects.filter(pk__in=[row.account_pk for row in rows])}
    return [
        Person(names.get(row.account_pk, "—"), row.new, row.contacts.n, row.contacts.minutes, row.closed)
        for row in rows
    ]


class LogView(StaffView):
    permission = roles.VIEW_CASES

    def asked(self, request: HttpRequest) -> tuple[Span, SpanForm]:
        """The span asked for; today where none is, or where it is not understood."""
        form = SpanForm(request.GET or None)
        day, is_month = calendar.today(), False
        if form.is_bound and form.is_valid():
            day = form.cleaned_data["day"] or day
            is_month = form.cleaned_data["span"] == "month"
        return Span.around(day, is_month=is_month), form


class Log(LogView):
    def get(self, request: HttpRequest) -> HttpResponse:
        span, form = self.asked(request)
        log = log_of(self.actor.centre, span.start, span.end)
        if not form.is_bound:
            form = SpanForm(initial={"day": span.start.isoformat(), "span": "day"})
        context = {
            "span": span,
            "form": form,
            "log": log,
            "fresh": _fresh(self.actor, span),
            "tables": tables_of(log),
            "people": people_of(log, self.actor),
            "sees_all": self.actor.may(roles.VIEW_NUMBERS),
            "may_export": self.actor.may(roles.EXPORT_NUMBERS),
            "has_errors": bool(form.errors),
        }
        return render(request, "desk/day/log.html", context)


class LogFile(LogView):
    """The same numbers for the centre's own use; counts are not suppressed, so it is logged."""

    permission = roles.EXPORT_NUMBERS

    def get(self, request: HttpRequest, form: str) -> HttpResponse:
        if form not in _TYPES:
            raise Http404
        span, _asked = self.asked(request)
        log = log_of(self.actor.centre, span.start, span.end)
        told = freshness.lines(_fresh(self.actor, span))
        rows = [*_rows(log, people_of(log, self.actor)), *_about(told)]
        audit.record("DAY_LOG_EXPORTED", by=self.actor, centre=self.actor.centre, count=log.total)
        data = write_xlsx([Sheet(span.title[:31], _columns(), rows)]) if form == XLSX else _csv(rows)
        kind = _("月報") if span.is_month else _("日報")
        name = f"{kind}_{_('庁内用')}_{span.start:%Y%m%d}.{form}"
        return attachment(data, name, _TYPES[form])


def _fresh(actor: Account, span: Span) -> Freshness:
    return freshness.freshness(frozenset({actor.centre.pk}), start=span.start, end=span.end)


def _about(told: Sequence[tuple[str, str]]) -> Iterator[Sequence[Cell]]:
    """When the numbers were counted, and what of them is unfinished."""
    at = timezone.now().astimezone(calendar.TOKYO)
    yield [_("この数字について"), _("%(at)sに数えました") % {"at": f"{at:%Y-%m-%d %H:%M:%S}"}, None, None]
    for label, text in told:
        told_of = _("%(what)s: %(state)s") % {"what": label, "state": text}
        yield [_("この数字について"), told_of, None, None]


def _columns() -> list[Column]:
    titles = (_("表"), _("項目"))
    return [
        *(Column(title) for title in titles),
        Column(_("件数"), _COUNT),
        Column(_("対応時間(分)"), _COUNT),
    ]


def _csv(rows: Sequence[Sequence[Cell]]) -> bytes:
    return write_csv([[column.title for column in _columns()], *rows], encoding="utf-8-sig").data


def _rows(log: DayLog, people: Sequence[Person]) -> Iterator[Sequence[Cell]]:
    yield [_("合計"), _("新規の相談"), log.total, None]
    yield [_("合計"), _("経過"), log.all_contacts.n, log.all_contacts.minutes]
    yield [_("合計"), _("継続(前に受けた相談の経過)"), log.going_on, None]
    for table in tables_of(log):
        for line in table.lines:
            yield [table.title, line.label, line.n, line.minutes]
    for one in people:
        yield [_("相談員別 受付"), one.name, one.new, None]
        yield [_("相談員別 経過"), one.name, one.contacts, one.minutes]
        yield [_("相談員別 終了"), one.name, one.closed, None]
