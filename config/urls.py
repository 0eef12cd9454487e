"""Every address of the product."""

from django.urls import include, path

from config import health

urlpatterns = [
    path("", include("consult.shell.urls")),
    path("", include("consult.desk.urls")),
    path("", include("consult.manage.urls")),
    path("outreach/", include("outreach.urls")),
    path("api/v1/", include("config.api_urls")),
    path("healthz", health.Alive.as_view(), name="healthz"),
    path("readyz", health.Ready.as_view(), name="readyz"),
]

handler400 = "config.errors.bad_request"
handler403 = "config.errors.forbidden"
handler404 = "config.errors.not_found"
handler500 = "config.errors.server_error"
