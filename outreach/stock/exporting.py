"""Stock as an Excel file: sums of a 年度 and every movement. No person is in it."""

from django.utils.translation import gettext as _

from cases.files.csv_out import Cell
from cases.files.xlsx_out import Column, Sheet, write_xlsx
from cases.protection import audit
from cases.records.centre import Actor, Centre
from outreach.stock import counts
from outreach.stock.models import StockMovement, StockPlace


def stock_file(centre: Centre, fiscal_year: int, *, by: Actor) -> bytes:
    audit.record("STOCK_EXPORTED", by=by, centre=centre)
    return write_xlsx([_sums(centre, fiscal_year), _movements(centre)])


def _sums(centre: Centre, fiscal_year: int) -> Sheet:
    places = list(StockPlace.objects.filter(centre=centre).values_list("name", flat=True))
    titles = [_("品名"), _("種類"), _("単位"), _("受入れ"), _("配布"), _("うち講座"), *places]
    rows: list[tuple[Cell, ...]] = [
        (
            row.item.name, str(row.item.get_kind_display()), row.item.unit, row.received, row.handed_out,
            row.at_lectures, *(row.at.get(place, 0) for place in places),
        )
        for row in counts.of_centre(centre, fiscal_year)
    ]  # fmt: skip
    return Sheet(_("%(year)d年度") % {"year": fiscal_year}, [Column(title) for title in titles], rows)


def _movements(centre: Centre) -> Sheet:
    titles = (
        _("日"),
        _("品名"),
        _("版"),
        _("動き"),
        _("数"),
        _("置き場所"),
        _("移した先"),
        _("配布先"),
        _("理由・メモ"),
    )
    rows = StockMovement.objects.filter(centre=centre).select_related("version__item", "place", "place_to")
    return Sheet(
        _("動き"),
        [Column(title) for title in titles],
        [
            (
                row.on, row.version.item.name, row.version.name, str(row.get_what_display()), row.number,
                row.place.name, row.place_to.name if row.place_to else "", row.recipient, row.note,
            )
            for row in rows.order_by("on", "pk")
        ],
    )  # fmt: skip
