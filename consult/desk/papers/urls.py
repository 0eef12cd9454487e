"""Papers of the desk."""

from django.urls import path

from consult.desk.papers import views

urlpatterns = [
    path("papers/blank", views.BlankSheet.as_view(), name="blank-sheet"),
    path("papers/blank.pdf", views.BlankSheetFile.as_view(), name="blank-sheet-file"),
]
