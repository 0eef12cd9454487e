"""`/api/v1/`: the doors' own addresses under one roof, and the schema."""

from django.urls import include, path

from config import schema

urlpatterns = [
    path("", include("consult.desk.api_urls")),
    path("", include("consult.manage.api_urls")),
    path("", include("outreach.api_urls")),
    path("schema", schema.Schema.as_view(), name="api-schema"),
]
