"""Pages of subscribers: the list without an address, one subscription, and lists that come in as files."""

import base64
import binascii
import uuid
from collections.abc import Callable
from typing import Any, Final

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.errors import CasesError
from cases.files import FileNotUnderstood
from cases.records import codes
from cases.records.codes import Kind
from consult.shell import roles
from consult.shell.fields import done, tell
from consult.shell.web import StaffView
from outreach.delivery import importing, subscribers
from outreach.delivery.forms import AddressForm, FindForm, ListForm, RevealForm, SubscriberForm, WishForm
from outreach.delivery.models import Subscriber
from outreach.network.models import Member

PAGE: Final = 50
FAULTS_SHOWN: Final = 50
MOST_BYTES: Final = 1_000_000
STATE_KINDS: Final = {
    "ACTIVE": "success",
    "PAUSED": "",
    "BOUNCED": "warning",
    "UNSUBSCRIBED": "",
    "ERASED": "",
}
_DONE: Final = {
    "pause": gettext_lazy("配信を休止しました。"),
    "resume": gettext_lazy("配信を再開しました。"),
    "unsubscribe": gettext_lazy("配信を停止しました。"),
    "erase": gettext_lazy("登録を削除しました。アドレスはもう開けません。"),
}
_VERBS: Final[dict[str, Callable[..., Subscriber]]] = {
    "pause": subscribers.pause,
    "resume": subscribers.resume,
    "unsubscribe": subscribers.unsubscribe,
    "erase": subscribers.erase,
}


class SubscriberList(StaffView):
    permission = roles.KEEP_MAIL

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.page(request)

    def page(self, request: HttpRequest, status: int = 200, **more: Any) -> HttpResponse:
        rows = Subscriber.objects.visible_to(self.actor).for_list().order_by("-created_at", "-pk")
        state = request.GET.get("state", "")
        rows = rows.filter(state=state) if state in Subscriber.State.values else rows.standing()
        page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
        uids = [row.member for row in page if row.member]
        members = {
            member.uid: member for member in Member.objects.visible_to(self.actor).filter(uid__in=uids)
        }
        context = {
            "page": page,
            "rows": [(row, members.get(row.member) if row.member else None) for row in page],
            "states": Subscriber.State.choices,
            "state": state,
            "kinds": STATE_KINDS,
            "find_form": FindForm(),
            **more,
        }
        return render(request, "outreach/delivery/subscribers.html", context, status=status)


class FindSubscriber(SubscriberList):
    """Who calls and names an address: POSTed, so that it stands in no address and no history."""

    permission = roles.KEEP_MAIL

    def post(self, request: HttpRequest) -> HttpResponse:
        form = FindForm(request.POST)
        if form.is_valid():
            try:
                found = subscribers.find(
                    form.cleaned_data["address"], by=self.actor, centre=self.actor.centre
                )
            except CasesError as refusal:
                tell(form, refusal)
            else:
                if found is not None:
                    return redirect("subscriber", uid=found.uid)
                return self.page(request, find_form=FindForm(), nobody=True)
        return self.page(request, 422, find_form=form)


class AddSubscriber(StaffView):
    """`?member=`: whose address it is; its page leads here."""

    permission = roles.KEEP_MAIL

    def get(self, request: HttpRequest) -> HttpResponse:
        member = request.GET.get("member", "")
        begun = {"member": member, "consent_source": Subscriber.Source.MEMBER} if member else None
        return self.page(request, SubscriberForm(initial=begun, centre=self.actor.centre))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = SubscriberForm(request.POST, centre=self.actor.centre)
        if form.is_valid():
            try:
                row = subscribers.subscribe(
                    form.cleaned_data["address"], form.wish(), centre=self.actor.centre, by=self.actor,
                    uid=form.cleaned_data["uid"],
                )  # fmt: skip
            except CasesError as refusal:
                tell(form, refusal)
            else:
                messages.success(request, _("登録しました。"))
                return redirect("subscriber", uid=row.uid)
        return self.page(request, form, 422)

    def page(self, request: HttpRequest, form: SubscriberForm, status: int = 200) -> HttpResponse:
        return render(request, "outreach/delivery/subscriber_form.html", {"form": form}, status=status)


class SubscriberView(StaffView):
    permission = roles.KEEP_MAIL

    def found(self, uid: uuid.UUID) -> Subscriber:
        try:
            return Subscriber.objects.visible_to(self.actor).for_list().get(uid=uid)
        except Subscriber.DoesNotExist:
            raise Http404 from None

    def page(self, request: HttpRequest, row: Subscriber, status: int = 200, **more: Any) -> HttpResponse:
        known = codes.codes(Kind.SCAM_TYPE)
        context = {
            "row": row,
            "kind": STATE_KINDS[row.state],
            "topics": [known.text(code) for code in row.topics],
            "wish_form": self.wish_form(row),
            "member": row.member and Member.objects.filter(centre=row.centre, uid=row.member).first(),
            "address_form": AddressForm(),
            "reveal_form": RevealForm(),
            "deliveries": row.deliveries.select_related("mailing").order_by("-pk")[:20],
            **more,
        }
        return render(request, "outreach/delivery/subscriber.html", context, status=status)

    def wish_form(self, row: Subscriber, data: QueryDict | None = None) -> WishForm:
        kept = {"topics": row.topics, "frequency": row.frequency, "member": row.member}
        return WishForm(data, initial=kept, centre=row.centre, linked=row.member)


class SubscriberPage(SubscriberView):
    permission = roles.KEEP_MAIL

    def get(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        return self.page(request, self.found(uid))


class RevealSubscriber(SubscriberView):
    """Shows the address on the answer to a POST."""

    permission = roles.KEEP_MAIL

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        row = self.found(uid)
        form = RevealForm(request.POST)
        if row.state == Subscriber.State.ERASED:
            raise subscribers.SubscriberNotInState(row)
        if not form.is_valid():
            return self.page(request, row, 422, reveal_form=form)
        shown = subscribers.reveal_address(uid, by=self.actor, purpose=form.cleaned_data["purpose"])
        return self.page(request, row, address=shown)


class ChangeSubscriber(SubscriberView):
    permission = roles.KEEP_MAIL

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        row = self.found(uid)
        form = self.wish_form(row, request.POST)

        def act() -> object:
            return subscribers.change(uid, by=self.actor, **form.cleaned_data)

        if done(request, form, act, _("変更を保存しました。")):
            return redirect("subscriber", uid=uid)
        return self.page(request, row, 422, wish_form=form)


class ChangeAddress(SubscriberView):
    permission = roles.KEEP_MAIL

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        row = self.found(uid)
        form = AddressForm(request.POST)
        if form.is_valid():
            try:
                new = subscribers.change_address(uid, form.cleaned_data["address"], by=self.actor)
            except CasesError as refusal:
                tell(form, refusal)
            else:
                messages.success(request, _("新しいアドレスに移しました。前のアドレスは削除しました。"))
                return redirect("subscriber", uid=new.uid)
        return self.page(request, row, 422, address_form=form)


class DoWithSubscriber(SubscriberView):
    """Pause, resume, unsubscribe or erase."""

    permission = roles.KEEP_MAIL

    def post(self, request: HttpRequest, uid: uuid.UUID, verb: str) -> HttpResponse:
        self.found(uid)
        if verb not in _VERBS:
            raise Http404
        _VERBS[verb](uid, by=self.actor)
        messages.success(request, str(_DONE[verb]))
        return redirect("subscriber", uid=uid)


class ImportSubscribers(StaffView):
    """A list is looked at first; its content waits in the page, not on the machine, until somebody says so."""

    permission = roles.KEEP_MAIL

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.page(request, ListForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        form = ListForm(request.POST, request.FILES)
        if not form.is_valid():
            return self.page(request, form, 422)
        if file := form.cleaned_data["file"]:
            if file.size > MOST_BYTES:
                form.add_error("file", _("ファイルが大きすぎます。1MBまでです。"))
                return self.page(request, form, 422)
            return self.look(request, form, file.name, file.read())
        try:
            content = base64.b64decode(form.cleaned_data["content"], validate=True)
        except (binascii.Error, ValueError):
            content = b""
        if not content:
            form.add_error("file", _("ファイルを選んでください。"))
            return self.page(request, form, 422)
        return self.keep(request, form, content)

    def look(self, request: HttpRequest, form: ListForm, name: str, content: bytes) -> HttpResponse:
        try:
            looked = importing.look(name, content, centre=self.actor.centre)
        except (importing.ListNotUnderstood, FileNotUnderstood) as refusal:
            form.add_error("file", str(refusal))
            return self.page(request, form, 422)
        waiting = ListForm(initial={"name": name[:200], "content": base64.b64encode(content).decode("ascii")})
        return self.page(request, waiting, looked=looked)

    def keep(self, request: HttpRequest, form: ListForm, content: bytes) -> HttpResponse:
        try:
            done = importing.import_list(
                form.cleaned_data["name"], content, centre=self.actor.centre, by=self.actor
            )
        except (importing.ListNotUnderstood, FileNotUnderstood) as refusal:
            form.add_error("file", str(refusal))
            return self.page(request, form, 422)
        messages.success(request, _("%(n)d人を新しく登録しました。") % {"n": done.number_new})
        return redirect("subscribers")

    def page(
        self,
        request: HttpRequest,
        form: ListForm,
        status: int = 200,
        *,
        looked: importing.Looked | None = None,
    ) -> HttpResponse:
        context: dict[str, Any] = {"form": form, "looked": looked, "columns": importing.COLUMNS}
        if looked is not None:
            context["results"] = [(label, looked.counts[key]) for key, label in importing.RESULTS.items()]
            context["faults"] = looked.faults[:FAULTS_SHOWN]
        return render(request, "outreach/delivery/subscribers_import.html", context, status=status)
