"""決裁 on the pages: list, card with what changed, decision, and what the counsellor sees of it."""

import re
import uuid

import pytest
from django.test import Client
from django.urls import reverse

from cases import held
from cases.protection import seen
from cases.protection.models import AuditEntry
from cases.records.approval import ApprovalStep, CaseSeen
from cases.services import approval, followup
from cases.services.approval import State
from tests import builders
from tests.cases.services.test_approval import asked, closed, returned
from tests.cases.services.test_followup import note
from tests.consult.desk.conftest import client_of, queries_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def approver(counsellor):
    return builders.account("APPROVER", at=counsellor.centre)


@pytest.fixture
def bench(approver) -> Client:
    """The approver's browser."""
    return client_of(approver)


def url(name, case):
    return reverse(name, args=[case.uid])


def decision(page, **more):
    form = page.context["decide_form"]
    return {"uid": form["uid"].value(), "revision": form["revision"].value(), "comment": "", **more}


def test_a_counsellor_asks_and_the_case_waits_in_the_list(desk, bench, counsellor):
    case = closed(counsellor)
    form = desk.get(url("case-approval", case)).context["form"]

    answer = desk.post(
        url("case-approval", case), {"uid": form["uid"].value(), "comment": "確認をお願いします。"}
    )

    assert answer.status_code == 302
    assert "決裁を待っています" in desk.get(url("case", case)).content.decode()
    assert case.number in bench.get(reverse("approvals")).content.decode()


def test_the_step_is_offered_only_where_it_makes_sense(desk, counsellor):
    cases = (closed(counsellor), asked(counsellor), builders.case(by=counsellor))

    pages = [desk.get(url("case", case)).content.decode() for case in cases]

    offered = [
        f'href="{url("case-approval", case)}"' in page for case, page in zip(cases, pages, strict=True)
    ]
    assert offered == [True, False, False]


@pytest.mark.parametrize(("do", "state"), [("approve", State.APPROVED), ("return", State.RETURNED)])
def test_a_decision_leads_to_the_next_case(bench, counsellor, do, state):
    case, following = asked(counsellor), asked(counsellor)
    page = bench.get(url("approval", case))

    answer = bench.post(
        url("approval-decide", case), decision(page, do=do, comment="助言の日付がありません。")
    )

    assert answer.url == url("approval", following)
    assert approval.state_of(case) is state


def test_the_reason_of_a_return_stands_on_the_case_and_on_today(desk, approver, counsellor):
    case = asked(counsellor, caller=builders.person())
    returned(case, approver, comment="山田花子さんの契約日を確かめてください。")

    page = desk.get(url("case", case)).content.decode()

    assert "契約日を確かめてください" in page
    assert "山田花子" not in page
    assert "決裁で差し戻された相談が1件" in desk.get(reverse("today")).content.decode()
    assert case.number in desk.get(reverse("own-approvals")).content.decode()


def test_a_case_that_changed_is_not_decided_and_keeps_the_comment(bench, counsellor):
    case = asked(counsellor)
    page = bench.get(url("approval", case))
    followup.add_follow_up(case.uid, note(), by=counsellor)

    answer = bench.post(url("approval-decide", case), decision(page, do="approve", comment="よい。"))
    again = bench.post(url("approval-decide", case), decision(answer, do="approve", comment="よい。"))

    assert (answer.status_code, answer.context["decide_form"]["comment"].value()) == (412, "よい。")
    assert again.status_code == 302


def test_a_double_click_decides_once(bench, counsellor):
    case = asked(counsellor)
    sent = decision(bench.get(url("approval", case)), do="approve")

    answers = [bench.post(url("approval-decide", case), sent) for _press in range(2)]

    assert [answer.status_code for answer in answers] == [302, 302]
    assert ApprovalStep.objects.filter(kind="APPROVED").count() == 1


def test_several_are_approved_at_once_and_the_changed_one_is_named(bench, counsellor):
    first, changed = asked(counsellor), asked(counsellor)
    page = bench.get(reverse("approvals")).content.decode()
    chosen = re.findall(r'name="chosen" value="([^"]+)"', page)
    followup.add_follow_up(changed.uid, note(), by=counsellor)

    sent = {"chosen": [*chosen, "x:y"], "comment": "月次の確認です。"}
    text = bench.post(reverse("approvals-approve"), sent, follow=True).content.decode()

    assert "1件を承認しました" in text
    assert "月次の確認です。" in bench.get(url("approval", first)).content.decode()
    assert f"{changed.number}: " in text
    changed.refresh_from_db()
    assert [approval.state_of(case) for case in (first, changed)] == [State.APPROVED, State.ASKED]


@pytest.mark.parametrize(
    ("comment", "ticks", "told"),
    [("確認しました。", 0, "承認する相談を選んでください。"), ("長" * 20_001, 1, "文字以内")],
)
def test_a_batch_that_is_refused_keeps_its_comment_and_its_ticks(bench, counsellor, comment, ticks, told):
    asked(counsellor)
    page = bench.get(reverse("approvals")).content.decode()
    chosen = re.findall(r'name="chosen" value="([^"]+)"', page)[:ticks]

    answer = bench.post(reverse("approvals-approve"), {"chosen": chosen, "comment": comment})
    text = answer.content.decode()

    assert answer.status_code == 422
    assert told in text
    assert comment in text
    assert len(re.findall(r'name="chosen"[^>]* checked', text)) == ticks
    assert not ApprovalStep.objects.filter(kind="APPROVED").exists()


def test_a_case_whose_row_is_gone_is_listed_and_says_so(bench, counsellor):
    case = asked(counsellor)
    ApprovalStep.objects.all().delete()
    held.forget_all()

    text = bench.get(reverse("approvals")).content.decode()

    assert case.number in text
    assert "起案の行が失われています" in text


def test_ones_own_case_has_no_tick(counsellor):
    counsellor.role_codes = ["COUNSELLOR", "APPROVER"]
    counsellor.save()
    asked(counsellor)

    assert 'name="chosen"' not in client_of(counsellor).get(reverse("approvals")).content.decode()


def corrected(case, by, **more):
    case.refresh_from_db()
    followup.correct_case(builders.entry(uid=case.uid, **more), revision=case.revision, by=by)


def test_what_changed_since_the_last_look_is_told_in_words(bench, counsellor):
    case = asked(counsellor, contract_yen=1_480_000, caller=builders.person())
    bench.post(url("approval-seen", case), {"revision": case.revision})
    narrative = "無料の屋根点検だと言われ、178万円の工事を契約したという。"
    caller = builders.person(phone="03-1111-2222")
    corrected(case, counsellor, narrative=narrative, contract_yen=1_780_000, caller=caller)
    followup.add_follow_up(case.uid, note(text="写しを受け取った。"), by=counsellor)

    page = bench.get(url("approval", case))

    told = [(one.label, one.before, one.now) for one in page.context["coded_changes"]]
    assert told == [("契約購入金額", "1,480,000円", "1,780,000円")]
    (text,) = page.context["text_changes"]
    assert [(piece.kind, piece.text) for piece in text.pieces if piece.kind in ("added", "removed")] == [
        ("removed", "4"), ("added", "7"),
    ]  # fmt: skip
    assert page.context["hidden_changes"] == ["相談者 電話"]
    assert len(page.context["since"].new_follow_ups) == 1


def test_reloading_still_shows_what_was_new_and_a_later_state_is_not_taken_as_seen(bench, counsellor):
    case = asked(counsellor)
    bench.post(url("approval-seen", case), {"revision": case.revision})
    corrected(case, counsellor, sales_method="MAIL_ORDER")
    case.refresh_from_db()

    bench.post(url("approval-seen", case), {"revision": case.revision})
    bench.post(url("approval-seen", case), {"revision": case.revision + 1})

    assert [one.name for one in bench.get(url("approval", case)).context["since"].codes] == ["sales_method"]
    assert CaseSeen.objects.get().revision == case.revision


def test_nobody_is_told_of_changes_to_what_they_never_saw(bench, counsellor):
    assert bench.get(url("approval", asked(counsellor))).context["since"] is None


@pytest.mark.parametrize(
    ("reason", "waits", "status", "shown"),
    [
        ("契約書と名前を照らす", True, 200, True),
        ("", True, 422, False),
        ("契約書と名前を照らす", False, 409, False),
    ],
)
def test_persons_are_shown_for_a_reason_while_the_case_waits(bench, counsellor, reason, waits, status, shown):
    make = asked if waits else closed
    case = make(counsellor, caller=builders.person())

    answer = bench.post(url("approval-reveal", case), {"reason": reason})

    assert (answer.status_code, "山田 花子" in answer.content.decode()) == (status, shown)
    logged = AuditEntry.objects.filter(action="REVEALED", purpose="APPROVAL")
    assert logged.exists() == shown


def test_the_purpose_of_approval_is_not_for_the_desk(desk, counsellor):
    case = closed(counsellor)

    answer = desk.post(
        url("case-reveal", case), {"purpose": "APPROVAL", "reason": "見たい", "part": "contact"}
    )

    assert answer.status_code == 422


def test_the_list_asks_as_often_for_three_as_for_one(bench, counsellor):
    def ask():
        held.forget_all()
        bench.get(reverse("approvals"))

    asked(counsellor)
    ask()
    one = queries_of(ask)
    for _more in range(2):
        asked(counsellor)

    assert queries_of(ask) == one
    assert one <= 16


def test_what_was_seen_is_sealed(bench, counsellor):
    case = asked(counsellor)
    bench.post(url("approval-seen", case), {"revision": case.revision})

    assert "屋根" not in str(CaseSeen.objects.values())
    assert seen.compared(case, seen.RedactedText("", ""), by=builders.account(at=counsellor.centre)) is None


def test_withdrawing_twice_is_withdrawing(desk, counsellor):
    case, uid = asked(counsellor), str(uuid.uuid4())

    for _press in range(2):
        desk.post(url("case-approval-withdraw", case), {"uid": uid})

    assert approval.state_of(case) is State.NONE
    assert ApprovalStep.objects.filter(kind="WITHDRAWN").count() == 1
