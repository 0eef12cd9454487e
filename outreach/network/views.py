"""Pages of the network: its members, one member, whom to call there."""

import uuid
from typing import Any, Final

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cases import today as today_page
from cases.law import calendar
from cases.records import codes
from cases.records.case import new_uid
from cases.records.centre import Actor, area_choices
from cases.records.codes import Kind
from cases.services.entry import EntryRefused
from consult.shell import roles
from consult.shell.fields import done, tell
from consult.shell.web import StaffView
from outreach.network import services
from outreach.network.forms import ContactForm, EndForm, FilterForm, MemberForm
from outreach.network.linked import linked_to
from outreach.network.models import Member, MemberContact
from outreach.persons import RevealForm

PAGE: Final = 50


class Network(StaffView):
    """The members, by kind and name."""

    permission = roles.KEEP_NETWORK

    def get(self, request: HttpRequest) -> HttpResponse:
        form = FilterForm(request.GET)
        asked = form.cleaned_data if form.is_valid() else {"kind": "", "state": ""}
        day = calendar.today()
        found = Member.objects.visible_to(self.actor)
        if asked["state"] == "ended":
            found = found.filter(ended_on__isnull=False)
        else:
            found = found.running_out(day) if asked["state"] == "ends" else found.in_force()
        if asked["kind"]:
            found = found.filter(kind=asked["kind"])
        page = Paginator(found, PAGE).get_page(request.GET.get("page"))
        areas = dict(area_choices(self.actor.centre))
        context = {
            "form": form,
            "page": page,
            "today": day,
            "rows": [(row, _areas(row, areas), row.agreement_runs_out(day)) for row in page],
        }
        return render(request, "outreach/network/members.html", context)


def _areas(member: Member, labels: dict[str, str]) -> str:
    return _("、").join(labels.get(code, code) for code in member.areas) or _("全域")


class AddMember(StaffView):
    permission = roles.KEEP_NETWORK

    def get(self, request: HttpRequest) -> HttpResponse:
        return _form_page(request, MemberForm(initial={"uid": new_uid()}, centre=self.actor.centre), None)

    def post(self, request: HttpRequest) -> HttpResponse:
        form = MemberForm(request.POST, centre=self.actor.centre)
        if form.is_valid():
            try:
                member = services.add(
                    form.cleaned_data["uid"], form.entry(), centre=self.actor.centre, by=self.actor
                )
            except EntryRefused as refusal:
                tell(form, refusal)
            except Member.DoesNotExist:
                raise Http404 from None
            else:
                messages.success(request, _("構成員を登録しました。続けて連絡先を登録できます。"))
                return redirect("member", uid=member.uid)
        return _form_page(request, form, None, status=422)


def _form_page(
    request: HttpRequest, form: MemberForm, member: Member | None, status: int = 200
) -> HttpResponse:
    context = {"form": form, "member": member, "has_errors": form.is_bound and bool(form.errors)}
    return render(request, "outreach/network/member_form.html", context, status=status)


class MemberView(StaffView):
    """A page of one member of the actor's centre; others are not found."""

    permission = roles.KEEP_NETWORK

    def found(self, uid: uuid.UUID) -> Member:
        try:
            return Member.objects.visible_to(self.actor).select_related("centre", "added_by").get(uid=uid)
        except Member.DoesNotExist:
            raise Http404 from None

    def page(self, request: HttpRequest, member: Member, *, status: int = 200, **more: Any) -> HttpResponse:
        scams = codes.codes(Kind.SCAM_TYPE)
        context = {
            "member": member,
            "areas": _areas(member, dict(area_choices(member.centre))),
            "topics": _("、").join(scams.text(code) for code in member.topics),
            "contacts": member.contacts.defer(*MemberContact.SEALED),
            "runs_out": member.agreement_runs_out(calendar.today()),
            "today": calendar.today(),
            "council_stands": services.council_stands(member),
            "subscribers": linked_to(member, self.actor),
            "contact_form": ContactForm(),
            "end_form": EndForm(),
            "reveal_form": RevealForm(),
            **more,
        }
        return render(request, "outreach/network/member.html", context, status=status)


class MemberPage(MemberView):
    permission = roles.KEEP_NETWORK

    def get(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        return self.page(request, self.found(uid))


class ChangeMember(MemberView):
    permission = roles.KEEP_NETWORK

    def get(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        member = self.found(uid)
        if not member.is_in_force:
            raise services.MemberEnded
        return _form_page(request, MemberForm(initial=_initial(member), centre=member.centre), member)

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        member = self.found(uid)
        form = MemberForm(request.POST, centre=member.centre)

        def act() -> object:
            return services.change(uid, form.entry(), by=self.actor, revision=form.cleaned_data["revision"])

        if done(request, form, act, _("構成員の登録を変えました。")):
            return redirect("member", uid=uid)
        return _form_page(request, form, member, status=422)


def _initial(member: Member) -> dict[str, Any]:
    days = ("agreed_on", "agreement_from", "agreement_until", "duty_told_on")
    entry = services.entry_of(member)
    given = {name: getattr(entry, name) for name in MemberForm.base_fields if hasattr(entry, name)}
    typed = {name: day.isoformat() for name in days if (day := given[name]) is not None}
    return {**given, **dict.fromkeys(days, ""), **typed, "uid": member.uid, "revision": member.revision}


class EndMember(MemberView):
    permission = roles.KEEP_NETWORK

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        member = self.found(uid)
        form = EndForm(request.POST)
        said = _("構成員の終了を記録しました。これまでの記録は残ります。")
        if done(request, form, lambda: services.end(uid, by=self.actor, **form.cleaned_data), said):
            return redirect("member", uid=uid)
        return self.page(request, member, status=422, end_form=form, has_errors=True)


class KeepContact(MemberView):
    permission = roles.KEEP_NETWORK

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        member = self.found(uid)
        form = ContactForm(request.POST)
        said = _("連絡先を登録しました。")
        if done(request, form, lambda: services.keep_contact(uid, form.entry(), by=self.actor), said):
            return redirect("member", uid=uid)
        return self.page(request, member, status=422, contact_form=form, has_errors=True)


class RevealContacts(MemberView):
    """Shows the values on the answer to a POST: they stand in no address and no history."""

    permission = roles.KEEP_NETWORK

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        member = self.found(uid)
        form = RevealForm(request.POST)
        if not form.is_valid():
            return self.page(request, member, status=422, reveal_form=form, has_errors=True)
        shown = services.reveal_contacts(uid, by=self.actor, purpose=form.cleaned_data["purpose"])
        return self.page(request, member, shown=shown)


class RemoveContact(MemberView):
    permission = roles.KEEP_NETWORK

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        member = self.found(uid)
        try:
            services.remove_contact(uid, uuid.UUID(request.POST.get("contact", "")), by=self.actor)
        except (ValueError, MemberContact.DoesNotExist):
            return self.page(request, member, status=422, refusal=_("この連絡先は、もうありません。"))
        messages.success(request, _("連絡先を消しました。"))
        return redirect("member", uid=uid)


class ForgetContacts(MemberView):
    permission = roles.KEEP_NETWORK

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        member = self.found(uid)
        try:
            services.forget_contacts(uid, by=self.actor)
        except services.MemberInForce as refusal:
            return self.page(request, member, status=refusal.status, refusal=str(refusal))
        messages.success(request, _("連絡先を消去しました。元には戻せません。"))
        return redirect("member", uid=uid)


def card(actor: Actor) -> today_page.Card | None:
    """今日: agreements that have to be renewed."""
    day = calendar.today()
    days = Member.objects.visible_to(actor).running_out(day).values_list("agreement_until", flat=True)
    ends = sorted(until for until in days if until is not None)
    if not ends:
        return None
    title = ngettext(
        "協定の更新が必要な見守りの構成員が%(n)d件あります",
        "協定の更新が必要な見守りの構成員が%(n)d件あります",
        len(ends),
    ) % {"n": len(ends)}
    body = _("いちばん早い期限は%(day)sです。") % {"day": calendar.both(ends[0])}
    level = today_page.Level.WARNING if ends[0] < day else today_page.Level.INFO
    return today_page.Card(title, body, level, url_name="network", link=_("見守りの構成員"))
