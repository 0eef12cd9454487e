"""Subscribers out of a list (.csv, .xlsx), each line with its consent.

A list is looked at first; the same one twice adds nobody.
"""

import unicodedata
import uuid
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import ClassVar, Final

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.errors import CasesError
from cases.files import read_rows
from cases.law import calendar
from cases.protection import audit
from cases.records import codes
from cases.records.centre import Actor, Centre
from cases.records.codes import Kind
from cases.services.entry import EntryRefused
from outreach.delivery import subscribers
from outreach.delivery.address import read_address
from outreach.delivery.models import Subscriber
from outreach.delivery.subscribers import AlreadySubscribed, ConsentTooOld, Wish, check
from outreach.network.models import Member

MOST_LINES: Final = 2_000
# What a column may be called; the first is what the page names.
_COLUMNS: Final = {
    "address": ("メールアドレス", "メール", "e-mail", "email", "mail", "address"),
    "consent_on": ("同意日", "同意した日", "申込日", "consent_on"),
    "consent_source": ("同意の方法", "申込方法", "consent_source"),
    "topics": ("話題", "手口", "topics"),
    "frequency": ("頻度", "配信頻度", "frequency"),
    "member": ("構成員", "見守りの構成員", "member"),
}
COLUMNS: Final = tuple(names[0] for names in _COLUMNS.values())
_NEEDED: Final = ("address", "consent_on", "consent_source")


class ListNotUnderstood(CasesError):
    code: ClassVar[str] = "subscriber_list_not_understood"
    status: ClassVar[int] = 422


class Result:
    """What becomes of a line."""

    NEW: Final = "new"
    KNOWN: Final = "known"
    BARRED: Final = "barred"
    WRONG: Final = "wrong"


RESULTS: Final = {
    Result.NEW: gettext_lazy("新しく登録"),
    Result.KNOWN: gettext_lazy("登録済み(変わりません)"),
    Result.BARRED: gettext_lazy("配信停止の後の同意がない(登録しません)"),
    Result.WRONG: gettext_lazy("読めない行(登録しません)"),
}


@dataclass(frozen=True)
class Looked:
    """Counts by `Result`, and (line, reason) of what was not taken; no reason quotes a cell."""

    counts: Counter[str] = field(default_factory=Counter)
    faults: list[tuple[int, str]] = field(default_factory=list)

    @property
    def number_new(self) -> int:
        return self.counts[Result.NEW]


@dataclass(frozen=True)
class _Line:
    """A line that can be subscribed."""

    address: str
    wish: Wish


def look(name: str, data: bytes, *, centre: Centre) -> Looked:
    """What an import would do; nothing is written. Raises ListNotUnderstood, FileNotUnderstood."""
    return _judged(name, data, centre)[0]


@transaction.atomic
def import_list(name: str, data: bytes, *, centre: Centre, by: Actor) -> Looked:
    """Subscribe every line that can be; lines that cannot are told. Raises as `look`."""
    Centre.objects.select_for_update(no_key=True).get(pk=centre.pk)
    looked, lines = _judged(name, data, centre)
    for line in lines:
        subscribers.subscribe(line.address, line.wish, centre=centre, by=by)
    audit.record("SUBSCRIBERS_IMPORTED", by=by, centre=centre, count=len(lines))
    return looked


def _judged(name: str, data: bytes, centre: Centre) -> tuple[Looked, list[_Line]]:
    table = read_rows(name, data)
    places = _places(table.header)
    known, members = _Known(centre), _members(centre)
    looked, new = Looked(), []
    for number, (line, cells) in enumerate(table):
        if number >= MOST_LINES:
            raise ListNotUnderstood(_("一度に取り込めるのは%(most)d行までです。") % {"most": MOST_LINES})
        values = {key: cells[place].strip() for key, place in places.items()}
        try:
            read = _Line(read_address(values["address"]), _wish(values, members))
            check(read.wish, centre)
            known.judge(read)
        except AlreadySubscribed:
            looked.counts[Result.KNOWN] += 1
        except CasesError as refusal:
            is_barred = isinstance(refusal, ConsentTooOld)
            looked.counts[Result.BARRED if is_barred else Result.WRONG] += 1
            looked.faults.append((line, _reason(refusal)))
        else:
            looked.counts[Result.NEW] += 1
            new.append(read)
    return looked, new


def _reason(refusal: CasesError) -> str:
    return "、".join(refusal.errors.values()) if isinstance(refusal, EntryRefused) else str(refusal)


class _Known:
    """The centre's addresses by their digests, and those of the list so far."""

    def __init__(self, centre: Centre) -> None:
        self._centre = centre
        self._standing: set[bytes] = set()
        self._ended_on: dict[bytes, date] = {}
        rows = Subscriber.objects.filter(centre=centre).values_list("address_digest", "state", "ended_on")
        for held, state, ended_on in rows:
            digest = bytes(held)
            if state not in (Subscriber.State.ERASED, Subscriber.State.UNSUBSCRIBED):
                self._standing.add(digest)
            if ended_on is not None:
                self._ended_on[digest] = max(ended_on, self._ended_on.get(digest, ended_on))

    def judge(self, line: _Line) -> None:
        """Raises AlreadySubscribed, ConsentTooOld, as `subscribe` would."""
        digest = subscribers.digest_of(line.address, self._centre)
        if digest in self._standing:
            raise AlreadySubscribed
        if digest in self._ended_on and line.wish.consent_on <= self._ended_on[digest]:
            raise ConsentTooOld
        self._standing.add(digest)


def _places(header: list[str]) -> dict[str, int]:
    plain = [cell.strip().lower() for cell in header]
    places = {key: plain.index(name) for key, names in _COLUMNS.items() for name in names if name in plain}
    if missing := [_COLUMNS[key][0] for key in _NEEDED if key not in places]:
        raise ListNotUnderstood(_("見出しに次の列がありません: %(names)s") % {"names": "、".join(missing)})
    return places


def _members(centre: Centre) -> dict[str, list[uuid.UUID]]:
    """Members in force by name; two kinds of members may share one."""
    found: dict[str, list[uuid.UUID]] = {}
    for name, uid in Member.objects.filter(centre=centre).in_force().values_list("name", "uid"):
        found.setdefault(_plain(name), []).append(uid)
    return found


def _plain(name: str) -> str:
    return unicodedata.normalize("NFKC", name).strip()


def _wish(values: Mapping[str, str], members: Mapping[str, list[uuid.UUID]]) -> Wish:
    return Wish(
        consent_on=_day(values["consent_on"]),
        consent_source=_choice(values["consent_source"], Subscriber.Source.choices, _("同意の方法")),
        topics=_topics(values.get("topics", "")),
        frequency=_choice(
            values.get("frequency", ""), Subscriber.Frequency.choices, _("頻度"), empty="EVERY"
        ),
        member=_member(values.get("member", ""), members),
    )


def _member(name: str, members: Mapping[str, list[uuid.UUID]]) -> uuid.UUID | None:
    if not name:
        return None
    found = members.get(_plain(name), [])
    if len(found) != 1:
        raise EntryRefused({"member": _("「構成員」に、その名称で一つに決まる構成員がありません。")})
    return found[0]


def _day(text: str) -> date:
    if not text:
        raise EntryRefused({"consent_on": _("同意した日がありません。")})
    return calendar.parse_date(text, today=calendar.today())


def _choice(text: str, choices: Iterable[tuple[str, object]], label: str, *, empty: str = "") -> str:
    if not text and empty:
        return empty
    for code, name in choices:
        if text.upper() == code or text == str(name):
            return code
    raise EntryRefused({label: _("「%(label)s」の言葉を確かめてください。") % {"label": label}})


def _topics(text: str) -> list[str]:
    """Codes or names of 手口, parted by 、 or commas."""
    known = codes.codes(Kind.SCAM_TYPE).by_code
    by_name = {code.text: code.code for code in known.values()}
    words = [word.strip() for word in text.replace("、", ",").replace("/", ",").split(",") if word.strip()]
    unknown = [word for word in words if word not in known and word not in by_name]
    if unknown:
        raise EntryRefused({"topics": _("「話題」に、手口の一覧にない言葉があります。")})
    return [by_name.get(word, word) for word in words]
