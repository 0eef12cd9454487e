"""Whoever reads or writes the table of sessions is signed in as nobody."""

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests import builders

pytestmark = pytest.mark.django_db
COOKIE = settings.SESSION_COOKIE_NAME


def is_signed_in(cookie: str) -> bool:
    client = Client()
    client.cookies[COOKIE] = cookie
    return client.get(reverse("jobs")).status_code == 200


@pytest.fixture
def victim() -> Client:
    client = Client()
    client.force_login(builders.account())
    return client


def test_the_cookie_signs_in_and_what_the_table_holds_does_not(victim):
    row = Session.objects.get()

    assert is_signed_in(victim.cookies[COOKIE].value)
    assert not is_signed_in(row.session_key)


@pytest.mark.parametrize("is_own", [True, False])
def test_content_copied_to_the_row_of_another_cookie_is_no_content(victim, is_own):
    attacker = Client()
    copied = Session.objects.get().session_data
    attacker.force_login(builders.account("OUTREACH"))
    mine = Session.objects.exclude(session_data=copied)

    if not is_own:
        mine.update(session_data=copied)

    assert is_signed_in(attacker.cookies[COOKIE].value) == is_own


def test_signing_out_and_time_end_a_session(victim):
    cookie = victim.cookies[COOKIE].value
    Session.objects.update(expire_date=timezone.now())
    assert not is_signed_in(cookie)

    victim.force_login(builders.account())
    cookie = victim.cookies[COOKIE].value
    assert is_signed_in(cookie)
    victim.post(reverse("sign-out"))

    assert not is_signed_in(cookie)
    assert not Session.objects.exclude(expire_date__lte=timezone.now()).exists()
