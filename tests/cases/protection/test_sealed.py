"""What is sealed opens for its own row, field and owner with its own key, and for nothing else."""

import pickle
import uuid
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.protection.sealed import MASK, Owner, SealBroken, Sealed, Sealer
from cases.records.case import Case
from cases.records.people import CasePerson

KEY = bytes(range(32))


@dataclass
class Drawer:
    """A sealer with one sealed value, and everything that is bound to it."""

    owner: Owner = field(default_factory=lambda: Owner("case", uuid.uuid4()))
    row_uid: uuid.UUID = field(default_factory=uuid.uuid4)
    label: str = "person.name"
    key: bytes = KEY

    @property
    def sealer(self) -> Sealer:
        return Sealer(self.owner, self.key)

    def sealed(self, text: str = "山田花子") -> Sealed:
        return self.sealer.sealed(self.label, self.row_uid, text)


@given(st.text())
def test_what_was_sealed_opens_as_it_was(text: str) -> None:
    drawer = Drawer()

    assert drawer.sealer.opened(drawer.label, drawer.row_uid, drawer.sealed(text)) == text


@pytest.mark.parametrize(
    "moved",
    [
        pytest.param({"row_uid": uuid.uuid4()}, id="to another row"),
        pytest.param({"label": "person.kana"}, id="to another field"),
        pytest.param({"owner": Owner("case", uuid.uuid4())}, id="to another case"),
        pytest.param({"key": bytes(32)}, id="to another key"),
        pytest.param({}, id="nowhere"),
    ],
)
def test_a_moved_value_does_not_open(moved: dict[str, object]) -> None:
    drawer = Drawer()
    value = drawer.sealed()
    there = Drawer(**{"owner": drawer.owner, "row_uid": drawer.row_uid, **moved})  # type: ignore[arg-type]

    if not moved:
        assert there.sealer.opened(there.label, there.row_uid, value) == "山田花子"
        return
    with pytest.raises(SealBroken):
        there.sealer.opened(there.label, there.row_uid, value)


def test_the_same_uid_of_another_owner_kind_does_not_open() -> None:
    drawer = Drawer()
    other = Drawer(owner=Owner("draft", drawer.owner.uid), row_uid=drawer.row_uid)

    with pytest.raises(SealBroken):
        other.sealer.opened(other.label, other.row_uid, drawer.sealed())


def test_every_flipped_byte_is_noticed_header_included() -> None:
    drawer = Drawer()
    envelope = drawer.sealed().envelope

    for position in range(len(envelope)):
        flipped = bytearray(envelope)
        flipped[position] ^= 1
        with pytest.raises(SealBroken):
            drawer.sealer.opened(drawer.label, drawer.row_uid, Sealed(bytes(flipped)))


@pytest.mark.parametrize("kept", [0, 1, 2, 13, 14, 29, -1])
def test_a_cut_value_is_noticed(kept: int) -> None:
    drawer = Drawer()

    with pytest.raises(SealBroken):
        drawer.sealer.opened(drawer.label, drawer.row_uid, Sealed(drawer.sealed().envelope[:kept]))


def test_names_of_different_length_look_alike_in_length() -> None:
    drawer = Drawer()
    lengths = {len(drawer.sealed(name).envelope) for name in ("林", "山田花子", "勅使河原麗子")}

    assert len(lengths) == 1


def test_the_same_text_twice_gives_different_bytes() -> None:
    drawer = Drawer()

    assert drawer.sealed().envelope != drawer.sealed().envelope


def test_a_sealed_value_prints_as_dots_and_is_not_pickled() -> None:
    value = Drawer().sealed()

    assert {str(value), repr(value), f"{value}", f"{value:>3}", "%s" % value} == {MASK}  # noqa: UP031
    with pytest.raises(TypeError):
        pickle.dumps(value)


@pytest.mark.parametrize("value", ["山田花子", b"bytes", 1])
@pytest.mark.django_db
def test_the_database_takes_nothing_but_sealed_values(value: object) -> None:
    with pytest.raises(TypeError):
        CasePerson.objects.filter(pk=1).update(name=value)


@pytest.mark.django_db
def test_sealed_fields_cannot_be_compared_in_the_database() -> None:
    with pytest.raises(TypeError):
        Case.objects.filter(narrative=Drawer().sealed()).exists()
