"""Pages of the lectures, below `/outreach/lectures/`."""

from django.urls import path

from outreach.lectures import views
from outreach.lectures.report import views as report
from outreach.lectures.report import year_page as year
from outreach.lectures.roster import choose
from outreach.lectures.roster import views as roster
from outreach.lectures.school import views as school
from outreach.lectures.steps import views as steps

urlpatterns = [
    path("", views.LectureList.as_view(), name="lectures"),
    path("new", views.PlanLecture.as_view(), name="lecture-new"),
    path("month/", views.LectureMonth.as_view(), name="lecture-month-now"),
    path("month/<int:year>/<int:month>/", views.LectureMonth.as_view(), name="lecture-month"),
    path("calendar-link", views.GiveCalendarLink.as_view(), name="calendar-link"),
    path("calendar-link/revoke", views.TakeBackCalendarLink.as_view(), name="calendar-link-revoke"),
    path("roster/", roster.Roster.as_view(), name="lecture-roster"),
    path("roster/lecturers/new", roster.AddLecturer.as_view(), name="lecturer-new"),
    path("roster/lecturers/<uuid:uid>/", roster.ChangeLecturer.as_view(), name="lecturer"),
    path(
        "roster/lecturers/<uuid:uid>/contact", roster.RevealLecturerContact.as_view(), name="lecturer-contact"
    ),
    path("roster/lecturers/<uuid:uid>/forget", roster.ForgetLecturer.as_view(), name="lecturer-forget"),
    path("roster/rooms/new", roster.SaveRoom.as_view(), name="lecture-room-new"),
    path("roster/rooms/<uuid:uid>/", roster.SaveRoom.as_view(), name="lecture-room"),
    path("week/", views.LectureWeek.as_view(), name="lecture-week-now"),
    path("week/<int:year>/<int:month>/<int:day>/", views.LectureWeek.as_view(), name="lecture-week"),
    path("year/", year.LectureYear.as_view(), name="lecture-year"),
    path("schools/", school.SchoolCalendar.as_view(), name="lecture-schools"),
    path("schools/file", school.TakeSchoolFile.as_view(), name="lecture-school-file"),
    path("schools/<uuid:uid>/remove", school.RemoveSchoolDays.as_view(), name="lecture-school-remove"),
    path("next/", steps.Steps.as_view(), name="lecture-steps"),
    path("<uuid:uid>/", views.LecturePage.as_view(), name="lecture"),
    path("<uuid:uid>/change", views.ChangeLecture.as_view(), name="lecture-change"),
    path("<uuid:uid>/confirm", views.ConfirmLecture.as_view(), name="lecture-confirm"),
    path("<uuid:uid>/cancel", views.CancelLecture.as_view(), name="lecture-cancel"),
    path("<uuid:uid>/forget", views.ForgetPersons.as_view(), name="lecture-forget"),
    path("<uuid:uid>/result", views.RecordResult.as_view(), name="lecture-result"),
    path("<uuid:uid>/choose", choose.ChooseLecturers.as_view(), name="lecture-choose"),
    path("<uuid:uid>/step", steps.MarkStep.as_view(), name="lecture-step"),
    path("<uuid:uid>/report", report.FileReport.as_view(), name="lecture-report"),
    path("<uuid:uid>/lecturer", views.RevealLecturer.as_view(), name="lecture-lecturer"),
]
