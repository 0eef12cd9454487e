"""The pages of outreach, below `/outreach/`."""

from django.urls import include, path

from outreach.lectures import views as lectures
from outreach.planning import views as planning

urlpatterns = [
    path("", planning.Planning.as_view(), name="outreach"),
    path("plan/", include("outreach.planning.urls")),
    path("reach/", include("outreach.reach.urls")),
    path("lectures/", include("outreach.lectures.urls")),
    path("calendar/<str:token>.ics", lectures.LectureFeed.as_view(), name="lecture-feed"),
    path("applications/", include("outreach.applications.urls")),
    path("bulletins/", include("outreach.bulletins.urls")),
    path("mail/", include("outreach.delivery.urls")),
    path("network/", include("outreach.network.urls")),
    path("keeping/", include("outreach.keeping.urls")),
    path("programme/", include("outreach.programme.urls")),
    path("programme/kpis/", include("outreach.kpis.urls")),
    path("registers/", include("outreach.registers.urls")),
    path("registers/devices/", include("outreach.devices.urls")),
    path("registers/stock/", include("outreach.stock.urls")),
    path("registers/supporters/", include("outreach.supporters.urls")),
]
