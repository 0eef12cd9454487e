"""The pages of outreach, below `/outreach/`."""

from django.urls import include, path

from outreach.lectures import views as lectures
from outreach.planning import views as planning
from outreach.programme import views as programme

urlpatterns = [
    path("", planning.Planning.as_view(), name="outreach"),
    path("lectures/", lectures.LectureList.as_view(), name="lectures"),
    path("lectures/new", lectures.PlanLecture.as_view(), name="lecture-new"),
    path("lectures/month/", lectures.LectureMonth.as_view(), name="lecture-month-now"),
    path("lectures/month/<int:year>/<int:month>/", lectures.LectureMonth.as_view(), name="lecture-month"),
    path("lectures/calendar-link", lectures.GiveCalendarLink.as_view(), name="calendar-link"),
    path(
        "lectures/calendar-link/revoke", lectures.TakeBackCalendarLink.as_view(), name="calendar-link-revoke"
    ),
    path("lectures/<uuid:uid>/", lectures.LecturePage.as_view(), name="lecture"),
    path("lectures/<uuid:uid>/change", lectures.ChangeLecture.as_view(), name="lecture-change"),
    path("lectures/<uuid:uid>/confirm", lectures.ConfirmLecture.as_view(), name="lecture-confirm"),
    path("lectures/<uuid:uid>/cancel", lectures.CancelLecture.as_view(), name="lecture-cancel"),
    path("lectures/<uuid:uid>/result", lectures.RecordResult.as_view(), name="lecture-result"),
    path("lectures/<uuid:uid>/lecturer", lectures.RevealLecturer.as_view(), name="lecture-lecturer"),
    path("calendar/<str:token>.ics", lectures.LectureFeed.as_view(), name="lecture-feed"),
    path("bulletins/", include("outreach.bulletins.urls")),
    path("network/", include("outreach.network.urls")),
    path("programme/", programme.ProgrammePage.as_view(), name="programme"),
    path("programme/lines/<int:pk>", programme.ChangeLine.as_view(), name="programme-line"),
    path("registers/", include("outreach.registers.urls")),
    path("devices/", include("outreach.devices.urls")),
]
