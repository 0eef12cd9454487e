"""`manage.py redact` from outside: lines in, lines out, refusals by line number."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from cases.protection.redaction import redact

ROOT = Path(__file__).resolve().parents[4]


def run(*lines):
    data = b"".join(line if isinstance(line, bytes) else json.dumps(line).encode() + b"\n" for line in lines)
    keep = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    done = subprocess.run(
        [sys.executable, "manage.py", "redact"],
        input=data,
        capture_output=True,
        cwd=ROOT,
        env=keep | {"DATABASE_URL": "sqlite:////nonexistent/no.db"},
        check=False,
    )
    return (
        done.returncode,
        [json.loads(line) for line in done.stdout.decode().splitlines()],
        done.stderr.decode(),
    )


GOOD = {
    "text": "高橋さんは042-322-1234",
    "parties": [{"name": "高橋 良子", "kana": None, "phones": ["0423221234"]}],
}


def test_every_line_is_answered_without_a_database():
    code, answers, _ = run(GOOD, b"\n", {"text": "契約した。"}, {"text": "\ud800髙橋様", "parties": None})

    assert code == 0
    assert answers[0] == {
        "masked": "〔氏名〕さんは〔電話〕",
        "spans": [[0, 2, "氏名", "auto"], [5, 17, "電話", "auto"]],
    }
    assert answers[1] == {"masked": "契約した。", "spans": []}
    assert answers[2]["masked"] == redact("\ud800髙橋様").masked


@pytest.mark.parametrize(
    ("bad", "told"),
    [
        ({"text": "x", "partys": []}, '"partys"'),
        ({"text": "x", "parties": [{"nmae": "山田"}]}, '"nmae"'),
        ({"text": "x", "parties": {"name": "山田"}}, "list"),
        ({"text": "x", "parties": [{"phones": "090"}]}, "phones"),
        ({"text": "x", "parties": [{"name": 1}]}, "name"),
        ({"text": 1}, "text"),
        ({}, "text"),
        (["text"], "object"),
        (b"{not json}\n", "JSON"),
        (b'{"text": "\xff"}\n', "UTF-8"),
    ],
)
def test_a_bad_line_stops_the_run_behind_the_answers_before_it(bad, told):
    code, answers, message = run(GOOD, bad, GOOD)

    assert (code, len(answers)) == (2, 1)
    assert "line 2" in message
    assert told in message
    assert "山田" not in message
