"""`manage.py suppress` from outside: one value in, one out; refusals name the line, the key and what was expected."""

import io
import json
import subprocess
import sys
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from cases.gate.wire import TableNotUnderstood, read
from tests.cases.gate.questions import EXAMPLE, table


def _run(given: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """What the command writes to standard output."""
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(given.encode())))
    out = io.StringIO()
    call_command("suppress", stdout=out)
    return out.getvalue()


def test_it_answers_without_database_and_key_and_says_nothing_else():
    ran = subprocess.run(
        [sys.executable, "manage.py", "suppress"],
        cwd=settings.BASE_DIR,
        input=json.dumps(EXAMPLE),
        capture_output=True,
        text=True,
        check=False,
        env={"LANG": "C.UTF-8", "DATABASE_URL": "sqlite:////nonexistent/no.db"},
    )

    assert ran.returncode == 0, ran.stderr
    answer = json.loads(ran.stdout)
    assert list(answer) == ["suppressed", "intervals", "cost", "optimal"]
    assert (answer["cost"], answer["optimal"], len(answer["suppressed"])) == (4, True, 4)


def test_a_refusal_is_an_answer(monkeypatch):
    answer = json.loads(_run(json.dumps(EXAMPLE | {"published": {"shown": [[0, 1]]}}), monkeypatch))

    assert answer["suppressed"] is None
    assert "公表できません" in answer["refused"]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ('{\n"threshold": 3,\n"seed": 1}', 'line 3: seed: unknown key "seed"'),
        ('{"leaf_shape": [2],\n"groups": 3}', "line 2: groups: expected a list"),
        ("{\n\n]", "line 3: expected one JSON value"),
        ("", "line 1: expected one JSON value"),
    ],
)
def test_bad_input_ends_with_2_and_the_line(given, message, monkeypatch):
    with pytest.raises(CommandError, match=message) as refused:
        _run(given, monkeypatch)

    assert refused.value.returncode == 2


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"leaf_shape": None}, "leaf_shape: expected a list"),
        ({"leaf_shape": []}, "leaf_shape: expected at least one dimension"),
        ({"leaf_shape": [2, 0]}, "leaf_shape: expected whole numbers from 1 on"),
        ({"leaf_shape": [10**9, 3]}, "leaf_shape: expected at most"),
        ({"groups": [[[0, 1]]]}, "groups: expected 2 lists"),
        ({"groups": [[[0, 1]], [0, 1, 2]]}, "groups: expected a list of groups per dimension"),
        ({"groups": [[[0, 1]], [[0, 1, 3]]]}, "groups: expected different leaves from 0 to 2"),
        ({"groups": [[[0, 1]], [[0, 1, 2], [1, 1]]]}, "groups: expected different leaves"),
        ({"groups": [[[0, 1]], [[0, 1, 2], []]]}, "groups: expected different leaves"),
        ({"groups": [[[0, 1]], [[0, 1]]]}, "groups: expected the total"),
        ({"threshold": None}, "threshold: expected a whole number"),
        ({"threshold": 0}, "threshold: expected whole numbers from 1"),
        ({"threshold": True}, "threshold: expected whole numbers from 1"),
        ({"threshold": 2.5}, "threshold: expected whole numbers from 1"),
        ({"threshold": 10**30}, "threshold: expected at most 1,000,000"),
        ({"leaf_counts": [1, 2, 3]}, "leaf_counts: expected 6 numbers"),
        ({"leaf_counts": [1, 2, 3, 4, 5, -6]}, "leaf_counts: expected whole numbers from 0"),
        ({"leaf_counts": [1, 2, 3, 4, 5, "6"]}, "leaf_counts: expected whole numbers from 0"),
        ({"leaf_counts": [1, 2, 3, 4, 5, float("nan")]}, "leaf_counts: expected whole numbers from 0"),
        ({"leaf_counts": [1, 2, 3, 4, 5, 2**53]}, "leaf_counts: expected a sum below"),
        ({"seconds": 0}, "seconds: expected a number above 0"),
        ({"seconds": "20"}, "seconds: expected a number above 0"),
        ({"published": []}, "published: expected an object"),
        ({"published": {"given": []}}, 'given: unknown key "given" in "published"'),
        ({"published": {"shown": [[0]]}}, "published: expected cells"),
        ({"published": {"shown": [[0, 4]]}}, r"published: \[0, 4\] is no cell"),
        ({"published": {"shown": [[0, 0]], "hidden": [[0, 0]]}}, r"published: expected \[0, 0\] under one"),
        ({"extra": 1}, 'extra: unknown key "extra"; expected only groups, '),
    ],
)
def test_what_is_not_understood_is_named(change: dict[str, Any], message: str):
    with pytest.raises(TableNotUnderstood, match=message):
        read(EXAMPLE | change)


def test_a_value_that_is_no_object_is_refused():
    with pytest.raises(TableNotUnderstood, match="one JSON object"):
        read([EXAMPLE])


def test_what_is_null_is_as_if_it_were_not_there():
    assert read(EXAMPLE | {"seconds": None, "published": None}) == read(EXAMPLE)
    assert read(EXAMPLE | {"published": {"shown": None}}) == read(EXAMPLE)
    assert read(table([2], [1.0, 2])) == read(table([2], [1, 2]))
    assert read(EXAMPLE | {"seconds": 10**400}).seconds == 1e9


def test_pages_start_without_the_solver():
    """12 MB: the web process never needs it."""
    code = (
        "import os, sys, django; os.environ['DJANGO_SETTINGS_MODULE'] = 'config.settings'; django.setup();"
        "import config.urls; from cases.gate import checker, tables, wire; assert 'highspy' not in sys.modules"
    )

    ran = subprocess.run(
        [sys.executable, "-c", code], cwd=settings.BASE_DIR, capture_output=True, check=False
    )

    assert ran.returncode == 0, ran.stderr
