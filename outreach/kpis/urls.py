"""The pages of indicators, below `/outreach/programme/kpis/`."""

from django.urls import path

from outreach.kpis import views

urlpatterns = [
    path("", views.Kpis.as_view(), name="kpis"),
    path("new", views.NewKpi.as_view(), name="kpi-new"),
    path("release", views.ReleaseKpis.as_view(), name="kpis-release"),
    path("proposals/", views.ProgrammeProposals.as_view(), name="programme-proposals"),
    path("proposals/take", views.TakeProposal.as_view(), name="programme-take"),
    path("<int:pk>/", views.KpiPage.as_view(), name="kpi"),
    path("<int:pk>/value", views.SaveValue.as_view(), name="kpi-value"),
    path("<int:pk>/bind", views.BindKpi.as_view(), name="kpi-bind"),
    path("<int:pk>/adopt", views.AdoptCount.as_view(), name="kpi-adopt"),
]
