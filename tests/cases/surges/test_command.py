"""`manage.py surges` from outside: a list in, a list out, refusals in words."""

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

ROOT = Path(__file__).resolve().parents[3]
SERIES = {
    "observed": [1, 0, 2, 1, 0, 3] * 60,
    "freq": 52,
    "epochAsDate": False,
    "start": [2018, 1],
    "control": {
        "b": 5, "w": 3, "noPeriods": 10, "pastWeeksNotIncluded": 26, "thresholdMethod": "nbPlugin",
        "alpha": 0.01, "pThresholdTrend": 1, "limit54": [0, 4],
    },
    "range": [340, 360],
}  # fmt: skip


def asked(*items, name="series.json", folder):
    path = folder / name
    path.write_text(json.dumps(items), encoding="utf-8")
    out, err = io.StringIO(), io.StringIO()
    call_command("surges", series=str(path), stdout=out, stderr=err)
    return json.loads(out.getvalue()), err.getvalue()


def test_it_needs_no_database_and_no_key(tmp_path):
    path = tmp_path / "series.json"
    path.write_text(json.dumps([SERIES, SERIES | {"dataset": "x", "range": [350, 350]}]), encoding="utf-8")
    keep = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    done = subprocess.run(
        [sys.executable, "manage.py", "surges", "--series", str(path)],
        capture_output=True,
        cwd=ROOT,
        env=keep | {"DATABASE_URL": "sqlite:////nonexistent/no.db"},
        check=False,
    )
    first, second = json.loads(done.stdout)

    assert (done.returncode, done.stderr) == (0, b"")
    assert list(first) == ["upper", "expected", "alarm", "pvalue"]
    assert [len(values) for values in first.values()] == [21] * 4
    assert second == {name: values[10:11] for name, values in first.items()}


def test_where_nothing_converges_all_four_are_null_and_it_is_said_apart(tmp_path):
    [found], said = asked(SERIES | {"observed": [0] * 360}, folder=tmp_path)

    assert found == {name: [None] * 21 for name in ("upper", "expected", "alarm", "pvalue")}
    assert said == "item 1: 21 not evaluated (NO_CONVERGENCE)\n"


def test_with_too_few_cases_lately_the_probability_alone_is_left(tmp_path):
    [found], said = asked(SERIES | {"control": SERIES["control"] | {"limit54": [99, 4]}}, folder=tmp_path)

    assert (set(found["upper"]), set(found["expected"]), set(found["alarm"])) == ({None}, {None}, {0})
    assert None not in found["pvalue"]
    assert said == ""


def test_a_gap_is_null_or_absent_and_keys_that_are_not_known_are_passed_over(tmp_path):
    observed = [*SERIES["observed"]]
    observed[100] = None
    observed[355] = None
    [found], said = asked(SERIES | {"observed": observed, "note": "-"}, folder=tmp_path)

    assert [at for at, value in enumerate(found["pvalue"]) if value is None] == [16]
    assert [at for at, value in enumerate(found["upper"]) if value is None] == [16, 17, 18, 19]
    assert found["alarm"][16] == 0
    assert "NO_COUNT" in said


def test_populations_worlds_apart_end_without_a_bound_and_without_noise(tmp_path):
    apart = SERIES | {
        "control": SERIES["control"] | {"populationOffset": True},
        "population": [1e-300, 1e15] * 180,
    }
    [found], said = asked(apart, folder=tmp_path)

    assert set(found["upper"]) == {None}
    assert said.startswith("item 1: ")


def test_months_by_date(tmp_path):
    months = {
        "observed": [4, 7, 3, 8, 5, 6] * 14,
        "freq": 12,
        "epochAsDate": True,
        "first_date": "2015-01-01",
        "control": {"b": 5, "w": 1, "noPeriods": 4, "thresholdMethod": "delta", "alpha": 0.01},
        "range": [80, 84],
    }
    dates = [f"{2015 + month // 12}-{month % 12 + 1:02}-01" for month in range(84)]
    (first, second), _said = asked(months, months | {"first_date": None, "dates": dates}, folder=tmp_path)

    assert None not in first["upper"]
    assert first == second


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"observed": [1, -1]}, "observed: expected numbers from 0 up, or null, at place 2"),
        ({"observed": "1,2"}, "observed: expected a list"),
        ({"observed": []}, "observed: expected at least one number"),
        ({"observed": [True]}, "observed: expected numbers"),
        ({"freq": 0}, "freq: expected a whole number"),
        ({"range": [10, 400]}, "range: expected places between 1 and 360"),
        ({"range": [0, 3]}, "range: expected places"),
        ({"range": 5}, "range: expected the first and the last place"),
        ({"epochAsDate": True}, "first_date: expected a date"),
        ({"epochAsDate": True, "dates": ["2020-01-01"]}, "dates: expected as many dates"),
        ({"epochAsDate": True, "freq": 7}, "freq: expected 52, 12 or 365"),
        ({"control": []}, None),
        ({"control": [1]}, "control: expected an object"),
        ({"control": {"alpha": 1}}, "control.alpha: expected a number between 1e-15 and 0.999999"),
        ({"control": {"alpha": 1e-300}}, "control.alpha: expected a number between 1e-15 and 0.999999"),
        ({"control": {"weightsThreshold": 10**400}}, "control.weightsThreshold: expected a number between 0 and"),
        ({"control": {"pThresholdTrend": 10**400}}, "control.pThresholdTrend: expected a number between 0 and"),
        ({"control": {"thresholdMethod": "ears"}}, "control.thresholdMethod: expected one of delta, nbPlugin, muan"),
        ({"control": {"powertrans": "3/4"}}, "control.powertrans: expected one of"),
        ({"control": {"limit54": [5]}}, "control.limit54: expected"),
        ({"control": {"b": 0}}, "control.b: expected a whole number"),
        ({"control": {"trend": "yes"}}, "control.trend: expected true or false"),
    ],
)  # fmt: skip
def test_what_is_not_understood_is_refused_with_its_item(tmp_path, change, expected):
    if expected is None:
        asked(SERIES, SERIES | change, folder=tmp_path)
        return
    with pytest.raises(CommandError) as refused:
        asked(SERIES, SERIES | change, folder=tmp_path)

    assert str(refused.value).startswith(f"item 2: {expected}")
    assert refused.value.returncode == 2


@pytest.mark.parametrize("content", [b"", b"{}", b"[1", b"\xff", b"[" * 100_000])
def test_anything_but_a_list_is_refused(tmp_path, content):
    path = tmp_path / "series.json"
    path.write_bytes(content)

    with pytest.raises(CommandError) as refused:
        call_command("surges", series=str(path))

    assert refused.value.returncode == 2


def test_a_file_that_is_not_there_is_refused():
    with pytest.raises(CommandError) as refused:
        call_command("surges", series="/nonexistent/series.json")

    assert refused.value.returncode == 2
