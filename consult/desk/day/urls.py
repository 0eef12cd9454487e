"""The pages of the day."""

from django.urls import path

from consult.desk.day import (
    callbacks,
    closed_days,
    course,
    help_calls,
    leavers,
    logs,
    mediation,
    related,
    today,
)

urlpatterns = [
    path("", today.Today.as_view(), name="today"),
    path("callbacks/", callbacks.Callbacks.as_view(), name="callbacks"),
    path("callbacks/<uuid:uid>/end", callbacks.EndCallback.as_view(), name="callback-end"),
    path("cases/<uuid:uid>/callbacks", callbacks.PlanCallback.as_view(), name="case-callback"),
    path("cases/<uuid:uid>/aftercare", callbacks.PlanAftercare.as_view(), name="case-aftercare"),
    path("cases/<uuid:uid>/mediation", mediation.MediationPage.as_view(), name="case-mediation"),
    path("cases/<uuid:uid>/mediation/step", mediation.RecordStep.as_view(), name="case-mediation-step"),
    path("cases/<uuid:uid>/course", course.CoursePage.as_view(), name="case-course"),
    path("cases/<uuid:uid>/related", related.RelatedCases.as_view(), name="case-related"),
    path("help/call", help_calls.CallForHelp.as_view(), name="help-call"),
    path("help/mine", help_calls.MyCall.as_view(), name="help-mine"),
    path("help/waiting", help_calls.Waiting.as_view(), name="help-waiting"),
    path("help/<uuid:uid>/answer", help_calls.Answer.as_view(), name="help-answer"),
    path("help/<uuid:uid>/end", help_calls.End.as_view(), name="help-end"),
    path("log/", logs.Log.as_view(), name="day-log"),
    path("log/file/<slug:form>", logs.LogFile.as_view(), name="day-log-file"),
    path("hand-over/", leavers.Leavers.as_view(), name="leavers"),
    path("hand-over/take-all", leavers.TakeAll.as_view(), name="take-all"),
    path("hand-over/<uuid:uid>", leavers.HandOverAll.as_view(), name="leaver"),
    path("closed-days/", closed_days.ClosedDays.as_view(), name="closed-days"),
]
