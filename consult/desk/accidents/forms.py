"""Forms of the 重大事故等 wizard: the questions, the items of the notice form, and the note of the notice."""

from collections.abc import Mapping
from typing import Any, Final

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cases.law.accidents import QUESTIONS
from cases.records.accidents import AccidentDecision
from cases.services.accidents import ITEM_LENGTH, ITEMS, NUMBER_LENGTH
from cases.services.reading import read_moment
from consult.desk.forms import WordsField, plain_words
from consult.shell.fields import NOT_CHOSEN, ReadField, offer

ANSWERS: Final = (("yes", _("はい")), ("no", _("いいえ")), ("unknown", _("不明")))
ITEM_LABELS: Final[Mapping[str, Any]] = {
    "happened": _("事故の日時"),
    "place": _("事故の場所(市区町村、住宅・店舗・道路など)"),
    "product": _("商品・サービスの名称、型式、製造番号、買った日"),
    "maker": _("製造・輸入・販売した事業者の名称、所在地"),
    "victim": _("被害者の性別・年代・人数(氏名は書かない)"),
    "harm": _("けが・病気の内容、部位、治るまでの期間、医療機関の診断"),
    "summary": _("事故の概要"),
    "cause": _("考えられる原因、現物の有無と保管先"),
    "measures": _("センターと事業者の対応、ほかに連絡した機関"),
}


class DecideForm(forms.Form):
    """One choice per question; what is not touched stays unknown. Then the items of the form, all optional."""

    uid = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for question in QUESTIONS:
            self.fields[question.name] = forms.ChoiceField(
                label=question.label,
                help_text=question.help_text,
                choices=ANSWERS,
                widget=forms.RadioSelect,
                initial="unknown",
                required=False,
            )
        for name in ITEMS:
            rows = 4 if name == "summary" else 2
            self.fields[f"item_{name}"] = WordsField(
                label=ITEM_LABELS[name], rows=rows, required=False, max_length=ITEM_LENGTH
            )
        plain_words(self)

    @property
    def answers(self) -> dict[str, str]:
        """The form is valid."""
        return {question.name: self.cleaned_data[question.name] or "unknown" for question in QUESTIONS}

    @property
    def items(self) -> dict[str, str]:
        return {name: self.cleaned_data[f"item_{name}"] for name in ITEMS}

    def question_fields(self) -> list[Any]:
        return [self[question.name] for question in QUESTIONS]

    def item_fields(self) -> list[Any]:
        return [self[f"item_{name}"] for name in ITEMS]


class NoticeForm(forms.Form):
    """When the office was told, which one, and its number."""

    notified_at = ReadField(
        lambda text: read_moment(text, now=timezone.now()), label=_("通知した日時"), required=True
    )
    notified_to = forms.ChoiceField(label=_("通知先"))
    number = forms.CharField(
        label=_("相手の受付番号"), max_length=NUMBER_LENGTH, required=False, help_text=_("あれば")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "notified_to", [*NOT_CHOSEN, *AccidentDecision.Recipient.choices])
        plain_words(self)
