"""保存期限と廃棄 on the pages: announced, proposed, looked through, approved by another, and a receipt at last."""

import json
import uuid
from contextlib import ExitStack
from datetime import date, datetime, time, timedelta

import pytest
import time_machine
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from cases import jobs, today
from cases.law.calendar import TOKYO
from cases.models import AuditEntry, Backup, Disposal, LegalHold, RetentionYears, Tombstone
from cases.records.case import Case
from cases.records.later_review import LaterReview
from cases.services import followup
from cases.services.retention import disposal, holds, receipts
from consult.manage.protection import retention
from tests import builders
from tests.consult.manage.conftest import signed_in

pytestmark = pytest.mark.django_db
OLD = date(2021, 3, 31)  # 2020年度: 5 years end on 2026-04-01
SOON = date(2022, 3, 31)  # due on 2027-04-01


@pytest.fixture
def closed(counsellor):
    def make(day=OLD, **more):
        case = builders.case(by=counsellor, received_at=datetime.combine(day, time(10), TOKYO), **more)
        return followup.close_case(case.uid, outcome="ADVICE", closed_on=day, by=counsellor)

    return make


@pytest.fixture
def other_manager(centre):
    return builders.account("MANAGER", at=centre)


@pytest.fixture
def time_machine_at():
    """Moves the clock once the rows are there."""
    with ExitStack() as stack:
        yield lambda moment: stack.enter_context(time_machine.travel(moment, tick=False))


def text_of(answer):
    return answer.content.decode()


def run_worker():
    while jobs.claim_and_run(worker="w"):
        pass


def test_the_page_announces_what_falls_due_and_lists_what_is_due(
    closed, manager, django_assert_max_num_queries
):
    case = closed(narrative="秘密の相談の文")
    held = closed()
    holds.place(held.uid, ground=LegalHold.Ground.AUDIT, by=manager)
    closed(SOON)
    client = signed_in(manager)

    with django_assert_max_num_queries(14):
        page = client.get(reverse("retention"))

    assert [(row.day, row.count, row.held) for row in page.context["falling"]] == [
        (date(2026, 4, 1), 2, 1),
        (date(2027, 4, 1), 1, 0),
    ]
    assert {row.number for row, _label, _day in page.context["rows"]} == {case.number, held.number}
    assert "秘密の相談の文" not in text_of(page)


@pytest.mark.parametrize(("day", "is_told"), [(SOON, True), (date(2023, 3, 31), False)])
def test_from_three_months_before_the_card_says_so(closed, manager, day, is_told, time_machine_at):
    closed(day)
    time_machine_at(datetime(2027, 1, 2, 9, 0, tzinfo=TOKYO))

    card = retention.card(manager)

    assert (card is not None) == is_told
    if card:
        assert "1件" in card.title
        assert "令和9年4月1日" in card.body


def test_the_card_is_silent_more_than_three_months_before(closed, manager, time_machine_at):
    closed(SOON)
    time_machine_at(datetime(2026, 12, 29, 9, 0, tzinfo=TOKYO))

    assert retention.card(manager) is None


def test_a_proposal_waits_on_the_card_of_others(closed, manager, other_manager):
    closed()
    disposal.propose_due(manager.centre, by=manager)

    told = retention.card(other_manager)
    assert told is not None
    assert told.level is today.Level.WARNING
    own = retention.card(manager)
    assert own is None or own.level is not today.Level.WARNING


def test_a_batch_goes_from_the_proposal_to_the_register(closed, manager, other_manager):
    cases = [closed() for _number in range(3)]
    client, other = signed_in(manager), signed_in(other_manager)
    client.post(reverse("disposal-propose"))
    batch = Disposal.objects.get()
    page = reverse("disposal", args=[batch.uid])
    assert "別の人が承認します" in text_of(client.get(page))
    assert "承認して消去する" not in text_of(client.get(page))

    shown = {"shown": [str(case.uid) for case in cases], "kept": [str(cases[0].uid)]}
    assert "1件を変えました" in text_of(
        other.post(reverse("disposal-keep", args=[batch.uid]), shown, follow=True)
    )
    assert "2件を消去する" in text_of(other.get(page))
    refused = client.post(reverse("disposal-approve", args=[batch.uid]), follow=True)
    assert "ほかの人の確認が必要です" in text_of(refused)
    other.post(reverse("disposal-approve", args=[batch.uid]))
    run_worker()

    assert [case.number for case in Case.objects.all()] == [cases[0].number]
    done = text_of(client.get(page))
    assert "これまでに2件を消去しました" in done
    assert "残した" in done
    register = text_of(client.get(reverse("retention-register")))
    assert "保存期限の到来" in register
    assert cases[1].number in register
    csv = client.get(reverse("retention-register-csv")).content.decode("utf-8-sig").splitlines()
    assert len(csv) == 2
    assert f",保存期限の到来,,相談の記録,2,0,MANAGER さん,MANAGER さん,{batch.uid}" in csv[1]
    assert AuditEntry.objects.filter(action="REGISTER_EXPORTED").count() == 1


def test_the_only_manager_approves_alone_although_counsellors_work_there_and_it_is_listed(closed, manager):
    closed()
    client = signed_in(manager)
    client.post(reverse("disposal-propose"))
    batch = Disposal.objects.get()
    page = text_of(client.get(reverse("disposal", args=[batch.uid])))

    client.post(reverse("disposal-approve", args=[batch.uid]))

    batch.refresh_from_db()
    assert "一人体制のため承認できます" in page
    assert batch.state == Disposal.State.APPROVED
    assert LaterReview.objects.get().subject_uid == batch.uid


def test_a_withdrawn_proposal_says_so(closed, manager):
    closed()
    client = signed_in(manager)
    client.post(reverse("disposal-propose"))
    batch = Disposal.objects.get()

    answer = client.post(reverse("disposal-withdraw", args=[batch.uid]), follow=True)
    again = client.post(reverse("disposal-approve", args=[batch.uid]), follow=True)

    assert "取り下げました" in text_of(answer)
    assert "もう決まっています" in text_of(again)
    assert Case.objects.count() == 1


def test_with_nothing_due_no_proposal_is_made(manager):
    answer = signed_in(manager).post(reverse("disposal-propose"), follow=True)

    assert "案に入れる相談はありません" in text_of(answer)


@pytest.mark.parametrize(
    ("years", "from_on", "status"),
    [("7", "2027-04-01", 302), ("7", "2026-11-19", 422), ("0", "2027-04-01", 422)],
)
def test_years_are_set_from_a_day_on(manager, years, from_on, status):
    client = signed_in(manager)
    form = {"record_class": "CONSULTATION", "years": years, "from_on": from_on}

    answer = client.post(reverse("retention-classes"), form)

    assert (answer.status_code, RetentionYears.objects.count()) == (status, int(status == 302))
    page = text_of(client.get(reverse("retention-classes")))
    assert ("2027-04-01 から7年" in page) == (status == 302)


@pytest.mark.parametrize(("number", "is_known"), [("own", True), ("2026-999999", False), ("other", False)])
def test_a_case_is_held_by_its_number(closed, manager, number, is_known):
    case = closed()
    elsewhere = builders.case(
        by=builders.account(at=builders.centre("kita")), received_at=datetime(2019, 5, 1, tzinfo=TOKYO)
    )
    number = {"own": case.number, "other": elsewhere.number}.get(number, number)
    client = signed_in(manager)

    client.post(
        reverse("retention-holds"), {"number": number, "ground": "LITIGATION", "reference": "法務 第12号"}
    )

    assert LegalHold.objects.count() == int(is_known)
    assert ("法務 第12号" in text_of(client.get(reverse("retention-holds")))) == is_known


def test_one_case_shows_how_it_is_kept_and_can_be_changed(closed, manager):
    case = closed()
    client = signed_in(manager)
    page = reverse("retention-case", args=[case.uid])
    assert "令和8年3月31日 まで" in text_of(client.get(page))

    client.post(reverse("retention-case-class", args=[case.uid]), {"record_class": "LITIGATION"})
    assert "令和13年3月31日 まで" in text_of(client.get(page))

    client.post(reverse("retention-case-hold", args=[case.uid]), {"ground": "OTHER", "reference": ""})
    assert "保存停止中のため、消去できません" in text_of(client.get(page))
    client.post(reverse("hold-lift", args=[LegalHold.objects.get().uid]))
    assert "消去の案を作る" in text_of(client.get(page))


@pytest.mark.parametrize("is_right", [True, False])
def test_erasing_one_case_wants_its_number_once_more(manager, is_right):
    case = builders.case(by=manager)
    form = {"ground": "REQUEST", "reference": "", "number": case.number if is_right else "2026-000000"}

    answer = signed_in(manager).post(reverse("retention-case-erase", args=[case.uid]), form)

    assert (answer.status_code, Disposal.objects.count()) == ((302, 1) if is_right else (422, 0))


def test_an_erased_case_shows_what_it_waits_for_and_then_its_receipt(manager, other_manager):
    case = builders.case(by=manager)
    backup = Backup.objects.create(taken_at=timezone.now() - timedelta(days=3), file_name="a.backup")
    made = disposal.propose_one(case.uid, ground=Disposal.Ground.REQUEST, by=manager)
    disposal.approve(made.uid, by=other_manager)
    run_worker()
    stone = Tombstone.objects.get()
    client = signed_in(manager)
    page, receipt = (reverse(name, args=[stone.uid]) for name in ("erased-case", "erased-receipt"))
    assert "データベースのファイルの掃除" in text_of(client.get(page))

    Tombstone.objects.update(files_clean_at=timezone.now(), words_gone_at=timezone.now())
    receipts.settle()
    waiting = text_of(client.get(page))
    assert "消去より前に取った控え" in waiting
    assert f"{timezone.localtime(backup.taken_at) + timedelta(days=35):%Y-%m-%d} ごろ" in waiting
    assert "まだ証明を出せません" in text_of(client.post(receipt, follow=True))

    Backup.objects.update(gone_at=timezone.now())
    receipts.settle()
    assert "どの控えからも読み出せません" in text_of(client.get(page))
    paper = client.post(receipt)
    assert paper["Content-Type"].startswith("text/plain")
    assert f"相談番号{case.number}の記録は、令和8年11月20日に消去し" in text_of(paper)
    assert AuditEntry.objects.filter(action="ERASURE_RECEIPT_GIVEN").count() == 1


@pytest.mark.parametrize("is_held", [True, False])
def test_the_case_page_says_how_long_it_is_kept(closed, counsellor, manager, is_held):
    case = closed()
    if is_held:
        holds.place(case.uid, ground=LegalHold.Ground.OTHER, by=manager)

    page = text_of(signed_in(counsellor).get(reverse("case", args=[case.uid])))

    assert "保存期限 令和8年3月31日" in page
    assert ("保存停止中" in page) == is_held
    assert reverse("retention-case", args=[case.uid]) not in page


def test_a_late_retry_over_the_api_is_told_that_the_case_is_erased(manager, counsellor):
    uid = uuid.uuid4()
    client = signed_in(counsellor)
    body = {
        "uid": str(uid),
        "received_at": "2026-11-20T10:30:00+09:00",
        "channel": "PHONE",
        "narrative": "屋根の点検",
        "scam_main": "INSPECTION",
    }
    first = client.post("/api/v1/cases/", json.dumps(body), content_type="application/json")
    assert first.status_code == 201, first.content
    case = Case.objects.get()
    disposal.erasure.erase_case(case.uid, reason=Disposal.Ground.REQUEST, by=manager)

    again = client.post("/api/v1/cases/", json.dumps(body), content_type="application/json")

    assert (again.status_code, again.json()["code"]) == (410, "case_erased")


def test_the_command_counts_without_naming(closed, manager, capsys):
    case = closed()
    closed(SOON)
    disposal.erasure.erase_case(closed().uid, reason=Disposal.Ground.REQUEST, by=manager)

    call_command("retention_status", "--json")
    found = json.loads(capsys.readouterr().out)
    call_command("retention_status")

    assert found["centres"][0] | {"years": None} == {
        "code": "minato", "years": None, "due": 1, "ahead": 1, "held": 0, "proposed": 0, "under_way": 0,
    }  # fmt: skip
    assert found["centres"][0]["years"]["CONSULTATION"] == 5
    assert found["erased"] == {
        "all": 1, "waiting_for_files": 1, "waiting_for_words": 1, "waiting_for_backups_or_keys": 0, "beyond_reach": 0,
    }  # fmt: skip
    assert case.number not in capsys.readouterr().out
