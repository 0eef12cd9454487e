"""Supporters of a made-up centre. Every person is invented."""

from datetime import date, timedelta
from typing import Final

from cases.demo import parts
from cases.records.centre import Actor, Centre
from consult.shell import roles
from consult.shell.accounts import Account
from outreach.supporters import services
from outreach.supporters.models import Supporter
from outreach.supporters.services import ActivityEntry, CourseEntry, Person, SupporterEntry

# (days since the registration, days until the training runs out, days since it ended, name, reading)
_WHO: Final = (
    (700, 30, None, "架空 和子", "カクウ カズコ"),
    (500, 230, None, "見本 次郎", "ミホン ジロウ"),
    (480, 250, 100, "例示 三郎", "レイジ サブロウ"),
    (90, 640, None, "試験 良子", "シケン ヨシコ"),
)


def load(centre: Centre, _by: Actor, today: date) -> None:
    """Fill a made-up centre once; later calls find somebody and add nothing."""
    if Supporter.objects.filter(centre=centre).exists():
        return
    keeper = next(one for one in Account.objects.filter(centre=centre) if one.may(roles.KEEP_REGISTERS))
    for number, (joined, until, left, name, kana) in enumerate(_WHO, start=1):
        joined_on = today - timedelta(days=joined)
        person = Person(
            name=name, kana=kana, phone=f"03-0000-020{number}", address=f"見本町{number}-3-{number}"
        )
        supporter = services.enter(
            SupporterEntry(person=person, joined_on=joined_on), centre=centre, by=keeper
        )[0]
        course = CourseEntry(
            title="消費者力アップ講座", completed_on=joined_on, valid_until=today + timedelta(days=until)
        )
        services.add_course(supporter.uid, course, by=keeper)
        deed = ActivityEntry(on=today - timedelta(days=80 - number), kind="HANDOUT", people=20 + number)
        if left is None:
            services.add_activity(supporter.uid, deed, by=keeper)
        else:
            services.leave(supporter.uid, on=today - timedelta(days=left), by=keeper)


def register() -> None:
    parts.register("supporters", load)
