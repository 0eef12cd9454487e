"""Pages of what is sent: what waits, the look before the word to send, progress, and what nobody knows."""

import uuid
from typing import Any, Final

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.law import calendar
from consult.shell import roles
from consult.shell.fields import done, tell
from consult.shell.jobs import progress_of
from consult.shell.web import StaffView
from outreach.bulletins.models import Bulletin
from outreach.delivery import line, mailings, message, recipients, relay, settling
from outreach.delivery.forms import ConfirmForm, DigestForm, LogForm
from outreach.delivery.mailings import MailingRefused, Planned
from outreach.delivery.models import Delivery, Incoming, Mailing, Subscriber
from outreach.delivery.relay_log import RelayLogNotUnderstood, read_log
from outreach.delivery.tokens import token_of
from outreach.planning import links

PAGE: Final = 30
NOT_YET: Final = 10
UNKNOWN_SHOWN: Final = 100
_EXAMPLE: Final = uuid.UUID(int=0)
_WHY_NOT: Final = {
    "other_frequency": gettext_lazy("送らない(頻度がちがう)"),
    "other_topics": gettext_lazy("送らない(話題がちがう)"),
    "not_of_member": gettext_lazy("送らない(構成員の登録で受け取らない)"),
    "had": gettext_lazy("送らない(もう届いている)"),
    "not_of_network": gettext_lazy("送らない(宛先の種類がちがう)"),
    "stopped": gettext_lazy("送らない(休止・停止・届かない)"),
}
State = Delivery.State


class Mailings(StaffView):
    """What was sent, what could be sent, and what waits for a person."""

    permission = roles.KEEP_MAIL

    def get(self, request: HttpRequest) -> HttpResponse:
        sent = Mailing.objects.visible_to(self.actor).select_related("job").newest_first()
        numbers = {
            state.lower(): Count("deliveries", filter=Q(deliveries__state=state)) for state in State.values
        }
        wished = links.wished(request.GET.dict(), actor=self.actor, centre=self.actor.centre)
        not_yet = Bulletin.objects.visible_to(self.actor).filter(
            state=Bulletin.State.ISSUED, mailing__isnull=True
        )
        if wished.theme:
            not_yet = not_yet.filter(theme=wished.theme)
        context = {
            "page": Paginator(sent.annotate(**numbers), PAGE).get_page(request.GET.get("page")),
            "not_yet": not_yet.order_by("-issued_at")[:NOT_YET],
            "wished": wished,
            "digest_form": DigestForm(initial={"proposal": wished.proposal}),
            "is_set": relay.is_set(),
            "cut": line.what_cut_off(mailings.JOB) if relay.is_set() else "",
            "active": Subscriber.objects.visible_to(self.actor).filter(state=Subscriber.State.ACTIVE).count(),
            "open_mail": Incoming.objects.visible_to(self.actor).filter(state=Incoming.State.OPEN).count(),
        }
        return render(request, "outreach/delivery/mailings.html", context)


class _Look(StaffView):
    """The text as a reader gets it, and how many get it; nothing is sent before a second word."""

    permission = roles.KEEP_MAIL

    def look(
        self, request: HttpRequest, planned: Planned, form: ConfirmForm, refused: ConfirmForm | None = None,
        **more: Any,
    ) -> HttpResponse:  # fmt: skip
        """`refused`: the word to send that was not taken; why not is told above the new one."""
        context = {
            "planned": planned,
            "mail": message.whole_text(self.actor.centre, planned.text, token_of(_EXAMPLE)),
            "sender": relay.sender(),
            "form": form,
            "refusal": _told(refused) if refused else "",
            "is_set": relay.is_set(),
            "frequencies": [
                (Subscriber.Frequency(code).label, n) for code, n in planned.count.by_frequency.items()
            ],
            "reasons": [(label, n) for code, label in _WHY_NOT.items() if (n := planned.count.reasons[code])],
            **more,
        }
        return render(request, "outreach/delivery/look.html", context, status=409 if refused else 200)


def _told(refused: ConfirmForm) -> str:
    return " ".join(map(str, refused.non_field_errors())) or _("入力内容を確認してください。")


class MailIssue(_Look):
    permission = roles.KEEP_MAIL

    def found(self, uid: uuid.UUID) -> Bulletin:
        try:
            return Bulletin.objects.visible_to(self.actor).select_related("centre").get(uid=uid)
        except Bulletin.DoesNotExist:
            raise Http404 from None

    def get(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        bulletin = self.found(uid)
        if sent := Mailing.objects.filter(bulletin=bulletin).first():
            return redirect("mailing", uid=sent.uid)
        wished = links.wished(request.GET.dict(), actor=self.actor, centre=bulletin.centre)
        return self.shown(request, bulletin, wished.proposal)

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        bulletin = self.found(uid)
        form = ConfirmForm(request.POST)

        def act() -> object:
            return mailings.start_issue(uid, by=self.actor, **form.word())

        if done(request, form, act, _("送信を始めました。")):
            return redirect("mail-issue", uid=uid)
        return self.shown(request, bulletin, request.POST.get("proposal", ""), form)

    def shown(
        self, request: HttpRequest, bulletin: Bulletin, proposal: object, refused: ConfirmForm | None = None
    ) -> HttpResponse:
        planned = mailings.plan_issue(bulletin)
        form = ConfirmForm(initial={"expected": planned.count.number, "proposal": proposal})
        without = recipients.members_without_address(bulletin)
        return self.look(request, planned, form, refused, bulletin=bulletin, without=without)


class MailDigest(_Look):
    """The digest of a month, chosen on the list; its look is a GET, as month and readers tell of nobody."""

    permission = roles.KEEP_MAIL

    def get(self, request: HttpRequest) -> HttpResponse:
        chosen = DigestForm(request.GET)
        if not chosen.is_valid():
            return redirect("mail")
        return self.shown(request, chosen)

    def post(self, request: HttpRequest) -> HttpResponse:
        chosen, form = DigestForm(request.POST), ConfirmForm(request.POST)
        if not chosen.is_valid():
            raise MailingRefused(_("入力内容を確認してください。"))
        month, readers = chosen.day, chosen.cleaned_data["readers"]

        def act() -> object:
            return mailings.start_digest(
                month, readers, centre=self.actor.centre, by=self.actor, **form.word()
            )

        if done(request, form, act, _("送信を始めました。")):
            sent = Mailing.objects.get(centre=self.actor.centre, month=month, readers=readers)
            return redirect("mailing", uid=sent.uid)
        return self.shown(request, chosen, form)

    def shown(
        self, request: HttpRequest, chosen: DigestForm, refused: ConfirmForm | None = None
    ) -> HttpResponse:
        values = chosen.cleaned_data
        planned = mailings.plan_digest(self.actor.centre, chosen.day, values["readers"])
        form = ConfirmForm(initial={**values, "expected": planned.count.number})
        is_early = chosen.day == calendar.today().replace(day=1)
        return self.look(request, planned, form, refused, is_early=is_early)


class MailingView(StaffView):
    """A page of one mailing of the actor's centre; others are not found."""

    permission = roles.KEEP_MAIL

    def found(self, uid: uuid.UUID) -> Mailing:
        rows = Mailing.objects.visible_to(self.actor).select_related(
            "centre", "job", "bulletin", "created_by"
        )
        try:
            return rows.get(uid=uid)
        except Mailing.DoesNotExist:
            raise Http404 from None

    def page(self, request: HttpRequest, mailing: Mailing, status: int = 200, **more: Any) -> HttpResponse:
        numbers = dict(mailing.deliveries.values_list("state").annotate(n=Count("pk")))
        unknown = mailing.deliveries.filter(state=State.UNKNOWN).select_related("subscriber")
        context = {
            "mailing": mailing,
            "numbers": [
                (State(state).label, numbers[state], state) for state in State.values if state in numbers
            ],
            "total": sum(numbers.values()),
            "unknown": unknown.defer("subscriber__address").prefetch_related("tries")[:UNKNOWN_SHOWN],
            "unknown_number": numbers.get(State.UNKNOWN, 0),
            "not_sent": numbers.get(State.NOT_SENT, 0),
            "parts": mailing.parts.select_related("bulletin").annotate(readers=Count("deliveries")),
            "progress": progress_of(mailing.job) if mailing.job else None,
            "log_form": LogForm(),
            "example": message.whole_text(mailing.centre, mailing.text, token_of(_EXAMPLE)),
            "sender": relay.sender(),
            "is_set": relay.is_set(),
            "proposal": links.begun_from(mailing.uid, self.actor),
            **more,
        }
        return render(request, "outreach/delivery/mailing.html", context, status=status)


class MailingPage(MailingView):
    permission = roles.KEEP_MAIL

    def get(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        return self.page(request, self.found(uid))


class SettleMailing(MailingView):
    """The relay's log, held against what is unknown."""

    permission = roles.KEEP_MAIL

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        mailing = self.found(uid)
        form = LogForm(request.POST, request.FILES)
        if form.is_valid():
            file = form.cleaned_data["log"]
            try:
                log = read_log(file.name, file.read(), now=timezone.now())
            except RelayLogNotUnderstood as refusal:
                tell(form, refusal)
            else:
                _tell_settled(request, settling.settle(mailing.uid, log, by=self.actor))
                return redirect("mailing", uid=uid)
        return self.page(request, mailing, 422, log_form=form)


def _tell_settled(request: HttpRequest, settled: settling.Settled) -> None:
    told = _("記録と照らしました: 送信済み%(sent)d、不達%(bounced)d、未達%(missing)d、要確認のまま%(left)d。")
    messages.success(
        request,
        told
        % {
            "sent": settled.sent,
            "bounced": settled.bounced,
            "missing": settled.missing,
            "left": settled.left,
        },
    )


class SendAgain(MailingView):
    permission = roles.KEEP_MAIL

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        self.found(uid)
        number = mailings.send_again(uid, by=self.actor)
        messages.success(request, _("%(n)d通をもう一度送ります。") % {"n": number})
        return redirect("mailing", uid=uid)
