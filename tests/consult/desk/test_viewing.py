"""Who else has a case open: told by signs of life, by the log where no script runs, and forgotten within minutes."""

from datetime import timedelta

import pytest
from django.db import OperationalError
from django.urls import reverse

from cases.records.viewing import CaseViewer
from cases.services import viewing
from consult.shell.accounts import Account
from tests import builders
from tests.consult.desk.conftest import client_of, queries_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(counsellor):
    return builders.case(by=counsellor)


@pytest.fixture
def colleague(counsellor) -> Account:
    account = builders.account(at=counsellor.centre)
    account.display_name = "佐藤"
    account.save()
    return account


@pytest.fixture(autouse=True)
def still(monday, time_machine):
    """The clock stands until a test moves it."""
    time_machine.move_to("2026-11-23 10:00 +0900", tick=False)


def beat(account, case, **more):
    return client_of(account).post(reverse("case-viewing", args=[case.uid]), more)


def told(case, account):
    return beat(account, case).json()["text"]


def test_two_see_each_other_and_nobody_sees_themselves(case, counsellor, colleague):
    alone = told(case, counsellor)
    beat(colleague, case)

    assert alone == ""
    assert told(case, counsellor) == "佐藤さんも開いています。"


def test_who_corrects_is_named_as_such_on_the_page(desk, case, colleague):
    beat(colleague, case, editing="1")

    assert "佐藤さんが編集中です。" in desk.get(reverse("case", args=[case.uid])).content.decode()


@pytest.mark.parametrize(("seconds", "is_there"), [(74, True), (75, False)])
def test_a_page_that_gives_no_sign_is_closed(case, counsellor, colleague, time_machine, seconds, is_there):
    beat(colleague, case)
    time_machine.shift(timedelta(seconds=seconds))

    assert bool(told(case, counsellor)) == is_there


def test_a_page_that_says_goodbye_is_gone_at_once(case, counsellor, colleague):
    client_of(colleague).get(reverse("case", args=[case.uid]))
    beat(colleague, case)
    beat(colleague, case, left="1")

    assert told(case, counsellor) == ""


@pytest.mark.parametrize(("minutes", "is_there"), [(4, True), (5, False)])
def test_a_page_without_scripts_counts_for_five_minutes(
    case, counsellor, colleague, time_machine, minutes, is_there
):
    client_of(colleague).get(reverse("case", args=[case.uid]))
    time_machine.shift(timedelta(minutes=minutes))

    assert bool(told(case, counsellor)) == is_there


def test_a_correction_without_scripts_is_known_from_the_log(case, counsellor, colleague):
    client_of(colleague).post(reverse("case-correct-open", args=[case.uid]), {"purpose": "CONSULTATION"})

    assert told(case, counsellor) == "佐藤さんが編集中です。"


def test_another_centre_neither_sees_nor_is_seen(case, counsellor, elsewhere):
    assert beat(elsewhere, case).status_code == 404
    assert told(case, counsellor) == ""


def test_a_second_sign_within_seconds_writes_nothing(case, counsellor, time_machine):
    def ask():
        viewing.beat(case, is_editing=False, by=counsellor)

    ask()
    soon = queries_of(ask)
    time_machine.shift(timedelta(seconds=30))

    assert (soon, queries_of(ask)) == (1, 2)


def test_a_busy_database_costs_the_sign_and_nothing_else(case, counsellor, colleague, monkeypatch):
    def busy(*_args, **_more):
        raise OperationalError("database is locked")

    monkeypatch.setattr("django.db.models.query.QuerySet.update", busy)

    viewing.beat(case, is_editing=True, by=colleague)

    assert viewing.others(case, counsellor) == []


def test_nothing_is_kept_beyond_minutes(case, colleague, time_machine):
    beat(colleague, case)
    time_machine.shift(timedelta(minutes=6))

    viewing.clean_up()

    assert not CaseViewer.objects.exists()
