"""Papers of the desk."""

from django.urls import path

from consult.desk.papers import print_views, views

urlpatterns = [
    path("papers/blank", views.BlankSheet.as_view(), name="blank-sheet"),
    path("papers/blank.pdf", views.BlankSheetFile.as_view(), name="blank-sheet-file"),
    path("cases/<uuid:uid>/print", print_views.PrintCase.as_view(), name="case-print"),
    path("cases/<uuid:uid>/print/masked", print_views.PrintCaseMasked.as_view(), name="case-print-masked"),
    path("cases/<uuid:uid>/print/names", print_views.PrintCaseWithNames.as_view(), name="case-print-names"),
]
