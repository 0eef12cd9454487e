"""What is taken and what is refused, over files made here: honest ones, and some that mean harm."""

import io
import random
import sys
import zipfile
from contextlib import suppress

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from cases.documents import content, drawing, kinds, pictures
from cases.documents.content import FileKindRefused
from cases.documents.errors import (
    FileEmpty,
    FileHasProgram,
    FileInfected,
    FileIsOther,
    FileLocked,
    FileRefused,
    FileTooLarge,
    FileUnfolds,
    FileUnreadable,
    ScanFailed,
)
from cases.documents.pictures import NotShown, Picture
from tests import samples

PAGE = b"<html><script>alert(1)</script></html>"


def kind_of(name, data):
    return content.checked(name, io.BytesIO(data), len(data)).code


@pytest.mark.parametrize(
    ("name", "make", "code"),
    [
        ("契約書.pdf", samples.pdf, "PDF"),
        ("画面.PNG", samples.picture, "PNG"),
        ("写真.jpeg", lambda: samples.picture("JPEG"), "JPEG"),
        ("動く絵.gif", lambda: samples.picture("GIF"), "GIF"),
        ("広告.webp", lambda: samples.picture("WEBP"), "WEBP"),
        ("電話の写真.heic", lambda: samples.boxes(b"heic", b"meta", b"mdat"), "HEIC"),
        ("やり取り.txt", lambda: "屋根の点検です。\r\n至急。".encode("cp932"), "TXT"),
        ("やり取り.txt", lambda: "屋根の点検".encode("utf-16"), "TXT"),
        ("明細.csv", lambda: "日付,金額\n11/20,148万円\n".encode(), "CSV"),
        ("申込書.docx", samples.word, "DOCX"),
        ("明細.xlsx", samples.excel, "XLSX"),
        ("留守番.mp3", samples.mp3, "MP3"),
        ("留守番.mp3", lambda: b"ID3\x04\x00\x00\x00\x00\x00\x0a" + bytes(10) + samples.mp3(), "MP3"),
        ("留守番.m4a", lambda: samples.boxes(b"M4A ", b"moov", b"mdat"), "M4A"),
        ("留守番.wav", samples.sound, "WAV"),
    ],
)
def test_a_file_of_the_list_is_taken(name, make, code):
    assert kind_of(name, make()) == code


def test_each_kind_of_the_list_has_its_honest_file_above():
    assert len(kinds.KINDS) == 13


def test_a_photo_with_a_short_film_behind_it_is_taken():
    film = samples.boxes(b"isom", b"moov")

    assert kind_of("写真.jpg", samples.picture("JPEG") + film) == "JPEG"


def test_a_pdf_that_may_not_be_printed_is_taken():
    assert kind_of("明細.pdf", samples.pdf(owner="owner")) == "PDF"


@pytest.mark.parametrize(
    ("name", "make", "refusal"),
    [
        ("空.pdf", lambda: b"", FileEmpty),
        ("頁.html", lambda: PAGE, FileKindRefused),
        ("絵.svg", lambda: b"<svg xmlns='http://www.w3.org/2000/svg'/>", FileKindRefused),
        ("程.exe", lambda: b"MZ" + bytes(100), FileKindRefused),
        ("名前だけ", samples.pdf, FileKindRefused),
        ("古い.doc", lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), FileKindRefused),
        # One ending, another content.
        ("絵.png", samples.pdf, FileIsOther),
        ("絵.png", lambda: samples.picture("JPEG"), FileIsOther),
        ("契約.pdf", samples.picture, FileIsOther),
        ("程.pdf", lambda: b"MZ" + bytes(100), FileIsOther),
        ("表.xlsx", samples.word, FileIsOther),
        ("文.docx", samples.excel, FileIsOther),
        ("文.docx", lambda: samples.packet([("a.txt", b"a")]), FileIsOther),
        ("文.txt", samples.picture, FileIsOther),
        ("文.txt", lambda: b"\x00\x01\x02", FileIsOther),
        ("文.txt", lambda: PAGE, FileIsOther),
        ("表.csv", lambda: b"\xef\xbb\xbf <!DOCTYPE html><p>", FileIsOther),
        ("音.mp3", lambda: b"\xff\xfb\x90\x64" + bytes(900), FileIsOther),
        ("音.mp3", lambda: b"no sound at all", FileIsOther),
        ("音.wav", lambda: samples.picture("WEBP"), FileIsOther),
        ("音.m4a", lambda: samples.boxes(b"heic", b"moov"), FileIsOther),
        ("写.heic", lambda: samples.boxes(b"M4A ", b"meta"), FileIsOther),
        # Several things at once.
        ("契約.pdf", lambda: samples.pdf().replace(b"\n", b"\n" + PAGE + b"\n", 1), FileIsOther),
        ("契約.pdf", lambda: samples.pdf() + PAGE, FileIsOther),
        ("契約.pdf", lambda: samples.pdf() + samples.packet([("a.txt", b"a")]), FileIsOther),
        ("契約.pdf", lambda: PAGE + samples.pdf(), FileIsOther),
        ("絵.png", lambda: samples.picture() + PAGE, FileIsOther),
        ("絵.png", lambda: samples.picture() + bytes(9), FileIsOther),
        ("絵.jpg", lambda: samples.picture("JPEG") + samples.packet([("a.js", b"a")]), FileIsOther),
        ("絵.gif", lambda: b"GIF89a/*" + samples.picture("GIF")[8:] + PAGE, FileIsOther),
        ("文.docx", lambda: b"MZ" + samples.word(), FileIsOther),
        # Damaged or cut off.
        ("絵.png", lambda: samples.picture()[:-20], FileUnreadable),
        ("絵.jpg", lambda: samples.picture("JPEG")[:200], FileUnreadable),
        ("契約.pdf", lambda: samples.pdf()[:-200], FileUnreadable),
        ("契約.pdf", lambda: b"%PDF-1.4\nnothing more\n%%EOF\n", FileUnreadable),
        ("音.m4a", lambda: samples.boxes(b"M4A ", b"moov")[:-3], FileUnreadable),
        ("文.docx", lambda: samples.word()[:-30], FileUnreadable),
        # Small outside, large inside.
        ("絵.png", samples.png_bomb, FileUnfolds),
        ("文.docx", lambda: samples.word(("word/a.xml", bytes(30_000_000))), FileUnfolds),
        ("表.xlsx", lambda: samples.excel(*((f"xl/{n}.xml", b"") for n in range(3001))), FileUnfolds),
        # Something that runs.
        ("文.docx", lambda: samples.word(("word/vbaProject.bin", b"x")), FileHasProgram),
        ("文.docx", lambda: samples.word(types=b"application/vnd.ms-word.document.macroEnabled"), FileHasProgram),
        ("表.xlsx", lambda: samples.excel(("xl/activeX/activeX1.bin", b"x")), FileHasProgram),
        ("表.xlsx", lambda: samples.excel(("xl/embeddings/oleObject1.bin", b"x")), FileHasProgram),
        (
            "文.docx",
            lambda: samples.word(("word/_rels/settings.xml.rels", b'<Relationship Type="x/attachedTemplate"/>')),
            FileHasProgram,
        ),
        # Nobody can look inside.
        ("契約.pdf", lambda: samples.pdf(password="secret"), FileLocked),
        ("文.docx", lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), FileLocked),
        ("文.docx", lambda: samples.word(("../../etc/passwd", b"x")), FileIsOther),
    ],
)  # fmt: skip
def test_every_other_file_is_refused_with_its_reason(name, make, refusal):
    data = make()

    with pytest.raises(refusal) as told:
        kind_of(name, data)

    assert type(told.value) is refusal
    assert name not in str(told.value)


@pytest.mark.parametrize(("more", "refused"), [(0, False), (1, True)])
def test_a_file_has_its_limit_to_the_byte(more, refused, settings):
    data = "あ".encode() * 1000
    settings.UPLOAD_LIMIT = len(data)

    if refused:
        with pytest.raises(FileTooLarge):
            kind_of("長.txt", data + b"." * more)
    else:
        assert kind_of("長.txt", data) == "TXT"


def test_a_packet_whose_parts_lie_over_each_other_is_refused():
    once = samples.word(("word/a.xml", b"a" * 5000))
    twice = io.BytesIO(once)
    with zipfile.ZipFile(twice, "a") as packet:
        copied = packet.getinfo("word/a.xml")
        again = zipfile.ZipInfo("word/b.xml")
        for name in ("header_offset", "compress_size", "file_size", "CRC", "compress_type"):
            setattr(again, name, getattr(copied, name))
        packet.filelist.append(again)
        packet._didModify = True

    with pytest.raises((FileIsOther, FileUnreadable)):
        kind_of("重.docx", twice.getvalue())


def test_random_damage_never_ends_in_anything_but_an_answer():
    dice = random.Random(4)
    for name, data in (
        ("a.png", samples.picture()), ("a.jpg", samples.picture("JPEG")), ("a.gif", samples.picture("GIF")),
        ("a.webp", samples.picture("WEBP")), ("a.docx", samples.word()), ("a.m4a", samples.boxes(b"M4A ", b"moov")),
        ("a.mp3", samples.mp3()), ("a.wav", samples.sound()),
    ):  # fmt: skip
        kind = kinds.of_ending(name[1:])
        for _round in range(60):
            damaged = bytearray(data)
            for _times in range(3):
                damaged[dice.randrange(len(damaged))] = dice.randrange(256)
            cut = bytes(damaged[: dice.randrange(1, len(damaged))])
            for each in (bytes(damaged), cut):
                with suppress(FileRefused):
                    kind.check(io.BytesIO(each), len(each))


# --- the scanner ----------------------------------------------------------------------------------------------
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
SCANNER = f"{sys.executable} -I -c 'import sys; sys.exit(b\"EICAR\" in sys.stdin.buffer.read())'"


@pytest.mark.parametrize(
    ("command", "data", "refusal"),
    [
        (SCANNER, b"harmless", None),
        (SCANNER, EICAR, FileInfected),
        ("", EICAR, None),
        (f"{sys.executable} -I -c 'import sys; sys.exit(2)'", b"harmless", ScanFailed),
        (f"{sys.executable} -I -c 'import time; time.sleep(60)'", b"harmless", ScanFailed),
        (f"{sys.executable} -I -c 'pass'", b"never read to its end " * 50_000, ScanFailed),
        ("/there/is/no/such/scanner", b"harmless", ScanFailed),
    ],
    ids=["clean", "infected", "none set", "broken", "too slow", "answers before it read", "not there"],
)
def test_nothing_is_taken_without_the_scanner_s_word(command, data, refusal, settings):
    settings.SCAN_COMMAND, settings.SCAN_SECONDS = command, 5 if "sleep" not in command else 1

    if refusal is None:
        assert kind_of("文.txt", data) == "TXT"
    else:
        with pytest.raises(refusal):
            kind_of("文.txt", data)


# --- pictures -------------------------------------------------------------------------------------------------
def drawn(code, data, page=1):
    return pictures.drawn(kinds.KINDS[code], [data], page)


def test_a_picture_is_drawn_anew_without_what_it_carried():
    told = PngInfo()
    told.add_text("Comment", "撮影場所は山田花子の家")
    into = io.BytesIO()
    Image.new("RGB", (3000, 10)).save(into, "PNG", pnginfo=told)

    picture = drawn("PNG", into.getvalue())

    with Image.open(io.BytesIO(picture.png)) as seen:
        assert (seen.format, seen.size, seen.info) == ("PNG", (drawing.LONGEST_SIDE, 5), {})
    assert "山田".encode() not in picture.png


@pytest.mark.parametrize("page", [1, 99])
def test_a_page_of_a_pdf_is_a_picture(page):
    picture = drawn("PDF", samples.pdf(pages=3), page)

    assert picture.pages == 3
    with Image.open(io.BytesIO(picture.png)) as seen:
        assert seen.format == "PNG"
        assert max(seen.size) <= drawing.LONGEST_SIDE


def test_a_pdf_with_a_script_is_taken_and_shown_as_pixels():
    data = samples.pdf(script="app.alert('run')")

    assert kind_of("罠.pdf", data) == "PDF"
    picture = drawn("PDF", data)
    assert picture.png.startswith(b"\x89PNG")
    assert b"app.alert" not in picture.png


@pytest.mark.parametrize(
    "program",
    [
        "bytearray(4_000_000_000)",  # memory
        "[None for _ in iter(int, 1)]",  # time and memory without end
        "import sys; sys.stdout.buffer.write(bytes(20_000_000))",  # an answer without end
        "import os; os.kill(os.getpid(), 9)",
    ],
    ids=["memory", "time", "answer", "killed"],
)
def test_a_process_that_wants_too_much_shows_nothing(program, tmp_path, monkeypatch):
    limited = (
        f"import sys; sys.path.insert(0, {str(pictures.PROGRAM.parent)!r}); import drawing; drawing.limit()\n"
    )
    file = tmp_path / "program.py"
    file.write_text(limited + program)
    monkeypatch.setattr(pictures, "PROGRAM", file)
    monkeypatch.setattr(pictures, "WAITED_SECONDS", 2)

    assert drawn("PNG", samples.picture()) is NotShown.TOO_LARGE


def test_the_process_has_no_environment_of_ours_and_can_write_nothing(tmp_path, monkeypatch):
    file = tmp_path / "program.py"
    file.write_text(
        f"import os, sys; sys.path.insert(0, {str(pictures.PROGRAM.parent)!r}); import drawing; drawing.limit()\n"
        "found = sorted(n for n in os.environ if n not in ('LANG', 'LC_CTYPE'))\n"
        "try:\n"
        f"    open({str(tmp_path / 'left')!r}, 'wb', buffering=0).write(b'x' * 10)\n"
        "    found.append('wrote')\n"
        "except OSError: pass\n"
        "print('{\"pages\": %d}' % len(found))\n"
    )
    monkeypatch.setattr(pictures, "PROGRAM", file)
    monkeypatch.setenv("KEY_DIR", "somewhere")

    assert drawn("PNG", samples.picture()) == Picture(b"", 0)
