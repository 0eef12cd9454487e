"""What is typed around the numbers: a name for a question, what an answer was for, the notice of a correction."""

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.services.answers import NAME_LENGTH, NOTICE_LENGTH, TITLE_LENGTH
from consult.shell.fields import day_field


class KeepForm(forms.Form):
    prefix = "keep"

    uid = forms.UUIDField(widget=forms.HiddenInput)
    address = forms.CharField(widget=forms.HiddenInput)
    name = forms.CharField(
        label=_("名前"),
        max_length=NAME_LENGTH,
        help_text=_("例: 議会用 65歳以上の手口。人の名前は伏せられます"),
    )
    is_fixed = forms.BooleanField(label=_("今の数字のまま残す(後の記録や訂正を入れない)"), required=False)
    is_shared = forms.BooleanField(label=_("センターの人にも見せる"), required=False)


class PublishForm(forms.Form):
    uid = forms.UUIDField(widget=forms.HiddenInput)
    title = forms.CharField(
        label=_("何への回答か"),
        max_length=TITLE_LENGTH,
        help_text=_("例: 令和8年12月定例会 一般質問。人の名前は伏せられます"),
    )
    answered_on = day_field(_("答えた日"), required=True, help_text=_("例: 12/4、R8.12.4"))


class CorrectForm(forms.Form):
    uid = forms.UUIDField(widget=forms.HiddenInput)
    notice = forms.CharField(
        label=_("訂正のお知らせ"),
        max_length=NOTICE_LENGTH,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("何をなぜ直すかを書きます。人の名前は伏せられます"),
    )
