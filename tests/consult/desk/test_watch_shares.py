"""見守りの情報提供 at the desk: refused without a ground, printed through the log, late disposals in sight."""

import uuid
from datetime import date

import pytest
from django.urls import reverse

from cases.protection.models import AuditEntry
from cases.records.leaks import LeakIncident
from cases.records.watch_share import WatchShare
from cases.services import leak_looks
from cases.services.card_entry import ConsentEntry
from tests import builders
from tests.consult.desk.conftest import client_of, queries_of

pytestmark = pytest.mark.django_db
NAME = "鬼塚 紗都香"


@pytest.fixture
def case(counsellor):
    return builders.case(by=counsellor, party=builders.person(name=NAME, address="架空市北町1-2"))


def filled(**more):
    return {
        "uid": str(uuid.uuid4()), "recipient_kind": "WELFARE_CENTRE", "recipient": "架空地域包括支援センター",
        "person": "鈴木", "is_council": "on", "purpose": "VISIT", "ground": "COUNCIL", "consent_how": "",
        "consent_on": "", "reason": "", "fields_given": ["party.name", "party.address"],
        "note": "週に一度の声かけ", "means": "BY_HAND", "dispose_by": "2026-12-20", **more,
    }  # fmt: skip


def shared(desk, case, **more):
    desk.post(reverse("case-watch-share", args=[case.uid]), filled(**more))
    return WatchShare.objects.get()


def test_what_was_given_stands_on_the_case_without_a_name(desk, case):
    row = shared(desk, case)
    text = desk.get(reverse("case", args=[case.uid])).content.decode()

    assert "架空地域包括支援センター" in text
    assert "紗都香" not in text
    assert "紗都香" not in desk.get(reverse("watch-share", args=[row.uid])).content.decode()
    assert NAME in desk.post(reverse("watch-share-open", args=[row.uid])).content.decode()


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"ground": ""}, "ground"),
        ({"is_council": ""}, "is_council"),
        ({"ground": "CONSENT"}, "consent_on"),
        ({"ground": "EXCEPTION"}, "reason"),
        ({"fields_given": [], "note": ""}, "fields_given"),
        ({"dispose_by": "2028-01-01"}, "dispose_by"),
        ({"dispose_by": ""}, "dispose_by"),
    ],
)
def test_without_a_ground_nothing_goes_and_the_words_stay(desk, case, more, field):
    answer = desk.post(reverse("case-watch-share", args=[case.uid]), filled(**more))

    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert "架空地域包括支援センター" in answer.content.decode()
    assert not WatchShare.objects.exists()
    assert not AuditEntry.objects.filter(action="REVEALED").exists()


@pytest.mark.parametrize("answer", ["YES", "NO"])
def test_the_consent_of_the_card_is_taken_over_and_a_refusal_is_said(desk, counsellor, answer):
    consent = ConsentEntry(kind="WATCH", answer=answer, given_on=date(2026, 11, 20), how="WRITTEN")
    case = builders.case(by=counsellor, consents=(consent,))
    page = desk.get(reverse("case-watch-share", args=[case.uid]))

    assert page.context["form"]["ground"].value() == ("CONSENT" if answer == "YES" else None)
    assert ("断った記録があります" in page.content.decode()) is (answer == "NO")


def test_the_paper_is_in_the_log_as_something_that_left(desk, case):
    row = shared(desk, case)
    paper = desk.post(reverse("watch-share-print", args=[row.uid])).content.decode()
    entry = AuditEntry.objects.get(action="WATCH_SHARE_TAKEN")

    assert NAME in paper
    assert "12月20日" in paper
    assert entry.action in leak_looks.EXPORTS
    incident = LeakIncident(centre=case.centre, scope_uid=uuid.UUID(entry.request_id))
    assert leak_looks.exported(incident).by_case == {case.uid: {"party.name", "party.address"}}


def test_a_disposal_is_noted_and_the_share_leaves_the_list(desk, manager, case):
    row = shared(desk, case)
    listed = reverse("watch-shares")
    assert "架空地域包括支援センター" in client_of(manager).get(listed).content.decode()

    answer = client_of(manager).post(
        reverse("watch-share-disposal", args=[row.uid]),
        {"disposed_on": "2026-11-23", "disposal": "SHREDDED", "use_report": "3回訪問した"},
    )
    assert answer.status_code == 302
    assert desk.get(listed).context["rows"] == []
    assert "廃棄済み" in desk.get(reverse("case", args=[case.uid])).content.decode()


def test_a_late_disposal_is_a_card_of_the_day(desk, manager, case, time_machine):
    shared(desk, case)
    time_machine.move_to("2026-12-21 10:00 +0900")

    assert "期限を過ぎています" in client_of(manager).get(reverse("today")).content.decode()


def test_a_manager_follows_disposals_and_opens_nothing(desk, manager, case):
    row = shared(desk, case)
    client = client_of(manager)

    assert client.get(reverse("watch-share", args=[row.uid])).status_code == 200
    for name in ("watch-share-open", "watch-share-print"):
        assert client.post(reverse(name, args=[row.uid])).status_code == 403


def test_the_list_asks_no_more_for_more_shares(desk, case):
    shared(desk, case)
    ask = lambda: desk.get(reverse("watch-shares"))  # noqa: E731 - two of them
    ask()
    few = queries_of(ask)
    for _ in range(3):
        desk.post(reverse("case-watch-share", args=[case.uid]), filled())

    assert queries_of(ask) == few


def test_another_centre_sees_none_of_it(desk, elsewhere, case):
    row = shared(desk, case)

    assert client_of(elsewhere).get(reverse("watch-share", args=[row.uid])).status_code == 404
    assert (
        "架空地域包括支援センター" not in client_of(elsewhere).get(reverse("watch-shares")).content.decode()
    )


def test_what_the_recipient_says_is_taken_down_and_shown_without_a_name(desk, manager, case):
    row = shared(desk, case)
    at = reverse("watch-share-verdict", args=[row.uid])
    wrong = desk.post(at, {"verdict": "GOOD", "said_on": "", "said_by": "PHONE", "person": "鈴木 次郎"})
    assert wrong.status_code == 422
    assert "said_on" in wrong.context["verdict_form"].errors
    assert "鈴木 次郎" in wrong.content.decode()

    desk.post(
        at, {"verdict": "INCOMPLETE", "said_on": "2026-11-23", "said_by": "PHONE", "person": "鈴木 次郎"}
    )

    told = client_of(manager).get(reverse("watch-share", args=[row.uid])).content.decode()
    listed = client_of(manager).get(reverse("watch-shares")).content.decode()
    assert "足りない点があった" in told
    assert "鈴木 次郎" not in told
    assert "評価: 足りない点があった" in desk.get(reverse("case", args=[case.uid])).content.decode()
    assert "鈴木 次郎" in desk.post(reverse("watch-share-open", args=[row.uid])).content.decode()
    assert "2026年度" in listed


def test_thanks_go_back_by_the_same_form_and_not_without_a_ground(desk, case):
    row = shared(desk, case)
    at = reverse("case-watch-share", args=[case.uid])
    form = desk.get(f"{at}?answers={row.uid}").context["form"]
    back = filled(answers=str(row.uid), purpose="ANSWER", fields_given=[], note="お礼")
    refused = desk.post(at, {**back, "ground": ""})

    assert (form["recipient"].value(), form["purpose"].value()) == ("架空地域包括支援センター", "ANSWER")
    assert refused.status_code == 422
    assert "根拠のない提供はできません" in refused.content.decode()
    assert WatchShare.objects.count() == 1
    desk.post(at, back)
    answer = WatchShare.objects.get(answers=row.uid)
    assert str(answer.uid) in desk.get(reverse("watch-share", args=[row.uid])).content.decode()


@pytest.mark.parametrize("answers", ["nonsense", "00000000-0000-4000-8000-000000000000"])
def test_an_address_that_names_no_share_of_the_case_begins_an_ordinary_form(desk, case, answers):
    form = desk.get(f"{reverse('case-watch-share', args=[case.uid])}?answers={answers}").context["form"]

    assert form["answers"].value() is None
