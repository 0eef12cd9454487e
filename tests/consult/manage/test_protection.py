"""保護: the page that leads to the others, and the list of what one person did alone."""

import uuid

import pytest
from django.urls import reverse

from cases.records.later_review import LaterReview
from cases.services import oversight
from consult.manage.protection.hub import DOORS
from tests import builders
from tests.consult.manage.conftest import signed_in


@pytest.mark.parametrize("role", ["COUNSELLOR", "MANAGER", "ADMIN"])
def test_the_page_leads_where_the_role_may_go(role, centre):
    account = builders.account(role, at=centre)
    client = signed_in(account)

    page = client.get(reverse("protection"))

    shown = [door.url_name for _title, doors in page.context["groups"] for door, _told in doors]
    assert shown == [door.url_name for door in DOORS if account.may(door.permission)]
    assert [client.get(reverse(name)).status_code for name in shown] == [200] * len(shown)


def test_a_door_says_what_today_says_about_its_page(centre):
    page = signed_in(builders.account("ADMIN", at=centre)).get(reverse("protection"))

    told = {door.url_name: cards for _title, doors in page.context["groups"] for door, cards in doors}
    assert [card.url_name for card in told["backups"]] == ["backups"]
    assert told["leaks"] == []


def test_what_was_done_alone_is_seen_by_somebody_else(centre, manager):
    alone = builders.account("MANAGER", at=centre)
    row = oversight.note_alone(LaterReview.Kind.DISPOSAL, uuid.uuid4(), centre=centre, by=alone)
    page = reverse("later-reviews")

    own = signed_in(alone)
    assert "ほかの人が確かめます" in own.get(page).content.decode()
    own.post(reverse("later-review", args=[row.uid]))
    row.refresh_from_db()
    assert row.reviewed_at is None

    answer = signed_in(manager).post(reverse("later-review", args=[row.uid]), follow=True)
    assert "確認済みにしました" in answer.content.decode()
    row.refresh_from_db()
    assert row.reviewed_by == manager
