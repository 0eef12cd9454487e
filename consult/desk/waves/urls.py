"""The page of the candidates and what a manager does with each."""

from django.urls import path

from consult.desk.waves import pages

urlpatterns = [
    path("guidance/waves/", pages.Waves.as_view(), name="waves"),
    path("guidance/waves/<uuid:uid>/name", pages.NameWave.as_view(), name="wave-name"),
    path("guidance/waves/<uuid:uid>/dismiss", pages.DismissWave.as_view(), name="wave-dismiss"),
]
