"""`/api/v1/` of the desk."""

from django.urls import path

from consult.desk import api

urlpatterns = [
    path("cases/", api.CaseList.as_view(), name="api-cases"),
    path("cases/<uuid:uid>/", api.CaseDetail.as_view(), name="api-case"),
    path("cases/<uuid:uid>/follow-ups/", api.FollowUps.as_view(), name="api-follow-ups"),
    path("cases/<uuid:uid>/close/", api.Closing.as_view(), name="api-case-close"),
    path("similar/", api.Similar.as_view(), name="api-similar"),
    path("codes/", api.CodeList.as_view(), name="api-codes"),
]
