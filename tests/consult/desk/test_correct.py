"""Two people correct one case: each field takes the version of whoever changed it, a person chooses where both did."""

import re
import uuid

import pytest
from django.urls import reverse

from cases.protection.models import DataKey
from cases.records.case import Case
from cases.services import custody, followup
from consult.shell import drafts
from consult.shell.drafts import Draft
from tests import builders
from tests.cases.services.test_followup import close, note
from tests.consult.desk.conftest import client_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(counsellor):
    return builders.case(
        by=counsellor, contract_yen=1_480_000, paid_yen=0, trader_name="みどり住設", advice="初めの助言。"
    )


def url(name, case):
    return reverse(name, args=[case.uid])


def opened(client, case, **more):
    """What a browser would send of the page as it is shown now, changed."""
    return sent_of(client.get(url("case-correct", case)), **more)


def sent_of(page, **more):
    form = page.context["form"]
    values = {bound.name: bound.value() for bound in form}
    hidden = {name: str(page.context[name]) for name in ("revision", "opened", "draft")}
    filled = {name: value for name, value in values.items() if value is not None and value is not False}
    choices = page.context.get("choices") or []
    theirs = {f"theirs.{one.name}": one.theirs_value for one in choices}
    taken = {f"take.{one.name}": one.taken for one in choices if one.taken}
    return {**filled, **hidden, **theirs, **taken, **more}


def meet(desk, case, counsellor, *, mine, theirs):
    """I open the page, somebody else saves theirs from another browser, I send mine."""
    sent = opened(desk, case, **mine)
    client = client_of(counsellor)
    answer = client.post(url("case-correct", case), opened(client, case, **theirs))
    assert answer.status_code == 302, answer.context["form"].errors
    return desk.post(url("case-correct", case), sent)


def taken(answer):
    return {one.name: one.taken for one in answer.context["choices"]}


def test_each_field_takes_the_version_of_whoever_changed_it(desk, case, counsellor):
    answer = meet(desk, case, counsellor, mine={"paid_yen": "10万円"}, theirs={"contract_yen": "178万円"})
    chosen = taken(answer)

    saved = desk.post(url("case-correct", case), sent_of(answer))

    assert (answer.status_code, saved.status_code) == (412, 302)
    assert chosen == {"paid_yen": "mine", "contract_yen": "theirs"}
    case.refresh_from_db()
    assert (case.contract_yen, case.paid_yen) == (1_780_000, 100_000)


@pytest.mark.parametrize(("take", "yen"), [("mine", 1_500_000), ("theirs", 1_780_000)])
def test_where_both_changed_a_field_a_person_chooses(desk, case, counsellor, take, yen):
    answer = meet(
        desk, case, counsellor, mine={"contract_yen": "150万円"}, theirs={"contract_yen": "178万円"}
    )
    assert taken(answer) == {"contract_yen": ""}

    without = desk.post(url("case-correct", case), sent_of(answer))
    chosen = desk.post(url("case-correct", case), sent_of(without, **{"take.contract_yen": take}))

    assert (without.status_code, chosen.status_code) == (422, 302)
    case.refresh_from_db()
    assert case.contract_yen == yen


def test_both_versions_stand_on_the_page_and_nothing_typed_is_lost(desk, case, counsellor):
    answer = meet(desk, case, counsellor, mine={"advice": "私の助言。"}, theirs={"advice": "同僚の助言。"})
    text = answer.content.decode()

    names = ("csrfmiddlewaretoken", "revision", "opened", "draft", "theirs.advice", "take.advice")
    assert all(f'name="{name}"' in text for name in names)
    assert "私の助言。" in text
    assert "同僚の助言。" in text
    assert Draft.objects.get().case_id == case.pk


def test_a_tick_that_a_colleague_took_away_can_be_taken_over(desk, counsellor):
    case = builders.case(by=counsellor, is_provisional=True)
    sent = opened(desk, case, advice="私の助言。")
    client = client_of(counsellor)
    theirs = opened(client, case)
    del theirs["is_provisional"]
    client.post(url("case-correct", case), theirs)
    answer = desk.post(url("case-correct", case), sent)

    desk.post(url("case-correct", case), sent_of(answer))

    assert taken(answer) == {"is_provisional": "theirs", "advice": "mine"}
    assert not Case.objects.get().is_provisional


def test_a_closed_page_is_gone_on_with_and_the_draft_ends_with_the_save(desk, case, counsellor):
    meet(desk, case, counsellor, mine={"paid_yen": "10万円"}, theirs={"contract_yen": "178万円"})

    again = desk.get(url("case-correct", case))
    listed = desk.get(reverse("today")).content.decode()
    saved = desk.post(url("case-correct", case), sent_of(again))

    assert again.context["form"]["paid_yen"].value() == "10万円"
    assert taken(again) == {"paid_yen": "mine", "contract_yen": "theirs"}
    assert url("case-correct", case) in listed
    assert saved.status_code == 302
    assert not Draft.objects.exists()
    assert not DataKey.objects.filter(owner_kind="draft").exists()


def keep(client, case, sent, sequence=1, **more):
    fields = {**sent, "sequence": str(sequence), **more}
    return client.post(url("case-correct-draft", case), fields, HTTP_X_DRAFT="1")


def test_a_correction_is_kept_while_it_is_typed_and_gone_on_with_after_a_lost_session(desk, case, counsellor):
    sent = opened(desk, case, advice="書きかけの助言。")
    kept = keep(desk, case, sent)
    again = client_of(counsellor).get(url("case-correct", case))

    assert (kept.json()["state"], kept.json()["changed"]) == ("stored", False)
    assert again.context["form"]["advice"].value() == "書きかけの助言。"
    assert (str(again.context["draft"]), again.context["sequence"]) == (sent["draft"], 1)
    assert desk.post(url("case-correct", case), sent_of(again)).status_code == 302
    assert not Draft.objects.exists()


def test_what_is_typed_is_told_of_a_colleagues_change_and_shown_beside_it_later(desk, case, counsellor):
    sent = opened(desk, case, paid_yen="10万円")
    client = client_of(counsellor)
    client.post(url("case-correct", case), opened(client, case, contract_yen="178万円"))

    kept = keep(desk, case, sent)
    again = desk.get(url("case-correct", case))

    assert kept.json()["changed"] is True
    assert taken(again) == {"paid_yen": "mine", "contract_yen": "theirs"}


def test_a_choice_between_two_versions_is_kept_with_the_words(desk, case, counsellor):
    answer = meet(
        desk, case, counsellor, mine={"contract_yen": "150万円"}, theirs={"contract_yen": "178万円"}
    )
    chosen = sent_of(answer, **{"take.contract_yen": "theirs"})

    kept = keep(desk, case, chosen, sequence=answer.context["sequence"] + 1)
    again = desk.get(url("case-correct", case))

    assert kept.json()["changed"] is False
    assert taken(again) == {"contract_yen": "theirs"}
    desk.post(url("case-correct", case), sent_of(again))
    case.refresh_from_db()
    assert case.contract_yen == 1_780_000


@pytest.mark.parametrize(
    ("more", "status", "state"),
    [({"account": str(uuid.uuid4())}, 409, "other-account"), ({"advice": "長" * 400_000}, 413, "too-long")],
)
def test_what_is_not_kept_is_said(desk, case, more, status, state):
    answer = keep(desk, case, opened(desk, case), **more)

    assert (answer.status_code, answer.json()["state"]) == (status, state)
    assert not Draft.objects.exists()


def test_a_late_state_does_not_win_and_nobody_writes_into_anothers_draft(desk, case, counsellor):
    sent = opened(desk, case, advice="新しい助言。")
    other = client_of(builders.account(at=counsellor.centre))

    states = [keep(desk, case, sent, sequence=n).json()["state"] for n in (2, 1)]

    assert states == ["stored", "superseded"]
    assert keep(other, case, sent, sequence=3).status_code == 404


def test_a_refused_correction_is_kept_too_and_can_be_thrown_away(desk, case):
    answer = desk.post(url("case-correct", case), opened(desk, case, contract_yen="たくさん"))

    assert answer.status_code == 422
    assert Draft.objects.count() == 1
    desk.post(url("case-correct-discard", case))
    assert not Draft.objects.exists()


def test_a_follow_up_of_a_colleague_is_no_difference(desk, case, counsellor):
    sent = opened(desk, case, advice="私の助言。")
    followup.add_follow_up(case.uid, note(), by=counsellor)

    answer = desk.post(url("case-correct", case), sent)

    assert taken(answer) == {"advice": "mine"}
    assert desk.post(url("case-correct", case), sent_of(answer)).status_code == 302


def test_a_changed_digest_only_asks_a_person(desk, case, counsellor):
    sent = opened(desk, case, paid_yen="10万円") | {"opened": "[x"}
    close(case, counsellor)

    assert taken(desk.post(url("case-correct", case), sent)) == {"paid_yen": ""}


def test_one_more_row_keeps_the_choice_on_the_page(desk, case, counsellor):
    answer = meet(
        desk, case, counsellor, mine={"contract_yen": "150万円"}, theirs={"contract_yen": "178万円"}
    )

    more = desk.post(url("case-correct", case), sent_of(answer, action="more:transfers"))

    assert (more.status_code, taken(more)) == (200, {"contract_yen": ""})


def test_a_row_of_a_colleague_comes_along(desk, case, counsellor):
    row = {"transfers-0-kind": "BANK", "transfers-0-account": "1234567"}

    answer = meet(desk, case, counsellor, mine={"paid_yen": "10万円"}, theirs=row)
    saved = desk.post(url("case-correct", case), sent_of(answer))

    assert saved.status_code == 302
    case.refresh_from_db()
    assert (case.paid_yen, case.casetransfers.count()) == (100_000, 1)


def test_what_may_not_be_seen_is_not_overwritten(desk, counsellor):
    holder = builders.account(at=counsellor.centre)
    case = builders.case(by=holder, contract_yen=1_480_000)
    page = desk.post(url("case-correct-open", case), {"purpose": "CONSULTATION"})
    custody.guard(case.uid, is_guarded=True, by=holder)
    followup.add_follow_up(case.uid, note(), by=holder)

    sent = sent_of(page, contract_yen="150万円")
    answers = [desk.post(url("case-correct", case), sent)]
    answers.append(desk.post(url("case-correct", case), sent_of(answers[0])))

    assert [answer.status_code for answer in answers] == [412, 412]
    assert "1,480,000" not in answers[0].content.decode()
    case.refresh_from_db()
    assert case.contract_yen == 1_480_000


def test_a_draft_of_a_correction_goes_with_its_case(case, counsellor):
    drafts.save(uuid.uuid4(), {"advice": ["私の助言。"]}, sequence=1, by=counsellor, case=case)

    drafts.forget_with(case.uid)

    assert not Draft.objects.exists()


def test_no_other_call_is_offered_a_correction_to_go_on_with(desk, case, counsellor):
    drafts.save(uuid.uuid4(), {"advice": ["私の助言。"]}, sequence=1, by=counsellor, case=case)

    page = desk.get(reverse("intake", args=[uuid.uuid4()]))

    assert page.context["parked"] == []


def test_closing_looks_at_what_changed_first_and_keeps_the_words(desk, case, counsellor):
    page = desk.get(url("case", case)).content.decode()
    revision = re.search(r'name="revision" value="(\d+)"', page).group(1)
    followup.add_follow_up(case.uid, note(text="大事な知らせ。"), by=counsellor)
    sent = {
        "outcome": "ADVICE",
        "closed_on": "2026-11-21",
        "advice": "交渉がまとまった。",
        "revision": revision,
    }

    answer = desk.post(url("case-close", case), sent)
    text = answer.content.decode()
    again = desk.post(
        url("case-close", case), {**sent, "revision": answer.context["close_form"]["revision"].value()}
    )

    assert (answer.status_code, again.status_code) == (412, 302)
    assert "大事な知らせ。" in text
    assert "交渉がまとまった。" in text
