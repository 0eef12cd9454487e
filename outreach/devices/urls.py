"""The pages of devices, below `/outreach/registers/devices/`."""

from django.urls import path

from outreach.devices import views

urlpatterns = [
    path("", views.Devices.as_view(), name="devices"),
    path("find", views.FindLoans.as_view(), name="devices-find"),
    path("export", views.DevicesFile.as_view(), name="devices-file"),
    path("overdue/", views.OverdueLoans.as_view(), name="devices-overdue"),
    path("overdue/letters", views.LoanLetters.as_view(), name="loan-letters"),
    path("letters/<uuid:uid>", views.LoanLetter.as_view(), name="loan-letter"),
    path("kinds/new", views.NewKind.as_view(), name="device-kind-new"),
    path("kinds/<uuid:uid>/", views.KindPage.as_view(), name="device-kind"),
    path("kinds/<uuid:uid>/change", views.ChangeKind.as_view(), name="device-kind-change"),
    path("kinds/<uuid:uid>/move", views.MoveDevices.as_view(), name="device-move"),
    path("kinds/<uuid:uid>/apply", views.Apply.as_view(), name="loan-new"),
    path("loans/<uuid:uid>/", views.LoanPage.as_view(), name="loan"),
    path("loans/<uuid:uid>/household", views.AnswerHousehold.as_view(), name="loan-household"),
    path("loans/<uuid:uid>/lend", views.Lend.as_view(), name="loan-lend"),
    path("loans/<uuid:uid>/end", views.End.as_view(), name="loan-end"),
    path("loans/<uuid:uid>/extend", views.Extend.as_view(), name="loan-extend"),
    path("loans/<uuid:uid>/withdraw", views.Withdraw.as_view(), name="loan-withdraw"),
    path("loans/<uuid:uid>/borrower", views.RevealBorrower.as_view(), name="loan-borrower"),
    path("loans/<uuid:uid>/correct", views.CorrectBorrower.as_view(), name="loan-correct"),
    path("loans/<uuid:uid>/forget", views.ForgetBorrower.as_view(), name="loan-forget"),
]
