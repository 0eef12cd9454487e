"""The form of the years."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.services.retention.rules import LEAST_YEARS, MOST_YEARS
from outreach.keeping import kinds


class YearsForm(forms.Form):
    """A number of years for each kind that is set here."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for kind in kinds.settable():
            self.fields[kind.code] = forms.IntegerField(
                label=str(kind.label), min_value=LEAST_YEARS, max_value=MOST_YEARS, widget=forms.TextInput,
                help_text=_("%(ended_by)sから何年") % {"ended_by": kind.ended_by},
            )  # fmt: skip

    def wanted(self) -> Mapping[str, int]:
        return dict(self.cleaned_data)
