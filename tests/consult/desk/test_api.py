"""`/api/v1/`: the same rules as the pages, in JSON; no answer holds a personal value."""

import uuid
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from cases.records.case import Case
from cases.records.follow_up import FollowUp
from cases.services import followup
from search import similar
from search.errors import SearchUnavailable
from tests import builders
from tests.consult.desk.conftest import client_of, queries_of

pytestmark = pytest.mark.django_db

NAME, KANA, PHONE, ADDRESS = "鬼塚 紗都香", "オニヅカ サトカ", "080-7012-3456", "藍染町1-2-3"
PERSONAL = ("紗都香", "オニヅカ", "7012", "藍染町")


def body(**more):
    return {
        "uid": str(uuid.uuid4()),
        "received_at": "2026-11-20T10:30:00+09:00",
        "channel": "PHONE",
        "narrative": "鬼塚紗都香さんから。無料の屋根点検の後で契約した。",
        "scam_main": "INSPECTION",
        "age": 78,
        "caller": {"name": NAME, "kana": KANA, "phone": PHONE, "address": ADDRESS},
        **more,
    }


def post(client, name, data, *args):
    return client.post(reverse(name, args=args), data, content_type="application/json")


def no_person(answer):
    text = answer.content.decode()
    return [value for value in PERSONAL if value in text] == []


@pytest.fixture
def case(counsellor):
    return builders.case(
        by=counsellor,
        narrative="鬼塚紗都香さん。屋根瓦がずれていると言われ、補修工事を契約した。",
        advice="瓦の写真を残すよう助言した。",
        caller=builders.person(name=NAME, kana=KANA, phone=PHONE, address=ADDRESS),
    )


def test_recording_twice_is_recording_once_and_other_content_is_refused(desk):
    sent = body()

    first, second = post(desk, "api-cases", sent), post(desk, "api-cases", sent)
    third = post(desk, "api-cases", sent | {"age": 79})

    assert [answer.status_code for answer in (first, second, third)] == [201, 200, 409]
    assert first.json()["number"] == second.json()["number"]
    assert (third["Content-Type"], third.json()["code"]) == ("application/problem+json", "already_recorded")
    assert Case.objects.count() == 1
    assert all(no_person(answer) for answer in (first, second, third))


@pytest.mark.parametrize(
    ("more", "pointers"),
    [
        ({"narrative": ""}, {"/narrative"}),
        ({"narrative": "あ" * 20_001}, {"/narrative"}),
        ({"scam_main": "NO_SUCH"}, {"/scam_main"}),
        ({"age": 131}, {"/age"}),
        ({"age": "seventy", "channel": None}, {"/age", "/channel"}),
        ({"caller": {"name": "あ" * 201}}, {"/caller/name"}),
        ({"received_at": "2099-01-01T10:00:00+09:00"}, {"/received_at"}),
        ({"contract_yen": -1}, {"/contract_yen"}),
        ({"uid": "no"}, {"/uid"}),
        ({"narrative": "a\0b"}, {"/narrative"}),
    ],
)
def test_a_refusal_points_at_the_fields_and_repeats_nothing(desk, more, pointers):
    answer = post(desk, "api-cases", body(**more))

    problem = answer.json()
    assert answer.status_code in (400, 422)
    assert answer["Content-Type"] == "application/problem+json"
    assert {error["pointer"] for error in problem["errors"]} == pointers
    assert {"type", "title", "status", "code", "request_id"} <= problem.keys()
    assert no_person(answer)
    assert not Case.objects.exists()


@pytest.mark.parametrize(
    ("who", "status"), [("stranger", 401), ("manager", 403), ("outreach", 403), ("counsellor", 201)]
)
def test_who_may_record(request, counsellor, who, status):
    clients = {
        "stranger": Client(),
        "manager": client_of(builders.account("MANAGER", at=counsellor.centre)),
        "outreach": client_of(builders.account("OUTREACH", at=counsellor.centre)),
        "counsellor": client_of(counsellor),
    }

    answer = post(clients[who], "api-cases", body())

    assert answer.status_code == status
    assert answer["Content-Type"] == ("application/json" if status == 201 else "application/problem+json")
    assert Case.objects.exists() is (status == 201)


def test_a_token_of_the_page_is_needed(counsellor):
    client = Client(enforce_csrf_checks=True)
    client.force_login(counsellor)

    assert post(client, "api-cases", body()).status_code == 403
    assert not Case.objects.exists()


def test_a_case_is_read_redacted_with_its_version(desk, case):
    answer = desk.get(reverse("api-case", args=[case.uid]))

    assert (answer.status_code, answer["ETag"]) == (200, '"1"')
    assert "補修工事を契約" in answer.json()["narrative_redacted"]
    assert answer.json()["advice_redacted"] == "瓦の写真を残すよう助言した。"
    assert no_person(answer)


@pytest.mark.parametrize("name", ["api-case", "api-follow-ups", "api-case-close"])
def test_a_case_of_another_centre_does_not_exist(elsewhere, case, name):
    client = client_of(elsewhere)

    answer = (
        client.get(reverse(name, args=[case.uid])) if name == "api-case" else post(client, name, {}, case.uid)
    )

    assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")


def test_the_uid_of_another_centres_case_gives_nothing_away(elsewhere, case):
    answer = post(client_of(elsewhere), "api-cases", body(uid=str(case.uid)))

    assert answer.status_code == 404
    assert case.number not in answer.content.decode()


def test_a_follow_up_is_added_once(desk, case):
    sent = {
        "uid": str(uuid.uuid4()),
        "happened_at": "2026-11-21T10:00:00+09:00",
        "kind": "NOTE",
        "text": f"{NAME}さんに折り返した。",
    }

    answers = [post(desk, "api-follow-ups", sent, case.uid) for _time in range(2)]
    refused = post(desk, "api-follow-ups", sent | {"uid": str(uuid.uuid4()), "kind": "NO_SUCH"}, case.uid)

    assert [answer.status_code for answer in answers] == [201, 201]
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/kind")
    assert FollowUp.objects.count() == 1
    assert all(no_person(answer) for answer in (*answers, refused))


@pytest.mark.parametrize(
    ("is_closed", "more", "status", "code"),
    [
        (False, {}, 200, None),
        (True, {}, 409, "case_already_closed"),
        (False, {"outcome": "NO_SUCH"}, 422, "entry_refused"),
        (False, {"closed_on": "2026-11-01"}, 422, "entry_refused"),
        (False, {"closed_on": "someday"}, 400, "invalid"),
    ],
)
def test_closing(desk, counsellor, case, is_closed, more, status, code):
    if is_closed:
        followup.close_case(case.uid, outcome="ADVICE", closed_on=date(2026, 11, 21), by=counsellor)

    answer = post(desk, "api-case-close", {"outcome": "ADVICE", "closed_on": "2026-11-22", **more}, case.uid)

    assert (answer.status_code, answer.json().get("code")) == (status, code)


def test_a_list_is_read_page_by_page_to_its_end(desk, counsellor, elsewhere):
    made = [builders.case(by=counsellor) for _number in range(7)]
    builders.case(by=elsewhere)
    seen, address = [], f"{reverse('api-cases')}?limit=3"
    while address:
        page = desk.get(address).json()
        seen += [row["number"] for row in page["results"]]
        builders.case(by=elsewhere)  # what others add meanwhile moves nothing
        address = page["next"]

    assert seen == [case.number for case in reversed(made)]


@pytest.mark.parametrize(
    ("query", "count"), [("scam_type=FAKE_SHOP", 1), ("scam_type=SF", 0), ("limit=9999", 2), ("limit=x", 2)]
)
def test_a_list_is_narrowed(desk, counsellor, query, count):
    builders.case(by=counsellor)
    builders.case(by=counsellor, scam_main="FAKE_SHOP")

    assert len(desk.get(f"{reverse('api-cases')}?{query}").json()["results"]) == count


def test_a_broken_cursor_is_a_problem_and_no_fault(desk, case):
    answer = desk.get(f"{reverse('api-cases')}?cursor=nonsense")

    assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")


def test_a_list_holds_nothing_personal_and_is_counted_in_queries(desk, counsellor, case):
    answer = desk.get(reverse("api-cases"))
    short = queries_of(lambda: desk.get(reverse("api-cases")))
    for _number in range(5):
        builders.case(by=counsellor)

    assert no_person(answer)
    assert queries_of(lambda: desk.get(reverse("api-cases"))) == short == 7


def test_similar_cases_come_with_outcome_and_advice(desk, counsellor, case, worked):
    for number in range(6):
        builders.case(by=counsellor, narrative=f"脱毛エステの中途解約 {number}", scam_main="BEAUTY")
    worked()

    answer = post(desk, "api-similar", {"text": "屋根瓦がずれていると言われて補修を契約した", "limit": 3})

    assert answer.status_code == 200
    best = answer.json()[0]
    assert (best["number"], best["is_open"], best["advice"]) == (
        case.number,
        True,
        "瓦の写真を残すよう助言した。",
    )
    assert "屋根瓦" in best["shared"]
    assert no_person(answer)


@pytest.mark.parametrize("sent", [{}, {"text": ""}, {"text": "あ" * 20_001}, {"text": "屋根", "limit": 21}])
def test_what_similar_cannot_take_is_a_problem(desk, sent):
    assert post(desk, "api-similar", sent).status_code == 400


def test_similar_says_when_it_could_not_look(desk, monkeypatch):
    def down(*args, **more):
        raise SearchUnavailable

    monkeypatch.setattr(similar, "similar", down)

    answer = post(desk, "api-similar", {"text": "屋根の点検"})

    assert (answer.status_code, answer.json()["code"]) == (503, "search_unavailable")


def test_codes_are_there_for_whoever_is_signed_in(desk, manager):
    for client in (desk, client_of(manager)):
        rows = client.get(reverse("api-codes"), {"kind": "outcome"}).json()
        assert "ADVICE" in {row["code"] for row in rows}
    assert Client().get(reverse("api-codes")).status_code == 401


def test_the_whole_card_is_handed_in_and_its_open_part_comes_back(desk):
    sent = body(
        payments=["TRANSFER"],
        issue_main="CONTRACT",
        triggers=["VISIT"],
        law_facts={"obstruction": "no"},
        harm="NONE",
        transfers=[{"account": "普通 7012345", "holder": NAME, "yen": 1000}],
        traders=[{"name": "ヤネ工房", "agent": NAME}],
        consents=[{"kind": "CONTACT", "answer": "NO", "note": ADDRESS}],
        care={"codes": ["HEARING"], "note": ADDRESS},
        subject=f"{NAME}の屋根",
    )

    recorded = post(desk, "api-cases", sent)
    read = desk.get(reverse("api-case", args=[sent["uid"]]))

    assert (recorded.status_code, read.status_code) == (201, 200)
    card = read.json()["card"]
    assert (card["payments"], card["issue_main"], card["triggers"]) == (["TRANSFER"], "CONTRACT", ["VISIT"])
    assert (card["law_facts"], read.json()["harm"]) == ({"obstruction": "no"}, "NONE")
    assert no_person(recorded)
    assert no_person(read)
    assert "HEARING" not in read.content.decode()


@pytest.mark.parametrize(
    ("more", "pointers"),
    [
        ({"law_facts": {"colour": "red"}}, {"/law_facts"}),
        ({"law_facts": {"obstruction": "maybe"}}, {"/obstruction"}),
        ({"consents": [{"kind": "CONTACT", "answer": "MAYBE"}]}, {"/consents/0/answer"}),
        ({"transfers": [{"yen": -1}]}, {"/transfers/0/yen"}),
        ({"payments": ["NO_SUCH"]}, {"/payments"}),
    ],
)
def test_parts_of_the_card_that_cannot_be_are_pointed_at(desk, more, pointers):
    answer = post(desk, "api-cases", body(**more))

    assert answer.status_code in (400, 422)
    assert {error["pointer"] for error in answer.json()["errors"]} == pointers
