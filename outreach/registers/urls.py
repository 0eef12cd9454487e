"""The page that leads to the registers, below `/outreach/registers/`."""

from django.urls import path

from outreach.registers import views

urlpatterns = [path("", views.Registers.as_view(), name="registers")]
