"""The planner's pages and the reach page in a browser: everybody can use them, on a desk and on a phone."""

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page

from consult.shell import roles
from consult.shell.accounts import Account
from outreach.planning import keeping, services
from tests import builders, waves
from tests.browser.conftest import Shown
from tests.browser.gate import gate

pytestmark = [pytest.mark.browser, pytest.mark.django_db]


@pytest.fixture
def everybody(tmp_path, settings) -> Account:
    """Somebody who may open every page, at a centre with a plan, an alarm and a choice."""
    settings.COLUMNS_DIR = tmp_path / "columns"
    account = builders.account()
    account.role_codes = list(roles.ROLES)
    account.save()
    waves.history(account.centre, "INSPECTION", [1] * 60)
    waves.wave(account.centre)
    plan = keeping.make_plan(account.centre, by=account)
    services.choose(
        plan.proposals.first().place, "PIN", note="自治会の希望", centre=account.centre, by=account
    )
    return account


@pytest.mark.parametrize("width", [1280, 320])
def test_the_pages_keep_nobody_out(width: int, everybody: Account, shown: Shown, page: Page) -> None:
    client = Client()
    client.force_login(everybody)
    page.set_viewport_size({"width": width, "height": 800})
    proposal = keeping.newest(everybody.centre).proposals.order_by("position").first()
    paper = reverse("plan-paper", args=[proposal.plan.uid])
    refused = client.post(reverse("proposal-choose", args=[proposal.uid]), {"kind": "CHANGE"})
    answers = [
        *(client.get(reverse(name)) for name in ("plan", "plan-weights", "reach")),
        client.get(reverse("proposal", args=[proposal.uid])),
        client.get(paper),
        client.post(paper, {"title": "講座の案", "form": "page"}),
        client.post(paper, {"title": "", "form": "page"}),
        refused,
    ]

    assert [answer.status_code for answer in answers] == [200, 200, 200, 200, 200, 200, 422, 422]
    for answer in answers:
        shown(answer.content.decode())
        assert gate(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
