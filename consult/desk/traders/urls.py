"""Addresses of the traders' pages; the case's own under `cases/`."""

from django.urls import path

from consult.desk.traders import of_case, pages, tracks

urlpatterns = [
    path("traders/", pages.TraderList.as_view(), name="traders"),
    path("traders/find", pages.FindTraders.as_view(), name="traders-find"),
    path("traders/new", pages.NewTrader.as_view(), name="trader-new"),
    path("traders/<uuid:uid>/", pages.TraderPage.as_view(), name="trader"),
    path("traders/<uuid:uid>/open", pages.OpenPerson.as_view(), name="trader-open"),
    path("traders/<uuid:uid>/change", pages.ChangeTrader.as_view(), name="trader-change"),
    path("traders/<uuid:uid>/names", pages.AddName.as_view(), name="trader-name"),
    path("traders/<uuid:uid>/marks", pages.AddMark.as_view(), name="trader-mark"),
    path("traders/<uuid:uid>/remove", pages.RemovePart.as_view(), name="trader-remove"),
    path("traders/<uuid:uid>/merge", pages.MergeTraders.as_view(), name="trader-merge"),
    path("traders/<uuid:uid>/part", pages.PartTraders.as_view(), name="trader-part"),
    path("traders/<uuid:uid>/track", tracks.TrackTrader.as_view(), name="trader-track"),
    path("tracks/", tracks.TrackList.as_view(), name="tracks"),
    path("tracks/new", tracks.NewTrack.as_view(), name="track-new"),
    path("tracks/<uuid:uid>/read", tracks.ReadTrack.as_view(), name="track-read"),
    path("tracks/<uuid:uid>/end", tracks.EndTrack.as_view(), name="track-end"),
    path("cases/<uuid:uid>/trader", of_case.ChooseTrader.as_view(), name="case-trader"),
]
