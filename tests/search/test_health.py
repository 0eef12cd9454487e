"""What the page of the machine's health says of the index."""

import pytest

from cases import held
from cases.health import Level
from search import health
from search.dead_letters import DeadLetter
from search.engine import engine
from search.errors import SearchUnavailable
from tests import builders

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _search_file(tmp_path, settings):
    settings.SEARCH_FILE = tmp_path / "search.sqlite3"


def found():
    held.forget_all()
    return {reading.name: reading for reading in health.look()}


def test_a_broken_store_is_said_to_be_broken_at_once():
    path = engine()._file.path
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"no database at all" * 1000)

    reading = found()["search.index"]

    assert (reading.level, reading.state) == (Level.ERROR, "壊れています")
    assert "自動で作り直します" in reading.advice


def test_an_engine_that_is_away_is_an_error(monkeypatch):
    def refuses(_self):
        raise SearchUnavailable

    monkeypatch.setattr(type(engine()), "is_complete", refuses)

    assert (found()["search.index"].level, found()["search.index"].state) == (
        Level.ERROR,
        "検索エンジンにつながりません",
    )


def test_refused_cases_are_counted():
    assert found()["search.refused"].is_well
    DeadLetter.objects.create(uid=builders.case().uid, reason="document_parsing_exception")

    reading = found()["search.refused"]

    assert (reading.level, reading.numbers["refused"]) == (Level.WARNING, 1)
