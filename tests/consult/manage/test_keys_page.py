"""鍵: whoever keeps backups sees the state of every key, and no key; nobody else enters."""

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cases.protection import keys
from cases.protection.keys import ceremony, files, ledger
from tests import builders

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_keys(settings, tmp_path):
    settings.KEY_DIR, settings.KEY_ESCROW_DIR = tmp_path / "keys", tmp_path / "copies"
    keys.forget()
    keys.prepare()
    yield
    keys.forget()


@pytest.mark.parametrize(("role", "status"), [("ADMIN", 200), ("COUNSELLOR", 403), ("MANAGER", 403)])
def test_the_page_is_for_whoever_keeps_backups(client, role, status):
    client.force_login(builders.account(role))

    assert client.get(reverse("keys")).status_code == status


@pytest.mark.parametrize("has_recovery", [False, True])
def test_the_page_and_the_card_say_whether_there_is_a_way_back(client, has_recovery):
    builders.case()
    if has_recovery:
        ceremony.begin(X25519PrivateKey.generate().private_bytes_raw())
    client.force_login(builders.account("ADMIN"))

    page = client.get(reverse("keys")).content.decode()
    today = client.get(reverse("today"))

    assert ("keys_recovery --split</code>" in page) != has_recovery
    assert ("復旧の鍵 <span" in page) == has_recovery
    if today.status_code == 200:
        assert ("鍵の控えがありません" in today.content.decode()) != has_recovery


def test_the_page_holds_no_key(client):
    builders.case()
    client.force_login(builders.account("ADMIN"))

    page = client.get(reverse("keys")).content

    for path in files.every_file():
        content = path.read_bytes()
        assert content not in page
        assert content.hex().encode() not in page


def test_the_page_costs_the_same_for_many_keys(client):
    case = builders.case()
    client.force_login(builders.account("ADMIN"))
    counts = []
    for year in (2001, 2011):
        for cohort in range(year, year + 5):
            ledger.make_next("case", case.centre.uid, cohort)
        with CaptureQueriesContext(connection) as context:
            client.get(reverse("keys"))
        counts.append(len(context))

    assert counts[0] == counts[1]
