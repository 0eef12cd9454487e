"""Data keys are wrapped by key files outside the data folder, and bound to owner, centre and year."""

import stat
import uuid
from pathlib import Path

import pytest
from django.conf import settings

from cases.protection import keys
from cases.protection.models import DataKey
from cases.protection.sealed import Owner, SealBroken

pytestmark = pytest.mark.django_db


def made(kind: str = "case") -> DataKey:
    row, _sealer = keys.create(Owner(kind, uuid.uuid4()), centre_uid=uuid.uuid4(), cohort=2026)
    row.save()
    return row


def owner_of(row: DataKey) -> Owner:
    return Owner(row.owner_kind, row.owner_uid)


def test_a_stored_key_gives_the_sealer_that_made_it() -> None:
    owner, row_uid = Owner("case", uuid.uuid4()), uuid.uuid4()
    row, first = keys.create(owner, centre_uid=uuid.uuid4(), cohort=2026)
    row.save()
    value = first.sealed("case.narrative", row_uid, "点検商法")
    keys.forget()

    assert keys.sealer(owner).opened("case.narrative", row_uid, value) == "点検商法"


@pytest.mark.parametrize(
    ("column", "value"),
    [("centre_uid", uuid.uuid4()), ("cohort", 2025), ("owner_uid", uuid.uuid4()), ("owner_kind", "draft")],
)
def test_a_key_row_moved_by_hand_does_not_open(column: str, value: object) -> None:
    row = made()
    if column in ("centre_uid", "cohort"):  # the other KEK exists: only the binding can refuse
        moved = {"centre_uid": row.centre_uid, "cohort": row.cohort} | {column: value}
        keys.create(Owner("case", uuid.uuid4()), **moved)  # type: ignore[arg-type]
    DataKey.objects.filter(pk=row.pk).update(**{column: value})
    row.refresh_from_db()

    with pytest.raises(keys.KeyMissing):
        keys.sealer(owner_of(row))


def test_a_wrapped_key_of_another_case_does_not_serve() -> None:
    one, other = made(), made()
    DataKey.objects.filter(pk=one.pk).update(wrapped=other.wrapped)

    with pytest.raises(keys.KeyMissing):
        keys.sealer(owner_of(one))


def test_a_destroyed_key_opens_nothing() -> None:
    row = made()
    keys.destroy(owner_of(row))

    with pytest.raises(keys.KeyMissing):
        keys.sealer(owner_of(row))


def test_key_files_are_private_and_apart_from_the_data() -> None:
    made()
    files = list(Path(settings.KEY_DIR).rglob("*.key"))

    assert files
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o400}
    assert stat.S_IMODE(Path(settings.KEY_DIR).stat().st_mode) == 0o700
    assert not Path(settings.KEY_DIR).is_relative_to(settings.DATA_DIR)


def test_contacts_and_cases_have_key_files_of_their_own() -> None:
    centre_uid = uuid.uuid4()
    for kind in ("case", "lecture"):
        keys.create(Owner(kind, uuid.uuid4()), centre_uid=centre_uid, cohort=2026)
    case, contact = (
        Path(settings.KEY_DIR) / d / f"{centre_uid.hex}-2026-v1.key" for d in ("case", "contact")
    )

    assert case.read_bytes() != contact.read_bytes()


def test_without_the_key_file_nothing_opens(tmp_path: Path) -> None:
    row = made()
    file = Path(settings.KEY_DIR) / "case" / f"{row.centre_uid.hex}-2026-v1.key"
    file.rename(tmp_path / "taken")
    keys.forget()

    with pytest.raises(keys.KeyMissing):
        keys.sealer(owner_of(row))


def test_a_value_under_one_case_key_does_not_open_under_another() -> None:
    one, other = made(), made()
    row_uid = uuid.uuid4()
    value = keys.sealer(owner_of(one)).sealed("case.narrative", row_uid, "点検商法")

    with pytest.raises(SealBroken):
        keys.sealer(owner_of(other)).opened("case.narrative", row_uid, value)
