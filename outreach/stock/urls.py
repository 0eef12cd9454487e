"""The pages of stock, below `/outreach/registers/stock/`."""

from django.urls import path

from outreach.stock import views

urlpatterns = [
    path("", views.Stock.as_view(), name="stock"),
    path("places", views.AddPlace.as_view(), name="stock-place"),
    path("export", views.StockFile.as_view(), name="stock-file"),
    path("items/new", views.NewItem.as_view(), name="stock-item-new"),
    path("items/<uuid:uid>/", views.ItemPage.as_view(), name="stock-item"),
    path("items/<uuid:uid>/change", views.ChangeItem.as_view(), name="stock-item-change"),
    path("items/<uuid:uid>/versions", views.AddVersion.as_view(), name="stock-version"),
    path("items/<uuid:uid>/move", views.MoveStock.as_view(), name="stock-move"),
    path("versions/<uuid:uid>/withdraw", views.WithdrawVersion.as_view(), name="stock-withdraw"),
    path("lectures/<uuid:uid>/", views.LectureStock.as_view(), name="lecture-stock"),
]
