"""Pages about protection, below `/protection/`."""

from django.urls import path

from consult.manage.protection import hub, later_reviews, leaks, papers

urlpatterns = [
    path("", hub.Hub.as_view(), name="protection"),
    path("reviews/", later_reviews.LaterReviews.as_view(), name="later-reviews"),
    path("reviews/<uuid:uid>", later_reviews.ReviewLater.as_view(), name="later-review"),
    path("papers/<uuid:uid>", papers.PaperFile.as_view(), name="paper-file"),
    path("leaks/", leaks.Leaks.as_view(), name="leaks"),
    path("leaks/new", leaks.ReportLeak.as_view(), name="leak-new"),
    path("leaks/<uuid:uid>", leaks.LeakPage.as_view(), name="leak"),
    path("leaks/<uuid:uid>/facts", leaks.ChangeFacts.as_view(), name="leak-facts"),
    path("leaks/<uuid:uid>/preliminary", leaks.LeakReportPage.as_view(), name="leak-preliminary"),
    path("leaks/<uuid:uid>/final", leaks.FinalReportPage.as_view(), name="leak-final"),
    path("leaks/<uuid:uid>/sent", leaks.MarkSent.as_view(), name="leak-sent"),
    path("leaks/<uuid:uid>/close", leaks.CloseLeak.as_view(), name="leak-close"),
    path("leaks/<uuid:uid>/lists", leaks.AskNotice.as_view(), name="leak-list-ask"),
    path("leak-lists/<uuid:uid>/approve", leaks.ApproveNotice.as_view(), name="leak-list-approve"),
    path("leak-lists/<uuid:uid>/take", leaks.TakeNotice.as_view(), name="leak-list-take"),
]
