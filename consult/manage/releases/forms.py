"""What is typed and chosen around a release."""

from typing import Any, Final

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.figures.releases.models import Release
from consult.shell.fields import offer

# Kinds that a table of 集計 is published as; the others are made where their papers are.
OF_TABLES: Final = (
    Release.Kind.PAGE,
    Release.Kind.COUNCIL,
    Release.Kind.OPEN_DATA,
    Release.Kind.REPORT,
    Release.Kind.BULLETIN,
)
USUAL: Final = ("", gettext_lazy("種類と読む人に合わせて決める"))


class ProposeForm(forms.Form):
    """`uid` is minted with the page: sent twice, it is proposed once."""

    uid = forms.UUIDField(widget=forms.HiddenInput)
    title = forms.CharField(
        label=gettext_lazy("表の題"),
        max_length=Release.TITLE_LENGTH,
        help_text=gettext_lazy("公表する表にそのまま載ります。人の名前は伏せられます"),
    )
    kind = forms.ChoiceField(label=gettext_lazy("何に載せるか"))
    audience = forms.ChoiceField(
        label=gettext_lazy("読む人"),
        help_text=gettext_lazy("構成員に配るものより、だれでも読めるもののほうが多く伏せられます"),
    )
    form = forms.ChoiceField(
        label=gettext_lazy("件数の出し方"),
        required=False,
        help_text=gettext_lazy("丸めると、伏せる数は減り、合計は合わなくなります"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "kind", [(kind.value, str(kind.label)) for kind in OF_TABLES])
        offer(self, "audience", list(Release.Audience.choices))
        offer(self, "form", [USUAL, *Release.Form.choices])


class ReviseForm(forms.Form):
    """One of three: codes to count together, codes to count apart again, another way to print counts."""

    merge = forms.CharField(required=False, max_length=400, widget=forms.HiddenInput)
    apart = forms.CharField(required=False, max_length=400, widget=forms.HiddenInput)
    form = forms.ChoiceField(required=False, widget=forms.HiddenInput, choices=Release.Form.choices)


class ApproveForm(forms.Form):
    """What is published can't be taken back: it is said once more."""

    sure = forms.BooleanField(
        label=gettext_lazy("公表される表を見て確かめました。公表した数は取り消せません"),
        error_messages={"required": gettext_lazy("公表される表を見て、印を付けてから公表してください。")},
    )


class CorrectForm(forms.Form):
    notice = forms.CharField(
        label=gettext_lazy("訂正のお知らせ"),
        max_length=Release.NOTICE_LENGTH,
        widget=forms.Textarea({"rows": 3}),
        help_text=gettext_lazy("何をなぜ直すかを書きます。公表する表に載ります。人の名前は伏せられます"),
    )


class FilterForm(forms.Form):
    """Which releases are listed; nothing chosen lists all."""

    kind = forms.ChoiceField(label=gettext_lazy("種類"), required=False)
    audience = forms.ChoiceField(label=gettext_lazy("読む人"), required=False)
    state = forms.ChoiceField(label=gettext_lazy("状態"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        every = ("", _("すべて"))
        offer(self, "kind", [every, *Release.Kind.choices])
        offer(self, "audience", [every, *Release.Audience.choices])
        offer(self, "state", [every, *Release.State.choices])

    @property
    def chosen(self) -> dict[str, str]:
        """What narrows the list; of an address that nobody offered, nothing."""
        if not self.is_valid():
            return {}
        return {name: value for name, value in self.cleaned_data.items() if value}


class AudienceForm(forms.Form):
    audience = forms.ChoiceField(label=gettext_lazy("読む人"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "audience", list(Release.Audience.choices))
