"""Which table of codes of before holds: that of the centres now, or the one an earlier number was counted by.

A version never changes once it is made, so it is read once; which one a centre has in force is read with its limits of
age. Where several centres are counted together and do not share one, the shipped table holds.
"""

from collections.abc import Collection
from functools import lru_cache
from typing import ClassVar, Final
from uuid import UUID

from django.utils.translation import gettext as _

from cases.errors import CasesError
from cases.figures import limits, reclassified
from cases.figures.limits import Settings
from cases.figures.models import CodeMapVersion
from cases.figures.reclassified import CodeMap

_MOST: Final = 2**31 - 1  # that a column of the database holds


class CodeMapMissing(CasesError):
    """A number was counted by a version of the table that is there no more."""

    code: ClassVar[str] = "code_map_missing"
    status: ClassVar[int] = 409

    def __init__(self, number: int) -> None:
        super().__init__(
            _("分類の読み替えの第%(number)d版が見つかりません。システム担当に知らせてください。")
            % {"number": number}
        )


def of_centres(centre_ids: Collection[int]) -> CodeMap:
    """The table in force. Raises CodeMapMissing."""
    return agreed(limits.settings_of(centre_ids))


def agreed(settings: Collection[Settings]) -> CodeMap:
    named = {one.code_map for one in settings}
    return in_force(named.pop() if len(named) == 1 else None)


def in_force(version: UUID | None) -> CodeMap:
    """What the `code_map` of a centre names. Raises CodeMapMissing."""
    return reclassified.shipped() if version is None else _version(version)


def numbered(centre_ids: Collection[int], number: int) -> CodeMap:
    """The table that a definition names; one of several centres has only ever been the shipped one.

    Raises CodeMapMissing.
    """
    if not number:
        return reclassified.shipped()
    is_one = len(centre_ids) == 1 and number <= _MOST
    row = CodeMapVersion.objects.filter(centre__in=centre_ids, number=number).first() if is_one else None
    if row is None:
        raise CodeMapMissing(number)
    return reclassified.map_of(row.number, row.lines)


@lru_cache(maxsize=64)
def _version(uid: UUID) -> CodeMap:
    row = CodeMapVersion.objects.filter(uid=uid).first()
    if row is None:
        raise CodeMapMissing(0)
    return reclassified.map_of(row.number, row.lines)
