"""The registry of what is forgotten with a case."""

import uuid

import pytest

from cases import erasing


def test_every_hook_is_called_in_the_order_of_names(monkeypatch):
    monkeypatch.setattr(erasing, "_rooms", {})
    called = []
    erasing.register("b", lambda uid: called.append(("b", uid)))
    erasing.register("a", lambda uid: called.append(("a", uid)))
    with pytest.raises(ValueError, match="twice"):
        erasing.register("a", lambda _uid: None)
    case_uid = uuid.uuid4()

    erasing.run(case_uid)

    assert called == [("a", case_uid), ("b", case_uid)]
