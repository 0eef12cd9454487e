"""Showing and custody from the case's page: who is asked what, and what the page offers to whom."""

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse

from cases.protection.models import AuditEntry
from cases.records.case import Case
from cases.records.custody import BreakGlass, HandOver
from cases.records.links import CaseLink
from cases.services import custody, glass
from tests import builders
from tests.consult.desk.conftest import client_of

pytestmark = pytest.mark.django_db

NAME = "鬼塚 紗都香"
STORY = "鬼塚紗都香さんから。無料点検の後で高額な工事を契約した。"
REASON = "本人が危ないと警察から連絡があった"


@pytest.fixture
def case(counsellor):
    caller = builders.person(name=NAME, kana="オニヅカ サトカ", phone="080-7012-3456")
    return builders.case(by=counsellor, caller=caller, narrative=STORY)


@pytest.fixture
def colleague(counsellor):
    return builders.account(at=counsellor.centre)


def url(name, case):
    return reverse(name, args=[case.uid])


def shown(client, case, **sent):
    answer = client.post(url("case-reveal", case), sent)
    return answer.status_code, NAME in answer.content.decode(), STORY in answer.content.decode()


def test_one_key_shows_the_contact_fields_of_ones_own_case_and_another_the_words(desk, case):
    assert shown(desk, case, part="contact") == (200, True, False)
    assert shown(desk, case, part="words") == (200, True, True)
    purposes = AuditEntry.objects.filter(action="REVEALED").values_list("purpose", flat=True)
    assert list(purposes) == ["CONSULTATION", "CONSULTATION"]


@pytest.mark.parametrize(
    ("who", "sent", "status"),
    [
        ("colleague", {}, 422),
        ("colleague", {"purpose": "CONSULTATION"}, 200),
        ("colleague", {"purpose": "CURIOSITY"}, 422),
        ("colleague", {"purpose": "INSPECTION"}, 422),
        ("colleague", {"purpose": "INSPECTION", "reason": "年度の点検"}, 200),
        ("manager", {"purpose": "CONSULTATION"}, 403),
        ("elsewhere", {"purpose": "CONSULTATION"}, 404),
    ],
)
def test_others_are_asked_why_and_only_counsellors_are_answered(request, case, who, sent, status):
    client = client_of(request.getfixturevalue(who))

    assert shown(client, case, **sent)[:2] == (status, status == 200)
    assert AuditEntry.objects.filter(action="REVEALED").count() == (status == 200)


def test_the_page_asks_others_and_not_whose_case_it_is(desk, case, colleague):
    field = 'name="purpose"'

    assert field not in desk.get(url("case", case)).content.decode()
    assert field in client_of(colleague).get(url("case", case)).content.decode()


def test_what_is_revealed_is_kept_by_no_browser(desk, case):
    assert desk.post(url("case-reveal", case)).headers["Cache-Control"] == "no-store"


def test_a_manager_sees_a_person_by_break_glass_alone_and_until_it_ends(manager, case):
    client = client_of(manager)
    early = client.post(url("case-glass-look", case))
    assert (early.status_code, NAME in early.content.decode()) == (409, False)

    client.post(url("case-glass", case), {"reason": REASON, "minutes": "15"})

    page = client.post(url("case-glass-look", case), {"part": "words"}).content.decode()
    assert NAME in page
    assert STORY in page
    client.post(url("case-glass-end", case))
    assert NAME not in client.post(url("case-glass-look", case)).content.decode()


def test_a_short_reason_opens_nothing_and_is_kept_on_the_page(manager, case):
    answer = client_of(manager).post(url("case-glass", case), {"reason": "至急", "minutes": "15"})

    assert answer.status_code == 422
    assert "至急" in answer.content.decode()
    assert not BreakGlass.objects.exists()


def test_whoever_has_the_case_and_the_managers_are_told(manager, case, counsellor):
    other = builders.account("MANAGER", at=counsellor.centre)

    client_of(manager).post(url("case-glass", case), {"reason": REASON, "minutes": "15"})

    assert BreakGlass.objects.get().told == len({other, counsellor})


def test_where_nobody_is_told_the_page_says_that_it_is_listed(manager, case, counsellor):
    counsellor.is_active = False
    counsellor.save()

    answer = client_of(manager).post(url("case-glass", case), {"reason": REASON, "minutes": "15"})

    assert ["後で確認するもの" in str(message) for message in get_messages(answer.wsgi_request)] == [True]


@pytest.mark.parametrize(("guarded", "status"), [(False, 200), (True, 302)])
def test_a_correction_of_somebody_elses_case_asks_why_first(case, colleague, guarded, status):
    client = client_of(colleague)
    if guarded:
        custody.guard(case.uid, is_guarded=True, by=colleague)
    first = client.get(url("case-correct", case))
    assert NAME not in first.content.decode()

    answer = client.post(url("case-correct-open", case), {"purpose": "CONSULTATION"})

    assert (first.status_code, answer.status_code) == (status, status)
    assert (NAME in answer.content.decode()) is not guarded
    if not guarded:
        assert client.post(url("case-correct-open", case), {}).status_code == 422


def test_a_late_correction_shows_nothing_of_a_case_that_was_guarded_meanwhile(case, colleague):
    custody.guard(case.uid, is_guarded=True, by=colleague)
    sent = {
        "received_at": "2026-11-20 10:30", "channel": "PHONE", "kind": "COMPLAINT",
        "narrative": "別の文", "scam_main": "INSPECTION", "revision": "0",
    }  # fmt: skip

    answer = client_of(colleague).post(url("case-correct", case), sent)

    assert answer.status_code == 412
    assert NAME not in answer.content.decode()


def test_a_guarded_case_is_marked_and_others_meet_break_glass(desk, case, colleague):
    desk.post(url("case-guard", case), {"on": "1"})
    client = client_of(colleague)

    assert "取扱注意" in client.get(reverse("cases")).content.decode()
    page = client.get(url("case", case)).content.decode()
    assert url("case-reveal", case) not in page
    assert url("case-glass", case) in page
    assert shown(client, case, purpose="CONSULTATION")[:2] == (403, False)
    assert client.post(url("case-guard", case), {}).status_code == 403
    assert Case.objects.get(pk=case.pk).is_guarded
    assert shown(desk, case)[:2] == (200, True)


def test_a_case_is_handed_over_and_taken_from_the_page(desk, case, colleague):
    desk.post(url("case-hand-over", case), {"to": str(colleague.uid), "note": "午後に電話。"})
    client = client_of(colleague)
    assert "引継ぎを頼まれています" in client.get(url("case", case)).content.decode()

    client.post(url("case-take-over", case))

    assert Case.objects.get(pk=case.pk).in_charge == colleague
    assert shown(client, case)[:2] == (200, True)
    assert client.post(url("case-take-over", case)).status_code == 409
    assert desk.post(url("case-withdraw", case)).status_code == 409


def test_an_offer_is_withdrawn_from_the_page(desk, case, colleague):
    desk.post(url("case-hand-over", case), {"to": str(colleague.uid)})

    desk.post(url("case-withdraw", case))

    assert HandOver.objects.get().withdrawn_at


@pytest.mark.usefixtures("colleague")
def test_a_refused_hand_over_keeps_its_words(desk, case):
    answer = desk.post(url("case-hand-over", case), {"to": "", "note": "午後に電話。"})

    assert answer.status_code == 422
    assert "午後に電話。" in answer.content.decode()


@pytest.mark.parametrize(
    ("number", "status"), [("2026-000002", 302), ("2", 302), ("9", 422), ("1", 422), ("", 422)]
)
def test_a_case_is_linked_by_its_number(desk, counsellor, case, number, status):
    other = builders.case(by=counsellor)
    answer = desk.post(url("case-link", case), {"number": number, "kind": "SAME_PERSON"})

    assert answer.status_code == status
    assert CaseLink.objects.count() == (status == 302)
    if status == 302:
        assert other.number in desk.get(url("case", case)).content.decode()
        assert case.number in desk.get(url("case", other)).content.decode()
        desk.post(url("case-unlink", case), {"other": str(other.uid)})
        assert not CaseLink.objects.exists()


def test_a_counsellor_looks_by_the_same_key_while_the_glass_is_open(case, colleague):
    custody.guard(case.uid, is_guarded=True, by=colleague)
    glass.break_glass(case.uid, reason=REASON, by=colleague, told=[])

    assert shown(client_of(colleague), case)[:2] == (200, True)
