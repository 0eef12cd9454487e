"""What a centre writes in its letters: versions of its own over those of the product, with placeholders in braces.

A placeholder is a name out of a fixed list, put in as plain text; nothing else of a wording is understood, so it can
neither read a value nor run anything.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from cases.protection import audit
from cases.records.centre import Actor, Centre
from cases.services.entry import EntryRefused
from outreach.applications.models import ApplicationLetter, ApplicationWording

Kind = ApplicationLetter.Kind
_PLACE: Final = re.compile(r"\{([^{}]*)\}")
PLACES: Final = (
    "団体名", "申込日", "受付番号", "開催日", "時間", "会場", "テーマ", "対象", "予定人数", "理由",
    "センター名", "電話",
)  # fmt: skip
"""Names of what can be put in; Japanese always, as the letters are."""
TITLE_LENGTH: Final = 40
TEXT_LENGTH: Final = 1000


@dataclass(frozen=True)
class Wording:
    """`opening` stands before the box with the facts, `closing` after it. `version` 0 is the product's."""

    title: str
    opening: str
    closing: str = ""
    version: int = 0


SHIPPED: Final[Mapping[str, Wording]] = {
    Kind.DECISION: Wording(
        "出前講座 決定通知書",
        "{申込日}にお申込みいただいた出前講座を、次のとおり行うことに決定しましたので、お知らせします。",
        "会場の手配と、参加する方への案内は、団体でお願いします。\n"
        "日時や人数が変わるとき、取りやめるときは、早めに{センター名}(電話 {電話})へお知らせください。",
    ),
    Kind.REFUSAL: Wording(
        "出前講座 不承認通知書",
        "{申込日}にお申込みいただいた出前講座は、次の理由により行うことができませんので、お知らせします。",
        "ご不明な点は、{センター名}(電話 {電話})へお問い合わせください。",
    ),
    Kind.CHANGE: Wording(
        "出前講座 変更通知書",
        "先に決定をお知らせした出前講座を、次のとおり変更しましたので、お知らせします。",
        "ご都合が悪いときは、早めに{センター名}(電話 {電話})へお知らせください。",
    ),
    Kind.CANCEL: Wording(
        "出前講座 取消通知書",
        "先に決定をお知らせした次の出前講座は、取りやめることになりましたので、お知らせします。",
        "ご不明な点は、{センター名}(電話 {電話})へお問い合わせください。",
    ),
}


def of(centre: Centre, kind: str) -> Wording:
    """The wording that holds now. Raises KeyError for an unknown kind."""
    newest = ApplicationWording.objects.filter(centre=centre, kind=kind).first()
    if newest is None:
        return SHIPPED[Kind(kind)]
    return Wording(newest.title, newest.opening, newest.closing, newest.version)


def filled(text: str, values: Mapping[str, str]) -> str:
    """The text with every known placeholder put in; an unknown one stays as it was typed."""
    return _PLACE.sub(lambda found: values.get(found[1], found[0]), text)


@transaction.atomic
def change(kind: str, *, title: str, opening: str, closing: str, centre: Centre, by: Actor) -> Wording:
    """Set the wording of a letter; nothing is written where it stands so already. Raises EntryRefused."""
    new = Wording(title.strip(), opening.strip(), closing.strip())
    if errors := dict(_faults(new)):
        raise EntryRefused(errors)
    held = Centre.objects.select_for_update(no_key=True).get(pk=centre.pk, pk__in=by.centre_ids)
    before = of(held, kind)
    if (before.title, before.opening, before.closing) == (new.title, new.opening, new.closing):
        return before
    row = ApplicationWording.objects.create(
        centre=held, kind=kind, version=before.version + 1, title=new.title, opening=new.opening,
        closing=new.closing, by_id=by.pk,
    )  # fmt: skip
    audit.record("APPLICATION_WORDING_CHANGED", by=by, centre=held, reason=f"{kind} {row.version}")
    return of(held, kind)


def _faults(wording: Wording) -> Iterator[tuple[str, str]]:
    longest = {"title": TITLE_LENGTH, "opening": TEXT_LENGTH, "closing": TEXT_LENGTH}
    for name, most in longest.items():
        text = getattr(wording, name)
        if not text and name != "closing":
            yield name, _("入力してください。")
        if len(text) > most:
            yield name, _("%(most)s文字以内で入力してください。") % {"most": f"{most:,}"}
        unknown = next((found for found in _PLACE.findall(text) if found not in PLACES), None)
        if unknown is not None:
            yield (
                name,
                _("使えない差込み名があります。使えるのは %(places)s です。")
                % {"places": _("、").join(f"{{{place}}}" for place in PLACES)},
            )
