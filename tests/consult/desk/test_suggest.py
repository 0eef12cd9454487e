"""Suggestions of codes beside the intake form: for fields that are empty, with a key each, and nothing otherwise."""

import pytest
from django.urls import reverse

from search import suggest_learning
from search.suggest import Suggested, Suggestion
from tests import builders

pytestmark = pytest.mark.django_db

ROOF = "屋根の無料点検に来た業者に、瓦がずれていると言われて補修工事を契約した。"


def asked(client, uid, **fields):
    return client.post(reverse("hint", args=[uid, "codes"]), {"narrative": ROOF, **fields}).content.decode()


@pytest.fixture
def said(monkeypatch):
    """What the core suggests, and what it was asked."""
    calls = []

    def suggest(text, **more):
        calls.append((text, more))
        found = {
            "scam_main": [
                Suggestion("scam_main", "INSPECTION", 0.82, ["屋根", "瓦"], 8, 10),
                Suggestion("scam_main", "HIDDEN_PURPOSE", 0.11, []),
            ],
            "product": [Suggestion("product", "ROOFING", 0.7, ["屋根"])],
            "issues": [Suggestion("issues", "CONTRACT", 0.9, ["契約"])],
        }
        return Suggested({name: best for name, best in found.items() if not more["chosen"].get(name)})

    monkeypatch.setattr("search.suggest.suggest", suggest)
    return calls


def test_a_suggestion_stands_with_its_reasons_and_its_key(desk, uid, said):
    text = asked(desk, uid)

    for words in ("点検商法", "82%", "決め手:", "屋根、瓦", "近い相談10件のうち8件"):
        assert words in text
    assert 'data-beside="scam_main"' in text
    assert 'data-value="INSPECTION" data-done="「点検商法」を入れました。" data-shortcut="Alt+8"' in text
    assert 'data-shortcut="Alt+Q"' in text
    assert 'data-value="ROOFING" data-done="「屋根工事」を入れました。" data-shortcut="Alt+9"' in text


@pytest.mark.parametrize(
    ("typed", "field", "value"),
    [({}, "issue_main", "CONTRACT"), ({"issue_main": "PRICE"}, "issue_others", "8")],
)
def test_a_further_code_goes_behind_those_that_are_there(desk, uid, monkeypatch, typed, field, value):
    found = Suggested({"issues": [Suggestion("issues", "CONTRACT", 0.9, [])]})
    monkeypatch.setattr("search.suggest.suggest", lambda _text, **_more: found)

    text = asked(desk, uid, **typed)

    assert f'data-beside="{field}"' in text
    assert f'data-value="{value}"' in text


def test_what_is_chosen_is_told_to_the_core(desk, uid, said, counsellor):
    text = asked(desk, uid, scam_main="BEAUTY", scam_others="11、x", issue_others="8")

    ((_words, more),) = said
    assert more["chosen"] == {"scam_main": ["BEAUTY"], "scam_others": [], "issues": ["CONTRACT"]}
    assert (more["centre_uid"], more["leave_out"]) == (counsellor.centre.uid, uid)
    assert 'data-beside="scam_main"' not in text


@pytest.mark.parametrize("narrative", ["", "屋根", ROOF])
def test_a_fresh_installation_shows_nothing_and_says_nothing(desk, uid, narrative):
    assert suggest_learning.model() is None

    assert asked(desk, uid, narrative=narrative).strip() == ""


def test_the_page_without_scripts_tells_them_too(desk, uid, said, counsellor):
    text = desk.post(reverse("intake", args=[uid]), {"action": "hints", "narrative": ROOF}).content.decode()

    assert "近い相談10件のうち8件" in text


@pytest.mark.parametrize(("role", "status"), [("COUNSELLOR", 200), ("OUTREACH", 403)])
def test_only_who_records_cases_is_answered(client, uid, said, role, status):
    client.force_login(builders.account(role))

    assert client.post(reverse("hint", args=[uid, "codes"]), {"narrative": ROOF}).status_code == status
