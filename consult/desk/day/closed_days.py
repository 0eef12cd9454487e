"""休みの日と開所時間: days closed or open beside weekends, holidays and the turn of the year, and the hours."""

from http import HTTPStatus
from typing import Any, Final

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.law import calendar
from cases.law.working_time import Hours
from cases.protection import audit
from cases.records.closed_days import ClosedDay
from cases.services import opening_hours
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


class HoursForm(forms.Form):
    opens_at = forms.TimeField(label=gettext_lazy("開所"), help_text=gettext_lazy("例: 8:30"))
    closes_at = forms.TimeField(label=gettext_lazy("閉所"), help_text=gettext_lazy("例: 17:15"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        plain_words(self)

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        opens, closes = found.get("opens_at"), found.get("closes_at")
        if opens and closes and opens >= closes:
            self.add_error("closes_at", _("閉所は、開所より後の時刻にしてください。"))
        return found


class ClosedDays(StaffView):
    """The coming days with a rule of their own, and the hours of a day.

    Posting adds a day, takes one away (`remove`: its day), or sets the hours (`opens_at`, `closes_at`).
    """

    permission = roles.EDIT_GUIDANCE

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._page(request)

    def post(self, request: HttpRequest) -> HttpResponse:
        if request.POST.get("remove"):
            return self._remove(request.POST["remove"])
        if "opens_at" in request.POST:
            return self._set_hours(request)
        form = ClosedDayForm(request.POST)
        if not form.is_valid():
            return self._page(request, days=form)
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

    def _set_hours(self, request: HttpRequest) -> HttpResponse:
        form = HoursForm(request.POST)
        if not form.is_valid():
            return self._page(request, hours=form)
        data = form.cleaned_data
        opening_hours.change(self.actor.centre, Hours(data["opens_at"], data["closes_at"]), by=self.actor)
        messages.success(request, _("開所時間を保存しました。"))
        return redirect("closed-days")

    def _record(self, day: str) -> None:
        audit.record("CLOSED_DAYS_CHANGED", by=self.actor, centre=self.actor.centre, reason=day)

    def _page(
        self, request: HttpRequest, *, days: ClosedDayForm | None = None, hours: HoursForm | None = None
    ) -> HttpResponse:
        """`days`, `hours`: the form that was refused."""
        refused, held = days or hours, opening_hours.of(self.actor.centre)
        rows = ClosedDay.objects.filter(centre=self.actor.centre, day__gte=calendar.today())
        context = {
            "rows": list(rows[:MOST]),
            "form": days or ClosedDayForm(),
            "hours": hours
            or HoursForm(initial={"opens_at": f"{held.opens:%H:%M}", "closes_at": f"{held.closes:%H:%M}"}),
            "refused": refused,
            "has_errors": refused is not None,
        }
        status = HTTPStatus.OK if refused is None else HTTPStatus.UNPROCESSABLE_ENTITY
        return render(request, "desk/day/closed_days.html", context, status=status)
