"""Known answers open bit for bit; random values open, and with any part of their name changed they do not."""

import base64
import hashlib
import io
import json
import random
import uuid

import pytest

from cases.protection import keys
from cases.protection.keys import files, recovery
from cases.protection.keys.kek import Kek, domain_of
from cases.protection.keys.providers import FILES
from cases.protection.keys.wrapping import context_of
from cases.protection.sealed import Owner, SealBroken, Sealed, Sealer
from cases.protection.streaming import open_stream
from tests.cases.protection import vectors

KNOWN = json.loads(vectors.FILE.read_text())


@pytest.fixture
def key_folder(settings, tmp_path):
    """A function that puts a key of these bytes into an own key folder."""
    settings.KEY_DIR = tmp_path / "keys"
    keys.forget()

    def put(domain: str, name: str, content: str) -> None:
        path = files.path_of(domain, name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(bytes.fromhex(content))
        keys.forget()

    yield put
    keys.forget()


def test_there_are_enough_of_them():
    assert sum(len(found) for found in KNOWN.values()) >= 30


@pytest.mark.parametrize("known", KNOWN["fields"], ids=lambda known: known["name"])
def test_a_sealed_value_opens_bit_for_bit(known):
    owner = Owner(known["owner_kind"], uuid.UUID(known["owner_uid"]))
    sealer = Sealer(owner, bytes.fromhex(known["key"]), version=known["version"])
    row_uid, sealed = uuid.UUID(known["row_uid"]), bytes.fromhex(known["sealed"])

    if known["label"] == "file.chunk":
        opened = sealer.opened_bytes(known["label"], row_uid, sealed)
    else:
        opened = sealer.opened(known["label"], row_uid, Sealed(sealed)).encode("utf-8", "surrogatepass")

    assert opened.hex() == known["opened"]


@pytest.mark.parametrize("known", KNOWN["wraps"], ids=lambda known: known["name"])
def test_a_wrapped_key_opens_bit_for_bit(known, key_folder):
    owner = Owner(known["owner_kind"], uuid.UUID(known["owner_uid"]))
    kek = Kek(domain_of(owner.kind), uuid.UUID(known["centre_uid"]), known["cohort"], known["version"])
    key_folder(kek.domain, kek.file_name, known["kek"])

    [opened] = FILES.unwrap(kek, [(bytes.fromhex(known["sealed"]), context_of(owner, kek))])

    assert opened.hex() == known["opened"]


@pytest.mark.parametrize("known", KNOWN["digests"], ids=lambda known: known["purpose"])
def test_a_digest_is_what_it_was(known, key_folder):
    key_folder("index", "v1", known["key"])

    assert keys.keyed_digest(known["purpose"], known["data"].encode()).hex() == known["digest"]


@pytest.mark.parametrize("known", KNOWN["streams"], ids=lambda known: known["name"])
def test_a_stream_opens_bit_for_bit(known):
    sealed = io.BytesIO(base64.b64decode(known["sealed"]))

    opened = b"".join(open_stream(bytes.fromhex(known["key"]), sealed, bytes.fromhex(known["aad"])))

    assert (len(opened), hashlib.sha256(opened).hexdigest()) == (known["size"], known["opened_sha256"])


@pytest.mark.parametrize("known", KNOWN["boxes"], ids=lambda known: known["label"])
def test_a_recovery_box_opens_bit_for_bit(known):
    opened = recovery.opened_box(
        bytes.fromhex(known["sealed"]), known["label"], bytes.fromhex(known["private"])
    )

    assert opened.hex() == known["opened"]


def test_making_the_vectors_again_gives_the_same():
    made = {"fields": [*vectors.fields(), *vectors.pieces()], "wraps": vectors.wraps(),
            "digests": vectors.digests(), "boxes": vectors.boxes()}  # fmt: skip

    assert made == {name: KNOWN[name] for name in made}


# --- 10,000 random values and names -------------------------------------------------------------------------------
_LETTERS = [*"abc 0\x00\x80\x8f", "山", "ア", "ｱ", "゙", "😀", "\n", "\ud800"]


def _changed(dice: random.Random, owner: Owner, version: int, label: str, row: uuid.UUID, sealed: bytes):
    """The same with one part of the name, or one bit of the value, changed."""
    which = dice.randrange(6)
    if which == 0:
        return owner._replace(uid=uuid.UUID(int=dice.getrandbits(128))), version, label, row, sealed
    if which == 1:
        return owner._replace(kind=owner.kind + "x"), version, label, row, sealed
    if which == 2:
        return owner, version % 255 + 1, label, row, sealed
    if which == 3:
        return owner, version, label[:-1], row, sealed
    if which == 4:
        return owner, version, label, uuid.UUID(int=row.int ^ (1 << dice.randrange(128))), sealed
    at = dice.randrange(len(sealed))
    return (
        owner,
        version,
        label,
        row,
        sealed[:at] + bytes([sealed[at] ^ (1 << dice.randrange(8))]) + sealed[at + 1 :],
    )


def test_ten_thousand_random_values_open_under_their_own_name_alone():
    dice = random.Random(1)
    for _number in range(10_000):
        owner = Owner(dice.choice(["case", "draft", "lecture"]), uuid.UUID(int=dice.getrandbits(128)))
        key, version = dice.randbytes(32), dice.randrange(1, 256)
        label, row = dice.choice(vectors.LABELS), uuid.UUID(int=dice.getrandbits(128))
        text = "".join(dice.choices(_LETTERS, k=dice.choice([0, 1, 5, 31, 32, 200])))
        value = Sealer(owner, key, version=version).sealed(label, row, text)

        assert Sealer(owner, key, version=version).opened(label, row, value) == text
        assert len(value.envelope) % 16 == 30 % 16
        other, other_version, other_label, other_row, envelope = _changed(
            dice, owner, version, label, row, value.envelope
        )
        with pytest.raises(SealBroken):
            Sealer(other, key, version=other_version).opened(other_label, other_row, Sealed(envelope))


def test_values_of_about_one_length_are_of_one_length():
    sealer = Sealer(Owner("case", uuid.uuid4()), bytes(32))

    def length(label: str, text: str) -> int:
        return len(sealer.sealed(label, uuid.uuid4(), text).envelope) - 30

    assert {length("person.name", text) for text in ("山", "山田 花子", "ヴァレンティナ 愛")} == {32}
    assert {length("person.phone", text) for text in ("110", "090-1234-5678", "+819012345678")} == {16}
    assert {length("case.narrative", "a" * size) for size in (128, 150, 190)} == {192}
