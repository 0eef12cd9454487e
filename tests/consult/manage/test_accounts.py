import pytest
from django.urls import reverse

from cases.protection.models import AuditEntry
from consult.shell.accounts import Account
from tests import builders
from tests.consult.manage.conftest import signed_in

ACCOUNTS = reverse("accounts")
NEW = {
    "username": "yamada",
    "display_name": "山田",
    "password": "kawaramachi-2026",
    "role_codes": ["COUNSELLOR"],
}


@pytest.fixture
def office(administrator):
    return signed_in(administrator)


def page_of(account: Account, action: str = "") -> str:
    return reverse(f"account{action and '-' + action}", args=[account.uid])


def test_the_list_holds_the_own_centre(office, counsellor):
    there = builders.account(at=builders.centre("kita"), username="yoso")

    page = office.get(ACCOUNTS).content.decode()

    assert counsellor.username in page
    assert there.username not in page


def test_an_account_is_added_and_the_password_is_never_shown_again(office):
    response = office.post(ACCOUNTS, NEW, follow=True)

    assert "山田さんを追加しました" in response.content.decode()
    assert NEW["password"] not in response.content.decode()
    assert Account.objects.get(username="yamada").check_password(NEW["password"])


@pytest.mark.parametrize(
    ("name", "value"), [("password", "short"), ("username", "山田"), ("role_codes", "KING")]
)
def test_a_refused_account_says_where(name, value, office):
    response = office.post(ACCOUNTS, {**NEW, name: value})

    assert response.status_code == 422
    assert list(response.context["form"].errors) == [name]
    assert NEW["password"] not in response.content.decode()
    assert not Account.objects.filter(username="yamada").exists()


def test_a_change_is_made_and_logged_with_the_accounts_name(office, counsellor):
    office.post(page_of(counsellor, "change"), {"display_name": "相談 花", "role_codes": ["MANAGER"]})

    counsellor.refresh_from_db()
    assert (counsellor.display_name, counsellor.role_codes) == ("相談 花", ["MANAGER"])
    assert "相談 花 表示名、役割" in [
        entry.about for entry in office.get(reverse("audit")).context["entries"]
    ]


def test_the_last_administrator_is_told_why_the_role_stays(office, administrator):
    response = office.post(
        page_of(administrator, "change"), {"display_name": "私", "role_codes": ["MANAGER"]}
    )

    assert response.status_code == 422
    assert "利用者の管理を外したりはできません" in response.content.decode()


def test_an_account_is_stopped_and_restored(office, counsellor):
    office.post(page_of(counsellor, "stop"))
    counsellor.refresh_from_db()
    assert not counsellor.is_active

    office.post(page_of(counsellor, "restore"))
    counsellor.refresh_from_db()
    assert counsellor.is_active


def test_nobody_stops_themselves(office, administrator):
    response = office.post(page_of(administrator, "stop"))

    assert response.status_code == 409
    assert page_of(administrator, "stop") not in office.get(page_of(administrator)).content.decode()


def test_a_password_is_set_and_not_logged(office, counsellor):
    office.post(page_of(counsellor, "password"), {"password": "kawaramachi-2026"})

    counsellor.refresh_from_db()
    assert counsellor.check_password("kawaramachi-2026")
    row = AuditEntry.objects.get(action="PASSWORD_SET")
    assert "kawaramachi" not in str(vars(row))


def test_a_weak_password_is_refused_with_its_reason(office, counsellor):
    response = office.post(page_of(counsellor, "password"), {"password": "short"})

    assert response.status_code == 422
    assert "12" in str(response.context["password_form"].errors["password"])
