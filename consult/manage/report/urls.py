"""Addresses of the reports."""

from django.urls import path

from consult.manage.report import examples, pages, since

urlpatterns = [
    path("reports/", pages.Reports.as_view(), name="reports"),
    path("reports/start", pages.StartReport.as_view(), name="report-start"),
    path("reports/<uuid:uid>/", pages.ReportPage.as_view(), name="report"),
    path("reports/<uuid:uid>/since", since.SinceReport.as_view(), name="report-since"),
    path("reports/<uuid:uid>/issue", pages.IssueReport.as_view(), name="report-issue"),
    path("reports/<uuid:uid>/check", pages.CheckReport.as_view(), name="report-check"),
    path("reports/<uuid:uid>/discard", pages.DiscardReport.as_view(), name="report-discard"),
    path("reports/<uuid:uid>/file/<slug:form>", pages.ReportDownload.as_view(), name="report-file"),
    path("reports/<uuid:uid>/examples", examples.Examples.as_view(), name="report-examples"),
    path("report-examples/<uuid:uid>/remove", examples.RemoveExample.as_view(), name="report-example-remove"),
]
