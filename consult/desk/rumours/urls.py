"""うわさ・目撃情報."""

from django.urls import path

from consult.desk.rumours import pages

urlpatterns = [
    path("rumours/", pages.Rumours.as_view(), name="rumours"),
    path("rumours/new", pages.NewRumour.as_view(), name="rumour-new"),
    path("rumours/<uuid:uid>", pages.RumourPage.as_view(), name="rumour"),
    path("rumours/<uuid:uid>/again", pages.HearAgain.as_view(), name="rumour-again"),
    path("rumours/<uuid:uid>/join", pages.JoinRumour.as_view(), name="rumour-join"),
    path("rumours/<uuid:uid>/close", pages.CloseRumour.as_view(), name="rumour-close"),
]
