"""The digest of a month: the bulletins that were issued in it, one after the other, for who wants one mail a month.

The digest is fixed as a whole with its start; each reader's copy holds those of its parts that they asked for.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from cases.law import calendar
from cases.records.centre import Centre
from outreach.bulletins.models import Bulletin, BulletinStep
from outreach.bulletins.outputs import mail_text
from outreach.delivery.models import Delivery, Mailing, MailingPart

_LINE = "=" * 40


@dataclass(frozen=True)
class Digest:
    """`parts`: unsaved, in the order of issue; none where the month holds nothing for these readers."""

    month: date
    subject: str
    parts: Sequence[MailingPart]

    @property
    def text(self) -> str:
        """What a reader of every topic gets."""
        return _text_of(self.month, self.parts)

    @property
    def bulletins(self) -> list[Bulletin]:
        return [part.bulletin for part in self.parts]


def digest_of(centre: Centre, month: date, readers: str) -> Digest:
    """`month`: its first day. Readers outside the network get what was written for everybody alone."""
    start = datetime.combine(month.replace(day=1), time(), calendar.TOKYO)
    end = datetime.combine((start.date() + timedelta(days=32)).replace(day=1), time(), calendar.TOKYO)
    rows = Bulletin.objects.filter(
        centre=centre, state=Bulletin.State.ISSUED, issued_at__gte=start, issued_at__lt=end
    ).exclude(steps__kind=BulletinStep.Kind.OBJECTED)
    if readers != Mailing.Readers.NETWORK:
        rows = rows.exclude(audience=Bulletin.Audience.MEMBERS)
    found = rows.select_related("centre").order_by("issued_at", "pk")
    with translation.override(settings.LANGUAGE_CODE):
        named = {"centre": centre.name, "month": calendar.wareki_month(month)}
        subject = _("見守り通信のまとめ %(month)s(%(centre)s)") % named
    return Digest(month, subject, [_part(number, bulletin) for number, bulletin in enumerate(found, 1)])


def _part(position: int, bulletin: Bulletin) -> MailingPart:
    mail = mail_text(bulletin)
    return MailingPart(bulletin=bulletin, position=position, subject=mail.subject[:300], text=mail.text)


def text_for(delivery: Delivery) -> str:
    """The text of this reader's mail: the whole, or of a digest the parts that are for them. At most two queries."""
    mailing = delivery.mailing
    if mailing.month is None:
        return mailing.text
    parts = list(delivery.parts.all())
    if len(parts) in (0, mailing.parts.count()):
        return mailing.text
    return _text_of(mailing.month, parts, is_cut=True)


def _text_of(month: date, parts: Sequence[MailingPart], *, is_cut: bool = False) -> str:
    with translation.override(settings.LANGUAGE_CODE):
        lines = [
            _("%(month)sに発行した見守り通信をまとめてお届けします。")
            % {"month": calendar.wareki_month(month)}
        ]
        if is_cut:
            lines.append(_("お申し込みの話題のもので、まだお送りしていないものです。"))
    lines += ["", *(f"{number}. {part.subject}" for number, part in enumerate(parts, 1))]
    for part in parts:
        lines += ["", _LINE, part.subject, _LINE, "", part.text.strip()]
    return "\n".join(lines) + "\n"
