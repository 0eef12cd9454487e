"""For whom outreach is meant: the one code set of lectures, applications, mail and plans.

A fixed set with versions, not one that a centre edits: plans of all centres are compared by it. A code that a later
version no longer offers stays readable, for the rows that carry it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cases.figures.dimensions import SENIOR
from cases.figures.trends import MIDDLE, YOUNG

# 1: seven audiences of the first lectures; 2: school children told apart, staff of schools, people from abroad.
VERSION: Final = 2


@dataclass(frozen=True)
class Audience:
    """One audience. `groups` (keys of `trends.GROUPS`, never 全年代) are the ages whose harm it is meant to prevent:
    helpers of the old stand for the old. Offered from version `since` to version `last`, None while it is offered.
    """

    code: str
    name: str | Promise
    groups: tuple[str, ...]
    is_school: bool = False
    since: int = VERSION
    last: int | None = None


EVERY_GROUP: Final = (YOUNG, MIDDLE, SENIOR)

AUDIENCES: Final[Mapping[str, Audience]] = {
    audience.code: audience
    for audience in (
        Audience("JIDO", _("児童(小学生)"), (YOUNG,), is_school=True),
        Audience("SEITO", _("生徒(中学生・高校生)"), (YOUNG,), is_school=True),
        Audience("KOSAN", _("高校3年生(成年になる前後)"), (YOUNG,), is_school=True),
        Audience("DAIGAKU", _("大学生・専門学校生"), (YOUNG,), is_school=True),
        Audience("HOGOSHA", _("保護者"), (YOUNG, MIDDLE), since=1),
        Audience("KYOSHOKUIN", _("教職員"), (YOUNG, MIDDLE), is_school=True),
        Audience("KOREISHA", _("高齢者"), (SENIOR,), since=1),
        Audience("MIMAMORI", _("見守る人(民生委員・介護職など)"), (SENIOR,), since=1),
        Audience("SHOKUBA", _("職場(勤労者・新社会人)"), (YOUNG, MIDDLE), since=1),
        Audience("GAIKOKUJIN", _("外国人"), EVERY_GROUP),
        Audience("SHOGAI", _("障害のある人"), EVERY_GROUP, since=1),
        Audience("IPPAN", _("市民一般"), EVERY_GROUP, since=1),
        # Which of them a lecture of before was for is not known, so its row keeps this.
        Audience("STUDENTS", _("児童・生徒・学生"), (YOUNG,), is_school=True, since=1, last=1),
    )
}

# Every code that a row may carry, for the columns.
EVER: Final = [(code, audience.name) for code, audience in AUDIENCES.items()]


def choices(kept: str = "") -> list[tuple[str, str]]:
    """Codes and names that are offered now; `kept` is the code of the row that is changed, offered too."""
    return [(code, text(code)) for code in AUDIENCES if is_offered(code) or code == kept]


def is_offered(code: str) -> bool:
    return code in AUDIENCES and AUDIENCES[code].last is None


def text(code: str) -> str:
    """The name in the reader's language; the bare code where the set does not know it, empty for empty."""
    return str(AUDIENCES[code].name) if code in AUDIENCES else code


def groups(code: str) -> tuple[str, ...]:
    """Keys of `trends.GROUPS` that it covers, never 全年代 itself; none for a code that the set does not know."""
    return AUDIENCES[code].groups if code in AUDIENCES else ()


def is_school(code: str) -> bool:
    """Whether they come together in a school, so that its holidays and examinations stand against a day."""
    return code in AUDIENCES and AUDIENCES[code].is_school


def of_group(group: str) -> str:
    """The audience that a plan for an age group begins with."""
    return "KOREISHA" if group == SENIOR else "IPPAN"
