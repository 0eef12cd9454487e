"""The pages of the bulletins, below `/outreach/bulletins/`."""

from django.urls import path

from outreach.bulletins import rule_pages, urgent, variant_pages
from outreach.bulletins import views as pages
from outreach.bulletins.outputs import pages as outputs

urlpatterns = [
    path("", pages.BulletinList.as_view(), name="bulletins"),
    path("new", pages.StartBulletin.as_view(), name="bulletin-new"),
    path("preview", pages.PreviewBulletin.as_view(), name="bulletin-preview"),
    path("<uuid:uid>/", pages.BulletinPage.as_view(), name="bulletin"),
    path("<uuid:uid>/edit", pages.EditBulletin.as_view(), name="bulletin-edit"),
    path("<uuid:uid>/submit", pages.SubmitBulletin.as_view(), name="bulletin-submit"),
    path("<uuid:uid>/return", pages.ReturnBulletin.as_view(), name="bulletin-return"),
    path("<uuid:uid>/approve", pages.ApproveBulletin.as_view(), name="bulletin-approve"),
    path("<uuid:uid>/issue", pages.IssueBulletin.as_view(), name="bulletin-issue"),
    path("<uuid:uid>/at-once", urgent.IssueAtOnce.as_view(), name="bulletin-at-once"),
    path(
        "<uuid:uid>/approve-afterwards",
        urgent.ApproveAfterwards.as_view(),
        name="bulletin-approve-afterwards",
    ),
    path("<uuid:uid>/object", urgent.ObjectAfterwards.as_view(), name="bulletin-object"),
    path("<uuid:uid>/pdf", pages.BulletinPdf.as_view(), name="bulletin-pdf"),
    path("<uuid:uid>/pdf/again", pages.MakePdfAgain.as_view(), name="bulletin-pdf-again"),
    path("<uuid:uid>/outputs/", outputs.Outputs.as_view(), name="bulletin-outputs"),
    path("<uuid:uid>/outputs/<str:shape>", outputs.TakeOutput.as_view(), name="bulletin-output"),
    path("<uuid:uid>/print-run/<str:form>", outputs.TakePrintRun.as_view(), name="bulletin-print-run"),
    path("<uuid:uid>/variants/<str:kind>", variant_pages.EditVariant.as_view(), name="bulletin-variant"),
    path(
        "<uuid:uid>/variants/<str:kind>/drop",
        variant_pages.DropVariant.as_view(),
        name="bulletin-variant-drop",
    ),
    path(
        "<uuid:uid>/variants/<str:kind>/approve",
        variant_pages.ApproveVariant.as_view(),
        name="bulletin-variant-approve",
    ),
    path("rules", rule_pages.ChooseRules.as_view(), name="bulletin-rules"),
    path("<uuid:uid>/large-print", pages.LargePrint.as_view(), name="bulletin-large-print"),
    path("<uuid:uid>/job", pages.BulletinJob.as_view(), name="bulletin-job"),
]
