"""Sign-in, language, jobs: what all roles share."""

from django.urls import path

from consult.shell import jobs, signin

urlpatterns = [
    path("sign-in", signin.SignIn.as_view(), name="sign-in"),
    path("sign-out", signin.SignOut.as_view(), name="sign-out"),
    path("language", signin.Language.as_view(), name="language"),
    path("jobs/", jobs.Jobs.as_view(), name="jobs"),
    path("jobs/<uuid:uid>/", jobs.JobPage.as_view(), name="job"),
    path("jobs/<uuid:uid>/cancel", jobs.CancelJob.as_view(), name="job-cancel"),
    path("jobs/<uuid:uid>/resume", jobs.ResumeJob.as_view(), name="job-resume"),
]
