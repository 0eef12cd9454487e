"""`/api/v1/` of the desk."""

from django.urls import path

from consult.desk import api, reveal_api
from consult.desk.rights.api import Rights
from consult.desk.searching.api import Search

urlpatterns = [
    path("cases/", api.CaseList.as_view(), name="api-cases"),
    path("cases/search/", Search.as_view(), name="api-cases-search"),
    path("cases/<uuid:uid>/", api.CaseDetail.as_view(), name="api-case"),
    path("cases/<uuid:uid>/follow-ups/", api.FollowUps.as_view(), name="api-follow-ups"),
    path("cases/<uuid:uid>/close/", api.Closing.as_view(), name="api-case-close"),
    path("cases/<uuid:uid>/reveal/", reveal_api.RevealCase.as_view(), name="api-case-reveal"),
    path("cases/<uuid:uid>/glass/", reveal_api.Glass.as_view(), name="api-case-glass"),
    path("cases/<uuid:uid>/glass/reveal/", reveal_api.LookThroughGlass.as_view(), name="api-case-glass-look"),
    path("cases/<uuid:uid>/hand-over/", reveal_api.HandOvers.as_view(), name="api-case-hand-over"),
    path("cases/<uuid:uid>/take-over/", reveal_api.TakeOver.as_view(), name="api-case-take-over"),
    path("cases/<uuid:uid>/guard/", reveal_api.Guard.as_view(), name="api-case-guard"),
    path("similar/", api.Similar.as_view(), name="api-similar"),
    path("similar/judgements/", api.Judgements.as_view(), name="api-judgements"),
    path("rights/", Rights.as_view(), name="api-rights"),
    path("codes/", api.CodeList.as_view(), name="api-codes"),
]
