"""見守りの情報提供."""

from django.urls import path

from consult.desk.watch import pages

urlpatterns = [
    path("watch-shares/", pages.WatchShares.as_view(), name="watch-shares"),
    path("cases/<uuid:uid>/watch-share", pages.ShareCase.as_view(), name="case-watch-share"),
    path("watch-shares/<uuid:uid>", pages.SharePage.as_view(), name="watch-share"),
    path("watch-shares/<uuid:uid>/open", pages.OpenShare.as_view(), name="watch-share-open"),
    path("watch-shares/<uuid:uid>/print", pages.PrintShare.as_view(), name="watch-share-print"),
    path("watch-shares/<uuid:uid>/verdict", pages.NoteVerdict.as_view(), name="watch-share-verdict"),
    path("watch-shares/<uuid:uid>/disposal", pages.NoteDisposal.as_view(), name="watch-share-disposal"),
]
