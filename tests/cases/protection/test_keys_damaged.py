"""A key row that was cut off by hand is a missing key, not a failure of its own."""

import uuid

import pytest

from cases.protection import keys
from cases.protection.models import DataKey
from cases.protection.sealed import Owner


@pytest.mark.django_db
@pytest.mark.parametrize(("length", "opens"), [(60, True), (59, False), (12, False), (1, False), (0, False)])
def test_a_wrapped_key_that_was_cut_off_does_not_open(length: int, opens: bool) -> None:
    owner = Owner("case", uuid.uuid4())
    row, _sealer = keys.create(owner, centre_uid=uuid.uuid4(), cohort=2026)
    row.wrapped = row.wrapped[:length]
    row.save()
    assert DataKey.objects.get().owner_uid == owner.uid

    if opens:
        assert keys.sealer(owner).owner == owner
    else:
        with pytest.raises(keys.KeyMissing):
            keys.sealer(owner)
