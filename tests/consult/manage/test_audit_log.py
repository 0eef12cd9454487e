import ast
import re
from datetime import datetime
from pathlib import Path

import pytest
import time_machine
from django.conf import settings
from django.urls import reverse

from cases.law.calendar import TOKYO
from cases.protection import audit
from cases.protection.models import AuditEntry
from cases.records.centre import SYSTEM
from consult.manage import audit_words
from consult.manage.audit_words import ACTIONS
from tests import builders
from tests.consult.manage.conftest import signed_in

AUDIT = reverse("audit")
_ACTION = re.compile(r"[A-Z]+(?:_[A-Z]+)*")
# Functions that are given the action of an entry; a new one that passes it on is named here.
_WRITERS = {
    "record",
    "record_change",
    "entry",
    "_changed",
    "_recorded",
    "_to_state",
    "opened",
    "file_of",
    "open_file",
}


def actions_in_the_code() -> tuple[set[str], set[str]]:
    """Actions written out, and the beginnings of those that are put together (`f"BULLETIN_{kind}"`)."""
    whole, beginnings = set(), set()
    for app in ("cases", "search", "consult", "outreach", "config"):
        for path in (Path(settings.BASE_DIR) / app).rglob("*.py"):
            for given in _given_to_writers(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(given, ast.Constant) and _ACTION.fullmatch(str(given.value)):
                    whole.add(given.value)
                elif isinstance(given, ast.JoinedStr) and isinstance(given.values[0], ast.Constant):
                    beginnings.add(given.values[0].value)
    return whole, beginnings


def _given_to_writers(tree: ast.AST) -> list[ast.expr]:
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    named = [(getattr(call.func, "attr", getattr(call.func, "id", "")), call.args) for call in calls]
    return [given for name, args in named if name in _WRITERS for given in args]


def shown(response) -> list[tuple[str, str]]:
    return [(entry.who, entry.action) for entry in response.context["entries"]]


@pytest.fixture
def log(manager):
    return signed_in(manager)


def test_every_action_of_the_code_has_words_and_every_word_an_action():
    whole, beginnings = actions_in_the_code()
    put_together = {name for name in ACTIONS for start in beginnings if name.startswith(start)}

    assert {"CASE_VIEWED", "CASE_CLOSED", "ACCOUNT_STOPPED"} <= whole
    assert whole | put_together == set(ACTIONS)
    assert all(any(name.startswith(start) for name in ACTIONS) for start in beginnings)


def test_the_newest_stands_first_with_who_what_and_which_case(log, manager, counsellor):
    case = builders.case(by=counsellor)
    audit.record(
        "REVEALED", by=counsellor, case=case, fields=["caller.phone", "narrative"], purpose="CONSULTATION"
    )

    first, second = log.get(AUDIT).context["entries"][:2]

    assert (first.who, first.action, first.case_number) == (
        str(counsellor),
        "個人情報を表示した",
        case.number,
    )
    assert (first.about, first.purpose) == ("相談者 電話、相談概要", "相談対応")
    assert second.action == "相談を記録した"


def test_a_table_taken_away_is_named_in_words(log, manager):
    signed_in(manager).get(
        reverse("numbers-export", args=["csv-cp932"]),
        {"since": "2026-04-01", "until": "2026-05-31", "rows": "scam_main", "columns": "age_band"},
    )

    page = log.get(AUDIT, {"action": "NUMBERS_EXPORTED"})

    about = page.context["entries"][0].about
    assert about == "CSV(Shift_JIS) 2026-04-01〜2026-05-31 手口(主)×年代"


def test_reading_the_log_is_logged(log, manager):
    log.get(AUDIT)

    assert AuditEntry.objects.filter(action="AUDIT_VIEWED", actor=manager).count() == 1
    assert shown(log.get(AUDIT)) == [(str(manager), "操作記録を見た")]


def test_only_what_concerns_the_own_centre_is_shown(log, counsellor):
    there = builders.account(at=builders.centre("kita"))
    case_there = builders.case(by=there)
    audit.record("PHONE_LOOKED_UP", by=there)
    audit.record("PHONE_LOOKED_UP", by=counsellor)
    audit.record("SIGN_IN_REFUSED", by=SYSTEM)
    audit.record("ANALYSED", by=SYSTEM)

    response = log.get(AUDIT)

    assert shown(response) == [("システム", "サインインに失敗した"), (str(counsellor), "電話番号で探した")]
    assert case_there.number not in response.content.decode()


def test_the_number_of_an_erased_or_foreign_case_stays_empty(log, counsellor):
    case = builders.case(by=builders.account(at=builders.centre("kita")))
    row = audit.entry("CASE_VIEWED", by=counsellor, case=case)
    row.centre_uid = counsellor.centre.uid
    audit.record_all([row])

    entry = log.get(AUDIT).context["entries"][0]

    assert (entry.case_number, entry.case_uid) == ("", None)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"action": "SIGNED_OUT"}, ["サインアウトした"]),
        ({"since": "11/19", "until": "11/19"}, ["サインインした"]),
        ({"until": "11/18"}, []),
    ],
)
def test_the_log_is_narrowed(given, expected, log, counsellor):
    with time_machine.travel(datetime(2026, 11, 19, 23, 59, tzinfo=TOKYO), tick=False):
        audit.record("SIGNED_IN", by=counsellor)
    audit.record("SIGNED_OUT", by=counsellor)

    assert [action for _who, action in shown(log.get(AUDIT, given))] == expected


def test_the_log_of_one_account(log, manager, counsellor):
    audit.record("SIGNED_IN", by=manager)
    audit.record("SIGNED_IN", by=counsellor)

    found = log.get(AUDIT, {"account": str(counsellor.uid)})

    assert shown(found) == [(str(counsellor), "サインインした")]


def test_an_account_of_another_centre_cannot_be_asked_for(log):
    there = builders.account(at=builders.centre("kita"))

    assert log.get(AUDIT, {"account": str(there.uid)}).status_code == 422


def test_pages_hold_fifty_and_miss_nothing_that_comes_in_between(log, counsellor):
    rows = [audit.record("SIGNED_IN", by=counsellor, count=n) for n in range(120)]

    first = log.get(AUDIT, {"action": "SIGNED_IN"})
    audit.record("SIGNED_IN", by=counsellor, count=999)
    second = log.get(AUDIT + first.context["older_url"])
    third = log.get(AUDIT + second.context["older_url"])

    counts = [e.count for page in (first, second, third) for e in page.context["entries"]]
    assert counts == [row.count for row in reversed(rows)]
    assert third.context["older_url"] == ""


@pytest.mark.parametrize(("role", "linked"), [("MANAGER", True), ("ADMIN", False)])
def test_a_number_leads_to_the_case_for_those_who_may_see_it(role, linked, centre, counsellor):
    case = builders.case(by=counsellor)

    page = signed_in(builders.account(role, at=centre)).get(AUDIT).content.decode()

    assert case.number in page
    assert (reverse("case", args=[case.uid]) in page) is linked


def test_a_page_takes_the_same_few_queries_however_long_it_is(log, counsellor, django_assert_num_queries):
    log.get(AUDIT)
    for _n in range(8):
        audit.record("CASE_VIEWED", by=counsellor, case=builders.case(by=counsellor))

    # Session, account, centre; accounts; entries; case numbers; the entry about this look: head, entry, head.
    with django_assert_num_queries(9 - builders.ONE_STATEMENT):
        log.get(AUDIT)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("caller.phone", "相談者 電話"),
        ("narrative", "相談概要"),
        ("follow_up.5041f45b-e06f-4eb8-8bba-39ab59aad27d", "経過"),
        ("attachment.5041f45b-e06f-4eb8-8bba-39ab59aad27d", "添付ファイルの名前"),
        ("not_known", "not_known"),
    ],
)
def test_a_field_is_told_in_words_and_never_by_its_uid(name, words):
    assert audit_words.field_text(name) == words
