"""Who gets a text: by consent, state, frequency, topics, what their member takes, and what the text may tell whom.

Reads no address. One rule (`_Rule.against`) for an issue and for each part of a digest.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from cases.records.centre import Centre
from outreach.bulletins.models import Bulletin
from outreach.delivery.models import Delivery, Mailing, Subscriber
from outreach.network.models import Member

Frequency = Subscriber.Frequency
Readers = Mailing.Readers
REASONS: Final = ("stopped", "not_of_network", "not_of_member", "had", "other_frequency", "other_topics")


@dataclass(frozen=True)
class Count:
    """Who gets it, and how many of the others do not, by the first reason that holds.

    `parts`: of a digest, the places of the bulletins that each gets. `empty`: who wants the digest, and nothing of it
    is left for them; they are among those counted by a reason.
    """

    pks: list[int] = field(default_factory=list)
    by_frequency: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    parts: Mapping[int, Sequence[int]] = field(default_factory=dict)
    empty: list[int] = field(default_factory=list)

    @property
    def number(self) -> int:
        return len(self.pks)

    def of_part(self, place: int) -> int:
        """How many get the bulletin at this place of a digest."""
        return sum(place in places for places in self.parts.values())


def readers_of(bulletin: Bulletin) -> str:
    is_for_members = bulletin.audience == Bulletin.Audience.MEMBERS
    return Readers.NETWORK if is_for_members else Readers.EVERYBODY


def of_issue(bulletin: Bulletin) -> Count:
    """Subscribers of the bulletin's centre. What is written for members of the network goes to members alone."""
    rule = _Rule(bulletin.centre, [bulletin])
    count = Count()
    for row in _rows(bulletin.centre):
        if reason := rule.against_issue(row, bulletin):
            count.reasons[reason] += 1
        else:
            count.pks.append(row.pk)
            count.by_frequency[row.frequency] += 1
    return count


def members_without_address(bulletin: Bulletin) -> list[Member]:
    """Members that take the bulletin by mail and of which no address is linked that mail is sent to."""
    linked = Subscriber.objects.filter(
        centre=bulletin.centre, state=Subscriber.State.ACTIVE, member__isnull=False
    )
    by_mail = Member.objects.filter(centre=bulletin.centre, channel=Member.Channel.MAIL).in_force()
    without = by_mail.exclude(uid__in=linked.values("member"))
    return [row for row in without if row.takes(bulletin.theme, is_urgent=bulletin.is_urgent)]


def of_digest(centre: Centre, readers: str, bulletins: Sequence[Bulletin]) -> Count:
    """Those who chose one mail a month, each with the bulletins that are for them and that they do not have yet."""
    rule = _Rule(centre, bulletins)
    pks, empty, parts = list[int](), list[int](), dict[int, list[int]]()
    reasons: Counter[str] = Counter()
    for row in _rows(centre):
        if reason := rule.against_digest(row, readers):
            reasons[reason] += 1
            continue
        found = [rule.against(row, bulletin) for bulletin in bulletins]
        if places := [place for place, against in enumerate(found, 1) if not against]:
            pks.append(row.pk)
            parts[row.pk] = places
        else:
            empty.append(row.pk)
            reasons[min(found, key=REASONS.index)] += 1
    return Count(pks, Counter({Frequency.MONTHLY: len(pks)} if pks else {}), reasons, parts, empty)


def _rows(centre: Centre) -> Collection[Subscriber]:
    return Subscriber.objects.filter(centre=centre).standing().for_list().order_by("pk")


class _Rule:
    """What is known of a centre's members and of what everybody has, read once. Three queries at most."""

    def __init__(self, centre: Centre, bulletins: Sequence[Bulletin]) -> None:
        self._members: dict[UUID, Member] = {
            member.uid: member for member in Member.objects.filter(centre=centre).in_force()
        }
        self._had = set(
            Delivery.objects.may_have_brought(bulletins)
            .filter(mailing__bulletin__in=bulletins)
            .values_list("subscriber", "mailing__bulletin")
        ) | set(
            Delivery.objects.may_have_brought(bulletins)
            .filter(parts__bulletin__in=bulletins)
            .values_list("subscriber", "parts__bulletin")
        )

    def is_of_network(self, row: Subscriber) -> bool:
        """Whether papers for members of the network are for them: not any more once their member has left."""
        if row.member is not None:
            return row.member in self._members
        return row.consent_source == Subscriber.Source.MEMBER

    def against_issue(self, row: Subscriber, bulletin: Bulletin) -> str:
        """The reason why the issue does not go to them as a mail of its own; empty where it goes."""
        if reason := self.against(row, bulletin):
            return reason
        wanted = (Frequency.EVERY, Frequency.URGENT) if bulletin.is_urgent else (Frequency.EVERY,)
        return "" if row.frequency in wanted or self._is_alerted(row, bulletin) else "other_frequency"

    def against_digest(self, row: Subscriber, readers: str) -> str:
        """The reason why no digest of these readers goes to them, whatever it holds."""
        if row.state != Subscriber.State.ACTIVE:
            return "stopped"
        if self.is_of_network(row) != (readers == Readers.NETWORK):
            return "not_of_network"
        return "" if row.frequency == Frequency.MONTHLY else "other_frequency"

    def against(self, row: Subscriber, bulletin: Bulletin) -> str:
        """The reason why the bulletin is not for them, in whichever mail."""
        if row.state != Subscriber.State.ACTIVE:
            return "stopped"
        if bulletin.audience == Bulletin.Audience.MEMBERS and not self.is_of_network(row):
            return "not_of_network"
        if (row.pk, bulletin.pk) in self._had:
            return "had"
        member = self._members.get(row.member) if row.member else None
        if member is not None and not member.takes(bulletin.theme, is_urgent=bulletin.is_urgent):
            return "not_of_member"
        if self._is_alerted(row, bulletin):
            return ""
        if row.topics and bulletin.theme and bulletin.theme not in row.topics:
            return "other_topics"
        return ""

    def _is_alerted(self, row: Subscriber, bulletin: Bulletin) -> bool:
        """An urgent one reaches a member that takes alerts by mail whatever its address asked for otherwise."""
        member = self._members.get(row.member) if row.member else None
        return (
            member is not None
            and member.channel == Member.Channel.MAIL
            and member.receives_alerts
            and bulletin.is_urgent
        )
