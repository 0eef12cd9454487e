"""What of an item lies where, and how many went out in a 年度, to whom."""

from dataclasses import dataclass, field

from django.db.models import Sum

from cases.law import calendar
from cases.records.centre import Centre
from outreach.stock.models import StockBalance, StockItem, StockMovement


@dataclass
class ItemInYear:
    """An item: what lies where (withdrawn versions too), and the 年度's 受入れ and 配布."""

    item: StockItem
    at: dict[str, int] = field(default_factory=dict)
    usable: int = 0
    received: int = 0
    handed_out: int = 0
    at_lectures: int = 0

    @property
    def is_low(self) -> bool:
        """Only what is not withdrawn can be handed out."""
        return self.item.is_active and self.item.low_at > 0 and self.usable <= self.item.low_at


def of_centre(centre: Centre, fiscal_year: int) -> list[ItemInYear]:
    """Every item of a centre. Three queries."""
    found = {item.pk: ItemInYear(item) for item in StockItem.objects.filter(centre=centre)}
    balances = StockBalance.objects.filter(version__item__centre=centre).values_list(
        "version__item", "version__withdrawn_on", "place__name", "number"
    )
    for item, withdrawn_on, place, number in balances:
        row = found[item]
        row.at[place] = row.at.get(place, 0) + number
        row.usable += 0 if withdrawn_on else number
    start, end = calendar.fiscal_year_range(fiscal_year)
    moved = StockMovement.objects.filter(centre=centre, on__gte=start, on__lt=end).values_list(
        "version__item", "what", "number", "lecture"
    )
    for item, what, number, lecture in moved:
        row = found[item]
        if what == StockMovement.What.RECEIVED:
            row.received += number
        elif what == StockMovement.What.HANDED_OUT:
            row.handed_out += number
            row.at_lectures += number if lecture else 0
    return list(found.values())


def handed_out(item: StockItem, fiscal_year: int) -> int:
    """How many of an item went out in a 年度, of every version. One query."""
    rows = StockMovement.objects.filter(version__item=item)
    in_year = rows.handed_out_in(*calendar.fiscal_year_range(fiscal_year))
    return in_year.aggregate(n=Sum("number"))["n"] or 0
