"""A form that is sent twice, by a double click or after going back, makes one row; a stale one replaces nothing."""

import re
import uuid
from collections.abc import Callable

import pytest
import time_machine
from django.db.models import Model
from django.test import Client
from django.urls import reverse

from cases.protection.models import AuditEntry
from consult.shell.accounts import Account
from outreach.applications.models import Application
from outreach.bulletins.models import Bulletin
from outreach.devices import services as devices
from outreach.devices.models import Loan
from outreach.devices.services import KindEntry
from outreach.lectures.models import Lecture

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]
SignIn = Callable[[Account], Client]

TYPED: dict[type[Model], dict[str, str]] = {
    Lecture: {
        "title": "断り方", "kind": "LECTURE", "audience": "KOREISHA", "age_group": "ALL", "mode": "IN_PERSON",
        "held_on": "2027-03-03", "starts_at": "10:00", "ends_at": "11:00", "venue": "北公民館",
    },
    Application: {
        "channel": "PAPER", "received_on": "今日", "kind": "LECTURE", "group_name": "北町あおぞら会",
        "audience": "KOREISHA", "people_in_city": "UNKNOWN", "may_publish": "UNKNOWN", "venue_in_city": "UNKNOWN",
        "projector": "UNKNOWN", "microphone": "UNKNOWN", "parking": "UNKNOWN",
    },
    Bulletin: {"title": "題", "audience": "members", "period": "NONE"},
    Loan: {"name": "秘密 花子", "phone": "03-1234-5678", "address": "架空市北町1-2", "applied_on": "今日"},
}  # fmt: skip


@pytest.fixture
def addresses(writer: Account) -> dict[type[Model], str]:
    made = devices.save_kind(
        uuid.uuid4(), KindEntry(name="録音機", unit="台"), centre=writer.centre, by=writer
    )
    return {
        Lecture: reverse("lecture-new"),
        Application: reverse("application-new"),
        Bulletin: reverse("bulletin-new"),
        Loan: reverse("loan-new", args=[made.uid]),
    }


@pytest.mark.parametrize("model", TYPED)
def test_what_is_sent_twice_is_made_once(
    model: type[Model], addresses: dict[type[Model], str], writer: Account, signed_in: SignIn
) -> None:
    client, address = signed_in(writer), addresses[model]
    form = client.get(address).context["form"]
    typed = {**TYPED[model], "uid": str(form["uid"].value())}

    first = client.post(address, typed)
    entries = AuditEntry.objects.count()
    again = client.post(address, typed)

    assert f'value="{typed["uid"]}"' in str(form["uid"])
    assert (first.status_code, again.status_code) == (302, 302)
    assert again["Location"] == first["Location"]
    assert model._default_manager.count() == 1
    assert AuditEntry.objects.count() == entries
    assert client.get(address).context["form"]["uid"].value() != form["uid"].value()


@pytest.mark.parametrize("model", [Lecture, Application, Bulletin])
def test_the_uid_of_another_centre_makes_and_shows_nothing(
    model: type[Model],
    addresses: dict[type[Model], str],
    writer: Account,
    stranger: Account,
    signed_in: SignIn,
) -> None:
    address = addresses[model]
    typed = {**TYPED[model], "uid": "5d9ad6f4-51a7-4d24-8a2e-2b6a3a7f0a11"}
    signed_in(writer).post(address, typed)

    refused = signed_in(stranger).post(address, typed)

    assert refused.status_code == 422
    assert "開き直して" in refused.content.decode()
    assert model._default_manager.count() == 1


@pytest.mark.parametrize(
    ("model", "change", "said"),
    [
        (Lecture, "lecture-change", "title"),
        (Application, "application-change", "group_name"),
        (Bulletin, "bulletin-edit", "title"),
    ],
)
def test_what_was_opened_before_another_save_replaces_nothing_unseen(
    model: type[Model],
    change: str,
    said: str,
    addresses: dict[type[Model], str],
    writer: Account,
    signed_in: SignIn,
) -> None:
    client = signed_in(writer)
    client.post(addresses[model], TYPED[model])
    address = reverse(change, args=[model._default_manager.get().uid])  # type: ignore[attr-defined]
    opened = re.findall('name="seen" value="([^"]+)"', client.get(address).content.decode())

    with time_machine.travel("2026-11-20 10:05:00+09:00", tick=False):
        first = client.post(address, {**TYPED[model], said: "先に", "seen": opened[0]})
    stale = client.post(address, {**TYPED[model], said: "後から", "seen": opened[0]})
    kept = getattr(model._default_manager.get(), said)
    now = re.findall('name="seen" value="([^"]+)"', stale.content.decode())
    again = client.post(address, {**TYPED[model], said: "後から", "seen": now[0]})

    assert (first.status_code, stale.status_code, kept) == (302, 422, "先に")
    assert "別の画面で保存されています" in stale.content.decode()
    assert "後から" in stale.content.decode()
    assert (again.status_code, getattr(model._default_manager.get(), said)) == (302, "後から")
