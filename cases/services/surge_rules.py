"""By which rules a centre is warned, and from which days it counts something else under a 手口."""

import uuid
from datetime import date
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from cases.figures.surge_log import settings
from cases.figures.surge_log.models import SurgeBreak, SurgeSettings
from cases.law import calendar
from cases.protection import audit
from cases.records import codes
from cases.records.centre import Actor, Centre
from cases.records.codes import Kind
from cases.services.entry import EntryRefused
from cases.surges.rules import Rules

# From the strictest to the loosest that still says something.
FALSE_SHARES: Final = range(1, 51)
FEWEST: Final = range(1, 101)
SMALL_CENTRE: Final = range(100_001)
NOTE_LENGTH: Final = 100


def of(centre: Centre) -> Rules:
    return settings.rules_of(centre)


@transaction.atomic
def change(
    centre: Centre,
    *,
    false_share_percent: int,
    fewest_week: int,
    fewest_four: int,
    small_centre: int,
    by: Actor,
) -> Rules:
    """Set the rules; they hold from the next evaluation on. Nothing is written where they hold already.

    Raises EntryRefused, Centre.DoesNotExist.
    """
    given = {
        "false_share_percent": (false_share_percent, FALSE_SHARES),
        "fewest_week": (fewest_week, FEWEST),
        "fewest_four": (fewest_four, FEWEST),
        "small_centre": (small_centre, SMALL_CENTRE),
    }
    errors = {
        name: _("%(least)sから%(most)sまでの数を入力してください。")
        % {"least": f"{allowed[0]:,}", "most": f"{allowed[-1]:,}"}
        for name, (number, allowed) in given.items()
        if number not in allowed
    }
    if errors:
        raise EntryRefused(errors)
    held = Centre.objects.select_for_update(no_key=True).get(pk=centre.pk, pk__in=by.centre_ids)
    row = SurgeSettings(centre=held, **{name: number for name, (number, _allowed) in given.items()})
    if row.as_rules != settings.rules_of(held):
        SurgeSettings.objects.update_or_create(
            centre=held, defaults={name: number for name, (number, _allowed) in given.items()}
        )
        audit.record(
            "SURGE_RULES_CHANGED", by=by, centre=held,
            reason=f"{false_share_percent}% {fewest_week} {fewest_four} {small_centre}",
        )  # fmt: skip
    return row.as_rules


def breaks_of(centre: Centre) -> list[SurgeBreak]:
    """The newest day first."""
    return list(SurgeBreak.objects.filter(centre=centre).select_related("by"))


@transaction.atomic
def add_break(uid: uuid.UUID, *, scam: str, on: date, note: str, centre: Centre, by: Actor) -> SurgeBreak:
    """From this day on the centre counts something else under the 手口. `uid` is minted when the form opens.

    Raises EntryRefused, Centre.DoesNotExist.
    """
    held = Centre.objects.select_for_update(no_key=True).get(pk=centre.pk, pk__in=by.centre_ids)
    if (known := SurgeBreak.objects.filter(uid=uid, centre=held).first()) is not None:
        return known
    code, errors = codes.codes(Kind.SCAM_TYPE).by_code.get(scam), {}
    if code is None or not code.is_for(held.uid):
        errors["scam"] = _("一覧から選んでください。")
    elif SurgeBreak.objects.filter(centre=held, scam=scam, on=on).exists():
        errors["on"] = _("この手口のこの日は、もう登録されています。")
    if on > calendar.today():
        errors["on"] = _("今日か、それより前の日を入力してください。")
    plain = audit.typed(note)[:NOTE_LENGTH]
    if not plain:
        errors["note"] = _("何が変わったかを入力してください。例: 電話勧誘を別の手口に分けた")
    if errors:
        raise EntryRefused(errors)
    row = SurgeBreak(uid=uid, centre=held, scam=scam, on=on, note=plain, by_id=by.pk)
    row.save(force_insert=True)
    audit.record("SURGE_BREAK_ADDED", by=by, centre=held, reason=f"{uid} {scam} {on}")
    return row


@transaction.atomic
def remove_break(uid: uuid.UUID, *, by: Actor) -> None:
    """It was entered by mistake: what lies before is compared again. Raises SurgeBreak.DoesNotExist."""
    row = (
        SurgeBreak.objects.select_for_update().select_related("centre").get(uid=uid, centre__in=by.centre_ids)
    )
    audit.record("SURGE_BREAK_REMOVED", by=by, centre=row.centre, reason=f"{uid} {row.scam} {row.on}")
    row.delete()
