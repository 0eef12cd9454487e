import uuid

import pytest
from django.contrib.auth import authenticate
from django.test import Client
from django.urls import reverse

from cases.protection.models import AuditEntry
from consult.shell import staff
from consult.shell.accounts import Account
from consult.shell.staff import AccountRefused, LastManagerOfAccounts, NotOneself
from tests import builders

PASSWORD = "kawaramachi-2026"
pytestmark = pytest.mark.django_db


@pytest.fixture
def admin():
    return builders.account("ADMIN", username="system")


@pytest.fixture
def counsellor(admin):
    return builders.account("COUNSELLOR", username="soudan")


def add(by, **more) -> Account:
    given = {"username": "yamada", "display_name": "山田", "role_codes": ["COUNSELLOR"], "password": PASSWORD}
    return staff.add_account(**{**given, **more}, by=by)


def logged(action: str) -> list[tuple[str, list[str]]]:
    return [(row.reason, row.fields) for row in AuditEntry.objects.filter(action=action)]


def test_a_new_account_can_sign_in_at_the_centre_of_whoever_added_it(admin):
    account = add(admin)

    assert authenticate(username="yamada", password=PASSWORD) == account
    assert (account.centre, account.role_codes) == (admin.centre, ["COUNSELLOR"])
    assert logged("ACCOUNT_ADDED") == [(str(account.uid), ["role_codes"])]


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"username": "soudan"}, "username"),
        ({"username": "SOUDAN"}, "username"),
        ({"username": "山田"}, "username"),
        ({"username": "a b"}, "username"),
        ({"username": ""}, "username"),
        ({"display_name": "  "}, "display_name"),
        ({"role_codes": []}, "role_codes"),
        ({"role_codes": ["KING"]}, "role_codes"),
        ({"password": "short"}, "password"),
        ({"password": "password1234"}, "password"),
        ({"username": "kawaramachi", "password": "kawaramachi1"}, "password"),
    ],
)
def test_what_cannot_be_an_account_is_refused_by_its_field(given, field, admin, counsellor):
    with pytest.raises(AccountRefused) as refusal:
        add(admin, **given)

    assert list(refusal.value.errors) == [field]
    assert not logged("ACCOUNT_ADDED")


def test_name_and_roles_change_and_the_log_says_which(admin, counsellor):
    staff.change_account(
        counsellor.uid, display_name="相談 花", role_codes=["MANAGER", "COUNSELLOR"], by=admin
    )

    counsellor.refresh_from_db()
    assert (counsellor.display_name, counsellor.role_codes) == ("相談 花", ["COUNSELLOR", "MANAGER"])
    assert logged("ACCOUNT_CHANGED") == [(str(counsellor.uid), ["display_name", "role_codes"])]


def test_a_change_of_nothing_leaves_no_trace(admin, counsellor):
    staff.change_account(
        counsellor.uid, display_name=counsellor.display_name, role_codes=counsellor.role_codes, by=admin
    )

    assert logged("ACCOUNT_CHANGED") == []


def test_a_stopped_account_is_out_at_its_next_step_and_comes_back(admin, counsellor):
    client = Client()
    client.force_login(counsellor)

    staff.stop_account(counsellor.uid, by=admin)
    assert client.get(reverse("cases")).status_code == 302

    staff.restore_account(counsellor.uid, by=admin)
    assert client.get(reverse("cases")).status_code == 200
    assert [len(logged(action)) for action in ("ACCOUNT_STOPPED", "ACCOUNT_RESTORED")] == [1, 1]


def test_stopping_twice_is_logged_once(admin, counsellor):
    for _n in range(2):
        staff.stop_account(counsellor.uid, by=admin)

    assert len(logged("ACCOUNT_STOPPED")) == 1


def test_a_new_password_ends_what_the_old_one_opened(admin, counsellor):
    client = Client()
    client.force_login(counsellor)

    staff.set_password(counsellor.uid, password=PASSWORD, by=admin)

    assert client.get(reverse("cases")).status_code == 302
    assert authenticate(username="soudan", password=PASSWORD) == counsellor
    assert logged("PASSWORD_SET") == [(str(counsellor.uid), [])]


def test_a_weak_new_password_is_refused_and_the_old_one_stays(admin, counsellor):
    before = counsellor.password

    with pytest.raises(AccountRefused):
        staff.set_password(counsellor.uid, password="soudan", by=admin)

    counsellor.refresh_from_db()
    assert counsellor.password == before


@pytest.mark.parametrize("with_another", [False, True])
def test_nobody_takes_their_own_access_away(with_another, admin):
    if with_another:
        builders.account("ADMIN")

    with pytest.raises(NotOneself):
        staff.stop_account(admin.uid, by=admin)
    with pytest.raises(NotOneself):
        staff.change_account(admin.uid, display_name="誰か", role_codes=["COUNSELLOR"], by=admin)

    admin.refresh_from_db()
    assert (admin.is_active, admin.role_codes) == (True, ["ADMIN"])


@pytest.mark.parametrize("others", [[], ["stopped"], ["elsewhere"]])
def test_the_last_who_can_manage_accounts_stays(others, admin, counsellor):
    if "stopped" in others:
        Account.objects.filter(pk=builders.account("ADMIN").pk).update(is_active=False)
    if "elsewhere" in others:
        builders.account("ADMIN", at=builders.centre("kita"))

    with pytest.raises(LastManagerOfAccounts):
        staff.stop_account(admin.uid, by=counsellor)
    with pytest.raises(LastManagerOfAccounts):
        staff.change_account(admin.uid, display_name="誰か", role_codes=["MANAGER"], by=counsellor)

    admin.refresh_from_db()
    assert (admin.is_active, admin.role_codes) == (True, ["ADMIN"])


def test_one_of_two_managers_of_accounts_can_be_stopped(admin):
    second = builders.account("ADMIN")

    staff.stop_account(second.uid, by=admin)

    second.refresh_from_db()
    assert not second.is_active


def test_accounts_of_another_centre_do_not_exist(admin):
    there = builders.account(at=builders.centre("kita"))

    for change in (
        lambda: staff.stop_account(there.uid, by=admin),
        lambda: staff.restore_account(there.uid, by=admin),
        lambda: staff.set_password(there.uid, password=PASSWORD, by=admin),
        lambda: staff.change_account(there.uid, display_name="誰か", role_codes=["ADMIN"], by=admin),
        lambda: staff.stop_account(uuid.uuid4(), by=admin),
    ):
        with pytest.raises(Account.DoesNotExist):
            change()
