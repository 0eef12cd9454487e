"""Why a number of a table is not printed, in the words of whoever looks at the table."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from cases.figures.releases.laying import Laid
from cases.figures.releases.models import Release
from cases.figures.releases.union import Number, SideBySide
from cases.gate.ledger import Audience, Sum
from cases.gate.reasons import Means, Reason, Why

Place = tuple[int, int, int]


@dataclass(frozen=True)
class Words:
    """The words for the numbers of one table; `smallest` is the smallest count that its audience may read."""

    laid: Laid
    side: SideBySide
    audience: Audience
    smallest: int

    def of_all(self, reasons: Mapping[Sum, Reason]) -> dict[Number, str]:
        """By number."""
        places = self._places()
        numbered = _numbered({uid for reason in reasons.values() for uid in reason.releases})
        return {
            number: self._of_one(places[of], reasons[of], places, numbered)
            for number in self.laid.wanted
            if (of := self.side.sums[number]) in reasons
        }

    def _places(self) -> dict[Sum, Place]:
        """Where each sum first stands in the table."""
        found: dict[Sum, Place] = {}
        for place, number in _standing(self.laid):
            found.setdefault(self.side.sums[number], place)
        return found

    def _of_one(
        self, place: Place, reason: Reason, places: Mapping[Sum, Place], numbered: Mapping[str, str]
    ) -> str:
        if reason.why is Why.SMALL:
            return _("%(smallest)d件未満のため") % {"smallest": self.smallest}
        earlier = _("、").join(numbered[uid] for uid in reason.releases if uid in numbered)
        if reason.why is Why.BEFORE:
            return _("%(earlier)sで非公表にした数のため") % {"earlier": earlier or _("前の公表")}
        if reason.why is Why.CAUTION or reason.exposes is None:
            return _("少ない件数が分からないと確かめきれないため")
        exposed = places.get(reason.exposes)
        told = {"from": self._from(place, exposed, reason, earlier), "what": self._named(place, exposed)}
        if reason.reader is not None and reason.reader != self.audience:
            return _("構成員には、%(from)s%(what)sの数が分かるため") % told
        return _("%(from)s%(what)sの数が分かるため") % told

    def _from(self, place: Place, exposed: Place | None, reason: Reason, earlier: str) -> str:
        """What the reader works it out of; empty where it is this number alone."""
        if reason.releases:
            return _("%(earlier)sと合わせると、") % {"earlier": earlier or _("前の公表")}
        if Means.OTHER_TABLE in reason.means:
            return _("ほかの表と合わせると、")
        apart = [] if exposed is None else [n for n in range(3) if place[n] != exposed[n]]
        if len(apart) == 1 and self.laid.headings[apart[0]][place[apart[0]]].is_total:
            return _("この合計とほかの数から、")
        if apart == [1]:
            return _("この行の合計から、")
        if apart == [0]:
            return _("この列の合計から、")
        return _("合計とほかの数から、")

    def _named(self, place: Place, exposed: Place | None) -> str:
        """The number that would be told, by what sets it apart from the one that is hidden."""
        if exposed is None:
            return _("前に公表した表の少ない件数")
        apart = [n for n in range(3) if place[n] != exposed[n]] or [0]
        labels = [self.laid.headings[n][exposed[n]].label for n in apart]
        return _("「%(labels)s」") % {"labels": " × ".join(labels)}


def _standing(laid: Laid) -> Iterator[tuple[Place, Number]]:
    for r, row in enumerate(laid.numbers):
        for c, column in enumerate(row):
            for at, number in enumerate(column):
                if number is not None:
                    yield (r, c, at), number


def _numbered(uids: Sequence[str] | set[str]) -> dict[str, str]:
    """「公表第3号」 of releases that are out."""
    return {str(one.uid): one.numbered for one in Release.objects.filter(uid__in=uids) if one.numbered}
