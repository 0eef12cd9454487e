"""すべての形: every output of a bulletin on one page, to copy or to take as a file."""

import uuid
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cases.protection import audit
from cases.services import oversight
from consult.shell import roles
from consult.shell.accounts import Account
from consult.shell.attached import attachment
from consult.shell.fields import offer
from consult.shell.second_person import able
from outreach.bulletins import counts, print_run, variants
from outreach.bulletins.models import Bulletin, BulletinVariant
from outreach.bulletins.outputs import loudspeaker, short, taking, ward
from outreach.bulletins.outputs.fitting import Fitted
from outreach.bulletins.outputs.mail import COLUMNS_TO_CHOOSE, LINE_COLUMNS, mail_text, vendor_file
from outreach.bulletins.outputs.taking import Options
from outreach.bulletins.outputs.words import group_name
from outreach.bulletins.rules import rules_of
from outreach.bulletins.views import BulletinView

SLOWEST, FASTEST = 120, 600


class OptionsForm(forms.Form):
    """What is typed for the outputs that have a size; read from the address, so that a file has the same."""

    columns = forms.TypedChoiceField(label=_("1行の長さ"), coerce=int, initial=LINE_COLUMNS)
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

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        told = gettext("全角%(n)d字")
        offer(self, "columns", [(str(columns), told % {"n": columns}) for columns in COLUMNS_TO_CHOOSE])

    def options(self, usual: Options) -> Options:
        """What was asked for; the usual size where nothing or nonsense was typed."""
        self.full_clean()
        given: dict[str, Any] = {
            name: self.cleaned_data[name] for name in self.fields if name in self.cleaned_data
        }
        if "counted" in given:
            given["counted"] = short.Counted(given["counted"])
        return replace(usual, **given)


def usual_options(bulletin: Bulletin) -> Options:
    """The sizes that hold where nobody asks for others: the centre's, else the product's."""
    rules = rules_of(bulletin.centre)
    return Options(speed=rules.reading_morae, spoken_letters=rules.spoken_letters)


def asked(request: HttpRequest, usual: Options) -> OptionsForm:
    """The form with what stands in the address, filled up with the usual sizes."""
    return OptionsForm({name: getattr(usual, name) for name in OptionsForm.base_fields} | request.GET.dict())


class Outputs(BulletinView):
    permission = roles.VIEW_BULLETINS

    def get(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        bulletin = self.found(uid)
        usual = usual_options(bulletin)
        form = asked(request, usual)
        options = form.options(usual)
        context = {
            "bulletin": bulletin,
            "form": form,
            "has_errors": bool(form.errors),
            "is_draft": bulletin.state != Bulletin.State.ISSUED,
            "query": urlencode(_query(options)),
            "is_number_left_out": bool(counts.released(bulletin))
            and bulletin.audience != Bulletin.Audience.PUBLIC,
            "run": _run(bulletin, self.actor),
            "may_write": self.actor.may(roles.WRITE_BULLETINS),
            "kept": _kept(bulletin, self.actor),
            **_texts(bulletin, options),
        }
        return render(request, "outreach/bulletins/outputs.html", context)


def _query(options: Options) -> dict[str, Any]:
    return {"columns": options.columns, "letters": options.letters, "counted": options.counted.value,
            "speed": options.speed}  # fmt: skip


def _texts(bulletin: Bulletin, options: Options) -> dict[str, Any]:
    """Each text as it goes out, worked over or not, with its length; of the product's own, what was left out."""
    mail = mail_text(bulletin)
    file = vendor_file(mail, columns=options.columns)
    kept = {kind: row.text for kind, row in variants.kept(bulletin).items()}
    ward_paper, post = taking.ward_paper(bulletin, options), taking.post(bulletin, options)
    reading = taking.reading(bulletin, options)
    said = kept.get("reading", reading.text)
    return {
        "subject": mail.subject,
        "mail": file.content.decode("cp932").replace("\r\n", "\n"),
        "wanting": file.wanting,
        "places": file.places,
        "html": taking.page_part(bulletin),
        "ward": _shown(ward_paper, kept.get("ward")),
        "ward_length": ward.length(kept.get("ward", ward_paper.text)),
        "short": _shown(post, kept.get("short")),
        "short_length": short.length(kept.get("short", post.text), options.counted),
        "reading": _shown(reading, kept.get("reading")),
        "seconds": loudspeaker.rounded_seconds(said, options.speed),
        "long": loudspeaker.long_sentences(said, options.spoken_letters),
        "options": options,
    }


def _shown(own: Fitted, kept: str | None) -> dict[str, Any]:
    """What somebody worked over leaves nothing out by itself."""
    if kept is not None:
        return {"text": kept, "left": None, "fits": True}
    return {
        "text": own.text,
        "left": [(group_name(group), sentence) for group, sentence in own.left_out],
        "fits": own.fits,
    }


def _run(bulletin: Bulletin, actor: Account) -> dict[str, Any] | None:
    """How many members get it by which way, and how many copies, for who keeps the network."""
    if not actor.may(roles.KEEP_NETWORK):
        return None
    ways = print_run.print_run(bulletin)
    return {"ways": ways, "total": print_run.total(ways), "members": sum(len(way.members) for way in ways)}


def _kept(bulletin: Bulletin, actor: Account) -> dict[str, dict[str, Any]]:
    """What was worked over, by kind: its words, whether they are approved, whether this reader may approve them."""
    is_settled = bulletin.approver_id is not None
    return {
        kind: {
            "row": row,
            "is_approved": variants.is_approved(row),
            "may_approve": is_settled
            and not variants.is_approved(row)
            and actor.may(roles.APPROVE_BULLETINS)
            and (
                row.changed_by_id != actor.pk
                or oversight.is_alone(bulletin.centre, actor, able=able(actor, roles.APPROVE_BULLETINS))
            ),
        }
        for kind, row in variants.kept(bulletin).items()
    }


class TakeOutput(BulletinView):
    """One output as a file; who took which stands in the log."""

    permission = roles.VIEW_BULLETINS

    def get(self, request: HttpRequest, uid: uuid.UUID, shape: str) -> HttpResponse:
        bulletin = self.found(uid)
        if shape not in taking.SHAPES:
            raise Http404
        usual = usual_options(bulletin)
        try:
            made = taking.file_of(bulletin, shape, asked(request, usual).options(usual))
        except BulletinVariant.DoesNotExist:
            raise Http404 from None
        name, content_type, data = made
        audit.record(
            "BULLETIN_TAKEN", by=self.actor, centre=bulletin.centre, reason=f"{shape} {bulletin.uid}"
        )
        return attachment(data, name, content_type)


class TakePrintRun(BulletinView):
    """The list of who gets the paper, as a file."""

    permission = roles.KEEP_NETWORK

    def get(self, request: HttpRequest, uid: uuid.UUID, form: str) -> HttpResponse:
        bulletin = self.found(uid)
        try:
            content_type, data = print_run.file_of(bulletin, form)
        except KeyError:
            raise Http404 from None
        audit.record(
            "PRINT_RUN_TAKEN", by=self.actor, centre=bulletin.centre, reason=f"{form} {bulletin.uid}"
        )
        return attachment(data, f"配布先一覧.{form}", content_type)
