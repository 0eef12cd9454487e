"""手口の手引き: what to say first, to ask, to keep and to advise. Shipped as data, overruled by what a centre wrote."""

import difflib
import hashlib
import json
import tomllib
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any, ClassVar, Final

from django.db import transaction
from django.db.models import OuterRef, Subquery
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from cases.errors import CasesError
from cases.protection import audit
from cases.protection.redaction import redact
from cases.records import codes
from cases.records.centre import Actor, Centre
from cases.records.codes import Kind
from cases.records.directory import shipped_uid
from cases.records.guidance import GENERAL, GuidanceVersion
from cases.services.entry import UNCLASSIFIED, EntryRefused

_DATA: Final = Path(codes.__file__).parent / "guidance_data"
LISTS: Final = ("ask", "keep", "advise")
SCRIPT_LENGTH: Final = 2_000
LINE_LENGTH: Final = 300
MOST_LINES: Final = 30
NOTE_LENGTH: Final = 200


class GuidanceChangedMeanwhile(CasesError):
    """Somebody saved a version after this one was opened. `latest` is theirs; nothing of either is lost."""

    code: ClassVar[str] = "guidance_changed_meanwhile"
    status: ClassVar[int] = 409

    def __init__(self, latest: "Guidance") -> None:
        self.latest = latest
        super().__init__(
            _(
                "開いた後に、ほかの人が版%(number)sを保存しました。違いを見て、必要な所を直してからもう一度保存してください。"
            )
            % {"number": latest.number}
        )


@dataclass(frozen=True)
class Words:
    """What a guidance says. `refer` names bodies of the directory by their uids."""

    script: str = ""
    ask: tuple[str, ...] = ()
    keep: tuple[str, ...] = ()
    advise: tuple[str, ...] = ()
    refer: tuple[uuid.UUID, ...] = ()

    @property
    def is_empty(self) -> bool:
        return self == Words()

    def digest(self) -> str:
        """Tells one content from another; nothing secret."""
        text = json.dumps(asdict(self), default=str, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True)
class Guidance:
    """The guidance in force for a 手口. `number` 0 and `version` None: as shipped.

    `scam_type` is the 手口 it was written for: another than was asked for where that has none of its own.
    """

    scam_type: str
    words: Words
    number: int
    version: GuidanceVersion | None

    @property
    def is_general(self) -> bool:
        return self.scam_type == GENERAL

    @property
    def is_own(self) -> bool:
        return self.version is not None and not self.version.follows_shipped

    @property
    def title(self) -> str:
        return title_of(self.scam_type)

    @property
    def has_newer_shipped(self) -> bool:
        """Whether the shipped guidance is another than the one this version was written over."""
        held = self.version.shipped_digest if self.version is not None and self.is_own else ""
        return bool(held) and held != shipped_digest(self.scam_type)


def title_of(scam_type: str) -> str:
    return _("どの手口にも共通") if scam_type == GENERAL else codes.codes(Kind.SCAM_TYPE).text(scam_type)


# --- Shipped ------------------------------------------------------------------------------------------------------
@cache
def _read(name: str) -> Mapping[str, Mapping[str, Any]]:
    return tomllib.loads((_DATA / f"{name}.toml").read_text(encoding="utf-8"))


@cache
def _written_for() -> Mapping[str, str]:
    """手口 → the 手口 under which its shipped guidance is written."""
    table = _read("ja")
    return {code: code for code in table} | {
        other: code for code, entry in table.items() for other in entry.get("like", ())
    }


def shipped(scam_type: str, language: str | None = None) -> Words | None:
    """The shipped guidance of this very 手口, in the reader's language unless one is given."""
    source = _written_for().get(scam_type)
    if source is None:
        return None
    table = _read("en" if (language or get_language()) == "en" else "ja")
    entry = table[source]
    return Words(
        script=entry["script"].strip(),
        **{name: tuple(entry[name]) for name in LISTS},
        refer=tuple(shipped_uid(code) for code in _read("ja")[source].get("refer", ())),
    )


def shipped_digest(scam_type: str) -> str:
    """Of the Japanese text, which is the one that changes first; empty where none is shipped."""
    words = shipped(scam_type, "ja")
    return words.digest() if words else ""


# --- In force -----------------------------------------------------------------------------------------------------
def lineage(scam_type: str) -> list[str]:
    """Where a guidance is looked for, the nearest first: the 手口, those above it, the general one."""
    known = codes.codes(Kind.SCAM_TYPE)
    found: list[str] = []
    code = known.current(scam_type)
    while code and code in known.by_code and code not in found:
        if code != UNCLASSIFIED:
            found.append(code)
        code = known.current(known.by_code[code].parent)
    return [*found, GENERAL]


def guidance_for(scam_type: str, *, centre: Centre) -> Guidance:
    """What holds for a 手口 at a centre: its own newest version, else the shipped one; of the nearest that has any.

    One query.
    """
    nearest = lineage(scam_type)
    held = latest_versions(centre, nearest)
    for code in nearest:
        found = in_force(code, held.get(code))
        if found is not None:
            return found
    return Guidance(GENERAL, Words(), 0, None)


def in_force(scam_type: str, version: GuidanceVersion | None) -> Guidance | None:
    """The guidance of this very 手口, or None where neither the centre nor the product has one."""
    if version is not None and not version.follows_shipped:
        return Guidance(scam_type, words_of(version), version.number, version)
    words = shipped(scam_type)
    if words is None:
        return None
    return Guidance(scam_type, words, version.number if version else 0, version)


def latest_versions(centre: Centre, scam_types: list[str] | None = None) -> dict[str, GuidanceVersion]:
    """The newest version of each 手口 that the centre has written about. One query."""
    rows = GuidanceVersion.objects.filter(centre=centre)
    if scam_types is not None:
        rows = rows.filter(scam_type__in=scam_types)
    mine = GuidanceVersion.objects.filter(centre=centre, scam_type=OuterRef("scam_type"))
    newest = rows.filter(number=Subquery(mine.order_by("-number").values("number")[:1]))
    return {row.scam_type: row for row in newest.select_related("made_by")}


def versions_of(scam_type: str, *, centre: Centre) -> list[GuidanceVersion]:
    """All versions, newest first."""
    return list(GuidanceVersion.objects.filter(centre=centre, scam_type=scam_type).select_related("made_by"))


def words_of(version: GuidanceVersion) -> Words:
    if version.follows_shipped:
        return shipped(version.scam_type) or Words()
    return Words(
        script=version.script,
        **{
            name: tuple(getattr(version, name).split("\n")) if getattr(version, name) else ()
            for name in LISTS
        },
        refer=tuple(uuid.UUID(text) for text in version.refer),
    )


# --- Changes ------------------------------------------------------------------------------------------------------
def checked(words: Words) -> Words:
    """The words without blanks around and empty lines. Raises EntryRefused with every fault at once."""
    errors: dict[str, str] = {}
    script = words.script.replace("\r\n", "\n").strip()
    if len(script) > SCRIPT_LENGTH:
        errors["script"] = _("%(most)s文字以内で入力してください。") % {"most": f"{SCRIPT_LENGTH:,}"}
    lines: dict[str, tuple[str, ...]] = {}
    for name in LISTS:
        lines[name] = tuple(" ".join(line.split()) for line in getattr(words, name) if line.strip())
        if len(lines[name]) > MOST_LINES or any(len(line) > LINE_LENGTH for line in lines[name]):
            errors[name] = _("%(lines)s行まで、1行は%(most)s文字までです。") % {
                "lines": MOST_LINES,
                "most": LINE_LENGTH,
            }
    if not script and not any(lines.values()):
        errors.setdefault("script", _("何か一つは書いてください。"))
    if errors:
        raise EntryRefused(errors)
    return Words(script=script, refer=tuple(dict.fromkeys(words.refer)), **lines)


def revise(
    scam_type: str, words: Words, *, uid: uuid.UUID, based_on: int, note: str, centre: Centre, by: Actor
) -> Guidance:
    """Put a new version in force. `uid` is minted when its form opens; `based_on` is the number that was shown there.

    The same uid again is the same version. Raises EntryRefused, GuidanceChangedMeanwhile.
    """
    clean = checked(words)
    row = GuidanceVersion(
        script=clean.script,
        **{name: "\n".join(getattr(clean, name)) for name in LISTS},
        refer=[str(body) for body in clean.refer],
    )
    return _add(row, scam_type, uid=uid, based_on=based_on, note=note, centre=centre, by=by)


def restore(
    scam_type: str, number: int, *, uid: uuid.UUID, based_on: int, centre: Centre, by: Actor
) -> Guidance:
    """Put an old version in force again, as a new one; 0 follows what is shipped, now and later.

    Raises GuidanceVersion.DoesNotExist, GuidanceChangedMeanwhile.
    """
    row = GuidanceVersion(follows_shipped=True, restored_from=number)
    if number:
        old = GuidanceVersion.objects.get(centre=centre, scam_type=scam_type, number=number)
        texts = {name: getattr(old, name) for name in ("follows_shipped", "script", *LISTS, "refer")}
        row = GuidanceVersion(restored_from=number, **texts)
    elif shipped(scam_type) is None:
        raise GuidanceVersion.DoesNotExist
    return _add(row, scam_type, uid=uid, based_on=based_on, note="", centre=centre, by=by)


@transaction.atomic
def _add(
    row: GuidanceVersion,
    scam_type: str,
    *,
    uid: uuid.UUID,
    based_on: int,
    note: str,
    centre: Centre,
    by: Actor,
) -> Guidance:
    # The centre's row lets two editors of one 手口 wait for each other, also before there is a first version.
    Centre.objects.select_for_update(no_key=True).get(pk=centre.pk)
    same = GuidanceVersion.objects.filter(uid=uid, centre=centre, scam_type=scam_type).first()
    held = latest_versions(centre, [scam_type]).get(scam_type)
    if same is not None and _says_the_same(same, row):
        return _of(scam_type, held)
    number = held.number if held else 0
    if number != based_on or same is not None:
        raise GuidanceChangedMeanwhile(_of(scam_type, held))
    row.uid, row.centre, row.scam_type, row.number = uid, centre, scam_type, number + 1
    row.note, row.made_by_id = " ".join(note.split())[:NOTE_LENGTH], by.pk
    row.shipped_digest = shipped_digest(scam_type)
    row.save(force_insert=True)
    audit.record("GUIDANCE_REVISED", by=by, centre=centre, reason=f"{scam_type} {row.number}")
    return _of(scam_type, row)


def _says_the_same(one: GuidanceVersion, other: GuidanceVersion) -> bool:
    names = ("follows_shipped", "script", *LISTS, "refer")
    return all(getattr(one, name) == getattr(other, name) for name in names)


def _of(scam_type: str, version: GuidanceVersion | None) -> Guidance:
    return in_force(scam_type, version) or Guidance(scam_type, Words(), 0, None)


# --- Reading two side by side -------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Line:
    """A line of a comparison: `mark` is "+" only in the newer, "-" only in the older, "" in both."""

    mark: str
    text: str


def compare(older: Words, newer: Words) -> dict[str, list[Line]]:
    """Part → its lines, the parts that differ alone. References are compared where their names are known."""
    parts: dict[str, list[Line]] = {}
    for name in ("script", *LISTS):
        before, after = (
            getattr(words, name).split("\n") if name == "script" else list(getattr(words, name))
            for words in (older, newer)
        )
        if before != after:
            parts[name] = list(_lines(before, after))
    return parts


def _lines(before: list[str], after: list[str]) -> Iterator[Line]:
    for text in difflib.ndiff(before, after):
        if text[0] != "?":
            yield Line(text[0].strip(), text[2:])


def looks_personal(*texts: str) -> int:
    """How many places look like a name, number or address: told to the writer, decided by nobody else.

    Telephone numbers of offices look the same as those of persons.
    """
    return sum(len(redact(text).spans) for text in texts)
