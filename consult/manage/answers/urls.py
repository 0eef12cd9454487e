"""Addresses of kept questions and published answers."""

from django.urls import path

from consult.manage.answers import kept, pages

urlpatterns = [
    path("numbers/kept/", kept.KeepQuestion.as_view(), name="numbers-keep"),
    path("numbers/kept/<uuid:uid>/forget", kept.ForgetQuestion.as_view(), name="numbers-forget"),
    path("numbers/answers/", pages.Answers.as_view(), name="answers"),
    path("numbers/answers/new", pages.NewAnswer.as_view(), name="answer-new"),
    path("numbers/answers/<uuid:uid>/", pages.AnswerPage.as_view(), name="answer"),
    path("numbers/answers/<uuid:uid>/correct", pages.CorrectAnswer.as_view(), name="answer-correct"),
    path("numbers/answers/<uuid:uid>/file/<slug:form>", pages.AnswerFile.as_view(), name="answer-file"),
]
