"""至急: what went out before anybody approved it, on its page and on 今日."""

import uuid
from typing import Any, Final

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from cases import today
from cases.held import Proven
from cases.protection import audit
from cases.records.centre import Actor
from consult.shell import roles
from outreach.bulletins.models import Bulletin, BulletinStep

_proven: Final = Proven[tuple[str, uuid.UUID, str]]()


class UrgentForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("急ぐ理由"),
        max_length=200,
        help_text=gettext_lazy("承認する人が後で読みます。氏名や電話番号は書かないでください。"),
        widget=forms.TextInput({"autocomplete": "off"}),
    )
    suggestions_seen = forms.BooleanField(
        label=gettext_lazy("印の付いた部分は、個人情報でも相談の件数でもないことを確認した"), required=False
    )


class ObjectForm(forms.Form):
    comment = forms.CharField(
        label=gettext_lazy("承認しない理由"), max_length=400, widget=forms.Textarea({"rows": 3})
    )


def context_of(bulletin: Bulletin) -> dict[str, Any]:
    """What the page of a bulletin shows of its hurry; forms alone of one that waits for its approval first.

    `is_vouched`: the log says what the row says. A row that was changed behind the product's back is told as such.
    """
    fresh = {
        "urgent_form": UrgentForm(auto_id="id_urgent_%s"),
        "object_form": ObjectForm(auto_id="id_object_%s"),
    }
    if not bulletin.is_urgent:
        return fresh
    objected = bulletin.steps.filter(kind=BulletinStep.Kind.OBJECTED).first()
    return {
        **fresh,
        "is_vouched": _is_vouched(bulletin),
        "objected": objected,
        "is_waiting": bulletin.approver_id is None and objected is None,
    }


def _is_vouched(bulletin: Bulletin) -> bool:
    """Its issue in a hurry and, where it has an approver, the approval afterwards."""
    is_issued = _says("BULLETIN_URGENT", bulletin, bulletin.said_of_hurry)
    is_approved = bulletin.approver_id is None or _says("BULLETIN_AFTERWARDS", bulletin, str(bulletin.uid))
    return is_issued and is_approved


def _says(action: str, bulletin: Bulletin, said: str) -> bool:
    """Whether a genuine entry of the log tells it."""
    centre = bulletin.centre.uid
    return _proven.holds(
        (action, centre, said), lambda: any(audit.vouched(action, centre_uid=centre, reason=said))
    )


def card(actor: Actor) -> today.Card | None:
    """今日, for whoever approves: what went out before anybody approved it."""
    waiting = Bulletin.objects.visible_to(actor).waiting_afterwards()
    count = waiting.count()
    if not count:
        return None
    title = ngettext(
        "承認の前に発行した見守り通信が%(n)d件あります",
        "承認の前に発行した見守り通信が%(n)d件あります",
        count,
    )
    return today.Card(
        title % {"n": count},
        _("読んで、承認するか、承認しない理由を記録してください。"),
        today.Level.WARNING,
        "bulletins",
        _("見守り通信を開く"),
    )


def register() -> None:
    """Called once when the app is ready."""
    today.register("urgent bulletins", roles.APPROVE_BULLETINS, card)
