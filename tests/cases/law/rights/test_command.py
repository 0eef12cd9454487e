"""`manage.py cooling_off` from outside: lines in, lines out, refusals by line number."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from cases.law.rights import wire
from cases.law.rights.laws import LAWS
from tests.cases.law.rights.plain import FRIDAY

ROOT = Path(__file__).resolve().parents[4]
EXAMPLE = {
    "transaction": "door_to_door", "contract_on": "2026-11-20", "contract_document_on": "2026-11-20",
    "document_defect": "no", "obstruction": "no", "cash_fully_performed": "no", "consumable_used": "no",
    "total_yen": 98000, "as_of": "2026-11-22",
}  # fmt: skip


def run(*lines, options=()):
    data = b"".join(line if isinstance(line, bytes) else json.dumps(line).encode() + b"\n" for line in lines)
    keep = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    done = subprocess.run(
        [sys.executable, "manage.py", "cooling_off", *options],
        input=data,
        capture_output=True,
        cwd=ROOT,
        env=keep | {"DATABASE_URL": "sqlite:////nonexistent/no.db"},
        check=False,
    )
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def test_every_line_is_answered_without_a_database_or_a_key():
    code, out, err = run(EXAMPLE, b"\n", {"transaction": "multilevel", "contract_on": None})
    first, second = map(json.loads, out.splitlines())

    assert (code, err) == (0, "")
    assert (first["right"], first["last_day"], first["days_left"]) == ("yes", "2026-11-27", 5)
    assert first["basis"] == [{"law": "特定商取引法", "article": "9"}]
    assert list(first) == [
        "right", "last_day", "days_left", "notice_form", "basis", "missing", "cautions", "other_rights",
    ]  # fmt: skip
    assert second["right"] == "unclear"
    assert "特定商取引法" in out.splitlines()[1]  # written as it is, not escaped


def test_answers_before_the_first_bad_line_are_out_and_none_after_it():
    code, out, err = run(EXAMPLE, EXAMPLE | {"contract_no": "2026-11-20"}, EXAMPLE)

    assert (code, len(out.splitlines())) == (2, 1)
    assert "line 2" in err
    assert '"contract_no"' in err


def test_the_table_of_rules_is_one_value():
    code, out, _ = run(options=["--rules"])
    table = json.loads(out)

    assert code == 0
    assert {rule["law"] for rule in table["rules"]} <= set(LAWS)
    assert all(rule["article"] and rule["valid_from"] and rule["sources"] for rule in table["rules"])
    assert {article["kind"] for article in table["other_rights"]} == {
        "excess_quantity", "rescission", "mid_term_cancellation", "return",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("name", "bad", "good"),
    [
        ("transaction", "barter", "store"),
        ("transaction", 1, "door_to_door"),
        ("contract_on", "2026-11-31", "2026-11-30"),
        ("contract_on", "20261120", "2026-11-20"),
        ("contract_on", "2026-W47-5", "2026-11-20"),
        ("contract_on", "9999-12-31", "9900-12-31"),
        ("as_of", 20261120, "2026-11-20"),
        ("document_defect", "maybe", "unknown"),
        ("document_defect", True, "yes"),
        ("total_yen", -1, 0),
        ("total_yen", 98000.5, 98000),
        ("total_yen", True, 1),
        ("total_yen", "98000", 98000),
        ("duration_months", -0.1, 0.5),
        ("duration_months", float("nan"), 2),
        ("duration_months", False, 12.5),
        ("telecom_kind", "satellite", "mobile"),
        ("document_form", "fax", "paper"),
        ("underlying", "individual_credit", "multilevel"),
        ("service_kind", "yoga", "pc_class"),
    ],
)
def test_an_input_that_is_not_what_its_name_says_is_refused_by_name(name, bad, good):
    assert wire.read({"transaction": "store", name: good}, as_of=FRIDAY)
    with pytest.raises(wire.FactsNotUnderstood, match=f'expected .*"{name}"') as refused:
        wire.read({"transaction": "store", name: bad}, as_of=FRIDAY)

    assert refused.value.name == name


def test_absent_and_null_are_the_same_unknown():
    absent = wire.read({"transaction": "store"}, as_of=FRIDAY)

    assert wire.read(dict.fromkeys(EXAMPLE) | {"transaction": "store"}, as_of=FRIDAY) == absent
    assert absent.as_of == FRIDAY
