"""What staff do with the members of the 見守りネットワーク. Each verb is one transaction with its entry in the log."""

import json
import uuid
from collections.abc import Collection, Iterator
from dataclasses import asdict, dataclass
from datetime import date
from typing import ClassVar, Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.errors import CasesError
from cases.held import Proven
from cases.law import calendar
from cases.protection import audit, contacts, keys
from cases.protection.keys import keyed_digest
from cases.records import codes
from cases.records.centre import Actor, Centre, area_choices
from cases.records.codes import Kind
from cases.services.entry import EntryRefused
from cases.watchers import Watcher, WatcherKind
from outreach.network.models import Member, MemberContact
from outreach.words import Masking

NAME_LENGTH: Final = 80
CONTACT_LENGTH: Final = 200
NOTE_LENGTH: Final = 400
REASON_LENGTH: Final = 200
MOST_COPIES: Final = 10_000
_PLAIN: Final = (
    "kind", "areas", "channel", "copies", "agreed_on", "agreement_from", "agreement_until", "is_council",
    "duty_told_on", "receives_bulletins", "topics", "receives_alerts", "receives_shares",
)  # fmt: skip
_proven: Final[Proven[tuple[uuid.UUID, str]]] = Proven()


class MemberEnded(CasesError):
    """The member has left; its line stays as it was."""

    code: ClassVar[str] = "member_ended"
    status: ClassVar[int] = 409

    def __init__(self) -> None:
        super().__init__(_("この構成員は終了しているため、変えられません。"))


class MemberInForce(CasesError):
    """Contacts of a member are forgotten as a whole only after it has left."""

    code: ClassVar[str] = "member_in_force"
    status: ClassVar[int] = 409

    def __init__(self) -> None:
        super().__init__(_("先に終了を記録してください。連絡先は、終了した構成員のものだけを消去できます。"))


class MemberChangedMeanwhile(CasesError):
    code: ClassVar[str] = "member_changed_meanwhile"
    status: ClassVar[int] = 409

    def __init__(self) -> None:
        super().__init__(_("ほかの人が先に変えました。開き直してから、もう一度変えてください。"))


@dataclass(frozen=True, kw_only=True)
class MemberEntry:
    """A member as it is typed. `areas` empty: the whole municipality; `topics` empty: every 手口."""

    kind: str
    name: str
    channel: str
    areas: tuple[str, ...] = ()
    copies: int = 1
    agreed_on: date | None = None
    agreement_from: date | None = None
    agreement_until: date | None = None
    is_council: bool = False
    duty_told_on: date | None = None
    receives_bulletins: bool = True
    topics: tuple[str, ...] = ()
    receives_alerts: bool = False
    receives_shares: bool = False
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class ContactEntry:
    """Whom to call. Holds values: never log it."""

    post: str = ""
    name: str = ""
    phone: str = ""
    fax: str = ""
    mail: str = ""
    address: str = ""

    def __repr__(self) -> str:
        return "<ContactEntry>"

    @property
    def is_empty(self) -> bool:
        return not any(asdict(self).values())


@dataclass(frozen=True)
class Recipient:
    """Where something goes: a member, its first district (empty: the whole municipality), how many copies."""

    uid: uuid.UUID
    name: str
    area: str
    copies: int


@transaction.atomic
def add(uid: uuid.UUID, entry: MemberEntry, *, centre: Centre, by: Actor) -> Member:
    """A new member of the centre's network. Idempotent by `uid`, minted when the form opens.

    Raises EntryRefused; Member.DoesNotExist where the uid is another centre's.
    """
    if (known := Member.objects.filter(uid=uid).first()) is not None:
        return Member.objects.visible_to(by).get(pk=known.pk)
    _check(entry, centre)
    member = Member(uid=uid, centre=centre, added_by_id=by.pk)
    # Not by year: a contact lasts as long as the centre works with it.
    key, _sealer = keys.create(member.sealed_owner, centre_uid=centre.uid, cohort=keys.NO_YEAR)
    key.save(force_insert=True)
    _fill(member, entry)
    member.save(force_insert=True)
    audit.record("MEMBER_ADDED", by=by, centre=centre, reason=str(uid))
    _note_council(member, by)
    return member


@transaction.atomic
def change(uid: uuid.UUID, entry: MemberEntry, *, by: Actor, revision: int | None = None) -> Member:
    """Replace what is said of a member; `revision` is the one that the form showed.

    Raises Member.DoesNotExist, MemberEnded, MemberChangedMeanwhile, EntryRefused.
    """
    member = _in_force(uid, by)
    if revision is not None and revision != member.revision:
        raise MemberChangedMeanwhile
    _check(entry, member.centre, but=member.uid)
    before = council_words(member)
    _fill(member, entry)
    member.revision += 1
    member.save()
    audit.record("MEMBER_CHANGED", by=by, centre=member.centre, reason=str(uid))
    if council_words(member) != before:
        _note_council(member, by)
    return member


@transaction.atomic
def end(uid: uuid.UUID, *, on: date, reason: str = "", by: Actor) -> Member:
    """The member leaves the network on that day. Raises Member.DoesNotExist, MemberEnded, EntryRefused."""
    member = _in_force(uid, by)
    if on > calendar.today():
        raise EntryRefused({"on": _("終わった日は、今日までの日付にしてください。")})
    if len(reason) > REASON_LENGTH:
        raise EntryRefused({"reason": _("%(most)s文字以内で入力してください。") % {"most": REASON_LENGTH}})
    member.ended_on = on
    member.end_reason = Masking(member.centre).text(reason.strip())
    member.receives_shares = False
    member.save(update_fields=["ended_on", "end_reason", "receives_shares", "changed_at"])
    audit.record("MEMBER_ENDED", by=by, centre=member.centre, reason=str(uid))
    return member


# --- whom to call -----------------------------------------------------------------------------------------------
@transaction.atomic
def keep_contact(
    uid: uuid.UUID, contact: ContactEntry, *, by: Actor, instead_of: uuid.UUID | None = None
) -> MemberContact:
    """Keep a contact of the member, sealed; `instead_of`: the one whose place it takes.

    Raises Member.DoesNotExist, MemberContact.DoesNotExist, MemberEnded, EntryRefused.
    """
    member = _in_force(uid, by)
    if faults := dict(contact_faults(contact)):
        raise EntryRefused(faults)
    row = MemberContact(member=member) if instead_of is None else member.contacts.get(uid=instead_of)
    sealer = keys.sealer(member.sealed_owner, centre_uid=member.centre.uid)
    row.post = Masking(member.centre).text(contact.post.strip())
    for name in MemberContact.SEALED:
        sealer.seal(row, name, getattr(contact, name).strip())
    row.digest = contact_digest(member, contact)
    row.save()
    audit.record("MEMBER_CONTACT_KEPT", by=by, centre=member.centre, reason=str(uid))
    return row


@transaction.atomic
def remove_contact(uid: uuid.UUID, contact: uuid.UUID, *, by: Actor) -> None:
    """Raises Member.DoesNotExist, MemberContact.DoesNotExist."""
    member = _locked(uid, by)
    member.contacts.get(uid=contact).delete()
    audit.record("MEMBER_CONTACT_REMOVED", by=by, centre=member.centre, reason=str(uid))


@transaction.atomic
def forget_contacts(uid: uuid.UUID, *, by: Actor) -> Member:
    """Destroy the key of a member that has left, and with it whom to call there; backups of before still hold both.

    Its line stays. Again: nothing more happens. Raises Member.DoesNotExist, MemberInForce.
    """
    member = _locked(uid, by)
    if member.is_in_force:
        raise MemberInForce
    if member.forgotten_at is None:
        member.contacts.all().delete()
        keys.destroy(member.sealed_owner)
        member.forgotten_at = timezone.now()
        member.save(update_fields=["forgotten_at", "changed_at"])
        audit.record("MEMBER_CONTACTS_FORGOTTEN", by=by, centre=member.centre, reason=str(uid))
    return member


def reveal_contacts(uid: uuid.UUID, *, by: Actor, purpose: str) -> list[tuple[MemberContact, dict[str, str]]]:
    """Each contact with its values, logged before any is opened. Raises Member.DoesNotExist, PurposeNeeded."""
    member = Member.objects.visible_to(by).select_related("centre").get(uid=uid)
    shown = []
    for row in member.contacts.select_related("member"):
        values = contacts.reveal(
            row, MemberContact.SEALED, by=by, centre=member.centre, purpose=purpose, reason=str(uid)
        )
        shown.append((row, values))
    return shown


def contact_digest(member: Member, contact: ContactEntry) -> bytes:
    """Equal for equal contacts of one member, and for nobody else's."""
    values = {name: text.strip() for name, text in sorted(asdict(contact).items())}
    text = json.dumps(values, ensure_ascii=False)
    return keyed_digest(f"member-contact/{member.uid.hex}", text.encode("utf-8", "surrogatepass"))


def contact_faults(contact: ContactEntry) -> Iterator[tuple[str, str]]:
    """(field, reason); no reason quotes a value."""
    for name, text in asdict(contact).items():
        if len(text) > CONTACT_LENGTH:
            yield name, _("%(most)s文字以内で入力してください。") % {"most": CONTACT_LENGTH}
    if contact.mail.strip() and "@" not in contact.mail:
        yield "mail", _("メールアドレスの形になっていません。")
    if contact.is_empty:
        yield "name", _("どれか一つは入力してください。")


# --- whom something goes to -------------------------------------------------------------------------------------
def recipients(
    centre_ids: Collection[int], *, channel: str, theme: str = "", is_urgent: bool = False
) -> list[Recipient]:
    """Members in force of these centres that take such a bulletin by this channel, by district and name."""
    rows = Member.objects.filter(centre_id__in=centre_ids, channel=channel).in_force()
    taking = [row for row in rows if row.takes(theme, is_urgent=is_urgent)]
    found = [Recipient(row.uid, row.name, row.area, row.copies) for row in taking]
    return sorted(found, key=lambda one: (one.area, one.name, one.uid))


def watchers(centre_ids: Collection[int]) -> list[Watcher]:
    """The members in force as the core knows them (`cases.watchers`), by kind and name."""
    rows = Member.objects.filter(centre_id__in=centre_ids).in_force().select_related("centre")
    order = {kind: place for place, kind in enumerate(WatcherKind.values)}
    return [_watcher(row) for row in sorted(rows, key=lambda row: (order[row.kind], row.name, row.pk))]


def _watcher(row: Member) -> Watcher:
    stands = council_stands(row)
    return Watcher(
        row.uid, row.kind, row.name, row.area,
        is_council=stands, duty_told_on=row.duty_told_on if stands else None,
        receives_shares=stands and row.receives_shares,
    )  # fmt: skip


def council_stands(member: Member) -> bool:
    """Whether it is 協議会の構成員, and the log knows that as it stands here: a row set by hand opens no door."""
    if not member.is_council:
        return False
    words, centre_uid = council_words(member), member.centre.uid

    def is_in_the_log() -> bool:
        return any(audit.vouched("MEMBER_COUNCIL_NOTED", centre_uid=centre_uid, reason=words))

    return _proven.holds((member.uid, words), is_in_the_log)


def council_words(member: Member) -> str:
    standing = "COUNCIL" if member.is_council else "OUTSIDE"
    shares = "SHARES" if member.receives_shares else "-"
    return f"{member.uid} {standing} {member.duty_told_on or '-'} {shares}"


def _note_council(member: Member, by: Actor) -> None:
    audit.record("MEMBER_COUNCIL_NOTED", by=by, centre=member.centre, reason=council_words(member))


# --- inside -----------------------------------------------------------------------------------------------------
def _locked(uid: uuid.UUID, by: Actor) -> Member:
    return Member.objects.visible_to(by).select_related("centre").select_for_update(of=("self",)).get(uid=uid)


def _in_force(uid: uuid.UUID, by: Actor) -> Member:
    member = _locked(uid, by)
    if not member.is_in_force:
        raise MemberEnded
    return member


def _fill(member: Member, entry: MemberEntry) -> None:
    masking = Masking(member.centre)
    for name in _PLAIN:
        value = getattr(entry, name)
        setattr(member, name, list(value) if isinstance(value, tuple) else value)
    member.name = entry.name.strip()
    member.note = masking.text(entry.note.strip())


def entry_of(member: Member) -> MemberEntry:
    """The member as it would be typed."""
    given = {name: getattr(member, name) for name in _PLAIN}
    given["areas"], given["topics"] = tuple(member.areas), tuple(member.topics)
    return MemberEntry(name=member.name, note=member.note, **given)


def _check(entry: MemberEntry, centre: Centre, *, but: uuid.UUID | None = None) -> None:
    if faults := dict(entry_faults(entry, centre)):
        raise EntryRefused(faults)
    same = Member.objects.filter(centre=centre, kind=entry.kind, name=entry.name.strip()).in_force()
    if any(uid != but for uid in same.values_list("uid", flat=True)):
        raise EntryRefused({"name": _("同じ種類と名称の構成員が登録されています。")})


def entry_faults(entry: MemberEntry, centre: Centre) -> Iterator[tuple[str, str]]:
    """(field, reason); no reason quotes a value."""
    for name, text, most in (("name", entry.name, NAME_LENGTH), ("note", entry.note, NOTE_LENGTH)):
        if len(text) > most:
            yield name, _("%(most)s文字以内で入力してください。") % {"most": most}
    if not entry.name.strip():
        yield "name", _("入力してください。")
    known_areas = {code for code, _label in area_choices(centre)}
    for name, given, known in (
        ("kind", {entry.kind}, set(WatcherKind.values)),
        ("channel", {entry.channel}, set(Member.Channel.values)),
        ("areas", set(entry.areas), known_areas),
        ("topics", set(entry.topics), set(codes.codes(Kind.SCAM_TYPE).by_code)),
    ):
        if not given <= known:
            yield name, _("選び直してください。")
    if not 1 <= entry.copies <= MOST_COPIES:
        yield "copies", _("部数は1から%(most)sまでで入力してください。") % {"most": f"{MOST_COPIES:,}"}
    yield from _day_faults(entry)


def _day_faults(entry: MemberEntry) -> Iterator[tuple[str, str]]:
    begins, ends, told = entry.agreement_from, entry.agreement_until, entry.duty_told_on
    if begins and ends and ends < begins:
        yield "agreement_until", _("協定の終わりが、始まりより前になっています。")
    if told and told > calendar.today():
        yield "duty_told_on", _("伝えた日は、今日までの日付にしてください。")
    if entry.receives_shares and not entry.is_council:
        yield (
            "receives_shares",
            _("個別の情報を受け取れるのは、協議会の構成員だけです(消費者安全法11条の4)。"),
        )
    elif entry.receives_shares and not told:
        yield (
            "duty_told_on",
            _("個別の情報を渡す前に、秘密を守る義務(消費者安全法11条の5)を伝えた日を入力してください。"),
        )
