"""Pages about the machine's health, below `/health/`."""

from django.urls import path

from consult.manage.health import pages

urlpatterns = [path("", pages.Health.as_view(), name="health")]
