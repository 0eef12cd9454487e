"""Pages of a variant: the text to work over beside what the product makes, and やさしい日本語 beside the bulletin."""

import uuid
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.services.entry import EntryRefused
from consult.shell import roles
from consult.shell.fields import tell
from consult.shell.paper import to_text
from outreach.bulletins import easy, services, variants
from outreach.bulletins.models import Bulletin, BulletinVariant
from outreach.bulletins.outputs import taking
from outreach.bulletins.outputs.pages import usual_options
from outreach.bulletins.paper import document_of
from outreach.bulletins.variants import TEXT_LENGTH, TITLE_LENGTH, VariantNotSeen
from outreach.bulletins.views import BulletinView
from outreach.notices import tell_masked

Kind = BulletinVariant.Kind


class VariantForm(forms.Form):
    """What is typed; `seen` where something looks personal or like a count."""

    title = forms.CharField(
        label=gettext_lazy("題"), max_length=TITLE_LENGTH * 2, required=False,
        widget=forms.TextInput({"autocomplete": "off"}),
    )  # fmt: skip
    text = forms.CharField(
        label=gettext_lazy("文"), max_length=TEXT_LENGTH * 2, required=False,
        widget=forms.Textarea({"rows": 14, "autocomplete": "off"}),
    )  # fmt: skip
    seen = forms.BooleanField(
        label=gettext_lazy("印の付いた部分は、個人情報でも相談の件数でもないことを確認した"), required=False
    )


class VariantView(BulletinView):
    """A kind that there is, of a bulletin of the actor's centre; others are not found."""

    permission = roles.WRITE_BULLETINS

    def variant_of(self, uid: uuid.UUID, kind: str) -> tuple[Bulletin, BulletinVariant | None]:
        bulletin = self.found(uid)
        if kind not in Kind.values:
            raise Http404
        return bulletin, variants.kept(bulletin).get(kind)


def made_by_itself(bulletin: Bulletin, kind: str) -> str:
    """What the product makes of the bulletin; nothing for やさしい日本語, which a person writes."""
    if kind == Kind.EASY:
        return ""
    return taking.own_text(bulletin, kind, usual_options(bulletin))


class EditVariant(VariantView):
    """Work the text over. `readings` puts readings behind the harder words and saves nothing."""

    def get(self, request: HttpRequest, uid: uuid.UUID, kind: str) -> HttpResponse:
        bulletin, kept = self.variant_of(uid, kind)
        text = kept.text if kept else made_by_itself(bulletin, kind)
        form = VariantForm(initial={"title": kept.title if kept else "", "text": text})
        return self._page(request, bulletin, kind, kept, form, text)

    def post(self, request: HttpRequest, uid: uuid.UUID, kind: str) -> HttpResponse:
        bulletin, kept = self.variant_of(uid, kind)
        form = VariantForm(request.POST)
        text = str(request.POST.get("text", ""))[: TEXT_LENGTH * 2]
        if "readings" in request.POST:
            text = easy.with_readings(text)
            given = {"title": str(request.POST.get("title", ""))[: TITLE_LENGTH * 2], "text": text}
            return self._page(request, bulletin, kind, kept, VariantForm(initial=given), text)
        if form.is_valid():
            try:
                masked = variants.keep(uid, kind, by=self.actor, **form.cleaned_data)[1]
            except EntryRefused as refusal:
                tell(form, refusal)
            except VariantNotSeen as unseen:
                form.add_error("seen", str(unseen))
            else:
                messages.success(request, _("文を保存しました。"))
                tell_masked(request, masked)
                return redirect("bulletin-outputs", uid=uid)
        return self._page(request, bulletin, kind, kept, form, text, 422)

    def _page(
        self, request: HttpRequest, bulletin: Bulletin, kind: str, kept: BulletinVariant | None,
        form: VariantForm, text: str, status: int = 200,
    ) -> HttpResponse:  # fmt: skip
        is_easy = kind == Kind.EASY
        context: dict[str, Any] = {
            "bulletin": bulletin,
            "kind": kind,
            "kind_name": Kind(kind).label,
            "is_easy": is_easy,
            "kept": kept,
            "form": form,
            "has_errors": form.is_bound and bool(form.errors),
            "asks_seen": form.is_bound and "seen" in form.errors,
            "is_under_review": bulletin.state == Bulletin.State.IN_REVIEW,
            "beside": to_text(document_of(bulletin)) if is_easy else made_by_itself(bulletin, kind),
            "looked": easy.looked_at(text) if is_easy else (),
            "most_morae": easy.MORAE,
            "most_kanji": easy.KANJI,
        }
        return render(request, "outreach/bulletins/variant.html", context, status=status)


class DropVariant(VariantView):
    def post(self, request: HttpRequest, uid: uuid.UUID, kind: str) -> HttpResponse:
        if self.variant_of(uid, kind)[1] is None:
            raise Http404
        variants.drop(uid, kind, by=self.actor)
        messages.success(request, _("手直しした文を捨てました。"))
        return redirect("bulletin-outputs", uid=uid)


class ApproveVariant(VariantView):
    permission = roles.APPROVE_BULLETINS

    def post(self, request: HttpRequest, uid: uuid.UUID, kind: str) -> HttpResponse:
        if self.variant_of(uid, kind)[1] is None:
            raise Http404
        services.approve_variant(uid, kind, by=self.actor)
        messages.success(request, _("手直しした文を承認しました。"))
        return redirect("bulletin-outputs", uid=uid)
