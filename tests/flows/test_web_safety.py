"""What OWASP ASVS 5 asks of the web side and no other test of ours holds: headers on every address, forms, sign-in."""

import re
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.test import Client
from django.urls import reverse

from cases.protection import audit
from cases.protection.models import AuditEntry
from consult.shell import roles, staff
from consult.shell.accounts import Account
from tests import builders
from tests.architecture.test_every_url import ADDRESSES, holder_of, signed_in

pytestmark = pytest.mark.django_db
PASSWORD = "correct horse battery staple"

# Names of fields that may stand in an address: codes, days, numbers of pages; no word about a person.
IN_ADDRESSES = {
    "since", "until", "rows", "columns", "measure", "compare", "scam", "scam_main", "age_band", "sex", "area",
    "channel", "route", "kind", "product", "sales_method", "outcome", "state", "page", "sort", "year", "mapping",
    "columns_of", "account", "action", "theme", "number", "senior", "product_class", "day", "span", "layers",
    "subject", "show",
    "other_since", "other_until", "age_group", "issue_main", "relation", "continuity", "contract_class", "harm",
    "line_1", "line_2", "line_3", "period", "other_period", "codes", "audience",
    "month", "readers",
    "letters", "counted", "speed",
}  # fmt: skip


@pytest.fixture
def everybody():
    return holder_of(builders.centre("minato"), *roles.ROLES)


@pytest.mark.parametrize("asked_by", ["a stranger", "everybody"])
def test_every_address_answers_with_the_same_safe_headers(asked_by, everybody):
    client, rows = Client() if asked_by == "a stranger" else signed_in(everybody), {}
    wrong = []
    for address in ADDRESSES:
        for method in ("GET", "POST"):
            answer = client.generic(method, address.url(everybody, rows))
            if asked_by == "everybody" and method == "POST":
                rows = {}  # it may have done something to the row
            if asked_by == "everybody" and address.name == "sign-out":
                client = signed_in(everybody)
            wrong += [(method, address.route, fault) for fault in _faults_of(answer)]

    assert wrong == []


def _faults_of(answer):
    policy = answer.get("Content-Security-Policy", "")
    checks = {
        "content security": "default-src 'none'" in policy
        or ("default-src 'self'" in policy and "frame-ancestors 'none'" in policy and "unsafe" not in policy),
        "sniffing": answer.get("X-Content-Type-Options") == "nosniff",
        "referrer": answer.get("Referrer-Policy") == "same-origin",
        "frames": answer.get("X-Frame-Options") == "DENY",
        "opener": answer.get("Cross-Origin-Opener-Policy") == "same-origin",
        "kept": answer.get("Cache-Control", "").startswith(("no-store", "private, no-store"))
        or "no-store" in answer.get("Cache-Control", ""),
        "type": answer.status_code in (204, 301, 302, 304) or _is_typed(answer),
    }
    return [name for name, holds in checks.items() if not holds]


def _is_typed(answer):
    kind = answer.get("Content-Type", "")
    return "charset=" in kind if kind.startswith("text/") else bool(kind)


def test_a_look_at_the_headers_sees_a_fault():
    client = Client()
    answer = client.get(reverse("sign-in"))
    assert _faults_of(answer) == []
    del answer.headers["X-Content-Type-Options"]
    answer["Content-Security-Policy"] = "default-src 'self' 'unsafe-inline'; frame-ancestors 'none'"

    assert _faults_of(answer) == ["content security", "sniffing"]


# --- forms and addresses ----------------------------------------------------------------------------------------
def _get_forms():
    found = []
    for app in ("consult", "outreach"):
        for path in (Path(django_settings.BASE_DIR) / app).rglob("templates/**/*.html"):
            for form in re.findall(r"<form\b[^>]*>", path.read_text(encoding="utf-8")):
                method = re.search(r'method="(\w+)"', form)
                if method is None or method.group(1) not in ("post", "dialog"):
                    found.append(path.name)
    return sorted(found)


def test_the_forms_that_put_their_fields_into_the_address_are_few_and_known():
    assert _get_forms() == [
        "audit.html", "board.html", "cases.html", "examples.html", "import_columns.html", "ledger.html", "list.html",
        "list.html", "list.html", "log.html", "mailings.html", "members.html", "numbers_form.html", "outputs.html",
        "plan.html", "programme.html", "versions.html",
    ]  # fmt: skip


def test_what_those_forms_send_is_codes_and_days(everybody):
    client = signed_in(everybody)
    names = set()
    for page in (
        "numbers",
        "board",
        "cases",
        "audit",
        "programme",
        "day-log",
        "releases",
        "release-ledger",
        "worries",
        "rumours",
        "network",
    ):
        for form in re.findall(
            r'<form\b[^>]*method="get".*?</form>', client.get(reverse(page)).content.decode(), re.DOTALL
        ):
            names |= set(re.findall(r'<(?:input|select|textarea)\b[^>]*\bname="([^"]+)"', form))
            assert "<textarea" not in form

    assert names
    assert {name.removeprefix("only_") for name in names} - IN_ADDRESSES == set()


@pytest.mark.parametrize("name", ["sign-in", "find", "intake-token"])
def test_a_form_without_its_token_is_refused(name, everybody):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(everybody)

    answer = strict.post(reverse(name))

    assert answer.status_code in (302, 403)
    assert not AuditEntry.objects.filter(action__in=["SIGNED_IN", "NAME_LOOKED_UP"]).exists()


@pytest.mark.parametrize(
    "path", ["/api/schema/", "/api/docs/", "/schema/", "/admin/", "/__debug__/", "/static/../manage.py"]
)
def test_nothing_tells_how_the_product_is_built(path, client):
    assert client.get(path).status_code == 404
    assert not django_settings.DEBUG


# --- sign-in ----------------------------------------------------------------------------------------------------
@pytest.fixture
def account():
    made = builders.account(username="hanako")
    made.set_password(PASSWORD)
    made.save()
    return made


def sign_in(client, password=PASSWORD, username="hanako"):
    return client.post(reverse("sign-in"), {"username": username, "password": password})


@pytest.mark.parametrize(
    ("password", "status", "logged"),
    [
        (PASSWORD, 302, "SIGNED_IN"),
        ("wrong", 422, "SIGN_IN_REFUSED"),
        (f"{PASSWORD} ", 422, "SIGN_IN_REFUSED"),
        (PASSWORD.upper(), 422, "SIGN_IN_REFUSED"),
    ],
)
def test_a_sign_in_and_its_refusal_are_logged_and_the_password_is_taken_as_typed(
    password, status, logged, client, account
):
    answer = sign_in(client, password)

    assert answer.status_code == status
    assert AuditEntry.objects.get().action == logged


def test_signing_in_makes_a_new_session_and_signing_out_ends_it(client, account):
    client.get(reverse("sign-in"))
    client.session["planted"] = 1
    session = client.session
    session.save()
    before = session.session_key

    sign_in(client)
    during = client.session.session_key
    client.post(reverse("sign-out"))

    assert before != during
    client.cookies[django_settings.SESSION_COOKIE_NAME] = during
    assert client.get(reverse("today")).status_code == 302


def test_a_stopped_account_is_out_at_its_next_step(client, account):
    admin = builders.account("ADMIN", at=account.centre)
    sign_in(client)
    assert client.get(reverse("today")).status_code == 200

    staff.stop_account(account.uid, by=admin)

    assert client.get(reverse("today")).status_code == 302
    assert sign_in(client).status_code == 422


@pytest.mark.parametrize(
    ("password", "taken"),
    [
        ("short12", False),
        ("elevenchars", False),
        ("password1234", False),
        ("hanako-hanako", False),
        ("madoguchi-2026", False),
        ("消費生活相談センター窓口", False),
        ("twelve chars", True),
        ("長" * 64 + "い文も受け取る", True),
        (" lead and trail ", True),
    ],
)
def test_a_password_is_long_and_not_common_and_nothing_more_is_asked(password, taken, account):
    admin = builders.account("ADMIN", at=account.centre)
    if not taken:
        with pytest.raises(staff.AccountRefused):
            staff.set_password(account.uid, password=password, by=admin)
        return
    staff.set_password(account.uid, password=password, by=admin)
    assert Account.objects.get(pk=account.pk).check_password(password)


def test_no_page_of_a_case_is_shown_where_the_log_cannot_be_written(account, client, monkeypatch):
    case = builders.case(by=account)
    sign_in(client)
    client.raise_request_exception = False

    def full(*_args, **_more):
        raise OSError("no space left")

    for name in ("record", "committed"):
        monkeypatch.setattr(audit, name, full)
    shown = client.get(reverse("case", args=[case.uid]))

    assert shown.status_code == 500
    assert "屋根" not in shown.content.decode()


def test_cookies_are_out_of_reach_of_scripts(client, account):
    sign_in(client)

    for cookie in client.cookies.values():
        assert cookie["httponly"]
        assert cookie["samesite"] == ("Strict" if cookie.key == "device" else "Lax")
