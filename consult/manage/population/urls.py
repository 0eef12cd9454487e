from django.urls import path

from consult.manage.population import pages

urlpatterns = [
    path("", pages.Populations.as_view(), name="populations"),
    path("receive", pages.ReceivePopulation.as_view(), name="population-receive"),
    path("<uuid:uid>/", pages.PopulationPage.as_view(), name="population"),
    path("<uuid:uid>/confirm", pages.ConfirmPopulation.as_view(), name="population-confirm"),
    path("<uuid:uid>/discard", pages.DiscardPopulation.as_view(), name="population-discard"),
    path("<uuid:uid>/take-back", pages.TakeBackPopulation.as_view(), name="population-take-back"),
]
