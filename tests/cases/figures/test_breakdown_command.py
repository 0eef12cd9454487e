import io
import json
import re
import sys
from datetime import date, datetime
from types import SimpleNamespace

import pytest
import time_machine
from django.core.management import CommandError, call_command

from cases.figures.dimensions import DIMENSIONS
from cases.figures.measures import MEASURES
from cases.law.calendar import TOKYO

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


MOVING = {"centre": "kita", "rows": "age_band"}


@pytest.mark.parametrize(
    ("compared", "before"),
    [
        ({"compare": "year"}, {"from": "2025-11-01", "to": "2025-11-21", "total": 1}),
        ({"compare": "previous"}, {"from": "2026-10-12", "to": "2026-11-01", "total": 0}),
        ({"compare": "last_fiscal_year"}, {"from": "2025-04-01", "to": "2026-04-01", "total": 1}),
        (
            {"compare_from": "2026-01-01", "compare_to": "2026-11-01"},
            {"from": "2026-01-01", "to": "2026-11-01", "total": 0},
        ),
    ],
)
def test_a_period_is_asked_by_its_name_and_beside_another(compared, before, run, state):
    with time_machine.travel(datetime(2026, 11, 20, 12, tzinfo=TOKYO), tick=False):
        for day in (date(2025, 11, 3), date(2026, 11, 19)):
            state(received_on=day, party_age=30)
        answer = run({**MOVING, "period": "this_month", **compared})

    told, other = answer["definition"], answer["before"]
    assert (told["from"], told["to"], answer["total"]) == ("2026-11-01", "2026-11-21", 1)
    assert {**{key: other["definition"][key] for key in ("from", "to")}, "total": other["total"]} == before
    assert other["row_codes"] == answer["row_codes"]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"period": "next_year"}, "その期間はありません: next_year"),
        ({"period": "this_month", "from": "2026-04-01", "to": "2026-05-01"}, "どちらか一方"),
        ({**ASKED, "compare": "always"}, "その期間はありません: always"),
        ({**ASKED, "compare": "year", "compare_from": "2026-01-01"}, "どちらか一方"),
        ({**ASKED, "compare_from": "2026-01-01"}, "期間の始まりと終わりの日付か"),
        ({**ASKED, "from": "0001-01-01", "compare": "year"}, "比べる期間がありません"),
        ({**ASKED, "to": "9999-12-31", "compare": "previous"}, "比べる期間がありません"),
        (
            {**ASKED, "filters": {"day": ["2026/4/1"]}},
            "日の区分は「2026-04-01」のように書いてください: 2026/4/1",
        ),
        ({**ASKED, "filters": {"week": ["2026-04-07"]}}, "週の初めの月曜日"),
        ({**ASKED, "filters": {"month": ["2026-13"]}}, "月の区分は「2026-04」"),
        ({**ASKED, "filters": {"quarter": ["2026-Q5"]}}, "「2026-Q1」"),
        ({**ASKED, "filters": {"fiscal_year": ["令和8"]}}, "「2026」"),
        ({**ASKED, "filters": {"area": ["NOWHERE"]}}, "居住地区にない区分です: NOWHERE"),
    ],
)
def test_what_no_question_can_have_is_refused_with_what_is_expected(given, said, run, state):
    state()
    with pytest.raises(CommandError, match=re.escape(said)) as refused:
        run({**MOVING, **given})
    assert refused.value.returncode == 2


def test_codes_of_time_and_places_that_can_be_are_conditions(run, state):
    state(received_on=date(2026, 4, 7), party_area="OUTSIDE")
    for name, code in (
        ("day", "2026-04-07"), ("week", "2026-04-06"), ("month", "2026-04"), ("quarter", "2026-Q1"),
        ("calendar_year", "2026"), ("fiscal_year", "2026"), ("area", "OUTSIDE"),
    ):  # fmt: skip
        assert run({**ASKED, "filters": {name: [code, "ERASED"]}})["total"] == 1, name
