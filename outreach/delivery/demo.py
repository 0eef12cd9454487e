"""Made-up subscribers of a made-up centre; none of their hosts exists (RFC 2606)."""

from datetime import date, timedelta
from typing import Final

from cases.demo import parts
from cases.records.centre import Actor, Centre
from outreach.delivery import subscribers
from outreach.delivery.models import Subscriber
from outreach.delivery.subscribers import Wish
from outreach.network.models import Member

# (name, days since the consent, how, frequency, topics)
_PEOPLE: Final = (
    ("minsei-kita", 300, "MEMBER", "EVERY", ()),
    ("houkatsu", 280, "MEMBER", "EVERY", ()),
    ("kaigo-minami", 200, "MEMBER", "MONTHLY", ()),
    ("jichikai", 150, "PAPER", "EVERY", ("INSPECTION",)),
    ("hanako", 120, "COUNTER", "EVERY", ()),
    ("taro", 90, "APPLICATION", "MONTHLY", ()),
    ("jiro", 60, "PHONE", "URGENT", ("FAKE_POLICE",)),
    ("saburo", 30, "PAPER", "EVERY", ()),
)


def load(centre: Centre, by: Actor, today: date) -> None:
    """Once; later calls find the subscribers and add nobody."""
    if Subscriber.objects.filter(centre=centre).exists():
        return
    by_mail = Member.objects.filter(centre=centre, channel=Member.Channel.MAIL).in_force()
    members = iter(by_mail.values_list("uid", flat=True))
    for name, days, source, frequency, topics in _PEOPLE:
        wish = Wish(
            consent_on=today - timedelta(days=days), consent_source=source, frequency=frequency, topics=topics,
            member=next(members, None) if source == Subscriber.Source.MEMBER else None,
        )  # fmt: skip
        row = subscribers.subscribe(f"{name}@mimamori.example", wish, centre=centre, by=by)
        if name == "saburo":
            subscribers.unsubscribe(row.uid, by=by)


def register() -> None:
    parts.register("outreach.mail", load)
