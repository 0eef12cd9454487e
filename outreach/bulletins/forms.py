"""Forms of the bulletins' pages."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.law import calendar
from cases.records.codes import Kind
from consult.shell.fields import NOT_CHOSEN, code_choices, minted, offer
from outreach.bulletins.examples import Source
from outreach.bulletins.models import Bulletin
from outreach.bulletins.services import EXAMPLE_FIELDS, EXAMPLE_LENGTH, TITLE_LENGTH, BulletinText


def _example(label: Any, help_text: Any = "") -> forms.CharField:
    """The bounds of `services` are told there; a form only keeps off what is beyond all bounds."""
    return forms.CharField(
        label=label, max_length=EXAMPLE_LENGTH * 2, required=False, help_text=help_text,
        widget=forms.Textarea({"rows": 5}),
    )  # fmt: skip


class BulletinForm(forms.Form):
    """The text of a bulletin; advice and signs are one line each."""

    uid = minted()
    # The surge that it answers, where it began at a card; the planner's proposal, where it began there.
    wave = forms.UUIDField(required=False, widget=forms.HiddenInput)
    proposal = forms.UUIDField(required=False, widget=forms.HiddenInput)
    theme = forms.ChoiceField(label=_("手口"), required=False)
    title = forms.CharField(
        label=_("題"), max_length=TITLE_LENGTH, help_text=_("40文字まで。21文字までなら1行に収まります。")
    )
    example = _example(
        _("事例"), _("日付・地名・金額はぼかし、個人が分からない形で、自分の言葉で書きます。300文字まで。")
    )
    example_2 = _example(_("事例(2つ目)"))
    example_3 = _example(_("事例(3つ目)"))
    sources = forms.MultipleChoiceField(
        label=_("もとにした報告書の事例"), required=False, widget=forms.CheckboxSelectMultiple
    )
    advice = forms.CharField(
        label=_("ひとこと助言"),
        max_length=1000,
        required=False,
        help_text=_("1行に1つ、3〜4行。1行60文字まで。"),
        widget=forms.Textarea({"rows": 5}),
    )
    signs = forms.CharField(
        label=_("見守るときの気づきのポイント"),
        max_length=1000,
        required=False,
        help_text=_("1行に1つ、6行まで。"),
        widget=forms.Textarea({"rows": 5}),
    )
    audience = forms.ChoiceField(
        label=_("読む人"),
        choices=Bulletin.Audience.choices,
        initial=Bulletin.Audience.MEMBERS,
        help_text=_("一般に配るものには、件数をおおよその数で載せます。"),
        widget=forms.RadioSelect,
    )
    period = forms.ChoiceField(
        label=_("件数"),
        choices=Bulletin.Period.choices,
        initial=Bulletin.Period.NONE,
        help_text=_("少ない件数や、前に公表した数と合わせると少ない件数が分かるものは、選んでも載りません。"),
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, offered: Sequence[Source] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "sources", [(str(source.uid), source.title) for source in offered])
        offer(self, "theme", [*NOT_CHOSEN, *code_choices(Kind.SCAM_TYPE, calendar.today())])
        for bound in self.fields.values():
            bound.widget.attrs.setdefault("autocomplete", "off")

    def text(self) -> BulletinText:
        """What was typed; the form is valid."""
        data = self.cleaned_data
        return BulletinText(
            title=data["title"],
            theme=data["theme"],
            example=data["example"].replace("\r\n", "\n"),
            more_examples=[data[name].replace("\r\n", "\n") for name in EXAMPLE_FIELDS[1:]],
            sources=data["sources"],
            advice=data["advice"].splitlines(),
            signs=data["signs"].splitlines(),
            period=data["period"],
            audience=data["audience"],
        )


def initial_of(bulletin: Bulletin) -> dict[str, Any]:
    return {
        "theme": bulletin.theme,
        "title": bulletin.title,
        **dict(zip(EXAMPLE_FIELDS, [bulletin.example, *bulletin.more_examples], strict=False)),
        "sources": bulletin.sources,
        "advice": "\n".join(bulletin.advice),
        "signs": "\n".join(bulletin.signs),
        "period": bulletin.period,
        "audience": bulletin.audience,
    }


class SubmitForm(forms.Form):
    suggestions_seen = forms.BooleanField(
        label=_("印の付いた部分は、個人情報でも相談の件数でもないことを確認した"), required=False
    )


class ReturnForm(forms.Form):
    comment = forms.CharField(label=_("差し戻す理由"), max_length=400, widget=forms.Textarea({"rows": 3}))
