"""Pages of what is published: prepared, judged, looked at, changed, approved, corrected, taken as a file."""

import csv
import io
from datetime import date
from uuid import uuid4

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse

from cases import jobs
from cases.figures.measures import Question
from cases.figures.releases import reading
from cases.figures.releases.asking import Asked as AskedTable
from cases.held import forget_all
from cases.models import Release
from cases.protection.models import AuditEntry
from cases.services import releases
from consult.shell.accounts import Account
from tests import builders
from tests.consult.desk.conftest import queries_of
from tests.consult.manage.conftest import on, signed_in

NEW = reverse("release-new")
# (手口, 年齢, 件数): small counts of neighbouring ages, which are none together, one more, and enough to print.
COUNTS = [
    ("INSPECTION", 66, 2), ("INSPECTION", 72, 2), ("INSPECTION", 45, 6),
    ("FAKE_SHOP", 66, 3), ("FAKE_SHOP", 72, 4), ("FAKE_SHOP", 45, 5), ("PHISHING", 45, 1),
]  # fmt: skip
ASKED = "since=2026-04-01&until=2026-06-30&rows=scam_main&columns=age_band"


@pytest.fixture
def counted(counsellor: Account) -> None:
    for scam, age, count in COUNTS:
        for _n in range(count):
            builders.case(by=counsellor, scam_main=scam, age=age, received_at=on(2026, 5, 11))


@pytest.fixture
def outreach(centre) -> Account:
    return builders.account("OUTREACH", at=centre)


def prepare(client: Client, asked: str = ASKED, **more: str) -> Release:
    """Proposed on the page and judged by the worker."""
    given = {
        "uid": str(uuid4()),
        "title": "手口×年代",
        "kind": "PAGE",
        "audience": "members",
        "form": "EXACT",
        **more,
    }
    sent = client.post(f"{NEW}?{asked}", given)
    assert sent.status_code == 302, sent.content.decode()
    judge()
    return Release.objects.order_by("-pk").first()


def judge() -> None:
    while jobs.claim_and_run(worker="w"):
        pass


@pytest.fixture
def release(counted, outreach) -> Release:
    made = prepare(signed_in(outreach))
    assert made.state == Release.State.JUDGED, made.refused
    return made


def url(name: str, release: Release, *more: str) -> str:
    return reverse(name, args=[release.uid, *more])


def test_the_numbers_page_leads_there_only_with_what_could_leave(counted, desk_of_numbers):
    cases = desk_of_numbers.get(reverse("numbers") + f"?{ASKED}").content.decode()
    mentions = desk_of_numbers.get(reverse("numbers") + f"?{ASKED}&measure=scam_mentions").content.decode()

    assert f"{NEW}?" in cases
    assert f"{NEW}?" not in mentions
    assert (
        "この集計は公表できません"
        in desk_of_numbers.get(f"{NEW}?{ASKED}&measure=scam_mentions").content.decode()
    )


@pytest.mark.parametrize(
    ("given", "field"),
    [({"title": ""}, "title"), ({"kind": "WARNING"}, "kind"), ({"audience": "x"}, "audience")],
)
def test_what_is_wrong_is_said_at_its_field(given, field, counted, desk_of_numbers):
    sent = {"uid": str(uuid4()), "title": "表", "kind": "PAGE", "audience": "public", "form": "", **given}

    response = desk_of_numbers.post(f"{NEW}?{ASKED}", sent)

    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    assert not Release.objects.exists()


def test_a_double_click_is_one_proposal_whose_page_waits_for_the_judgement(counted, desk_of_numbers):
    sent = {"uid": str(uuid4()), "title": "表", "kind": "PAGE", "audience": "members", "form": "EXACT"}
    first, again = (desk_of_numbers.post(f"{NEW}?{ASKED}", sent) for _click in range(2))
    release = Release.objects.get()
    assert first["Location"] == again["Location"] == url("release", release)

    waiting = desk_of_numbers.get(url("release", release)).content.decode()
    judge()

    assert "判定の進み具合" in waiting
    assert "公表される表" not in waiting
    assert "公表される表" in desk_of_numbers.get(url("release", release)).content.decode()


def test_each_table_is_shown_in_every_way_and_each_hidden_number_has_its_reason(release, desk_of_numbers):
    table = desk_of_numbers.get(url("release", release)).context["tables"][0]

    panes = {pane.key: pane.grids[0] for pane in table.panes}
    assert set(panes) == {"printed", "staff", "computed", "rounded"}
    at = {
        (row.label, column): (r, c)
        for r, row in enumerate(panes["staff"].rows)
        for c, column in enumerate(panes["staff"].columns)
    }
    text = {
        key: {spot: grid.rows[r].cells[c].text for spot, (r, c) in at.items()} for key, grid in panes.items()
    }
    small = next(spot for spot, count in text["staff"].items() if count == "1")
    assert text["printed"][small] == reading.HIDDEN_MARK
    assert text["computed"][small] not in ("1", reading.HIDDEN_MARK)
    assert text["rounded"][small] == "0～4"
    assert all(
        text["computed"][spot] == shown
        for spot, shown in text["printed"].items()
        if shown != reading.HIDDEN_MARK
    )
    assert len(table.hidden) == sum(shown == reading.HIDDEN_MARK for shown in text["printed"].values()) > 0
    assert all(one.why and one.computed for one in table.hidden)
    assert sum(n for _why, n in table.reasons) == len(table.hidden)


def test_a_merge_that_is_offered_can_be_taken_up_and_back(release, outreach):
    client = signed_in(outreach)
    before = client.get(url("release", release)).context
    assert before["merges"]

    client.post(url("release-revise", release), {"merge": before["merges"][0].key})
    judge()
    after = client.get(url("release", release)).context
    client.post(url("release-revise", release), {"apart": after["merged"][0].key})
    judge()

    assert after["hidden"] < before["hidden"]
    assert after["release"].number is None
    assert client.get(url("release", release)).context["hidden"] == before["hidden"]


@pytest.mark.parametrize(
    "sent", [{}, {"merge": "sex:MALE+FEMALE"}, {"apart": "age_band:70"}, {"form": "ROUND_3"}]
)
def test_what_is_not_on_offer_changes_nothing(sent, release, outreach):
    client = signed_in(outreach)
    asked = release.asked

    client.post(url("release-revise", release), sent)

    release.refresh_from_db()
    assert (release.state, release.asked) == (Release.State.JUDGED, asked)
    assert "選び直してください" in client.get(url("release", release)).content.decode()


def test_counts_can_be_rounded_instead(release, outreach):
    client = signed_in(outreach)

    client.post(url("release-revise", release), {"form": "ROUND_10"})
    judge()

    page = client.get(url("release", release)).context
    assert page["release"].form == Release.Form.ROUND_10
    assert "0～4" in {cell.text for row in page["tables"][0].panes[0].grids[0].rows for cell in row.cells}


def test_a_second_person_approves_and_the_file_has_what_is_printed(release, desk_of_numbers):
    page = desk_of_numbers.get(url("release", release)).context
    unsure = desk_of_numbers.post(url("release-approve", release), {})
    approved = desk_of_numbers.post(url("release-approve", release), {"sure": "on"})
    release.refresh_from_db()

    assert (unsure.status_code, approved.status_code) == (422, 302)
    assert release.is_released
    assert not release.is_alone
    printed = [
        [row.label, *(cell.text for cell in row.cells)] for row in page["tables"][0].panes[0].grids[0].rows
    ]
    sheet = desk_of_numbers.get(url("release-file", release, "xlsx")).content
    rows = list(
        openpyxl.load_workbook(io.BytesIO(sheet)).worksheets[0].iter_rows(min_row=2, values_only=True)
    )
    assert [[str(cell) for cell in row] for row in rows] == printed
    lines = list(
        csv.reader(
            io.StringIO(desk_of_numbers.get(url("release-file", release, "csv")).content.decode("utf-8-sig"))
        )
    )
    assert lines[1 : len(printed) + 1] == printed
    assert AuditEntry.objects.filter(action="RELEASE_EXPORTED").count() == 2


def test_nothing_is_taken_before_it_is_published(release, desk_of_numbers):
    assert desk_of_numbers.get(url("release-file", release, "csv")).status_code == 404


def test_who_prepared_it_needs_another_unless_there_is_none(counted, centre, manager):
    mine = prepare(signed_in(manager))
    other = builders.account("MANAGER", at=centre)
    refused = signed_in(manager).post(url("release-approve", mine), {"sure": "on"})
    page = signed_in(manager).get(url("release", mine)).content.decode()
    other.is_active = False
    other.save()

    alone = signed_in(manager).post(url("release-approve", mine), {"sure": "on"})

    assert refused.status_code == 403
    assert "準備した人とは別の人が承認します" in page
    mine.refresh_from_db()
    assert (alone.status_code, mine.is_alone) == (302, True)


def test_what_was_published_is_corrected_under_a_number_of_its_own(
    release, manager, desk_of_numbers, counsellor
):
    desk_of_numbers.post(url("release-approve", release), {"sure": "on"})
    for _n in range(12):
        builders.case(by=counsellor, age=72, received_at=on(2026, 5, 11))

    without_words = desk_of_numbers.post(url("release-correct", release), {"notice": ""})
    sent = desk_of_numbers.post(url("release-correct", release), {"notice": "登録の遅れた12件を加えました"})
    judge()
    correction = Release.objects.get(corrects=release)
    desk_of_numbers.post(url("release-approve", correction), {"sure": "on"})
    correction.refresh_from_db()

    assert (without_words.status_code, sent.url) == (422, url("release", correction))
    assert correction.is_released
    assert correction.number == 2
    assert "登録の遅れた12件を加えました" in desk_of_numbers.get(url("release", release)).content.decode()


def test_a_proposal_is_withdrawn_a_publication_never(release, desk_of_numbers):
    desk_of_numbers.post(url("release-approve", release), {"sure": "on"})
    desk_of_numbers.post(url("release-withdraw", release))
    release.refresh_from_db()
    second = prepare(desk_of_numbers, audience="public")
    desk_of_numbers.post(url("release-withdraw", second))
    second.refresh_from_db()

    assert release.is_released
    assert second.state == Release.State.WITHDRAWN


def test_the_list_and_the_ledger_say_what_there_is(release, desk_of_numbers):
    before = desk_of_numbers.get(reverse("release-ledger"), {"audience": "members"}).content.decode()
    desk_of_numbers.post(url("release-approve", release), {"sure": "on"})

    every = desk_of_numbers.get(reverse("releases")).context["releases"]
    none = desk_of_numbers.get(reverse("releases"), {"state": "REFUSED", "kind": "nothing"}).context[
        "releases"
    ]
    entry = desk_of_numbers.get(reverse("release-ledger"), {"audience": "members"}).context["entries"][0]

    assert "公表した数はまだありません" in before
    assert [one.release for one in every] == [release]
    assert [one.release for one in none] == [release]  # what nobody offers narrows nothing
    assert desk_of_numbers.get(reverse("releases"), {"state": "REFUSED"}).context["releases"] == []
    assert entry.is_vouched
    assert entry.tables[0][2] == reading.hidden_count(release)


@pytest.mark.parametrize(
    ("below", "reason", "status"), [(20, "", 302), (5, "", 422), (5, "町内の全戸に知らせるため", 302)]
)
def test_a_looser_rule_needs_a_reason(below, reason, status, centre, desk_of_numbers):
    sent = {"public_below": below, "members_below": 3, "rounding": 10, "reason": reason}

    response = desk_of_numbers.post(reverse("release-rule"), sent)

    assert response.status_code == status
    assert status == 302 or list(response.context["form"].errors) == ["reason"]
    assert releases.rule_of(centre).public_below == (below if status == 302 else 10)


def test_another_centre_finds_nothing(release):
    elsewhere = signed_in(builders.account("MANAGER", at=builders.centre("kita")))

    for name in ("release", "release-revise", "release-approve", "release-withdraw", "release-correct"):
        method = elsewhere.get if name == "release" else elsewhere.post
        assert method(url(name, release)).status_code == 404, name
    assert elsewhere.get(reverse("releases")).context["releases"] == []


def test_only_those_who_may_prepare_and_approve(release, outreach, counsellor):
    by_outreach = signed_in(outreach)

    assert by_outreach.post(url("release-approve", release), {"sure": "on"}).status_code == 403
    assert by_outreach.get(reverse("release-rule")).status_code == 403
    assert "管理者が承認すると、公表されます" in by_outreach.get(url("release", release)).content.decode()
    assert signed_in(counsellor).get(url("release", release)).status_code == 403


def test_today_tells_the_manager_what_waits(release, desk_of_numbers):
    assert "公表の承認待ちが1件あります" in desk_of_numbers.get(reverse("today")).content.decode()


def test_a_longer_list_and_ledger_ask_no_more_questions(release, centre, outreach, manager):
    client = signed_in(manager)
    releases.approve(release.uid, by=manager)
    ledger = reverse("release-ledger") + "?audience=members"

    def asked(address: str) -> int:
        client.get(address)
        forget_all()
        return queries_of(lambda: client.get(address))

    few = asked(reverse("releases")), asked(ledger)
    question = Question(frozenset({centre.pk}), date(2026, 4, 1), date(2026, 7, 1), "sex")
    for _n in range(3):
        made = releases.propose(
            centre, [AskedTable(question)], kind="PAGE", audience="public", title="性別", by=outreach
        )
        judge()
        releases.approve(made.uid, by=manager)

    assert (asked(reverse("releases")), asked(ledger)) == few
    assert all(entry.is_vouched for entry in client.get(ledger).context["entries"])
