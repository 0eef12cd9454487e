"""The digest of a month: the bulletins that were issued in it, one after the other, for who wants one mail a month."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from cases.law import calendar
from cases.records.centre import Centre
from outreach.bulletins.models import Bulletin, BulletinStep
from outreach.bulletins.outputs import mail_text
from outreach.delivery.models import Mailing

_LINE = "=" * 40


@dataclass(frozen=True)
class Digest:
    """`themes`: the 手口 of what it holds, in order; empty where the month holds nothing for these readers."""

    subject: str
    text: str
    themes: list[str]


def digest_of(centre: Centre, month: date, readers: str) -> Digest:
    """`month`: its first day. Readers outside the network get what was written for everybody alone."""
    start = datetime.combine(month.replace(day=1), time(), calendar.TOKYO)
    end = datetime.combine((start.date() + timedelta(days=32)).replace(day=1), time(), calendar.TOKYO)
    rows = Bulletin.objects.filter(
        centre=centre, state=Bulletin.State.ISSUED, issued_at__gte=start, issued_at__lt=end
    ).exclude(steps__kind=BulletinStep.Kind.OBJECTED)
    if readers != Mailing.Readers.NETWORK:
        rows = rows.exclude(audience=Bulletin.Audience.MEMBERS)
    found = list(rows.select_related("centre").order_by("issued_at", "pk"))
    with translation.override(settings.LANGUAGE_CODE):
        named = {"centre": centre.name, "month": calendar.wareki_month(month)}
        subject = _("見守り通信のまとめ %(month)s(%(centre)s)") % named
        head = _("%(month)sに発行した見守り通信をまとめてお届けします。") % named
        mails = [mail_text(bulletin) for bulletin in found]
        contents = [f"{number}. {mail.subject}" for number, mail in enumerate(mails, 1)]
        parts = [head, "", *contents]
        for mail in mails:
            parts += ["", _LINE, mail.subject, _LINE, "", mail.text.strip()]
    return Digest(subject, "\n".join(parts) + "\n", [bulletin.theme for bulletin in found])
