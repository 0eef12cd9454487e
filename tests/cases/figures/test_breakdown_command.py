import io
import json
import sys
from types import SimpleNamespace

import pytest
from django.core.management import CommandError, call_command

from cases.figures.dimensions import DIMENSIONS
from cases.figures.measures import MEASURES

ASKED = {"centre": "kita", "from": "2026-04-01", "to": "2027-04-01", "rows": "age_band", "columns": "scam_main",
         "measure": "cases"}  # fmt: skip


@pytest.fixture
def run(monkeypatch, capsys):
    def make(given: object, *options: str) -> dict:
        raw = given if isinstance(given, bytes) else json.dumps(given).encode()
        monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(raw)))
        out = io.StringIO()
        call_command("breakdown", *options, stdout=out)
        return json.loads(out.getvalue())

    return make


def test_one_question_in_one_answer_out(run, state):
    state("INSPECTION", party_age=70)
    state("SUPPORT_SCAM", party_age=70)
    state("SUPPORT_SCAM")

    answer = run({**ASKED, "filters": {"scam_main": ["SUPPORT_SCAM"], "sex": "FEMALE"}, "unheard_of": 1})

    assert list(answer) == [
        "definition", "row_codes", "column_codes", "cells", "row_totals", "column_totals", "total", "share_65",
    ]  # fmt: skip
    cells = dict(zip(answer["row_codes"], answer["cells"], strict=True))
    assert (cells["70S"], cells["UNKNOWN"], cells["20S"]) == ([1], [1], [0])
    assert (answer["column_codes"], answer["column_totals"], answer["total"]) == (["SUPPORT_SCAM"], [2], 2)
    assert answer["share_65"] == {"seniors": 1, "age_known": 1, "all": 2}


def test_an_answer_can_be_asked_again_as_of_its_cut(run, state):
    state("INSPECTION")
    first = run(ASKED)
    state("INSPECTION")
    assert run({**ASKED, "as_of": first["definition"]["as_of"]["seq"]}) == first
    assert run(ASKED)["total"] == 2


def test_left_out_a_centre_means_all_and_null_means_left_out(run, state):
    state()
    answer = run({**ASKED, "centre": None, "columns": None, "filters": None, "as_of": None, "measure": None})
    assert (answer["total"], answer["column_codes"]) == (1, ["ALL"])


def test_the_names_are_listed(run):
    listed = run(b"", "--list")
    assert list(listed["dimensions"]) == list(DIMENSIONS)
    assert list(listed["measures"]) == list(MEASURES)
    assert list(listed["subjects"]) == ["party", "caller"]


@pytest.mark.parametrize(
    ("wrong", "expected"),
    [
        (b"{", "stdin"),
        (b"[]", "stdin"),
        (b"\xff", "stdin"),
        (b'{"centre": "\\ud800"}', "stdin"),
        ({**ASKED, "centre": "nowhere"}, "centre"),
        ({**ASKED, "centre": "ki\0ta"}, "centre"),
        ({**ASKED, "from": "2026-4-1"}, "from"),
        ({**ASKED, "to": None}, "to"),
        ({**ASKED, "to": 20270401}, "to"),
        ({**ASKED, "rows": "colour"}, "colour"),
        ({**ASKED, "rows": ""}, "集計項目"),
        ({**ASKED, "columns": ""}, "集計項目"),
        ({**ASKED, "layers": ""}, "集計項目"),
        ({**ASKED, "measure": "calls"}, "calls"),
        ({**ASKED, "subject": "trader"}, "trader"),
        ({**ASKED, "layers": "colour"}, "colour"),
        ({**ASKED, "layers": "sex", "measure": "paid_yen"}, "3つの項目"),
        ({**ASKED, "filters": ["sex"]}, "filters"),
        ({**ASKED, "filters": {"sex": 1}}, "filters.sex"),
        ({**ASKED, "filters": {"sex": ["FEMAIL"]}}, "FEMAIL"),
        ({**ASKED, "as_of": "now"}, "as_of"),
        ({**ASKED, "as_of": True}, "as_of"),
    ],
)
def test_what_is_not_understood_is_refused_with_exit_2_by_name(run, centre, wrong, expected):
    with pytest.raises(CommandError, match=expected) as refused:
        run(wrong)
    assert refused.value.returncode == 2


def test_a_third_dimension_adds_layers(run, state):
    state("INSPECTION", party_age=70)
    answer = run({**ASKED, "layers": "sex", "subject": "caller"})
    assert answer["layer_codes"] == ["FEMALE", "MALE", "OTHER_UNKNOWN", "GROUP", ""][-1:]
    assert answer["layers"][0] == answer["cells"]


def test_amounts_and_shares_stand_in_the_place_of_counts(run, state):
    state("INSPECTION", party_age=70, contract_yen=100)
    state("INSPECTION", party_age=70, contract_yen=201, outcome="MEDIATED", closed_on="2026-05-12")
    yen = run({**ASKED, "measure": "contract_yen"})
    assert yen["total"] == {
        "n": 2, "unknown": 0, "total": 301, "mean": 150.5, "median": 150.5, "largest": 201,
    }  # fmt: skip
    assert list(yen) == list(run(ASKED))
    assert yen["share_65"] == {"seniors": 2, "age_known": 2, "all": 2}
    share = run({**ASKED, "measure": "mediation_rate"})
    assert (share["total"], share["definition"]["formula"]) == (
        {"part": 1, "all": 1, "value": 1.0},
        "mediation_rate",
    )
