"""ほかの機関: the directory, its pages, and "checked today" by one key."""

import uuid
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from cases import today as cards
from cases.law import calendar
from cases.records.case import new_uid
from cases.records.centre import Actor
from cases.records.directory import ReferralBody
from cases.services import directory
from cases.services.directory import BodyChangedMeanwhile, BodyEntry
from cases.services.entry import EntryRefused
from consult.desk.forms import ShortField, plain_words
from consult.shell import roles
from consult.shell.fields import tell
from consult.shell.web import StaffView


class BodyForm(forms.Form):
    uid = forms.UUIDField(widget=forms.HiddenInput)
    revision = forms.IntegerField(min_value=0, max_value=2**31 - 1, widget=forms.HiddenInput)
    kind = forms.ChoiceField(label=gettext_lazy("種類"), choices=ReferralBody.Kind.choices)
    name = ShortField(label=gettext_lazy("名前"), required=True)
    kana = ShortField(label=gettext_lazy("フリガナ"))
    phone = ShortField(label=gettext_lazy("電話"))
    hours = ShortField(label=gettext_lazy("受付時間"))
    area = ShortField(label=gettext_lazy("対象の地域"))
    purpose = ShortField(label=gettext_lazy("どんなときに案内するか"))
    url = ShortField(label=gettext_lazy("ウェブサイト"), max_length=300)
    note = ShortField(label=gettext_lazy("メモ"), max_length=300)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        plain_words(self)

    def entry(self) -> BodyEntry:
        """What was typed. The form is valid."""
        return BodyEntry(**{name: self.cleaned_data[name] for name in directory.TEXTS})


class Directory(StaffView):
    """The list, narrowed by words that name an office and nobody else."""

    permission = roles.VIEW_CASES

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._show(request, request.GET, wanted="")

    def post(self, request: HttpRequest) -> HttpResponse:
        """What is looked for stays out of the address: a person's name may be typed here by mistake."""
        return self._show(request, request.POST, wanted=request.POST.get("q", "").strip()[:60])

    def _show(self, request: HttpRequest, asked: QueryDict, *, wanted: str) -> HttpResponse:
        today = calendar.today()
        only_due = bool(asked.get("due"))
        found = directory.bodies(self.actor.centre, with_closed=bool(asked.get("closed")))
        due = sum(body.is_due(today) for body in found if body.is_open)
        if wanted:
            found = directory.holding(wanted, found)
        if only_due:
            found = [body for body in found if body.is_open and body.is_due(today)]
        context = {
            "rows": [(body, body.is_due(today)) for body in found],
            "wanted": wanted,
            "only_due": only_due,
            "with_closed": bool(asked.get("closed")),
            "due_count": due,
            "may_edit": self.actor.may(roles.EDIT_GUIDANCE),
        }
        return render(request, "desk/guidance/bodies.html", context)


class _Editing(StaffView):
    """What adding and changing a body share."""

    permission = roles.EDIT_GUIDANCE

    def save(self, request: HttpRequest, uid: uuid.UUID, form: BodyForm, **more: Any) -> HttpResponse:
        if form.is_valid():
            try:
                directory.save_body(
                    uid, form.entry(), revision=form.cleaned_data["revision"], centre=self.actor.centre,
                    by=self.actor,
                )  # fmt: skip
            except EntryRefused as refusal:
                tell(form, refusal)
            except BodyChangedMeanwhile as refusal:
                again = BodyForm(
                    initial={**form.cleaned_data, "uid": uid, "revision": refusal.latest.revision}
                )
                more |= {"refusal": str(refusal), "latest": refusal.latest}
                return self.page(request, uid, again, status=409, **more)
        if form.errors:
            return self.page(request, uid, form, status=422, **more)
        messages.success(request, _("保存しました。"))
        return redirect("body", uid=uid)

    def page(
        self, request: HttpRequest, uid: uuid.UUID, form: BodyForm, *, status: int = 200, **more: Any
    ) -> HttpResponse:
        context = {"uid": uid, "form": form, "has_errors": bool(form.errors) or "refusal" in more, **more}
        return render(request, "desk/guidance/body.html", context, status=status)


class NewBody(_Editing):
    def get(self, request: HttpRequest) -> HttpResponse:
        uid = new_uid()
        return self.page(request, uid, BodyForm(initial={"uid": uid, "revision": 0}))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = BodyForm(request.POST)
        uid = form.cleaned_data["uid"] if form.is_valid() else new_uid()
        return self.save(request, uid, form)


class BodyPage(_Editing):
    """One body: what is known of it, to read and to change."""

    def get(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        body = self._find(uid)
        initial = {name: getattr(body.entry, name) for name in directory.TEXTS}
        form = BodyForm(initial={**initial, "uid": uid, "revision": body.revision})
        return self.page(request, uid, form, office=body, is_due=body.is_due(calendar.today()))

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        body = self._find(uid)
        return self.save(
            request, uid, BodyForm(request.POST), office=body, is_due=body.is_due(calendar.today())
        )

    def _find(self, uid: uuid.UUID) -> directory.Body:
        try:
            return directory.body_of(self.actor.centre, uid)
        except ReferralBody.DoesNotExist:
            raise Http404 from None


class MarkChecked(StaffView):
    permission = roles.EDIT_GUIDANCE

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        try:
            body = directory.mark_checked(uid, centre=self.actor.centre, by=self.actor)
        except ReferralBody.DoesNotExist:
            raise Http404 from None
        messages.success(request, _("「%(name)s」を今日確かめたと記録しました。") % {"name": body.name})
        return redirect("body", uid=uid) if request.POST.get("from") == "body" else redirect("bodies")


class CloseBody(StaffView):
    permission = roles.EDIT_GUIDANCE

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        is_closed = request.POST.get("do") != "open"
        try:
            directory.close_body(uid, is_closed=is_closed, centre=self.actor.centre, by=self.actor)
        except ReferralBody.DoesNotExist:
            raise Http404 from None
        return redirect("body", uid=uid)


def due_card(actor: Actor) -> cards.Card | None:
    """Bodies that were once checked, more than a year ago: those never checked are told of in the directory."""
    found = directory.overdue_count(actor, calendar.today())
    if not found:
        return None
    title = ngettext(
        "1年以上確かめていない機関が%(n)sか所あります",
        "1年以上確かめていない機関が%(n)sか所あります",
        found,
    ) % {"n": found}
    return cards.Card(
        title,
        _("電話番号と受付時間を確かめて、「今日確かめた」を押してください。"),
        url_name="bodies",
        link=_("ほかの機関を開く"),
    )
