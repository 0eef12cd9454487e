"""A bulletin as plain text: to send as a mail, or as the file that a mail-magazine vendor takes."""

from dataclasses import dataclass
from typing import Final

from consult.shell.paper import to_text
from outreach.bulletins.models import Bulletin
from outreach.bulletins.outputs.lines import wrapped
from outreach.bulletins.paper import document_of

LINE_COLUMNS: Final = 35
"""Full-width columns of a line unless the sender says otherwise: 70 half-width ones.

RFC 5322, 2.1.1 asks for at most 78 characters in a line; eight are left for the marks of a quoted answer.
"""
COLUMNS_TO_CHOOSE: Final = (25, 30, 35, 38)
WANTING: Final = "〓"
# Signs that Windows' table holds at another code point than Unicode's own reading of JIS X 0208.
_SAME_IN_CP932: Final = str.maketrans(
    {"〜": "～", "−": "－", "‖": "∥", "—": "―", "–": "－", "¥": "￥", "\u00a0": " "}
)


@dataclass(frozen=True)
class MailText:
    """`text`: lines of any length that end with a line feed; programs wrap them for their reader."""

    subject: str
    text: str


@dataclass(frozen=True)
class VendorFile:
    """What a vendor's form takes: CRLF, CP932. `wanting`: signs it cannot write, each once; `places`: how many."""

    content: bytes
    wanting: list[str]
    places: int


def mail_text(bulletin: Bulletin, *, to: Bulletin.Audience = Bulletin.Audience.PUBLIC) -> MailText:
    """Subject and text in Japanese; those of a bulletin that is not issued say 案. Whoever sends looks that it is.

    `to`: a number that was released for members alone is in a mail to members only.
    """
    document = document_of(bulletin, to=to)
    return MailText(f"【{document.series}】{document.title}", to_text(document))


def vendor_file(mail: MailText, *, columns: int = LINE_COLUMNS) -> VendorFile:
    """The text in lines of `columns` full-width columns; what CP932 lacks is a geta mark, counted and listed."""
    text = wrapped(mail.text, columns).translate(_SAME_IN_CP932)
    missing = [letter for letter in text if not _is_in_cp932(letter)]
    for letter in set(missing):
        text = text.replace(letter, WANTING)
    return VendorFile(
        text.replace("\n", "\r\n").encode("cp932"), wanting=list(dict.fromkeys(missing)), places=len(missing)
    )


def _is_in_cp932(letter: str) -> bool:
    try:
        letter.encode("cp932")
    except UnicodeEncodeError:
        return False
    return True
