"""A file with its day and source, and the district of every town in it."""

from typing import Any, Final

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.records.centre import Centre
from cases.services.population.keeping import SOURCE_LENGTH
from cases.services.population.towns import Group
from consult.shell.fields import day_field

IN_NONE: Final = "-"


class PopulationForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("人口のファイル"),
        help_text=gettext_lazy(
            "町丁目別・年齢別人口のCSV(UTF-8・Shift_JIS)かExcel(.xlsx)。年齢は各歳でも5歳きざみでも読めます"
        ),
        allow_empty_file=True,
        widget=forms.FileInput({"accept": ".csv,.xlsx"}),
    )
    as_of = day_field(
        gettext_lazy("基準日"), help_text=gettext_lazy("例: R8.1.1。空欄なら、ファイルに書かれた日を使います")
    )
    source = forms.CharField(
        label=gettext_lazy("出典"),
        help_text=gettext_lazy("例: みどり市 町丁別年齢別人口(住民基本台帳)"),
        max_length=SOURCE_LENGTH,
        widget=forms.TextInput({"autocomplete": "off"}),
    )


class PlacesForm(forms.Form):
    """One choice for each group of towns, and a mark where the sums differ."""

    def __init__(self, *args: Any, groups: list[Group], centre: Centre, differs: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._groups = {_name(group): group for group in groups}
        areas = [(area.code, area.text) for area in centre.areas.all()]
        choices = [("", _("選んでください")), *areas, (IN_NONE, _("どの地区にも入れない(全体にだけ数える)"))]
        for name, group in self._groups.items():
            chosen = group.area or (IN_NONE if group.is_confirmed else "")
            self.fields[name] = forms.ChoiceField(
                label=group.name,
                choices=choices,
                initial=chosen,
                error_messages={"required": _("地区を選んでください。")},
            )
        if differs:
            self.fields["differs"] = forms.BooleanField(
                label=_("合計が合わないことを確かめた。このまま登録する"),
                error_messages={"required": _("確かめたら、印を付けてください。")},
            )

    @property
    def rows(self) -> list[tuple[Group, forms.BoundField]]:
        return [(group, self[name]) for name, group in self._groups.items()]

    @property
    def district_of(self) -> dict[str, str]:
        """The district of every town. The form is valid."""
        return {
            town: "" if self.cleaned_data[name] == IN_NONE else self.cleaned_data[name]
            for name, group in self._groups.items()
            for town in group.towns
        }


def _name(group: Group) -> str:
    """Of the group's own towns: an answer never goes to a town that its page did not ask for."""
    return f"town_{group.towns[0]}_{len(group.towns)}"
