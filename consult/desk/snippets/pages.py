"""The page on which one keeps one's own 定型文, and the centre's."""

import uuid
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.errors import CasesError
from cases.protection.redaction import redact
from cases.records.case import new_uid
from consult.desk.forms import ShortField, WordsField, plain_words
from consult.desk.guidance.editing import personal_warning
from consult.desk.snippets import models
from consult.desk.snippets.models import LONGEST_TEXT, Snippet
from consult.shell import roles
from consult.shell.web import StaffView


class SnippetForm(forms.Form):
    uid = forms.UUIDField(widget=forms.HiddenInput)
    trigger = ShortField(
        label=gettext_lazy("合図"),
        required=True,
        max_length=11,
        help_text=gettext_lazy("「;」で始めます。例: ;co"),
    )
    text = WordsField(
        label=gettext_lazy("文"),
        rows=3,
        max_length=LONGEST_TEXT,
        help_text=gettext_lazy("個人名や電話番号は書きません(暗号化されません)。"),
    )
    is_centres = forms.BooleanField(label=gettext_lazy("センターのみんなで使う"), required=False)

    def __init__(self, *args: Any, may_centres: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not may_centres:
            del self.fields["is_centres"]
        plain_words(self)

    def clean_text(self) -> str:
        text: str = self.cleaned_data["text"]
        if not text.strip():
            raise forms.ValidationError(_("入力してください。"))
        return text


class Snippets(StaffView):
    """The list, and a form for one more or for the one that is changed."""

    permission = roles.RECORD_CASES

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._page(request, SnippetForm(initial={"uid": new_uid()}, may_centres=self.may_centres))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = SnippetForm(request.POST, may_centres=self.may_centres)
        if form.is_valid():
            data = {"is_centres": False, **form.cleaned_data}
            try:
                models.save(data.pop("uid"), by=self.actor, may_centres=self.may_centres, **data)
            except CasesError as refusal:
                form.add_error("trigger", str(refusal))
            except Snippet.DoesNotExist:
                raise Http404 from None
            else:
                if places := len(redact(data["text"]).spans):
                    messages.warning(request, personal_warning(places))
                messages.success(request, _("定型文を保存しました。"))
                return redirect("snippets")
        return self._page(request, form, status=422)

    @property
    def may_centres(self) -> bool:
        return self.actor.may(roles.EDIT_GUIDANCE)

    def _page(
        self, request: HttpRequest, form: SnippetForm, *, status: int = 200, **more: Any
    ) -> HttpResponse:
        rows = models.of(self.actor)
        context = {
            "form": form,
            "own": [row for row in rows if row.account_id],
            "shared": [row for row in rows if row.account_id is None],
            "may_centres": self.may_centres,
            "has_errors": form.is_bound,
            **more,
        }
        return render(request, "desk/snippets/list.html", context, status=status)


class ChangeSnippet(Snippets):
    """The same page with one of them in the form."""

    def get(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:  # type: ignore[override]
        row = self._row(uid)
        start = {
            "uid": row.uid,
            "trigger": row.trigger,
            "text": row.text,
            "is_centres": row.account_id is None,
        }
        return self._page(request, SnippetForm(initial=start, may_centres=self.may_centres), changed=row)

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:  # type: ignore[override]
        """As on the page of all: the form names what it changes."""
        self._row(uid)
        return super().post(request)

    def _row(self, uid: uuid.UUID) -> Snippet:
        row = next((one for one in models.of(self.actor) if one.uid == uid), None)
        if row is None or (row.account_id is None and not self.may_centres):
            raise Http404
        return row


class RemoveSnippet(StaffView):
    permission = roles.RECORD_CASES

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        try:
            models.remove(uid, by=self.actor, may_centres=self.actor.may(roles.EDIT_GUIDANCE))
        except Snippet.DoesNotExist:
            raise Http404 from None
        return redirect("snippets")
