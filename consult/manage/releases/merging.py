"""Codes counted together so that less has to be hidden: what is offered, what is applied, taking one up and back."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from urllib.parse import quote

from django.utils.translation import gettext as _

from cases.figures.dimensions import DIMENSIONS
from cases.figures.releases import reading
from cases.figures.releases.asking import Asked, Merged, of_plain
from cases.figures.releases.merging import with_merged
from cases.figures.releases.models import Release
from cases.figures.releases.traits import YEN


@dataclass(frozen=True)
class Offered:
    """A merge with the words and the key that a form sends back."""

    key: str
    text: str


def key_of(dimension: str, codes: Sequence[str]) -> str:
    """Codes as they stand in a form; none of them can be mistaken for the signs between them."""
    return f"{dimension}:{'+'.join(quote(code, safe='') for code in codes)}"


def offered(release: Release) -> list[Offered]:
    """What would hide less, best first."""
    return [
        Offered(
            key_of(one.dimension, one.codes),
            _("%(codes)sを合わせると、非公表が%(fewer)dか所減ります")
            % {"codes": _("と").join(one.labels), "fewer": one.fewer},
        )
        for one in reading.merges(release)
    ]


def applied(release: Release) -> list[Offered]:
    """What is counted together now."""
    every = dict.fromkeys(one for asked in asked_of(release) for one in asked.merged)
    return [Offered(key_of(one.dimension, one.codes), _words(one, release)) for one in every]


def is_of_money(release: Release) -> bool:
    """Whether yen are published beside counts: then nothing is rounded."""
    return any(one.get("measure") in YEN for one in release.asked)


def asked_of(release: Release) -> list[Asked]:
    """The tables that are asked for."""
    return [of_plain(one, _centre(release)) for one in release.asked]


def _centre(release: Release) -> int:
    """Of whom the numbers are; single numbers of before releases had tables may not say."""
    if release.centre_id is None:
        raise LookupError("a number of no single centre has no table")
    return release.centre_id


def _words(one: Merged, release: Release) -> str:
    labels = DIMENSIONS[one.dimension].texts(one.codes, frozenset({_centre(release)}))
    return _("と").join(labels)


def with_merge(release: Release, key: str) -> tuple[Asked, ...] | None:
    """What is asked with a merge that is on offer; None for any other. Codes merged before go with those they join."""
    for one in reading.merges(release):
        if key_of(one.dimension, one.codes) == key:
            new = Merged(one.dimension, one.codes)
            return tuple(with_merged(asked, new) for asked in asked_of(release))
    return None


def without_merge(release: Release, key: str) -> tuple[Asked, ...] | None:
    """What is asked with these codes apart again; None where they are not merged."""
    before = asked_of(release)
    after = tuple(
        replace(
            asked,
            merged=tuple(one for one in asked.merged if key_of(one.dimension, one.codes) != key),
        )
        for asked in before
    )
    return None if after == tuple(before) else after
