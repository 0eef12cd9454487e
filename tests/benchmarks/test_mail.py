"""A small mailing on each database, worker and mail server killed: nobody gets two, nobody is missed."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings


@pytest.mark.faults
@pytest.mark.parametrize(("what", "wanted"), [("issue", 40), ("digest", 27)])
def test_nobody_gets_two_and_nobody_is_missed(what: str, wanted: int, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "benchmarks.mail", "--recipients", "40", "--kills", "4", "--seed", "3"]
    command += ["--what", what]

    done = subprocess.run(
        [*command, "--results", str(tmp_path)],
        cwd=settings.BASE_DIR, capture_output=True, text=True, timeout=1200, check=False,
    )  # fmt: skip

    assert done.returncode == 0, done.stdout + done.stderr
    found = json.loads(done.stdout.splitlines()[-1])
    assert found.keys() == {"sqlite", "postgres"}
    for sums in found.values():
        assert sums["received"] + sums["refused"] == wanted
        assert sums["nothing_left"] == 40 - wanted
        assert sums["kills_of_worker"] + sums["kills_of_server"] == 4
        assert (sums["duplicates"], sums["missed"], sums["unsettled"], sums["cut_wrongly"]) == (0, 0, 0, 0)
