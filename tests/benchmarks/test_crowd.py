"""Many counsellors at once: the measure runs from end to end, saves calls and says what went wrong; not how fast."""

import json
import os
import subprocess
import sys
import time

import pytest
from django.conf import settings

from benchmarks.bench.browser import Answer
from benchmarks.crowd.counsellor import Counsellor


def test_calls_that_end_meanwhile_are_saved_and_nothing_goes_wrong(tmp_path):
    command = [
        sys.executable,
        "-m",
        "benchmarks.crowd",
        "--cases",
        "40",
        "--counsellors",
        "3",
        "--seconds",
        "5",
    ]
    command += ["--call-seconds", "6", "--results", str(tmp_path)]
    done = subprocess.run(command, cwd=settings.BASE_DIR, env=os.environ, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-3000:]
    found = json.loads(done.stdout.splitlines()[-1])

    assert found["errors"] == 0
    assert found["calls_saved"] >= 1
    assert {"draft_save", "intake_save", "case_page", "today", "hint_similar"} <= set(found["requests"])
    assert found["all"]["n"] == sum(row["n"] for row in found["requests"].values())
    assert "| draft_save |" in (tmp_path / "crowd.md").read_text()


FORM = {
    "received_at": "2026-11-20 10:30",
    "channel": "PHONE",
    "kind": "COMPLAINT",
    "narrative": "屋根の点検" * 20,
}


class Refusing:
    """A server that saves drafts and refuses everything else."""

    def connect(self):
        pass

    def ask(self, request):
        if not request.path.endswith("/draft"):
            raise RuntimeError(f"{request.path.rsplit('/', 1)[-1]} answered 500")
        return Answer(0.001, 1)


@pytest.mark.parametrize("phase", [0.0, 0.999])
def test_an_error_is_counted_and_does_not_end_the_day(phase, monkeypatch):
    monkeypatch.setattr("benchmarks.crowd.counsellor.time.sleep", lambda _seconds: None)
    until = time.monotonic() + 0.05
    person = Counsellor(Refusing(), [FORM], phase=phase, until=until, call_seconds=9)

    person.work()

    assert any("500" in error for error in person.seen.errors)
    assert person.seen.saved == 0
