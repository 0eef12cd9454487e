"""A file as an answer, for whoever asked to take along. Which doors give one is said in `leaving`."""

from typing import Final

from django.http import HttpResponse
from django.utils.http import content_disposition_header

XLSX_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV_TYPE: Final = "text/csv; charset=utf-8"
PDF_TYPE: Final = "application/pdf"
ZIP_TYPE: Final = "application/zip"


def attachment(content: bytes, name: str, kind: str) -> HttpResponse:
    """`kind`: the content type. A name of other letters than ASCII is written as RFC 6266 has it."""
    answer = HttpResponse(content, content_type=kind)
    answer["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return answer
