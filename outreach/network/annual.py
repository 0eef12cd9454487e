"""What the watch network brought in the 年度, for the table of the programme in the annual report."""

from django.utils.translation import gettext as _

from cases.figures.reports.lines import lines_of
from cases.figures.reports.scope import Scope
from cases.figures.tables import Column, Grid, Role, Row, Unit
from cases.services import worries
from cases.watchers import WATCHER_ROUTE


def grid(scope: Scope) -> Grid | None:
    """Consultations whose 経路 is 見守り関係者, and 気づき by kind of member; None where there is neither.

    The route of an erased case is not kept, so this is a record of when the report was made and is not counted anew.
    """
    route = next((line for line in lines_of(scope, "route").rows if line.code == WATCHER_ROUTE), None)
    kinds = worries.summary({scope.centre.pk}, scope.start, scope.end)
    if route is None and not kinds:
        return None
    rows = [Row((one.label, one.received, one.cases)) for one in kinds]
    rows.append(
        Row(
            (_("気づきの合計"), sum(one.received for one in kinds), sum(one.cases for one in kinds)),
            Role.TOTAL,
        )
    )
    rows.append(Row((_("経路が見守り関係者の相談"), None, route.now if route else 0), Role.AGAIN))
    columns = (Column(_("構成員の種類"), Unit.TEXT), Column(_("気づき")), Column(_("相談になった")))
    return Grid(_("見守りからの相談"), columns, tuple(rows))


def definition() -> str:
    return _(
        "気づきは見守りの構成員からの知らせです。一つの相談に、いくつかの気づきがつながることがあります。"
    )
