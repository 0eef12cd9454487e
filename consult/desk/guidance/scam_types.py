"""手口 of the centre's own: added in the middle of a call, put in order by a manager."""

import uuid
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.law import calendar
from cases.records import codes
from cases.records.case import CaseScamType, new_uid
from cases.records.centre import Centre
from cases.records.codes import Code, Kind
from cases.services import scam_types
from cases.services.entry import UNCLASSIFIED, EntryRefused
from consult.desk.choices import numbered, scam_number
from consult.desk.forms import ShortField, plain_words
from consult.desk.intake import keep
from consult.shell import drafts, roles
from consult.shell.drafts import Draft
from consult.shell.fields import NOT_CHOSEN, offer, tell
from consult.shell.web import StaffView


class ScamTypeForm(forms.Form):
    """`call`: the intake page from which it was asked for, to go back to."""

    uid = forms.UUIDField(widget=forms.HiddenInput)
    call = forms.UUIDField(widget=forms.HiddenInput, required=False)
    label = ShortField(
        label=gettext_lazy("手口の名前"), required=True, help_text=gettext_lazy("短く。例: 分電盤の点検")
    )
    meaning = ShortField(
        label=gettext_lazy("どんな手口か(一行)"), required=True,
        help_text=gettext_lazy("60文字まで。人や事業者の名前は書かない"),
    )  # fmt: skip
    parent = forms.ChoiceField(
        label=gettext_lazy("近い手口"), required=False,
        help_text=gettext_lazy("選ぶと、その手口の手引きが出ます"),
    )  # fmt: skip

    def __init__(self, *args: Any, centre: Centre, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = numbered(Kind.SCAM_TYPE, calendar.today(), at=centre)
        offer(
            self, "parent", [*NOT_CHOSEN, *(one for one in known if not one[0].startswith(scam_types.PREFIX))]
        )
        plain_words(self)


class RenameForm(forms.Form):
    label = ShortField(label=gettext_lazy("手口の名前"), required=True)
    meaning = ShortField(label=gettext_lazy("どんな手口か(一行)"), required=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        plain_words(self)


class MergeForm(forms.Form):
    into = forms.ChoiceField(label=gettext_lazy("統合する先"))

    def __init__(self, *args: Any, centre: Centre, but: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = numbered(Kind.SCAM_TYPE, calendar.today(), at=centre)
        offer(self, "into", [*NOT_CHOSEN, *(one for one in known if one[0] not in (but, UNCLASSIFIED))])
        plain_words(self)


class ScamTypes(StaffView):
    """The centre's own 手口, with what a manager can do about each."""

    permission = roles.EDIT_GUIDANCE

    def get(self, request: HttpRequest) -> HttpResponse:
        return scam_types_page(request, self)


def scam_types_page(
    request: HttpRequest, view: StaffView, *, status: int = 200, **bound: tuple[str, forms.Form]
) -> HttpResponse:
    """`bound`: a form that was refused, with the code that it is about."""
    centre = view.actor.centre
    own = scam_types.own_types(centre)
    held = CaseScamType.objects.filter(case__centre=centre, code__in=[row.code for row in own])
    counts: dict[str, int] = {}
    for code in held.values_list("code", flat=True):
        counts[code] = counts.get(code, 0) + 1

    def form_of(kind: str, row: Code) -> forms.Form:
        about, form = bound.get(kind, ("", None))
        if form is not None and about == row.code:
            return form
        if kind == "rename":
            initial = {"label": row.label, "meaning": row.meaning}
            return RenameForm(initial=initial, auto_id=f"id_{row.code}_%s")
        return MergeForm(centre=centre, but=row.code, auto_id=f"id_{row.code}_%s")

    refused = [form for _code, form in bound.values()]
    context = {
        "rows": [
            {
                "code": row,
                "number": scam_number(row),
                "cases": counts.get(row.code, 0),
                "merged_into": codes.codes(Kind.SCAM_TYPE).text(row.code) if row.merged_into else "",
                "rename": form_of("rename", row),
                "merge": form_of("merge", row),
                "is_open": any(code == row.code for code, _form in bound.values()),
            }
            for row in own
        ],
        "refused": refused,
        "has_errors": bool(refused),
        "may_keep": view.actor.may(roles.KEEP_CODES),
    }
    return render(request, "desk/guidance/scam_types.html", context, status=status)


class NewScamType(StaffView):
    permission = roles.EDIT_GUIDANCE

    def get(self, request: HttpRequest) -> HttpResponse:
        initial = {"uid": new_uid(), "call": _uid_or_none(request.GET.get("call", ""))}
        return self._page(request, ScamTypeForm(initial=initial, centre=self.actor.centre))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = ScamTypeForm(request.POST, centre=self.actor.centre)
        if form.is_valid():
            data = form.cleaned_data
            try:
                row = scam_types.add(
                    data["label"], meaning=data["meaning"], parent=data["parent"], uid=data["uid"],
                    centre=self.actor.centre, by=self.actor,
                )  # fmt: skip
            except EntryRefused as refusal:
                tell(form, refusal)
        if form.errors:
            return self._page(request, form, status=422)
        messages.success(
            request,
            _("手口「%(number)s %(name)s」を足しました。もう使えます。")
            % {"number": scam_number(row), "name": row.text},
        )
        return self._back(data["call"], row)

    def _back(self, call: uuid.UUID | None, row: Code) -> HttpResponse:
        """To the call, whose draft then has the new 手口 chosen; else to the list."""
        if call is None:
            return redirect("scam-types")
        try:
            fields, sequence = drafts.restore(call, by=self.actor)
        except Draft.DoesNotExist:
            return redirect("scam-types")
        drafts.save(call, {**fields, "scam_main": [row.code]}, sequence=sequence + 1, by=self.actor)
        return redirect("intake", uid=call)

    def _page(self, request: HttpRequest, form: ScamTypeForm, *, status: int = 200) -> HttpResponse:
        call = _uid_or_none(str(form["call"].value() or ""))
        context = {"form": form, "call": call, "has_errors": bool(form.errors)}
        return render(request, "desk/guidance/scam_type_new.html", context, status=status)


def _uid_or_none(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


class FromCall(StaffView):
    """In the middle of a call: what is typed is kept as its draft, then the page for a new 手口 opens."""

    permission = roles.RECORD_CASES

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        if drafts.is_of_another(uid, by=self.actor):
            raise Http404
        keep(request, uid, self)
        response = redirect("scam-type-new")
        response["Location"] += f"?call={uid}"
        return response


class _Keeping(StaffView):
    """What a manager does with an own 手口."""

    permission = roles.KEEP_CODES


class Confirm(_Keeping):
    def post(self, request: HttpRequest, code: str) -> HttpResponse:
        try:
            scam_types.confirm(code, centre=self.actor.centre, by=self.actor)
        except Code.DoesNotExist:
            raise Http404 from None
        messages.success(request, _("手口として確定しました。"))
        return redirect("scam-types")


class Rename(_Keeping):
    def post(self, request: HttpRequest, code: str) -> HttpResponse:
        form = RenameForm(request.POST, auto_id=f"id_{code}_%s")
        if form.is_valid():
            data = form.cleaned_data
            try:
                scam_types.rename(code, **data, centre=self.actor.centre, by=self.actor)
            except Code.DoesNotExist:
                raise Http404 from None
            except EntryRefused as refusal:
                tell(form, refusal)
        if form.errors:
            return scam_types_page(request, self, status=422, rename=(code, form))
        messages.success(request, _("名前を変えました。相談の分類はそのままです。"))
        return redirect("scam-types")


class Merge(_Keeping):
    def post(self, request: HttpRequest, code: str) -> HttpResponse:
        form = MergeForm(request.POST, centre=self.actor.centre, but=code, auto_id=f"id_{code}_%s")
        if form.is_valid():
            try:
                scam_types.merge(
                    code, into=form.cleaned_data["into"], centre=self.actor.centre, by=self.actor
                )
            except Code.DoesNotExist:
                raise Http404 from None
            except EntryRefused as refusal:
                tell(form, refusal)
        if form.errors:
            return scam_types_page(request, self, status=422, merge=(code, form))
        messages.success(request, _("統合しました。これからは統合先の名前で数え、一覧にもその名前が出ます。"))
        return redirect("scam-types")
