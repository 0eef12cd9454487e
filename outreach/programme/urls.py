"""施策, below `/outreach/programme/`."""

from django.urls import path

from outreach.programme import collecting, council, naming, views

urlpatterns = [
    path("", views.ProgrammePage.as_view(), name="programme"),
    path("lines/new", views.AddLine.as_view(), name="programme-line-new"),
    path("lines/<int:pk>", views.ChangeLine.as_view(), name="programme-line"),
    path("sections", naming.Sections.as_view(), name="programme-sections"),
    path("sums", naming.KeepSum.as_view(), name="programme-sum"),
    path("paper", council.CouncilPaper.as_view(), name="programme-paper"),
    path("inquiries/", collecting.Inquiries.as_view(), name="inquiries"),
    path("inquiries/<uuid:uid>/", collecting.InquiryPage.as_view(), name="inquiry"),
    path("inquiries/<uuid:uid>/answers", collecting.ReceiveAnswer.as_view(), name="inquiry-receive"),
    path("inquiries/<uuid:uid>/close", collecting.CloseInquiry.as_view(), name="inquiry-close"),
    path("inquiries/sections/<uuid:uid>/sheet", collecting.SectionSheet.as_view(), name="inquiry-sheet"),
    path("inquiries/sections/<uuid:uid>/settle", collecting.SettleSection.as_view(), name="inquiry-settle"),
    path("inquiries/answers/<uuid:uid>/", collecting.AnswerPage.as_view(), name="inquiry-answer"),
    path("inquiries/answers/<uuid:uid>/file", collecting.AnswerFile.as_view(), name="inquiry-answer-file"),
]
