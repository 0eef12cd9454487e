"""すべての形: every output of a bulletin on one page, to copy or to take as a file."""

import uuid
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext_lazy as _

from cases.protection import audit
from consult.shell import roles
from outreach.bulletins import counts
from outreach.bulletins.models import Bulletin
from outreach.bulletins.outputs import loudspeaker, short, taking, ward
from outreach.bulletins.outputs.mail import COLUMNS_TO_CHOOSE, LINE_COLUMNS, mail_text, vendor_file
from outreach.bulletins.outputs.taking import Options
from outreach.bulletins.outputs.words import group_name
from outreach.bulletins.views import BulletinView

SLOWEST, FASTEST = 120, 600


class OptionsForm(forms.Form):
    """What is typed for the outputs that have a size; read from the address, so that a file has the same."""

    columns = forms.TypedChoiceField(
        label=_("1行の長さ"), coerce=int, initial=LINE_COLUMNS,
        choices=[(columns, _("全角%(n)d字") % {"n": columns}) for columns in COLUMNS_TO_CHOOSE],
    )  # fmt: skip
    letters = forms.IntegerField(
        label=_("広報紙の字数"), min_value=ward.LEAST, max_value=ward.MOST, initial=ward.USUAL,
        help_text=_("改行は数えません。"),
    )  # fmt: skip
    counted = forms.ChoiceField(
        label=_("140字の数え方"), choices=list(short.COUNTED_NAMES.items()), initial=short.Counted.CHARACTERS
    )
    speed = forms.IntegerField(
        label=_("読み上げる速さ(1分間の拍数)"), min_value=SLOWEST, max_value=FASTEST, initial=loudspeaker.SPEED,
        help_text=_("屋外の拡声では、響きが重なるため、会話よりゆっくり読みます。"),
    )  # fmt: skip

    def options(self) -> Options:
        """What was asked for; the usual size where nothing or nonsense was typed."""
        self.full_clean()
        given = {name: self.cleaned_data[name] for name in self.fields if name in self.cleaned_data}
        if "counted" in given:
            given["counted"] = short.Counted(given["counted"])
        return Options(**given)


def asked(request: HttpRequest) -> OptionsForm:
    """The form with what stands in the address, filled up with the usual sizes."""
    usual = {name: field.initial for name, field in OptionsForm.base_fields.items()}
    return OptionsForm({**usual, **request.GET.dict()})


class Outputs(BulletinView):
    permission = roles.VIEW_BULLETINS

    def get(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        bulletin = self.found(uid)
        form = asked(request)
        options = form.options()
        context = {
            "bulletin": bulletin,
            "form": form,
            "has_errors": bool(form.errors),
            "is_draft": bulletin.state != Bulletin.State.ISSUED,
            "query": urlencode(_query(options)),
            "is_number_left_out": bool(counts.released(bulletin))
            and bulletin.audience != Bulletin.Audience.PUBLIC,
            **_texts(bulletin, options),
        }
        return render(request, "outreach/bulletins/outputs.html", context)


def _query(options: Options) -> dict[str, Any]:
    return {"columns": options.columns, "letters": options.letters, "counted": options.counted.value,
            "speed": options.speed}  # fmt: skip


def _texts(bulletin: Bulletin, options: Options) -> dict[str, Any]:
    """Each text with its length and what was left out of it."""
    mail = mail_text(bulletin)
    file = vendor_file(mail, columns=options.columns)
    ward_paper, post = taking.ward_paper(bulletin, options), taking.post(bulletin, options)
    reading = taking.reading(bulletin, options)
    return {
        "subject": mail.subject,
        "mail": file.content.decode("cp932").replace("\r\n", "\n"),
        "wanting": file.wanting,
        "places": file.places,
        "html": taking.page_part(bulletin),
        "ward": ward_paper,
        "ward_length": ward.length(ward_paper.text),
        "ward_left": _named(ward_paper.left_out),
        "short": post,
        "short_length": short.length(post.text, options.counted),
        "short_left": _named(post.left_out),
        "reading": reading,
        "reading_left": _named(reading.fitted.left_out),
        "options": options,
    }


def _named(left_out: list[tuple[str, str]]) -> list[tuple[str, str]]:
    return [(group_name(group), sentence) for group, sentence in left_out]


class TakeOutput(BulletinView):
    """One output as a file; who took which stands in the log."""

    permission = roles.VIEW_BULLETINS

    def get(self, request: HttpRequest, uid: uuid.UUID, shape: str) -> HttpResponse:
        bulletin = self.found(uid)
        if shape not in taking.SHAPES:
            raise Http404
        name, content_type, data = taking.file_of(bulletin, shape, asked(request).options())
        audit.record(
            "BULLETIN_TAKEN", by=self.actor, centre=bulletin.centre, reason=f"{shape} {bulletin.uid}"
        )
        response = HttpResponse(data, content_type=content_type)
        response["Content-Disposition"] = content_disposition_header(True, name)
        return response
