"""注意指示: placed with an end, shown when their trader, number, site or account comes up, ended before if need be.

A track counts only where the log vouches for it, so that a row put in or moved by hand tells counsellors nothing.
"""

import hashlib
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import ClassVar, Final

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from cases import spelling
from cases.errors import CasesError
from cases.held import Proven
from cases.jobs.registry import every
from cases.law import calendar
from cases.payees import Payee
from cases.protection import audit, keys, lookup, match, office
from cases.records.case import Case, new_uid
from cases.records.centre import Actor, Centre
from cases.records.track import Track, TrackQuerySet
from cases.records.trader import Trader
from cases.services.entry import EntryRefused
from cases.services.traders import finding, marks

LONGEST_DAYS: Final = 366
KEPT_DAYS: Final = 366
"""So long a track stays to be read after its end; then it goes with its key."""
TEXT_LENGTH: Final = 1000
TAG: Final = "TRACK"
TAG_BITS: Final = 8
"""Tracks in force are few (dozens): tags of 8 bits leave one or two of them to open."""
_DIGEST_BITS: Final = 32
_NEAR: Final = timedelta(minutes=2)
Kind = Track.Kind


class TrackEnded(CasesError):
    code: ClassVar[str] = "track_ended"
    status: ClassVar[int] = 409

    def __init__(self) -> None:
        super().__init__(_("この注意指示は終わっています。"))


@dataclass(frozen=True, kw_only=True)
class TrackEntry:
    """`about`: a telephone number, an address of a site, or `payee`; for a trader its uid."""

    uid: uuid.UUID
    kind: str
    source: str
    text: str
    ends_on: date | None
    from_whom: str = ""
    trader_uid: uuid.UUID | None = None
    about: str = ""
    payee: Payee | None = None

    def __repr__(self) -> str:
        return "<TrackEntry>"

    @property
    def value(self) -> str:
        """The number or address as it is compared; empty where there is none."""
        match self.kind:
            case Kind.PHONE:
                return marks.phone(self.about)
            case Kind.URL:
                return marks.site(self.about)
            case Kind.ACCOUNT:
                return stored(self.payee) if self.payee else ""
        return ""


def stored(payee: Payee) -> str:
    return "\n".join((payee.kind, payee.number, payee.bank, payee.branch))


def _as_payee(value: str) -> Payee:
    return Payee(*value.split("\n"))


def tag_of(centre: Centre, kind: str, value: str) -> int:
    key = _as_payee(value).key if kind == Kind.ACCOUNT else value
    return lookup.digest(centre, TAG, f"{kind} {key}") >> (_DIGEST_BITS - TAG_BITS)


@transaction.atomic
def place(entry: TrackEntry, *, centre: Centre, by: Actor) -> Track:
    """Place a track of the centre. Idempotent by `entry.uid`.

    Raises EntryRefused, Trader.DoesNotExist, KeyNotMade.
    """
    last_day = _check(entry)
    list(Centre.objects.select_for_update(no_key=True).filter(pk=centre.pk))
    if (known := Track.objects.filter(uid=entry.uid, centre=centre).first()) is not None:
        return known
    track = Track(
        uid=entry.uid, centre=centre, kind=entry.kind, source=entry.source, ends_on=last_day,
        placed_on=calendar.today(), placed_by_id=by.pk,
    )  # fmt: skip
    key, sealer = keys.create(track.sealed_owner, centre_uid=centre.uid, cohort=keys.NO_YEAR)
    key.save(force_insert=True)
    sealer.seal(track, "text", entry.text.strip())
    sealer.seal(track, "from_whom", entry.from_whom.strip())
    match entry.kind:
        case Kind.TRADER:
            track.trader = Trader.objects.visible_to(by).get(uid=entry.trader_uid or new_uid(), centre=centre)
        case Kind.URL:
            track.site = entry.value
        case _:
            sealer.seal(track, "value", entry.value)
            track.tag = tag_of(centre, entry.kind, entry.value)
    track.save(force_insert=True)
    audit.record("TRACK_PLACED", by=by, centre=centre, reason=_said(track))
    return track


def _said(track: Track) -> str:
    """What the log says of a track: all that stands in the open, so that none of it can be changed unseen."""
    about = hashlib.sha256(f"{track.trader_id or ''}|{track.site}".encode()).hexdigest()[:16]
    return f"{track.uid} {track.kind} {track.source} {track.ends_on.isoformat()} {about}"


def _check(entry: TrackEntry) -> date:
    """The last day. Raises EntryRefused with every fault at once."""
    errors = {}
    today = calendar.today()
    for name, values in (("kind", Kind.values), ("source", Track.Source.values)):
        if getattr(entry, name) not in values:
            errors[name] = _("選んでください。")
    if not entry.text.strip():
        errors["text"] = _("何をするかを入力してください。")
    for name, most in (("text", TEXT_LENGTH), ("from_whom", 200)):
        if len(getattr(entry, name)) > most:
            errors[name] = _("%(most)s文字以内で入力してください。") % {"most": f"{most:,}"}
    if entry.ends_on is None or not today <= entry.ends_on <= today + timedelta(days=LONGEST_DAYS):
        errors["ends_on"] = _("今日から1年以内の日付を入力してください。")
    errors |= _faults_of_subject(entry)
    if errors or entry.ends_on is None:
        raise EntryRefused(errors)
    return entry.ends_on


def _faults_of_subject(entry: TrackEntry) -> dict[str, str]:
    if entry.kind == Kind.TRADER and entry.trader_uid is None:
        return {"kind": _("事業者は、事業者の画面から選んでください。")}
    if entry.kind in (Kind.PHONE, Kind.URL) and not entry.value:
        return {"about": _("電話番号かサイトのアドレスを、種類に合わせて入力してください。")}
    if entry.kind == Kind.ACCOUNT and not entry.value:
        return {"account": _("口座番号・アドレス・番号を入力してください。")}
    return {}


@transaction.atomic
def end(uid: uuid.UUID, *, by: Actor) -> Track:
    """End a track before its day. Raises Track.DoesNotExist, TrackEnded."""
    track = Track.objects.visible_to(by).select_for_update(of=("self",)).select_related("centre").get(uid=uid)
    if track.ended_at is not None or track.ends_on < calendar.today():
        raise TrackEnded
    entry = audit.record("TRACK_ENDED", by=by, centre=track.centre, reason=str(track.uid))
    track.ended_at = entry.at
    track.save(update_fields=["ended_at"])
    return track


# --- What counts ----------------------------------------------------------------------------------------------------
_proven: Final = Proven[tuple[str, uuid.UUID, str, datetime]]()


def in_force(tracks: Iterable[Track]) -> list[Track]:
    """Of tracks that are not past their day, those that the log vouches for and does not say ended."""
    return [track for track in tracks if _is_vouched(track) and not _is_ended(track)]


def _is_vouched(track: Track) -> bool:
    return _log_says("TRACK_PLACED", track, _said(track), track.placed_at)


def _is_ended(track: Track) -> bool:
    """A day of end that somebody wrote in by hand silences no track."""
    if track.ended_at is None:
        return False
    return _log_says("TRACK_ENDED", track, str(track.uid), track.ended_at)


def _log_says(action: str, track: Track, reason: str, at: datetime) -> bool:
    """Tracks run for months and are asked for at every call; entries of the log are never taken back."""

    def ask() -> bool:
        found = audit.vouched(
            action, centre_uid=track.centre.uid, reason=reason, since=at - _NEAR, until=at + _NEAR
        )
        return next(found, None) is not None

    return _proven.holds((action, track.centre.uid, reason, at), ask)


def _running(by: Actor) -> TrackQuerySet:
    return Track.objects.visible_to(by).running(calendar.today()).select_related("centre", "trader")


def about(
    *,
    traders: Iterable[int] = (),
    phones: Sequence[str] = (),
    sites: Sequence[str] = (),
    accounts: Sequence[Payee] = (),
    by: Actor,
) -> list[Track]:
    """Tracks in force on any of these: traders by key, numbers and sites normalised. Values never leave."""
    tops = set(traders)
    wanted = (
        Q(kind=Kind.TRADER, trader__in=tops) | Q(kind=Kind.TRADER, trader__root__in=tops) if tops else Q()
    )
    if sites:
        wanted |= Q(kind=Kind.URL, site__in=list(sites))
    values = [(Kind.PHONE, one) for one in phones] + [(Kind.ACCOUNT, stored(one)) for one in accounts]
    for centre in Centre.objects.filter(pk__in=by.centre_ids) if values else ():
        for kind, value in values:
            wanted |= Q(centre=centre, kind=kind, tag=tag_of(centre, kind, value))
    if not wanted:
        return []
    found = list(_running(by).filter(wanted))
    held = _values([track for track in found if track.tag is not None])
    return in_force(
        track
        for track in found
        if track.tag is None or _meets(track, held.get(track.pk, ""), phones, accounts)
    )


def _values(tracks: Sequence[Track]) -> dict[int, str]:
    """The opened values of tracks on numbers and accounts, for comparing; those whose key is gone have none."""
    if not tracks:
        return {}
    sealers = keys.sealers(
        Track.OWNER_KIND, [track.uid for track in tracks], at={track.centre_id for track in tracks}
    )
    return {track.pk: sealers[track.uid].open(track, "value") for track in tracks if track.uid in sealers}


def _meets(track: Track, value: str, phones: Sequence[str], accounts: Sequence[Payee]) -> bool:
    if not value:
        return False
    if track.kind == Kind.PHONE:
        return value in phones
    return any(_as_payee(value).may_be(one) for one in accounts)


def of_case(case: Case, *, by: Actor) -> list[Track]:
    """Tracks in force on what a saved case holds: its traders, their numbers and sites, accounts."""
    running = list(_running(by))
    if not running:
        return []
    uids = finding.chosen_uids(case)
    tops = [finding.top_pk(trader) for trader in Trader.objects.filter(uid__in=uids)]
    told = match.told_of_traders(case)
    phones = [digits for text in told.phones if (digits := marks.phone(text))]
    sites = [site for text in told.sites if (site := marks.site(text))]
    return about(traders=tops, phones=phones, sites=sites, accounts=told.accounts, by=by)


# --- Reading ---------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Instruction:
    """A track as a counsellor reads it."""

    track: Track
    text: str
    from_whom: str
    about: str

    def __repr__(self) -> str:
        return "<Instruction>"


def read(tracks: Iterable[Track], *, by: Actor) -> list[Instruction]:
    """Open tracks in the actor's scope, each after an entry in the log. Not inside a transaction."""
    found = []
    for track in tracks:
        text, from_whom, value = office.opened(
            "TRACK_READ",
            [(track, "text"), (track, "from_whom"), (track, "value")],
            by=by, centre=track.centre, about=track.uid,
        )  # fmt: skip
        found.append(Instruction(track, text, from_whom, _in_words(track, value)))
    return found


def _in_words(track: Track, value: str) -> str:
    match track.kind:
        case Kind.TRADER:
            return track.trader.name if track.trader else ""
        case Kind.URL:
            return track.site
        case Kind.PHONE:
            return spelling.phone_display(value)
    payee = _as_payee(value)
    return " ".join(part for part in (payee.bank, payee.branch, payee.number) if part)


# --- The end ---------------------------------------------------------------------------------------------------------
@transaction.atomic
def forget_old() -> None:
    """Tracks go, with their keys, a year after their last day."""
    for track in Track.objects.filter(ends_on__lt=calendar.today() - timedelta(days=KEPT_DAYS))[:200]:
        keys.destroy(track.sealed_owner)
        track.delete()


def register() -> None:
    every(24 * 3600.0, "tracks.forget")(forget_old)
