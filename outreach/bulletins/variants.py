"""Short outputs worked over by hand, and やさしい日本語: kept beside the bulletin, approved like it.

A bulletin's approval covers the variants that stand beside it then; one that is changed later needs its own. Whether
one is approved the log says, of its very words, so that a changed row is a draft again.
"""

import uuid
from collections.abc import Iterator
from typing import ClassVar, Final

from django.db import transaction
from django.utils.translation import gettext as _

from cases.errors import CasesError
from cases.held import Proven
from cases.protection import audit
from cases.protection.redaction import KINDS
from cases.records.centre import Actor
from cases.services.entry import EntryRefused
from consult.shell.accounts import Account
from outreach.bulletins import counts
from outreach.bulletins.models import Bulletin, BulletinVariant
from outreach.bulletins.outputs import loudspeaker, short, ward
from outreach.bulletins.rules import rules_of
from outreach.words import Masking, pieces

TITLE_LENGTH: Final = 40
TEXT_LENGTH: Final = 2_000
Kind = BulletinVariant.Kind
_proven: Final = Proven[tuple[uuid.UUID, str]]()


class VariantNotSeen(CasesError):
    """Something in the text might be personal or a count, and the writer has not said that it is not."""

    code: ClassVar[str] = "variant_not_seen"
    status: ClassVar[int] = 422

    def __init__(self) -> None:
        super().__init__(
            _("個人情報か件数かもしれない部分があります。直すか、確認のチェックを入れてください。")
        )


class VariantUnderReview(CasesError):
    """Somebody is reading it to approve it: nothing under their eyes may change."""

    code: ClassVar[str] = "variant_under_review"
    status: ClassVar[int] = 409

    def __init__(self) -> None:
        super().__init__(_("確認を待っている間は変えられません。承認か差し戻しの後に直してください。"))


def kept(bulletin: Bulletin) -> dict[str, BulletinVariant]:
    """What is kept beside the bulletin, by kind."""
    return {row.kind: row for row in bulletin.variants.select_related("bulletin__centre", "changed_by")}


def is_approved(variant: BulletinVariant) -> bool:
    """Whether a genuine entry of the log says that these words were approved."""
    centre = variant.bulletin.centre.uid

    def is_in_the_log() -> bool:
        return any(audit.vouched("BULLETIN_VARIANT_APPROVED", centre_uid=centre, reason=variant.said))

    return _proven.holds((centre, variant.said), is_in_the_log)


@transaction.atomic
def keep(
    uid: uuid.UUID, kind: str, *, title: str = "", text: str, seen: bool = False, by: Account
) -> tuple[BulletinVariant, list[str]]:
    """Keep these words instead of what the product makes; with them the kinds of personal data that were masked.

    `seen`: what looks personal or like a count is neither. Raises Bulletin.DoesNotExist, VariantUnderReview,
    EntryRefused, VariantNotSeen.
    """
    bulletin = _locked(uid, by)
    masking = Masking(bulletin.centre)
    variant = BulletinVariant.objects.filter(bulletin=bulletin, kind=kind).first() or BulletinVariant(
        bulletin=bulletin, kind=Kind(kind)
    )
    variant.title = masking.text(title.strip())
    variant.text = masking.text(text.replace("\r\n", "\n").strip())
    variant.of_digest, variant.changed_by = bulletin.digest, by
    if faults := dict(_faults(variant)):
        raise EntryRefused(faults)
    if suggestions(variant) and not seen:
        raise VariantNotSeen
    variant.save()
    audit.record("BULLETIN_VARIANT_KEPT", by=by, centre=bulletin.centre, reason=f"{bulletin.uid} {kind}")
    return variant, masking.masked


@transaction.atomic
def drop(uid: uuid.UUID, kind: str, *, by: Account) -> None:
    """Go back to what the product makes. Raises VariantUnderReview, DoesNotExist of either."""
    bulletin = _locked(uid, by)
    BulletinVariant.objects.get(bulletin=bulletin, kind=kind).delete()
    audit.record("BULLETIN_VARIANT_DROPPED", by=by, centre=bulletin.centre, reason=f"{bulletin.uid} {kind}")


def approve(variant: BulletinVariant, *, by: Actor) -> None:
    """Write into the log that these words are approved; in the transaction of who holds the rule of two persons."""
    audit.record("BULLETIN_VARIANT_APPROVED", by=by, centre=variant.bulletin.centre, reason=variant.said)


def suggestions(variant: BulletinVariant) -> list[str]:
    """What might be personal or a count in it, for the writer to decide."""
    bulletin, own = variant.bulletin, _without_what_is_out(variant)
    texts = [variant.title, own]
    return [
        *(part.text for text in texts for part in pieces(text, bulletin.centre) if part.kind),
        *(number for text in texts for number in counts.numbers_typed_in(text)),
    ]


def _without_what_is_out(variant: BulletinVariant) -> str:
    """The words without the number that was released for the public, which they may repeat."""
    released = counts.sentence_for(variant.bulletin, Bulletin.Audience.PUBLIC)
    shown = counts.released(variant.bulletin) if released else ""
    return variant.text.replace(released, "").replace(shown, "") if shown else variant.text


def _faults(variant: BulletinVariant) -> Iterator[tuple[str, str]]:
    text = variant.text
    if not text:
        yield "text", _("入力してください。")
    elif len(text) > TEXT_LENGTH:
        yield "text", _("%(most)s文字以内で入力してください。") % {"most": TEXT_LENGTH}
    if len(variant.title) > TITLE_LENGTH:
        yield "title", _("%(most)s文字以内で入力してください。") % {"most": TITLE_LENGTH}
    elif variant.kind == Kind.EASY and not variant.title:
        yield "title", _("入力してください。")
    for name, words in (("title", variant.title), ("text", text)):
        if any(f"〔{kind}〕" in words for kind in KINDS):
            yield name, _("〔氏名〕などの伏せ字が残っています。個人が分からない言い方に書き換えてください。")
    for name, words in (("title", variant.title), ("text", _without_what_is_out(variant))):
        if found := counts.cases_typed_in(words):
            yield (
                name,
                _("「%(found)s」は書けません。書けるのは、公表の判定を通った件数だけです。")
                % {"found": found},
            )
    if text and (fault := _fault_of_frame(variant)):
        yield "text", fault


def _fault_of_frame(variant: BulletinVariant) -> str:
    """What each output must keep whoever writes it: 188, and its length."""
    text = variant.text
    if variant.kind == Kind.SHORT:
        if short.length(text) > short.MOST:
            return _("%(most)s文字以内で入力してください。") % {"most": short.MOST}
        return "" if text.endswith("188") else _("最後を「188」で終えてください。")
    if variant.kind == Kind.READING:
        speed = rules_of(variant.bulletin.centre).reading_morae
        if (taken := loudspeaker.seconds(text, speed)) > loudspeaker.SECONDS:
            return _("読むのにおよそ%(taken)d秒かかります。60秒に収めてください。") % {"taken": taken}
        return "" if "いちはちはち" in text else _("188を「いちはちはち」と入れてください。")
    if variant.kind == Kind.WARD and ward.length(text) > ward.MOST:
        return _("%(most)s文字以内で入力してください。") % {"most": ward.MOST}
    return "" if "188" in text else _("188を入れてください。")


def _locked(uid: uuid.UUID, by: Actor) -> Bulletin:
    found = (
        Bulletin.objects.visible_to(by).select_related("centre", "release").select_for_update(of=("self",))
    )
    bulletin = found.get(uid=uid)
    if bulletin.state == Bulletin.State.IN_REVIEW:
        raise VariantUnderReview
    return bulletin
