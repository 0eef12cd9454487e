"""The managers' question. Its address holds the whole of it and nothing personal, so a link can be passed on."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any, Final
from urllib.parse import urlencode

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.figures import code_maps, comparing, periods
from cases.figures.code_maps import CodeMapMissing
from cases.figures.comparing import Days
from cases.figures.dimensions import BLANK, DIMENSIONS, PARTY, SUBJECTS
from cases.figures.measures import (
    AMOUNTS,
    CASES,
    ISSUE_MENTIONS,
    SCAM_MENTIONS,
    Question,
    QuestionNotUnderstood,
)
from cases.figures.periods import A_YEAR_BEFORE, JUST_BEFORE
from cases.law import calendar
from cases.records.centre import Centre
from consult.manage.offered import (
    MEAN,
    NARROWED_BY,
    NOT_ENTERED,
    PLAIN,
    PRESETS,
    SCAM,
    STATISTICS,
    conditions_by,
    offered,
)
from consult.shell.fields import Label, day_field, offer
from consult.shell.offering import OfferedField

SORTS: Final = ("total", "difference", "senior")
# What the period is compared with, beside the year before and the period just before.
OTHER: Final = "other"
NOTHING: Final = "none"
COMPARISONS: Final[Mapping[str, Label]] = {
    **periods.COMPARED,
    OTHER: gettext_lazy("選んだ期間"),
    NOTHING: gettext_lazy("比べない"),
}
# Where 延べ are counted, 手口 means each one that a case carries, and 内容別分類 likewise.
_EACH: Final = {SCAM_MENTIONS: {SCAM: "scam_any"}, ISSUE_MENTIONS: {"issue_main": "issue_any"}}
_EARLIEST: Final = date(1950, 1, 1)
_LATEST: Final = date(2099, 12, 31)
_ONE_DAY: Final = timedelta(days=1)
_DAYS: Final = ("since", "until", "other_since", "other_until")


@dataclass(frozen=True)
class Asked:
    """A question as it stands in an address: 受付日 from `since` to `until`, both included."""

    since: date
    until: date
    rows: str = SCAM
    columns: str = "age_band"
    measure: str = CASES
    only: Mapping[str, str] = field(default_factory=dict)
    sort: str = ""
    as_of: int | None = None
    compare: str = A_YEAR_BEFORE
    # Of the period chosen to compare with, both included.
    other_since: date | None = None
    other_until: date | None = None
    subject: str = PARTY
    layers: str = ""
    # Of amounts: what a cell shows.
    show: str = MEAN
    # The name of a period that moves with the calendar; `since` and `until` are its days of today.
    period: str = ""
    # The same of the period chosen to compare with.
    other_period: str = ""
    # The table by which codes of before count, where the numbers stay as they are; else the one in force.
    codes: int | None = None

    @property
    def compared_title(self) -> str:
        """「前年同期」, or the name of the moving period that was chosen."""
        return period_label(self.other_period) or str(COMPARISONS[self.compare])

    @property
    def days(self) -> Days:
        return Days(self.since, self.until + _ONE_DAY)

    @property
    def other(self) -> Days | None:
        """The period that is compared with, or None where nothing is."""
        if self.compare == A_YEAR_BEFORE:
            return comparing.a_year_before(self.days)
        if self.compare == JUST_BEFORE:
            return comparing.just_before(self.days)
        if self.other_since is not None and self.other_until is not None:
            return Days(self.other_since, self.other_until + _ONE_DAY)
        return None

    @property
    def is_fine(self) -> bool:
        """Whether something of the folded part of the form is asked."""
        return bool(self.layers or self.subject != PARTY or self.show != MEAN or self.compare == OTHER)

    def question(self, centre_ids: frozenset[int]) -> Question:
        """The same for the core. Where 延べ are counted, 手口 means each one a case carries."""
        return Question(
            centre_ids=centre_ids,
            start=self.days.start,
            end=self.days.end,
            rows=self._counted(self.rows),
            columns=self._counted(self.columns) if self.columns else None,
            measure=self.measure,
            filters={self._counted(name): [code] for name, code in self.only.items()},
            as_of=self.as_of,
            subject=self.subject,
            layers=self._counted(self.layers) if self.layers else None,
            code_map=None if self.codes is None else code_maps.numbered(centre_ids, self.codes),
        )

    def _counted(self, name: str) -> str:
        return _EACH.get(self.measure, {}).get(name, name)

    def query(self, **changed: Any) -> str:
        """The query string of this question, or of one that differs in a part.

        A period that moves stands there by its name; its days do where they were changed, or the numbers stay.
        """
        if changed.keys() & {"since", "until"}:
            changed = {"period": ""} | changed
        if changed.get("period") == "":  # numbers that stay are compared with numbers that stay
            changed = {"other_period": ""} | changed
        asked = replace(self, **changed)
        given = {
            **asked._period(),
            "rows": asked.rows,
            "columns": asked.columns,
            "measure": asked.measure,
            **{f"only_{name}": code or NOT_ENTERED for name, code in asked.only.items()},
            "layers": asked.layers,
            "subject": "" if asked.subject == PARTY else asked.subject,
            "show": asked.show if asked.measure in AMOUNTS and asked.show != MEAN else "",
            "sort": asked.sort,
            "as_of": asked.as_of,
            "codes": None if asked.as_of is None else asked.codes,
            **asked._compared(),
        }
        return urlencode(
            {name: value for name, value in given.items() if value not in ("", None)} | _no_columns(asked)
        )

    def _period(self) -> dict[str, str]:
        if self.period and self.as_of is None:
            return {"period": self.period}
        return {"since": self.since.isoformat(), "until": self.until.isoformat()}

    def _compared(self) -> dict[str, str]:
        """The year before is the usual answer and is not written out."""
        given = {} if self.compare == A_YEAR_BEFORE else {"compare": self.compare}
        if self.compare == OTHER and self.other_period and self.as_of is None:
            return given | {"other_period": self.other_period}
        if self.compare == OTHER and self.other_since and self.other_until:
            given |= {
                "other_since": self.other_since.isoformat(), "other_until": self.other_until.isoformat(),
            }  # fmt: skip
        return given

    def without(self, name: str) -> str:
        """The query string with one condition less."""
        return self.query(only={other: code for other, code in self.only.items() if other != name})

    def form_values(self) -> dict[str, Any]:
        """What the form shows: the days in full, whatever was typed."""
        return {
            **{
                name: getattr(self, name)
                for name in (
                    "rows",
                    "measure",
                    "sort",
                    "as_of",
                    "codes",
                    "subject",
                    "layers",
                    "show",
                    "period",
                )
            },
            "columns": self.columns or "none",
            "since": self.since.isoformat(),
            "until": self.until.isoformat(),
            "compare": self.compare,
            **self._compared(),
            **{f"only_{name}": code or NOT_ENTERED for name, code in self.only.items()},
        }


def _no_columns(asked: Asked) -> dict[str, str]:
    """Without columns is an answer, not a question left open: it stands in the address."""
    return {} if asked.columns else {"columns": "none"}


@dataclass(frozen=True)
class Period:
    """A period that is asked for often, with its days of today."""

    name: str
    label: Label
    since: date
    until: date

    @property
    def asked(self) -> dict[str, Any]:
        """What a question takes over of it."""
        return {"period": self.name, "since": self.since, "until": self.until, "as_of": None}


def usual_periods(today: date) -> list[Period]:
    """Every period that moves with the calendar; the first, this fiscal year so far, is the default."""
    found = []
    for name, moving in periods.MOVING.items():
        days = moving.days_on(today)
        found.append(Period(name, moving.label, days.start, days.end - _ONE_DAY))
    return found


def period_label(name: str) -> str:
    """Empty for a name that there is not."""
    return str(periods.MOVING[name].label) if name in periods.MOVING else ""


class NumbersForm(forms.Form):
    """Nothing is required: what is left open has its usual answer."""

    since = day_field(gettext_lazy("受付日(から)"), help_text=gettext_lazy("例: 4/1、R8.4.1"))
    until = day_field(gettext_lazy("受付日(まで)"), help_text=gettext_lazy("その日を含みます"))
    rows = OfferedField(label=gettext_lazy("行"), required=False)
    columns = OfferedField(label=gettext_lazy("列"), required=False)
    measure = OfferedField(label=gettext_lazy("数えるもの"), required=False)
    layers = OfferedField(
        label=gettext_lazy("重ねる項目"),
        required=False,
        help_text=gettext_lazy("件数を、さらにこの項目ごとの表に分けます"),
    )
    subject = forms.ChoiceField(
        label=gettext_lazy("だれの年代・性別・地区で数えるか"), required=False, choices=list(SUBJECTS.items())
    )
    show = forms.ChoiceField(
        label=gettext_lazy("金額の表に出す値"), required=False, choices=list(STATISTICS.items())
    )
    compare = forms.ChoiceField(
        label=gettext_lazy("比べる期間"), required=False, choices=list(COMPARISONS.items())
    )
    other_period = forms.ChoiceField(label=gettext_lazy("比べる期間の名前"), required=False)
    other_since = day_field(gettext_lazy("比べる期間(から)"))
    other_until = day_field(gettext_lazy("比べる期間(まで)"), help_text=gettext_lazy("その日を含みます"))
    sort = forms.ChoiceField(
        label=gettext_lazy("並べ方"),
        required=False,
        choices=[(name, name) for name in SORTS],
        widget=forms.HiddenInput,
    )
    as_of = forms.IntegerField(
        label=gettext_lazy("時点"), required=False, min_value=0, max_value=2**62, widget=forms.HiddenInput
    )
    codes = forms.IntegerField(
        label=gettext_lazy("分類の読み替えの版"),
        required=False,
        min_value=0,
        max_value=2**31 - 1,
        widget=forms.HiddenInput,
    )
    # Chosen by a link. It goes with the days that it stands for today; other days, once typed, are the answer.
    period = forms.ChoiceField(
        label=gettext_lazy("期間"),
        required=False,
        choices=[(name, name) for name in periods.MOVING],
        widget=forms.HiddenInput,
    )

    def __init__(self, *args: Any, centre: Centre, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._centre = centre
        for name in ("rows", "columns", "layers", "measure"):
            offer(self, name, offered(name))
        named = [(name, moving.label) for name, moving in periods.MOVING.items()]
        offer(self, "other_period", [("", _("日付で入れる")), *named])
        for name in NARROWED_BY:
            self.fields[f"only_{name}"] = OfferedField(
                label=str(DIMENSIONS[name].label), required=False, choices=conditions_by(name, centre)
            )

    @property
    def conditions(self) -> list[forms.BoundField]:
        return [self[f"only_{name}"] for name in NARROWED_BY]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for name in _DAYS:
            if (day := data.get(name)) and not _EARLIEST <= day <= _LATEST:
                self.add_error(name, _("1950年から2099年までの日を入力してください。"))
                return data
        if not self.errors:
            data["since"], data["until"], data["period"] = _days(
                data.get("since"), data.get("until"), data.get("period", "")
            )
            self._check_order(data["since"], data["until"], "until")
        if data.get("compare") == OTHER and not self.errors:
            self._check_other(data)
        if data.get("rows") and data.get("rows") == data.get("columns"):
            self.add_error("columns", _("行とは別の項目を選んでください。"))
        if not self.errors:
            self._check_whole(data)
        return data

    def _check_whole(self, data: dict[str, Any]) -> None:
        """What fits alone may not fit together: 経過の種類 of cases, three dimensions of a mean."""
        asked = _asked(data)
        if asked.layers and asked.layers in (asked.rows, asked.columns):
            self.add_error("layers", _("行や列とは別の項目を選んでください。"))
            return
        try:
            replace(asked, codes=None).question(frozenset())
        except QuestionNotUnderstood as refusal:
            self.add_error("measure", str(refusal))
        try:
            code_maps.numbered({self._centre.pk}, asked.codes or 0)
        except CodeMapMissing as refusal:
            self.add_error("codes", str(refusal))

    def _check_other(self, data: dict[str, Any]) -> None:
        """Days, or the name of a period with its days of today; other days beside a name would contradict it."""
        since, until = data["other_since"], data["other_until"]
        if name := data["other_period"]:
            days = periods.days_of(name, calendar.today())
            named = days.start, days.end - _ONE_DAY
            if (since, until) not in ((None, None), named):
                text = _("期間の名前を選んだときは、比べる期間の日を空欄にしてください。")
                self.add_error("other_period", text)
            data["other_since"], data["other_until"] = named
            return
        for name, day in (("other_since", since), ("other_until", until)):
            if day is None:
                self.add_error(name, _("比べる期間の日を入力してください。"))
        if since is not None and until is not None:
            self._check_order(since, until, "other_until")

    def _check_order(self, since: date, until: date, name: str) -> None:
        if until < since:
            self.add_error(name, _("「から」の日か、それより後の日を入力してください。"))

    def asked(self) -> Asked:
        """The question. The form is valid."""
        return _asked(self.cleaned_data)


def _asked(data: Mapping[str, Any]) -> Asked:
    rows = data["rows"] or SCAM
    columns = data["columns"] or ("sex" if rows == "age_band" else "age_band")
    only = {name: code for name in NARROWED_BY if (code := data[f"only_{name}"])}
    is_other = data["compare"] == OTHER
    return Asked(
        since=data["since"],
        until=data["until"],
        rows=rows,
        columns="" if columns == "none" else columns,
        measure=data["measure"] or CASES,
        only={name: BLANK if code == NOT_ENTERED else code for name, code in only.items()},
        sort=data["sort"],
        as_of=data["as_of"],
        codes=None if data["as_of"] is None else data["codes"],
        compare=data["compare"] or A_YEAR_BEFORE,
        other_since=data["other_since"] if is_other else None,
        other_until=data["other_until"] if is_other else None,
        subject=data["subject"] or PARTY,
        layers=data["layers"],
        show=data["show"] or MEAN,
        period=data["period"],
        other_period=data["other_period"] if is_other else "",
    )


def presets_of(asked: Asked) -> list[tuple[Label, str, bool]]:
    """(label, query string, whether it is on the page) of every usual question, for the period on the page."""
    found = []
    for preset in PRESETS:
        query = asked.query(**{**PLAIN, **preset.changed})
        found.append((preset.label, query, query == asked.query(sort="", as_of=None)))
    return found


def _days(since: date | None, until: date | None, period: str) -> tuple[date, date, str]:
    """First day, last day, and the name of the period where it moves. Days that say otherwise overrule a name.

    An open end is today; an open beginning is that of the fiscal year of the end. Nothing at all is this fiscal year.
    """
    today = calendar.today()
    if not period and since is None and until is None:
        period = periods.THIS_FISCAL_YEAR
    if period:
        days = periods.days_of(period, today)
        named = days.start, days.end - _ONE_DAY
        if (since, until) in ((None, None), named):
            return *named, period
    last = until or today
    if since is None:
        since, _end = calendar.fiscal_year_range(calendar.fiscal_year(last))
    return since, last, ""
