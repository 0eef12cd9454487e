"""伏せる基準: below which count a number is hidden, and whether counts are rounded; looser only with a reason."""

from typing import Any, Final

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.errors import CasesError
from cases.services import releases
from consult.shell import roles
from consult.shell.fields import tell
from consult.shell.web import StaffView

REASON_LENGTH: Final = 200


class RuleForm(forms.Form):
    public_below = forms.IntegerField(
        label=gettext_lazy("だれでも読めるもの: この件数より少ない数を伏せる"), min_value=1, max_value=1000,
        widget=forms.NumberInput({"inputmode": "numeric"}),
    )  # fmt: skip
    members_below = forms.IntegerField(
        label=gettext_lazy("構成員に配るもの: この件数より少ない数を伏せる"), min_value=1, max_value=1000,
        widget=forms.NumberInput({"inputmode": "numeric"}),
    )  # fmt: skip
    rounding = forms.TypedChoiceField(
        label=gettext_lazy("見守り通信に載せる件数(だれでも読めるもの)"),
        coerce=int,
        choices=[
            (10, gettext_lazy("10の倍数に丸める")),
            (5, gettext_lazy("5の倍数に丸める")),
            (0, gettext_lazy("丸めないで伏せる")),
        ],
    )
    reason = forms.CharField(
        label=gettext_lazy("理由"),
        required=False,
        max_length=REASON_LENGTH,
        widget=forms.Textarea({"rows": 2}),
        help_text=gettext_lazy("今より緩くするときだけ要ります。操作記録に残ります"),
    )


class RulePage(StaffView):
    permission = roles.APPROVE_RELEASES

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.page(request, None)

    def post(self, request: HttpRequest) -> HttpResponse:
        form = RuleForm(request.POST)
        if form.is_valid():
            try:
                releases.set_rule(self.actor.centre, **form.cleaned_data, by=self.actor)
            except releases.RuleNeedsReason as refusal:
                form.add_error("reason", str(refusal))
            except CasesError as refusal:
                tell(form, refusal)
            else:
                messages.success(request, _("基準を保存しました。これからの判定に使います。"))
                return redirect("release-rule")
        return self.page(request, form, status=422)

    def page(self, request: HttpRequest, form: RuleForm | None, *, status: int = 200) -> HttpResponse:
        held = releases.rule_of(self.actor.centre)
        initial: dict[str, Any] = {
            name: getattr(held, name) for name in ("public_below", "members_below", "rounding")
        }
        context = {
            "form": form or RuleForm(initial=initial),
            "has_errors": form is not None and bool(form.errors),
            "held": held,
        }
        return render(request, "manage/releases/rule.html", context, status=status)
