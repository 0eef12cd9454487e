"""Panels of the office itself: what waits and for how long, who has how much, how soon callers are answered."""

from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from cases.figures import measures
from cases.figures.dimensions import BLANK
from cases.figures.questions import DAYS_TO_CLOSE
from cases.services import workload
from cases.services.workload import AGES, CONTACTS_OF, Waiting
from consult.manage.boards.panel import Figure, Panel, Scope
from consult.manage.offered import SCAM
from consult.shell import roles
from consult.shell.accounts import Account
from consult.shell.paper import charts
from consult.shell.paper.charts import BarRow, Chart

_HOURS_OF_A_DAY: Final = 24
# Before any case of a centre; a case that is open since then is counted all the same.
_LONG_AGO: Final = date(1950, 1, 1)


def ageing(scope: Scope, *, with_charts: bool) -> Panel:
    """Open cases, and closed ones that are not in PIO-NET, by the days that they have waited."""
    opened = workload.open_cases(scope.by.centre_ids, scope.today)
    unregistered = workload.unregistered_cases(scope.by, scope.today)
    return Panel(
        name="ageing",
        title=_("待っている相談"),
        basis=_("今日の時点。対応中は受付日から、PIO-NET未登録は終了日からの日数。"),
        charts=(
            _classes(_("対応中の相談"), opened),
            _classes(_("PIO-NETに未登録の終了した相談"), unregistered),
        )
        if with_charts
        else (),
        figures=(
            _oldest(_("対応中"), opened),
            _oldest(_("PIO-NET未登録"), unregistered),
        ),
        more=scope.asked.query(
            since=_LONG_AGO,
            until=scope.today,
            rows="month",
            columns="",
            only={"outcome": BLANK},
            sort="",
            as_of=None,
        ),
    )


def load(scope: Scope, *, with_people: bool) -> Panel:
    """Open cases and 経過 per counsellor. By person only for whoever may see that, and never on a wall."""
    found = workload.workload(scope.by.centre_ids, scope.asked.until)
    per_person = found.open_per_person
    figures = (
        Figure(
            _("対応中"),
            pgettext("number of", "%(n)s件") % {"n": f"{found.open:,}"},
            _("うち担当なし(取込)%(n)s件") % {"n": f"{found.in_nobodys_hands:,}"},
        ),
        Figure(
            _("担当1人あたり"),
            "—" if per_person is None else pgettext("number of", "%(n)s件") % {"n": f"{per_person:.1f}"},
            _("対応中の相談を持つ人の平均"),
        ),
        Figure(
            _("4週間の経過"),
            pgettext("number of", "%(n)s件") % {"n": f"{found.contacts:,}"},
            _("記録された対応時間 %(n)s分") % {"n": f"{found.minutes:,}"},
        ),
    )
    shows_people = with_people and scope.by.may(roles.VIEW_WORKLOAD) and bool(found.people)
    return Panel(
        name="load",
        title=_("担当の状況"),
        basis=_("対応中は今日の時点。経過は期間の終わりまでの%(weeks)s週間。")
        % {"weeks": CONTACTS_OF.days // 7},
        charts=(_by_person(found.people),) if shows_people else (),
        figures=figures,
    )


def times(scope: Scope) -> Panel:
    """How soon after 受付 the first contact was made, and how long a case took: the median and nine of ten."""
    question = scope.question
    found = workload.responses(scope.by.centre_ids, question.start, question.end)
    closing = measures.amounts(replace(question, measure=DAYS_TO_CLOSE)).total
    first = found.first_contact
    basis = _("期間に受け付けた相談。最初の連絡は、取込を除き、条件を使わずに数えます。")
    if found.is_cut:
        basis += _("新しい順に%(n)s件で計算。") % {"n": f"{found.of:,}"}
    return Panel(
        name="times",
        title=_("応対の早さ"),
        basis=basis,
        figures=(
            Figure(
                _("受付から最初の連絡まで(中央値)"),
                _hours(first.median),
                _("%(n)s件のうち。連絡の記録なし%(without)s件")
                % {"n": f"{first.n:,}", "without": f"{first.without:,}"},
            ),
            Figure(_("10件のうち9件は、ここまでに連絡"), _hours(first.ninth)),
            Figure(
                _("受付から終了まで(中央値)"),
                _days(closing.median),
                _("終了した%(n)s件のうち") % {"n": f"{closing.n:,}"},
            ),
            Figure(_("10件のうち9件は、ここまでに終了"), _days(closing.ninth)),
        ),
        more=scope.asked.query(rows=SCAM, columns="", measure=DAYS_TO_CLOSE),
    )


def _classes(title: str, found: Waiting) -> Chart:
    lows = (0, *(last + 1 for last in AGES))
    labels = [
        _("%(low)s〜%(high)s日") % {"low": low, "high": high} for low, high in zip(lows, AGES, strict=False)
    ]
    labels.append(_("%(low)s日以上") % {"low": lows[-1]})
    rows = [BarRow(label, n) for label, n in zip(labels, found.counts, strict=True)]
    return charts.bars(title, rows, label_head=_("待っている日数"), value_head=_("件数"))


def _oldest(label: str, found: Waiting) -> Figure:
    n = pgettext("number of", "%(n)s件") % {"n": f"{found.total:,}"}
    if found.oldest is None:
        return Figure(label, n)
    days = ngettext("最も古いもので%(n)s日", "最も古いもので%(n)s日", found.oldest) % {
        "n": f"{found.oldest:,}"
    }
    late = _("%(days)s日を超えたもの%(n)s件") % {"days": AGES[-2], "n": f"{sum(found.counts[-2:]):,}"}
    return Figure(label, n, _("%(oldest)s、%(late)s") % {"oldest": days, "late": late})


def _by_person(people: tuple[workload.OfPerson, ...]) -> Chart:
    accounts = Account.objects.in_bulk([person.account_pk for person in people])
    rows = [BarRow(str(accounts[person.account_pk]), person.open, person.contacts) for person in people]
    return charts.bars(
        _("担当ごとの対応中と4週間の経過"),
        rows,
        label_head=_("担当"),
        value_head=_("対応中の相談"),
        before_head=_("4週間の経過"),
    )


def _hours(hours: float | None) -> str:
    """Below a day in hours, else in days; a dash where nothing was measured."""
    if hours is None or hours >= _HOURS_OF_A_DAY:
        return _days(None if hours is None else hours / _HOURS_OF_A_DAY)
    return _("%(n)s時間") % {"n": f"{hours:.1f}"}


def _days(days: Fraction | float | None) -> str:
    return "—" if days is None else _("%(n)s日") % {"n": f"{float(days):.1f}"}
