"""The registry of readings: each look says what it measured, beyond which limit that is wrong, and what to do then.

A look is cheap (a query or two, no personal value), because pages ask on each visit; what it answered is held for some
seconds. A look that fails is itself a reading: nobody takes silence for health.
"""

import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from django.db import InterfaceError, OperationalError
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from cases.held import Held

log = logging.getLogger(__name__)

HELD_SECONDS: Final = 10.0
NIGHTLY_WITHIN: Final = timedelta(hours=26)
"""A day and the two hours until the PC is switched on again."""


class Level(StrEnum):
    """From well to worst; also the kind of notice it is shown as."""

    OK = "success"
    WARNING = "warning"
    ERROR = "error"


class Group(StrEnum):
    """Readings that one looks for together, in the order of the page."""

    WORK = "work"
    INPUT = "input"
    SEARCH = "search"
    NIGHT = "night"
    DISK = "disk"

    @property
    def label(self) -> Promise:
        return _GROUPS[self]


_GROUPS: Final = {
    Group.WORK: gettext_lazy("処理係と順番待ち"),
    Group.INPUT: gettext_lazy("相談の入力と取込"),
    Group.SEARCH: gettext_lazy("検索と集計への反映"),
    Group.NIGHT: gettext_lazy("毎日の確認"),
    Group.DISK: gettext_lazy("ディスク"),
}


@dataclass(frozen=True)
class Reading:
    """One thing that was looked at.

    `name` is stable, for machines; `label` what a person calls it; `state` what was found; `limit` beyond which it is
    wrong; `advice` what to do, where it is. `numbers` hold the same for machines (seconds, bytes, counts).
    `centre_id`: whom it concerns; None: the whole machine. `has_card`: 今日 tells of it by a card of its own.
    `of_figures`: while it is wrong, numbers may be, and pages with numbers say so.
    """

    name: str
    label: str
    state: str
    level: Level = Level.OK
    limit: str = ""
    advice: str = ""
    since: datetime | None = None
    numbers: Mapping[str, int | None] = field(default_factory=dict)
    centre_id: int | None = None
    url_name: str = ""
    link: str = ""
    has_card: bool = False
    of_figures: bool = False

    @property
    def is_well(self) -> bool:
        return self.level is Level.OK


Look = Callable[[], Iterable[Reading]]


@dataclass(frozen=True)
class _Source:
    group: Group
    label: Promise | str
    look: Look
    of_figures: bool


@dataclass(frozen=True)
class Nightly:
    """A job that is to be done every so often. `faults` counts in a job's result what it found wrong.

    `has_card`, `of_figures`, `url_name`: as with readings.
    """

    kind: str
    label: Promise | str
    within: timedelta = NIGHTLY_WITHIN
    faults: Callable[[Mapping[str, object]], int] | None = None
    of_figures: bool = False
    has_card: bool = False
    url_name: str = ""


WORDS: Final = {Level.OK: "ok", Level.WARNING: "warning", Level.ERROR: "error"}
"""Levels as machines are told them."""
_LOUDEST_FIRST: Final = {Level.ERROR: 0, Level.WARNING: 1, Level.OK: 2}
_sources: dict[str, _Source] = {}
nightly_kinds: dict[str, Nightly] = {}
_held: Final[Held[list[tuple[Group, Reading]]]] = Held(HELD_SECONDS)


def register(name: str, group: Group, label: Promise | str, look: Look, *, of_figures: bool = False) -> None:
    """From now on `look` is asked whenever somebody wants to know. `label`: what is said where it fails.

    `of_figures`: some of its readings are of figures, so that pages with numbers ask it too.
    """
    if name in _sources:
        raise ValueError(f"the look {name} is registered twice")
    _sources[name] = _Source(group, label, look, of_figures)


def nightly(what: Nightly) -> None:
    """From now on it is told where this job failed, was not done in time, or found something."""
    if what.kind in nightly_kinds:
        raise ValueError(f"the nightly job {what.kind} is registered twice")
    nightly_kinds[what.kind] = what


def readings(centre_ids: Iterable[int] | None = None) -> dict[Group, list[Reading]]:
    """What concerns the machine or one of the centres (all, where none are named), the loudest first in each group."""
    return _of(centre_ids, _held.get(get_language(), lambda: _look(_sources)))


def wrong(centre_ids: Iterable[int] | None = None) -> list[Reading]:
    """Those that are not well, the loudest first."""
    return _wrong(readings(centre_ids))


def about_figures(centre_ids: Iterable[int]) -> list[Reading]:
    """Those that are not well and by which numbers may be wrong. Only the looks that can tell are asked."""
    asked = {name: source for name, source in _sources.items() if source.of_figures}
    found = _held.get(("figures", get_language()), lambda: _look(asked))
    return [reading for reading in _wrong(_of(centre_ids, found)) if reading.of_figures]


def _of(
    centre_ids: Iterable[int] | None, held: Iterable[tuple[Group, Reading]]
) -> dict[Group, list[Reading]]:
    found: dict[Group, list[Reading]] = {group: [] for group in Group}
    mine = None if centre_ids is None else frozenset(centre_ids)
    for group, reading in held:
        if mine is None or reading.centre_id is None or reading.centre_id in mine:
            found[group].append(reading)
    for rows in found.values():
        rows.sort(key=lambda reading: _LOUDEST_FIRST[reading.level])
    return found


def _wrong(found: Mapping[Group, Iterable[Reading]]) -> list[Reading]:
    rows = [reading for readings in found.values() for reading in readings if not reading.is_well]
    return sorted(rows, key=lambda reading: _LOUDEST_FIRST[reading.level])


def _look(sources: Mapping[str, _Source]) -> list[tuple[Group, Reading]]:
    return [(source.group, reading) for name, source in sources.items() for reading in _asked(name, source)]


def _asked(name: str, source: _Source) -> list[Reading]:
    try:
        return list(source.look())
    except (OperationalError, InterfaceError):
        raise  # the database itself: the caller's page says so
    except Exception as failure:
        # The type alone: the text of an exception may quote a person.
        log.error("The look %s failed with %s", name, type(failure).__name__)  # noqa: TRY400
        return [
            Reading(
                name=name,
                label=str(source.label),
                state=_("確かめられませんでした"),
                level=Level.WARNING,
                advice=_("しばらくしても変わらなければ、機械の記録(ログ)を確かめてください。"),
            )
        ]
