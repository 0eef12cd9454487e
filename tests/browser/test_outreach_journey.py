"""From a proposal to the report of the lecture that came of it, by keyboard alone, and back to the proposal."""

from datetime import datetime, time
from typing import Any

import pytest
import time_machine
from django.urls import reverse
from playwright.sync_api import Page, expect

from cases.law.calendar import TOKYO
from outreach.lectures.models import Lecture
from outreach.lectures.report.models import LectureReport
from outreach.planning import keeping
from tests import applications, builders, waves
from tests.browser.desk import Keys, no_mouse, sign_in, tab_to

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

NEXT = "the next choice of a list"


def test_a_proposal_becomes_an_application_a_lecture_and_a_report(
    page: Page, live_server: Any, tmp_path: Any, settings: Any
) -> None:
    settings.COLUMNS_DIR = tmp_path / "columns"
    writer = builders.account("OUTREACH")
    waves.history(writer.centre, "INSPECTION", [1] * 60)
    proposal = keeping.make_plan(writer.centre, by=writer).proposals.order_by("position").first()
    assert proposal is not None
    keys = Keys(page)
    no_mouse(page)
    sign_in(page, live_server, writer)

    page.goto(live_server.url + reverse("proposal", args=[proposal.uid]))
    tab_to(keys, "申込を受ける")
    keys.press("Enter")
    page.wait_for_url("**/applications/new?**")
    slot = applications.slot(40)
    for field, text in (
        ("group_name", "北町あおぞら会"), ("contact", "秘密 連絡"), ("phone", "090-8765-4321"),
        ("expected_people", "25"), ("purpose_kind", NEXT), ("people_in_city", NEXT),
        ("day_1", slot.day.isoformat()), ("starts_1", "14時"), ("ends_1", "15時半"), ("venue", "北公民館"),
        ("venue_in_city", NEXT),
    ):  # fmt: skip
        tab_to(keys, f"id_{field}")
        keys.press("ArrowDown") if text is NEXT else keys.write(text)
    keys.press("Control+Enter")
    expect(page.locator("h1")).to_have_text("北町あおぞら会")
    tab_to(keys, "決定して講座に登録")
    keys.press("Enter")
    expect(page.locator("main")).to_contain_text("決定通知書を出す")
    lecture = Lecture.objects.get()

    with time_machine.travel(datetime.combine(slot.day, time(16), TOKYO)):
        sign_in(page, live_server, writer)
        page.goto(live_server.url + reverse("lecture", args=[lecture.uid]))
        for field, text in (("sessions", "1"), ("people", "23")):
            tab_to(keys, f"id_{field}")
            keys.write(text)
        tab_to(keys, "結果を記録")
        keys.press("Enter")
        expect(page.locator("main")).to_contain_text("実施報告を書く")
        tab_to(keys, "実施報告を書く")
        keys.press("Enter")
        page.wait_for_url("**/report")
        tab_to(keys, "id_asked")
        keys.write("電話で断るにはどう言えばよいか。")
        keys.press("Control+Enter")
        expect(page.locator("main")).to_contain_text("実施報告を直す")
        tab_to(keys, "きっかけになった案")
        keys.press("Enter")
        expect(page.locator("main")).to_contain_text("23")

    lecture.refresh_from_db()
    assert (lecture.state, lecture.people, lecture.theme) == ("DONE", 23, proposal.theme)
    assert LectureReport.objects.get().lecture_id == lecture.pk
    assert "秘密" not in page.content()
