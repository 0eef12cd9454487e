"""重大事故等."""

from django.urls import path

from consult.desk.accidents import pages

urlpatterns = [
    path("accidents/", pages.Accidents.as_view(), name="accidents"),
    path("cases/<uuid:uid>/accident", pages.CaseAccident.as_view(), name="case-accident"),
    path("accidents/<uuid:uid>", pages.AccidentPage.as_view(), name="accident"),
    path("accidents/<uuid:uid>/items", pages.AccidentItems.as_view(), name="accident-items"),
    path("accidents/<uuid:uid>/notified", pages.NoteNotice.as_view(), name="accident-notified"),
    path("accidents/<uuid:uid>/pdf", pages.AccidentPdf.as_view(), name="accident-pdf"),
]
