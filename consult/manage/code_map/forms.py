"""One code and what it counts under, and a file of all of them."""

from typing import Any, Final

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.law import calendar
from cases.records import codes
from cases.records.centre import Centre
from cases.records.codes import Code, Kind
from consult.shell.fields import offer

# Compares with nothing of today. An empty answer is none.
WITH_NONE: Final = "-"


class LineForm(forms.Form):
    old = forms.ChoiceField(label=gettext_lazy("前の分類"))
    new = forms.ChoiceField(label=gettext_lazy("今の分類"))

    def __init__(self, *args: Any, kind: Kind, centre: Centre, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        today = calendar.today()
        held = [
            row
            for row in codes.codes(kind).by_code.values()
            if row.is_for(centre.uid) and not row.merged_into
        ]
        ended = [_choice(row) for row in held if not row.holds_on(today)]
        in_use = [_choice(row) for row in held if row.holds_on(today)]
        groups = [(_("使わなくなった分類"), ended), (_("今も使う分類"), in_use)]
        offer(self, "old", [("", _("選んでください")), *(group for group in groups if group[1])])
        offer(self, "new", [("", _("選んでください")), (WITH_NONE, _("どれとも比べられない")), *in_use])

    @property
    def line(self) -> tuple[str, str]:
        """The form is valid."""
        old, new = self.cleaned_data["old"], self.cleaned_data["new"]
        return old, "" if new == WITH_NONE else new


def _choice(row: Code) -> tuple[str, str]:
    return row.code, row.text


class TableForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("読み替えのファイル"),
        help_text=gettext_lazy(
            "CSV(UTF-8・Shift_JIS)かExcel(.xlsx)。列は kind, old, new。コードの代わりに名前でも読めます"
        ),
        allow_empty_file=True,
        widget=forms.FileInput({"accept": ".csv,.xlsx"}),
    )
