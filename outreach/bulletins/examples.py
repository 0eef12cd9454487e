"""事例 to begin from: those that somebody chose for an issued report and told without persons, and how close one keeps.

Outreach opens no case: it reads words that a person wrote to be read, each reading with an entry in the log. A bulletin
tells the story anew, so words taken over as they are stop it.
"""

import unicodedata
import uuid
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final

from django.utils.translation import gettext as _

from cases.figures.reports.models import Report, ReportExample
from cases.figures.reports.scope import Span, name_of
from cases.protection import audit
from cases.records import codes
from cases.records.centre import Actor
from cases.records.codes import Kind
from outreach.bulletins.models import Bulletin

MOST: Final = 3
"""Examples of one bulletin: three boxes fill a page."""
OFFERED: Final = 30
COPIED: Final = 0.9
CLOSE: Final = 0.6
"""Share of an example's letters that stand in one piece in its source: above it is a copy, or close to one."""
_SHORT: Final = 15
"""Letters below which two texts are alike by chance."""


@dataclass(frozen=True)
class Source:
    """An example of an issued report: its words are those of whoever chose it."""

    uid: uuid.UUID
    title: str
    text: str
    report: str


def offered(by: Actor) -> list[Source]:
    """Examples of the issued reports of the actor's centres, the newest first, logged as read."""
    return _read(
        ReportExample.objects.filter(report__centre_id__in=by.centre_ids).order_by("-pk")[:OFFERED], by
    )


def chosen(bulletin: Bulletin, by: Actor) -> list[Source]:
    """Those that its writer had beside them, logged as read; one that is gone is left out."""
    if not bulletin.sources:
        return []
    return _read(ReportExample.objects.filter(uid__in=bulletin.sources, report__centre=bulletin.centre), by)


def _read(rows: Iterable[ReportExample], by: Actor) -> list[Source]:
    found = [
        Source(row.uid, row.title, row.text, name_of(Span(row.report.span), row.report.start))
        for row in rows
        if row.report.state == Report.State.ISSUED
    ]
    if found:
        audit.record("REPORT_EXAMPLES_READ", by=by, count=len(found))
    return found


def known(uids: Collection[str], by: Actor) -> list[str]:
    """Those of the uids, as text, that name an example of an issued report of the actor's centres."""
    given = [uid for uid in map(_uid, uids) if uid]
    rows = ReportExample.objects.filter(
        uid__in=given, report__centre_id__in=by.centre_ids, report__state=Report.State.ISSUED
    )
    return [str(uid) for uid in rows.values_list("uid", flat=True)]


def _uid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


# --- a person's wording ---------------------------------------------------------------------------------------------


def opening_of(scam: str) -> str:
    """The sentence that a draft made from a surge begins with; to be rewritten, never to be sent."""
    code = codes.codes(Kind.SCAM_TYPE).by_code.get(scam)
    if code is None:
        return ""
    return _("%(meaning)s という相談が、続けて寄せられています。") % {"meaning": code.meaning_text}


def closeness(bulletin: Bulletin) -> float:
    """How much of the example that keeps closest stands in one piece in what it was written from, 0 to 1.

    Compared with the chosen examples and with the product's own opening; without signs and blanks.
    """
    rows = ReportExample.objects.filter(uid__in=bulletin.sources) if bulletin.sources else ()
    sources = [_plain(row.text) for row in rows] + [_plain(opening_of(bulletin.theme))]
    return max(
        (_share(_plain(example), source) for example in bulletin.examples for source in sources), default=0.0
    )


def _share(example: str, source: str) -> float:
    if len(example) < _SHORT or not source:
        return 0.0
    found = SequenceMatcher(None, example, source, autojunk=False).find_longest_match()
    return found.size / len(example)


def _plain(text: str) -> str:
    return "".join(
        letter for letter in unicodedata.normalize("NFKC", text) if unicodedata.category(letter)[0] in "LN"
    )
