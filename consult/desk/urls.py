"""The counsellors' pages."""

from django.urls import include, path

from consult.desk import case, correct, custody, echo, files, finding, intake, masks, panels, reveal
from consult.desk.rights import urls as rights_urls

urlpatterns = [
    path("", include("consult.desk.papers.urls")),
    path("", include("consult.desk.approval.urls")),
    path("", include("consult.desk.traders.urls")),
    path("", include("consult.desk.day.urls")),
    path("", include("consult.desk.guidance.urls")),
    path("", include("consult.desk.letters.urls")),
    path("", include("consult.desk.accidents.urls")),
    path("", include("consult.desk.watch.urls")),
    path("cases/", finding.CaseList.as_view(), name="cases"),
    path("cases/find", finding.FindCases.as_view(), name="find"),
    path("cases/new", intake.NewCase.as_view(), name="intake-new"),
    path("intake/token", intake.Token.as_view(), name="intake-token"),
    path("echo", echo.Echo.as_view(), name="echo"),
    path("intake/<uuid:uid>", intake.Intake.as_view(), name="intake"),
    path("intake/<uuid:uid>/draft", intake.KeepDraft.as_view(), name="intake-draft"),
    path("intake/<uuid:uid>/discard", intake.DiscardDraft.as_view(), name="intake-discard"),
    path("intake/<uuid:uid>/attach", intake.AttachToCase.as_view(), name="intake-attach"),
    path("intake/<uuid:uid>/hints/<slug:name>", panels.ShowHint.as_view(), name="hint"),
    path("cases/<uuid:uid>/", case.CasePage.as_view(), name="case"),
    path("cases/<uuid:uid>/reveal", reveal.RevealCase.as_view(), name="case-reveal"),
    path("cases/<uuid:uid>/glass", reveal.BreakTheGlass.as_view(), name="case-glass"),
    path("cases/<uuid:uid>/glass/look", reveal.LookThroughGlass.as_view(), name="case-glass-look"),
    path("cases/<uuid:uid>/glass/end", reveal.EndGlass.as_view(), name="case-glass-end"),
    path("cases/<uuid:uid>/guard", custody.GuardCase.as_view(), name="case-guard"),
    path("cases/<uuid:uid>/hand-over", custody.HandOverCase.as_view(), name="case-hand-over"),
    path("cases/<uuid:uid>/take-over", custody.TakeOverCase.as_view(), name="case-take-over"),
    path("cases/<uuid:uid>/withdraw", custody.WithdrawHandOver.as_view(), name="case-withdraw"),
    path("cases/<uuid:uid>/link", custody.LinkCase.as_view(), name="case-link"),
    path("cases/<uuid:uid>/unlink", custody.UnlinkCase.as_view(), name="case-unlink"),
    path("cases/<uuid:uid>/masks", masks.Masks.as_view(), name="case-masks"),
    path("cases/<uuid:uid>/follow-ups", case.AddFollowUp.as_view(), name="case-follow-up"),
    path("cases/<uuid:uid>/close", case.CloseCase.as_view(), name="case-close"),
    path("cases/<uuid:uid>/reopen", case.ReopenCase.as_view(), name="case-reopen"),
    path("cases/<uuid:uid>/files", files.AttachFiles.as_view(), name="case-files"),
    path("cases/<uuid:uid>/files/remove", files.RemoveFile.as_view(), name="case-file-remove"),
    path("files/<uuid:uid>/view", files.ShowFile.as_view(), name="file-view"),
    path("files/<uuid:uid>/take", files.TakeFile.as_view(), name="file-take"),
    path("cases/<uuid:uid>/correct", correct.CorrectCase.as_view(), name="case-correct"),
    *rights_urls.urlpatterns,
    path("cases/<uuid:uid>/correct/open", correct.OpenForCorrection.as_view(), name="case-correct-open"),
]
