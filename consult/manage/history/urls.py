from django.urls import path

from consult.manage.history import pages

urlpatterns = [
    path("", pages.PublishedFigures.as_view(), name="published"),
    path("receive", pages.ReceiveFigures.as_view(), name="published-receive"),
    path("files/<uuid:uid>/", pages.FigureFilePage.as_view(), name="published-file"),
    path("files/<uuid:uid>/store", pages.StoreFigures.as_view(), name="published-store"),
    path("files/<uuid:uid>/discard", pages.DiscardFigures.as_view(), name="published-discard"),
    path("figures/<int:pk>/", pages.FigurePage.as_view(), name="published-figure"),
    path("figures/<int:pk>/remove", pages.RemoveFigure.as_view(), name="published-remove"),
]
