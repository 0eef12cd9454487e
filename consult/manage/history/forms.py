"""A file of published figures, and one of them to correct."""

from django import forms
from django.utils.translation import gettext_lazy

from cases.services.history.reading import DEFINITION, LONGEST, NAME, PLACE, SOURCE, UNIT, YEAR


def _text(label: object, name: str, *, required: bool = False, **options: object) -> forms.CharField:
    widget = forms.TextInput({"autocomplete": "off"})
    return forms.CharField(label=label, max_length=LONGEST[name], required=required, widget=widget, **options)  # type: ignore[arg-type]


class FiguresForm(forms.Form):
    """What the file's columns do not say may be said here, for all its lines."""

    file = forms.FileField(
        label=gettext_lazy("公表値のファイル"),
        help_text=gettext_lazy(
            "CSV(UTF-8・Shift_JIS)かExcel(.xlsx)。1行に1つの値(項目・区分・年度・値・単位・定義・出典)か、年度を横に並べた表"
        ),
        allow_empty_file=True,
        widget=forms.FileInput({"accept": ".csv,.xlsx"}),
    )
    name = _text(gettext_lazy("項目"), NAME, help_text=gettext_lazy("例: 契約当事者の年代別件数"))
    unit = _text(gettext_lazy("単位"), UNIT, help_text=gettext_lazy("例: 件、%"))
    definition = _text(
        gettext_lazy("定義"),
        DEFINITION,
        help_text=gettext_lazy("例: 新規の苦情。年齢不明を含む。分からなければそのことを書きます"),
    )
    source = _text(
        gettext_lazy("出典"), SOURCE, help_text=gettext_lazy("例: みどり市 消費者行政の概要(令和3年度版)")
    )
    place = _text(
        gettext_lazy("どこの値か"), PLACE, help_text=gettext_lazy("ほかの市区町村や都道府県の値のときだけ")
    )


class FigureForm(forms.Form):
    year = _text(
        gettext_lazy("年・年度"), YEAR, required=True, help_text=gettext_lazy("例: 令和2年度、2020年")
    )
    value = forms.DecimalField(
        label=gettext_lazy("値"),
        max_digits=18,
        decimal_places=4,
        widget=forms.TextInput({"inputmode": "decimal"}),
    )
    unit = _text(gettext_lazy("単位"), UNIT, required=True)
    definition = forms.CharField(
        label=gettext_lazy("定義"), max_length=LONGEST[DEFINITION], widget=forms.Textarea({"rows": 3})
    )
    source = _text(gettext_lazy("出典"), SOURCE, required=True)
