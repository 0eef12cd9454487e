"""Pages of surges, below `/surges/`."""

from django.urls import path

from consult.manage.surges import pages, rules

urlpatterns = [
    path("", pages.Surges.as_view(), name="surges"),
    path("rules/", rules.SurgeRules.as_view(), name="surge-rules"),
    path("rules/breaks/add", rules.AddBreak.as_view(), name="surge-break-add"),
    path("rules/breaks/<uuid:uid>/remove", rules.RemoveBreak.as_view(), name="surge-break-remove"),
    path("<uuid:uid>/", pages.SurgePage.as_view(), name="surge"),
    path("<uuid:uid>/verdict", pages.JudgeSurge.as_view(), name="surge-verdict"),
]
