"""The pages of the planner, below `/outreach/plan/`."""

from django.urls import path

from outreach.planning import pages

urlpatterns = [
    path("", pages.PlanPage.as_view(), name="plan"),
    path("make", pages.MakePlan.as_view(), name="plan-make"),
    path("weights", pages.PlanWeightsPage.as_view(), name="plan-weights"),
    path("choices/<uuid:uid>/take-back", pages.TakeBackChoice.as_view(), name="plan-choice-take-back"),
    path("kept/<uuid:uid>/paper", pages.PlanPaper.as_view(), name="plan-paper"),
    path("kept/<uuid:uid>/file", pages.PlanFile.as_view(), name="plan-file"),
    path("<uuid:uid>/", pages.ProposalPage.as_view(), name="proposal"),
    path("<uuid:uid>/choose", pages.Choose.as_view(), name="proposal-choose"),
]
