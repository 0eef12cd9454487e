"""検索の索引: its state in words, what can be done, letters of refused cases, and what 今日 and /readyz say."""

import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from cases import feed, held
from cases.feed.models import FeedRow
from cases.jobs import Job, claim_and_run
from cases.protection.models import AuditEntry
from search import engine as engines
from search import index, state
from search.dead_letters import DeadLetter
from search.engine import engine
from search.errors import SearchUnavailable
from tests import builders
from tests.consult.manage.conftest import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _search_file(tmp_path, settings):
    settings.SEARCH_FILE = tmp_path / "search.sqlite3"


@pytest.fixture
def case(counsellor):
    made = builders.case(by=counsellor)
    work()
    return made


@pytest.fixture
def keeper(administrator, case):
    return signed_in(administrator)


def work():
    feed.drain(index.CONSUMER, 1_000)
    while claim_and_run(worker="test"):
        pass


def letter(uid, **more):
    return DeadLetter.objects.create(uid=uid, reason="document_parsing_exception", attempts=3, **more)


def page(client):
    return client.get(reverse("search-index")).content.decode()


def ready(client):
    held.forget_all()
    answer = client.get(reverse("readyz"))
    return answer.status_code, answer.json()["search"]


@pytest.mark.parametrize(("role", "status"), [("ADMIN", 200), ("MANAGER", 200), ("COUNSELLOR", 403)])
def test_the_page_is_for_managers_and_whoever_runs_the_machine(role, status):
    assert signed_in(builders.account(role)).get(reverse("search-index")).status_code == status


def test_a_well_index_says_so(keeper):
    text = page(keeper)

    assert "検索は相談の記録に追いついています" in text
    assert "内蔵(この機械のファイル)" in text
    assert "+15%" in text


def away(monkeypatch):
    def refuses(_self):
        raise SearchUnavailable

    monkeypatch.setattr(type(engine()), "is_complete", refuses)
    monkeypatch.setattr(type(engine()), "size", refuses)


WRONG = {
    "away": (lambda case, patch: away(patch), "検索エンジンにつながりません", "unavailable"),
    "gone": (lambda case, patch: engine()._file.path.unlink(), "検索の索引を作っています", "rebuilding"),
    "filling": (lambda case, patch: engine().wipe(), "検索の索引を作っています", "rebuilding"),
    "refused": (lambda case, patch: letter(case.uid), "検索に入っていない相談があります", "behind"),
    "late": (
        lambda case, patch: FeedRow.objects.create(
            case_uid=case.uid, consumer=index.CONSUMER, revision=1, queued_at=timezone.now() - state.LATE * 2
        ),
        "検索に入っていない相談があります",
        "behind",
    ),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_what_is_wrong_is_said_here_on_today_and_to_whoever_watches(
    keeper, manager, client, case, monkeypatch, wrong
):
    today = signed_in(manager)
    harm, words, told = WRONG[wrong]
    assert ready(client) == (200, "ok")
    assert words not in today.get(reverse("today")).content.decode()

    harm(case, monkeypatch)

    assert ready(client) == (200, told)
    assert words in page(keeper)
    assert words in today.get(reverse("today")).content.decode()


def test_a_page_that_cannot_ask_the_engine_changes_nothing(keeper, case):
    engine()._file.path.unlink()

    assert "確かめられません" in page(keeper)
    assert not Job.objects.filter(kind=engines.REBUILD).unfinished().exists()


@pytest.mark.parametrize(
    ("name", "kind"), [("search-rebuild", engines.REBUILD), ("search-compare", index.RECONCILE)]
)
def test_work_is_started_once_and_its_end_is_shown(keeper, case, administrator, name, kind):
    before = Job.objects.filter(kind=kind).count()
    for _time in range(2):
        assert keeper.post(reverse(name)).url == reverse("search-index")
    assert Job.objects.filter(kind=kind).count() == before + 1
    job = Job.objects.filter(kind=kind).latest("pk")
    assert (job.created_by, job.centre) == (administrator, administrator.centre)
    assert f"job-{job.uid}-cancel" in page(keeper) or kind == index.RECONCILE

    work()

    job.refresh_from_db()
    assert job.state == Job.State.DONE
    assert ("最後の照合" in page(keeper)) is (kind == index.RECONCILE)


def test_a_rebuild_that_started_by_itself_is_shown_without_keys_that_do_not_work(keeper, case):
    engine()._file.path.unlink()
    engines.heal()

    text = page(keeper)

    job = Job.objects.filter(kind=engines.REBUILD).latest("pk")
    assert (f"job-{job.uid}" in text, "hx-get" in text, f"job-{job.uid}-cancel" in text) == (
        True,
        False,
        False,
    )


# --- Refused cases --------------------------------------------------------------------------------------------------
def test_a_manager_sees_numbers_of_the_own_centre_alone(manager, case):
    theirs = builders.case(by=builders.account(at=builders.centre("kita")), received_at=case.received_at)
    letter(case.uid)
    letter(theirs.uid)
    letter(uuid.uuid4())  # of a case that is gone

    text = page(signed_in(manager))

    assert text.count("document_parsing_exception") == 2
    assert (f'value="{case.uid}"' in text, f'value="{theirs.uid}"' in text) == (True, False)


@pytest.mark.parametrize("which", ["one", "all"])
def test_a_refused_case_is_tried_again(keeper, case, administrator, which):
    letter(case.uid)
    gone = letter(uuid.uuid4())

    keeper.post(reverse("search-letters"), {"do": "retry", **({"uid": case.uid} if which == "one" else {})})

    assert feed.lag(index.CONSUMER).waiting == 1
    work()
    assert list(DeadLetter.objects.values_list("uid", flat=True)) == ([gone.uid] if which == "one" else [])
    assert AuditEntry.objects.filter(action="SEARCH_RETRIED", actor_uid=administrator.uid).count() == 1


def test_what_was_given_up_is_told_no_more_and_can_still_be_tried(keeper, client, case, administrator):
    letter(case.uid)
    assert ready(client) == (200, "behind")

    keeper.post(reverse("search-letters"), {"do": "give-up", "uid": case.uid})

    assert ready(client) == (200, "ok")
    assert "知らせないことにしたもの" in page(keeper)
    assert AuditEntry.objects.get(action="SEARCH_GIVEN_UP").actor_uid == administrator.uid
    keeper.post(reverse("search-letters"), {"do": "retry", "uid": case.uid})
    work()
    assert not DeadLetter.objects.exists()


@pytest.mark.parametrize("do", ["retry", "give-up"])
@pytest.mark.parametrize("uid", ["theirs", "no uid"])
def test_nothing_is_done_about_a_case_of_another_centre(keeper, case, do, uid):
    theirs = builders.case(by=builders.account(at=builders.centre("kita")), received_at=case.received_at)
    work()
    letter(theirs.uid)

    keeper.post(reverse("search-letters"), {"do": do, "uid": theirs.uid if uid == "theirs" else "7"})

    assert (DeadLetter.objects.get().given_up_at, feed.lag(index.CONSUMER).waiting) == (None, 0)


def test_many_letters_cost_no_more_questions(keeper, counsellor, case):
    def asked():
        with CaptureQueriesContext(connection) as queries:
            page(keeper)
        return len(queries)

    def late(count):
        for _number in range(count):
            letter(builders.case(by=counsellor, received_at=case.received_at - timedelta(days=1)).uid)

    late(1)
    asked()
    few = asked()
    late(20)

    assert asked() == few
