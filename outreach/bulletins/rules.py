"""What a centre calls too long or too hard: the numbers behind the checks before release, by centre."""

from dataclasses import asdict, dataclass, fields
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from cases.protection import audit
from cases.records.centre import Actor, Centre
from cases.services.entry import EntryRefused
from outreach.bulletins.models import BulletinRules


@dataclass(frozen=True)
class Rules:
    """Each the most that passes.

    sentence_letters: characters of a sentence. Source: 文化審議会建議「公用文作成の考え方」(2022) names 50 to 60 as the
    length from which a sentence gets hard to read.
    kanji_percent: of all letters of the text; large_pages: A4 pages of the large print, two being one sheet. Nobody
    prescribes them: they are our own choice.
    reading_morae: a minute over loudspeakers, spoken_letters: of a sentence read aloud. Our own choice as well
    (`outputs.loudspeaker`).
    """

    sentence_letters: int = 60
    kanji_percent: int = 40
    large_pages: int = 2
    reading_morae: int = 300
    spoken_letters: int = 40


USUAL: Final = Rules()
BOUNDS: Final = {
    "sentence_letters": (20, 200),
    "kanji_percent": (10, 90),
    "large_pages": (1, 8),
    "reading_morae": (120, 600),
    "spoken_letters": (10, 100),
}
"""The least and the most that may be chosen, both included."""
_NAMES: Final = [field.name for field in fields(Rules)]


def rules_of(centre: Centre) -> Rules:
    """The centre's numbers, the usual ones where it chose none."""
    row = BulletinRules.objects.filter(centre=centre).values(*_NAMES).first()
    return USUAL if row is None else Rules(**row)


@transaction.atomic
def choose(rules: Rules, *, centre: Centre, by: Actor) -> None:
    """Let these hold for the centre from now on; they warn and stop nothing. Raises EntryRefused."""
    values = asdict(rules)
    faults = {
        name: _("%(least)dから%(most)dまでの数にしてください。") % {"least": least, "most": most}
        for name, (least, most) in BOUNDS.items()
        if not least <= values[name] <= most
    }
    if faults:
        raise EntryRefused(faults)
    before = rules_of(centre)
    BulletinRules.objects.update_or_create(centre=centre, defaults=values)
    changed = " ".join(f"{name}={values[name]}" for name in _NAMES if getattr(before, name) != values[name])
    audit.record("BULLETIN_RULES_CHANGED", by=by, centre=centre, reason=changed)
