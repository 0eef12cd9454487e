"""Devices: the same browser is the same device, a sign-in has an end, and nothing a stranger sends is believed."""

import uuid
from datetime import datetime, timedelta

import pytest
from django.contrib.auth.hashers import make_password
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone

from cases.law.calendar import TOKYO
from cases.protection.models import AuditEntry
from consult.shell import devices, staff
from consult.shell.accounts import Account
from consult.shell.devices import SignedIn
from tests import builders

PASSWORD = "a long word for tests"
EDGE = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 "
    "Safari/537.36 Edg/131.0.0.0"
)


@pytest.fixture
def account(db: None) -> Account:
    made = builders.account(username="soudan")
    made.password = make_password(PASSWORD, hasher="pbkdf2_sha256")
    made.save()
    return made


def sign_in(client: Client, **headers: str) -> SignedIn:
    given = {"username": "soudan", "password": PASSWORD}
    answer = client.post(reverse("sign-in"), given, headers={"user-agent": EDGE, **headers})
    assert answer.status_code == 302
    return SignedIn.objects.latest("pk")


def test_the_same_browser_is_the_same_device(client, account):
    first = sign_in(client)
    client.post(reverse("sign-out"))
    again, elsewhere = sign_in(client), sign_in(Client())

    assert first.device_uid == again.device_uid != elsewhere.device_uid
    assert (first.account, first.device, first.address) == (account, "Windows Edge", "127.0.0.1")
    cookie = client.cookies[devices.COOKIE]
    assert (cookie["httponly"], cookie["samesite"], bool(cookie["secure"])) == (True, "Strict", False)


@pytest.mark.parametrize(("is_signed", "is_believed"), [(True, True), (False, False)])
def test_a_number_that_was_not_signed_here_is_another_device(is_signed, is_believed, client, account):
    first = sign_in(client)
    if not is_signed:
        client.cookies[devices.COOKIE] = f"{first.device_uid.hex}:forged"

    assert (sign_in(client).device_uid == first.device_uid) is is_believed


def test_the_chained_log_tells_the_device_too(client, account):
    assert AuditEntry.objects.filter(action="SIGNED_IN", reason=str(sign_in(client).device_uid)).exists()


@pytest.mark.parametrize("way", ["sign-out", "stopped", "password", "another here", "nothing"])
def test_a_sign_in_ends_when_nobody_can_see_anything_any_more(way, client, account):
    row = sign_in(client)
    admin = builders.account("ADMIN", at=account.centre)
    if way == "sign-out":
        client.post(reverse("sign-out"))
    elif way == "stopped":
        staff.stop_account(account.uid, by=admin)
    elif way == "password":
        staff.set_password(account.uid, password="another long word for tests", by=admin)
    elif way == "another here":
        sign_in(client)

    row.refresh_from_db()

    assert (row.ended_at is None) is (way == "nothing")
    assert row.last_at == (row.ended_at or row.at + timedelta(hours=10))


def test_a_session_ends_at_the_moment_the_row_says_whatever_is_written_to_it(client, account, time_machine):
    time_machine.move_to(datetime(2026, 11, 20, 8, tzinfo=TOKYO), tick=False)
    row = sign_in(client)
    time_machine.move_to(row.last_at - timedelta(minutes=1), tick=False)
    session = client.session
    session["more"] = 1
    session.save()
    before = client.get(reverse("today")).status_code
    time_machine.move_to(row.last_at + timedelta(minutes=1), tick=False)

    assert (before, client.get(reverse("today")).status_code) == (200, 302)


@pytest.mark.parametrize(
    ("https", "forwarded", "address"),
    [
        (False, "203.0.113.9", "192.0.2.10"),
        (True, "203.0.113.9", "203.0.113.9"),
        (True, "10.9.8.7, 203.0.113.9", "203.0.113.9"),
        (True, "<script>", None),
        (True, "", "192.0.2.10"),
    ],
)
def test_only_what_the_configured_proxy_saw_is_believed(https, forwarded, address, settings):
    settings.HTTPS = https
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    request = RequestFactory().get("/", REMOTE_ADDR="192.0.2.10", headers=headers)

    assert devices.address_of(request) == address


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (EDGE, "Windows Edge"),
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:132.0) Gecko/20100101 Firefox/132.0",
            "Windows Firefox",
        ),
        (
            "Mozilla/5.0 (iPad; CPU OS 17_0 like Mac OS X) Version/17.0 Mobile/15E148 Safari/604.1",
            "iOS Safari",
        ),
        ("Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 Chrome/131.0.0.0", "ChromeOS Chrome"),
        ("山田花子 090-1234-5678 " * 500, ""),
        ("", ""),
    ],
)
def test_of_a_browser_only_family_and_system_are_kept(agent, words):
    assert devices.words_of(agent) == words


def test_devices_are_listed_once_each_the_last_used_first(client, account, django_assert_num_queries):
    old, new = sign_in(Client()), sign_in(client)
    sign_in(client)
    SignedIn.objects.create(account=builders.account(at=builders.centre("kita")), device_uid=uuid.uuid4())

    with django_assert_num_queries(1):
        found = devices.known(account.centre)

    assert [one.uid for one in found] == [new.device_uid, old.device_uid]
    assert found[0].label.startswith("Windows Edge、127.0.0.1、最後 ")


def test_rows_older_than_three_years_go(account):
    ages = [devices.KEPT - timedelta(hours=1), devices.KEPT + timedelta(hours=1)]
    rows = [
        SignedIn.objects.create(account=account, device_uid=uuid.uuid4(), at=timezone.now() - age)
        for age in ages
    ]

    devices.clean_up()

    assert list(SignedIn.objects.all()) == rows[:1]
