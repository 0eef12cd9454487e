"""The measuring tool runs from end to end and says everything; how fast is not judged here."""

import json
import os
import subprocess
import sys

import pytest
from django.conf import settings

from benchmarks.bench import desk

REQUESTS = {
    "healthz", "today", "intake_open", "draft_save", "intake_save", "list_first_page", "case_page", "find_common_word",
    "find_rare_word", "find_phrase", "find_two_words", "find_best_first", "find_narrowed", "find_codes_alone",
    "find_slip", "find_completed", "hint_similar", "hint_same_phone", "hint_rights", "hint_trader", "hint_tracks",
    "hint_accounts",
    "hint_guidance", "hint_transfer", "case_full", "case_correct", "case_course", "case_mediation", "case_related",
    "case_letters", "case_trader", "case_viewing", "callbacks", "day_log", "month_log", "leavers", "help_mine",
    "help_waiting", "approvals", "own_approvals", "traders", "traders_find", "trader", "tracks", "guidance",
    "guidance_of", "alerts", "bodies", "accidents", "watch_shares", "pionet", "pionet_copy",
    "pionet_compare", "case_print", "case_approval", "rights_rules", "blank_sheet", "own_words", "numbers_page",
    "trends_page", "xlsx_export",
}  # fmt: skip
FIGURES = {
    "n", "p50_ms", "p95_ms", "cpu_ms", "cpu_to_baseline", "p50_to_baseline", "selects", "writes", "bytes",
}  # fmt: skip


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    return tmp_path_factory.mktemp("results")


@pytest.fixture(scope="module")
def found(results):
    command = [sys.executable, "-m", "benchmarks.bench", "--cases", "100", "200", "--repeat", "3"]
    command += ["--results", str(results)]
    done = subprocess.run(command, cwd=settings.BASE_DIR, env=os.environ, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout.splitlines()[-1])


def test_the_last_line_has_every_size_growth_and_rates(found):
    assert set(found) == {"about", "100", "200", "growth", "rates"}


@pytest.mark.parametrize("size", ["100", "200"])
def test_each_request_was_measured_and_its_queries_counted(found, size):
    held = found[size]["requests"]

    assert set(held) == REQUESTS
    assert {name for name, row in held.items() if set(row) != FIGURES} == set()
    assert {name for name, row in held.items() if row["n"] != (15 if name == "healthz" else 3)} == set()
    assert {name for name, row in held.items() if not row["selects"]} == {"healthz"}
    assert held["healthz"]["cpu_to_baseline"] == 1


@pytest.mark.parametrize("size", ["100", "200"])
def test_the_demo_and_what_the_run_saved_are_weighed(found, size):
    # One case with a word of its own, those of the desk, three warm-ups and three saves over HTTP.
    assert found[size]["storage"]["cases"] == int(size) + 7 + desk.OPEN + desk.WAITING
    assert all(value > 0 for value in found[size]["storage"].values())
    assert set(found[size]["processes"]) == {"launcher", "web", "worker"}


def test_growth_compares_each_request(found):
    assert set(found["growth"]["requests"]) == REQUESTS
    assert found["growth"]["cases"] == 2


def test_rates_are_of_all_rows(found):
    assert set(found["rates"]) == {
        "rows",
        "redaction",
        "saving",
        "indexing",
        "facts_to_columns",
        "ledger_import",
    }
    assert found["rates"]["ledger_import"]["added"] == 200


def test_the_results_are_files_too(found, results):
    assert {file.name for file in results.iterdir()} == {"bench.json", "bench.md"}
    assert all(name in (results / "bench.md").read_text() for name in REQUESTS)
    assert json.loads((results / "bench.json").read_text()) == found
