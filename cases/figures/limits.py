"""高齢者 and 若者: from and up to which age. Publishers differ, so each centre sets its own; figures say which held."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final, NamedTuple
from uuid import UUID

from cases.figures import still
from cases.records import ages
from cases.records.ages import SENIOR_FROM
from cases.records.centre import YOUNG_TO, Centre

ELDER: Final = "ELDER"
YOUNG: Final = "YOUNG"
BETWEEN: Final = "BETWEEN"


@dataclass(frozen=True)
class AgeLimits:
    """高齢者: `senior_from` or older. 若者: `young_to` or younger. Whole years."""

    senior_from: int = SENIOR_FROM
    young_to: int = YOUNG_TO

    def group_of(self, band: str) -> str:
        """ELDER, YOUNG, BETWEEN, or UNKNOWN for a band that cannot tell (60歳代(詳細不明), 年齢不明, 団体)."""
        is_elder, is_grown = (
            ages.is_at_least(band, self.senior_from),
            ages.is_at_least(band, self.young_to + 1),
        )
        if is_elder:
            return ELDER
        if is_grown is False:
            return YOUNG
        return BETWEEN if is_elder is False and is_grown else ages.UNKNOWN


def of_centres(centre_ids: Collection[int]) -> AgeLimits:
    """What these centres agree on; where they differ, 65 and 29."""
    return agreed(settings_of(centre_ids))


def agreed(settings: Collection["Settings"]) -> AgeLimits:
    found = {AgeLimits(one.senior_from, one.young_to) for one in settings}
    return found.pop() if len(found) == 1 else AgeLimits()


class Settings(NamedTuple):
    """What a centre sets of how its cases are counted. `code_map`: the uid of its table of codes of before."""

    senior_from: int
    young_to: int
    code_map: UUID | None


def settings_of(centre_ids: Collection[int]) -> frozenset[Settings]:
    """Those of the centres, each once. One query, once for a page that is held still."""
    return still.once((settings_of, frozenset(centre_ids)), lambda: _settings(centre_ids))


def _settings(centre_ids: Collection[int]) -> frozenset[Settings]:
    rows = Centre.objects.filter(pk__in=centre_ids).order_by().values_list(*Settings._fields).distinct()
    return frozenset(Settings(*row) for row in rows)
