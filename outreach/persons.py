"""Forms about persons whom outreach knows: why one is shown, and who is sought."""

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.protection.purpose import Purpose


class RevealForm(forms.Form):
    """Why whoever opens it wants to see a person."""

    purpose = forms.ChoiceField(
        label=_("表示する目的"),
        choices=[(one.value, one.label) for one in (Purpose.OUTREACH, Purpose.REQUEST, Purpose.INSPECTION)],
        initial=Purpose.OUTREACH,
    )


class FindForm(forms.Form):
    phone = forms.CharField(
        label=_("電話番号"),
        max_length=40,
        widget=forms.TextInput({"inputmode": "tel", "autocomplete": "off"}),
    )
