"""Writing a guidance: a new version, or an old one in force again; two at once see each other's words."""

import uuid
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.records.case import new_uid
from cases.records.centre import Centre
from cases.records.guidance import GuidanceVersion
from cases.services import directory, guidance
from cases.services.entry import EntryRefused
from cases.services.guidance import GuidanceChangedMeanwhile, Words
from consult.desk.forms import WordsField, plain_words
from consult.desk.guidance.pages import PARTS, differences, required
from consult.shell import roles
from consult.shell.fields import offer, tell
from consult.shell.web import StaffView

_ONE_A_LINE = gettext_lazy("1行に一つ")


class GuidanceForm(forms.Form):
    uid = forms.UUIDField(widget=forms.HiddenInput)
    based_on = forms.IntegerField(min_value=0, max_value=2**31 - 1, widget=forms.HiddenInput)
    script = WordsField(label=PARTS["script"], rows=4, required=False)
    ask = WordsField(label=PARTS["ask"], rows=6, required=False, help_text=_ONE_A_LINE)
    keep = WordsField(label=PARTS["keep"], rows=5, required=False, help_text=_ONE_A_LINE)
    advise = WordsField(label=PARTS["advise"], rows=5, required=False, help_text=_ONE_A_LINE)
    refer = forms.MultipleChoiceField(
        label=gettext_lazy("案内する先"), required=False, widget=forms.CheckboxSelectMultiple
    )
    note = forms.CharField(
        label=gettext_lazy("何を変えたか"), max_length=guidance.NOTE_LENGTH, required=False,
        help_text=gettext_lazy("後で版を選ぶときの手がかり。例: 電子マネーの手順を足した"),
    )  # fmt: skip

    def __init__(self, *args: Any, centre: Centre, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        bodies = directory.bodies(centre)
        offer(self, "refer", [(str(body.uid), body.name) for body in bodies])
        plain_words(self)

    def words(self, before: Words) -> Words:
        """What was typed. Bodies that stood there `before` keep their order. The form is valid."""
        data = self.cleaned_data
        chosen = [uuid.UUID(text) for text in data["refer"]]
        return Words(
            script=data["script"],
            **{name: tuple(data[name].split("\n")) for name in guidance.LISTS},
            refer=(
                *(uid for uid in before.refer if uid in chosen),
                *(uid for uid in chosen if uid not in before.refer),
            ),
        )


def filled(words: Words) -> dict[str, Any]:
    """A guidance as its form shows it."""
    return {
        "script": words.script,
        **{name: "\n".join(getattr(words, name)) for name in guidance.LISTS},
        "refer": [str(body) for body in words.refer],
    }


class EditGuidance(StaffView):
    permission = roles.EDIT_GUIDANCE

    def get(self, request: HttpRequest, code: str) -> HttpResponse:
        scam_type = required(code, self.actor.centre)
        found = guidance.guidance_for(scam_type, centre=self.actor.centre)
        number = self._held(scam_type)
        initial = {**filled(found.words), "uid": new_uid(), "based_on": number}
        return self._page(request, scam_type, self._form(initial=initial), found=found)

    def post(self, request: HttpRequest, code: str) -> HttpResponse:
        scam_type = required(code, self.actor.centre)
        form = self._form(request.POST)
        if form.is_valid():
            data = form.cleaned_data
            words = form.words(guidance.guidance_for(scam_type, centre=self.actor.centre).words)
            try:
                guidance.revise(
                    scam_type, words, uid=data["uid"], based_on=data["based_on"], note=data["note"],
                    centre=self.actor.centre, by=self.actor,
                )  # fmt: skip
            except EntryRefused as refusal:
                tell(form, refusal)
            except GuidanceChangedMeanwhile as refusal:
                return self._both(request, scam_type, form, words, refusal)
        if form.errors:
            return self._page(request, scam_type, form, status=422)
        self._saved(request, words, data["note"])
        return redirect("guidance-of", code=scam_type)

    def _held(self, scam_type: str) -> int:
        held = guidance.latest_versions(self.actor.centre, [scam_type]).get(scam_type)
        return held.number if held else 0

    def _saved(self, request: HttpRequest, words: Words, note: str) -> None:
        messages.success(request, _("新しい版を保存しました。すぐに受付の画面に出ます。"))
        if places := guidance.looks_personal(words.script, *words.ask, *words.keep, *words.advise, note):
            messages.warning(request, personal_warning(places))

    def _both(
        self,
        request: HttpRequest,
        scam_type: str,
        form: GuidanceForm,
        mine: Words,
        refusal: GuidanceChangedMeanwhile,
    ) -> HttpResponse:
        """Mine in the form, theirs beside it: saving again then puts mine over theirs, knowingly."""
        latest = refusal.latest
        again = self._form(
            initial={
                **{name: form.data.get(name, "") for name in ("script", *guidance.LISTS, "note")},
                "refer": form.cleaned_data["refer"], "uid": new_uid(), "based_on": latest.number,
            }
        )  # fmt: skip
        more = {
            "refusal": str(refusal),
            "latest": latest,
            "differences": differences(latest.words, mine, self.actor.centre),
        }
        return self._page(request, scam_type, again, status=409, **more)

    def _form(self, *args: Any, **kwargs: Any) -> GuidanceForm:
        return GuidanceForm(*args, centre=self.actor.centre, **kwargs)

    def _page(
        self, request: HttpRequest, scam_type: str, form: GuidanceForm, *, status: int = 200, **more: Any
    ) -> HttpResponse:
        context = {
            "code": scam_type,
            "heading": guidance.title_of(scam_type),
            "form": form,
            "has_errors": bool(form.errors) or "refusal" in more,
            **more,
        }
        return render(request, "desk/guidance/edit.html", context, status=status)


def personal_warning(places: int) -> str:
    return _(
        "氏名・電話番号・住所に見える部分が%(n)sか所あります。機関のものでなく個人のものなら、消してください。"
    ) % {"n": places}


class RestoreGuidance(StaffView):
    """An old version, or what is shipped, comes into force again as the newest."""

    permission = roles.EDIT_GUIDANCE

    def post(self, request: HttpRequest, code: str) -> HttpResponse:
        scam_type = required(code, self.actor.centre)
        form = RestoreForm(request.POST)
        if not form.is_valid():
            messages.error(request, _("戻す版を選び直してください。"))
            return redirect("guidance-versions", code=scam_type)
        data = form.cleaned_data
        try:
            guidance.restore(
                scam_type, data["number"], uid=data["uid"], based_on=data["based_on"],
                centre=self.actor.centre, by=self.actor,
            )  # fmt: skip
        except GuidanceVersion.DoesNotExist:
            raise Http404 from None
        except GuidanceChangedMeanwhile as refusal:
            messages.error(request, str(refusal))
            return redirect("guidance-versions", code=scam_type)
        messages.success(request, _("選んだ版を新しい版として保存しました。"))
        return redirect("guidance-of", code=scam_type)


class RestoreForm(forms.Form):
    uid = forms.UUIDField()
    number = forms.IntegerField(min_value=0, max_value=2**31 - 1)
    based_on = forms.IntegerField(min_value=0, max_value=2**31 - 1)
