"""`/api/v1/` of the managers."""

from django.urls import path

from consult.manage import api
from consult.manage.health import api as health

urlpatterns = [
    path("health", health.Health.as_view(), name="api-health"),
    path("numbers/breakdown", api.NumbersBreakdown.as_view(), name="api-numbers"),
    path("numbers/names", api.NumbersNames.as_view(), name="api-numbers-names"),
]
