"""Addresses of what is published."""

from django.urls import path

from consult.manage.releases import files, listed, pages, preparing, rule

urlpatterns = [
    path("releases/", listed.Releases.as_view(), name="releases"),
    path("releases/new", preparing.NewRelease.as_view(), name="release-new"),
    path("releases/ledger", listed.ReleaseLedger.as_view(), name="release-ledger"),
    path("releases/rule", rule.RulePage.as_view(), name="release-rule"),
    path("releases/<uuid:uid>/", pages.ReleasePage.as_view(), name="release"),
    path("releases/<uuid:uid>/revise", pages.ReviseRelease.as_view(), name="release-revise"),
    path("releases/<uuid:uid>/approve", pages.ApproveRelease.as_view(), name="release-approve"),
    path("releases/<uuid:uid>/withdraw", pages.WithdrawRelease.as_view(), name="release-withdraw"),
    path("releases/<uuid:uid>/correct", pages.CorrectRelease.as_view(), name="release-correct"),
    path("releases/<uuid:uid>/file/<slug:form>", files.ReleaseFile.as_view(), name="release-file"),
]
