"""Pages of the roster: lecturers with their load, and rooms."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from cases.law import calendar
from cases.records import codes
from cases.records.codes import Kind
from consult.shell import roles
from consult.shell.fields import done
from consult.shell.web import StaffView
from outreach.lectures import clashes
from outreach.lectures.forms import RevealForm
from outreach.lectures.roster import services
from outreach.lectures.roster.forms import (
    WEEKDAYS,
    LecturerForm,
    RoomForm,
    initial_of,
    initial_of_room,
)
from outreach.lectures.roster.models import Lecturer, Room


class Roster(StaffView):
    permission = roles.PLAN_LECTURES

    def get(self, request: HttpRequest) -> HttpResponse:
        lecturers = list(Lecturer.objects.visible_to(self.actor).for_list())
        year = calendar.fiscal_year(calendar.today())
        loads = clashes.loads([row.pk for row in lecturers], year)
        names, days = codes.codes(Kind.SCAM_TYPE), dict(WEEKDAYS)
        rows = [
            {
                "lecturer": row,
                "load": loads.get(row.pk, 0),
                "themes": _("、").join(names.text(theme) for theme in row.themes),
                "weekdays": "".join(str(days[str(day)]) for day in row.weekdays),
            }
            for row in lecturers
        ]
        context = {"rows": rows, "rooms": list(Room.objects.visible_to(self.actor))}
        return render(request, "outreach/lectures/roster.html", context)


class AddLecturer(StaffView):
    permission = roles.PLAN_LECTURES

    def get(self, request: HttpRequest) -> HttpResponse:
        return _lecturer_page(request, LecturerForm(), None)

    def post(self, request: HttpRequest) -> HttpResponse:
        form = LecturerForm(request.POST)

        def act() -> Lecturer:
            return services.add_lecturer(form.entry(), centre=self.actor.centre, by=self.actor)

        if done(request, form, act, _("講師を登録しました。")):
            return redirect("lecture-roster")
        return _lecturer_page(request, form, None, status=422)


class LecturerView(StaffView):
    """A page of one lecturer of the actor's centre; others are not found."""

    permission = roles.PLAN_LECTURES

    def found(self, uid: uuid.UUID) -> Lecturer:
        try:
            return Lecturer.objects.visible_to(self.actor).for_list().get(uid=uid)
        except Lecturer.DoesNotExist:
            raise Http404 from None


class ChangeLecturer(LecturerView):
    permission = roles.PLAN_LECTURES

    def get(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        lecturer = self.found(uid)
        return _lecturer_page(request, LecturerForm(initial=initial_of(lecturer)), lecturer)

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        lecturer = self.found(uid)
        form = LecturerForm(request.POST)
        said = _("講師の内容を変更しました。")
        if done(request, form, lambda: services.change_lecturer(uid, form.entry(), by=self.actor), said):
            return redirect("lecture-roster")
        return _lecturer_page(request, form, lecturer, status=422)


class RevealLecturerContact(LecturerView):
    """Shows name and contact on the answer to a POST: they stand in no address and no history."""

    permission = roles.PLAN_LECTURES

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        lecturer = self.found(uid)
        form, reveal = LecturerForm(initial=initial_of(lecturer)), RevealForm(request.POST)
        if not reveal.is_valid():
            return _lecturer_page(request, form, lecturer, status=422, reveal_form=reveal)
        shown = services.reveal_lecturer(uid, by=self.actor, purpose=reveal.cleaned_data["purpose"])
        return _lecturer_page(request, form, lecturer, shown=shown)


class ForgetLecturer(LecturerView):
    permission = roles.PLAN_LECTURES

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        self.found(uid)
        services.forget_lecturer(uid, by=self.actor)
        messages.success(request, _("講師の名前と連絡先を消去しました。"))
        return redirect("lecture-roster")


def _lecturer_page(
    request: HttpRequest, form: LecturerForm, lecturer: Lecturer | None, *, status: int = 200, **more: Any
) -> HttpResponse:
    context = {"form": form, "lecturer": lecturer, "reveal_form": RevealForm(), "has_errors": status == 422}
    return render(request, "outreach/lectures/lecturer_form.html", {**context, **more}, status=status)


class SaveRoom(StaffView):
    """A new room, or one of the actor's centre changed."""

    permission = roles.PLAN_LECTURES

    def get(self, request: HttpRequest, uid: uuid.UUID | None = None) -> HttpResponse:
        room = self._found(uid)
        return self._page(request, RoomForm(initial=initial_of_room(room) if room else {}), room)

    def post(self, request: HttpRequest, uid: uuid.UUID | None = None) -> HttpResponse:
        room, form = self._found(uid), RoomForm(request.POST)

        def act() -> Room:
            return services.save_room(form.entry(), centre=self.actor.centre, by=self.actor, uid=uid)

        if done(request, form, act, _("部屋を保存しました。")):
            return redirect("lecture-roster")
        return self._page(request, form, room, status=422)

    def _found(self, uid: uuid.UUID | None) -> Room | None:
        if uid is None:
            return None
        try:
            return Room.objects.visible_to(self.actor).get(uid=uid)
        except Room.DoesNotExist:
            raise Http404 from None

    def _page(
        self, request: HttpRequest, form: RoomForm, room: Room | None, *, status: int = 200
    ) -> HttpResponse:
        context = {"form": form, "room": room, "has_errors": status == 422}
        return render(request, "outreach/lectures/room_form.html", context, status=status)
