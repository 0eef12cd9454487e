"""Addresses of the mail room, below `/outreach/mail/`."""

from django.urls import path

from outreach.delivery import incoming_views as incoming
from outreach.delivery import subscriber_views as subscribers
from outreach.delivery import views

urlpatterns = [
    path("", views.Mailings.as_view(), name="mail"),
    path("issues/<uuid:uid>/", views.MailIssue.as_view(), name="mail-issue"),
    path("digest/", views.MailDigest.as_view(), name="mail-digest"),
    path("sent/<uuid:uid>/", views.MailingPage.as_view(), name="mailing"),
    path("sent/<uuid:uid>/settle", views.SettleMailing.as_view(), name="mailing-settle"),
    path("sent/<uuid:uid>/again", views.SendAgain.as_view(), name="mailing-again"),
    path("subscribers/", subscribers.SubscriberList.as_view(), name="subscribers"),
    path("subscribers/find", subscribers.FindSubscriber.as_view(), name="subscribers-find"),
    path("subscribers/new", subscribers.AddSubscriber.as_view(), name="subscriber-new"),
    path("subscribers/import", subscribers.ImportSubscribers.as_view(), name="subscribers-import"),
    path("subscribers/<uuid:uid>/", subscribers.SubscriberPage.as_view(), name="subscriber"),
    path("subscribers/<uuid:uid>/address", subscribers.RevealSubscriber.as_view(), name="subscriber-reveal"),
    path("subscribers/<uuid:uid>/change", subscribers.ChangeSubscriber.as_view(), name="subscriber-change"),
    path("subscribers/<uuid:uid>/move", subscribers.ChangeAddress.as_view(), name="subscriber-move"),
    path(
        "subscribers/<uuid:uid>/do/<str:verb>", subscribers.DoWithSubscriber.as_view(), name="subscriber-do"
    ),
    path("inbox/", incoming.IncomingList.as_view(), name="mail-inbox"),
    path("inbox/read", incoming.ReadMailbox.as_view(), name="mail-inbox-read"),
    path("inbox/<uuid:uid>/", incoming.IncomingPage.as_view(), name="incoming"),
    path("inbox/<uuid:uid>/read", incoming.ReadIncoming.as_view(), name="incoming-read"),
    path("inbox/<uuid:uid>/stop", incoming.StopForIncoming.as_view(), name="incoming-stop"),
    path("inbox/<uuid:uid>/close", incoming.CloseIncoming.as_view(), name="incoming-close"),
]
