"""Pages of mail that came back."""

import uuid
from typing import Any, Final

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from consult.shell import roles
from consult.shell.fields import done, tell
from consult.shell.web import StaffView
from outreach.delivery import incoming, line, mailbox
from outreach.delivery.forms import MailFileForm, RevealForm, StopForm
from outreach.delivery.models import Incoming

PAGE: Final = 50


class IncomingList(StaffView):
    """What waits for a person first, then what was matched; files are taken in here."""

    permission = roles.KEEP_MAIL

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.page(request, MailFileForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        form = MailFileForm(request.POST, request.FILES)
        if form.is_valid():
            try:
                found = incoming.receive_file(
                    form.cleaned_data["mails"].read(), centre=self.actor.centre, by=self.actor
                )
            except incoming.MailFileNotUnderstood as refusal:
                tell(form, refusal)
            else:
                told = _(
                    "取り込みました。自動で処理 %(matched)d、要確認 %(open)d、前に取り込んだもの %(known)d。"
                )
                messages.success(
                    request, told % {"matched": found.matched, "open": found.open, "known": found.known}
                )
                return redirect("mail-inbox")
        return self.page(request, form, 422)

    def page(self, request: HttpRequest, form: MailFileForm, status: int = 200) -> HttpResponse:
        rows = Incoming.objects.visible_to(self.actor).defer("message").select_related("subscriber")
        context = {
            "open": rows.filter(state=Incoming.State.OPEN).order_by("created_at", "pk")[:PAGE],
            "page": Paginator(
                rows.exclude(state=Incoming.State.OPEN).order_by("-created_at", "-pk"), PAGE
            ).get_page(request.GET.get("page")),
            "form": form,
            "has_mailbox": mailbox.is_set(),
            "cut": line.what_cut_off(mailbox.JOB) if mailbox.is_set() else "",
        }
        return render(request, "outreach/delivery/inbox.html", context, status=status)


class ReadMailbox(StaffView):
    """Have the mailbox read now."""

    permission = roles.KEEP_MAIL

    def post(self, request: HttpRequest) -> HttpResponse:
        if not mailbox.is_set():
            raise mailbox.MailboxNotSet
        job = mailbox.start(centre=self.actor.centre, by=self.actor)
        return redirect("job", uid=job.uid)


class IncomingView(StaffView):
    permission = roles.KEEP_MAIL

    def found(self, uid: uuid.UUID) -> Incoming:
        try:
            return Incoming.objects.visible_to(self.actor).select_related("centre", "subscriber").get(uid=uid)
        except Incoming.DoesNotExist:
            raise Http404 from None

    def page(self, request: HttpRequest, row: Incoming, status: int = 200, **more: Any) -> HttpResponse:
        context = {"row": row, "reveal_form": RevealForm(), "stop_form": StopForm(), **more}
        return render(request, "outreach/delivery/incoming.html", context, status=status)


class IncomingPage(IncomingView):
    permission = roles.KEEP_MAIL

    def get(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        return self.page(request, self.found(uid))


class ReadIncoming(IncomingView):
    permission = roles.KEEP_MAIL

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        row = self.found(uid)
        form = RevealForm(request.POST)
        if not form.is_valid():
            return self.page(request, row, 422, reveal_form=form)
        shown = incoming.read_message(uid, by=self.actor, purpose=form.cleaned_data["purpose"])
        return self.page(request, row, message=shown)


class StopForIncoming(IncomingView):
    permission = roles.KEEP_MAIL

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        row = self.found(uid)
        form = StopForm(request.POST)

        def act() -> object:
            return incoming.stop_for(uid, by=self.actor, **form.cleaned_data)

        if done(request, form, act, _("配信を停止し、このメールを確認済みにしました。")):
            return redirect("mail-inbox")
        return self.page(request, row, 422, stop_form=form)


class CloseIncoming(IncomingView):
    permission = roles.KEEP_MAIL

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        self.found(uid)
        incoming.close(uid, by=self.actor)
        messages.success(request, _("確認済みにし、本文を消しました。"))
        return redirect("mail-inbox")
