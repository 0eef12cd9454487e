"""気づき."""

from django.urls import path

from consult.desk.worries import pages

urlpatterns = [
    path("worries/", pages.Worries.as_view(), name="worries"),
    path("worries/new", pages.NewWorry.as_view(), name="worry-new"),
    path("worries/<uuid:uid>", pages.WorryPage.as_view(), name="worry"),
    path("worries/<uuid:uid>/open", pages.OpenWorry.as_view(), name="worry-open"),
    path("worries/<uuid:uid>/case", pages.CaseFromWorry.as_view(), name="worry-case"),
    path("worries/<uuid:uid>/join", pages.JoinWorry.as_view(), name="worry-join"),
    path("worries/<uuid:uid>/pass", pages.PassWorry.as_view(), name="worry-pass"),
    path("worries/<uuid:uid>/wait", pages.WaitWorry.as_view(), name="worry-wait"),
    path("worries/<uuid:uid>/close", pages.CloseWorry.as_view(), name="worry-close"),
    path("worries/<uuid:uid>/assign", pages.AssignWorry.as_view(), name="worry-assign"),
    path("worries/<uuid:uid>/rate", pages.RateWorry.as_view(), name="worry-rate"),
    path("worries/<uuid:uid>/thanks", pages.ThankForWorry.as_view(), name="worry-thanks"),
]
