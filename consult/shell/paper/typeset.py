"""The typesetter by itself: a document as JSON in, a PDF out. Imports nothing of the product.

Text reaches the layout as JSON, never as source, so markup in it stays text. The layout may read nothing: its root
is an empty folder, and it names no package. Run as a program it reads one job on its standard input: what is typeset
touches no disk, and the 80 MB of the typesetter end with it.
"""

import json
import sys
import tempfile
from pathlib import Path
from typing import Final

LAYOUT: Final = Path(__file__).with_name("layout.typ")


class Refused(Exception):
    """The layout was refused. Says nothing of the document."""


def compiled(content: str, family: str, folder: str, made_at: int | None) -> bytes:
    """The PDF/UA of a document given as JSON, in the font family whose files lie in `folder`. Raises Refused."""
    import typst

    with tempfile.TemporaryDirectory(prefix="paper-") as empty:
        compiler = typst.Compiler(
            LAYOUT.read_bytes(),
            root=empty,
            font_paths=typst.Fonts(
                include_system_fonts=False, include_embedded_fonts=False, font_paths=[folder]
            ),
            sys_inputs={"document": content, "font": family},
            package_path=empty,
            package_cache_path=empty,
        )
        try:
            made = compiler.compile(format="pdf", pdf_standards=["ua-1"], timestamp=made_at)
        except typst.TypstError:
            raise Refused from None
    if not isinstance(made, bytes):
        raise Refused
    return made


if __name__ == "__main__":
    try:
        sys.stdout.buffer.write(compiled(**json.load(sys.stdin)))
    except Refused:
        sys.exit(3)
