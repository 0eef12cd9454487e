import os
import uuid

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from cases.protection import streams
from cases.protection.keys import KeyMissing
from cases.protection.models import DataKey, SealedChunk
from cases.protection.sealed import Owner, SealBroken
from cases.protection.streams import PIECE_BYTES

CENTRE = uuid.UUID(int=1)
PIECES = [bytes([letter]) * PIECE_BYTES for letter in b"abcd"]
FILE = b"".join(PIECES)


def new_owner():
    return Owner("upload", uuid.uuid4())


def store(owner, *chunks):
    return streams.store(owner, chunks, centre_uid=CENTRE, cohort=2026)


def rows(owner):
    return list(SealedChunk.objects.filter(owner_uid=owner.uid).order_by("position"))


@pytest.mark.parametrize("size", [0, 1, PIECE_BYTES - 1, PIECE_BYTES, PIECE_BYTES + 1, 3 * PIECE_BYTES])
@pytest.mark.django_db
def test_a_file_comes_back_as_it_was(size):
    owner, data = new_owner(), os.urandom(size)

    assert store(owner, data) == size

    assert streams.read(owner) == data
    assert b"".join(streams.iter_pieces(owner)) == data
    assert len(rows(owner)) == max(1, -(-size // PIECE_BYTES))


@given(st.lists(st.binary(max_size=90), max_size=12))
def test_pieces_do_not_depend_on_how_the_bytes_arrive(chunks):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(streams, "PIECE_BYTES", 32)
        pieces = list(streams._pieces(chunks))

    assert b"".join(pieces) == b"".join(chunks)
    assert all(len(piece) == 32 for piece in pieces[:-1])
    assert all(0 < len(piece) <= 32 for piece in pieces)


@pytest.mark.django_db
def test_no_stored_byte_shows_the_file():
    owner = new_owner()
    store(owner, "山田花子の契約書".encode() * 100)

    assert "山田".encode() not in rows(owner)[0].data.envelope


@pytest.mark.django_db
def test_a_file_is_stored_whole_or_not_at_all():
    owner = new_owner()

    def torn():
        yield FILE
        raise OSError("the upload broke off")

    with pytest.raises(OSError, match="broke off"):
        streams.store(owner, torn(), centre_uid=CENTRE, cohort=2026)

    assert rows(owner) == []
    assert not DataKey.objects.filter(owner_uid=owner.uid).exists()


@pytest.mark.django_db
def test_an_owner_has_one_file():
    owner = new_owner()
    store(owner, b"first")

    with pytest.raises(IntegrityError), transaction.atomic():
        store(owner, b"second")

    assert streams.read(owner) == b"first"


def cut_off_the_end(pieces, other):
    pieces[-1].delete()


def cut_off_the_end_and_mark_the_new_one(pieces, other):
    pieces[-1].delete()
    pieces[-2].is_last = True
    pieces[-2].save()


def drop_one_in_the_middle(pieces, other):
    pieces[1].delete()


def drop_one_and_close_the_gap(pieces, other):
    pieces[1].delete()
    for row in pieces[2:]:
        row.position -= 1
        row.save()


def swap_two_rows(pieces, other):
    for row, position in ((pieces[1], 99), (pieces[2], 1), (pieces[1], 2)):
        row.position = position
        row.save()


def swap_what_two_rows_hold(pieces, other):
    pieces[1].data, pieces[2].data = pieces[2].data, pieces[1].data
    pieces[1].save()
    pieces[2].save()


def double_one(pieces, other):
    uid, data = pieces[1].uid, pieces[1].data
    pieces[1].delete()
    copied = pieces[-1]
    SealedChunk.objects.create(
        uid=uid, owner_kind=copied.owner_kind, owner_uid=copied.owner_uid, position=len(pieces), data=data
    )


def go_on_after_the_end(pieces, other):
    first = rows(other)[0]
    SealedChunk.objects.filter(pk=first.pk).update(owner_uid=pieces[0].owner_uid, position=len(pieces))


def exchange_for_a_piece_of_another_file(pieces, other):
    SealedChunk.objects.filter(pk=pieces[1].pk).delete()
    SealedChunk.objects.filter(owner_uid=other.uid, position=1).update(owner_uid=pieces[0].owner_uid)


def change_one_byte(pieces, other):
    envelope = bytearray(pieces[1].data.envelope)
    envelope[-1] ^= 1
    pieces[1].data = type(pieces[1].data)(bytes(envelope))
    pieces[1].save()


def empty_one(pieces, other):
    pieces[1].data = None
    pieces[1].save()


def lose_all(pieces, other):
    for row in pieces:
        row.delete()


@pytest.mark.parametrize(
    "attack",
    [
        cut_off_the_end, cut_off_the_end_and_mark_the_new_one, drop_one_in_the_middle,
        drop_one_and_close_the_gap, swap_two_rows, swap_what_two_rows_hold, double_one, go_on_after_the_end,
        exchange_for_a_piece_of_another_file, change_one_byte, empty_one, lose_all,
    ],
)  # fmt: skip
@pytest.mark.django_db
def test_a_file_that_was_tampered_with_is_not_read(attack):
    owner, other = new_owner(), new_owner()
    store(owner, FILE)
    store(other, FILE)
    assert streams.read(owner) == FILE

    attack(rows(owner), other)

    with pytest.raises(SealBroken):
        streams.read(owner)
    given_out = []
    with pytest.raises(SealBroken):
        given_out.extend(streams.iter_pieces(owner))
    assert given_out == PIECES[: len(given_out)]


@pytest.mark.django_db
def test_an_erased_file_is_gone_with_its_key_and_others_stay():
    owner, other = new_owner(), new_owner()
    store(owner, FILE)
    store(other, b"stays")

    streams.erase(owner)
    streams.erase(owner)

    with pytest.raises(KeyMissing):
        streams.read(owner)
    assert rows(owner) == []
    assert streams.read(other) == b"stays"
