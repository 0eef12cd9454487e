"""Every shape of paper keeps PDF/UA-1 in the eyes of veraPDF, which knows nothing of our typesetter.

The papers that the product makes are judged beside the tests that make them; this looks at the layout alone.
"""

import io
from collections.abc import Callable, Iterator
from typing import Any

import pikepdf
import pytest

from consult.shell.paper import (
    Bar,
    Bars,
    Blank,
    Blanks,
    Block,
    BulletList,
    Document,
    Heading,
    Notice,
    Paragraph,
    Picture,
    Postcard,
    Table,
)
from consult.shell.paper.pdf import to_pdf
from tests.consult.shell.paper.test_charts import EVERY
from tests.papers import heard
from tests.verapdf import Faults

BLOCKS: list[Block] = [
    Heading("こんな相談"),
    Heading("くわしく", 3),
    Paragraph("一行目\n二行目 " + "x" * 60 + " 祭り🎉"),
    BulletList(["その場で決めない", "188に電話"], "number"),
    BulletList(["段ボール箱"], "check"),
    BulletList(["ほか"]),
    Table("年代別", ["年代", "件数"], [["65歳以上", "9件"]] * 60, frozenset({1})),
    Notice("", ["事例です。", "二行目"]),
    Notice("注意", ["急ぎます。"], "warning"),
    Notice("お電話は", ["局番なし"], "call"),
    Bars("件数", "点検商法は9件、ほかは3件", [Bar("点検商法", 9, "9件"), Bar("ほか", 3, "3件")]),
    *(Picture("図", chart.alt, chart.svg) for chart in EVERY),
    Blanks("受付", [Blank("方法", ["1 電話", "2 来所"], 8, 0), Blank("日", width=4, after="年 月 日")]),
    Blanks("契約", [Blank("相手", text="架空リフォーム\n工房")], starts_page=True),
    Postcard("はがき", "表\n二行目", "裏"),
    Paragraph("返してください。"),
]


def paper(**more: Any) -> bytes:
    words = {
        "series": "見守り通信",
        "issue": "第3号",
        "dated": "11月20日",
        "issuer": "窓口",
        "contact": "188",
    }
    return to_pdf(Document("点検商法にご注意", BLOCKS, **(words | more)))


@pytest.mark.parametrize(
    "more",
    [
        {},
        {"is_large": True},
        {"is_mono": True},
        {"is_dense": True, "series": ""},
        {"is_wide": True},
        {"addressee": "〒184-0000\n北町1-2\n山田 花子 様"},
        {"lang": "en"},
        {"series": "", "issue": "", "dated": "", "issuer": "", "contact": ""},
    ],
    ids=["bulletin", "large", "mono", "dense", "wide", "letter", "english", "bare"],
)
def test_every_block_keeps_pdf_ua_in_every_shape_of_paper(ua_faults: Faults, more: dict[str, Any]) -> None:
    assert ua_faults(paper(**more)) == []


@pytest.mark.parametrize("more", [{}, {"is_large": True}, {"is_dense": True, "series": "", "issue": ""}])
def test_a_screen_reader_hears_everything_once_and_in_order_to_whom_it_can_be_answered(
    more: dict[str, Any],
) -> None:
    """veraPDF cannot know it: the foot of a page is decoration, and the number to call may stand nowhere else."""
    told = heard(paper(contact="みどり市窓口 042-000-0000", **more))

    words = ["点検商法にご注意", "こんな相談", "一行目二行目", "1.その場で", "□段ボール箱", "お電話は", "方法□1電話",
             "表二行目", "返してください。", "みどり市窓口042-000-0000"]  # fmt: skip
    places = [told.index(word) for word in words]
    assert places == sorted(places)
    assert told.endswith(words[-1])
    assert told.count("042-000-0000") == 1


def test_a_heading_is_its_words_and_no_frame_around_them() -> None:
    """Readers of structure find headings by words that stand directly in them."""
    with pikepdf.open(io.BytesIO(paper())) as pdf:
        headings = [node for node in _elements(pdf) if str(node.get("/S")) in ("/H1", "/H2", "/H3")]
        inside = {
            str(kid.get("/S")) for node in headings for kid in node.K if isinstance(kid, pikepdf.Dictionary)
        }

    assert len(headings) >= 4
    assert inside <= {"None"}  # pieces of a page alone


# --- each fault is seen ---------------------------------------------------------------------------------------------
def _elements(pdf: pikepdf.Pdf) -> Iterator[Any]:
    """The nodes of the structure tree."""
    waiting: list[Any] = [pdf.Root.StructTreeRoot]
    while waiting:
        node = waiting.pop()
        if isinstance(node, pikepdf.Array):
            waiting += list(node)
        elif isinstance(node, pikepdf.Dictionary):
            yield node
            waiting.append(node.get("/K"))


def _first(pdf: pikepdf.Pdf, tag: str) -> Any:
    return next(node for node in _elements(pdf) if node.get("/S") == tag)


def _no_structure(pdf: pikepdf.Pdf) -> None:
    del pdf.Root.StructTreeRoot


def _no_language(pdf: pikepdf.Pdf) -> None:
    del pdf.Root.Lang
    for node in _elements(pdf):
        if "/Lang" in node:
            del node.Lang


def _no_title(pdf: pikepdf.Pdf) -> None:
    with pdf.open_metadata() as metadata:
        del metadata["dc:title"]


def _title_not_shown(pdf: pikepdf.Pdf) -> None:
    pdf.Root.ViewerPreferences.DisplayDocTitle = False


def _no_mark_of_pdf_ua(pdf: pikepdf.Pdf) -> None:
    with pdf.open_metadata() as metadata:
        del metadata["pdfuaid:part"]


def _picture_without_words(pdf: pikepdf.Pdf) -> None:
    del _first(pdf, "/Figure").Alt


def _level_left_out(pdf: pikepdf.Pdf) -> None:
    _first(pdf, "/H1").S = pikepdf.Name.H3


def _cell_outside_of_a_row(pdf: pikepdf.Pdf) -> None:
    _first(pdf, "/TR").S = pikepdf.Name.Div


def _words_outside_of_the_structure(pdf: pikepdf.Pdf) -> None:
    page = pdf.pages[0]
    bare = [
        part for part in pikepdf.parse_content_stream(page) if str(part.operator) not in ("BDC", "BMC", "EMC")
    ]
    page.Contents = pdf.make_stream(pikepdf.unparse_content_stream(bare))


def _font_left_out(pdf: pikepdf.Pdf) -> None:
    below = next(iter(pdf.pages[0].Resources.Font.values())).DescendantFonts[0].FontDescriptor
    for name in ("/FontFile2", "/FontFile3"):
        if name in below:
            del below[name]


def _letters_that_mean_nothing(pdf: pikepdf.Pdf) -> None:
    for font in pdf.pages[0].Resources.Font.values():
        del font.ToUnicode


@pytest.mark.parametrize(
    ("plant", "rule"),
    [
        (_no_structure, "7.1-11"),
        (_no_language, "7.2-34"),
        (_no_title, "7.1-9"),
        (_title_not_shown, "7.1-10"),
        (_no_mark_of_pdf_ua, "5-1"),
        (_picture_without_words, "7.3-1"),
        (_level_left_out, "7.4.2-1"),
        (_cell_outside_of_a_row, "7.2-37"),
        (_words_outside_of_the_structure, "7.1-3"),
        (_font_left_out, "7.21.4.1-1"),
        (_letters_that_mean_nothing, "7.21.7-1"),
    ],
)
def test_a_planted_fault_is_found(ua_faults: Faults, plant: Callable[[pikepdf.Pdf], None], rule: str) -> None:
    faulty = io.BytesIO()
    with pikepdf.open(io.BytesIO(paper())) as pdf:
        plant(pdf)
        pdf.save(faulty)

    assert rule in {fault.rule for fault in ua_faults(faulty.getvalue())}


def test_what_is_no_pdf_is_not_taken_for_a_good_one(ua_faults: Faults) -> None:
    with pytest.raises(RuntimeError):
        ua_faults(b"%PDF-1.7 a paper")

    assert ua_faults(paper()) == []
