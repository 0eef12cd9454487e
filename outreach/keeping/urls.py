"""Addresses of the keeping room, below `/outreach/keeping/`."""

from django.urls import path

from outreach.keeping import views

urlpatterns = [
    path("", views.Keeping.as_view(), name="outreach-keeping"),
    path("years", views.SetYears.as_view(), name="outreach-years"),
]
