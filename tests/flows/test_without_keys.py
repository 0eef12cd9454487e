"""Parts of the suite in a process that holds some keys and no others: what it never asked for it does not need."""

import os
import subprocess
import sys

import pytest
from django.conf import settings

# What works on codes, ids and digests alone; each list stands for its room, and must not shrink by itself.
FIGURES = ["tests/cases/figures/test_breakdown_command.py", "tests/cases/figures/test_columns.py",
           "tests/cases/figures/test_measures.py", "tests/cases/figures/test_trends.py",
           "tests/outreach/test_planning.py"]  # fmt: skip
# A refused page is written to the log, which needs a key of its own.
WITH_THE_LOG = "--deselect=tests/outreach/test_planning.py::test_who_sees_what_rises[COUNSELLOR-403-False]"
OUTREACH = ["tests/outreach/test_lectures.py", "tests/outreach/test_programme.py"]
ENGINE = ["tests/search/test_analysis.py", "tests/search/test_backends.py", "-k", "not elastic"]


@pytest.mark.parametrize(
    ("held", "parts"),
    [
        ("", [*FIGURES, WITH_THE_LOG]),
        ("contact", OUTREACH),
        ("index", ENGINE),
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
