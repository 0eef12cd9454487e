"""見守る人: the members of the 見守りネットワーク, as far as a case concerns them.

Filled by the app that keeps the list. A case is shared with a member, and a worry comes from one; neither needs more
of the list than this. No person of a member is in here: who answers the telephone there stays in that app's room.
"""

import uuid
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

WATCHER_ROUTE: Final = "WATCHER"
"""The code of 見守り関係者 in the set 窓口につながった経路: what watchers bring is counted by it in every breakdown."""


class WatcherKind(TextChoices):
    """What sort of office a member is. The codes stay: rows and exported lists carry them."""

    WELFARE_CENTRE = "WELFARE_CENTRE", _("地域包括支援センター")
    COMMISSIONER = "COMMISSIONER", _("民生委員・児童委員")
    WELFARE_COUNCIL = "WELFARE_COUNCIL", _("社会福祉協議会")
    AGREEMENT = "AGREEMENT", _("協定事業者")
    FINANCE = "FINANCE", _("金融機関")
    POLICE = "POLICE", _("警察")
    SENIORS_CLUB = "SENIORS_CLUB", _("老人会")
    NEIGHBOURHOOD = "NEIGHBOURHOOD", _("自治会・町会")
    SCHOOL = "SCHOOL", _("学校")
    CITY = "CITY", _("市区町村の部署")
    MEDICAL = "MEDICAL", _("医療機関")
    CARE = "CARE", _("介護・障害福祉の事業者")
    SUPPORTER = "SUPPORTER", _("消費生活協力員・協力団体")
    OTHER = "OTHER", _("その他")


class Verdict(TextChoices):
    """How a hand-over went, between the centre and a member, in either direction."""

    GOOD = "GOOD", _("よかった")
    INCOMPLETE = "INCOMPLETE", _("足りない点があった")
    NOT_OURS = "NOT_OURS", _("担当ではなかった")


@dataclass(frozen=True)
class Watcher:
    """One member in force. `is_council`: 協議会の構成員 as the log vouches for it.

    `duty_told_on`: the day on which the duty of secrecy (消費者安全法11条の5) was told to it, None where it was not.
    """

    uid: uuid.UUID
    kind: str
    name: str
    area: str
    is_council: bool
    duty_told_on: date | None
    receives_shares: bool

    @property
    def kind_label(self) -> str:
        return str(WatcherKind(self.kind).label)


Listed = Callable[[Collection[int]], list[Watcher]]
_lists: list[Listed] = []


def register(listed: Listed) -> None:
    """`listed(centre_ids)` gives the members in force of these centres in the order of a choice. Once."""
    if _lists:
        raise ValueError("the list of members is registered twice")
    _lists.append(listed)


def listed(centre_ids: Collection[int]) -> list[Watcher]:
    """The members in force of these centres; none where nobody keeps a list."""
    return [one for listing in _lists for one in listing(centre_ids)]


def find(uid: uuid.UUID, centre_ids: Collection[int]) -> Watcher | None:
    """One of them by its uid; None for anything else."""
    return next((one for one in listed(centre_ids) if one.uid == uid), None)
