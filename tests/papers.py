"""What a PDF of ours says."""

import pypdfium2


def text_of(data: bytes) -> str:
    """All its text without blanks: the layout sets thin ones between Japanese and Latin letters."""
    with pypdfium2.PdfDocument(data) as document:
        pages = [page.get_textpage().get_text_range() for page in document]
    return "".join("".join(pages).split())
