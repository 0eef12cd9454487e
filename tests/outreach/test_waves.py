"""From a surge to a bulletin and a lecture in one step, and the link between them that stays."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from cases.records.centre import Centre
from consult.shell.accounts import Account
from outreach.bulletins.models import Bulletin
from outreach.lectures.models import Lecture
from tests import builders, waves

pytestmark = pytest.mark.django_db
SignIn = Callable[[Account], Client]
TYPED: dict[str, Any] = {
    "bulletin-new": {
        "title": "屋根の点検にご注意", "theme": "INSPECTION", "audience": "members", "period": "NONE",
        "example": "無料で点検すると言われた。",
    },
    "lecture-new": {
        "title": "点検商法から身を守る", "audience": "KOREISHA", "age_group": "65_OVER", "held_on": "2026-12-10",
        "starts_at": "10:00", "ends_at": "11:00", "venue": "北公民館",
    },
}  # fmt: skip


@pytest.mark.parametrize(("name", "model"), [("bulletin-new", Bulletin), ("lecture-new", Lecture)])
@pytest.mark.parametrize("is_own", [True, False])
def test_what_begins_at_a_card_is_filled_in_and_stays_linked(
    name: str, model: Any, is_own: bool, centre: Centre, writer: Account, signed_in: SignIn, today: date
) -> None:
    of = centre if is_own else builders.centre("kita")
    wave, client = waves.wave(of, age="65_OVER", area="NORTH"), signed_in(writer)

    page = client.get(reverse(name), {"wave": str(wave.uid)}).content.decode()
    made = client.post(reverse(name), {**TYPED[name], "wave": str(wave.uid)})

    assert made.status_code == 302
    assert (f'name="wave" value="{wave.uid}"' in page) == is_own
    row = model.objects.get()
    assert row.wave == (wave.uid if is_own else None)
    told = client.get(reverse(name.removesuffix("-new"), args=[row.uid])).content.decode()
    assert ("きっかけになった知らせ" in told) == is_own
    if is_own:
        card = client.get(reverse("surge", args=[wave.uid])).content.decode()
        assert row.title in card
        assert (name == "bulletin-new") or (
            'value="65_OVER" selected' in page and 'value="NORTH" selected' in page
        )


@pytest.mark.parametrize("given", ["", "no-uid", "00000000-0000-0000-0000-000000000000"])
def test_an_address_that_names_no_wave_begins_an_empty_draft(
    given: str, writer: Account, signed_in: SignIn, today: date
) -> None:
    assert signed_in(writer).get(reverse("bulletin-new"), {"wave": given}).status_code == 200
    assert signed_in(writer).get(reverse("lecture-new"), {"wave": given}).status_code == 200
