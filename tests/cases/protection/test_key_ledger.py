"""The ledger says which KEK a new owner takes; moves and destructions stay known."""

import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from cases.protection import keys
from cases.protection.keys import files, ledger, providers, recovery
from cases.protection.keys.kek import Kek, parsed
from cases.protection.keys.models import KeyDestruction, KeyVersion, PastWrap
from cases.protection.models import DataKey
from cases.protection.sealed import Owner, SealBroken
from cases.services import followup
from tests import builders

pytestmark = pytest.mark.django_db
CENTRE = uuid.UUID(int=7)


@pytest.fixture(autouse=True)
def _own_keys(settings, tmp_path):
    settings.KEY_DIR, settings.KEY_ESCROW_DIR = tmp_path / "keys", tmp_path / "copies"
    keys.forget()
    keys.prepare()
    yield
    keys.forget()


def made(kind: str = "case", *, cohort: int = 2026, centre_uid: uuid.UUID = CENTRE) -> Owner:
    owner = Owner(kind, uuid.uuid4())
    row, _sealer = keys.create(owner, centre_uid=centre_uid, cohort=cohort)
    row.save()
    return owner


def version_of(owner: Owner) -> int:
    return DataKey.objects.get(owner_uid=owner.uid).kek_version


def test_the_first_owner_of_a_year_enters_its_key_in_the_ledger():
    made()
    made()
    made("lecture")

    assert [(str(row), row.state, row.provider) for row in KeyVersion.objects.order_by("domain")] == [
        (f"case/{CENTRE.hex}-2026-v1", "CURRENT", "file"),
        (f"contact/{CENTRE.hex}-2026-v1", "CURRENT", "file"),
    ]


def test_new_owners_take_the_newest_version_and_old_ones_open_with_theirs():
    old = made()
    ledger.make_next("case", CENTRE, 2026)
    keys.forget()
    new = made()

    assert (version_of(old), version_of(new)) == (1, 2)
    assert keys.sealer(old).owner == old
    assert keys.sealer(new).owner == new
    assert [row.state for row in KeyVersion.objects.order_by("version")] == ["RETIRING", "CURRENT"]


@pytest.mark.parametrize(("seconds", "version"), [(59, 1), (61, 2)])
def test_a_version_made_elsewhere_is_noticed_within_a_minute(monkeypatch, seconds, version):
    made()
    made()  # read from the ledger, and remembered
    ledger.make_next("case", CENTRE, 2026)
    now = ledger.time.monotonic()
    monkeypatch.setattr(ledger.time, "monotonic", lambda: now + seconds)

    assert version_of(made()) == version


def test_a_remembered_version_costs_no_query(django_assert_num_queries):
    made()
    made()

    with django_assert_num_queries(0):
        keys.create(Owner("case", uuid.uuid4()), centre_uid=CENTRE, cohort=2026)


@pytest.mark.django_db(transaction=True)
def test_a_rolled_back_entry_is_made_again():
    with transaction.atomic():
        made()
        transaction.set_rollback(True)
    assert not KeyVersion.objects.exists()

    owner = made()

    assert KeyVersion.objects.get().version == version_of(owner) == 1
    assert keys.sealer(owner).owner == owner


def test_no_two_versions_are_current():
    made()

    with pytest.raises(IntegrityError), transaction.atomic():
        KeyVersion.objects.create(domain="case", centre_uid=CENTRE, cohort=2026, version=2, provider="file")


def test_the_named_key_is_never_replaced_by_one_that_would_open():
    """No trial decryption: under the name in the row lies another key, the right one lies beside it."""
    owner = made()
    right = files.path_of("case", f"{CENTRE.hex}-2026-v1")
    ledger.make_next("case", CENTRE, 2026)
    other = files.path_of("case", f"{CENTRE.hex}-2026-v2")
    right.rename(right.with_suffix(".old"))
    other.rename(right)
    right.with_suffix(".old").rename(other)
    keys.forget()

    with pytest.raises(keys.WrapBroken):
        keys.sealer(owner)
    right.unlink()
    keys.forget()
    with pytest.raises(keys.KeyMissing):
        keys.sealer(owner)


def test_where_no_key_can_be_made_saving_says_so(monkeypatch):
    made()

    def refuse(path, content):
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(files.disk, "draft", refuse)

    assert version_of(made()) == 1
    with pytest.raises(keys.KeyNotMade, match="keys_create"):
        made(cohort=2027)


def test_a_moved_key_opens_under_its_new_year_and_both_stay_known():
    owner, other_centre = made(), uuid.uuid4()
    row_uid = uuid.uuid4()
    value = keys.sealer(owner).sealed("case.narrative", row_uid, "点検商法")

    keys.move(owner, cohort=2027)
    keys.move(owner, cohort=2027)
    keys.move(owner, cohort=2027, centre_uid=other_centre)

    assert keys.sealer(owner).opened("case.narrative", row_uid, value) == "点検商法"
    assert keys.every_wrap(owner) == sorted(
        [Kek("case", CENTRE, 2026, 1), Kek("case", CENTRE, 2027, 1), Kek("case", other_centre, 2027, 1)]
    )


def test_a_key_moved_back_by_hand_does_not_open():
    owner = made()
    before = DataKey.objects.get()
    keys.move(owner, cohort=2027)
    DataKey.objects.update(wrapped=before.wrapped)

    with pytest.raises(keys.WrapBroken):
        keys.sealer(owner)


def test_what_is_not_there_cannot_be_moved():
    with pytest.raises(keys.KeyMissing):
        keys.move(Owner("case", uuid.uuid4()), cohort=2027)


@pytest.mark.parametrize(("kind", "known"), [("case", 1), ("draft", 0)])
def test_what_wrapped_a_destroyed_key_stays_known_but_for_drafts(kind, known):
    owner = made(kind)

    keys.destroy(owner)
    keys.destroy(owner)

    assert len(keys.every_wrap(owner)) == PastWrap.objects.count() == known


def test_versions_before_the_present_one_may_lie_in_a_backup():
    owner = made()
    ledger.make_next("case", CENTRE, 2026)
    ledger.make_next("case", CENTRE, 2026)
    DataKey.objects.update(kek_version=2)

    assert [kek.version for kek in keys.every_wrap(owner)] == [1, 2]


def test_a_key_is_beyond_reach_only_with_its_receipt():
    made()
    destruction = KeyDestruction.objects.create(by="山田", reason="保存期間満了")
    row, now = KeyVersion.objects.get(), timezone.now()
    asked = []
    for state, dates, receipt_at in (
        ("CURRENT", (None, None), None),
        ("RETIRING", (now, None), None),
        ("DESTROYED", (now, now), None),
        ("DESTROYED", (now, now), now),
    ):
        row.state, (row.retired_at, row.destroyed_at) = state, dates
        row.destruction = destruction
        row.save()
        KeyDestruction.objects.update(receipt_at=receipt_at)
        asked.append(keys.is_destroyed(*row.kek))

    assert asked == [False, False, False, True]
    assert not keys.is_destroyed("case", CENTRE, 1999, 1)


def test_closing_takes_the_key_to_the_year_of_closing_and_reopening_to_this_year(time_machine):
    time_machine.move_to(datetime(2026, 3, 20, 3, tzinfo=UTC))
    account = builders.account()
    case = builders.case(by=account, received_at=datetime(2026, 3, 19, 3, tzinfo=UTC))
    time_machine.move_to(datetime(2026, 4, 10, 3, tzinfo=UTC))
    followup.close_case(
        case.uid, outcome="ADVICE", closed_on=datetime(2026, 4, 2, tzinfo=UTC).date(), by=account
    )
    closed = DataKey.objects.get(owner_uid=case.uid, owner_kind="case").cohort
    time_machine.shift(timedelta(days=400))
    followup.reopen_case(case.uid, by=account)

    assert (closed, DataKey.objects.get(owner_uid=case.uid, owner_kind="case").cohort) == (2026, 2027)
    assert [kek.cohort for kek in keys.every_wrap(case.sealed_owner)] == [2025, 2026, 2027]


@pytest.mark.parametrize(
    "name", ["x", f"{CENTRE.hex}-2026", f"{CENTRE.hex}-2026-v", f"{CENTRE.hex}-2026-v01", f"{CENTRE}-2026-v1"]
)
def test_a_file_name_that_is_no_kek_is_none(name):
    assert parsed("case", name) is None
    assert parsed("index", Kek("case", CENTRE, 2026, 1).file_name) is None
    assert parsed("case", Kek("case", CENTRE, 2026, 1).file_name) == Kek("case", CENTRE, 2026, 1)


# --- Copies for recovery ------------------------------------------------------------------------------------------
@pytest.fixture
def private(settings) -> bytes:
    """A recovery key, its public half in the key folder."""
    key = X25519PrivateKey.generate()
    (Path(settings.KEY_DIR) / "recovery.pub").write_bytes(key.public_key().public_bytes_raw())
    keys.forget()
    return key.private_bytes_raw()


def test_every_key_is_sealed_at_its_birth(private):
    made()
    kek = Kek("case", CENTRE, 2026, 1)
    path = files.path_of("case", kek.file_name)

    copy = recovery.copy_of(path).read_bytes()

    assert recovery.opened_box(copy, f"key/case/{kek.file_name}.key", private) == path.read_bytes()
    assert KeyVersion.objects.get().escrowed_to == recovery.fingerprint()


def test_without_a_recovery_key_nothing_is_sealed():
    made()

    assert not Path(settings.KEY_ESCROW_DIR).exists()
    assert KeyVersion.objects.get().escrowed_to == ""
    with pytest.raises(recovery.RecoveryRefused):
        keys.box_for_recovery(b"x", "key/case/x")


def test_a_key_without_a_place_for_its_copy_is_not_born(private, settings, tmp_path):
    (tmp_path / "file").touch()
    settings.KEY_ESCROW_DIR = tmp_path / "file"

    with pytest.raises(keys.KeyNotMade):
        made()
    assert not providers.KeyFiles().exists(Kek("case", CENTRE, 2026, 1))


def test_keys_born_before_the_recovery_key_are_sealed_later(private):
    paths = list(files.every_file())

    assert recovery.seal_all(paths) == len(paths) >= 4
    assert recovery.seal_all(paths) == 0
    assert {path.name for path in Path(settings.KEY_ESCROW_DIR).rglob("*.sealed")} == {
        "signing.key.sealed",
        "v1.key.sealed",
        "chain-v1.key.sealed",
        "checkpoint-v1.key.sealed",
    }


@pytest.mark.parametrize("at", [0, 4, 5, 36, 37, -1])
def test_a_changed_box_does_not_open(private, at):
    box = bytearray(keys.box_for_recovery(b"k" * 32, "key/a"))
    assert recovery.opened_box(bytes(box), "key/a", private) == b"k" * 32
    box[at] ^= 1

    with pytest.raises(SealBroken):
        recovery.opened_box(bytes(box), "key/a", private)


def test_a_box_opens_under_its_own_label_and_key_alone(private):
    box = keys.box_for_recovery(b"k", "key/a")

    for label, key in (("key/b", private), ("key/a", X25519PrivateKey.generate().private_bytes_raw())):
        with pytest.raises(SealBroken):
            recovery.opened_box(box, label, key)
    for cut in (b"", box[:20], box[:-1]):
        with pytest.raises(SealBroken):
            recovery.opened_box(cut, "key/a", private)
    with pytest.raises(SealBroken):  # a point of small order shares nothing with anybody
        recovery.opened_box(box[:5] + bytes(32) + box[37:], "key/a", private)


def test_each_domain_has_its_key():
    assert len({keys.domain_key(domain) for domain in ("index", "audit", "backup", "new")}) == 4


def test_a_lost_index_key_is_not_replaced_by_looking_something_up():
    files.path_of("index", "v1").unlink()
    keys.forget()

    with pytest.raises(keys.KeyMissing):
        keys.keyed_digest("lookup", b"x")
