"""`/api/v1/` of outreach."""

from django.urls import path

from outreach import api

urlpatterns = [
    path("topics/", api.Topics.as_view(), name="api-topics"),
    path("lectures/", api.Lectures.as_view(), name="api-lectures"),
    path("lectures/<uuid:uid>/", api.LectureDetail.as_view(), name="api-lecture"),
    path("applications/", api.Applications.as_view(), name="api-applications"),
    path("applications/<uuid:uid>/", api.ApplicationDetail.as_view(), name="api-application"),
    path("bulletins/", api.Bulletins.as_view(), name="api-bulletins"),
    path("bulletins/<uuid:uid>/", api.BulletinDetail.as_view(), name="api-bulletin"),
]
