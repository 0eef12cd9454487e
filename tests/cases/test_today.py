"""The registry of cards on 今日."""

import pytest

from cases import today
from cases.records.centre import SYSTEM
from cases.today import Card, Level


@pytest.fixture(autouse=True)
def _own_registry(monkeypatch):
    monkeypatch.setattr(today, "_sources", {})


def test_cards_come_loudest_first_and_only_to_whom_they_concern():
    today.register("calm", "any", lambda _actor: Card("calm"))
    today.register("silent", "any", lambda _actor: None)
    today.register("loud", "any", lambda _actor: Card("loud", level=Level.ERROR))
    today.register("of others", "other", lambda _actor: Card("of others", level=Level.ERROR))

    cards = today.cards(SYSTEM, lambda permission: permission == "any")

    assert [card.title for card in cards] == ["loud", "calm"]


@pytest.mark.parametrize(("may_mend", "told"), [(False, "tell the keeper"), (True, "mend it")])
def test_whoever_can_mend_a_thing_is_told_of_it_once_and_in_their_own_words(may_mend, told):
    today.register("state", "any", lambda _actor: Card("tell the keeper"))
    today.register("state, for its keeper", "mend", lambda _actor: Card("mend it"), instead_of="state")

    cards = today.cards(SYSTEM, lambda permission: may_mend or permission == "any")

    assert [card.title for card in cards] == [told]


def test_a_name_is_taken_once():
    today.register("calm", "any", lambda _actor: None)

    with pytest.raises(ValueError, match="twice"):
        today.register("calm", "any", lambda _actor: None)
