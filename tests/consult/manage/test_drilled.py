"""From a number to its cases, for those who may see cases."""

from urllib.parse import parse_qs, urlsplit

import pytest
from django.urls import reverse

from cases.figures.erasure import forget
from tests import builders
from tests.consult.manage.conftest import on, signed_in

NUMBERS = reverse("numbers")
CASES = reverse("numbers-cases")


def links(page: str) -> set[str]:
    """The addresses of cells in a page."""
    import re

    return {found.replace("&amp;", "&") for found in re.findall(rf'href="({CASES}[^"]+)"', page)}


def test_every_number_of_the_page_leads_to_its_cases(desk_of_numbers, cards):
    response = desk_of_numbers.get(NUMBERS)
    table = response.context["table"]
    counts = {("", ""): table.total.total}
    for row in table.rows:
        counts[row.code, ""] = row.total
        counts |= {
            (row.code, code): count
            for code, count in zip(table.column_codes, row.cells, strict=True)
            if count
        }
    counts |= {
        ("", code): count for code, count in zip(table.column_codes, table.total.cells, strict=True) if count
    }

    shown = {}
    for url in links(response.content.decode()):
        asked = parse_qs(urlsplit(url).query)
        shown[asked.get("row", [""])[0], asked.get("column", [""])[0]] = desk_of_numbers.get(url).context

    assert {cell: context["found"].counted for cell, context in shown.items()} == counts
    assert all(len(context["cases"]) == context["found"].counted for context in shown.values())


def test_a_cell_lists_its_cases_and_says_what_it_is(desk_of_numbers, cards):
    response = desk_of_numbers.get(CASES, {"row": "INSPECTION", "column": "70S"})

    assert [case.party_age for case, _one in response.context["cases"]] == [78]
    assert response.context["cell"] == ["手口(主): 点検商法", "年代: 70歳代"]
    assert "集計の1件 = 一覧の1件 + 消去済の0件" in response.content.decode()


def test_what_was_not_entered_can_be_looked_behind(desk_of_numbers, cards):
    response = desk_of_numbers.get(CASES, {"rows": "sex", "row": "-"})

    assert response.context["found"].counted == 1


def test_erased_cases_are_said_and_a_later_correction_is_marked(desk_of_numbers, counsellor):
    made = [builders.case(by=counsellor, received_at=on(2026, 9, 1 + n)) for n in range(2)]
    fixed = desk_of_numbers.get(NUMBERS).context["fixed_query"]
    forget(made[0].uid)
    from cases.services import followup

    entry = builders.entry(uid=made[1].uid, scam_main="FAKE_SHOP")
    followup.correct_case(entry, revision=made[1].revision, by=counsellor)

    page = desk_of_numbers.get(f"{CASES}?{fixed}&row=INSPECTION").content.decode()

    assert "集計の2件 = 一覧の1件 + 消去済の1件" in page
    assert "数えた後に訂正" in page


def test_mentions_say_of_how_many_cases_they_are(desk_of_numbers, cards):
    page = desk_of_numbers.get(CASES, {"measure": "scam_mentions"}).content.decode()

    assert "延べ8件は、6件の相談のものです" in page


@pytest.mark.parametrize(
    ("role", "status"), [("MANAGER", 200), ("COUNSELLOR", 200), ("OUTREACH", 403), ("ADMIN", 403)]
)
def test_the_list_is_for_those_who_may_see_cases(role, status, centre, cards):
    client = signed_in(builders.account(role, at=centre))

    assert client.get(CASES).status_code == status


def test_without_the_right_to_cases_a_number_is_no_link(centre, cards):
    assert not links(signed_in(builders.account("OUTREACH", at=centre)).get(NUMBERS).content.decode())


def test_a_long_list_has_pages_and_a_fixed_number_of_queries(
    desk_of_numbers, counsellor, django_assert_max_num_queries
):
    for n in range(53):
        builders.case(by=counsellor, received_at=on(2026, 9, 1 + n % 20))

    with django_assert_max_num_queries(22):
        response = desk_of_numbers.get(CASES, {"page": "2"})

    assert len(response.context["cases"]) == 3


def test_an_unknown_code_is_refused(desk_of_numbers, cards):
    assert desk_of_numbers.get(CASES, {"row": "NO_SUCH"}).status_code == 400
