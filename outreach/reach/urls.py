"""The reach page, below `/outreach/reach/`."""

from django.urls import path

from outreach.reach import views

urlpatterns = [path("", views.ReachPage.as_view(), name="reach")]
