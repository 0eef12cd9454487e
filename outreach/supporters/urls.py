"""The pages of supporters, below `/outreach/registers/supporters/`."""

from django.urls import path

from outreach.supporters import views

urlpatterns = [
    path("", views.Supporters.as_view(), name="supporters"),
    path("find", views.FindSupporters.as_view(), name="supporters-find"),
    path("new", views.NewSupporter.as_view(), name="supporter-new"),
    path("<uuid:uid>/", views.SupporterPage.as_view(), name="supporter"),
    path("<uuid:uid>/courses", views.AddCourse.as_view(), name="supporter-course"),
    path("<uuid:uid>/activities", views.AddActivity.as_view(), name="supporter-activity"),
    path("<uuid:uid>/leave", views.Leave.as_view(), name="supporter-leave"),
    path("<uuid:uid>/person", views.RevealSupporter.as_view(), name="supporter-person"),
    path("<uuid:uid>/correct", views.CorrectSupporter.as_view(), name="supporter-correct"),
    path("<uuid:uid>/forget", views.ForgetSupporter.as_view(), name="supporter-forget"),
]
