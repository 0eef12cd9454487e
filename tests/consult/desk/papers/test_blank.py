"""The blank 受付票: whatever the form asks in codes can be ticked on it, and it fits on two sides."""

import io
import re

import pikepdf
import pytest
from django.urls import reverse

from cases.law import calendar
from cases.records import codes
from cases.records.codes import Code, Kind
from consult.desk.papers import blank
from consult.shell.paper import to_text
from tests import builders
from tests.papers import text_of

pytestmark = pytest.mark.django_db


def _sheet() -> str:
    return to_text(blank.document_of(builders.centre(), on=calendar.today()))


@pytest.mark.parametrize("kind", sorted(set(Kind.values) - blank.NOT_ON_IT - {Kind.SCAM_TYPE, Kind.PRODUCT}))
def test_every_code_of_a_short_list_can_be_ticked(kind):
    sheet = _sheet()

    for row in codes.codes(kind).valid_on(calendar.today()):
        assert re.search(rf"□\d+ {re.escape(row.label)}( |$)", sheet, re.MULTILINE), row.label


def test_common_scams_and_classes_of_goods_have_the_numbers_of_the_intake_form():
    sheet = _sheet()

    assert "□11 点検商法" in sheet
    assert "□100 商品一般" in sheet
    assert "その他の特殊詐欺" not in sheet  # rare: written by number or name


def test_a_code_of_the_centres_own_is_on_the_sheet_at_once_and_a_retired_one_is_not(monkeypatch):
    Code.objects.create(kind=Kind.CHANNEL, code="PIGEON", label="伝書鳩", label_en="Pigeon", position=99)
    Code.objects.filter(kind=Kind.CHANNEL, code="FAX").update(valid_to=calendar.today())
    monkeypatch.setattr(codes, "_cache", {})

    sheet = _sheet()

    assert "伝書鳩" in sheet
    assert "FAX" not in sheet


def test_the_file_is_two_sides_of_tagged_a4_in_japanese_whoever_asks(client, ua_faults):
    account = builders.account()
    account.language = "en"
    account.save()
    client.force_login(account)

    answer = client.get(reverse("blank-sheet-file"))

    assert answer["Content-Type"] == "application/pdf"
    with pikepdf.open(io.BytesIO(answer.content)) as pdf:
        assert len(pdf.pages) == 2
        assert [round(float(side)) for side in pdf.pages[0].mediabox[2:]] == [595, 842]
    assert ua_faults(answer.content) == []
    text = text_of(answer.content)
    for words in ("受付票", "相談概要", "口座番号", "クーリング・オフ早見", "助言・伝えたこと"):
        assert words in text


def test_the_page_shows_the_same_sheet(client):
    client.force_login(builders.account())

    page = client.get(reverse("blank-sheet")).content.decode()

    assert "□ 1 電話" in page
    assert reverse("blank-sheet-file") in page
