"""The numbers of our own registers, for indicators and for the programme."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import partial

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.law import calendar
from cases.records.centre import Centre
from outreach.delivery import counts as mail
from outreach.devices import counts as devices
from outreach.devices.models import DeviceKind
from outreach.kpis import sources
from outreach.kpis.sources import Source
from outreach.programme import proposals
from outreach.programme.matrix import own_lectures
from outreach.programme.proposals import Proposed
from outreach.stock import counts as stock
from outreach.stock.models import StockItem
from outreach.supporters import counts as supporters


def _has_come(fiscal_year: int) -> bool:
    return fiscal_year <= calendar.fiscal_year(calendar.today())


def _sessions(centre: Centre, fiscal_year: int) -> int | None:
    return _of_lectures(centre, fiscal_year, "sessions")


def _people(centre: Centre, fiscal_year: int) -> int | None:
    return _of_lectures(centre, fiscal_year, "people")


def _of_lectures(centre: Centre, fiscal_year: int, name: str) -> int | None:
    """Talks and events alone, as in the totals of the programme; None for a 年度 without any."""
    lines = [line for line in own_lectures(centre, fiscal_year, fiscal_year) if line.in_total]
    return sum(getattr(line, name) or 0 for line in lines) if lines else None


def _active(centre: Centre, fiscal_year: int) -> int | None:
    row = supporters.in_year(centre, fiscal_year)
    return row.active if row else None


def _acted(centre: Centre, fiscal_year: int) -> int | None:
    row = supporters.in_year(centre, fiscal_year)
    return row.acted if row else None


def _trained(centre: Centre, fiscal_year: int) -> int | None:
    row = supporters.in_year(centre, fiscal_year)
    return row.trained if row else None


def _lent(kind: DeviceKind, _centre: Centre, fiscal_year: int) -> int | None:
    return devices.lent_in(kind, fiscal_year) if _has_come(fiscal_year) else None


def _lent_in_all(kind: DeviceKind, _centre: Centre, fiscal_year: int) -> int | None:
    return devices.total_at_end_of(kind, fiscal_year) if _has_come(fiscal_year) else None


def _handed_out(item: StockItem, _centre: Centre, fiscal_year: int) -> int | None:
    return stock.handed_out(item, fiscal_year) if _has_come(fiscal_year) else None


def _devices(centre: Centre) -> Sequence[Source]:
    found = []
    for kind in DeviceKind.objects.filter(centre=centre):
        words = {"name": kind.name}
        found += [
            Source(
                f"devices.lent.{kind.uid}", _("%(name)sの貸出(年度)") % words, kind.unit, partial(_lent, kind)
            ),
            Source(
                f"devices.total.{kind.uid}",
                _("%(name)sの貸出(累計)") % words,
                kind.unit,
                partial(_lent_in_all, kind),
            ),
        ]
    return found


def _stock(centre: Centre) -> Sequence[Source]:
    return [
        Source(
            f"stock.{item.uid}",
            _("%(name)sの配布(年度)") % {"name": item.name},
            item.unit,
            partial(_handed_out, item),
        )
        for item in StockItem.objects.filter(centre=centre)
    ]


def proposed(centre: Centre, fiscal_year: int) -> list[Proposed]:
    """Lines of the programme as the registers count them; nothing where nothing was done.

    Always in Japanese: they are stored and compared by their words, whatever the reader of a page prefers.
    """
    with translation.override(settings.LANGUAGE_CODE):
        return [*_proposed_loans(centre, fiscal_year), *_proposed_rest(centre, fiscal_year)]


def _proposed_loans(centre: Centre, fiscal_year: int) -> Iterator[Proposed]:
    for kind in DeviceKind.objects.filter(centre=centre):
        if lent := devices.lent_in(kind, fiscal_year):
            yield Proposed(
                measure=_("%(name)sの貸出") % {"name": kind.name}, kind=_("貸出"), unit=kind.unit,
                quantity=Decimal(lent), cumulative=devices.total_at_end_of(kind, fiscal_year),
            )  # fmt: skip


def _proposed_rest(centre: Centre, fiscal_year: int) -> Iterator[Proposed]:
    for row in stock.of_centre(centre, fiscal_year):
        if row.handed_out:
            number = Decimal(row.handed_out)
            yield Proposed(measure=row.item.name, kind=_("配布"), unit=row.item.unit, quantity=number)
    year = supporters.in_year(centre, fiscal_year)
    if year and year.deeds:
        yield Proposed(
            measure=_("消費生活サポーターの活動"), kind=_("活動"), sessions=year.deeds, people=year.people
        )


def register() -> None:
    sources.register("lectures.sessions", gettext_lazy("講座・イベントの回数"), gettext_lazy("回"), _sessions)
    sources.register("lectures.people", gettext_lazy("講座・イベントの参加人数"), gettext_lazy("人"), _people)
    sources.register("supporters.active", gettext_lazy("サポーターの登録者"), gettext_lazy("人"), _active)
    sources.register("supporters.acted", gettext_lazy("活動したサポーター"), gettext_lazy("人"), _acted)
    sources.register(
        "supporters.trained", gettext_lazy("サポーター研修の修了者の累計"), gettext_lazy("人"), _trained
    )
    sources.register(
        "mail.subscribers",
        gettext_lazy("メールの登録者"),
        gettext_lazy("人"),
        mail.subscribers,
        mail.DEFINITION,
    )
    sources.register_each("devices", _devices)
    sources.register_each("stock", _stock)
    proposals.register("registers", proposed)
