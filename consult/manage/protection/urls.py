"""Pages about protection, below `/protection/`."""

from django.urls import path

from consult.manage.protection import disclosures, hub, later_reviews, leaks, papers, requests
from consult.manage.protection import keys as key_pages

urlpatterns = [
    path("", hub.Hub.as_view(), name="protection"),
    path("keys/", key_pages.Keys.as_view(), name="keys"),
    path("reviews/", later_reviews.LaterReviews.as_view(), name="later-reviews"),
    path("reviews/<uuid:uid>", later_reviews.ReviewLater.as_view(), name="later-review"),
    path("papers/<uuid:uid>", papers.PaperFile.as_view(), name="paper-file"),
    path("disclosures/", disclosures.Disclosures.as_view(), name="disclosures"),
    path("disclosures/ledger.xlsx", disclosures.LedgerFile.as_view(), name="disclosures-xlsx"),
    path("disclosures/ledger.csv", disclosures.LedgerFile.as_view(kind="csv"), name="disclosures-csv"),
    path("disclosures/new", disclosures.EnterInquiry.as_view(), name="disclosure-new"),
    path("disclosures/<uuid:uid>", disclosures.DisclosurePage.as_view(), name="disclosure"),
    path("disclosures/<uuid:uid>/propose", disclosures.ProposeDecision.as_view(), name="disclosure-propose"),
    path("disclosures/<uuid:uid>/confirm", disclosures.ConfirmDecision.as_view(), name="disclosure-confirm"),
    path("disclosures/<uuid:uid>/copy", disclosures.MakeCopy.as_view(), name="disclosure-copy"),
    path("disclosures/<uuid:uid>/answered", disclosures.NoteAnswer.as_view(), name="disclosure-answered"),
    path("requests/", requests.Requests.as_view(), name="requests"),
    path("requests/new", requests.EnterRequest.as_view(), name="request-new"),
    path("requests/<uuid:uid>", requests.RequestPage.as_view(), name="request"),
    path("requests/<uuid:uid>/identity", requests.CheckIdentity.as_view(), name="request-identity"),
    path("requests/<uuid:uid>/extend", requests.ExtendRequest.as_view(), name="request-extend"),
    path("requests/<uuid:uid>/prepare", requests.PrepareRequest.as_view(), name="request-prepare"),
    path("requests/<uuid:uid>/propose", requests.ProposeOutcome.as_view(), name="request-propose"),
    path("requests/<uuid:uid>/confirm", requests.ConfirmOutcome.as_view(), name="request-confirm"),
    path("requests/<uuid:uid>/decision", requests.MakePaper.as_view(), name="request-decision"),
    path("requests/<uuid:uid>/copy", requests.MakeRequestCopy.as_view(), name="request-copy"),
    path("requests/<uuid:uid>/sent", requests.NoteSent.as_view(), name="request-sent"),
    path("request-parts/<uuid:uid>", requests.PartPage.as_view(), name="request-part"),
    path("request-parts/<uuid:uid>/words", requests.AddWords.as_view(), name="request-part-words"),
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
