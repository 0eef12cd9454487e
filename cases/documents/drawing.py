"""Decodes pictures and pages of others, alone in a process with little time and memory and nothing to read or write.

Run by `cases.documents.pictures` as a program: the file on standard input, the answer on standard output: one line of
JSON, then the picture. It imports nothing of the product and gets none of its environment.
"""

import io
import json
import resource
import sys
from typing import Any, Final

LOCKED: Final = 10
UNREADABLE: Final = 11
TOO_LARGE: Final = 12

LONGEST_SIDE: Final = 1600
"""Pixels: an A4 page of small print can be read at this size."""

MOST_PIXELS: Final = 120_000_000
CPU_SECONDS: Final = 10
MEMORY_BYTES: Final = 1024 * 1024 * 1024
_PASSWORD: Final = 4  # FPDF_ERR_PASSWORD


def limit() -> None:
    """Before a byte of the file is looked at. Nothing can be written to a disk, no core is left behind."""
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (32, 32))


def picture(data: bytes, *, draws: bool) -> tuple[dict[str, Any], bytes]:
    """The picture drawn anew: only its pixels come along, no place, no date, no hidden part."""
    from PIL import Image, ImageOps

    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    with Image.open(io.BytesIO(data), formats=("PNG", "JPEG", "GIF", "WEBP")) as opened:
        if not draws:
            opened.verify()
            return {"pages": 1}, b""
        opened.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))  # JPEG: decode no more than is shown
        upright = ImageOps.exif_transpose(opened)
        upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
        return {"pages": 1}, _png(upright)


def page(data: bytes, number: int, *, draws: bool) -> tuple[dict[str, Any], bytes]:
    """Page `number` (from 1) of a PDF as a picture. Forms and scripts are never started: nobody asks for them."""
    import pypdfium2

    document = pypdfium2.PdfDocument(data)
    told = {"pages": len(document)}
    if not draws:
        return told, b""
    drawn = document[max(1, min(number, len(document))) - 1]
    scale = min(150 / 72, LONGEST_SIDE / max(*drawn.get_size(), 1))
    return told, _png(drawn.render(scale=scale).to_pil())


def _png(drawn: Any) -> bytes:
    plain = drawn.convert("RGBA" if "A" in drawn.getbands() or "transparency" in drawn.info else "RGB")
    plain.info = {}
    into = io.BytesIO()
    plain.save(into, "PNG")
    return into.getvalue()


def main() -> int:
    limit()
    what, number, does = sys.argv[1], int(sys.argv[2]), sys.argv[3] == "draw"
    try:
        data = sys.stdin.buffer.read()
        told, drawn = page(data, number, draws=does) if what == "PDF" else picture(data, draws=does)
    except MemoryError:
        return TOO_LARGE
    except Exception as fault:  # whatever a broken file makes a decoder do: the exit code is the answer
        if getattr(fault, "err_code", None) == _PASSWORD:
            return LOCKED
        return TOO_LARGE if type(fault).__name__ == "DecompressionBombError" else UNREADABLE
    sys.stdout.buffer.write(json.dumps(told).encode() + b"\n" + drawn)
    return 0


if __name__ == "__main__":
    sys.exit(main())
