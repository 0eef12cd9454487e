"""Addresses of the search page."""

from django.urls import path

from consult.desk.searching import pages

urlpatterns = [
    path("cases/find", pages.Search.as_view(), name="find"),
    path("cases/find/words", pages.Complete.as_view(), name="find-words"),
]
