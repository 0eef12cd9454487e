"""With write access to the database, the key folder or the copies: every change to what is sealed is found and named.

`pytest -s tests/cases/protection/test_tampering.py` prints the table. What no cipher can find, an older value put back
in its own place and rows that are gone, is found by the audit log's verifier.
"""

import os
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from cases.law import calendar
from cases.protection import keys, reveal, streams
from cases.protection.keys import ceremony, files, ledger, recovery, rotation, shares
from cases.protection.models import DataKey, SealedChunk
from cases.protection.purpose import BreakGlassNeeded
from cases.protection.sealed import Owner, SealBroken, Sealed, Sealer
from cases.records.case import Case
from cases.records.follow_up import FollowUp
from cases.records.people import CasePerson
from cases.services import followup
from tests import builders

UPLOAD = Owner("upload", uuid.UUID(int=99))
PRIVATE = X25519PrivateKey.generate().private_bytes_raw()


class World:
    """Two cases of one centre with two persons each and two 経過 in the first; a contact; an upload of four pieces."""

    def __init__(self) -> None:
        self.by = builders.account()
        self.centre = self.by.centre
        given = {
            "caller": builders.person(),
            "party": builders.person(name="鈴木 一郎", kana="スズキ イチロウ"),
        }
        self.one, self.other = (builders.case(by=self.by, **given) for _number in range(2))
        for number in range(2):
            followup.add_follow_up(
                self.one.uid,
                followup.FollowUpEntry(
                    uid=uuid.uuid4(),
                    happened_at=self.one.received_at,
                    kind="FROM_CALLER",
                    text=f"経過{number}",
                ),
                by=self.by,
            )
        self.contact = Owner("lecture", uuid.uuid4())
        keys.create(self.contact, centre_uid=self.centre.uid, cohort=2026)[0].save()
        cohort = calendar.fiscal_year(self.one.received_on)
        pieces = [bytes([number]) * streams.PIECE_BYTES for number in range(3)] + [b"end"]
        streams.store(UPLOAD, pieces, centre_uid=self.centre.uid, cohort=cohort)
        self.key = DataKey.objects.get(owner_kind="case", owner_uid=self.one.uid)
        self.kek_file = files.path_of("case", f"{self.centre.uid.hex}-{cohort}-v1")

    # --- What an attacker may do ------------------------------------------------------------------------------
    def person(self, case: Case | None = None, role: str = "CALLER") -> CasePerson:
        return CasePerson.objects.select_related("case").get(case=case or self.one, role=role)

    def put(self, row: Any, **values: Any) -> None:
        """Raw columns, as an UPDATE would set them."""
        sealed = {
            name: Sealed(value) if isinstance(value, bytes) else value for name, value in values.items()
        }
        type(row).objects.filter(pk=row.pk).update(**sealed)

    def envelope(self, row: Any, field: str) -> bytes:
        return getattr(row, field).envelope

    def wrap(self, **values: Any) -> None:
        DataKey.objects.filter(pk=self.key.pk).update(**values)

    def pieces(self) -> list[SealedChunk]:
        return list(SealedChunk.objects.filter(owner_uid=UPLOAD.uid).order_by("position"))

    def write(self, path: Any, content: bytes) -> None:
        path.chmod(0o600)
        path.write_bytes(content)
        keys.forget()

    # --- What is looked at then -------------------------------------------------------------------------------
    def read_everything(self) -> None:
        """Every sealed value of both cases, the contact's key, and the upload."""
        for case in Case.objects.filter(pk__in=[self.one.pk, self.other.pk]):
            sealer = keys.sealer(case.sealed_owner)
            rows: list[Any] = [case, *CasePerson.objects.filter(case=case).select_related("case")]
            rows += FollowUp.objects.filter(case=case).select_related("case")
            for row in rows:
                for field in row._meta.get_fields():
                    if hasattr(field, "label") and getattr(row, field.name, None) is not None:
                        sealer.open(row, field.name)
        keys.sealer(self.contact)
        streams.read(UPLOAD)


def flip(data: bytes, at: int) -> bytes:
    at %= len(data)
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]


Change = Callable[[World], None]


@dataclass(frozen=True)
class Kind:
    """A change, and the error that it must end in."""

    group: str
    change: Change
    error: type[Exception]


def phone(change: Callable[[bytes], bytes]) -> Change:
    """A change to the caller's sealed phone number."""

    def apply(world: World) -> None:
        row = world.person()
        world.put(row, phone=change(world.envelope(row, "phone")))

    return apply


def planted(seal: Callable[[World, CasePerson], bytes]) -> Change:
    def apply(world: World) -> None:
        row = world.person()
        world.put(row, phone=seal(world, row))

    return apply


def taken(field: str, of: Callable[[World], Any], of_field: str, into: Callable[[World], Any]) -> Change:
    """A sealed value put where another one belongs."""

    def apply(world: World) -> None:
        world.put(into(world), **{field: world.envelope(of(world), of_field)})

    return apply


def wrapped(change: Callable[[bytes], bytes]) -> Change:
    return lambda world: world.wrap(wrapped=change(bytes(world.key.wrapped)))


def _another_key(world: World, row: CasePerson) -> bytes:
    return Sealer(row.sealed_owner, os.urandom(32)).sealed("person.phone", row.uid, "110").envelope


def _key_of_the_other_case(world: World, row: CasePerson) -> bytes:
    sealer = keys.sealer(world.other.sealed_owner)
    return sealer.sealed("person.phone", row.uid, "110").envelope


def _no_key(world: World, row: CasePerson) -> bytes:
    nonce = bytes(12)
    return b"\x01\x01" + nonce + AESGCM(bytes(32)).encrypt(nonce, b"110\x80", b"")


FIELDS = {
    "format byte flipped": phone(lambda value: flip(value, 0)),
    "key version byte flipped": phone(lambda value: flip(value, 1)),
    "nonce flipped": phone(lambda value: flip(value, 2)),
    "first byte of the text flipped": phone(lambda value: flip(value, 14)),
    "padding flipped": phone(lambda value: flip(value, -17)),
    "tag flipped": phone(lambda value: flip(value, -1)),
    "last byte cut off": phone(lambda value: value[:-1]),
    "tag cut off": phone(lambda value: value[:-16]),
    "cut to its header": phone(lambda value: value[:2]),
    "emptied": phone(lambda value: b""),
    "a byte added": phone(lambda value: value + b"\x00"),
    "two values joined": phone(lambda value: value + value),
    "plain text planted": phone(lambda value: b"090-0000-0000"),
    "sealed with another key": planted(_another_key),
    "sealed with the other case's key": planted(_key_of_the_other_case),
    "sealed with a key of zeros": planted(_no_key),
    "another field of the row": taken("kana", World.person, "name", World.person),
    "the same field of the other person": taken("phone", lambda w: w.person(role="PARTY"), "phone", World.person),
    "the same field of another case": taken("phone", lambda w: w.person(w.other), "phone", World.person),
    "redacted words as the words themselves": taken(
        "narrative", lambda w: w.one, "narrative_redacted", lambda w: w.one),
    "words of another case": taken("narrative", lambda w: w.other, "narrative", lambda w: w.one),
    "a 経過 as the consultation": taken("advice", lambda w: FollowUp.objects.first(), "text", lambda w: w.one),
    "two 経過 exchanged": taken("text", lambda w: FollowUp.objects.first(), "text", lambda w: FollowUp.objects.last()),
}  # fmt: skip
ROWS = {
    "a person's uid changed": lambda w: w.put(w.person(), uid=uuid.uuid4()),
    "a person moved to another case": lambda w: (
        w.person(w.other).delete(), w.put(w.person(), case=w.other.pk))[0],
    "a 経過 moved to another case": lambda w: w.put(FollowUp.objects.first(), case=w.other.pk),
    "the case's uid changed": lambda w: w.put(w.one, uid=uuid.uuid4()),
}  # fmt: skip


def _exchange_owners(world: World) -> None:
    other = DataKey.objects.get(owner_kind="case", owner_uid=world.other.uid)
    world.wrap(owner_uid=uuid.uuid4())
    DataKey.objects.filter(pk=other.pk).update(owner_uid=world.one.uid)
    world.wrap(owner_uid=world.other.uid)


def _wrap_before_a_move(world: World) -> None:
    keys.move(world.one.sealed_owner, cohort=2031)
    world.wrap(wrapped=world.key.wrapped)


def _wrap_before_a_rotation(world: World) -> None:
    rotation.rotate(rotation.Cohort("case", world.centre.uid, world.key.cohort))
    world.wrap(wrapped=world.key.wrapped)


def _other_cohort(world: World) -> None:
    ledger.make_next("case", world.centre.uid, 2031)
    world.wrap(cohort=2031)


def _other_version(world: World) -> None:
    ledger.make_next("case", world.centre.uid, world.key.cohort)
    world.wrap(kek_version=2)


def _other_centre(world: World) -> None:
    other = builders.centre("izumi")
    ledger.make_next("case", other.uid, world.key.cohort)
    world.wrap(centre_uid=other.uid)


def _key_of_the_other(world: World) -> bytes:
    return bytes(DataKey.objects.get(owner_kind="case", owner_uid=world.other.uid).wrapped)


WRAPS = {
    "nonce of a wrapped key flipped": wrapped(lambda value: flip(value, 0)),
    "a wrapped key flipped": wrapped(lambda value: flip(value, 20)),
    "tag of a wrapped key flipped": wrapped(lambda value: flip(value, -1)),
    "a wrapped key cut off": wrapped(lambda value: value[:-1]),
    "a wrapped key emptied": wrapped(lambda value: b""),
    "a data key in the open planted": wrapped(lambda value: bytes(32)),
    "the wrapped key of another case": lambda w: w.wrap(wrapped=_key_of_the_other(w)),
    "two owners exchanged": _exchange_owners,
    "centre of a wrapped key changed": _other_centre,
    "year of a wrapped key changed": _other_cohort,
    "version of a wrapped key changed": _other_version,
    "the wrap before a move put back": _wrap_before_a_move,
    "the wrap before a rotation put back": _wrap_before_a_rotation,
}
KEYS = {
    "owner kind of a wrapped key changed": (lambda w: w.wrap(owner_kind="draft"), keys.KeyMissing),
    "a wrapped key deleted": (lambda w: DataKey.objects.filter(pk=w.key.pk).delete(), keys.KeyMissing),
    "a version that never was": (lambda w: w.wrap(kek_version=9), keys.KeyMissing),
    "a year that never was": (lambda w: w.wrap(cohort=1999), keys.KeyMissing),
    "a contact's key made a case's": (
        lambda w: DataKey.objects.filter(owner_uid=w.contact.uid).update(owner_kind="case"), keys.KeyMissing),
    "key file replaced": (lambda w: w.write(w.kek_file, os.urandom(32)), keys.WrapBroken),
    "key file flipped": (lambda w: w.write(w.kek_file, flip(w.kek_file.read_bytes(), 5)), keys.WrapBroken),
    "key file cut off": (lambda w: w.write(w.kek_file, w.kek_file.read_bytes()[:-1]), keys.KeyMissing),
    "key file emptied": (lambda w: w.write(w.kek_file, b""), keys.KeyMissing),
    "key file gone": (lambda w: (w.kek_file.unlink(), keys.forget())[0], keys.KeyMissing),
}  # fmt: skip


def piece(number: int, change: Callable[[bytes], bytes]) -> Change:
    def apply(world: World) -> None:
        row = world.pieces()[number]
        world.put(row, data=change(world.envelope(row, "data")))

    return apply


def _exchange_pieces(world: World) -> None:
    first, second = world.pieces()[:2]
    one, other = world.envelope(first, "data"), world.envelope(second, "data")
    world.put(first, data=other)
    world.put(second, data=one)


def _exchange_positions(world: World) -> None:
    first, second = world.pieces()[:2]
    for row, position in ((first, 77), (second, 0), (first, 1)):
        SealedChunk.objects.filter(pk=row.pk).update(position=position)


def _drop(*numbers: int) -> Change:
    def apply(world: World) -> None:
        rows = world.pieces()
        for number in numbers:
            rows[number].delete()

    return apply


def _append(world: World) -> None:
    last = world.pieces()[-1]
    SealedChunk.objects.create(
        owner_kind=last.owner_kind, owner_uid=last.owner_uid, position=4, is_last=True, data=last.data
    )


def _of_another_file(world: World) -> None:
    other = Owner("upload", uuid.uuid4())
    streams.store(other, [bytes(streams.PIECE_BYTES), b"x"], centre_uid=world.centre.uid, cohort=2026)
    theirs = SealedChunk.objects.get(owner_uid=other.uid, position=0)
    world.put(world.pieces()[0], data=theirs.data.envelope)


def _take_over(world: World) -> None:
    other = Owner("upload", uuid.uuid4())
    streams.store(other, [b"x"], centre_uid=world.centre.uid, cohort=2026)
    _drop(0, 1, 2, 3)(world)
    SealedChunk.objects.filter(owner_uid=other.uid).update(owner_uid=UPLOAD.uid)


FILES = {
    "end of a file cut off": _drop(3),
    "first piece cut off": _drop(0),
    "a piece in the middle dropped": _drop(1),
    "all pieces gone": _drop(0, 1, 2, 3),
    "contents of two pieces exchanged": _exchange_pieces,
    "places of two pieces exchanged": _exchange_positions,
    "a piece appended": _append,
    "a piece doubled": lambda w: w.put(w.pieces()[1], data=w.envelope(w.pieces()[0], "data")),
    "a bit of a piece flipped": piece(2, lambda value: flip(value, 1000)),
    "a piece cut in the middle": piece(1, lambda value: value[:1000]),
    "a piece of another file": _of_another_file,
    "another file in its place": _take_over,
}

KINDS = {
    **{name: Kind("field", change, SealBroken) for name, change in FIELDS.items()},
    **{name: Kind("row", change, SealBroken) for name, change in ROWS.items()},
    "the case's uid changed": Kind("row", ROWS["the case's uid changed"], keys.KeyMissing),
    **{name: Kind("wrap", change, keys.WrapBroken) for name, change in WRAPS.items()},
    **{name: Kind("key", *pair) for name, pair in KEYS.items()},
    **{name: Kind("file", change, SealBroken) for name, change in FILES.items()},
}


@pytest.fixture
def world(db, settings, tmp_path):
    settings.KEY_DIR, settings.KEY_ESCROW_DIR = tmp_path / "keys", tmp_path / "copies"
    keys.forget()
    keys.prepare()
    made = World()
    keys.forget()
    yield made
    keys.forget()


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_a_change_is_found_and_named(world, kind):
    world.read_everything()

    kind.change(world)

    with pytest.raises(kind.error) as found:
        world.read_everything()
    assert type(found.value) is kind.error


@pytest.mark.django_db(transaction=True)
def test_a_case_moved_to_another_centre_by_hand_is_shown_to_nobody():
    """Its key is bound to the centre: `keys.move` takes both along, an UPDATE does not."""
    case, there = builders.case(), builders.account(at=builders.centre("izumi"))
    Case.objects.filter(pk=case.pk).update(centre=there.centre)

    with pytest.raises(keys.WrapBroken):
        keys.sealer(case.sealed_owner, centre_uid=there.centre.uid)
    with pytest.raises(BreakGlassNeeded):  # the door had compared the row with the log
        reveal.reveal(case.uid, ["narrative"], by=there, purpose="CONSULTATION")

    keys.move(case.sealed_owner, cohort=2026, centre_uid=there.centre.uid)
    assert keys.sealer(case.sealed_owner, centre_uid=there.centre.uid).open(case, "narrative")


# --- Copies for recovery ------------------------------------------------------------------------------------------
BOXES = {
    "magic of a copy flipped": lambda box: flip(box, 0),
    "format of a copy flipped": lambda box: flip(box, 4),
    "point of a copy flipped": lambda box: flip(box, 5),
    "key in a copy flipped": lambda box: flip(box, 40),
    "tag of a copy flipped": lambda box: flip(box, -1),
    "a copy cut off": lambda box: box[:-1],
    "a copy emptied": lambda box: b"",
    "a copy sealed to somebody else": lambda box: recovery.boxed(
        b"k" * 32, "key/index/v1.key", shares.public_half(shares.new_private_key()), X25519PrivateKey.generate()),
}  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize("change", BOXES.values(), ids=BOXES)
def test_a_changed_copy_is_found_before_anything_is_restored(settings, tmp_path, change):
    settings.KEY_DIR, settings.KEY_ESCROW_DIR = tmp_path / "keys", tmp_path / "copies"
    keys.forget()
    keys.prepare()
    ceremony.begin(PRIVATE)
    copy = recovery.copy_of(files.path_of("index", "v1"))
    settings.KEY_DIR = tmp_path / "new"
    keys.forget()
    copy.chmod(0o600)
    copy.write_bytes(change(copy.read_bytes()))

    with pytest.raises(recovery.RecoveryRefused, match=copy.name):
        ceremony.restore(tmp_path / "copies", PRIVATE)
    assert not list(files.every_file())
    keys.forget()


def test_the_table_of_kinds():
    groups = [kind.group for kind in KINDS.values()] + ["copy"] * len(BOXES)
    for name, kind in KINDS.items():
        print(f"| {kind.group} | {name} | `{kind.error.__name__}` |")  # noqa: T201 - the table, for whoever asks
    for name in BOXES:
        print(f"| copy | {name} | `RecoveryRefused` |")  # noqa: T201 - the same

    assert len(groups) >= 40
    assert groups.count("field") >= 17
    assert groups.count("file") >= 9
