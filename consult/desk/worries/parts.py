"""What the pages of 気づき show of one, and what of it stands on 今日 and on the page of its case."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from django import forms
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cases import today
from cases.law import calendar
from cases.records.case import Case
from cases.records.centre import Actor
from cases.records.worries import Worry, WorryQuerySet
from cases.services import worries
from cases.services.worries import WorryWords
from cases.watchers import WATCHER_ROUTE
from consult.desk.finding import numbered_like
from consult.shell.accounts import Account
from consult.shell.drafts import Draft

_CHANNELS: Final = {"PHONE": "PHONE", "PAPER": "FAX", "MAIL": "EMAIL_WEB", "COUNTER": "VISIT"}
_STAGES: Final = {
    "NEW": ("chip--warning", False), "BEGUN": ("chip--warning", False), "WAITING": ("chip--warning", False),
    "CASE": ("chip--success", True), "JOINED": ("chip--success", True), "PASSED": ("", True), "CLOSED": ("", True),
}  # fmt: skip


@dataclass(frozen=True)
class Row:
    """One 気づき as a page shows it, without anything that is sealed. `next_is`: who has to do something."""

    worry: Worry
    stage: str
    chip: str
    is_done: bool
    is_genuine: bool
    is_late: bool
    area: str
    next_is: str


def for_list(found: WorryQuerySet) -> WorryQuerySet:
    return found.with_case().select_related("assigned_to", "decided_by").defer(*Worry.SEALED)


def rows_of(found: Sequence[Worry], areas: Iterable[tuple[str, str]]) -> list[Row]:
    """`found` come from `with_case`."""
    labels, vouched = dict(areas), worries.genuine(found)
    return [_row(one, labels, is_genuine=one.pk in vouched) for one in found]


def _row(worry: Worry, labels: dict[str, str], *, is_genuine: bool) -> Row:
    stage = worries.stage_of(worry)
    chip, is_done = _STAGES[stage]
    words = _("相談として入力中") if stage == "BEGUN" else str(worry.get_state_display())
    return Row(
        worry, words, chip, is_done, is_genuine, is_late=not is_done and is_late(worry),
        area=labels.get(worry.area, worry.area), next_is=_next(worry, stage),
    )  # fmt: skip


def _next(worry: Worry, stage: str) -> str:
    if stage == "BEGUN":
        return str(worry.decided_by or _("相談員"))
    if stage in ("NEW", "WAITING"):
        return str(worry.assigned_to or _("相談員"))
    return ""


def is_late(worry: Worry) -> bool:
    """Whether it waits for too long: see `late`."""
    day = calendar.today()
    if worry.state == Worry.State.WAITING:
        return worry.follow_up_on is not None and worry.follow_up_on <= day
    return worry.is_urgent or worry.received_on <= day - timedelta(days=worries.LATE_DAYS)


def late(actor: Actor) -> WorryQuerySet:
    """Those that wait and are urgent, older than `LATE_DAYS`, or whose day of asking again has come."""
    day = calendar.today()
    rests = Q(state=Worry.State.WAITING)
    old = Q(is_urgent=True) | Q(received_on__lte=day - timedelta(days=worries.LATE_DAYS))
    return Worry.objects.visible_to(actor).waiting().filter(rests & Q(follow_up_on__lte=day) | ~rests & old)


def card(actor: Actor) -> today.Card | None:
    """今日: what waits for too long."""
    count = late(actor).count()
    if not count:
        return None
    title = ngettext(
        "見守りからの気づきが%(n)d件、行き先を待っています",
        "見守りからの気づきが%(n)d件、行き先を待っています",
        count,
    ) % {"n": count}
    body = _("急ぐもの、%(days)d日以上たったもの、確かめる日が来たものです。") % {"days": worries.LATE_DAYS}
    return today.Card(title, body, today.Level.WARNING, url_name="worries", link=_("見守りからの気づき"))


def panel(case: Case, _actor: Account) -> dict[str, Any] | None:
    """On the page of a case: the 気づき that it came from, or that were joined to it."""
    found = Worry.objects.filter(centre=case.centre_id).of_case(case.uid).defer(*Worry.SEALED)
    return {"worries": found} if found else None


def draft_of(worry: Worry) -> Draft | None:
    """The form that was begun from it and is still kept, whosever it is."""
    if worry.intake_uid is None:
        return None
    return Draft.objects.select_related("account").defer("body").filter(uid=worry.intake_uid).first()


def case_of(worry: Worry, actor: Account) -> Case | None:
    """`worry` comes from `with_case`."""
    became = getattr(worry, "became_uid", None)
    return Case.objects.visible_to(actor).filter(uid=became).first() if became else None


def prefilled(worry: Worry, words: WorryWords) -> dict[str, list[str]]:
    """The fields of the form of a call, as if they had been typed there."""
    now = timezone.localtime(timezone.now(), calendar.TOKYO)
    fields = {
        "received_at": f"{now:%Y-%m-%d %H:%M}",
        "channel": _CHANNELS[worry.channel],
        "kind": "COMPLAINT",
        "route": WATCHER_ROUTE,
        "narrative": words.words,
        "scam_main": worry.theme,
        "party_name": words.person,
        "party_kana": words.kana,
        "party_phone": words.phone,
        "party_address": words.address,
        "age": words.age,
        "area": worry.area,
    }
    return {name: [text] for name, text in fields.items() if text}


def numbered_one(form: forms.Form, actor: Account) -> Case | None:
    """The one case of that number; none or several become the field's error."""
    found = list(numbered_like(Case.objects.visible_to(actor), form.cleaned_data["number"])[:2])
    if len(found) == 1:
        return found[0]
    form.add_error(
        "number",
        _("年度から入力してください(例: 2026-000123)。") if found else _("その番号の相談はありません。"),
    )
    return None
