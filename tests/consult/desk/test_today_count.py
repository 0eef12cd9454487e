"""「今日、この手口の5件目です」: beside the form and on the page of the call, where so many are more than usual."""

from datetime import datetime

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from cases.figures.surge_log.live import Today
from cases.law.calendar import TOKYO
from consult.desk.today_count import told
from tests import builders

NOW = datetime(2026, 11, 20, 15, 0, tzinfo=TOKYO)


@pytest.mark.parametrize(
    ("count", "usual", "sentence"),
    [
        (2, 0.0, ""),
        (3, 2.0, ""),
        (5, 2.0, "今日、この手口の5件目です(この7日間で9件。ふだんは1日2.0件)。"),
        (5, 0.0, "今日、この手口の5件目です(この7日間で9件。ふだんはほとんどありません)。"),
        (3, None, "今日、この手口の3件目です。"),
    ],
)
def test_only_more_than_usual_is_told(count, usual, sentence):
    assert told(Today(count=4, week=8, usual=usual, usual_week=None), count) == sentence.replace(
        "9件", f"{4 + count}件"
    )


@pytest.mark.django_db
def test_the_fifth_call_of_a_day_is_seen_while_it_is_taken_and_once_it_is_saved(tmp_path, settings):
    settings.COLUMNS_DIR = tmp_path / "columns"
    with time_machine.travel(NOW, tick=False):
        counsellor, client = builders.account(), Client()
        client.force_login(counsellor)
        cases = [builders.case(by=counsellor, received_at=NOW) for _n in range(4)]
        page = reverse("case", args=[cases[0].uid])
        hint = reverse("hint", args=[cases[0].uid, "guidance"])

        assert "今日、この手口の4件目です" in client.get(page).content.decode()
        asked = client.post(hint, {"scam_main": "INSPECTION"}).content.decode()
        assert "今日、この手口の5件目です" in asked
        assert "今日、この手口" not in client.post(hint, {"scam_main": "FAKE_SHOP"}).content.decode()
