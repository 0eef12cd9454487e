"""増えている言葉: the manager reads examples without names, makes a 手口 of them or passes them over."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from cases.jobs import claim_and_run
from cases.protection.models import AuditEntry
from cases.records.codes import Code, Kind
from search import waves
from search.wave_rows import Wave
from tests import builders
from tests.consult.desk.conftest import client_of

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 23)
DRONE = "鬼塚紗都香さん宅。空き家を巡回するドローンの契約を結んだ。"


@pytest.fixture
def office(manager):
    return client_of(manager)


@pytest.fixture
def wave(counsellor):
    for number in range(40):
        _told(counsellor, "屋根の点検に来て工事を契約した。", 40 + number * 9)
    for number in range(6):
        _told(counsellor, DRONE, number, scam_main="UNCLASSIFIED", caller=builders.person(name="鬼塚 紗都香"))
    waves.ask()
    while claim_and_run(worker="test"):
        pass
    return Wave.objects.get()


def _told(by, narrative, days_ago, **more):
    at = builders.RECEIVED_AT.replace(hour=1) - timedelta(days=days_ago)
    return builders.case(by=by, narrative=narrative, received_at=at, **more)


def page(client):
    return client.get(reverse("waves")).content.decode()


def test_a_candidate_stands_with_words_weeks_and_redacted_examples(office, wave):
    text = page(office)

    for words in ("空き家、巡回", "ドローン", "4週間で6件", "未分類", "例(氏名などは伏せています)"):
        assert words in text
    assert "紗都香" not in text
    assert text.count('class="wave-weeks__bar"') == 12


def test_the_examples_are_read_once_and_in_a_fixed_number_of_questions(
    office, wave, django_assert_max_num_queries
):
    page(office)
    before = AuditEntry.objects.filter(action="REDACTED_READ").count()

    with django_assert_max_num_queries(24):
        page(office)

    assert AuditEntry.objects.filter(action="REDACTED_READ").count() == before + 1


def test_an_empty_page_says_so(office):
    assert "急に増えた言葉はありません" in page(office)


def test_it_becomes_a_provisional_trick(office, wave):
    body = {"label": "空き家ドローン", "meaning": "空き家の巡回を契約させる", "parent": "INSPECTION"}

    answer = office.post(reverse("wave-name", args=[wave.uid]), body, follow=True)

    assert answer.redirect_chain == [(reverse("scam-types"), 302)]
    assert Code.objects.get(kind=Kind.SCAM_TYPE, label="空き家ドローン").is_provisional
    assert "急に増えた言葉はありません" in page(office)


def test_a_name_that_is_missing_is_asked_for_at_its_candidate(office, wave):
    answer = office.post(reverse("wave-name", args=[wave.uid]), {"label": "", "meaning": "巡回"})

    assert answer.status_code == 422
    assert f'id="id_{wave.uid.hex}_label_error"' in answer.content.decode()
    assert waves.open_waves(answer.wsgi_request.user) == [wave]


def test_it_is_passed_over_with_who_and_when(office, wave, manager):
    office.post(reverse("wave-dismiss", args=[wave.uid]))

    text = page(office)

    assert "見送ったもの" in text
    assert manager.display_name in text
    assert AuditEntry.objects.filter(action="WAVE_DISMISSED", actor_uid=manager.uid).count() == 1


def test_a_second_decision_is_told_and_changes_nothing(office, wave):
    office.post(reverse("wave-dismiss", args=[wave.uid]))

    answer = office.post(reverse("wave-dismiss", args=[wave.uid]), follow=True)

    assert "すでに決めています" in answer.content.decode()


@pytest.mark.parametrize(("of_the_centre", "status"), [(True, 302), (False, 404)])
def test_only_managers_of_the_centre_decide(wave, manager, of_the_centre, status):
    who = manager if of_the_centre else builders.account("MANAGER", at=builders.centre("hikari"))

    assert client_of(who).post(reverse("wave-dismiss", args=[wave.uid])).status_code == status


def test_a_counsellor_does_not_see_the_page(desk, wave):
    assert desk.get(reverse("waves")).status_code == 403


def test_today_tells_a_manager_and_nobody_else(office, desk, wave):
    words = "新しい手口かもしれない言葉が1組あります"

    assert words in office.get(reverse("today")).content.decode()
    assert words not in desk.get(reverse("today")).content.decode()
