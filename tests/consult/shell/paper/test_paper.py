"""One document in three shapes: nothing in it is ever taken for markup, and the PDF keeps PDF/UA."""

import io
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from django.conf import settings

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
    Table,
    fonts,
    to_html,
    to_text,
)
from consult.shell.paper.pdf import UNSHOWABLE, PaperNotMade, at_once, to_pdf

BLOCKS: list[Block] = [
    Heading("こんな相談"),
    Paragraph("一行目\n二行目"),
    BulletList(["その場で決めない", "188に電話"], "number"),
    BulletList(["段ボール箱"], "check"),
    Table("年代別", ["年代", "件数"], [["65歳以上", "9件"]], frozenset({1})),
    Notice("お電話は", ["局番なし"], "call"),
    Bars("件数", "点検商法は9件、ほかは3件", [Bar("点検商法", 9, "9件"), Bar("ほか", 3, "3件")]),
]
DOCUMENT = Document(title="点検商法にご注意", blocks=BLOCKS, series="見守り通信", issue="令和8年度 第3号")
HOSTILE = '#read("/etc/passwd") *b* $x$ `c` #import "@preview/a:1.0.0" <script>alert(1)</script> #panic("x")'


def opened(document: Document) -> pikepdf.Pdf:
    return pikepdf.open(io.BytesIO(to_pdf(document)))


def words_of(document: Document, tmp_path: Path) -> str:
    file = tmp_path / "paper.pdf"
    file.write_bytes(to_pdf(document))
    read = subprocess.run(["pdftotext", "-raw", file, "-"], capture_output=True, text=True, check=True)
    return read.stdout.replace("\u200b", "").replace("\n", "")


def structure(pdf: pikepdf.Pdf) -> list[pikepdf.Object]:
    found: list[pikepdf.Object] = []

    def walk(node: pikepdf.Object) -> None:
        if isinstance(node, pikepdf.Dictionary):
            found.append(node)
            kids = node.get("/K")
            for kid in kids if isinstance(kids, pikepdf.Array) else [kids] if kids is not None else []:
                walk(kid)

    walk(pdf.Root.StructTreeRoot)
    return found


def test_the_pdf_says_what_pdf_ua_asks_for() -> None:
    pdf = opened(DOCUMENT)

    assert str(pdf.Root.Lang) == "ja"
    assert bool(pdf.Root.MarkInfo.Marked) is True
    with pdf.open_metadata() as metadata:
        assert metadata["dc:title"] == DOCUMENT.title
        assert metadata["pdfuaid:part"] == "1"
    tags = [str(node.get("/S")) for node in structure(pdf)]
    assert {"/H1", "/H2", "/L", "/LI", "/Table", "/TH", "/Figure"} <= set(tags)


def test_every_figure_of_the_pdf_has_words() -> None:
    pdf = opened(DOCUMENT)
    figures = [node for node in structure(pdf) if str(node.get("/S")) == "/Figure"]

    assert [str(figure.Alt) for figure in figures] == ["点検商法は9件、ほかは3件"]


def test_every_font_of_the_pdf_is_inside_it() -> None:
    pdf = opened(DOCUMENT)
    fonts_used = [font for page in pdf.pages for font in page.Resources.Font.values()]

    assert fonts_used
    for font in fonts_used:
        below = font.DescendantFonts[0].FontDescriptor
        assert "/FontFile2" in below or "/FontFile3" in below


@pytest.mark.parametrize(
    "block",
    [
        Heading(HOSTILE),
        Paragraph(HOSTILE),
        BulletList([HOSTILE]),
        BulletList([HOSTILE], "number"),
        BulletList([HOSTILE], "check"),
        Table("表", [HOSTILE], [[HOSTILE]]),
        Notice(HOSTILE, [HOSTILE]),
        Notice(HOSTILE, [HOSTILE], "call"),
        Bars("図", HOSTILE, [Bar(HOSTILE, 1, "1件")]),
        Blanks(HOSTILE, [Blank(HOSTILE, [HOSTILE], after=HOSTILE)]),
    ],
    ids=lambda block: type(block).__name__,
)
def test_markup_in_a_text_stays_text(block: Block, tmp_path: Path) -> None:
    words = words_of(Document(title=HOSTILE, blocks=[block], series=HOSTILE, contact=HOSTILE), tmp_path)

    assert "root:" not in words
    assert words.replace(" ", "").count('#read("/etc/passwd")*b*$x$`c`') >= 3


def test_html_is_escaped_everywhere() -> None:
    blocks: list[Block] = [
        Heading(HOSTILE),
        Paragraph(HOSTILE),
        BulletList([HOSTILE]),
        Table(HOSTILE, [HOSTILE], [[HOSTILE]]),
        Notice(HOSTILE, [HOSTILE]),
        Bars(HOSTILE, HOSTILE, [Bar(HOSTILE, 1, HOSTILE)]),
        Blanks(HOSTILE, [Blank(HOSTILE, [HOSTILE], after=HOSTILE)]),
    ]
    html = to_html(
        Document(HOSTILE, blocks, HOSTILE, HOSTILE, dated=HOSTILE, issuer=HOSTILE, contact=HOSTILE)
    )

    assert html.count("&lt;script&gt;") == 23
    assert "<script" not in html


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("祭り🎉だ", f"祭り{UNSHOWABLE}だ"),
        ("鈴\ud800木", "鈴木"),
        ("葛\U000e0100飾", "葛飾"),
        ("鐘\u0007\u0000が鳴る", "鐘が鳴る"),
        ("x" * 500, "x" * 500),
        ("か\u3099くせい", "がくせい"),
    ],
    ids=["emoji", "surrogate", "variant", "control", "long", "combining"],
)
def test_what_no_font_can_show_does_not_stop_the_paper(text: str, shown: str, tmp_path: Path) -> None:
    assert shown in words_of(Document(title=text, blocks=[Paragraph(text)]), tmp_path)


def test_a_very_long_word_stays_inside_the_page(tmp_path: Path) -> None:
    file = tmp_path / "paper.pdf"
    file.write_bytes(to_pdf(Document(title="題", blocks=[Notice("", ["x" * 400])])))
    boxes = subprocess.run(["pdftotext", "-bbox", file, "-"], capture_output=True, text=True, check=True)
    rights = [float(part.split('"')[0]) for part in boxes.stdout.split('xMax="')[1:]]

    assert rights
    assert max(rights) <= 595 - 50  # A4 is 595 points wide; the margin is 18 mm


def pages_of(document: Document) -> list[list[str]]:
    """The lines of every page."""
    with pypdfium2.PdfDocument(to_pdf(document)) as pdf:
        return [page.get_textpage().get_text_range().split("\r\n") for page in pdf]


def test_the_caption_of_a_table_never_ends_a_page_without_its_table() -> None:
    table = Table("表の題", ["年代", "件数"], [["65歳以上", "9件"]] * 3)

    for above in range(20, 40):
        pages = pages_of(Document("題", [Paragraph("\n".join(["文"] * above)), table]))
        (page,) = ["".join(lines) for lines in pages if "表の題" in "".join(lines)]
        assert "年代" in page, above


def test_a_title_of_two_lines_has_even_ones() -> None:
    title = "警察を名のる電話「あなたに容疑がかかっている」"

    (lines,) = pages_of(Document(title, [Paragraph("本文")], is_large=True))

    first, second = lines[: lines.index("本文")]
    assert first + second == title
    assert abs(len(first) - len(second)) <= 3


def test_the_same_document_gives_the_same_bytes() -> None:
    at = datetime(2026, 11, 20, 1, 2, 3, 456, tzinfo=UTC)

    assert to_pdf(DOCUMENT, made_at=at) == to_pdf(DOCUMENT, made_at=at)


def test_a_paper_made_at_once_by_a_process_of_its_own_has_the_same_bytes() -> None:
    at = datetime(2026, 11, 20, 1, 2, 3, tzinfo=UTC)

    assert at_once(DOCUMENT, made_at=at) == to_pdf(DOCUMENT, made_at=at)


@pytest.mark.parametrize("make", [to_pdf, at_once])
def test_a_paper_that_is_refused_says_nothing_of_what_stands_in_it(make: Callable[[Document], bytes]) -> None:
    with pytest.raises(PaperNotMade) as refused:
        make(Document(title="", blocks=[Heading("山田花子")]))  # PDF/UA asks for a title

    assert "山田" not in str(refused.value)
    assert refused.value.__cause__ is None


def test_boxes_of_a_form_stand_in_every_shape(tmp_path: Path) -> None:
    cells = [Blank("受付方法", ["1 電話", "2 来所"], 8, 0), Blank("受付日", width=4, after="年 月 日")]
    form = Document("受付票", [Blanks("受付", cells), Blanks("契約", cells, starts_page=True)], is_dense=True)

    words = words_of(form, tmp_path).replace(" ", "")
    assert words.count("□1電話□2来所") == 2
    assert len(opened(form).pages) == 2
    assert to_html(form).count("□ 2 来所") == 2
    assert "受付方法: □1 電話 □2 来所" in to_text(form)


def test_boxes_that_do_not_fill_a_line_stop_no_paper(tmp_path: Path) -> None:
    cells = [Blank(f"欄{width}", width=width, text=f"値{width}") for width in (4, 12, 5, 9, 3, 3, 3, 6)]

    words = words_of(Document("票", [Blanks("部", cells)], is_dense=True), tmp_path).replace(" ", "")

    assert all(f"欄{width}値{width}" in words for width in (3, 4, 5, 6, 9, 12))


def test_without_fonts_of_the_system_the_shipped_one_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "FOLDERS", ())
    fonts.japanese.cache_clear()
    try:
        assert fonts.japanese().family == "Noto Sans JP"
        assert to_pdf(DOCUMENT).startswith(b"%PDF")
    finally:
        fonts.japanese.cache_clear()


def test_plain_text_says_everything_in_order() -> None:
    text = to_text(DOCUMENT)

    wanted = [
        "第3号",
        "点検商法にご注意",
        "こんな相談",
        "二行目",
        "1. その場で決めない",
        "□ 段ボール箱",
        "9件",
        "局番なし",
    ]
    places = [text.index(part) for part in wanted]
    assert places == sorted(places)


def test_typst_is_loaded_by_nobody_but_the_maker_of_pdfs() -> None:
    """80 MB: the web process never needs it."""
    code = (
        "import os, sys, django; os.environ['DJANGO_SETTINGS_MODULE'] = 'config.settings'; django.setup();"
        "import config.urls; assert 'outreach.bulletins.views' in sys.modules; assert 'typst' not in sys.modules"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code], cwd=settings.BASE_DIR, capture_output=True, check=False
    )

    assert ran.returncode == 0, ran.stderr
