"""What is typed at a step of 決裁."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.services.glass import LONGEST_REASON
from consult.desk.forms import WordsField, plain_words


class StepForm(forms.Form):
    """A step with its comment. `uid` is minted with the form, so that a second sending is the same step."""

    uid = forms.UUIDField(widget=forms.HiddenInput)
    comment = WordsField(label=_("コメント"), rows=3, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        plain_words(self)


class AskForm(StepForm):
    comment = WordsField(
        label=_("決裁者に伝えること"), rows=3, required=False, help_text=_("空欄でも起案できます。")
    )


class DecideForm(StepForm):
    """Approval or return of the revision that was on the screen."""

    revision = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    comment = WordsField(
        label=_("コメント"),
        rows=3,
        required=False,
        help_text=_("差し戻すときは、直してほしいところを書きます。"),
    )


class BatchForm(forms.Form):
    """One comment that goes to every case of a batch."""

    comment = WordsField(
        label=_("コメント(選んだすべての相談に付きます)"),
        rows=2,
        required=False,
        help_text=_("空欄でも承認できます。"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        plain_words(self)


class ApprovalRevealForm(forms.Form):
    """Why an approver looks at persons; the purpose is 決裁."""

    reason = forms.CharField(
        label=_("個人情報を見る理由"),
        max_length=LONGEST_REASON,
        help_text=_("個人名は書きません(書いても伏せて残します)。"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        plain_words(self)
