"""Addresses of 定型文."""

from django.urls import path

from consult.desk.snippets import pages

urlpatterns = [
    path("", pages.Snippets.as_view(), name="snippets"),
    path("<uuid:uid>", pages.ChangeSnippet.as_view(), name="snippet"),
    path("<uuid:uid>/remove", pages.RemoveSnippet.as_view(), name="snippet-remove"),
]
