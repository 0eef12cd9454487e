"""居住地区: one list to edit, and the towns that no district has yet."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.services import districts
from cases.services.districts import DistrictsNotUnderstood
from consult.shell import roles
from consult.shell.web import StaffView

SHOWN = 300


class DistrictsForm(forms.Form):
    text = forms.CharField(
        label=gettext_lazy("地区(CSV)"),
        max_length=districts.LONGEST,
        widget=forms.Textarea(attrs={"rows": 12, "spellcheck": "false"}),
        help_text=gettext_lazy(
            "1行に1つ: 地区コード,名前,英語の名前,郵便番号。郵便番号は頭の3〜7桁を空白で区切ります(例: 1530051 152)。"
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].error_messages["required"] = _("1行目の見出しも含めて入力してください。")


class Districts(StaffView):
    permission = roles.KEEP_DISTRICTS

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.page(request, DistrictsForm(initial={"text": districts.as_text(self.actor.centre)}))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = DistrictsForm(request.POST)
        if form.is_valid():
            try:
                districts.change(self.actor.centre, form.cleaned_data["text"], by=self.actor)
            except DistrictsNotUnderstood as refusal:
                form.add_error("text", str(refusal))
            else:
                messages.success(request, _("居住地区を保存しました。これから入力する相談に使います。"))
                return redirect("districts")
        return self.page(request, form, status=422)

    def page(self, request: HttpRequest, form: DistrictsForm, *, status: int = 200) -> HttpResponse:
        missing = districts.uncovered(self.actor.centre)
        context = {
            "form": form,
            "centre": self.actor.centre,
            "uncovered": missing[:SHOWN],
            "further": max(0, len(missing) - SHOWN),
            "has_errors": bool(form.errors),
        }
        return render(request, "manage/districts.html", context, status=status)
