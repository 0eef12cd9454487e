"""Two rounds of each kind of kill, one on each database; `make faults` does the full count.

Nodes that are killed and connections that are refused are tried in tests/search/test_elastic*.py.
"""

import json
import subprocess
import sys

import pytest
from django.conf import settings

from benchmarks.faults.sums import KINDS, OF_CLUSTER

TRIED = [kind for kind in KINDS if kind not in OF_CLUSTER or kind == "cluster-worker"]


@pytest.mark.faults
def test_nothing_acknowledged_is_lost_when_processes_are_killed() -> None:
    command = [sys.executable, "-m", "benchmarks.faults", "--runs", "2", "--seed", "1", "--kinds", *TRIED]

    done = subprocess.run(
        command, cwd=settings.BASE_DIR, capture_output=True, text=True, timeout=1800, check=False
    )

    assert done.stdout, done.stderr  # it ended before it could add up
    sums = json.loads(done.stdout.splitlines()[-1])
    assert sums["runs"] == 2 * len(TRIED)
    assert sums["acknowledged"] > 100
    assert {name: sums[name] for name in ("lost", "duplicated", "unreadable", "stuck")} == {
        "lost": 0, "duplicated": 0, "unreadable": 0, "stuck": 0,
    }, done.stderr  # fmt: skip
