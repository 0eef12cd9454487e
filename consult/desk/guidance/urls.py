"""The pages of the guidance."""

from django.urls import path

from consult.desk.guidance import alerts, bodies, editing, pages, scam_types

urlpatterns = [
    path("intake/<uuid:uid>/scam-type", scam_types.FromCall.as_view(), name="intake-scam-type"),
    path("guidance/", pages.Hub.as_view(), name="guidance"),
    path("guidance/of/<slug:code>/", pages.GuidancePage.as_view(), name="guidance-of"),
    path("guidance/of/<slug:code>/edit", editing.EditGuidance.as_view(), name="guidance-edit"),
    path("guidance/of/<slug:code>/versions", pages.Versions.as_view(), name="guidance-versions"),
    path("guidance/of/<slug:code>/restore", editing.RestoreGuidance.as_view(), name="guidance-restore"),
    path("guidance/bodies/", bodies.Directory.as_view(), name="bodies"),
    path("guidance/bodies/new", bodies.NewBody.as_view(), name="body-new"),
    path("guidance/bodies/<uuid:uid>/", bodies.BodyPage.as_view(), name="body"),
    path("guidance/bodies/<uuid:uid>/checked", bodies.MarkChecked.as_view(), name="body-checked"),
    path("guidance/bodies/<uuid:uid>/close", bodies.CloseBody.as_view(), name="body-close"),
    path("guidance/alerts/", alerts.Alerts.as_view(), name="alerts"),
    path("guidance/alerts/new", alerts.NewAlert.as_view(), name="alert-new"),
    path("guidance/alerts/import", alerts.ImportAlerts.as_view(), name="alerts-import"),
    path("guidance/alerts/<uuid:uid>/", alerts.AlertPage.as_view(), name="alert"),
    path("guidance/alerts/<uuid:uid>/end", alerts.EndAlert.as_view(), name="alert-end"),
    path("guidance/scam-types/", scam_types.ScamTypes.as_view(), name="scam-types"),
    path("guidance/scam-types/new", scam_types.NewScamType.as_view(), name="scam-type-new"),
    path("guidance/scam-types/<slug:code>/confirm", scam_types.Confirm.as_view(), name="scam-type-confirm"),
    path("guidance/scam-types/<slug:code>/rename", scam_types.Rename.as_view(), name="scam-type-rename"),
    path("guidance/scam-types/<slug:code>/merge", scam_types.Merge.as_view(), name="scam-type-merge"),
]
