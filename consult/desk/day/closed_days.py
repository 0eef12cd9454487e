"""休みの日: what the centre closes and opens beside weekends, holidays and the turn of the year."""

from typing import Any, Final

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.law import calendar
from cases.protection import audit
from cases.records.closed_days import ClosedDay
from consult.desk.forms import plain_words
from consult.shell import roles
from consult.shell.fields import day_field
from consult.shell.web import StaffView

MOST: Final = 400


class ClosedDayForm(forms.Form):
    day = day_field(gettext_lazy("日"), required=True, help_text=gettext_lazy("12/28、R9.1.4"))
    kind = forms.ChoiceField(
        label=gettext_lazy("扱い"),
        choices=[("closed", gettext_lazy("休み")), ("open", gettext_lazy("開所(土日・祝日でも)"))],
    )
    label = forms.CharField(
        label=gettext_lazy("理由"),
        max_length=40,
        required=False,
        help_text=gettext_lazy("例: 開庁記念日"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        plain_words(self)


class ClosedDays(StaffView):
    """The coming days with a rule of their own; posting adds one, or takes one away (`remove`: its day)."""

    permission = roles.EDIT_GUIDANCE

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._page(request, ClosedDayForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        if request.POST.get("remove"):
            return self._remove(request.POST["remove"])
        form = ClosedDayForm(request.POST)
        if not form.is_valid():
            return self._page(request, form, status=422)
        data = form.cleaned_data
        with transaction.atomic():
            ClosedDay.objects.update_or_create(
                centre=self.actor.centre,
                day=data["day"],
                defaults={"is_open": data["kind"] == "open", "label": data["label"]},
            )
            self._record(data["day"].isoformat())
        messages.success(request, _("%(day)sを登録しました。") % {"day": calendar.both(data["day"])})
        return redirect("closed-days")

    def _remove(self, day: str) -> HttpResponse:
        rows = {str(row.day): row for row in ClosedDay.objects.filter(centre=self.actor.centre)}
        if (row := rows.get(day)) is not None:
            with transaction.atomic():
                row.delete()
                self._record(day)
        return redirect("closed-days")

    def _record(self, day: str) -> None:
        audit.record("CLOSED_DAYS_CHANGED", by=self.actor, centre=self.actor.centre, reason=day)

    def _page(self, request: HttpRequest, form: ClosedDayForm, *, status: int = 200) -> HttpResponse:
        rows = ClosedDay.objects.filter(centre=self.actor.centre, day__gte=calendar.today())
        context = {"rows": list(rows[:MOST]), "form": form, "has_errors": form.is_bound}
        return render(request, "desk/day/closed_days.html", context, status=status)
