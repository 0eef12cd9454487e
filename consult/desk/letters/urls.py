"""Letters, and the memo for bank and police."""

from django.urls import path

from consult.desk.letters import memo, pages

urlpatterns = [
    path("cases/<uuid:uid>/letters/", pages.Letters.as_view(), name="letters"),
    path("cases/<uuid:uid>/letters/write", pages.WriteLetter.as_view(), name="letter-write"),
    path("cases/<uuid:uid>/letters/keep", pages.KeepLetter.as_view(), name="letter-keep"),
    path("letters/<uuid:uid>", pages.LetterPage.as_view(), name="letter"),
    path("letters/<uuid:uid>/print", pages.PrintLetter.as_view(), name="letter-print"),
    path("letters/<uuid:uid>/rewrite", pages.RewriteLetter.as_view(), name="letter-rewrite"),
    path("letters/<uuid:uid>/pdf", pages.LetterPdf.as_view(), name="letter-pdf"),
    path("cases/<uuid:uid>/transfer-memo", memo.TransferMemo.as_view(), name="transfer-memo"),
    path("cases/<uuid:uid>/transfer-memo/pdf", memo.MemoPdf.as_view(), name="transfer-memo-pdf"),
]
