"""What people say of a wave, and the rules by which a centre is judged."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.figures.surge_log.models import SurgeVerdict
from cases.law import calendar
from cases.records.codes import Kind
from cases.services.surge_verdicts import NOTE_LENGTH
from cases.surges.rules import Rules
from consult.shell.fields import NOT_CHOSEN, code_choices, day_field, offer


class VerdictForm(forms.Form):
    """`uid` is minted with the page: sent twice, it is said once."""

    uid = forms.UUIDField(widget=forms.HiddenInput)
    verdict = forms.ChoiceField(
        label=_("この知らせについての判断"), choices=SurgeVerdict.Verdict.choices, widget=forms.RadioSelect
    )
    note = forms.CharField(
        label=_("理由・メモ"),
        max_length=NOTE_LENGTH,
        required=False,
        help_text=_("人や事業者の名前は書かないでください。"),
        widget=forms.TextInput({"autocomplete": "off"}),
    )


class RulesForm(forms.Form):
    """Each field says what a larger number does."""

    false_share_percent = forms.IntegerField(
        label=_("「たまたま」の割合のめやす(%)"),
        min_value=1,
        max_value=50,
        help_text=_(
            "知らせのうち、たまたま多かっただけのものをこの割合までに抑えます。小さくすると知らせが減り、増え始めに気づくのが遅くなります。"
        ),
        widget=forms.TextInput,
    )
    fewest_week = forms.IntegerField(
        label=_("1週間の最少件数"),
        min_value=1,
        max_value=100,
        help_text=_("1週間でも4週間でも最少件数に届かないものは、どれほど珍しくても知らせません。"),
        widget=forms.TextInput,
    )
    fewest_four = forms.IntegerField(
        label=_("4週間の最少件数"), min_value=1, max_value=100, widget=forms.TextInput
    )
    small_centre = forms.IntegerField(
        label=_("小さいセンターとみなす年間件数(これより少ない)"),
        min_value=0,
        max_value=100_000,
        help_text=_(
            "これより少ないセンターでは、ふだんの件数を計算できるほど記録がないため、新しい手口と件数だけを見ます。"
        ),
        widget=forms.TextInput,
    )


def initial_of(rules: Rules) -> dict[str, int]:
    return {
        "false_share_percent": round(100 * rules.false_share),
        "fewest_week": rules.fewest_week,
        "fewest_four": rules.fewest_four,
        "small_centre": rules.small_centre,
    }


class BreakForm(forms.Form):
    """From which day on a 手口 means something else at this centre. `uid` as in `VerdictForm`."""

    uid = forms.UUIDField(widget=forms.HiddenInput)
    scam = forms.ChoiceField(label=_("手口"))
    on = day_field(_("いつから"), required=True, help_text=_("この日より前の件数とは比べません。"))
    note = forms.CharField(
        label=_("何が変わったか"), max_length=100, help_text=_("例: ほかの手口と分けた"),
        widget=forms.TextInput({"autocomplete": "off"}),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "scam", [*NOT_CHOSEN, *code_choices(Kind.SCAM_TYPE, calendar.today())])
