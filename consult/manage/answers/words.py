"""Why a number is another one now, in the words of a council's answer."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from cases.figures.differences import Difference
from consult.manage.definitions import Line

MOST_CELLS = 200


def sentence(difference: Difference) -> str:
    """「前に公表した6件は、今は8件です(後から登録3件、訂正で減った1件)。」"""
    if difference.is_none:
        return _("今も%(now)s件です。") % {"now": f"{difference.now:,}"}
    causes = _("、").join(f"{line.label}{line.text}" for line in causes_of(difference))
    if difference.before == difference.now:
        return _("件数は%(now)s件のままですが、中身が変わりました(%(causes)s)。") % {
            "now": f"{difference.now:,}",
            "causes": causes,
        }
    return _("%(before)s件が、今は%(now)s件です(%(causes)s)。") % {
        "before": f"{difference.before:,}",
        "now": f"{difference.now:,}",
        "causes": causes,
    }


def causes_of(difference: Difference) -> Iterator[Line]:
    """Every cause that has a case, with its count. They add up to the difference."""
    causes = difference.causes
    for label, count in (
        (_("後から登録"), causes.late),
        (_("訂正で増えた"), causes.corrected_in),
        (_("訂正で減った"), causes.corrected_out),
        (_("訂正で表の中を移った"), causes.moved),
        (_("消去"), difference.erased),
    ):
        if count:
            yield Line(label, pgettext("number of", "%(n)s件") % {"n": f"{count:,}"})
    for label, count in (
        (_("消去で日や区分が粗くなった分"), difference.erased_moved),
        (_("公表の後に入り、消去された分"), causes.erased_late),
    ):
        if count:
            yield Line(label, pgettext("number of", "%(n)s件") % {"n": f"{count:+,}".replace("-", "−")})


@dataclass(frozen=True)
class ChangedCell:
    row: str
    column: str
    told: int
    now: int

    @property
    def difference(self) -> int:
        return self.now - self.told


def changed_cells(
    difference: Difference, rows: Mapping[str, str], columns: Mapping[str, str]
) -> list[ChangedCell]:
    """The cells that differ, in the words of the answer where it has them, the largest difference first."""
    found = [
        ChangedCell(rows.get(row, row), columns.get(column, "") if columns else "", told, now)
        for (row, column), (told, now) in difference.changed.items()
    ]
    return sorted(found, key=lambda cell: -abs(cell.difference))[:MOST_CELLS]
