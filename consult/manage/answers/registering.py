"""訂正 on 今日: a published number that was corrected lately is told to everybody who works with numbers."""

from datetime import timedelta
from typing import Final

from django.utils import timezone
from django.utils.translation import gettext as _

from cases import today
from cases.records.centre import Actor
from cases.services import answers
from cases.today import Card, Level
from consult.shell import roles

TOLD_FOR: Final = timedelta(days=30)


def card(by: Actor) -> Card | None:
    found = answers.notices(by, since=timezone.now() - TOLD_FOR)
    if not found:
        return None
    newest = found[0]
    title = _("公表した数字の訂正があります: 訂正第%(n)s号(回答第%(answer)s号)") % {
        "n": newest.number,
        "answer": newest.answer.number,
    }
    return Card(title, newest.notice, Level.WARNING, "answers", _("公表した回答を見る"))


def register() -> None:
    """Called once when the app is ready."""
    today.register("corrected answers", roles.VIEW_NUMBERS, card)
