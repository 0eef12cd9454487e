"""Addresses of the public editions."""

from django.urls import path

from consult.manage.editions import pages

urlpatterns = [
    path("editions/", pages.Editions.as_view(), name="editions"),
    path("editions/open-data", pages.ProposeOpenData.as_view(), name="edition-open-data"),
    path("editions/<uuid:uid>/", pages.EditionPage.as_view(), name="edition"),
    path("editions/<uuid:uid>/file/<slug:form>", pages.EditionFile.as_view(), name="edition-file"),
    path("reports/<uuid:uid>/public", pages.ProposeReport.as_view(), name="report-public"),
    path("reports/<uuid:uid>/activity", pages.ReleaseActivity.as_view(), name="report-activity"),
    path("numbers/answers/<uuid:uid>/public", pages.ProposeAnswer.as_view(), name="answer-public"),
]
