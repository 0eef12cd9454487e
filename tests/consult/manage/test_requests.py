"""開示請求 on its pages: from the request to a copy whose closed words are not in the file."""

import uuid
from io import BytesIO

import pikepdf
import pytest
from django.urls import reverse

from cases import jobs, today
from cases.law.blackout import Range, blacked
from cases.records.papers import OfficePaper
from cases.records.requests import CitizenRequest
from cases.services import requests
from consult.manage.protection.requests import card, pieces
from consult.shell.paper import Document, Paragraph
from consult.shell.paper.pdf import to_pdf
from tests import builders
from tests.cases.services.test_requests import NARRATIVE, wish
from tests.consult.manage.conftest import NOW, signed_in
from tests.papers import text_of


@pytest.fixture
def known(counsellor):
    return builders.case(
        by=counsellor,
        narrative=NARRATIVE,
        trader_name="やねなおし工房",
        caller=builders.person(),
        party=builders.person(name="鈴木 和子", kana="スズキ カズコ", phone="03-1234-5678"),
    )


@pytest.fixture
def entered(manager, known):
    return requests.enter(wish(known), centre=manager.centre, by=manager)


def form(known, **more):
    return {
        "uid": str(uuid.uuid4()),
        "received_on": "11/2",
        "requester_name": "山田 花子",
        "requester_address": "架空市北町1-2-3",
        "agent": "SELF",
        "identity": "NOT_YET",
        "stands_as": "CALLER",
        "corrected_days": "0",
        "numbers": known.number,
        "asked_words": "",
        **more,
    }


@pytest.mark.parametrize(
    ("more", "wrong"),
    [
        ({}, set()),
        ({"received_on": "12/2"}, {"received_on"}),
        ({"numbers": "2026-999999"}, {"numbers"}),
        ({"agent": "FRIEND"}, {"agent"}),
        ({"corrected_days": "-1"}, {"corrected_days"}),
    ],
)
def test_entering_a_request(more, wrong, desk_of_numbers, known):
    answer = desk_of_numbers.post(reverse("request-new"), form(known, **more))

    assert answer.status_code == (422 if wrong else 302)
    if wrong:
        assert set(answer.context["form"].errors) == wrong
        assert "架空市北町" in answer.content.decode()
    assert CitizenRequest.objects.count() == (not wrong)


def test_an_ordinance_makes_the_time_shorter(settings, desk_of_numbers, known):
    settings.DISCLOSURE_REQUEST_DAYS = 14

    desk_of_numbers.post(reverse("request-new"), form(known))

    assert CitizenRequest.objects.get().days == 14


def test_from_the_request_to_the_copy_with_bars(desk_of_numbers, manager, counsellor, entered, ua_faults):
    second = signed_in(builders.account("MANAGER", at=manager.centre))
    uid = entered.uid

    def post(client, name, **data):
        return client.post(reverse(name, args=[uid]), data)

    address = post(desk_of_numbers, "request-prepare").url
    while "/request-parts/" in address:  # Ctrl+Enter, part by part, as proposed
        marks = desk_of_numbers.get(address).context["form"]
        address = desk_of_numbers.post(address, {field.name: field.initial for field in marks}).url
    narrative = entered.parts.get(name="narrative")
    words = reverse("request-part-words", args=[narrative.uid])
    assert desk_of_numbers.post(words, {"words": "水道", "article": "78-1-7"}).status_code == 422
    desk_of_numbers.post(words, {"words": "点検", "article": "78-1-7"})
    assert post(desk_of_numbers, "request-propose", outcome="WHOLE").status_code == 422
    assert post(desk_of_numbers, "request-copy").status_code == 409
    post(desk_of_numbers, "request-propose", outcome="PART", reason="他の人の情報と法人の情報のため")
    post(second, "request-confirm")
    for name in ("request-copy", "request-decision"):
        post(desk_of_numbers, name)
        entered.refresh_from_db()
        assert jobs.claim_and_run(entered.job.uid, worker="w")
    post(desk_of_numbers, "request-sent", sent_on="11/20")

    copy, decision = (
        desk_of_numbers.get(reverse("paper-file", args=[OfficePaper.objects.get(kind=kind).uid])).content
        for kind in (OfficePaper.Kind.COPY, OfficePaper.Kind.DECISION)
    )
    assert ua_faults(copy) == ua_faults(decision) == []
    text = text_of(copy)
    assert "■■■■〔2号〕" in text
    assert "■■■■〔7号〕" in text
    assert "山田花子" in text  # the requester's own name
    for gone in ("鈴木", "和子", "カズコ", "03-1234-5678", "やねなおし", "点検を受けた"):
        assert gone not in text
    assert "個人情報保護法78条1項2号" in text_of(decision)
    assert "一部開示" in text_of(decision)
    entered.refresh_from_db()
    assert entered.sent_on


def test_a_copy_has_no_hidden_layer_of_words():
    """No annotation, attachment or form holds what the page does not show."""
    shown = blacked("母は鈴木和子です", [Range(2, 6, "78-1-2")])
    data = to_pdf(Document("写し", [Paragraph(shown)]), made_at=NOW)

    with pikepdf.open(BytesIO(data)) as file:
        assert all("/Annots" not in page for page in file.pages)
        assert not file.attachments
        assert "鈴木" not in str(file.docinfo)


def test_the_list_is_cheap_however_long_it_is(
    desk_of_numbers, manager, known, entered, django_assert_num_queries
):
    for _ in range(2):
        with django_assert_num_queries(5):
            desk_of_numbers.get(reverse("requests"))
        requests.enter(wish(known), centre=manager.centre, by=manager)


@pytest.mark.parametrize(("days", "level"), [(17, today.Level.ERROR), (25, today.Level.WARNING), (26, None)])
def test_a_decision_that_is_due_within_a_week_is_on_the_page_of_the_day(days, level, manager, known):
    requests.enter(wish(known, days=days), centre=manager.centre, by=manager)

    found = card(manager)

    assert (found.level if found else None) == level


def test_a_text_is_cut_at_its_marks_and_comes_back_whole():
    class Mark:
        def __init__(self, start, end):
            self.start, self.end, self.state = start, end, "PROPOSED"

    text = "母の山田花子が払った"
    cut = pieces(text, [Mark(2, 6), Mark(4, 8), Mark(4, 5)])

    assert "".join(piece.text for piece in cut) == text
    assert [(piece.text, piece.number) for piece in cut if piece.number] == [("山田花子", 1), ("が払", 2)]
