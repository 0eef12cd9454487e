"""The pages of applications, below `/outreach/applications/`."""

from django.urls import path

from outreach.applications import acts, pages, settings_pages
from outreach.applications.files import pages as files

urlpatterns = [
    path("", pages.ApplicationList.as_view(), name="applications"),
    path("new", pages.NewApplication.as_view(), name="application-new"),
    path("find", pages.FindApplications.as_view(), name="application-find"),
    path("rules/", settings_pages.Rules.as_view(), name="application-rules"),
    path("wordings/<str:letter>", settings_pages.ChangeWording.as_view(), name="application-wording"),
    path("files/", files.Files.as_view(), name="application-files"),
    path("files/<uuid:uid>/", files.FilePage.as_view(), name="application-file"),
    path("files/<uuid:uid>/columns", files.MatchColumns.as_view(), name="application-file-columns"),
    path("files/<uuid:uid>/take", files.TakeIn.as_view(), name="application-file-take"),
    path("files/<uuid:uid>/discard", files.DiscardFile.as_view(), name="application-file-discard"),
    path("files/<uuid:uid>/rest.csv", files.RestOfFile.as_view(), name="application-file-rest"),
    path("letters/<uuid:uid>.pdf", acts.LetterFile.as_view(), name="application-letter"),
    path("<uuid:uid>/", pages.ApplicationPage.as_view(), name="application"),
    path("<uuid:uid>/change", pages.ChangeApplication.as_view(), name="application-change"),
    path("<uuid:uid>/applicant", pages.RevealApplicant.as_view(), name="application-applicant"),
    path("<uuid:uid>/ask", acts.AskApplicant.as_view(), name="application-ask"),
    path("<uuid:uid>/arrange", acts.ArrangeApplication.as_view(), name="application-arrange"),
    path("<uuid:uid>/allow", acts.AllowRule.as_view(), name="application-allow"),
    path("<uuid:uid>/decide", acts.DecideApplication.as_view(), name="application-decide"),
    path("<uuid:uid>/refuse", acts.RefuseApplication.as_view(), name="application-refuse"),
    path("<uuid:uid>/withdraw", acts.WithdrawApplication.as_view(), name="application-withdraw"),
    path("<uuid:uid>/assign", acts.AssignApplication.as_view(), name="application-assign"),
    path("<uuid:uid>/erase", acts.EraseApplicant.as_view(), name="application-erase"),
    path("<uuid:uid>/letter", acts.MakeLetter.as_view(), name="application-letter-make"),
]
