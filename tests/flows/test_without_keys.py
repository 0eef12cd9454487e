"""Parts of the suite in a process that holds some keys and no others: what it never asked for it does not need."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

# Files of tests/search whose tests record cases with words and read them: they need the key domain `case`.
# What works on codes, ids and digests alone stays outside this list, which must not grow by itself.
PLANNING = ["tests/cases/figures", "tests/outreach/test_planning.py"]
# These save and erase real cases beside the figures, which needs their keys; a refused page is written to the log,
# which needs a key of its own.
WITH_CASES = [
    "--ignore=tests/cases/figures/test_recount.py",
    "--ignore=tests/cases/figures/test_erasure.py",
    "--ignore=tests/cases/figures/test_outcomes.py",
    "--deselect=tests/outreach/test_planning.py::test_who_sees_what_rises[COUNSELLOR-403-False]",
]
OPENS_TEXT = {"test_any_order.py", "test_index.py", "test_similar.py", "test_words.py"}

RECORDS_A_CASE = "--deselect=tests/search/test_evaluate.py::test_the_index_can_be_made_anew_by_command"


def _search_without_text() -> list[str]:
    return sorted(str(path) for path in Path("tests/search").glob("test_*.py") if path.name not in OPENS_TEXT)


@pytest.mark.parametrize(
    ("held", "parts"),
    [
        ("", [*PLANNING, *WITH_CASES]),
        ("contact", ["tests/outreach", "--ignore=tests/outreach/test_planning.py"]),
        ("index", [*_search_without_text(), RECORDS_A_CASE]),
    ],
    ids=["figures and planning: no key", "outreach: contact alone", "search: index alone"],
)  # fmt: skip
def test_it_works_with_these_keys_alone(held: str, parts: list[str]) -> None:
    done = _run(held, parts)

    assert done.returncode == 0, done.stdout[-2000:]


def test_a_part_that_needs_other_keys_is_seen() -> None:
    done = _run("index", ["tests/search/test_words.py", "-x"])

    assert done.returncode == 1
    assert "KeyMissing" in done.stdout


def _run(held: str, parts: list[str]) -> "subprocess.CompletedProcess[str]":
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "DATABASE_URL"))
    }
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-n", "0", "-p", "no:cacheprovider", *parts],
        check=False, capture_output=True, text=True, timeout=300, cwd=settings.BASE_DIR,
        env={**kept, "MADOGUCHI_TEST_KEYS": held, "MADOGUCHI_TEST_DATABASE": "sqlite"},
    )  # fmt: skip
