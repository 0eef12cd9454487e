"""ほかの機関: the shipped list under what the centre knows better. Records name a body by its uid."""

import tomllib
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, ClassVar, Final
from urllib.parse import urlsplit

from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from cases import spelling
from cases.errors import CasesError
from cases.law import calendar
from cases.protection import audit
from cases.records import codes
from cases.records.centre import Actor, Centre
from cases.records.directory import ReferralBody, shipped_uid
from cases.services.entry import EntryRefused

_DATA: Final = Path(codes.__file__).parent / "guidance_data" / "bodies.toml"
TEXTS: Final = ("kind", "name", "kana", "purpose", "phone", "hours", "area", "url", "note")
_IN_ENGLISH: Final = ("name", "purpose", "hours", "area")
MOST: Final = {
    "kind": 12, "name": 80, "kana": 80, "purpose": 200, "phone": 60, "hours": 120, "area": 60, "url": 300, "note": 300,
}  # fmt: skip


class BodyChangedMeanwhile(CasesError):
    """Somebody saved the body after it was opened. `latest` is what is stored."""

    code: ClassVar[str] = "body_changed_meanwhile"
    status: ClassVar[int] = 409

    def __init__(self, latest: "Body") -> None:
        self.latest = latest
        super().__init__(
            _("開いた後に、ほかの人がこの機関を変更しました。下の内容と見比べて、もう一度保存してください。")
        )


@dataclass(frozen=True)
class BodyEntry:
    """What is known of a body. Only kind and name are required."""

    kind: str
    name: str
    kana: str = ""
    purpose: str = ""
    phone: str = ""
    hours: str = ""
    area: str = ""
    url: str = ""
    note: str = ""


@dataclass(frozen=True)
class Body:
    """A body as a centre sees it, in the reader's language. `revision` 0: as shipped, touched by nobody here."""

    uid: uuid.UUID
    entry: BodyEntry
    closed_on: date | None = None
    last_checked_on: date | None = None
    checked_by: str = ""
    revision: int = 0

    @property
    def name(self) -> str:
        return self.entry.name

    @property
    def kind_label(self) -> str:
        return str(ReferralBody.Kind(self.entry.kind).label)

    @property
    def is_open(self) -> bool:
        return self.closed_on is None

    def is_due(self, today: date) -> bool:
        """Whether number and hours were last seen to hold more than 12 months ago, or never."""
        return self.last_checked_on is None or self.last_checked_on <= year_before(today)


def year_before(day: date) -> date:
    """The same day a year earlier; 29 February becomes the 28th."""
    try:
        return day.replace(year=day.year - 1)
    except ValueError:
        return day.replace(year=day.year - 1, day=28)


@cache
def _shipped() -> Mapping[uuid.UUID, Mapping[str, str]]:
    table = tomllib.loads(_DATA.read_text(encoding="utf-8"))
    return {shipped_uid(code): entry for code, entry in table.items()}


def _in_readers_language(uid: uuid.UUID, texts: dict[str, str]) -> BodyEntry:
    """English where the reader's language is, for what still says what the shipped text says."""
    source = _shipped().get(uid, {})
    if get_language() == "en":
        texts |= {
            name: source[f"{name}_en"]
            for name in _IN_ENGLISH
            if f"{name}_en" in source and texts[name] == source.get(name, "")
        }
    return BodyEntry(**texts)


def bodies(centre: Centre, *, with_closed: bool = False) -> list[Body]:
    """The directory of a centre, by kind and reading. One query."""
    rows = {row.uid: row for row in ReferralBody.objects.filter(centre=centre).select_related("checked_by")}
    found = [_as_shipped(uid) for uid in _shipped() if uid not in rows]
    found += [_of(row) for row in rows.values()]
    order = {kind: place for place, kind in enumerate(ReferralBody.Kind.values)}
    found.sort(key=lambda body: (order[body.entry.kind], body.entry.kana or body.name))
    return [body for body in found if with_closed or body.is_open]


def body_of(centre: Centre, uid: uuid.UUID) -> Body:
    """One body, closed ones too: old records name them. Raises ReferralBody.DoesNotExist."""
    row = ReferralBody.objects.filter(centre=centre, uid=uid).select_related("checked_by").first()
    if row is not None:
        return _of(row)
    if uid in _shipped():
        return _as_shipped(uid)
    raise ReferralBody.DoesNotExist


def referred(uids: Iterable[uuid.UUID], known: list[Body]) -> list[Body]:
    """The bodies that a guidance names, in its order; closed and unknown ones are left out."""
    by_uid = {body.uid: body for body in known}
    return [by_uid[uid] for uid in uids if uid in by_uid and by_uid[uid].is_open]


def holding(text: str, known: list[Body]) -> list[Body]:
    """Those whose name, reading, purpose or number holds the words, however they are typed."""
    wanted = [spelling.hiragana_to_katakana(part).lower() for part in spelling.width(text).split()]

    def is_meant(body: Body) -> bool:
        entry = body.entry
        whole = " ".join((entry.name, entry.kana, entry.purpose, entry.phone, entry.area, entry.note))
        plain = spelling.hiragana_to_katakana(spelling.width(whole)).lower()
        return all(part in plain for part in wanted)

    return [body for body in known if is_meant(body)]


def due_for_check(centre: Centre, today: date) -> list[Body]:
    return [body for body in bodies(centre) if body.is_due(today)]


def overdue_count(actor: Actor, today: date) -> int:
    """How many bodies were once checked and then not for a year. One query."""
    rows = ReferralBody.objects.filter(centre__in=actor.centre_ids, closed_on=None)
    return rows.filter(last_checked_on__lte=year_before(today)).count()


def _as_shipped(uid: uuid.UUID) -> Body:
    source = _shipped()[uid]
    return Body(uid, _in_readers_language(uid, {name: source.get(name, "") for name in TEXTS}))


def _of(row: ReferralBody) -> Body:
    return Body(
        uid=row.uid,
        entry=_in_readers_language(row.uid, {name: getattr(row, name) for name in TEXTS}),
        closed_on=row.closed_on,
        last_checked_on=row.last_checked_on,
        checked_by=str(row.checked_by or ""),
        revision=row.revision,
    )


# --- Changes ------------------------------------------------------------------------------------------------------
def checked(entry: BodyEntry) -> BodyEntry:
    """The entry without blanks around. Raises EntryRefused."""
    plain = replace(entry, **{name: " ".join(getattr(entry, name).split()) for name in TEXTS})
    errors = {}
    for name in TEXTS:
        most = MOST[name]
        if len(getattr(plain, name)) > most:
            errors[name] = _("%(most)s文字以内で入力してください。") % {"most": most}
    if not plain.name:
        errors["name"] = _("名前を入力してください。")
    if plain.kind not in ReferralBody.Kind.values:
        errors["kind"] = _("選び直してください。")
    if plain.url and not is_web_address(plain.url):
        errors["url"] = _("https:// か http:// で始まるアドレスを入力してください。")
    if errors:
        raise EntryRefused(errors)
    return plain


def is_web_address(text: str) -> bool:
    """Whether a link may lead there: http or https with a host, and nothing that a browser would run."""
    try:
        parts = urlsplit(text)
        return parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        return False


@transaction.atomic
def save_body(uid: uuid.UUID, entry: BodyEntry, *, revision: int, centre: Centre, by: Actor) -> Body:
    """Add a body, or change one. `revision` is the one that was shown, 0 for a new or a shipped one.

    Saving what is stored already changes nothing. Raises EntryRefused, BodyChangedMeanwhile.
    """
    plain = checked(entry)
    row = _locked(uid, centre)
    if row is not None and all(getattr(row, name) == getattr(plain, name) for name in TEXTS):
        return _of(row)
    if (row.revision if row else 0) != revision:
        raise BodyChangedMeanwhile(_of(row) if row else _as_shipped(uid))
    row = row or ReferralBody(uid=uid, centre=centre, revision=0)
    for name in TEXTS:
        setattr(row, name, getattr(plain, name))
    _save(row, by)
    audit.record("BODY_CHANGED", by=by, centre=centre, reason=str(uid))
    return _of(row)


@transaction.atomic
def mark_checked(uid: uuid.UUID, *, centre: Centre, by: Actor) -> Body:
    """Number and hours were seen to hold today. Raises ReferralBody.DoesNotExist."""
    row = _locked(uid, centre) or _begun(uid, centre)
    today = calendar.today()
    if (row.last_checked_on, row.checked_by_id) == (today, by.pk):
        return _of(row)
    row.last_checked_on, row.checked_by_id = today, by.pk
    _save(row, by)
    audit.record("BODY_CHECKED", by=by, centre=centre, reason=str(uid))
    return body_of(centre, uid)


@transaction.atomic
def close_body(uid: uuid.UUID, *, is_closed: bool, centre: Centre, by: Actor) -> Body:
    """Send nobody there any more, or again. Never deleted: records name it. Raises ReferralBody.DoesNotExist."""
    row = _locked(uid, centre) or _begun(uid, centre)
    if (row.closed_on is not None) == is_closed:
        return _of(row)
    row.closed_on = calendar.today() if is_closed else None
    _save(row, by)
    if is_closed:
        audit.record("BODY_CLOSED", by=by, centre=centre, reason=str(uid))
    else:
        audit.record("BODY_OPENED", by=by, centre=centre, reason=str(uid))
    return _of(row)


def _locked(uid: uuid.UUID, centre: Centre) -> ReferralBody | None:
    # The centre's row makes two who are first to touch a shipped body wait for each other.
    Centre.objects.select_for_update(no_key=True).get(pk=centre.pk)
    return ReferralBody.objects.filter(centre=centre, uid=uid).select_related("checked_by").first()


def _begun(uid: uuid.UUID, centre: Centre) -> ReferralBody:
    """A row of what is shipped. Raises ReferralBody.DoesNotExist."""
    if uid not in _shipped():
        raise ReferralBody.DoesNotExist
    source = _shipped()[uid]
    texts: dict[str, Any] = {name: source.get(name, "") for name in TEXTS}
    return ReferralBody(uid=uid, centre=centre, revision=0, **texts)


def _save(row: ReferralBody, by: Actor) -> None:
    row.revision += 1
    row.changed_by_id = by.pk
    row.save()
