"""A bulletin as a mail and as a vendor's file: whole lines, no sign lost unseen."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.bulletins.models import Bulletin
from outreach.bulletins.outputs import MailText, mail_text
from outreach.bulletins.outputs.lines import half_columns, wrapped
from outreach.bulletins.outputs.mail import vendor_file


@pytest.mark.django_db
def test_a_mail_names_the_series_and_holds_every_line(a_bulletin: Callable[..., Bulletin]) -> None:
    bulletin = a_bulletin("ISSUED")

    mail = mail_text(bulletin)

    assert mail.subject == "【見守り通信】屋根の点検にご注意"
    assert all(line in mail.text for line in [bulletin.example, *bulletin.advice, *bulletin.signs])
    assert "188" in mail.text


@pytest.mark.parametrize(
    ("text", "columns", "lines"),
    [
        ("あいうえおかきくけこ", 5, ["あいうえお", "かきくけこ"]),
        ("あいうえお。かきく", 5, ["あいうえ", "お。かきく"]),
        ("あいうえ「かき」", 5, ["あいうえ", "「かき」"]),
        ("電話は03-1234-5678へ", 6, ["電話は", "03-1234-5678", "へ"]),
        ("あ\n\nい", 5, ["あ", "", "い"]),
    ],
)  # fmt: skip
def test_a_line_ends_where_japanese_lets_it_end(text: str, columns: int, lines: list[str]) -> None:
    assert wrapped(text, columns).split("\n") == lines


@given(st.text(alphabet="あア漢字、。「」(188)ABC ー", max_size=120), st.integers(6, 38))
def test_wrapping_loses_no_letter_and_keeps_the_width(text: str, columns: int) -> None:
    lines = wrapped(text, columns).split("\n")

    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert all(half_columns(line) <= 2 * columns or (" " not in line and line.isascii()) for line in lines)


@pytest.mark.parametrize(
    ("text", "wanting", "places"),
    [("10〜20時、−5度", [], 0), ("♥と🏠と♥", ["♥", "🏠"], 3)],
)
def test_what_a_vendors_table_lacks_is_counted_and_listed(text: str, wanting: list[str], places: int) -> None:
    made = vendor_file(MailText("題", text + "\n次\n"))

    assert (made.wanting, made.places) == (wanting, places)
    assert made.content.decode("cp932").endswith("\r\n次\r\n")
    assert made.content.decode("cp932").count("〓") == places
