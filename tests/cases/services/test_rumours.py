"""うわさ: no person inside, joined to cases later, beside a surge of its 手口, never counted."""

import uuid
from datetime import timedelta

import pytest
from django.urls import reverse

from cases.figures import measures
from cases.figures.measures import Question
from cases.law import calendar
from cases.records.rumours import Rumour, RumourCase
from cases.services import rumours
from cases.services.entry import EntryRefused
from cases.services.retention import erasure
from cases.services.retention.models import Disposal
from cases.services.rumours import RumourEntry
from consult.desk.rumours import pages
from tests import builders, waves

pytestmark = pytest.mark.django_db


@pytest.fixture
def outreach():
    return builders.account("OUTREACH")


def heard(by, **more):
    given = {"uid": uuid.uuid4(), "heard_on": calendar.today(), "words": "屋根を見てやると回っている", **more}
    return rumours.record(RumourEntry(**given), centre=by.centre, by=by).rumour


@pytest.mark.parametrize(
    ("place", "kept"),
    [
        ("本町2丁目の公園", "本町2丁目の公園"),
        ("北町3-4-5 山田さん宅", "〔住所〕〔氏名〕さん宅"),
        ("駅前", "駅前"),
    ],
)
def test_a_place_is_kept_as_far_as_it_names_no_house(outreach, place, kept):
    assert heard(outreach, place=place).place == kept


def test_words_are_masked_when_they_are_saved(outreach):
    rumour = heard(outreach, words="佐藤 一郎さんの家に090-1234-5678から電話があった")

    assert "佐藤" not in rumour.words
    assert "1234" not in rumour.words
    with pytest.raises(EntryRefused) as refused:
        heard(outreach, words=" ", area="NOWHERE", member_uid=uuid.UUID(int=1))
    assert set(refused.value.errors) == {"words", "area", "member"}


def test_it_is_heard_again_and_ends(outreach):
    rumour = heard(outreach, heard_on=calendar.today() - timedelta(days=5))
    rumours.hear_again(rumour.uid, on=calendar.today() - timedelta(days=2), by=outreach)
    rumours.close(rumour.uid, by=outreach)

    rumour.refresh_from_db()
    assert (rumour.times, rumour.last_heard_on) == (2, calendar.today() - timedelta(days=2))
    with pytest.raises(rumours.RumourClosed):
        rumours.hear_again(rumour.uid, on=calendar.today(), by=outreach)


def test_cases_join_it_and_leave_it_when_they_are_erased_and_it_is_no_case(outreach):
    desk = builders.account()
    rumour, case = heard(outreach, theme="INSPECTION"), builders.case(by=desk)
    for _again in range(2):
        rumours.join(rumour.uid, case.uid, by=desk)

    span = (case.received_on, case.received_on + timedelta(days=1))
    question = Question(frozenset({desk.centre_id}), *span, "sex")
    assert RumourCase.objects.count() == 1
    assert measures.breakdown(question).total == 1

    erasure.erase_case(case.uid, reason=Disposal.Ground.REQUEST, by=desk)
    assert Rumour.objects.filter(pk=rumour.pk).exists()
    assert not RumourCase.objects.exists()


def test_a_surge_and_the_page_of_today_show_what_is_told_of_its_trick_there(outreach):
    met = heard(outreach, theme="INSPECTION", area="NORTH")
    heard(outreach, theme="FAKE_POLICE")
    heard(outreach, theme="INSPECTION", area="OUTSIDE")
    assert pages.card(outreach) is None

    wave = waves.wave(outreach.centre, area="NORTH")

    assert [action.uid for action in pages.of_surge(wave.uid, outreach)] == [met.uid]
    assert [row.pk for row in rumours.beside_surges(outreach.centre, outreach)] == [met.pk]
    assert pages.card(outreach).url_name == "rumours"


def test_outreach_writes_one_and_sees_how_many_cases_it_has_but_no_case(outreach, client):
    desk = builders.account()
    client.force_login(outreach)
    given = {
        "uid": str(uuid.uuid4()),
        "heard_on": calendar.today().isoformat(),
        "words": "変な電話が回っている",
    }
    made = client.post(reverse("rumour-new"), given)
    rumour = Rumour.objects.get()
    case = builders.case(by=desk)
    rumours.join(rumour.uid, case.uid, by=desk)

    page = client.get(made.url).content.decode()
    joined = client.post(reverse("rumour-join", args=[rumour.uid]), {"number": case.number})

    assert case.number not in page
    assert '<span class="soft num">1</span>' in page
    assert joined.status_code == 403
    client.force_login(desk)
    assert case.number in client.get(made.url).content.decode()
