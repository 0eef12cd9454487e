"""動作の状態: the page, its card on 今日, and what machines are told."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from cases import held
from cases.figures.recount.nightly import JOB as RECOUNT
from cases.health import Group, Level, Reading, registry
from cases.jobs import signs
from cases.jobs.lanes import EVERY
from cases.jobs.models import Job
from cases.records.centre import SYSTEM
from cases.services.ledger import uploads
from cases.services.ledger.models import ImportRun
from consult.shell import roles
from tests import builders
from tests.consult.manage.conftest import signed_in

pytestmark = pytest.mark.django_db

PAGE = reverse("health")


@pytest.fixture(autouse=True)
def _search_file(tmp_path, settings):
    settings.SEARCH_FILE = tmp_path / "search.sqlite3"


@pytest.fixture
def told(monkeypatch):
    """Readings of this test alone."""
    monkeypatch.setattr(registry, "_sources", {})

    def tell(*rows: Reading) -> None:
        held.forget_all()
        registry._sources.clear()
        registry.register("look", Group.WORK, "", lambda: rows)

    return tell


def reading(name: str, level: Level = Level.ERROR, **more: object) -> Reading:
    return Reading(name=name, label=f"{name}の見出し", state=f"{name}の状態", level=level, **more)


def text_of(account, url=PAGE):
    return signed_in(account).get(url).content.decode()


@pytest.mark.parametrize("role", roles.ROLES)
def test_the_page_is_for_whoever_can_mend_something(role):
    account = builders.account(role)

    status = signed_in(account).get(PAGE).status_code

    assert status == (200 if role in {"MANAGER", "ADMIN"} else 403)


def test_every_reading_stands_there_with_what_to_do(told, manager):
    told(
        reading("重いもの", advice="こうしてください。", limit="5分", since=timezone.now()),
        reading("軽いもの", Level.WARNING),
        reading("よいもの", Level.OK),
    )

    text = text_of(manager)

    for part in (
        "重いものの見出し",
        "重いものの状態",
        "こうしてください。",
        "5分",
        "軽いものの状態",
        "よいものの状態",
    ):
        assert part in text
    assert "いま直すところが1件あります" in text


@pytest.mark.parametrize(
    ("levels", "said"),
    [
        ([Level.OK], "すべて動いています"),
        ([Level.WARNING, Level.OK], "気を付けるところが1件あります"),
        ([Level.ERROR, Level.ERROR, Level.WARNING], "いま直すところが2件あります"),
    ],
)
def test_the_page_begins_with_the_worst(levels, said, told, manager):
    told(*(reading(f"n{n}", level) for n, level in enumerate(levels)))

    assert said in text_of(manager)


def test_a_door_is_shown_to_whom_it_opens(told, manager, administrator):
    told(reading("控え", url_name="backups", link="控えを見る"))

    assert ("控えを見る" in text_of(manager), "控えを見る" in text_of(administrator)) == (False, True)


def test_what_concerns_another_centre_is_not_shown(told, manager):
    told(reading("自分", centre_id=manager.centre.pk), reading("よそ", centre_id=builders.centre("kita").pk))

    text = text_of(manager)

    assert ("自分の状態" in text, "よその状態" in text) == (True, False)


@pytest.mark.parametrize(
    ("role", "said"), [("ADMIN", True), ("MANAGER", True), ("COUNSELLOR", False), ("OUTREACH", False)]
)
def test_the_card_is_for_whoever_can_mend_it(role, said, told, centre):
    told(reading("ディスク"), reading("検索", has_card=True), reading("よいもの", Level.OK))

    text = text_of(builders.account(role, at=centre), reverse("today"))

    assert ("動作に直すところが1件あります" in text) is said
    assert ("ディスクの見出し: ディスクの状態" in text) is said
    assert "検索の見出し" not in text
    assert ("処理係が止まっています" in text) is not said  # the same matter, once for each reader


def test_all_is_well_is_no_card(told, administrator):
    told(reading("よいもの", Level.OK))

    assert "動作に直すところ" not in text_of(administrator, reverse("today"))


# --- Machines -------------------------------------------------------------------------------------------------------
def test_a_watch_is_told_names_and_levels_and_nothing_of_a_centre(told, client, centre):
    told(
        reading("disk.data", numbers={"free_bytes": 7}),
        reading(f"input.DESK.{centre.code}", Level.WARNING, centre_id=centre.pk),
    )

    answer = client.get(reverse("readyz"))

    assert answer.status_code == 200
    assert {name: answer.json()[name] for name in ("health", "wrong")} == {
        "health": "error",
        "wrong": ["disk.data", "input"],
    }
    assert centre.code not in answer.content.decode()


def test_a_watch_is_told_that_all_is_well(told, client):
    told(reading("worker", Level.OK))

    assert client.get(reverse("readyz")).json()["health"] == "ok"


def test_the_api_gives_every_reading_with_its_numbers(told, administrator):
    since = timezone.now() - timedelta(hours=1)
    told(reading("disk.data", numbers={"free_bytes": 7}, since=since), reading("worker", Level.OK))

    answer = signed_in(administrator).get(reverse("api-health")).json()

    assert answer["level"] == "error"
    assert [(row["name"], row["level"], row["numbers"]) for row in answer["readings"]] == [
        ("disk.data", "error", {"free_bytes": 7}),
        ("worker", "ok", {}),
    ]


@pytest.mark.parametrize(("role", "status"), [("ADMIN", 200), ("COUNSELLOR", 403)])
def test_the_api_is_for_the_same_people(role, status):
    assert signed_in(builders.account(role)).get(reverse("api-health")).status_code == status


def test_the_real_readings_are_all_shown(administrator):
    signs.give(EVERY, "w")

    answer = signed_in(administrator).get(reverse("api-health")).json()

    names = {row["name"] for row in answer["readings"]}
    assert {
        "worker.feed", "worker.jobs", "jobs", "tasks", "feed.search", "figures.columns", "search.index",
        "search.refused", "nightly.search.reconcile",
        "nightly.figures.recount", "nightly.audit.verify", "disk.data", "disk.keys", "disk.search", "disk.columns",
        f"import.{administrator.centre.code}",
    } <= names  # fmt: skip
    assert all(row["what"] and row["state"] for row in answer["readings"])


def test_a_recount_that_found_something_stands_above_the_numbers(manager):
    job = Job.objects.create(kind=RECOUNT, state="DONE", finished_at=timezone.now(), result={"different": 0})
    told = "数字を確かめてください: 集計の数え直し — 2件の違いが見つかりました"
    assert told not in text_of(manager, reverse("numbers"))

    Job.objects.filter(pk=job.pk).update(result={"different": 2})
    held.forget_all()

    assert told in text_of(manager, reverse("numbers"))
    assert "2件の違いが見つかりました" in text_of(manager)


# --- A refused file -------------------------------------------------------------------------------------------------
def test_a_file_refused_on_the_page_is_kept_as_refused(manager, centre):
    file = SimpleUploadedFile("山田花子.csv", b"\x00\x01\x02" * 100)
    answer = signed_in(manager).post(reverse("imports"), {"file": file})

    run = ImportRun.objects.get()
    assert answer.status_code == 422
    assert (run.has_file, run.size, bool(run.refusal), run.ending) == (False, 300, True, ".csv")
    assert "受け取れなかったファイル" in text_of(manager, reverse("imports"))
    assert "ファイルを受け取れませんでした" in text_of(manager)


def test_a_refused_file_has_a_page_without_keys_to_press(manager, centre):
    run = uploads.refuse("ledger.csv", 3, reason="encoding", centre=centre, by=SYSTEM)

    text = text_of(manager, reverse("import", args=[run.uid]))

    assert "受け取れなかった" in text
