from django.urls import path

from consult.manage.code_map import pages

urlpatterns = [
    path("", pages.CodeMapPage.as_view(), name="code-map"),
    path("set", pages.SetLine.as_view(), name="code-map-set"),
    path("drop", pages.DropLine.as_view(), name="code-map-drop"),
    path("file", pages.ImportTable.as_view(), name="code-map-file"),
    path("file.csv", pages.TableFile.as_view(), name="code-map-csv"),
    path("reset", pages.BackToShipped.as_view(), name="code-map-reset"),
]
