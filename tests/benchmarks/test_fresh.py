"""From save to figure: the measure runs from end to end and finds what it saved; how fast is not judged here."""

import json
import os
import subprocess
import sys

import pytest
from django.conf import settings


@pytest.mark.faults
def test_what_is_saved_is_found_everywhere(tmp_path):
    command = [sys.executable, "-m", "benchmarks.fresh", "--cases", "40", "--rate", "4", "--seconds", "3"]
    done = subprocess.run(
        [*command, "--results", str(tmp_path)],
        cwd=settings.BASE_DIR, env=os.environ, capture_output=True, text=True,
    )  # fmt: skip

    assert done.returncode == 0, done.stderr[-3000:]
    found = json.loads(done.stdout.splitlines()[-1])
    assert (found["errors"], found["never"], found["is_within"]) == (0, [], True)
    assert {name: row["n"] > 0 for name, row in found["lag_seconds"].items()} == {
        "breakdown": True, "share": True, "similar": True, "today": True,
    }  # fmt: skip
    assert json.loads((tmp_path / "fresh.json").read_text(encoding="utf-8")) == found
