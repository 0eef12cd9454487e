"""Pages about protection, below `/protection/`."""

from django.urls import path

from consult.manage.protection import hub, later_reviews

urlpatterns = [
    path("", hub.Hub.as_view(), name="protection"),
    path("reviews/", later_reviews.LaterReviews.as_view(), name="later-reviews"),
    path("reviews/<uuid:uid>", later_reviews.ReviewLater.as_view(), name="later-review"),
]
