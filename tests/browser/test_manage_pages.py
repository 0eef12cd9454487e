"""The managers' pages in a browser: everybody can use them, on a desk and on a phone."""

from datetime import date
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page

from cases.figures.models import PublishedFigure
from consult.shell import roles
from consult.shell.accounts import Account
from tests import builders
from tests.browser.conftest import Shown
from tests.browser.gate import gate

pytestmark = [pytest.mark.browser, pytest.mark.django_db]

NARROW = {"width": 320, "height": 800}


@pytest.fixture
def everybody(tmp_path, settings) -> Account:
    """Somebody who may open every page, at a centre with two cases and a published figure."""
    settings.COLUMNS_DIR = tmp_path / "columns"
    account = builders.account()
    account.role_codes = list(roles.ROLES)
    account.save()
    builders.case(by=account, sex="FEMALE")
    builders.case(by=account, scam_main="FAKE_SHOP", age=None)
    PublishedFigure.objects.create(
        centre=account.centre,
        name="相談件数",
        year="令和2年度",
        value=Decimal(2655),
        unit="件",
        definition="不明",
        source="事業概要",
    )
    return account


def pages(account: Account) -> dict[str, tuple[str, dict[str, str]]]:
    year = f"{date.today().year - 1}-04-01"  # noqa: DTZ011 - any day before the cases
    return {
        "numbers": (reverse("numbers"), {"since": year, "until": "2099-01-01", "only_kind": "COMPLAINT"}),
        "mentions": (reverse("numbers"), {"measure": "scam_mentions", "columns": "none"}),
        "amounts": (reverse("numbers"), {"measure": "contract_yen", "since": year, "until": "2099-01-01"}),
        "three items": (
            reverse("numbers"),
            {"rows": "sex", "layers": "channel", "compare": "none", "since": year, "until": "2099-01-01"},
        ),
        "across the break": (
            reverse("numbers"),
            {"rows": "fiscal_year", "columns": "product_class", "since": "2020-04-01", "until": "2099-01-01"},
        ),
        "cases behind": (reverse("numbers-cases"), {"since": year, "until": "2099-01-01"}),
        "answers": (reverse("answers"), {}),
        "an answer to be": (reverse("answer-new"), {"since": year, "until": "2099-01-01"}),
        "nothing counted": (reverse("numbers"), {"since": "1999-01-01", "until": "1999-01-02"}),
        "a question refused": (reverse("numbers"), {"since": "R8.13.1"}),
        "health": (reverse("health"), {}),
        "log": (reverse("audit"), {}),
        "accounts": (reverse("accounts"), {}),
        "account": (reverse("account", args=[builders.account(at=account.centre).uid]), {}),
    }


@pytest.mark.parametrize("width", ["desk", "phone"])
@pytest.mark.parametrize(
    "name",
    [
        "numbers",
        "mentions",
        "amounts",
        "three items",
        "across the break",
        "cases behind",
        "answers",
        "an answer to be",
        "nothing counted",
        "a question refused",
        "health",
        "log",
        "accounts",
        "account",
    ],
)
def test_a_page_keeps_nobody_out(name: str, width: str, everybody: Account, shown: Shown, page: Page) -> None:
    client = Client()
    client.force_login(everybody)
    url, asked = pages(everybody)[name]
    if width == "phone":
        page.set_viewport_size(NARROW)

    shown(client.get(url, asked).content.decode())

    assert gate(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]
