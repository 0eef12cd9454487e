"""Similar cases beside the form and on a case's page: why they are there, what is said of them, and without engine."""

import uuid
from datetime import date

import pytest
from django.urls import reverse

from cases.protection.models import AuditEntry
from cases.records.case import Case
from cases.records.links import CaseLink
from consult.shell import drafts
from search import judgements
from search.engine import engine
from search.errors import SearchUnavailable
from search.judgements import Judgement
from tests import builders
from tests.consult.desk.conftest import client_of, filled, queries_of

pytestmark = pytest.mark.django_db

ROOF = "屋根の無料点検に来た業者に、瓦がずれていると言われて補修工事を契約した。"
AS_SCRIPT = {"X-Draft": "1"}


@pytest.fixture
def earlier(counsellor, worked):
    case = builders.case(
        by=counsellor,
        narrative="鬼塚紗都香さん。屋根瓦がずれていると言われ、補修工事を契約した。",
        advice="瓦の写真を残すよう助言した。",
        caller=builders.person(name="鬼塚 紗都香", phone="080-7012-3456"),
        outcome="MEDIATED",
        closed_on=date(2026, 11, 21),
        recovered_yen=98_000,
        product="ROOFING",
    )
    for number in range(6):
        builders.case(by=counsellor, narrative=f"脱毛エステの中途解約 {number}", scam_main="BEAUTY")
    worked()
    return case


@pytest.fixture
def at_hand(counsellor, earlier, worked):
    case = builders.case(by=counsellor, narrative=ROOF, product="ROOFING")
    worked()
    return case


def beside(client, uid, **fields):
    answer = client.post(reverse("hint", args=[uid, "similar"]), {"narrative": ROOF, **fields})
    return answer.content.decode()


def judge(client, name, about, hit, verdict, **more):
    return client.post(reverse(name, args=[about]), {"judge": f"{hit}:{verdict}", **more}, headers=AS_SCRIPT)


def test_a_hit_says_why_it_is_there_and_what_became_of_it(desk, earlier, uid):
    text = beside(desk, uid, scam_main="INSPECTION", product="ROOFING", age="78")

    assert all(words in text for words in (earlier.number, "あっせん解決", "98,000円", "瓦の写真を残す"))
    assert "共通する言葉:" in text
    assert "同じ区分: 手口、近い相談に多い手口、商品・役務、年代、1年以内の受付" in text
    assert "紗都香" not in text


def test_a_key_opens_the_first_hit_in_a_tab_of_its_own(desk, earlier, uid):
    text = beside(desk, uid)

    [link] = [part for part in text.split("<a ")[1:] if "Alt+U" in part.split(">")[0]]
    assert reverse("case", args=[earlier.uid]) in link.split(">")[0]
    assert 'target="_blank"' in link.split(">")[0]


@pytest.mark.parametrize(("name", "address"), [("case-similar", True), ("case", False)])
def test_a_case_s_page_offers_the_list_and_reads_no_other_case_before_it_is_asked(
    desk, at_hand, earlier, name, address
):
    before = AuditEntry.objects.filter(action="REDACTED_READ").count()

    ask = desk.post if address else desk.get

    text = ask(reverse(name, args=[at_hand.uid])).content.decode()

    assert (earlier.number in text) is address
    assert reverse("case-similar", args=[at_hand.uid]) in text or address
    # The case's own words; with the list also those of the hits.
    assert AuditEntry.objects.filter(action="REDACTED_READ").count() - before == (2 if address else 1)


def test_the_list_leaves_the_case_itself_out_and_weighs_its_codes(desk, at_hand, earlier):
    answer = desk.post(reverse("case-similar", args=[at_hand.uid]), headers=AS_SCRIPT)

    assert at_hand.uid not in [hit.uid for hit, _same in answer.context["similar_hits"]]
    text = answer.content.decode()
    assert (
        earlier.number in text,
        "同じ区分: 手口、近い相談に多い手口、商品・役務" in text,
        "<html" in text,
    ) == (
        True,
        True,
        False,
    )


@pytest.mark.parametrize("place", ["intake", "case"])
@pytest.mark.parametrize(
    ("verdict", "words"),
    [("HELPED", "1件の相談で役に立ちました"), ("NOT_SIMILAR", "次からは出しません"), ("", "")],
)
def test_a_word_about_a_hit_is_kept_and_answered_with_its_line(
    desk, at_hand, earlier, uid, place, verdict, words
):
    about = uid if place == "intake" else at_hand.uid
    judgements.judge(about, earlier.uid, verdict="HELPED", by=builders.account(at=earlier.centre))

    answer = judge(desk, f"{place}-judge", about, earlier.uid, verdict)

    assert answer.status_code == 200
    assert (words in answer.content.decode(), "<html" in answer.content.decode()) == (True, False)
    assert list(Judgement.objects.values_list("about", "verdict")) == ([(about, verdict)] if verdict else [])


def test_an_unlike_hit_is_gone_from_this_call_and_can_be_brought_back(desk, earlier, uid):
    judge(desk, "intake-judge", uid, earlier.uid, "NOT_SIMILAR")

    text = beside(desk, uid)

    assert "瓦の写真を残す" not in text
    assert "似ていないとした相談 1件" in text
    judge(desk, "intake-judge", uid, earlier.uid, "")
    assert "瓦の写真を残す" in beside(desk, uid)
    assert "瓦の写真を残す" in beside(desk, uuid.uuid4())


def test_what_was_judged_beside_the_form_stays_with_the_saved_case(desk, earlier, uid):
    judge(desk, "intake-judge", uid, earlier.uid, "HELPED")

    desk.post(reverse("intake", args=[uid]), filled(narrative=ROOF))

    text = desk.post(reverse("case-similar", args=[Case.objects.get(uid=uid).uid])).content.decode()
    assert "1件の相談で役に立ちました" in text
    assert 'value="' + f'{earlier.uid}:"' in text


def test_without_scripts_the_form_comes_back_as_it_was(desk, counsellor, earlier, uid):
    url = reverse("intake-judge", args=[uid])

    answer = desk.post(url, filled(narrative=ROOF, judge=f"{earlier.uid}:HELPED"))

    text = answer.content.decode()
    assert (answer.status_code, ROOF in text, "1件の相談で役に立ちました" in text) == (200, True, True)
    assert drafts.restore(uid, by=counsellor)[0]["narrative"] == [ROOF]


def test_without_scripts_the_list_comes_back(desk, at_hand, earlier):
    url = reverse("case-judge", args=[at_hand.uid])

    answer = desk.post(url, {"judge": f"{earlier.uid}:HELPED"})

    assert "1件の相談で役に立ちました" in answer.content.decode()
    back = desk.post(url, {"judge": f"{earlier.uid}:NOT_SIMILAR", "back": "case"})
    assert back.url == reverse("case", args=[at_hand.uid])


@pytest.mark.parametrize("place", ["intake", "case"])
@pytest.mark.parametrize(
    ("wrong", "status"), [("theirs", 404), ("unknown", 404), ("no uid", 422), ("no verdict", 422)]
)
def test_what_cannot_be_judged(desk, elsewhere, at_hand, earlier, uid, place, wrong, status):
    theirs = builders.case(by=elsewhere).uid
    hit = {"theirs": theirs, "unknown": uuid.uuid4(), "no uid": "7"}.get(wrong, earlier.uid)

    about = uid if place == "intake" else at_hand.uid
    answer = judge(desk, f"{place}-judge", about, hit, "GOOD" if wrong == "no verdict" else "HELPED")

    assert answer.status_code == status
    assert not Judgement.objects.exists()


def test_nothing_is_judged_beside_somebody_else_s_draft(desk, counsellor, earlier, uid):
    drafts.save(uid, {"narrative": [ROOF]}, sequence=1, by=builders.account(at=counsellor.centre))

    assert judge(desk, "intake-judge", uid, earlier.uid, "HELPED").status_code == 404


def test_a_manager_reads_the_list_and_judges_nothing(manager, at_hand, earlier):
    client = client_of(manager)

    text = client.post(reverse("case-similar", args=[at_hand.uid])).content.decode()

    assert (earlier.number in text, "data-judge " in text) == (True, False)
    assert judge(client, "case-judge", at_hand.uid, earlier.uid, "HELPED").status_code == 403


def test_the_number_of_questions_does_not_grow_with_what_was_judged(
    desk, counsellor, earlier, at_hand, worked
):
    url = reverse("case-similar", args=[at_hand.uid])
    for number in range(3):
        hit = builders.case(by=counsellor, narrative=f"{ROOF} {'別の話。' * number}")
        judgements.judge(uuid.uuid4(), hit.uid, verdict="HELPED", by=counsellor)
        judgements.judge(at_hand.uid, hit.uid, verdict="HELPED", by=counsellor)
    worked()
    desk.post(url)  # code sets and accounts are in memory from here
    few = queries_of(lambda: desk.post(url))
    for _number in range(5):
        judgements.judge(uuid.uuid4(), earlier.uid, verdict="HELPED", by=counsellor)

    assert queries_of(lambda: desk.post(url)) == few == 23


# --- Nearly the same words ------------------------------------------------------------------------------------------
def test_a_case_with_nearly_the_same_words_is_told_of_and_linked_in_one_step(
    desk, counsellor, at_hand, worked
):
    again = builders.case(by=counsellor, narrative=f"{ROOF}昨日も電話した者だという。")
    worked()

    text = desk.get(reverse("case", args=[again.uid])).content.decode()
    assert ("ほぼ同じ内容の相談が1件あります" in text, at_hand.number in text) == (True, True)
    desk.post(reverse("case-link", args=[again.uid]), {"number": at_hand.number, "kind": "SAME_MATTER"})

    assert CaseLink.objects.get().kind == "SAME_MATTER"
    assert "ほぼ同じ内容" not in desk.get(reverse("case", args=[again.uid])).content.decode()


def test_another_matter_is_told_of_no_more(desk, counsellor, at_hand, worked):
    again = builders.case(by=counsellor, narrative=f"{ROOF}昨日も電話した者だという。")
    worked()
    page = reverse("case", args=[again.uid])
    assert "ほぼ同じ内容" in desk.get(page).content.decode()

    answer = desk.post(
        reverse("case-judge", args=[again.uid]), {"judge": f"{at_hand.uid}:NOT_SIMILAR", "back": "case"}
    )

    assert answer.url == page
    assert "ほぼ同じ内容" not in desk.get(page).content.decode()


# --- When the engine is down --------------------------------------------------------------------------------------
@pytest.fixture
def down(monkeypatch):
    def is_away(*_args, **_more):
        raise SearchUnavailable

    monkeypatch.setattr(type(engine()), "frequencies", is_away)
    return monkeypatch


def test_while_search_is_down_the_desk_says_so_saves_and_asks_again_by_itself(desk, earlier, uid, down):
    text = beside(desk, uid)
    assert "検索を利用できません" in text
    assert "data-again=" in text

    saved = desk.post(reverse("intake", args=[uid]), filled(narrative=ROOF))

    assert saved.url.startswith(reverse("case", args=[uid]))
    listed = desk.post(reverse("case-similar", args=[uid]))
    assert (listed.status_code, "検索を利用できません" in listed.content.decode()) == (200, True)
    down.undo()
    assert earlier.number in beside(desk, uuid.uuid4())
