"""Forms of the indicators' pages."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.figures.published import plain
from cases.figures.releases.models import Release
from cases.law import calendar
from cases.records.centre import Centre
from consult.shell.fields import NOT_CHOSEN, offer
from outreach.kpis.services import KpiEntry
from outreach.kpis.sources import sources_of
from outreach.programme.models import Kpi


def _this_year() -> int:
    return calendar.fiscal_year(calendar.today())


def _decimal(label: Any, **options: Any) -> forms.DecimalField:
    return forms.DecimalField(
        label=label,
        min_value=0,
        max_digits=14,
        decimal_places=2,
        required=False,
        widget=forms.TextInput,
        **options,
    )


def _year(label: Any, **options: Any) -> forms.IntegerField:
    return forms.IntegerField(
        label=label, min_value=1900, max_value=2200, required=False, widget=forms.TextInput, **options
    )


class ValueForm(forms.Form):
    """One value of an indicator; its name is asked for where it is new."""

    name = forms.CharField(label=_("指標"), max_length=100)
    year = _year(
        _("年度(西暦)"), initial=_this_year, help_text=_("資料に年度の記載がないときは空けておきます。")
    )
    value = _decimal(_("値"), help_text=_("分からないときは空けておきます。"))
    unit = forms.CharField(label=_("単位"), max_length=10, required=False)
    target = _decimal(_("目標値"))
    target_text = forms.CharField(
        label=_("目標(文)"),
        max_length=100,
        required=False,
        help_text=_("数で表せない目標です。例: 全団体整備"),
    )
    target_year = _year(_("目標の年度(西暦)"))
    direction = forms.ChoiceField(
        label=_("向き"), choices=[*NOT_CHOSEN, *Kpi.Direction.choices], required=False
    )
    source = forms.CharField(label=_("出典"), max_length=300, required=False)
    reason = forms.CharField(
        label=_("値を変える理由"),
        max_length=200,
        required=False,
        help_text=_("すでに載っている値を変えるときに書きます。"),
    )

    def entry(self) -> KpiEntry:
        return KpiEntry(**{name: value for name, value in self.cleaned_data.items() if name != "reason"})


def initial_of(newest: Kpi) -> dict[str, Any]:
    """For the next value: everything but the year, the value and where it is from."""
    known = {
        name: getattr(newest, name)
        for name in ("name", "unit", "target", "target_text", "target_year", "direction")
    }
    return known if newest.target is None else {**known, "target": plain(newest.target)}


class BindForm(forms.Form):
    source = forms.ChoiceField(label=_("台帳の数"), required=False)

    def __init__(self, *args: Any, centre: Centre, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        found = [(source.code, str(source.label)) for source in sources_of(centre)]
        offer(self, "source", [("", _("結び付けない")), *found])


class AdoptForm(forms.Form):
    year = forms.IntegerField(min_value=1900, max_value=2200, widget=forms.HiddenInput)
    reason = forms.CharField(label=_("値を変える理由"), max_length=200, required=False)


class ReleaseForm(forms.Form):
    title = forms.CharField(
        label=_("公表の題名"), max_length=100, help_text=_("例: 令和8年度 指標の進み具合")
    )
    audience = forms.ChoiceField(
        label=_("公表先"), choices=Release.Audience.choices, initial=Release.Audience.PUBLIC
    )


class TakeForm(forms.Form):
    measure = forms.CharField(max_length=100)
    kind = forms.CharField(max_length=20, required=False)
    replaces = forms.IntegerField(required=False)
    year = forms.IntegerField(min_value=1900, max_value=2200)
