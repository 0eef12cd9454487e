"""Searches that are kept: asked again with a key, shared where wanted, told of when a new case fits, nobody else's."""

import json
import uuid

import pytest
from django.urls import reverse

from cases.protection import keys
from cases.protection.models import AuditEntry, DataKey
from cases.services import followup
from cases.services.followup import FollowUpEntry
from consult.desk.searching import models
from consult.desk.searching.models import NewCase, SavedSearch
from consult.shell import staff
from tests import builders
from tests.consult.desk.conftest import client_of, queries_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def colleague(counsellor):
    return builders.account(at=counsellor.centre)


def keep(client, uid=None, name="屋根の契約", **more):
    asked = {"text": "屋根 契約", "scam": "INSPECTION", "since": "11/1", "keep-name": name}
    given = {**asked, "keep-uid": str(uid or uuid.uuid4()), **more}
    return client.post(reverse("find-keep"), given)


def names(client):
    return [one.name for one in client.get(reverse("find")).context["kept"]]


def test_a_kept_search_asks_the_same_again(desk, counsellor, worked):
    case = builders.case(by=counsellor, narrative="屋根の工事を契約した。")
    builders.case(by=counsellor, narrative="屋根の工事を契約した。", scam_main="FAKE_SHOP")
    worked()

    assert keep(desk).status_code == 302
    row = SavedSearch.objects.get()
    answer = desk.post(reverse("find-again", args=[row.uid]))

    assert names(desk) == ["屋根の契約"]
    assert [hit.case for hit in answer.context["found"].hits] == [case]
    assert answer.context["find"]["since"].value() == "2026-11-01"


def test_the_same_uid_is_the_same_search_and_faults_keep_what_was_typed(desk):
    uid = uuid.uuid4()
    for _twice in range(2):
        keep(desk, uid)
    assert SavedSearch.objects.count() == 1

    refused = keep(desk, name="")

    assert refused.status_code == 422
    assert "入力してください" in refused.content.decode()
    assert 'value="屋根 契約"' in refused.content.decode()
    assert keep(desk, text="", scam="", since="").status_code == 422


def test_only_so_many_are_kept(desk, monkeypatch):
    monkeypatch.setattr(models, "MOST", 1)
    keep(desk)

    refused = keep(desk)

    assert (refused.status_code, SavedSearch.objects.count()) == (422, 1)
    assert "1個までです" in refused.content.decode()


@pytest.mark.parametrize(("shared", "seen"), [({}, []), ({"keep-is_shared": "on"}, ["屋根の契約"])])
def test_colleagues_see_and_ask_what_is_shared_and_nobody_elsewhere_does(
    desk, colleague, elsewhere, worked, shared, seen
):
    keep(desk, **shared)
    uid = SavedSearch.objects.get().uid
    other = client_of(colleague)

    builders.case(by=colleague)
    worked()
    assert (names(other), names(client_of(elsewhere))) == (seen, [])
    assert other.post(reverse("find-again", args=[uid])).status_code == (200 if seen else 404)
    assert other.post(reverse("find-forget", args=[uid])).status_code == 404
    assert client_of(elsewhere).post(reverse("find-again", args=[uid])).status_code == 404
    assert SavedSearch.objects.count() == 1


def test_a_row_that_was_changed_by_hand_is_nobodys(desk, counsellor, colleague):
    keep(desk)
    SavedSearch.objects.update(is_shared=True)
    assert names(client_of(colleague)) == []

    SavedSearch.objects.update(account=colleague)
    assert (names(client_of(colleague)), names(desk)) == ([], [])


def test_a_watch_that_the_seal_does_not_tell_of_watches_nothing(desk, counsellor, colleague, worked):
    keep(desk, since="")
    SavedSearch.objects.update(watched_from="2020-01-01T00:00:00Z")

    builders.case(by=colleague, narrative="屋根の工事を契約した。")
    worked()

    assert NewCase.objects.count() == 0


def test_words_and_name_lie_sealed_and_leave_with_their_key(desk):
    keep(desk, name="山田の屋根")
    row = SavedSearch.objects.get()
    assert "山田" not in str(bytes(row.body.envelope))
    assert json.loads(keys.sealer(row.sealed_owner).open(row, "body"))["name"] == "山田の屋根"

    assert desk.post(reverse("find-forget", args=[row.uid])).status_code == 302

    assert SavedSearch.objects.count() == 0
    assert not DataKey.objects.filter(owner_kind=SavedSearch.OWNER_KIND).exists()
    assert "山田" not in str(list(AuditEntry.objects.values()))


def test_what_a_leaving_account_kept_goes_with_it(desk, counsellor):
    keep(desk)
    admin = builders.account("ADMIN", at=counsellor.centre)

    staff.stop_account(counsellor.uid, by=admin)

    assert SavedSearch.objects.count() == 0
    assert not DataKey.objects.filter(owner_kind=SavedSearch.OWNER_KIND).exists()


@pytest.mark.parametrize(
    ("narrative", "more", "is_told"),
    [
        ("屋根の工事を契約した。", {}, True),
        ("屋根の工事を断った。", {}, False),
        ("屋根の工事を契約した。", {"scam_main": "FAKE_SHOP"}, False),
    ],
)
def test_a_new_case_that_fits_is_told_of_until_it_was_looked_at(
    desk, colleague, worked, narrative, more, is_told
):
    keep(desk, **{"keep-watches": "on"})
    builders.case(by=colleague, narrative=narrative, **more)
    worked()

    told = "保存した検索に新しい相談が1件あります"
    assert (told in desk.get(reverse("today")).content.decode()) is is_told
    assert ("新しい相談1件" in desk.get(reverse("find")).content.decode()) is is_told

    desk.post(reverse("find-again", args=[SavedSearch.objects.get().uid]))

    assert told not in desk.get(reverse("today")).content.decode()


def test_nothing_is_told_twice_and_nothing_of_ones_own_or_of_before(desk, counsellor, colleague, worked):
    old = builders.case(by=colleague, narrative="屋根の工事を契約した。")
    worked()
    keep(desk, **{"keep-watches": "on"})
    builders.case(by=counsellor, narrative="屋根の工事を契約した。")
    new = builders.case(by=colleague, narrative="屋根の工事を断った。")
    worked()
    assert NewCase.objects.count() == 0

    for case in (old, new):
        add(case, colleague, "屋根の工事の契約書を受け取った。")
    worked()
    add(new, colleague, "屋根の工事の契約書を返した。")
    worked()

    assert [row.case for row in NewCase.objects.all()] == [new]


def add(case, by, text):
    entry = FollowUpEntry(uid=uuid.uuid4(), happened_at=builders.RECEIVED_AT, kind="TO_CALLER", text=text)
    followup.add_follow_up(case.uid, entry, by=by)


def test_cases_of_another_centre_and_stopped_accounts_are_told_of_to_nobody(
    desk, counsellor, elsewhere, worked
):
    keep(desk, **{"keep-watches": "on"})
    builders.case(by=elsewhere, narrative="屋根の工事を契約した。")
    worked()
    assert NewCase.objects.count() == 0

    counsellor.role_codes = ["ADMIN"]
    counsellor.save()
    builders.case(by=builders.account(at=counsellor.centre), narrative="屋根の工事を契約した。")
    worked()

    assert NewCase.objects.count() == 0


def test_kept_searches_cost_the_same_questions_however_many_they_are(desk):
    keep(desk)
    few = queries_of(lambda: desk.get(reverse("find")))
    for _number in range(5):
        keep(desk)

    assert queries_of(lambda: desk.get(reverse("find"))) == few == 8
