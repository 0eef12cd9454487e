"""The page of 高齢者・若者の年齢."""

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from cases.figures.limits import AgeLimits
from cases.protection.models import AuditEntry
from cases.records.centre import Centre
from cases.services import age_limits
from cases.services.entry import EntryRefused
from tests import builders

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager():
    return builders.account("MANAGER")


@pytest.fixture
def client(manager):
    client = Client()
    client.force_login(manager)
    return client


def test_what_is_chosen_holds_for_the_centre_and_is_logged_once(client, manager):
    for _again in range(2):
        page = client.post(reverse("age-limits"), {"senior_from": "60", "young_to": "19"}, follow=True)
    assert "年齢の区切りを保存しました" in page.content.decode()
    assert age_limits.of(Centre.objects.get(pk=manager.centre_id)) == AgeLimits(60, 19)
    assert AuditEntry.objects.filter(action="AGE_LIMITS_CHANGED").count() == 1


def test_an_age_that_bands_cannot_tell_is_refused(client, manager):
    answer = client.post(reverse("age-limits"), {"senior_from": "62", "young_to": "29"})
    assert answer.status_code == 422
    with pytest.raises(EntryRefused):
        age_limits.change(manager.centre, AgeLimits(62, 30), by=manager)
    with pytest.raises(IntegrityError), transaction.atomic():
        Centre.objects.update(senior_from=62)


def test_another_centres_limits_are_not_changed(manager):
    with pytest.raises(Centre.DoesNotExist):
        age_limits.change(builders.centre("kita"), AgeLimits(60, 19), by=manager)
