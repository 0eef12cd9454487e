"""処理状況: slow work of one's own and of the centre, how far it is, and the ways to stop and go on."""

import uuid
from typing import Any, ClassVar, Final

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases import jobs
from cases.jobs.models import Job
from consult.shell import roles
from consult.shell.web import StaffView

PER_PAGE: Final = 20
_KINDS: Final = {
    Job.State.DONE: "success",
    Job.State.FAILED: "error",
    Job.State.CANCELLED: "quiet",
    Job.State.RUNNING: "key",
}
_UNEXPECTED: Final = gettext_lazy("思わぬ誤りで止まりました。再開しても止まるときは管理者に伝えてください。")


def progress_of(job: Job, *, download_url: str = "") -> dict[str, Any]:
    """What `shell/components/progress.html` shows of a job; it asks again until the job ends."""
    counted = (
        f"{job.done:,} / {job.total:,}" if job.total is not None else (f"{job.done:,}" if job.done else "")
    )
    stops = job.cancel_requested and not job.is_finished
    can_resume = job.state in (Job.State.FAILED, Job.State.CANCELLED)
    return {
        "key": job.uid,
        "title": jobs.label_of(job.kind),
        "state_label": _("中止しています") if stops else Job.State(job.state).label,
        "state_kind": _KINDS.get(Job.State(job.state), ""),
        "percent": 100 if job.state == Job.State.DONE else job.percent or 0,
        "detail": counted,
        "poll_url": "" if job.is_finished else reverse("job", args=[job.uid]),
        "cancel_url": "" if job.is_finished or stops else reverse("job-cancel", args=[job.uid]),
        "resume_url": reverse("job-resume", args=[job.uid]) if can_resume else "",
        "download_url": download_url,
        "error": job.error or (_UNEXPECTED if job.error_code else ""),
    }


class JobView(StaffView):
    """One job within the actor's scope; others answer 404."""

    permission: ClassVar[str] = roles.SIGNED_IN

    def back(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        """To the page that the button stood on."""
        before = request.headers.get("Referer", "")
        is_ours = url_has_allowed_host_and_scheme(
            before, {request.get_host()}, require_https=request.is_secure()
        )
        return redirect(before if is_ours else reverse("job", args=[uid]))

    def find(self, uid: uuid.UUID) -> Job:
        job = Job.objects.visible_to(self.actor).filter(uid=uid).first()
        if job is None:
            raise Http404
        return job


class Jobs(StaffView):
    permission = roles.SIGNED_IN

    def get(self, request: HttpRequest) -> HttpResponse:
        found = Job.objects.visible_to(self.actor).select_related("created_by").newest_first()
        page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
        context = {
            "page": page,
            "jobs": [(job, jobs.label_of(job.kind), _KINDS.get(Job.State(job.state), "")) for job in page],
            "worker_is_seen": jobs.worker_is_seen(),
        }
        return render(request, "shell/jobs.html", context)


class JobPage(JobView):
    """The page; to htmx only the progress, and the wish to load the page anew once the job has ended."""

    def get(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        job = self.find(uid)
        progress = progress_of(job)
        if getattr(request, "htmx", False):
            response = render(request, "shell/components/progress.html", progress)
            if job.is_finished:
                response["HX-Refresh"] = "true"
            return response
        context = {
            "job": job,
            "progress": progress,
            "worker_is_seen": jobs.worker_is_seen(jobs.Lane(job.lane)),
        }
        return render(request, "shell/job.html", context)


class CancelJob(JobView):
    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        jobs.cancel(self.find(uid), self.actor)
        return self.back(request, uid)


class ResumeJob(JobView):
    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        jobs.resume(self.find(uid), self.actor)
        return self.back(request, uid)
