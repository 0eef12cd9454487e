"""The nearly equal cases of a made-up centre: noted when its data are loaded, by the measure of every day.

The worker compares what is entered at the desk alone; made-up cases come in by thousands. So that the panel can be
seen, the newest of them are compared here, once.
"""

from datetime import date
from itertools import combinations
from typing import Final

from cases.demo import parts
from cases.protection import match
from cases.protection.sealed import Sealer
from cases.records.case import Case
from cases.records.centre import SYSTEM, Actor, Centre
from search import analysis
from search.hashing import product_hasher
from search.near import LIKE, MOST, WINDOW, NearDuplicate, likeness

NEWEST: Final = 150
"""So many cases are compared, each with each: a second's work."""


def load(centre: Centre, by: Actor, today: date) -> None:
    """Again, nothing is added to what is noted."""
    newest = Case.objects.filter(
        centre=centre, source=Case.Source.DEMO, is_guarded=False, received_on__gt=today - WINDOW
    ).newest_first()
    hasher, packed = product_hasher(), {}

    def keep(case: Case, text: str, _sealer: Sealer) -> None:
        packed[case.pk] = hasher.packed(analysis.expanded(analysis.words(text)))

    match.analyse(list(newest[:NEWEST]), keep, by=SYSTEM)
    shares = {
        (one, other): share
        for one, other in combinations(sorted(packed), 2)
        if (share := likeness(packed[one], packed[other])) >= LIKE
    }
    noted: dict[int, int] = {}
    rows = []
    for (one, other), share in sorted(shares.items(), key=lambda found: (-found[1], found[0])):
        if max(noted.get(one, 0), noted.get(other, 0)) < MOST:
            rows.append(NearDuplicate(first_id=one, second_id=other, percent=round(100 * share)))
            noted |= {pk: noted.get(pk, 0) + 1 for pk in (one, other)}
    NearDuplicate.objects.bulk_create(rows, ignore_conflicts=True)


def register() -> None:
    """Called once when the app is ready."""
    parts.register("near", load)
