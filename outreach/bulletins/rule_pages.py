"""Page of the numbers behind the checks before release."""

from dataclasses import asdict
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.services.entry import EntryRefused
from consult.shell import roles
from consult.shell.fields import tell
from consult.shell.web import StaffView
from outreach.bulletins import rules
from outreach.bulletins.rules import BOUNDS, Rules


def _field(name: str, label: Any, help_text: Any) -> forms.IntegerField:
    least, most = BOUNDS[name]
    return forms.IntegerField(label=label, help_text=help_text, min_value=least, max_value=most)


class RulesForm(forms.Form):
    sentence_letters = _field(
        "sentence_letters", gettext_lazy("1文の長さ(字)"),
        gettext_lazy("「公用文作成の考え方」(文化審議会、2022年)は、50～60字ほどから読みにくくなるとしています。"),
    )  # fmt: skip
    kanji_percent = _field(
        "kanji_percent",
        gettext_lazy("漢字の割合(%)"),
        gettext_lazy("決まった基準はありません。この製品の目安です。"),
    )
    large_pages = _field(
        "large_pages", gettext_lazy("大きな文字のページ数"), gettext_lazy("2ページなら、紙1枚の裏表です。")
    )
    reading_morae = _field(
        "reading_morae", gettext_lazy("読み上げる速さ(1分間の拍数)"),
        gettext_lazy("決まった基準はありません。300は1秒に5拍で、会話(6～7拍)よりゆっくりです。"),
    )  # fmt: skip
    spoken_letters = _field(
        "spoken_letters", gettext_lazy("読み上げの1文の長さ(字)"),
        gettext_lazy("これより長い文を、耳で聞くには長い文として示します。"),
    )  # fmt: skip


class ChooseRules(StaffView):
    permission = roles.APPROVE_BULLETINS

    def get(self, request: HttpRequest) -> HttpResponse:
        form = RulesForm(initial=asdict(rules.rules_of(self.actor.centre)))
        return render(request, "outreach/bulletins/rules.html", {"form": form})

    def post(self, request: HttpRequest) -> HttpResponse:
        form = RulesForm(request.POST)
        if form.is_valid():
            try:
                rules.choose(Rules(**form.cleaned_data), centre=self.actor.centre, by=self.actor)
            except EntryRefused as refusal:
                tell(form, refusal)
            else:
                messages.success(request, _("目安を変えました。"))
                return redirect("bulletin-rules")
        context = {"form": form, "has_errors": True}
        return render(request, "outreach/bulletins/rules.html", context, status=422)
