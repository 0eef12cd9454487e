"""Pages of the lectures: list, month, one lecture, its forms, its calendar feed."""

import uuid
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from cases.figures.came_of import came_of
from cases.figures.surge_log.models import SurgeWave
from cases.figures.trends import GROUPS
from cases.law import calendar
from cases.records import codes
from cases.records.centre import area_choices
from cases.records.codes import Kind
from consult.shell import roles
from consult.shell.accounts import Account
from consult.shell.web import StaffView
from outreach import audiences, waves
from outreach.lectures import feed, services
from outreach.lectures.forms import LectureForm, ResultForm, RevealForm, initial_of
from outreach.lectures.models import Lecture
from outreach.lectures.report.models import LectureReport
from outreach.lectures.steps import services as steps
from outreach.lectures.warnings import standing_against
from outreach.notices import done_masked
from outreach.planning import links

PAGE: Final = 50


class LectureList(StaffView):
    permission = roles.PLAN_LECTURES

    def get(self, request: HttpRequest) -> HttpResponse:
        found = Lecture.objects.visible_to(self.actor).for_list()
        today = calendar.today()
        if request.GET.get("when") == "past":
            found, when = found.filter(held_on__lt=today).order_by("-held_on", "-starts_at"), "past"
        else:
            found, when = found.filter(held_on__gte=today).order_by("held_on", "starts_at"), "coming"
        context = {
            "page": Paginator(found, PAGE).get_page(request.GET.get("page")),
            "when": when,
            "today": today,
            "link": feed.current_link(self.actor),
        }
        return render(request, "outreach/lectures.html", context)


@dataclass(frozen=True)
class Day:
    """A cell of the month; `is_off` on holidays and weekends."""

    day: date
    is_other: bool
    is_today: bool
    is_holiday: bool
    lectures: list[Lecture]

    @property
    def is_off(self) -> bool:
        return self.is_holiday or self.day.weekday() >= 5


class LectureMonth(StaffView):
    permission = roles.PLAN_LECTURES

    def get(self, request: HttpRequest, year: int = 0, month: int = 0) -> HttpResponse:
        today = calendar.today()
        try:
            first = date(year, month, 1) if year else today.replace(day=1)
        except (ValueError, OverflowError):
            raise Http404 from None
        if not 1950 <= first.year <= 2150:
            raise Http404
        after = (first + timedelta(days=31)).replace(day=1)
        start = first - timedelta(days=(first.weekday() + 1) % 7)  # weeks begin on Sunday
        end = after + timedelta(days=(6 - after.weekday()) % 7)
        context = {
            "first": first,
            "month_name": calendar.wareki_month(first),
            "weeks": _weeks(self.actor, start, end, first, today),
            "previous": first - timedelta(days=1),
            "next": after,
        }
        return render(request, "outreach/lecture_month.html", context)


class LectureWeek(StaffView):
    """The week of a day, Sunday to Saturday, a list for each day."""

    permission = roles.PLAN_LECTURES

    def get(self, request: HttpRequest, year: int = 0, month: int = 0, day: int = 0) -> HttpResponse:
        today = calendar.today()
        try:
            asked = date(year, month, day) if year else today
        except (ValueError, OverflowError):
            raise Http404 from None
        if not 1950 <= asked.year <= 2150:
            raise Http404
        start = asked - timedelta(days=(asked.weekday() + 1) % 7)
        context = {
            "days": _days(self.actor, start, start + timedelta(days=7), asked, today),
            "first": start,
            "last": start + timedelta(days=6),
            "previous": start - timedelta(days=7),
            "next": start + timedelta(days=7),
        }
        return render(request, "outreach/lectures/week.html", context)


def _weeks(actor: Account, start: date, end: date, first: date, today: date) -> list[list[Day]]:
    cells = _days(actor, start, end, first, today)
    return [cells[n : n + 7] for n in range(0, len(cells), 7)]


def _days(actor: Account, start: date, end: date, first: date, today: date) -> list[Day]:
    """Each day of [start, end) with its lectures; one of several days stands on every one of them. Two queries."""
    found = list(
        Lecture.objects.visible_to(actor)
        .for_list()
        .with_lecturers()
        .touching(start, end)
        .order_by("held_on", "starts_at")
    )
    return [
        Day(
            day,
            day.month != first.month,
            day == today,
            calendar.is_holiday(day),
            [row for row in found if row.held_on <= day <= row.last_day],
        )
        for day in (start + timedelta(days=n) for n in range((end - start).days))
    ]


def form_page(
    request: HttpRequest, form: LectureForm, lecture: Lecture | None, status: int = 200
) -> HttpResponse:
    context = {
        "form": form,
        "lecture": lecture,
        "has_errors": form.is_bound and bool(form.errors),
        "asks_reason": bool(form["go_on"].errors or form["go_on"].value()),
    }
    return render(request, "outreach/lecture_form.html", context, status=status)


class PlanLecture(StaffView):
    permission = roles.PLAN_LECTURES

    def get(self, request: HttpRequest) -> HttpResponse:
        wave = waves.wave_of(request.GET.get("wave"), self.actor)
        wished = _answering(wave) if wave else _wished_by(request, self.actor)
        return form_page(request, LectureForm(initial=wished, centre=self.actor.centre), None)

    def post(self, request: HttpRequest) -> HttpResponse:
        form = LectureForm(request.POST, centre=self.actor.centre)

        def act() -> services.Saved:
            return services.plan_lecture(
                form.plan(),
                centre=self.actor.centre,
                by=self.actor,
                wave=waves.uid_of(form.cleaned_data["wave"], self.actor),
                proposal=form.cleaned_data["proposal"],
                uid=form.cleaned_data["uid"],
            )

        if saved := done_masked(request, form, act, _("講座を登録しました。")):
            return redirect("lecture", uid=saved.lecture.uid)
        return form_page(request, form, None, status=422)


def _answering(wave: SurgeWave) -> dict[str, Any]:
    """A form begun from a surge: where it rises, and among whom."""
    return {**_wished(wave.scam, wave.age), "area": wave.area, "wave": wave.uid}


def _wished_by(request: HttpRequest, actor: Account) -> dict[str, Any]:
    """A form begun from a rising topic (`scam`, `group`) or a proposal (`theme`, `audience`, `area`, `proposal`)."""
    wished = links.wished(request.GET, actor=actor, centre=actor.centre)
    theme = wished.theme or request.GET.get("scam", "")
    found: dict[str, Any] = _wished(theme, wished.age_group or request.GET.get("group", ""))
    if audiences.is_offered(wished.audience):
        found["audience"] = wished.audience
    if wished.area:
        found["area"] = wished.area
    if wished.proposal:
        found["proposal"] = wished.proposal
    return found


def _wished(scam: str, group: str) -> dict[str, str]:
    """A form begun from a rising topic."""
    wished = {}
    if code := codes.codes(Kind.SCAM_TYPE).by_code.get(scam):
        wished["theme"] = scam
        wished["title"] = _("%(scam)sから身を守る") % {"scam": code.text}
    if group in GROUPS:
        wished["age_group"] = group
        wished["audience"] = audiences.of_group(group)
    return wished


class LectureView(StaffView):
    """A page of one lecture of the actor's centre; others are not found."""

    permission = roles.PLAN_LECTURES

    def found(self, uid: uuid.UUID) -> Lecture:
        try:
            found = Lecture.objects.visible_to(self.actor)
            return found.select_related("centre", "planned_by", "room").with_lecturers().get(uid=uid)
        except Lecture.DoesNotExist:
            raise Http404 from None

    def page(self, request: HttpRequest, lecture: Lecture, *, status: int = 200, **more: Any) -> HttpResponse:
        result = ResultForm(initial=_result_of(lecture)) if lecture.state != "CANCELLED" else None
        context = {
            "lecture": lecture,
            "clashes": standing_against(lecture),
            "begun_from": links.begun_from(lecture.uid, self.actor),
            "steps": steps.done_for(lecture),
            "report": LectureReport.objects.filter(lecture=lecture).select_related("filed_by").first(),
            "came": came_of(lecture.uid, lecture.centre, is_exact=self.actor.may(roles.VIEW_CASES)),
            "has_sealed": lecture.has_lecturer or lecture.has_meeting,
            "area": dict(area_choices(lecture.centre)).get(lecture.area, ""),
            "result_form": result,
            "may_record_result": lecture.held_on <= calendar.today(),
            "reveal_form": RevealForm(),
            **more,
        }
        return render(request, "outreach/lecture.html", context, status=status)


def _result_of(lecture: Lecture) -> dict[str, Any]:
    if lecture.state != Lecture.State.DONE:
        return {"note": lecture.note, "kind": lecture.kind}
    names = ("sessions", "people", "quantity", "views", "note")
    return {"kind": lecture.result_kind, **{name: getattr(lecture, name) for name in names}}


class LecturePage(LectureView):
    permission = roles.PLAN_LECTURES

    def get(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        return self.page(request, self.found(uid))


class ChangeLecture(LectureView):
    permission = roles.PLAN_LECTURES

    def get(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        lecture = self.found(uid)
        if not lecture.is_open:
            raise services.LectureNotOpen
        return form_page(
            request, LectureForm(initial=initial_of(lecture), centre=lecture.centre, lecture=lecture), lecture
        )

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        lecture = self.found(uid)
        form = LectureForm(request.POST, centre=lecture.centre, lecture=lecture)

        def act() -> services.Saved:
            seen = request.POST.get("seen", "")
            return services.reschedule(uid, form.plan(), by=self.actor, seen=seen)

        if done_masked(request, form, act, _("予定を変更しました。")):
            return redirect("lecture", uid=uid)
        return form_page(request, form, lecture, status=422)


class ConfirmLecture(LectureView):
    permission = roles.PLAN_LECTURES

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        self.found(uid)
        services.confirm(uid, by=self.actor)
        messages.success(request, _("開催を決定しました。"))
        return redirect("lecture", uid=uid)


class CancelLecture(LectureView):
    permission = roles.PLAN_LECTURES

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        self.found(uid)
        services.cancel(uid, by=self.actor)
        messages.success(request, _("講座を中止にしました。"))
        return redirect("lecture", uid=uid)


class ForgetPersons(LectureView):
    permission = roles.PLAN_LECTURES

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        self.found(uid)
        services.forget_persons(uid, by=self.actor)
        messages.success(request, _("講師の名前と参加先を消去しました。"))
        return redirect("lecture", uid=uid)


class RecordResult(LectureView):
    permission = roles.PLAN_LECTURES

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        lecture = self.found(uid)
        form = ResultForm(request.POST)

        def act() -> services.Saved:
            return services.record_result(uid, by=self.actor, **form.cleaned_data)

        if done_masked(request, form, act, _("結果を記録しました。")):
            return redirect("lecture", uid=uid)
        return self.page(request, lecture, status=422, result_form=form, has_errors=True)


class RevealLecturer(LectureView):
    """Shows what is sealed on the answer to a POST: it stands in no address and no history."""

    permission = roles.PLAN_LECTURES

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        lecture = self.found(uid)
        form = RevealForm(request.POST)
        if not form.is_valid():
            return self.page(request, lecture, status=422, reveal_form=form, has_errors=True)
        shown = services.reveal(uid, by=self.actor, purpose=form.cleaned_data["purpose"])
        return self.page(request, lecture, shown=shown)


class GiveCalendarLink(StaffView):
    permission = roles.PLAN_LECTURES

    def post(self, request: HttpRequest) -> HttpResponse:
        token = feed.give_link(by=self.actor)
        address = request.build_absolute_uri(reverse("lecture-feed", args=[token]))
        return render(request, "outreach/calendar_link.html", {"address": address})


class TakeBackCalendarLink(StaffView):
    permission = roles.PLAN_LECTURES

    def post(self, request: HttpRequest) -> HttpResponse:
        feed.take_back_link(by=self.actor)
        messages.success(request, _("カレンダーの配信アドレスを無効にしました。"))
        return redirect("lectures")


class LectureFeed(StaffView):
    """For calendar programs, which cannot sign in: the address itself is the secret."""

    permission = roles.PUBLIC

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        try:
            body = feed.feed(token)
        except feed.NoSuchLink:
            raise Http404 from None
        return HttpResponse(body, content_type="text/calendar; charset=utf-8")
