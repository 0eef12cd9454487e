"""Kinds of what is held, how it is held, and which numbers each kind needs when it is over."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Final

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

MOST: Final = 100_000
MOST_VIEWS: Final = 10_000_000


class Kind(models.TextChoices):
    LECTURE = "LECTURE", _("講座")
    EVENT = "EVENT", _("イベント")
    PANEL = "PANEL", _("パネル展")
    HANDOUT = "HANDOUT", _("配布")
    POSTING = "POSTING", _("掲示")
    LOAN = "LOAN", _("貸与")
    MEETING = "MEETING", _("会議")
    STREAM = "STREAM", _("配信")


class Mode(models.TextChoices):
    IN_PERSON = "IN_PERSON", _("会場")
    ONLINE = "ONLINE", _("オンライン")
    BOTH = "BOTH", _("会場とオンライン")
    ARCHIVED = "ARCHIVED", _("録画の公開")


# Held somewhere that people come to.
AT_A_PLACE: Final = frozenset({Mode.IN_PERSON, Mode.BOTH})
# What the totals of the year count as sessions; a hand-out or a film is told beside them (小金井 令和4・5年度).
IN_TOTAL: Final = frozenset({Kind.LECTURE, Kind.EVENT})


class Need(Enum):
    """Whether a number belongs to a kind's result."""

    MUST = "must"
    MAY = "may"
    NONE = "none"


@dataclass(frozen=True)
class Numbers:
    """What a result of one kind holds. `unit` names its quantity, empty where it has none.

    `people` are those who came, in person or live; `views` are counted apart and are never people.
    """

    people: Need
    unit: str | Promise = ""
    quantity: Need = Need.NONE
    views: Need = Need.MAY


NUMBERS: Final[Mapping[str, Numbers]] = {
    Kind.LECTURE: Numbers(Need.MUST),
    Kind.EVENT: Numbers(Need.MUST),
    Kind.PANEL: Numbers(Need.MAY, views=Need.NONE),
    Kind.HANDOUT: Numbers(Need.MAY, _("枚"), Need.MUST, Need.NONE),
    Kind.POSTING: Numbers(Need.NONE, _("枚"), Need.MUST, Need.NONE),
    Kind.LOAN: Numbers(Need.NONE, _("点"), Need.MUST, Need.NONE),
    Kind.MEETING: Numbers(Need.MUST),
    Kind.STREAM: Numbers(Need.NONE, views=Need.MUST),
}


def faults(
    kind: str, *, sessions: int, people: int | None, quantity: int | None, views: int | None
) -> Iterator[tuple[str, str]]:
    """Field and reason for every number that is missing, out of range, or no part of this kind."""
    if kind not in NUMBERS:
        yield "kind", gettext("選び直してください。")
        return
    if not 1 <= sessions <= 1000:
        yield "sessions", gettext("回数は1から1,000までで入力してください。")
    of = NUMBERS[kind]
    for name, need, value, most in (
        ("people", of.people, people, MOST),
        ("quantity", of.quantity, quantity, MOST),
        ("views", of.views, views, MOST_VIEWS),
    ):
        if value is None and need is Need.MUST:
            yield name, _MISSING[name]()
        elif value is not None and need is Need.NONE:
            yield name, _NOT_OF_KIND[name]() % {"kind": Kind(kind).label}
        elif value is not None and not 0 <= value <= most:
            yield name, gettext("数を確認してください。")


_MISSING: Final = {
    "people": lambda: gettext("参加人数を入力してください。"),
    "quantity": lambda: gettext("数量を入力してください。"),
    "views": lambda: gettext("視聴数を入力してください。"),
}
_NOT_OF_KIND: Final = {
    "people": lambda: gettext("%(kind)sに参加人数はありません。視聴は視聴数に入れてください。"),
    "quantity": lambda: gettext("%(kind)sに数量はありません。"),
    "views": lambda: gettext("%(kind)sに視聴数はありません。"),
}
