"""What a report is asked by, and what is typed of a case that it tells."""

from datetime import date
from typing import Any, Final

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.figures.reports.models import Report, ReportExample
from cases.figures.reports.scope import Span, name_of
from cases.law import calendar
from cases.records.case import Case
from consult.shell.fields import NOT_CHOSEN, day_field, offer

YEARS: Final = 12
MONTHS: Final = 24


class ReportForm(forms.Form):
    """The 年度 or month, and until when what was recorded counts."""

    period = forms.ChoiceField(label=gettext_lazy("期間"))
    until = day_field(
        gettext_lazy("時点"),
        help_text=gettext_lazy("この日の終わりまでに記録された内容で数えます。空欄なら今の内容です"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "period", periods(calendar.today()))

    def clean_until(self) -> date | None:
        until: date | None = self.cleaned_data["until"]
        if until is not None and not 1950 <= until.year <= calendar.today().year:
            raise forms.ValidationError(_("日付を確認してください。"))
        return until

    @property
    def asked(self) -> tuple[Span, date]:
        """The form is valid."""
        span, _dot, first = self.cleaned_data["period"].partition(".")
        return Span(span), date.fromisoformat(first)


def periods(today: date) -> list[tuple[str, str]]:
    """年度 that have begun, the last whole one first, then months: the value is `YEAR.2025-04-01`."""
    this_year = calendar.fiscal_year(today)
    firsts = [date(year, 4, 1) for year in range(this_year - 1, this_year - YEARS, -1)]
    years = [*firsts[:1], date(this_year, 4, 1), *firsts[1:]]
    month = today.replace(day=1)
    months = [
        date((index := month.year * 12 + month.month - 1 - n) // 12, index % 12 + 1, 1) for n in range(MONTHS)
    ]
    months = [*months[1:2], months[0], *months[2:]]
    return [
        *((f"YEAR.{first}", _("年報 %(period)s") % {"period": name_of(Span.YEAR, first)}) for first in years),
        *(
            (f"MONTH.{first}", _("月報 %(period)s") % {"period": name_of(Span.MONTH, first)})
            for first in months
        ),
    ]


class IssueForm(forms.Form):
    """A report that is issued can't be taken back: it is said once more."""

    sure = forms.BooleanField(
        label=gettext_lazy("内容を確かめました。発行すると、この報告は変えられません"),
        error_messages={"required": gettext_lazy("内容を確かめて、印を付けてから発行してください。")},
    )


class PickForm(forms.Form):
    """One of the cases whose masks somebody confirmed."""

    case = forms.ChoiceField(label=gettext_lazy("相談"), required=False)

    def __init__(self, *args: Any, offered: list[Case], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(case.number, f"{case.number}  {calendar.wareki(case.received_on)}") for case in offered]
        offer(self, "case", [*NOT_CHOSEN, *choices])


class ExampleForm(forms.Form):
    """The words of whoever tells the case."""

    number = forms.CharField(widget=forms.HiddenInput, max_length=16)
    title = forms.CharField(
        label=gettext_lazy("題名"), max_length=ReportExample.TITLE_LENGTH,
        widget=forms.TextInput({"autocomplete": "off"}),
    )  # fmt: skip
    text = forms.CharField(
        label=gettext_lazy("内容"), max_length=ReportExample.TEXT_LENGTH,
        help_text=gettext_lazy("地名・事業者名・金額の細部を変え、誰のことか分からない文にしてください"),
        widget=forms.Textarea({"rows": 8, "autocomplete": "off"}),
    )  # fmt: skip
    seen = forms.BooleanField(label=gettext_lazy("個人が分からないことを確かめました"), required=False)


def title_of(report: Report) -> str:
    """「年報 令和7年度」."""
    return _("%(kind)s %(period)s") % {
        "kind": Report.Span(report.span).label,
        "period": name_of(Span(report.span), report.start),
    }
