"""`manage.py cases_import`: exit codes, what it prints, and a kill in the middle of its work."""

import io
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from cases.figures.models import CaseFact
from cases.records.case import Case, CaseScamType
from cases.services.ledger.columns import save_mapping
from cases.services.ledger.models import ImportedRow
from tests import builders
from tests.cases.jobs.conftest import database_url
from tests.cases.services.ledger.ledgers import HEADER, csv_bytes, many, rows
from tests.cases.services.ledger.test_work import PERSONAL

pytestmark = pytest.mark.django_db


@pytest.fixture
def ledger(tmp_path):
    def write(table, name="台帳.csv", encoding="utf-8") -> Path:
        path = tmp_path / name
        path.write_bytes(csv_bytes(table, encoding))
        return path

    builders.centre()
    return write


def run(path, *options) -> tuple[dict, int]:
    out = io.StringIO()
    status = 0
    try:
        call_command("cases_import", str(path), "--centre", "minato", "--json", *options, stdout=out)
    except SystemExit as ended:
        status = ended.code
    return json.loads(out.getvalue()), status


def test_a_clean_ledger_ends_with_0_and_one_json_value(ledger):
    answer, status = run(ledger(many(3), encoding="cp932"))

    assert status == 0
    assert (answer["rows"], answer["added"], answer["refused"]) == (3, 3, 0)
    assert Case.objects.count() == 3


def test_refused_rows_end_with_3_and_no_word_of_theirs(ledger):
    answer, status = run(ledger([*many(2), *rows({"受付年月日": "5/7"})[1:]]))

    assert status == 3
    assert [(e["line"], e["column"], e["reason"]) for e in answer["errors"]] == [
        (4, "B", "date_without_year")
    ]
    assert [word for word in PERSONAL if word in json.dumps(answer, ensure_ascii=False)] == []


def test_a_dry_run_writes_nothing(ledger):
    answer, status = run(ledger(many(2)), "--dry-run")

    assert (status, answer["added"], answer["is_dry_run"], Case.objects.count()) == (0, 2, True, 0)


def test_unmatched_columns_with_content_are_named(ledger):
    answer, _status = run(ledger([[*HEADER, "天気", "空欄"], [*rows({})[1], "晴", ""]]))

    assert answer["unmatched"] == ["V"]


@pytest.mark.parametrize(
    ("options", "table"),
    [
        (("--centre", "nowhere"), many(1)),
        (("--mapping", "ない"), many(1)),
        (("--closed-as", "SOMEHOW"), many(1)),
        ((), [["天気", "気温"], ["晴", "20"]]),
    ],
)
def test_what_cannot_work_ends_with_2(options, table, ledger):
    with pytest.raises(CommandError) as refused:
        call_command("cases_import", str(ledger(table)), "--centre", "minato", *options)

    assert refused.value.returncode == 2


def test_a_missing_file_ends_with_2(ledger):
    with pytest.raises(CommandError) as refused:
        call_command("cases_import", "nowhere.csv", "--centre", "minato")

    assert refused.value.returncode == 2


def test_a_saved_mapping_reads_a_file_with_headers_of_its_own(ledger):
    by = builders.account("MANAGER")
    save_mapping(by.centre, "旧", ["ひにち", "はなし"], ["received_on", "narrative"], by=by)
    path = ledger([["はなし", "ひにち"], ["屋根の点検", "2024/5/7"]])

    answer, status = run(path, "--mapping", "旧")

    assert (status, answer["added"], answer["matched"]) == (0, 1, {"A": "narrative", "B": "received_on"})


def test_people_read_counts_and_reasons(ledger):
    out = io.StringIO()

    call_command("cases_import", str(ledger(rows({"手口": "なぞ"}))), "--centre", "minato", stdout=out)

    assert "新しい相談: 1" in out.getvalue()
    assert "1行: 手口の区分に当てはまらないため" in out.getvalue()


@pytest.mark.faults
@pytest.mark.django_db(transaction=True)
def test_killed_in_the_middle_the_same_command_brings_every_row_once(ledger):
    path = ledger(many(1200))
    command = [sys.executable, "manage.py", "cases_import", str(path), "--centre", "minato", "--json"]
    environment = {**os.environ, "DATABASE_URL": database_url()}
    first = subprocess.Popen(command, cwd=settings.BASE_DIR, env=environment, stdout=subprocess.DEVNULL)
    deadline = time.monotonic() + 120
    while not 0 < Case.objects.count() < 1200:
        assert first.poll() is None, "it ended before it could be killed"
        assert time.monotonic() < deadline, "nothing was imported"
        time.sleep(0.02)
    first.send_signal(signal.SIGKILL)
    first.wait()
    between = Case.objects.count()

    again = subprocess.run(command, cwd=settings.BASE_DIR, env=environment, capture_output=True, check=True)

    answer = json.loads(again.stdout)
    assert 0 < between < 1200
    assert (answer["added"], answer["known"]) == (1200 - between, between)
    assert Case.objects.count() == ImportedRow.objects.count() == 1200
    assert CaseFact.objects.count() == CaseScamType.objects.count() == 1200
    assert len(set(Case.objects.values_list("number", flat=True))) == 1200
