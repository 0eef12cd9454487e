from collections.abc import Callable
from typing import Any

import pytest

from cases import feed
from cases.feed import rows
from cases.jobs import registry


@pytest.fixture
def consumer(monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    """Registers a consumer of this test alone."""
    monkeypatch.setattr(rows, "consumers", {})
    monkeypatch.setattr(registry, "periodic", {})

    def register(handle: Any, *, name: str = "first", batch: int = 200, **more: Any) -> str:
        feed.register_consumer(name, handle, batch=batch, **more)
        return name

    return register
