"""見守りネットワーク, below `/outreach/network/`."""

from django.urls import path

from outreach.network import files, views, worries

urlpatterns = [
    path("", views.Network.as_view(), name="network"),
    path("new", views.AddMember.as_view(), name="member-new"),
    path("worries/", worries.NetworkWorries.as_view(), name="network-worries"),
    path("import", files.ImportMembers.as_view(), name="network-import"),
    path("export", files.ExportMembers.as_view(), name="network-export"),
    path("<uuid:uid>/", views.MemberPage.as_view(), name="member"),
    path("<uuid:uid>/change", views.ChangeMember.as_view(), name="member-change"),
    path("<uuid:uid>/end", views.EndMember.as_view(), name="member-end"),
    path("<uuid:uid>/contacts", views.KeepContact.as_view(), name="member-contact"),
    path("<uuid:uid>/contacts/show", views.RevealContacts.as_view(), name="member-contacts-show"),
    path("<uuid:uid>/contacts/remove", views.RemoveContact.as_view(), name="member-contact-remove"),
    path("<uuid:uid>/contacts/forget", views.ForgetContacts.as_view(), name="member-contacts-forget"),
]
