"""伏せ字のリスト: the words that this centre always masks or never masks, and what edits suggest for them."""

import uuid
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.protection import masking, remasking
from cases.protection.models import MaskingWord
from consult.shell import roles
from consult.shell.web import StaffView


class WordForm(forms.Form):
    text = forms.CharField(label=gettext_lazy("言葉"), max_length=masking.LONGEST)
    kind = forms.ChoiceField(label=gettext_lazy("扱い"), choices=MaskingWord.Kind.choices)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].error_messages["required"] = _("言葉を入力してください。")
        self.fields["text"].widget.attrs["autocomplete"] = "off"


class MaskingLists(StaffView):
    """Shows the lists, after an entry in the log, and takes a new word."""

    permission = roles.EDIT_MASKING

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._page(request, WordForm(initial={"kind": MaskingWord.Kind.ALLOW}))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = WordForm(request.POST)
        if form.is_valid():
            try:
                masking.add(
                    form.cleaned_data["text"],
                    form.cleaned_data["kind"],
                    centre=self.actor.centre,
                    by=self.actor,
                )
            except masking.WordRefused as refusal:
                form.add_error("text", str(refusal))
        if form.errors:
            return self._page(request, form, status=422)
        messages.success(request, _("リストに入れました。これから保存する相談に使います。"))
        return redirect("masking")

    def _page(self, request: HttpRequest, form: WordForm, *, status: int = 200) -> HttpResponse:
        words = masking.words(by=self.actor, centre=self.actor.centre)
        context = {
            "form": form,
            "has_errors": bool(form.errors),
            "suggested": [word for word in words if word.is_suggested],
            "lists": [
                (kind, label, [word for word in words if word.kind == kind and not word.is_suggested])
                for kind, label in MaskingWord.Kind.choices
            ],
        }
        return render(request, "manage/protection/masking.html", context, status=status)


class DecideOnWord(StaffView):
    """Takes a word from the list, or a suggestion onto it."""

    permission = roles.EDIT_MASKING

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        if request.POST.get("do") == "accept":
            try:
                masking.accept(uid, by=self.actor, centre=self.actor.centre)
            except MaskingWord.DoesNotExist:
                raise Http404 from None
            except masking.WordRefused as refusal:
                messages.error(request, str(refusal))
        else:
            masking.remove(uid, by=self.actor, centre=self.actor.centre)
        return redirect("masking")


class MaskAgain(StaffView):
    """Starts the job that masks the cases recorded before."""

    permission = roles.EDIT_MASKING

    def post(self, request: HttpRequest) -> HttpResponse:
        job = remasking.start(self.actor.centre, by=self.actor)
        return redirect("job", uid=job.uid)
