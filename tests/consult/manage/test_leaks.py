"""漏えい対応 on its pages: forms that lose nothing, clocks, drafts, papers, and who sees persons."""

import csv
import io
import uuid
from datetime import datetime

import pytest
from django.urls import reverse

from cases import jobs, today
from cases.law.calendar import TOKYO
from cases.records.leaks import LeakIncident, LeakNotice
from cases.records.papers import OfficePaper
from cases.services import attachments, leaks
from cases.services.leaks import LeakEntry
from consult.shell.devices import SignedIn
from tests import builders
from tests.consult.manage.conftest import signed_in
from tests.papers import text_of

SUMMARY = "山田花子さん(090-1234-5678)の相談カードを訪問先に置き忘れた。"


@pytest.fixture
def known(counsellor):
    return builders.case(by=counsellor, caller=builders.person(name="=cmd 花子"))


@pytest.fixture
def leak(manager, known):
    """Known on 17 November, a Tuesday; today is the 20th."""
    entry = LeakEntry(
        uid=uuid.uuid4(),
        kind="LOSS",
        found_at=datetime(2026, 11, 17, 9, tzinfo=TOKYO),
        scope="CASES",
        summary=SUMMARY,
        case_uids=(known.uid,),
    )
    incident = leaks.report(entry, centre=manager.centre, by=manager)
    run(incident.job)
    return incident


def run(job) -> None:
    assert jobs.claim_and_run(job.uid, worker="w")


def form(**more):
    return {
        "uid": str(uuid.uuid4()),
        "kind": "MISSENT",
        "found_at": "11/19 10:00",
        "summary": "ファクスを別の番号へ送った。",
        "scope": "OTHER",
        "persons_known": "2",
        "property_damage": "NO",
        "wrongful_intent": "NO",
        "key_safe": "UNKNOWN",
        "open_columns_identify": "UNKNOWN",
        "recovered_unseen": "NO",
        **more,
    }


@pytest.mark.parametrize(
    ("more", "wrong"),
    [
        ({}, set()),
        ({"found_at": ""}, {"found_at"}),
        ({"found_at": "12/1 10:00"}, {"found_at"}),
        ({"scope": "ACCOUNT"}, {"account"}),
        ({"scope": "ACCOUNT", "account": "' OR 1=1"}, {"account"}),
        ({"scope": "PERIOD", "since": "11/5", "until": "11/4"}, {"until"}),
        ({"scope": "CASES", "numbers": "2026-999999 <script>"}, {"numbers"}),
        ({"scope": "CASES", "numbers": " ".join(str(n) for n in range(501))}, {"numbers"}),
        ({"scope": "DEVICE"}, {"devices"}),
        ({"scope": "DEVICE", "devices": ["1", "' OR 1=1"]}, {"devices"}),
        ({"scope": "DEVICE", "devices": [str(uuid.uuid4())]}, {"devices"}),
        ({"scope": "ATTACHMENT"}, {"numbers", "file_number"}),
        ({"scope": "EXPORT"}, {"export"}),
        ({"scope": "EXPORT", "export": str(uuid.uuid4())}, {"export"}),
        ({"persons_known": "-1"}, {"persons_known"}),
        ({"scope": "EVERYTHING"}, {"scope"}),
        ({"uid": "1"}, {"uid"}),
    ],
)
def test_telling_of_a_leak(more, wrong, desk_of_numbers):
    sent = form(**more)

    answer = desk_of_numbers.post(reverse("leak-new"), sent)

    assert answer.status_code == (422 if wrong else 302)
    if wrong:
        assert set(answer.context["form"].errors) == wrong
        assert sent["summary"] in answer.content.decode()
    assert LeakIncident.objects.count() == (not wrong)


def test_the_page_tells_duty_clocks_and_numbers(desk_of_numbers, leak):
    page = desk_of_numbers.get(reverse("leak", args=[leak.uid])).content.decode()

    assert "報告と本人への通知が必要" in page
    assert "2026年11月21日" in page  # day 5 of knowing
    assert "2026年12月16日" in page  # day 30
    assert SUMMARY in page


def test_system_staff_see_numbers_and_no_person(administrator, leak):
    client = signed_in(administrator)

    page = client.get(reverse("leak", args=[leak.uid])).content.decode()

    assert "本人(延べ)" in page
    assert "相談カード" in page
    assert "山田" not in page
    assert "090-1234-5678" not in page
    for name in ("leak-preliminary", "leak-final", "leak-list-ask", "leak-close"):
        assert client.post(reverse(name, args=[leak.uid])).status_code == 403


def test_the_list_is_cheap_however_long_it_is(desk_of_numbers, manager, leak, django_assert_num_queries):
    def queries(count):
        with django_assert_num_queries(count):
            desk_of_numbers.get(reverse("leaks"))

    queries(5)
    for _ in range(5):
        entry = LeakEntry(
            uid=uuid.uuid4(), kind="LOSS", found_at=leak.found_at, scope="OTHER", summary="紛失"
        )
        leaks.report(entry, centre=manager.centre, by=manager)
    queries(5)


def test_a_draft_begins_with_what_is_known_and_becomes_a_paper(desk_of_numbers, leak, ua_faults):
    address = reverse("leak-preliminary", args=[leak.uid])
    first = desk_of_numbers.get(address).context["form"].initial
    assert "置き忘れた" in first["outline"]
    assert "1人(相談1件" in first["persons"]

    sent = {**first, "cause": "確認表を使わなかった #panic() $x$", "pdf": "1"}
    assert desk_of_numbers.post(address, sent).status_code == 302
    run(jobs.Job.objects.get(kind="office.paper"))

    assert desk_of_numbers.get(address).context["form"].initial["cause"] == sent["cause"]
    paper = OfficePaper.objects.get()
    file = desk_of_numbers.get(reverse("paper-file", args=[paper.uid]))
    assert ua_faults(file.content) == []
    assert "確認表を使わなかった" in text_of(file.content)
    assert file["Cache-Control"] == "no-store"


def test_an_empty_draft_is_not_a_report(desk_of_numbers, leak):
    assert desk_of_numbers.post(reverse("leak-final", args=[leak.uid]), {"cause": " "}).status_code == 422


def test_the_list_of_persons_is_taken_once_with_a_reason(desk_of_numbers, counsellor, leak):
    second = builders.account("MANAGER", at=counsellor.centre)
    desk_of_numbers.post(reverse("leak-list-ask", args=[leak.uid]), {"part": "1"})
    notice = LeakNotice.objects.get()
    take = reverse("leak-list-take", args=[notice.uid])
    approve = reverse("leak-list-approve", args=[notice.uid])
    desk_of_numbers.post(approve)
    notice.refresh_from_db()
    assert notice.approved_at is None  # the same person
    signed_in(second).post(approve)
    assert desk_of_numbers.post(take, {"reason": "短い"}).status_code == 422

    answer = desk_of_numbers.post(take, {"reason": "漏えいを本人へ知らせるため"})

    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [row["氏名"] for row in rows] == ["'=cmd 花子"]
    assert desk_of_numbers.post(take, {"reason": "漏えいを本人へ知らせるため"}).status_code == 409


@pytest.mark.parametrize(
    ("now", "level", "words"),
    [
        ((11, 18), today.Level.WARNING, "あと3日"),
        ((11, 21), today.Level.ERROR, "あと0日"),
        ((11, 23), today.Level.ERROR, "2日過ぎた"),
    ],
)
def test_the_card_of_the_day_tells_the_next_due_day(now, level, words, manager, leak, time_machine):
    time_machine.move_to(datetime(2026, *now, 12, tzinfo=TOKYO), tick=False)

    from consult.manage.protection.leaks import card

    found = card(manager)

    assert (found.level, words in found.body) == (level, True)


def test_a_report_that_went_out_stops_its_clock(desk_of_numbers, manager, leak):
    from consult.manage.protection.leaks import card

    sent = reverse("leak-sent", args=[leak.uid])
    assert desk_of_numbers.post(sent, {"kind": "PRELIMINARY", "sent_on": "いつか"}).status_code == 422
    desk_of_numbers.post(sent, {"kind": "PRELIMINARY", "sent_on": "11/20"})

    assert "2026年12月16日" in card(manager).body


# --- devices and files -----------------------------------------------------------------------------------------


@pytest.fixture
def office_pc(counsellor):
    """A device at which the counsellor works."""
    return SignedIn.objects.create(
        account=counsellor, device_uid=uuid.uuid4(), device="Windows Edge", address="192.0.2.10"
    )


def reported(client, **more) -> LeakIncident:
    answer = client.post(reverse("leak-new"), form(**more))
    assert answer.status_code == 302, answer.context["form"].errors
    incident = LeakIncident.objects.latest("pk")
    run(incident.job)
    return incident


def test_a_device_is_chosen_by_what_people_know_of_it(desk_of_numbers, counsellor, office_pc, time_machine):
    SignedIn.objects.create(account=builders.account(at=builders.centre("kita")), device_uid=uuid.uuid4())
    builders.case(by=counsellor, caller=builders.person())
    offered = desk_of_numbers.get(reverse("leak-new")).context["form"].fields["devices"].choices
    label = f"Windows Edge、192.0.2.10、最後 2026-11-20 12:00 {counsellor}({str(office_pc.device_uid)[:8]})"

    time_machine.move_to(datetime(2026, 11, 20, 12, 30, tzinfo=TOKYO), tick=False)
    incident = reported(
        desk_of_numbers, scope="DEVICE", devices=[str(office_pc.device_uid)], persons_known=""
    )
    page = desk_of_numbers.get(reverse("leak", args=[incident.uid]))

    assert offered == [(str(office_pc.device_uid), label)]
    assert label in page.content.decode()
    assert (page.context["finding"].cases, page.context["finding"].persons) == (1, 1)


@pytest.mark.parametrize(("number", "refused"), [("1", set()), ("2", {"file_number"})])
def test_an_attached_file_is_named_by_its_case_and_number(number, refused, desk_of_numbers, manager, known):
    attachments.attach(known.uid, "写し.txt", io.BytesIO(b"copy"), size=4, by=manager)
    sent = form(scope="ATTACHMENT", numbers=known.number, file_number=number, persons_known="")

    answer = desk_of_numbers.post(reverse("leak-new"), sent)

    assert answer.status_code == (422 if refused else 302)
    if refused:
        assert set(answer.context["form"].errors) == refused
    else:
        page = desk_of_numbers.get(reverse("leak", args=[sent["uid"]])).content.decode()
        assert f"{known.number} 添付1" in page


def test_one_file_belongs_to_one_case(desk_of_numbers, counsellor, known):
    other = builders.case(by=counsellor)
    sent = form(scope="ATTACHMENT", numbers=f"{known.number} {other.number}", file_number="1")

    assert set(desk_of_numbers.post(reverse("leak-new"), sent).context["form"].errors) == {"numbers"}


def test_a_file_that_left_is_chosen_from_the_log(desk_of_numbers, cards):
    desk_of_numbers.get(reverse("numbers-export", args=["csv"]))
    offered = desk_of_numbers.get(reverse("leak-new")).context["form"].fields["export"].choices
    assert len(offered) == 2
    assert offered[1][1].startswith("2026-11-20 12:00 MANAGER さん 集計をファイルに出した CSV 2026-04-01〜")

    incident = reported(desk_of_numbers, scope="EXPORT", export=offered[1][0], persons_known="")
    page = desk_of_numbers.get(reverse("leak", args=[incident.uid])).content.decode()

    assert "個人が分かることがあります" in page
    assert offered[1][1] in page


def test_older_files_are_offered_for_the_time_that_was_typed(desk_of_numbers, cards, time_machine):
    desk_of_numbers.get(reverse("numbers-export", args=["csv"]))
    told = {"scope": "EXPORT", "since": "11/1", "until": "11/10"}

    answer = desk_of_numbers.post(reverse("leak-new"), form(**told)).context["form"]

    assert answer.fields["export"].choices == [("", "—")]
    assert answer.errors["export"] == ["この期間に出力されたファイルを並べました。選んでください。"]
