"""The bars of protection find their figures, and a figure on the wrong side is said to be."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

from benchmarks.protection import bars
from benchmarks.protection.__main__ import MEASURES
from benchmarks.protection.bars import Bar

KEPT = Path(settings.BASE_DIR) / "benchmarks" / "results"


@pytest.mark.parametrize(
    ("value", "at_least", "met"),
    [(2.0, False, True), (2.1, False, False), (2.0, True, True), (1.9, True, False), (None, True, None)],
)
def test_a_figure_is_judged_by_its_side_of_the_limit(
    value: float | None, at_least: bool, met: bool | None
) -> None:
    bar = Bar("reading", "some figure", lambda _figures: value, 2.0, at_least)

    assert bar.judged({})["met"] is met


@pytest.mark.parametrize("measure", MEASURES)
def test_every_bar_finds_its_figure_among_those_that_are_kept(measure: str) -> None:
    name = f"protection-{measure.replace('_', '-')}"
    file = KEPT / (f"{name}-postgres.json" if "--postgres" in MEASURES[measure][0] else f"{name}.json")

    judged = bars.judged(measure, json.loads(file.read_text(encoding="utf-8")))

    assert judged
    assert [one["what"] for one in judged if one["value"] is None] == []


def test_a_measure_runs_and_is_judged(tmp_path: Path) -> None:
    before = {file.name: file.read_bytes() for file in KEPT.iterdir()}
    names = tmp_path / "names.jsonl"
    text = "山田花子さんに電話した。"
    names.write_text(
        json.dumps({"text": text, "entities": [{"name": "山田花子", "span": [0, 4], "type": "人名"}]})
    )

    done = subprocess.run(
        [
            sys.executable, "-m", "benchmarks.protection",
            "--quick", "--only", "redaction", "--names", str(names),
        ],
        cwd=settings.BASE_DIR, env=dict(os.environ), capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip

    said = json.loads(done.stdout.splitlines()[-1])
    assert said["not_run"] == [], done.stderr
    assert {one["measure"] for one in said["bars"]} == {"redaction", "names"}
    assert done.returncode == (1 if said["missed"] else 0)
    assert {file.name: file.read_bytes() for file in KEPT.iterdir()} == before  # a trial keeps nothing
