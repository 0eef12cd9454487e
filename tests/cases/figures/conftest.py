"""Facts without cards: figures need nothing of a case but its coded columns."""

import uuid
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from cases.figures import facts
from cases.models import Case, Centre

MakeCase = Callable[..., Case]


@pytest.fixture(autouse=True)
def columns_folder(tmp_path: Path, settings: Any) -> Iterator[Path]:
    settings.COLUMNS_DIR = tmp_path / "columns"
    return settings.COLUMNS_DIR


@pytest.fixture
def centre(db: None) -> Centre:
    return Centre.objects.create(code="kita", name="北区消費生活センター")


@pytest.fixture
def make_case(centre: Centre) -> MakeCase:
    def make(**given: Any) -> Case:
        day = given.setdefault("received_on", date(2026, 5, 11))
        coded = {
            "uid": uuid.uuid4(),
            "centre": centre,
            "fiscal_year": day.year - (day.month < 4),
            "channel": "PHONE",
            "kind": "COMPLAINT",
            "product": "HEALTH_FOOD",
            "sales_method": "MAIL_ORDER",
            "party_sex": "FEMALE",
        }
        return Case(**{**coded, **given})

    return make


@pytest.fixture
def state(make_case: MakeCase) -> MakeCase:
    """A case of one 手口 or several (主 first), already stated."""

    def make(scam: str = "INSPECTION", *others: str, **given: Any) -> Case:
        case = make_case(**given)
        facts.record([(case, scam, others)])
        return case

    return make
