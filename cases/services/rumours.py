"""うわさ・目撃情報: taken down without any person, heard again, joined to cases, and ended."""

import re
import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from typing import ClassVar, Final

from django.db import transaction
from django.utils.translation import gettext as _

from cases import watchers
from cases.errors import CasesError
from cases.figures.surge_log import reading
from cases.law import calendar
from cases.protection import audit, masking
from cases.protection.redaction import Span, redact
from cases.records import codes
from cases.records.case import Case
from cases.records.centre import Actor, Centre, area_choices
from cases.records.codes import Kind
from cases.records.rumours import Rumour, RumourCase, RumourQuerySet
from cases.services.entry import EntryRefused
from cases.watchers import WatcherKind

PLACE_LENGTH: Final = 100
WORDS_LENGTH: Final = 1000
FRESH_DAYS: Final = 60
"""A rumour heard within so many days stands beside a surge of its 手口 and district."""
_ADDRESS: Final = "住所"
# 本町2丁目 is a part of the town; with a number behind it, it is a house.
_TOWN: Final = re.compile(r"[^0-9０-９一二三四五六七八九十]*(?:[0-9０-９一二三四五六七八九十]+丁目)?\s*")


class RumourClosed(CasesError):
    code: ClassVar[str] = "rumour_closed"
    status: ClassVar[int] = 409

    def __init__(self) -> None:
        super().__init__(_("この情報は終えてあります。"))


@dataclass(frozen=True, kw_only=True)
class RumourEntry:
    """A rumour as it is typed. Without `member_uid` and `member_kind` it came from nobody known."""

    uid: uuid.UUID
    heard_on: date
    words: str
    place: str = ""
    area: str = ""
    theme: str = ""
    member_uid: uuid.UUID | None = None
    member_kind: str = ""


@dataclass(frozen=True)
class Heard:
    """The row, and the kinds of personal data (氏名 …) that were masked in what was typed."""

    rumour: Rumour
    masked: tuple[str, ...]


@transaction.atomic
def record(entry: RumourEntry, *, centre: Centre, by: Actor) -> Heard:
    """Keep a rumour, masked. Idempotent by `entry.uid`. Raises EntryRefused; Rumour.DoesNotExist for another's uid."""
    if Rumour.objects.filter(uid=entry.uid).exists():
        return Heard(Rumour.objects.visible_to(by).get(uid=entry.uid), ())
    member = watchers.find(entry.member_uid, {centre.pk}) if entry.member_uid else None
    _check(entry, centre, is_listed=member is not None)
    place, in_place = _masked(entry.place.strip(), centre, tiers={"auto"})
    words, in_words = _masked(entry.words.strip(), centre, tiers={"auto", "suggest"})
    rumour = Rumour.objects.create(
        uid=entry.uid, centre=centre, heard_on=entry.heard_on, last_heard_on=entry.heard_on,
        area=entry.area, place=place, theme=entry.theme, words=words,
        member_uid=member.uid if member else None, member_kind=member.kind if member else entry.member_kind,
        member_name=member.name if member else "", recorded_by_id=by.pk,
    )  # fmt: skip
    audit.record("RUMOUR_RECORDED", by=by, centre=centre, reason=str(entry.uid))
    return Heard(rumour, (*in_place, *in_words))


def _masked(text: str, centre: Centre, *, tiers: Collection[str]) -> tuple[str, tuple[str, ...]]:
    lists = masking.lists_of(centre)
    found = redact(text, allow=lists.allow, deny=lists.deny)
    spans = [span for span in found.spans if span.tier in tiers and not _is_a_town(text, span)]
    parts: list[str] = []
    done = 0
    for span in spans:
        parts += (text[done : span.start], f"〔{span.kind}〕")
        done = span.end
    return "".join([*parts, text[done:]]), tuple(span.kind for span in spans)


def _is_a_town(text: str, span: Span) -> bool:
    """Whether the address names a part of the town and no house: that is what a rumour is about."""
    return span.kind == _ADDRESS and _TOWN.fullmatch(text[span.start : span.end]) is not None


def _check(entry: RumourEntry, centre: Centre, *, is_listed: bool) -> None:
    today, errors = calendar.today(), {}
    if not today - timedelta(days=366) <= entry.heard_on <= today:
        errors["heard_on"] = _("聞いた日は、1年前から今日までの日付にしてください。")
    if entry.member_uid is not None and not is_listed:
        errors["member"] = _("選び直してください。")
    for name, given, allowed in (
        ("member_kind", entry.member_kind, ["", *WatcherKind.values]),
        ("area", entry.area, ["", *(code for code, _label in area_choices(centre))]),
        ("theme", entry.theme, ["", *codes.codes(Kind.SCAM_TYPE).by_code]),
    ):
        if given not in allowed:
            errors[name] = _("選び直してください。")
    for name, text, most in (("place", entry.place, PLACE_LENGTH), ("words", entry.words, WORDS_LENGTH)):
        if len(text) > most:
            errors[name] = _("%(most)s文字以内で入力してください。") % {"most": f"{most:,}"}
    if not entry.words.strip():
        errors["words"] = _("聞いたことを入力してください。")
    if errors:
        raise EntryRefused(errors)


@transaction.atomic
def hear_again(uid: uuid.UUID, *, on: date, by: Actor) -> Rumour:
    """It was told once more. Raises Rumour.DoesNotExist, RumourClosed, EntryRefused."""
    rumour = _going_round(uid, by)
    if not rumour.heard_on <= on <= calendar.today():
        raise EntryRefused({"on": _("最初に聞いた日から今日までの日付にしてください。")})
    rumour.times += 1
    rumour.last_heard_on = max(rumour.last_heard_on, on)
    rumour.save(update_fields=["times", "last_heard_on"])
    audit.record("RUMOUR_HEARD_AGAIN", by=by, centre=rumour.centre, reason=str(uid))
    return rumour


@transaction.atomic
def join(uid: uuid.UUID, case_uid: uuid.UUID, *, by: Actor) -> Rumour:
    """A case belongs to the rumour; again: nothing more. Also after it has ended.

    Raises Rumour.DoesNotExist, Case.DoesNotExist.
    """
    case = Case.objects.visible_to(by).select_related("centre").get(uid=case_uid)
    rumour = _locked(uid, by)
    if case.centre_id != rumour.centre_id:
        raise Case.DoesNotExist
    _row, is_new = RumourCase.objects.get_or_create(
        rumour=rumour, case=case, defaults={"joined_by_id": by.pk}
    )
    if is_new:
        audit.record("RUMOUR_JOINED", by=by, case=case, reason=str(uid))
    return rumour


@transaction.atomic
def close(uid: uuid.UUID, *, by: Actor) -> Rumour:
    """It goes round no more. Raises Rumour.DoesNotExist, RumourClosed."""
    rumour = _going_round(uid, by)
    rumour.closed_on = calendar.today()
    rumour.save(update_fields=["closed_on"])
    audit.record("RUMOUR_CLOSED", by=by, centre=rumour.centre, reason=str(uid))
    return rumour


def _locked(uid: uuid.UUID, by: Actor) -> Rumour:
    return Rumour.objects.visible_to(by).select_related("centre").select_for_update(of=("self",)).get(uid=uid)


def _going_round(uid: uuid.UUID, by: Actor) -> Rumour:
    rumour = _locked(uid, by)
    if rumour.closed_on is not None:
        raise RumourClosed
    return rumour


def fresh(actor: Actor, today: date) -> RumourQuerySet:
    """Those that go round and were heard within `FRESH_DAYS`."""
    heard = Rumour.objects.visible_to(actor).going_round()
    return heard.filter(last_heard_on__gt=today - timedelta(days=FRESH_DAYS))


def beside_surges(centre: Centre, actor: Actor) -> list[Rumour]:
    """Fresh rumours of a 手口 that rises now, in its district. Three queries."""
    today = calendar.today()
    cells = [(one.wave.scam, one.wave.area) for one in reading.open_waves(centre, today) if one.wave.scam]
    if not cells:
        return []
    rows = fresh(actor, today).filter(theme__in={scam for scam, _area in cells})
    return [row for row in rows if any(_meets(row, scam, area) for scam, area in cells)]


def _meets(rumour: Rumour, scam: str, area: str) -> bool:
    """The same as `RumourQuerySet.meets`, of one row."""
    return rumour.theme == scam and (not area or rumour.area in ("", area))
