"""The files that a bulletin becomes, each with its name and kind. What is not issued is marked 案 in all of them."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from django.conf import settings
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from consult.shell.paper import Document, Paragraph
from consult.shell.paper.pdf import at_once
from outreach.bulletins import variants
from outreach.bulletins.models import Bulletin, BulletinVariant
from outreach.bulletins.outputs import loudspeaker, short, ward
from outreach.bulletins.outputs.fitting import Fitted
from outreach.bulletins.outputs.fragment import fragment
from outreach.bulletins.outputs.mail import LINE_COLUMNS, mail_text, vendor_file
from outreach.bulletins.outputs.words import words_of
from outreach.bulletins.paper import document_of

Kind = BulletinVariant.Kind
PDF: Final = "application/pdf"
TEXT: Final = "text/plain; charset=utf-8"


@dataclass(frozen=True)
class Options:
    """What is asked of the outputs that have a size: columns of a line, characters, how they count, morae a minute."""

    columns: int = LINE_COLUMNS
    letters: int = ward.USUAL
    counted: short.Counted = short.Counted.CHARACTERS
    speed: int = loudspeaker.SPEED
    spoken_letters: int = loudspeaker.LONG_SENTENCE


@dataclass(frozen=True)
class Shape:
    """One output: what it is called, the end of its name, its kind, and what makes it."""

    name: str | Promise
    ending: str
    content_type: str
    make: Callable[[Bulletin, Options], bytes]


def _paper(bulletin: Bulletin, *, is_large: bool = False, is_mono: bool = False) -> bytes:
    """For the readers of the bulletin itself; the other shapes are for everybody."""
    readers = Bulletin.Audience(bulletin.audience)
    document = document_of(bulletin, to=readers, is_large=is_large, is_mono=is_mono)
    return at_once(document, made_at=bulletin.issued_at)


def ward_paper(bulletin: Bulletin, options: Options) -> Fitted:
    return ward.ward_text(words_of(bulletin), options.letters)


def post(bulletin: Bulletin, options: Options) -> Fitted:
    return short.short_text(words_of(bulletin), options.counted)


def reading(bulletin: Bulletin, options: Options) -> Fitted:
    return loudspeaker.reading(words_of(bulletin), options.speed)


def own_text(bulletin: Bulletin, kind: str, options: Options) -> str:
    """What the product makes of the bulletin for this kind of variant."""
    if kind == Kind.WARD:
        return ward_paper(bulletin, options).text
    if kind == Kind.SHORT:
        return post(bulletin, options).text
    return reading(bulletin, options).text


def _text(bulletin: Bulletin, kind: str, options: Options) -> bytes:
    """The kept words, or the product's own; as Windows' editor reads them, too.

    What nobody approved says so above the text, where it is not counted.
    """
    kept = variants.kept(bulletin).get(kind)
    text = kept.text if kept else own_text(bulletin, kind, options)
    is_draft = bulletin.state != Bulletin.State.ISSUED or (
        kept is not None and not variants.is_approved(kept)
    )
    return (("(案)\n" if is_draft else "") + text + "\n").replace("\n", "\r\n").encode("utf-8-sig")


def easy_document(bulletin: Bulletin, kept: BulletinVariant) -> Document:
    """やさしい日本語 as a paper of its own, in large letters; a line is a paragraph."""
    with translation.override(settings.LANGUAGE_CODE):
        whole = document_of(bulletin, to=Bulletin.Audience.PUBLIC, is_large=True)
        is_draft = bulletin.state != Bulletin.State.ISSUED or not variants.is_approved(kept)
        return replace(
            whole,
            title=kept.title,
            series=gettext("見守り通信(案)") if is_draft else gettext("見守り通信"),
            blocks=[Paragraph(line) for line in kept.text.splitlines() if line.strip()],
        )


def _easy(bulletin: Bulletin, _options: Options) -> bytes:
    """Raises BulletinVariant.DoesNotExist where nobody wrote one."""
    kept = variants.kept(bulletin).get(Kind.EASY)
    if kept is None:
        raise BulletinVariant.DoesNotExist
    return at_once(easy_document(bulletin, kept), made_at=bulletin.issued_at)


def page_part(bulletin: Bulletin) -> str:
    return fragment(document_of(bulletin, to=Bulletin.Audience.PUBLIC))


def _mail(bulletin: Bulletin, options: Options) -> bytes:
    return vendor_file(mail_text(bulletin), columns=options.columns).content


SHAPES: Final = {
    "large": Shape(_("大きな文字"), "pdf", PDF, lambda bulletin, _o: _paper(bulletin, is_large=True)),
    "mono": Shape(_("白黒"), "pdf", PDF, lambda bulletin, _o: _paper(bulletin, is_mono=True)),
    "html": Shape(
        _("ホームページ"), "html", "text/html; charset=utf-8",
        lambda bulletin, _o: page_part(bulletin).encode(),
    ),
    "mail": Shape(_("メールマガジン"), "txt", "text/plain; charset=shift_jis", _mail),
    "ward": Shape(_("広報紙"), "txt", TEXT, lambda bulletin, options: _text(bulletin, Kind.WARD, options)),
    "short": Shape(_("140字"), "txt", TEXT, lambda bulletin, options: _text(bulletin, Kind.SHORT, options)),
    "reading": Shape(_("読み上げ"), "txt", TEXT, lambda bulletin, options: _text(bulletin, Kind.READING, options)),
    "easy": Shape(_("やさしい日本語"), "pdf", PDF, _easy),
}  # fmt: skip
"""By the last part of the address."""


def file_of(bulletin: Bulletin, shape: str, options: Options) -> tuple[str, str, bytes]:
    """(name, content type, bytes).

    Raises KeyError for no shape, BulletinVariant.DoesNotExist, FontMissing, PaperNotMade.
    """
    made = SHAPES[shape]
    with translation.override(settings.LANGUAGE_CODE):
        if bulletin.number is None:
            name = f"見守り通信_案_{made.name}.{made.ending}"
        else:
            name = f"見守り通信_{bulletin.fiscal_year}_{bulletin.number:02d}_{made.name}.{made.ending}"
        return name, made.content_type, made.make(bulletin, options)
