"""What a PDF of ours says."""

import re
import subprocess

import pypdfium2


def text_of(data: bytes) -> str:
    """All its text without blanks: the layout sets thin ones between Japanese and Latin letters."""
    with pypdfium2.PdfDocument(data) as document:
        pages = [page.get_textpage().get_text_range() for page in document]
    return "".join("".join(pages).split())


def heard(data: bytes) -> str:
    """What a screen reader reads of it, in its order and without blanks: the words within its structure."""
    told = subprocess.run(
        ["pdfinfo", "-struct-text", "-"], input=data, capture_output=True, check=True
    ).stdout
    # Titles of the nodes come in another coding; the words stand on lines of their own.
    lines = re.findall(r'^ +"(.*)"$', told.decode(errors="replace"), re.MULTILINE)
    return "".join("".join(lines).split()).replace("\u200b", "")
