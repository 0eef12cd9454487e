"""Any answer in words: counts add up, means and shares do not, and each has its own table."""

from cases.figures.comparing import Compared
from cases.figures.measures import Answers, Breakdown
from consult.manage.measured import MeasuredTable, measured_table
from consult.manage.offered import MEAN
from consult.manage.tables import Labels, Table, table_of

AnyShown = Table | MeasuredTable


def shown(
    found: Compared, words: Labels, *, sort: str = "", show: str = MEAN, compared_title: str = ""
) -> AnyShown:
    """`compared_title` says what is compared with; `show` is for amounts alone."""
    now, before = found.now, found.before
    if isinstance(now, Breakdown):
        earlier = before if isinstance(before, Breakdown) else None
        return table_of(now, earlier, words, sort, compared_title=compared_title)
    former = before if isinstance(before, Answers) else None
    return measured_table(now, former, words, show, sort, compared_title=compared_title)
