"""Addresses of the search page."""

from django.urls import path

from consult.desk.searching import pages, saved

urlpatterns = [
    path("cases/find", pages.Search.as_view(), name="find"),
    path("cases/find/words", pages.Complete.as_view(), name="find-words"),
    path("cases/find/keep", saved.KeepSearch.as_view(), name="find-keep"),
    path("cases/find/kept/<uuid:uid>", saved.AskAgain.as_view(), name="find-again"),
    path("cases/find/kept/<uuid:uid>/forget", saved.RemoveSearch.as_view(), name="find-forget"),
]
