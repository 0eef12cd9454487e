"""刷る部数と配布先: who gets the bulletin on paper or by fax, how many copies; to print by, to send by, to tick off.

Names are those of offices, firms and clubs, never a person's; addresses stay sealed with the member.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from cases.files import Cell, Column, Sheet, write_csv, write_xlsx
from cases.records.centre import area_choices
from consult.shell.attached import CSV_TYPE, PDF_TYPE, XLSX_TYPE
from consult.shell.paper import Document, Heading, Paragraph, Table
from outreach.bulletins.models import Bulletin
from outreach.network.models import Member
from outreach.network.services import Recipient, recipients

CHANNELS: Final = (Member.Channel.POST, Member.Channel.HAND, Member.Channel.CIRCULAR, Member.Channel.FAX)
"""What a person hands out; mail goes by the mail room. A fax needs no copies."""


@dataclass(frozen=True)
class Way:
    """One way of handing out, and those who get it so; `areas`: the name of each one's district, empty for all."""

    name: str
    members: Sequence[Recipient]
    areas: Sequence[str]
    is_paper: bool = True

    @property
    def copies(self) -> int:
        return sum(member.copies for member in self.members) if self.is_paper else 0

    def cell(self, member: Recipient) -> int | str:
        """How many copies go there; nothing where it is no paper."""
        return member.copies if self.is_paper else ""


def print_run(bulletin: Bulletin) -> list[Way]:
    """The ways in the order of `CHANNELS`, each with the members in force that want bulletins about its 手口."""
    names = dict(area_choices(bulletin.centre))
    ways = []
    for channel in CHANNELS:
        members = recipients(
            [bulletin.centre_id], channel=channel, theme=bulletin.theme, is_urgent=bulletin.is_urgent
        )
        areas = [names.get(member.area, member.area) for member in members]
        ways.append(Way(str(channel.label), members, areas, channel != Member.Channel.FAX))
    return ways


def total(ways: Sequence[Way]) -> int:
    return sum(way.copies for way in ways)


def rows_of(ways: Sequence[Way]) -> list[list[Cell]]:
    """A row for each member, a sum below each way and below all."""
    rows: list[list[Cell]] = []
    for way in ways:
        rows += [
            [way.name, area, member.name, way.cell(member)]
            for member, area in zip(way.members, way.areas, strict=True)
        ]
        if way.is_paper:
            rows.append([way.name, "", _("小計"), way.copies])
    return [*rows, ["", "", _("合計"), total(ways)]]


def header() -> list[str]:
    return [_("送り方"), _("地区"), _("配布先"), _("部数")]


def file_of(bulletin: Bulletin, form: str) -> tuple[str, bytes]:
    """(content type, bytes) of the list as `xlsx`, `csv` or `pdf`, always in Japanese. Raises KeyError for another."""
    with translation.override(settings.LANGUAGE_CODE):
        ways = print_run(bulletin)
        if form == "xlsx":
            titles = [Column(title) for title in header()]
            book = write_xlsx([Sheet(_("配布先"), titles, rows_of(ways))])
            return XLSX_TYPE, book
        if form == "csv":
            return CSV_TYPE, write_csv([header(), *rows_of(ways)]).data
        if form == "pdf":
            from consult.shell.paper.pdf import at_once

            return PDF_TYPE, at_once(document_of_run(bulletin, ways), made_at=bulletin.issued_at)
    raise KeyError(form)


def document_of_run(bulletin: Bulletin, ways: Sequence[Way]) -> Document:
    """The list on paper, with a box to tick at each member."""
    blocks: list[Heading | Paragraph | Table] = [
        Paragraph(_("刷る部数 %(n)d部") % {"n": total(ways)}),
    ]
    for way in ways:
        if not way.members:
            continue
        rows = [
            ["□", area or _("全域"), member.name, str(way.cell(member))]
            for member, area in zip(way.members, way.areas, strict=True)
        ]
        told = _("%(way)s %(members)dか所 %(copies)d部") if way.is_paper else _("%(way)s %(members)dか所")
        said = told % {"way": way.name, "members": len(way.members), "copies": way.copies}
        blocks.append(
            Table(said, [_("済"), _("地区"), _("配布先"), _("部数")], rows, numeric=frozenset({3}), lead=0.3)
        )
    return Document(
        title=_("配布先一覧 %(title)s") % {"title": bulletin.title},
        blocks=blocks,
        issue=bulletin.issue_name,
        issuer=bulletin.centre.name,
        contact=bulletin.centre.name,
        is_dense=True,
    )
