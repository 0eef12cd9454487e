"""Pages of retention, below `/protection/retention/`."""

from django.urls import path

from consult.manage.protection import retention, retention_disposals, retention_receipts

urlpatterns = [
    path("", retention.Retention.as_view(), name="retention"),
    path("classes/", retention.Classes.as_view(), name="retention-classes"),
    path("holds/", retention.Holds.as_view(), name="retention-holds"),
    path("holds/<uuid:uid>/lift", retention.LiftHold.as_view(), name="hold-lift"),
    path("cases/<uuid:uid>/", retention.KeptCase.as_view(), name="retention-case"),
    path("cases/<uuid:uid>/class", retention.SetClass.as_view(), name="retention-case-class"),
    path("cases/<uuid:uid>/hold", retention.PlaceHold.as_view(), name="retention-case-hold"),
    path("cases/<uuid:uid>/erase", retention.AskErasure.as_view(), name="retention-case-erase"),
    path("propose", retention.ProposeDisposal.as_view(), name="disposal-propose"),
    path("disposals/<uuid:uid>/", retention_disposals.DisposalPage.as_view(), name="disposal"),
    path("disposals/<uuid:uid>/keep", retention_disposals.KeepBack.as_view(), name="disposal-keep"),
    path(
        "disposals/<uuid:uid>/approve",
        retention_disposals.ApproveDisposal.as_view(),
        name="disposal-approve",
    ),
    path(
        "disposals/<uuid:uid>/withdraw",
        retention_disposals.WithdrawDisposal.as_view(),
        name="disposal-withdraw",
    ),
    path("register/", retention_receipts.Register.as_view(), name="retention-register"),
    path("register/csv", retention_receipts.ExportRegister.as_view(), name="retention-register-csv"),
    path("erased/<uuid:uid>/", retention_receipts.ErasedCase.as_view(), name="erased-case"),
    path("erased/<uuid:uid>/receipt", retention_receipts.Receipt.as_view(), name="erased-receipt"),
]
