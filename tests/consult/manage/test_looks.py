"""Who saw this case, what was opened this week, whether the log is whole: pages over the log."""

from datetime import datetime

import pytest
import time_machine
from django.db import connection
from django.urls import reverse

from cases.jobs import work
from cases.law.calendar import TOKYO
from cases.protection import audit, watch
from cases.protection.audit import append_only, checking
from cases.protection.models import AuditEntry
from cases.records.centre import SYSTEM
from consult.manage.protection import log_state
from tests import builders
from tests.consult.manage.conftest import signed_in

WEDNESDAY = datetime(2026, 11, 25, 10, tzinfo=TOKYO)


@pytest.fixture
def counsellor(centre):
    return builders.account(at=centre)


@pytest.fixture
def case(counsellor):
    return builders.case(by=counsellor)


def looks(case):
    return reverse("case-looks", args=[case.uid])


# --- この相談を見た人 -----------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("role", "own", "status"),
    [
        ("MANAGER", False, 200),
        ("ADMIN", False, 200),
        ("COUNSELLOR", True, 200),
        ("COUNSELLOR", False, 403),
        ("OUTREACH", False, 403),
    ],
)
def test_who_may_see_who_looked(role, own, status, case, counsellor, centre):
    reader = counsellor if own else builders.account(role, at=centre)

    assert signed_in(reader).get(looks(case)).status_code == status


def test_a_case_of_another_centre_has_no_such_page(case):
    there = builders.account("MANAGER", at=builders.centre("kita"))

    assert signed_in(there).get(looks(case)).status_code == 404


def test_each_person_is_counted_and_each_look_is_listed(case, counsellor, manager, centre):
    colleague = builders.account(at=centre)
    for _n in range(2):
        audit.record("CASE_VIEWED", by=colleague, case=case)
    audit.record("REVEALED", by=colleague, case=case, fields=["caller.name"], purpose="REQUEST")

    page = signed_in(manager).get(looks(case))

    lines = {(one.who, one.views, one.reveals, one.changes) for one in page.context["lookers"]}
    assert lines == {(str(colleague), 2, 1, 0), (str(counsellor), 0, 0, 1)}
    newest = page.context["entries"][0]
    assert (newest.action, newest.about, newest.purpose) == (
        "個人情報を表示した",
        "相談者 氏名",
        "苦情・開示請求",
    )
    assert AuditEntry.objects.filter(action="AUDIT_VIEWED", case_uid=case.uid, actor=manager).count() == 1


def test_the_page_takes_the_same_few_queries_however_often_a_case_was_seen(
    case, manager, django_assert_num_queries
):
    client = signed_in(manager)
    client.get(looks(case))
    for _n in range(130):
        audit.record("CASE_VIEWED", by=SYSTEM, case=case)

    # Session, account, centre; case, its 手口; page; persons, their names; the entry: head, entry, head.
    with django_assert_num_queries(11 - builders.ONE_STATEMENT):
        first = client.get(looks(case))
    older = client.get(looks(case) + first.context["older_url"])

    assert [len(page.context["entries"]) for page in (first, older)] == [100, 32]


# --- 今週開かれたもの -----------------------------------------------------------------------------------------------
def at(moment):
    return time_machine.travel(moment, tick=False)


def marks_of(client):
    page = client.get(reverse("week-looks"))
    return {line.who: (line.cells[0].count, line.marks) for line in page.context["lines"]}


@pytest.mark.parametrize(("over", "marks"), [(0, []), (1, ["11/25 10時台 個人情報の表示が13回(目安12)"])])
def test_what_the_watch_reported_is_marked_by_its_own_measure_and_nothing_else(
    over, marks, case, counsellor, manager, settings
):
    settings.WATCH_LIMITS = {**settings.WATCH_LIMITS, "REVEALS": (12, 100)}
    with at(WEDNESDAY.replace(hour=10)):
        entries = [audit.entry("REVEALED", by=counsellor, case=case) for _n in range(12 + over)]
        audit.record_all(entries)
        watch.note("REVEALS", by=counsellor, centre=counsellor.centre)

        assert marks_of(signed_in(manager))[str(counsellor)] == (12 + over, marks)


@pytest.mark.parametrize(("hour", "marked"), [(5, True), (6, False), (20, False), (21, True)])
def test_what_is_opened_at_night_is_marked(hour, marked, case, counsellor, manager):
    with at(WEDNESDAY.replace(hour=hour)):
        audit.record("REVEALED", by=counsellor, case=case)

        assert (marks_of(signed_in(manager))[str(counsellor)][1] == ["夜間(21時〜6時)に1件"]) is marked


def test_a_number_leads_to_its_entries(case, counsellor, manager):
    audit.record("REVEALED", by=counsellor, case=case)
    audit.record("CASE_VIEWED", by=counsellor, case=case)
    client = signed_in(manager)

    line = client.get(reverse("week-looks")).context["lines"][0]
    entries = client.get(line.cells[0].links[0][1]).context["entries"]

    assert [(entry.who, entry.action) for entry in entries] == [(str(counsellor), "個人情報を表示した")]


def test_a_week_takes_the_same_few_queries_for_many_accounts(manager, centre, django_assert_num_queries):
    client = signed_in(manager)
    client.get(reverse("week-looks"))
    for _n in range(5):
        audit.record("CASES_LISTED", by=builders.account(at=centre), centre=centre)

    # Session, account, centre; accounts; this week, its reports; the entry about this look: head, entry, head.
    with django_assert_num_queries(9 - builders.ONE_STATEMENT):
        client.get(reverse("week-looks"))


def test_a_refused_page_is_in_the_log_by_its_name(counsellor, manager):
    signed_in(counsellor).get(reverse("audit"))
    signed_in(counsellor).get("/api/v1/numbers/breakdown")

    refused = AuditEntry.objects.filter(action="ACCESS_REFUSED", actor=counsellor).order_by("pk")
    assert [row.reason for row in refused] == ["audit", "api-numbers"]


# --- 記録の検証 ----------------------------------------------------------------------------------------------------
def verified(client):
    client.post(reverse("log-verify"))
    while work.claim_and_run(worker="tests"):
        pass
    return client.get(reverse("log-state"))


@pytest.fixture(autouse=True)
def own_data_folder(tmp_path, settings):
    settings.DATA_DIR = tmp_path


@pytest.mark.parametrize("touched", [False, True])
def test_the_last_verification_and_its_faults_are_shown(touched, case, manager):
    audit.record("CASE_VIEWED", by=SYSTEM, case=case)
    if touched:
        append_only.remove(connection)
        AuditEntry.objects.filter(action="CASE_VIEWED").update(reason="x")
        append_only.install(connection)

    page = verified(signed_in(manager)).content.decode()

    assert ("記録の内容が書き換えられている" in page and case.number in page) is touched
    assert ("欠けも書き換えもありませんでした" in page) is not touched
    assert (log_state.faults_card(manager) is not None) is touched


def test_a_verification_under_way_is_not_started_twice(manager):
    client = signed_in(manager)
    for _n in range(2):
        client.post(reverse("log-verify"))

    assert len([job for job in checking.Job.objects.all() if job.kind == checking.JOB]) == 1
    assert "いま検証しています" in client.get(reverse("log-state")).content.decode()


@pytest.mark.parametrize(
    ("sinks", "said"),
    [
        ([], "操作記録の検査点の送り先がありません"),
        (["log.jsonl"], "操作記録の検査点の送り先がありません"),
        (["syslog://loghost:601"], None),
    ],
)
def test_no_place_beyond_this_machine_is_told_to_who_keeps_backups(sinks, said, settings, manager):
    settings.AUDIT_SINKS = sinks

    card = log_state.sinks_card(manager)

    assert (card.title if card else None) == said
    assert card is None or (card.level == "warning") is bool(sinks)
