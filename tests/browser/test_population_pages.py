"""人口 and 公表値 in a browser: everybody can use them, on a desk and on a phone."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page

from cases.models import FigureFile, PopulationTable
from cases.services.history import keeping as history
from cases.services.population import keeping
from consult.shell.accounts import Account
from tests.browser.conftest import Shown
from tests.browser.gate import gate
from tests.cases.services.population import files
from tests.cases.services.population.files import csv_bytes

pytestmark = [pytest.mark.browser, pytest.mark.django_db]

NARROW = {"width": 320, "height": 800}
HIDDEN = [["町丁目", "総数", "男", "女"], ["本町", 31, 10, 20], ["東町", 9, "X", "X"], ["計", 40, "X", "X"]]
FIGURES = [["年代", "令和元年度", "令和2年度"], ["20代", 31, 28], ["外国籍", 300, "―"]]
GIVEN = {"name": "年代別件数", "unit": "件", "definition": "新規の苦情", "source": "事業概要"}


def draft(by: Account, rows: list[list[object]], day: date = date(2026, 1, 1)) -> PopulationTable:
    return keeping.receive(
        "人口.csv", csv_bytes(rows), as_of=day, source="住民基本台帳", centre=by.centre, by=by
    )


def figures(by: Account) -> FigureFile:
    return history.receive("公表値.csv", csv_bytes(FIGURES), given=GIVEN, centre=by.centre, by=by)


def pages(by: Account) -> dict[str, str]:
    table = draft(by, files.two_lines_of_headings())
    keeping.confirm(table.uid, district_of=dict.fromkeys(files.CITY, "NORTH"), by=by)
    history.store(figures(by).uid, by=by)
    return {
        "populations": reverse("populations"),
        "draft": reverse("population", args=[draft(by, files.long(), date(2026, 4, 1)).uid]),
        "draft that differs": reverse("population", args=[draft(by, HIDDEN).uid]),
        "table": reverse("population", args=[table.uid]),
        "published": reverse("published"),
        "file": reverse("published-file", args=[figures(by).uid]),
        "series": f"{reverse('published')}?name=年代別件数",
        "figure": reverse("published-figure", args=[by.centre.published_figures.first().pk]),
    }


@pytest.mark.parametrize("width", ["desk", "phone"])
def test_the_pages_keep_nobody_out(width: str, everybody: Account, shown: Shown, page: Page) -> None:
    client = Client()
    client.force_login(everybody)
    if width == "phone":
        page.set_viewport_size(NARROW)
    answers = {name: client.get(url) for name, url in pages(everybody).items()}
    open_draft = PopulationTable.objects.filter(confirmed_at=None).latest("pk")
    answers["refused"] = client.post(reverse("population-confirm", args=[open_draft.uid]))
    answers["no file"] = client.post(reverse("population-receive"), {"source": "台帳"})

    for name, answer in answers.items():
        shown(answer.content.decode())
        assert gate(page) == [], name
        assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"], name
