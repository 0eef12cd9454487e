"""The managers' question. Its address holds the whole of it and nothing personal, so a link can be passed on."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any, Final
from urllib.parse import urlencode

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.figures import measures
from cases.figures.dimensions import BLANK, DIMENSIONS, Dimension
from cases.figures.measures import BY_MENTION, CASES, COUNTS, SCAM_MENTIONS, Question
from cases.law import calendar
from cases.records import codes
from cases.records.centre import Centre, area_choices
from consult.shell.fields import Label, day_field, offer

SCAM: Final = "scam_main"
ROWS: Final = (
    SCAM, "product_class", "sales_method", "channel", "kind", "sex", "area", "occupation", "outcome", "month",
    "age_band",
)  # fmt: skip
COLUMNS: Final = (
    "age_band",
    "age_band_fine",
    "senior",
    "sex",
    "month",
    "sales_method",
    "kind",
    "channel",
    "outcome",
)
NARROWED_BY: Final = (
    SCAM, "product_class", "sales_method", "channel", "kind", "age_band", "senior", "sex", "area", "outcome",
)  # fmt: skip
SORTS: Final = ("total", "difference", "senior")
# A code that was not entered has no word of its own; in an address it needs one.
NOT_ENTERED: Final = "-"
_EARLIEST: Final = date(1950, 1, 1)
_LATEST: Final = date(2099, 12, 31)
_ONE_DAY: Final = timedelta(days=1)


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

    def question(self, centre_ids: frozenset[int]) -> Question:
        """The same for the core. Where 延べ are counted, 手口 means each one a case carries."""
        return Question(
            centre_ids=centre_ids,
            start=self.since,
            end=self.until + _ONE_DAY,
            rows=self._counted(self.rows),
            columns=self._counted(self.columns) if self.columns else None,
            measure=self.measure,
            filters={self._counted(name): [code] for name, code in self.only.items()},
            as_of=self.as_of,
        )

    def _counted(self, name: str) -> str:
        return BY_MENTION if name == SCAM and self.measure == SCAM_MENTIONS else name

    def query(self, **changed: Any) -> str:
        """The query string of this question, or of one that differs in a part."""
        asked = replace(self, **changed)
        given = {
            "since": asked.since.isoformat(),
            "until": asked.until.isoformat(),
            "rows": asked.rows,
            "columns": asked.columns,
            "measure": asked.measure,
            **{f"only_{name}": code or NOT_ENTERED for name, code in asked.only.items()},
            "sort": asked.sort,
            "as_of": asked.as_of,
        }
        return urlencode(
            {name: value for name, value in given.items() if value not in ("", None)} | _no_columns(asked)
        )

    def without(self, name: str) -> str:
        """The query string with one condition less."""
        return self.query(only={other: code for other, code in self.only.items() if other != name})

    def form_values(self) -> dict[str, Any]:
        """What the form shows: the days in full, whatever was typed."""
        return {
            **{name: getattr(self, name) for name in ("rows", "measure", "sort", "as_of")},
            "columns": self.columns or "none",
            "since": self.since.isoformat(),
            "until": self.until.isoformat(),
            **{f"only_{name}": code or NOT_ENTERED for name, code in self.only.items()},
        }


def _no_columns(asked: Asked) -> dict[str, str]:
    """Without columns is an answer, not a question left open: it stands in the address."""
    return {} if asked.columns else {"columns": "none"}


@dataclass(frozen=True)
class Period:
    """A period that is asked for often."""

    label: Label
    since: date
    until: date


def usual_periods(today: date) -> list[Period]:
    """This fiscal year so far (the default), the last one, this month so far, the last one."""
    this_year, _next = calendar.fiscal_year_range(calendar.fiscal_year(today))
    last_year, _end = calendar.fiscal_year_range(calendar.fiscal_year(today) - 1)
    this_month = today.replace(day=1)
    last_month = this_month - _ONE_DAY
    return [
        Period(_("今年度"), this_year, today),
        Period(_("前年度"), last_year, this_year - _ONE_DAY),
        Period(_("今月"), this_month, today),
        Period(_("先月"), last_month.replace(day=1), last_month),
    ]


class NumbersForm(forms.Form):
    """Nothing is required: what is left open has its usual answer."""

    since = day_field(gettext_lazy("受付日(から)"), help_text=gettext_lazy("例: 4/1、R8.4.1"))
    until = day_field(gettext_lazy("受付日(まで)"), help_text=gettext_lazy("その日を含みます"))
    rows = forms.ChoiceField(label=gettext_lazy("行"), required=False)
    columns = forms.ChoiceField(label=gettext_lazy("列"), required=False)
    measure = forms.ChoiceField(label=gettext_lazy("数え方"), required=False, choices=list(COUNTS.items()))
    sort = forms.ChoiceField(
        required=False, choices=[(name, name) for name in SORTS], widget=forms.HiddenInput
    )
    as_of = forms.IntegerField(required=False, min_value=0, max_value=2**62, widget=forms.HiddenInput)

    def __init__(self, *args: Any, centre: Centre, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "rows", [(name, DIMENSIONS[name].label) for name in ROWS])
        across = [(name, DIMENSIONS[name].label) for name in COLUMNS]
        offer(self, "columns", [*across, ("none", _("なし(合計だけ)"))])
        for name in NARROWED_BY:
            dimension = DIMENSIONS[name]
            choices = [("", _("すべて")), *_codes_of(dimension, centre)]
            self.fields[f"only_{name}"] = forms.ChoiceField(
                label=str(dimension.label), required=False, choices=choices
            )

    @property
    def conditions(self) -> list[forms.BoundField]:
        return [self[f"only_{name}"] for name in NARROWED_BY]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for name in ("since", "until"):
            if (day := data.get(name)) and not _EARLIEST <= day <= _LATEST:
                self.add_error(name, _("1950年から2099年までの日を入力してください。"))
                return data
        if not self.errors:
            data["since"], data["until"] = _days(data.get("since"), data.get("until"))
            if data["until"] < data["since"]:
                self.add_error("until", _("「から」の日か、それより後の日を入力してください。"))
        if data.get("rows") and data.get("rows") == data.get("columns"):
            self.add_error("columns", _("行とは別の項目を選んでください。"))
        return data

    def asked(self) -> Asked:
        """The question. The form is valid."""
        data = self.cleaned_data
        rows = data["rows"] or SCAM
        columns = data["columns"] or ("sex" if rows == "age_band" else "age_band")
        only = {name: code for name in NARROWED_BY if (code := data[f"only_{name}"])}
        return Asked(
            since=data["since"],
            until=data["until"],
            rows=rows,
            columns="" if columns == "none" else columns,
            measure=data["measure"] or measures.CASES,
            only={name: BLANK if code == NOT_ENTERED else code for name, code in only.items()},
            sort=data["sort"],
            as_of=data["as_of"],
        )


def _days(since: date | None, until: date | None) -> tuple[date, date]:
    """An open end is today; an open beginning is that of the fiscal year of the end."""
    last = until or calendar.today()
    if since is None:
        since, _end = calendar.fiscal_year_range(calendar.fiscal_year(last))
    return since, last


def _codes_of(dimension: Dimension, centre: Centre) -> list[tuple[str, str]]:
    """Every code of a dimension in order, retired ones too: old cases carry them."""
    if dimension.column == "area":
        return area_choices(centre)
    known = dimension.known_codes() or frozenset()
    if dimension.name == "product_class":
        known = frozenset({*codes.codes(codes.Kind.PRODUCT).roots.values(), BLANK})
    ordered = dimension.ordered(known, ())
    return [(code or NOT_ENTERED, text) for code, text in zip(ordered, dimension.texts(ordered), strict=True)]
