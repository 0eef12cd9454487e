"""Files as people hand them in, and as somebody would who means harm. All made here, byte by byte."""

import io
import struct
import wave
import zipfile
import zlib
from collections.abc import Iterable
from functools import cache
from typing import Any

import pikepdf
from PIL import Image


@cache
def picture(form: str = "PNG", size: tuple[int, int] = (60, 40)) -> bytes:
    into = io.BytesIO()
    Image.new("RGB", size, (10, 120, 200)).save(into, form)
    return into.getvalue()


@cache
def pdf(pages: int = 1, script: str = "", password: str = "", owner: str = "") -> bytes:
    """A PDF; `password` is asked for when it is opened, `owner` only when it is changed."""
    document = pikepdf.new()
    for _number in range(pages):
        document.add_blank_page(page_size=(595, 842))
    if script:
        action = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=script)
        document.Root.OpenAction = document.make_indirect(action)
    into = io.BytesIO()
    locked: Any = pikepdf.Encryption(user=password, owner=owner or password) if password or owner else False
    document.save(into, encryption=locked)
    return into.getvalue()


@cache
def sound() -> bytes:
    into = io.BytesIO()
    with wave.open(into, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(1)
        file.setframerate(8000)
        file.writeframes(bytes(800))
    return into.getvalue()


def mp3() -> bytes:
    """Four silent frames of MPEG 1 layer III, 128 kbit/s, 44.1 kHz: 417 bytes each."""
    return (b"\xff\xfb\x90\x64" + bytes(413)) * 4


def boxes(brand: bytes, *names: bytes) -> bytes:
    """An ISO file: HEIC photos and M4A recordings are such."""
    body = brand + bytes(4) + brand + b"mif1"
    whole = struct.pack("!I4s", 8 + len(body), b"ftyp") + body
    return whole + b"".join(struct.pack("!I4s", 24, name) + bytes(16) for name in names)


TYPES = "[Content_Types].xml"


def packet(parts: Iterable[tuple[str, bytes]]) -> bytes:
    into = io.BytesIO()
    with zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in parts:
            made.writestr(name, data)
    return into.getvalue()


def word(*more: tuple[str, bytes], types: bytes = b"<Types/>") -> bytes:
    return packet([(TYPES, types), ("word/document.xml", b"<w:document/>"), *more])


def excel(*more: tuple[str, bytes]) -> bytes:
    return packet([(TYPES, b"<Types/>"), ("xl/workbook.xml", b"<workbook/>"), *more])


def png_chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack("!I4s", len(data), name) + data + struct.pack("!I", zlib.crc32(name + data))


def png_bomb(side: int = 50_000) -> bytes:
    """A few kilobytes that say of themselves that they are 50,000 × 50,000 pixels."""
    head = struct.pack("!IIBBBBB", side, side, 8, 2, 0, 0, 0)
    data = zlib.compress(bytes(100_000))
    return (
        b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", head) + png_chunk(b"IDAT", data) + png_chunk(b"IEND", b"")
    )
