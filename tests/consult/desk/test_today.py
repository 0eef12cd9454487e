"""今日: for every role; what the machine says first, then what one has at hand."""

import uuid
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from cases.jobs import signs
from cases.jobs.lanes import EVERY, Lane
from cases.services import custody, followup, glass
from cases.services.followup import FollowUpEntry
from consult.shell import roles
from tests import builders
from tests.consult.desk.conftest import client_of

pytestmark = pytest.mark.django_db

TODAY = "today"
REASON = "本人が危ないと警察から連絡があった"


def text_for(account):
    answer = client_of(account).get(reverse(TODAY))
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize("role", roles.ROLES)
def test_every_role_has_the_page_and_a_way_to_its_own_work(role):
    text = text_for(builders.account(role))

    home = roles.ROLES[role].home
    told = (
        "処理係(反映と急ぎの仕事): まだ一度も動いていません"
        if role in {"MANAGER", "ADMIN"}
        else "処理係が止まっています"
    )
    assert told in text
    assert (f'class="button button--primary" href="{reverse(home)}"' in text) is (home != TODAY)
    assert ("自分の対応中の相談" in text) is (role == "COUNSELLOR")


@pytest.mark.parametrize(("lanes", "told"), [(EVERY, False), ({Lane.FEED}, True), ({Lane.JOBS}, True)])
def test_the_worker_is_not_spoken_of_while_it_works_in_both_lanes(counsellor, lanes, told):
    signs.give(lanes, "w")

    assert ("処理係が止まっています" in text_for(counsellor)) is told


def test_a_case_that_waits_to_be_taken_is_taken_from_here(counsellor):
    colleague = builders.account(at=counsellor.centre)
    case = builders.case(by=counsellor)
    custody.hand_over(case.uid, to_uid=colleague.uid, note="", by=counsellor)
    take = reverse("case-take-over", args=[case.uid])
    assert take in text_for(colleague)
    assert take not in text_for(counsellor)

    client_of(colleague).post(take)

    assert take not in text_for(colleague)
    assert case.number in text_for(colleague)
    assert case.number not in text_for(counsellor)


def test_what_others_wrote_about_ones_cases_is_told_for_a_week(counsellor, time_machine):
    case, by = builders.case(by=counsellor), builders.account(at=counsellor.centre)
    for who in (counsellor, by):
        entry = FollowUpEntry(uid=uuid.uuid4(), happened_at=timezone.now(), kind="NOTE", text="確かめた。")
        followup.add_follow_up(case.uid, entry, by=who)

    assert [row.counsellor for row in client_of(counsellor).get(reverse(TODAY)).context["by_others"]] == [by]
    time_machine.shift(timedelta(days=8))
    assert "ほかの人が足した経過" not in text_for(counsellor)


def test_break_glass_is_told_to_managers_and_to_whoever_has_the_case_but_not_to_the_actor(
    counsellor, manager
):
    case = builders.case(by=counsellor)
    other = builders.account("MANAGER", at=counsellor.centre)
    glass.break_glass(case.uid, reason=REASON, by=manager, told=[other.pk])

    told = {name: REASON in text_for(who) for name, who in
            {"manager": manager, "other": other, "holder": counsellor,
             "colleague": builders.account(at=counsellor.centre),
             "elsewhere": builders.account("MANAGER", at=builders.centre("hikari"))}.items()}  # fmt: skip

    assert told == {
        "manager": False, "other": True, "holder": True, "colleague": False, "elsewhere": False
    }  # fmt: skip


def test_the_phone_hint_shows_a_guarded_case_to_its_own_people_alone(desk, counsellor):
    giver, taker = (builders.account(at=counsellor.centre) for _account in range(2))
    case = builders.case(by=giver, caller=builders.person())
    custody.hand_over(case.uid, to_uid=taker.uid, note="", by=giver)
    custody.take_over(case.uid, by=taker)
    sent = {"caller_phone": "090-1234-5678"}
    hint = reverse("hint", args=[uuid.uuid4(), "phone"])
    assert case.number in desk.post(hint, sent).content.decode()

    custody.guard(case.uid, is_guarded=True, by=counsellor)

    shown = [client_of(who).post(hint, sent).content.decode() for who in (counsellor, giver, taker)]
    assert [case.number in text for text in shown] == [False, True, True]
