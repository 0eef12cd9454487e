"""Traders to start from."""

import uuid
from collections.abc import Callable
from typing import Any

import pytest

from cases.records.trader import Trader
from cases.services.traders import keeping
from cases.services.traders.keeping import TraderDetails
from consult.shell.accounts import Account
from tests import builders


@pytest.fixture
def counsellor(db: None) -> Account:
    return builders.account()


@pytest.fixture
def elsewhere(db: None) -> Account:
    return builders.account(at=builders.centre("hikari"))


@pytest.fixture
def trader(counsellor: Account) -> Callable[..., Trader]:
    """Adds a trader of the counsellor's centre; `aliases` and `phones` with it."""

    def add(name: str, *, aliases: tuple[str, ...] = (), phones: tuple[str, ...] = (), **more: Any) -> Trader:
        by = more.pop("by", counsellor)
        made = keeping.add(uuid.uuid4(), TraderDetails(name=name, **more), centre=by.centre, by=by)
        for alias in aliases:
            keeping.add_name(made.uid, alias, "", by=by)
        for phone in phones:
            keeping.add_mark(made.uid, "PHONE", phone, by=by)
        return made

    return add
