"""Who gets a text: by consent, state, frequency, topics and what the text may tell whom. Reads no address."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field

from cases.records.centre import Centre
from outreach.bulletins.models import Bulletin
from outreach.delivery.models import Mailing, Subscriber

Frequency = Subscriber.Frequency
Readers = Mailing.Readers


@dataclass(frozen=True)
class Count:
    """Rows that get it, and how many of the others do not, by the first reason that holds."""

    pks: list[int]
    by_frequency: Counter[str] = field(default_factory=Counter)
    stopped: int = 0
    not_of_network: int = 0
    other_frequency: int = 0
    other_topics: int = 0

    @property
    def number(self) -> int:
        return len(self.pks)


def of_issue(bulletin: Bulletin) -> Count:
    """Subscribers of the bulletin's centre. What is written for members of the network goes to members alone."""
    wanted = {Frequency.EVERY, Frequency.URGENT} if bulletin.is_urgent else {Frequency.EVERY}
    return _counted(
        bulletin.centre,
        readers=readers_of(bulletin),
        frequencies=wanted,
        themes={bulletin.theme} if bulletin.theme else set(),
    )


def readers_of(bulletin: Bulletin) -> str:
    is_for_members = bulletin.audience == Bulletin.Audience.MEMBERS
    return Readers.NETWORK if is_for_members else Readers.EVERYBODY


def of_digest(centre: Centre, readers: str, themes: Collection[str]) -> Count:
    """Those who chose one mail a month; a digest with a bulletin of no theme is for every topic."""
    return _counted(
        centre,
        readers=readers,
        frequencies={Frequency.MONTHLY},
        themes=set() if "" in themes else set(themes),
    )


def _counted(centre: Centre, *, readers: str, frequencies: Collection[str], themes: Collection[str]) -> Count:
    count = Count([])
    left: Counter[str] = Counter()
    rows = Subscriber.objects.filter(centre=centre).standing().for_list().order_by("pk")
    for row in rows:
        if reason := _reason_against(row, readers, frequencies, themes):
            left[reason] += 1
        else:
            count.pks.append(row.pk)
            count.by_frequency[row.frequency] += 1
    return Count(count.pks, count.by_frequency, **left)


def _reason_against(
    row: Subscriber, readers: str, frequencies: Collection[str], themes: Collection[str]
) -> str:
    if row.state != Subscriber.State.ACTIVE:
        return "stopped"
    if readers == Readers.NETWORK and not row.is_of_network:
        return "not_of_network"
    if readers == Readers.OTHERS and row.is_of_network:
        return "not_of_network"
    if row.frequency not in frequencies:
        return "other_frequency"
    if row.topics and themes and not set(row.topics) & set(themes):
        return "other_topics"
    return ""
