"""Sign-in, language, jobs: what all roles share."""

from django.urls import path

from consult.shell import signin

urlpatterns = [
    path("sign-in", signin.SignIn.as_view(), name="sign-in"),
    path("sign-out", signin.SignOut.as_view(), name="sign-out"),
    path("language", signin.Language.as_view(), name="language"),
]
