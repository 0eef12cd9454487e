"""The made-up centre's lectures and bulletins."""

import pytest

from cases.law import calendar
from consult.shell.accounts import Account, make_demo_accounts
from outreach import demo
from outreach.bulletins.models import Bulletin
from outreach.lectures.models import Lecture
from tests import builders

pytestmark = pytest.mark.django_db


def test_a_made_up_centre_starts_with_lectures_held_and_planned_and_a_bulletin_issued_and_one_to_approve() -> (
    None
):
    centre = builders.centre("demo", is_made_up=True)
    make_demo_accounts(centre)
    by = Account.objects.get(username="soudan")

    for _time in range(2):  # a second load adds nothing
        demo.load(centre, by, calendar.today())

    assert sorted(Lecture.objects.values_list("state", flat=True)) == ["DONE"] * 3 + ["PLANNED"] * 3
    assert sorted(Bulletin.objects.values_list("state", flat=True)) == ["IN_REVIEW", "ISSUED"]


def test_demo_texts_keep_no_mask() -> None:
    """Nothing in them looks personal: a first reader should not meet masks."""
    centre = builders.centre("demo", is_made_up=True)
    make_demo_accounts(centre)
    demo.load(centre, Account.objects.get(username="soudan"), calendar.today())

    texts = [
        text for row in Bulletin.objects.all() for text in (row.title, row.example, *row.advice, *row.signs)
    ]
    assert texts
    assert not [text for text in texts if "〔" in text]
