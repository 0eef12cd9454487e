"""What is typed around the numbers: a name for a question, what an answer was for, the notice of a correction."""

from typing import Any, Final

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.services.answers import NAME_LENGTH, NOTICE_LENGTH, TITLE_LENGTH
from consult.shell.fields import day_field, offer

# What a kept question counts when it is opened again.
MOVING: Final = "moving"
DAYS: Final = "days"
FIXED: Final = "fixed"


class KeepForm(forms.Form):
    """`period`: the words of the period where it moves with the calendar, else empty."""

    prefix = "keep"

    uid = forms.UUIDField(widget=forms.HiddenInput)
    address = forms.CharField(widget=forms.HiddenInput)
    name = forms.CharField(
        label=gettext_lazy("名前"),
        max_length=NAME_LENGTH,
        help_text=gettext_lazy("例: 議会用 65歳以上の手口。人の名前は伏せられます"),
    )
    counts = forms.ChoiceField(label=gettext_lazy("次に開いたときに数えるもの"))
    is_shared = forms.BooleanField(label=gettext_lazy("センターの人にも見せる"), required=False)

    def __init__(self, *args: Any, period: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        moving = [(MOVING, _("開いた日の「%(period)s」") % {"period": period})] if period else []
        usual = [(DAYS, _("この日付(後の記録や訂正も入れる)")), (FIXED, _("今の数字のまま"))]
        offer(self, "counts", [*moving, *usual])


class PublishForm(forms.Form):
    uid = forms.UUIDField(widget=forms.HiddenInput)
    title = forms.CharField(
        label=gettext_lazy("何への回答か"),
        max_length=TITLE_LENGTH,
        help_text=gettext_lazy("例: 令和8年12月定例会 一般質問。人の名前は伏せられます"),
    )
    answered_on = day_field(
        gettext_lazy("答えた日"), required=True, help_text=gettext_lazy("例: 12/4、R8.12.4")
    )


class CorrectForm(forms.Form):
    uid = forms.UUIDField(widget=forms.HiddenInput)
    notice = forms.CharField(
        label=gettext_lazy("訂正のお知らせ"),
        max_length=NOTICE_LENGTH,
        widget=forms.Textarea({"rows": 3}),
        help_text=gettext_lazy("何をなぜ直すかを書きます。人の名前は伏せられます"),
    )
