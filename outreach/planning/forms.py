"""Forms of the planner's pages."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.figures import amount_classes
from cases.figures.need.weights import LIMITS, Weights
from cases.figures.trends import EVERYONE, GROUPS
from consult.shell.fields import NOT_CHOSEN, offer
from outreach.planning.models import PlanChoice
from outreach.planning.services import LONGEST_NOTE
from outreach.planning.wording import Names

EVERYTHING: Final = [("", _("すべて"))]
NEXT: Final = "NEXT"
RULES: Final = ("reached_months", "most_before_all", "repeat_months")


def note_field() -> forms.CharField:
    return forms.CharField(
        label=_("理由"),
        max_length=LONGEST_NOTE,
        widget=forms.Textarea({"rows": 2, "autocomplete": "off"}),
        help_text=_("あとで読む人のために、短く書いてください。名前や電話番号は書かないでください。"),
    )


class PlanFilter(forms.Form):
    """What of a plan is shown; everything that is not understood shows all."""

    show = forms.ChoiceField(
        label=_("表示"),
        required=False,
        choices=[
            (NEXT, _("次に開く案")), ("OPEN", _("いま開けるもの")), ("", _("すべて")),
        ],
    )  # fmt: skip
    theme = forms.ChoiceField(label=_("手口"), required=False)
    age_group = forms.ChoiceField(
        label=_("年代"),
        required=False,
        choices=[*EVERYTHING, *((code, name) for code, name in GROUPS.items() if code != EVERYONE)],
    )
    area = forms.ChoiceField(label=_("地区"), required=False)

    def __init__(self, *args: Any, themes: list[str], areas: list[str], names: Names, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "theme", [*EVERYTHING, *((code, names.topic(code)) for code in themes)])
        offer(self, "area", [*EVERYTHING, *((code, names.area(code)) for code in areas if code)])

    def chosen(self) -> dict[str, str]:
        """Name → what is chosen; a field that was not understood is left out."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}


class ChoiceForm(forms.Form):
    """What a person chooses over the planner for one line."""

    kind = forms.ChoiceField(
        label=_("指定"), choices=PlanChoice.Kind.choices, initial="PIN", widget=forms.RadioSelect
    )
    factor = forms.DecimalField(
        label=_("重み"),
        required=False,
        max_digits=4,
        decimal_places=2,
        min_value=Decimal("0.1"),
        max_value=Decimal(10),
        widget=forms.TextInput({"autocomplete": "off"}),
        help_text=_("「重み・地区を変える」のとき。1より大きいと上がり、小さいと下がります(0.1〜10)。"),
    )
    to_area = forms.ChoiceField(
        label=_("行き先の地区"),
        required=False,
        help_text=_("「重み・地区を変える」のとき。別の地区で開く場合に選びます。"),
    )
    note = note_field()

    def __init__(self, *args: Any, names: Names, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "to_area", [*NOT_CHOSEN, *names.areas.items()])


def _rule_field(label: Any, name: str, help_text: Any) -> forms.IntegerField:
    least, most = map(int, LIMITS[name])
    return forms.IntegerField(
        label=label, min_value=least, max_value=most, widget=forms.TextInput, help_text=help_text
    )


class WeightsForm(forms.Form):
    """The weights of a centre: shares as per cent, one field per class of paid amounts and per 手口 of the plan."""

    general_share = forms.IntegerField(
        label=_("手口を決めない講座の数え方(%)"),
        min_value=0,
        max_value=100,
        widget=forms.TextInput,
        help_text=_("手口を決めない講座に来た人を、それぞれの手口で何%届いたと数えるか。"),
    )
    bulletin_share = forms.IntegerField(
        label=_("見守り通信の数え方(%)"),
        min_value=0,
        max_value=100,
        widget=forms.TextInput,
        help_text=_("その手口の通信を出したとき、住民の何%に届いたと数えるか。0なら数えません。"),
    )
    silent_below = forms.IntegerField(
        label=_("相談が少ない地区とする割合(%)"),
        min_value=10,
        max_value=100,
        widget=forms.TextInput,
        help_text=_("見込みに対して、相談全体がこの割合以下の地区を知らせます。"),
    )
    at_least = forms.DecimalField(
        label=_("載せる件数の下限(1年)"),
        min_value=Decimal("0.1"),
        max_value=Decimal(100),
        widget=forms.TextInput,
        help_text=_("見込みがこれより少ない組み合わせは載せません。"),
    )
    reached_months = _rule_field(
        _("届いたと数える月数"),
        "reached_months",
        _("講座に来た人を、何か月の間「届いた」と数えるか。地区ごとの回数も、この間で数えます。"),
    )
    most_before_all = _rule_field(
        _("ほかの地区を待つ回数"),
        "most_before_all",
        _("この回数を開いた地区は、一度も開いていない地区があるうちは後に回します。"),
    )
    repeat_months = _rule_field(
        _("同じ講座をあける月数"),
        "repeat_months",
        _("同じ手口・年代・地区の講座は、この月数は後に回します(急な増加の知らせがあるときを除く)。"),
    )
    note = note_field()

    def __init__(self, *args: Any, topics: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        least, most = LIMITS["points"]
        for code, name in amount_classes.LABELS.items():
            if code != amount_classes.UNKNOWN_AMOUNT:
                self.fields[f"points_{code}"] = _weight_field(name, least, most, is_required=True)
        for code, name in topics.items():
            self.fields[f"topic_{code}"] = _weight_field(name, *LIMITS["topics"], is_required=False)

    @property
    def points(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name.startswith("points_")]

    @property
    def topics(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name.startswith("topic_")]

    def weights(self, before: Weights) -> Weights:
        """What was typed; the form is valid. 手口 that the form does not offer keep what they had."""
        given = self.cleaned_data
        typed = {name: value for name, value in given.items() if name.startswith("topic_")}
        kept = {code: value for code, value in before.topics.items() if f"topic_{code}" not in typed}
        return Weights(
            points={
                name.removeprefix("points_"): float(value)
                for name, value in given.items()
                if name.startswith("points_")
            },
            topics={
                **kept,
                **{
                    name.removeprefix("topic_"): float(value)
                    for name, value in typed.items()
                    if value is not None
                },
            },
            general_share=given["general_share"] / 100,
            bulletin_share=given["bulletin_share"] / 100,
            silent_below=given["silent_below"] / 100,
            at_least=float(given["at_least"]),
            **{name: given[name] for name in RULES},
        )


def _weight_field(label: Any, least: float, most: float, *, is_required: bool) -> forms.DecimalField:
    return forms.DecimalField(
        label=label,
        required=is_required,
        min_value=Decimal(str(least)),
        max_value=Decimal(str(most)),
        max_digits=4,
        decimal_places=2,
        widget=forms.TextInput({"autocomplete": "off", "inputmode": "decimal"}),
    )


def initial_of(weights: Weights) -> dict[str, Any]:
    """The form's values for the weights."""
    return {
        "general_share": round(100 * weights.general_share),
        "bulletin_share": round(100 * weights.bulletin_share),
        "silent_below": round(100 * weights.silent_below),
        "at_least": f"{weights.at_least:g}",
        **{name: getattr(weights, name) for name in RULES},
        **{f"points_{code}": f"{value:g}" for code, value in weights.points.items()},
        **{f"topic_{code}": f"{value:g}" for code, value in weights.topics.items()},
    }
