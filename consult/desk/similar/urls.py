"""Addresses of similar cases and of what is said of them."""

from django.urls import path

from consult.desk.similar import pages

urlpatterns = [
    path("cases/<uuid:uid>/similar", pages.SimilarToCase.as_view(), name="case-similar"),
    path("cases/<uuid:uid>/similar/judge", pages.JudgeOnCase.as_view(), name="case-judge"),
    path("intake/<uuid:uid>/similar/judge", pages.JudgeBesideForm.as_view(), name="intake-judge"),
]
