"""One part of the board: a picture or a few figures, what they count, and the way to the same question in 集計."""

from dataclasses import dataclass, replace
from datetime import date

from cases.figures.measures import Question
from consult.manage.asking import Asked
from consult.shell.accounts import Account
from consult.shell.paper.charts import Chart


@dataclass(frozen=True)
class Figure:
    """A number with its words; `basis` says of what it is."""

    label: str
    value: str
    basis: str = ""


@dataclass(frozen=True)
class Panel:
    """`basis` says what is counted. `more` is the query string of the same question in 集計, empty where there is none.

    Without charts and figures the panel says `empty` instead. `is_wide`: over the whole width of the page.
    """

    name: str
    title: str
    basis: str
    charts: tuple[Chart, ...] = ()
    figures: tuple[Figure, ...] = ()
    more: str = ""
    empty: str = ""
    is_wide: bool = False


@dataclass(frozen=True)
class Scope:
    """Who asks, what, and on which day: what every panel is made from."""

    asked: Asked
    by: Account
    today: date

    @property
    def question(self) -> Question:
        """Cases by 手口 in the period and under the conditions asked for; each panel changes what it needs."""
        asked = replace(self.asked, columns="")
        return asked.question(self.by.centre_ids)
