"""元に戻す on the page: offered to the doer, gone once used, and struck out where it was a 経過."""

import pytest
from django.urls import reverse

from cases.records.case import Case
from cases.records.undo import UndoNote
from cases.services import followup
from tests import builders
from tests.cases.services.test_followup import close, note
from tests.consult.desk.conftest import client_of

pytestmark = pytest.mark.django_db


def url(name, case):
    return reverse(name, args=[case.uid])


def test_closing_is_taken_back_by_a_button_and_a_double_click_says_so(desk, counsellor):
    case = builders.case(by=counsellor)
    close(case, counsellor)
    note_uid = str(UndoNote.objects.get().uid)
    offered = note_uid in desk.get(url("case", case)).content.decode()

    texts = [
        desk.post(url("case-undo", case), {"note": note_uid}, follow=True).content.decode()
        for _press in range(2)
    ]

    assert offered
    assert ["元に戻しました" in text for text in texts] == [True, False]
    assert "元に戻せません" in texts[1]
    assert Case.objects.get().is_open


def test_nobody_else_is_offered_it(desk, counsellor):
    case = builders.case(by=counsellor)
    close(case, counsellor)

    page = client_of(builders.account(at=counsellor.centre)).get(url("case", case)).content.decode()

    assert url("case-undo", case) not in page


def test_a_withdrawn_follow_up_is_named_and_its_words_come_only_with_the_record(desk, counsellor):
    case = builders.case(by=counsellor)
    followup.add_follow_up(case.uid, note(text="書き間違えた経過。"), by=counsellor)

    page = desk.post(url("case-undo", case), {"note": str(UndoNote.objects.get().uid)}, follow=True)
    revealed = desk.post(url("case-reveal", case), {"part": "words"}).content.decode()

    assert "取り消された経過です" in page.content.decode()
    assert "書き間違えた経過" not in page.content.decode()
    assert "<del>書き間違えた経過。</del>" in revealed


def test_what_is_no_uid_takes_nothing_back(desk, counsellor):
    case = builders.case(by=counsellor)
    close(case, counsellor)

    assert desk.post(url("case-undo", case), {"note": "x"}).status_code == 302
    assert not Case.objects.get().is_open
