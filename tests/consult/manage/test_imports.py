"""取込 and 処理状況: the pages from the file to the cases."""

import csv
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from cases import jobs
from cases.jobs.models import Job
from cases.protection.models import SealedChunk
from cases.records.case import Case
from cases.services.ledger.models import ImportFault, ImportMapping, ImportRun
from tests import builders
from tests.cases.services.ledger.ledgers import HEADER, csv_bytes, many, rows, xlsx_bytes
from tests.cases.services.ledger.test_work import PERSONAL
from tests.consult.manage.conftest import signed_in

pytestmark = pytest.mark.django_db

IMPORTS = reverse("imports")


@pytest.fixture
def office(manager):
    return signed_in(manager)


def upload(office, data, name="台帳.csv"):
    return office.post(IMPORTS, {"file": SimpleUploadedFile(name, data)})


def handed_in(office, table=None) -> ImportRun:
    assert upload(office, csv_bytes(table or many(3))).status_code == 302
    return ImportRun.objects.latest("pk")


def address(run, action="") -> str:
    return reverse(f"import{action and '-' + action}", args=[run.uid])


def chosen(run, **more) -> dict[str, str]:
    return {**{f"column_{at}": field for at, field in enumerate(run.columns)}, **more}


def worked_off() -> None:
    while jobs.claim_and_run(worker="w"):
        pass


def checked(office, table=None, **more) -> ImportRun:
    run = handed_in(office, table)
    assert office.post(address(run, "columns"), chosen(run, **more)).status_code == 302
    worked_off()
    return ImportRun.objects.get(pk=run.pk)


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (csv_bytes(many(2), "cp932"), "台帳.csv"),
        (csv_bytes(many(2), "utf-8-sig"), "台帳.CSV"),
        (xlsx_bytes(many(2)), "台帳.xlsx"),
    ],
)
def test_a_file_goes_all_the_way_to_cases(data, name, office):
    page = upload(office, data, name)
    run = ImportRun.objects.get()
    assert page.url == address(run)
    assert "列の対応を確かめる" in office.get(page.url).content.decode()

    office.post(address(run, "columns"), chosen(run))
    assert "進み具合" in office.get(address(run)).content.decode()
    worked_off()
    assert "2件を取り込む" in office.get(address(run)).content.decode()

    office.post(address(run, "start"))
    worked_off()
    page = office.get(address(run))

    assert Case.objects.count() == 2
    assert page.context["counts"].added == 2
    assert not SealedChunk.objects.exists()


@pytest.mark.parametrize(
    ("data", "name", "words"),
    [
        (b"", "l.csv", "行がありません"),
        (b"a,b\n1,2\n", "l.txt", "CSV(.csv)かExcel(.xlsx)"),
        (b"PK\x03\x04damaged", "l.xlsx", "読めません"),
        (b"a,\x00b\n", "l.csv", "NUL"),
    ],
)
def test_a_file_that_is_no_table_is_refused_in_words(data, name, words, office):
    page = upload(office, data, name)

    assert page.status_code == 422
    assert words in page.content.decode()
    assert [(run.has_file, bool(run.refusal)) for run in ImportRun.objects.all()] == [(False, True)]


def test_no_file_is_told_too(office):
    page = office.post(IMPORTS, {})

    assert page.status_code == 422
    assert list(page.context["form"].errors) == ["file"]


def test_columns_are_prefilled_and_unknown_ones_stand_out(office):
    run = handed_in(office, [[*HEADER, "天気"], [*rows({})[1], "晴"]])

    page = office.get(address(run)).content.decode()

    assert '<option value="received_on" selected>' in page
    assert "対応なし" in page
    assert [word for word in PERSONAL if word in page] == []


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"column_1": ""}, "「受付日」の列を選んでください"),
        ({"column_2": "received_on"}, "同じ項目に2つ以上の列"),
    ],
)
def test_columns_that_make_no_case_come_back_with_the_reason(change, words, office):
    run = handed_in(office)

    page = office.post(address(run, "columns"), chosen(run, **change))

    assert page.status_code == 422
    assert words in page.content.decode()
    assert not Job.objects.exists()


def test_a_matching_is_saved_and_offered_for_the_next_file(office):
    run = checked(office, [["ひにち", "はなし"], ["2024/5/7", "屋根"]], column_0="received_on", column_1="narrative",
                  save_as="旧台帳")  # fmt: skip
    mapping = ImportMapping.objects.get(name="旧台帳")
    other = handed_in(office, [["はなし", "ひにち"], ["屋根", "2024/5/7"]])

    page = office.get(address(other), {"columns": "1", "mapping": mapping.pk})

    assert run.columns == ["received_on", "narrative"]
    assert [column.field for column, _letter, _choice in page.context["form"].rows] == [
        "narrative",
        "received_on",
    ]


def test_the_check_shows_counts_refusals_and_codes_but_no_words(office):
    run = checked(
        office, rows({}, {"整理番号": "2", "受付年月日": "5/7"}, {"整理番号": "3", "手口": "なぞの手口"})
    )

    page = office.get(address(run))
    text = page.content.decode()

    assert (page.context["counts"].added, page.context["counts"].refused) == (2, 1)
    assert "年のない日付です" in text
    assert "点検商法" in text
    assert [word for word in [*PERSONAL, "なぞの手口"] if word in text] == []


def test_a_column_left_out_is_said_again_before_the_import(office):
    run = checked(office, [[*HEADER, "天気"], [*rows({})[1], "晴"]])

    assert "取り込まない列があります" in office.get(address(run)).content.decode()


def test_an_ignored_column_is_not(office):
    run = checked(office, [[*HEADER, "天気"], [*rows({})[1], "晴"]], **{f"column_{len(HEADER)}": "ignore"})

    assert "取り込まない列があります" not in office.get(address(run)).content.decode()


def test_refused_rows_are_a_file_without_their_words(office):
    run = checked(office, rows({"受付年月日": "5/7"}, {"整理番号": "2", "商品名": "つぼ"}))

    answer = office.get(address(run, "rows"))

    lines = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [line[:2] for line in lines[1:]] == [["2", "B"], ["3", "L"]]
    assert [line[3] for line in lines[1:]] == ["取込不可", "注意"]
    assert [word for word in [*PERSONAL, "つぼ"] if word in answer.content.decode()] == []


def test_an_import_that_was_not_checked_does_not_start(office):
    run = handed_in(office)

    page = office.post(address(run, "start"))

    assert page.status_code == 409
    assert "先に行の確認をしてください" in page.content.decode()


def test_a_file_thrown_away_is_gone(office):
    run = checked(office)

    office.post(address(run, "discard"))

    assert not SealedChunk.objects.exists()
    assert office.get(address(run)).status_code == 200
    assert office.post(address(run, "start")).status_code == 409


def test_a_file_being_worked_on_is_not_thrown_away(office):
    run = handed_in(office)
    office.post(address(run, "columns"), chosen(run))

    assert office.post(address(run, "discard")).status_code == 409
    assert SealedChunk.objects.exists()


@pytest.mark.parametrize("role", ["COUNSELLOR", "OUTREACH"])
def test_other_roles_import_nothing(role, centre):
    assert signed_in(builders.account(role, at=centre)).get(IMPORTS).status_code == 403


def test_faults_of_one_centre_are_not_shown_to_another(office):
    run = checked(office, rows({"受付年月日": "5/7"}))
    stranger = signed_in(builders.account("MANAGER", at=builders.centre("kita")))

    assert ImportFault.objects.exists()
    assert stranger.get(address(run, "rows")).status_code == 404


# --- 処理状況 ----------------------------------------------------------------------------------------------------
def test_a_job_is_listed_stopped_and_resumed(office, manager):
    run = checked(office)
    office.post(address(run, "start"))
    job = ImportRun.objects.get(pk=run.pk).job
    assert "台帳の取込" in office.get(reverse("jobs")).content.decode()

    office.post(reverse("job-cancel", args=[job.uid]))
    job.refresh_from_db()
    assert job.state == Job.State.CANCELLED
    assert "再開" in office.get(address(run)).content.decode()

    office.post(reverse("job-resume", args=[job.uid]))
    worked_off()
    assert Case.objects.count() == 3


def test_a_button_leads_back_to_the_page_it_stood_on(office):
    run = checked(office)
    office.post(address(run, "start"))
    job = ImportRun.objects.get(pk=run.pk).job
    cancel = reverse("job-cancel", args=[job.uid])

    answer = office.post(cancel, headers={"referer": f"http://testserver{address(run)}"})
    office.post(reverse("job-resume", args=[job.uid]))
    from_elsewhere = office.post(cancel, headers={"referer": "http://evil.example/"})

    assert answer.url == f"http://testserver{address(run)}"
    assert from_elsewhere.url == reverse("job", args=[job.uid])


@pytest.mark.parametrize(("is_done", "refreshes"), [(False, False), (True, True)])
def test_the_progress_asks_again_until_the_end_and_then_for_the_page(is_done, refreshes, office):
    run = handed_in(office)
    office.post(address(run, "columns"), chosen(run))
    if is_done:
        worked_off()
    job = Job.objects.get()

    answer = office.get(reverse("job", args=[job.uid]), headers={"HX-Request": "true"})

    assert answer.headers.get("HX-Refresh") == ("true" if refreshes else None)
    assert ("hx-get" in answer.content.decode()) is not refreshes
    assert "<html" not in answer.content.decode()


def test_a_job_of_another_centre_does_not_exist(office):
    run = checked(office)
    stranger = signed_in(builders.account("MANAGER", at=builders.centre("kita")))

    for name in ("job", "job-cancel", "job-resume"):
        url = reverse(name, args=[run.check_job.uid])
        assert (stranger.get(url) if name == "job" else stranger.post(url)).status_code == 404
