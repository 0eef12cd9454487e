"""When a centre is closed beside weekends and holidays, and when it is open all the same."""

from datetime import date

from django.db import models

from cases.law.calendar import Closed
from cases.records.centre import Centre


class ClosedDay(models.Model):
    """One day that a centre's own rule makes closed (開庁記念日, 棚卸し) or, with `is_open`, open (第2土曜の開所)."""

    centre = models.ForeignKey(Centre, models.CASCADE, related_name="closed_days")
    day = models.DateField()
    is_open = models.BooleanField(default=False)
    label = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["centre", "day"], name="closed_day_once")]
        ordering = ["day"]

    def __str__(self) -> str:
        return f"{self.day}"


def closed_of(centre_pk: int, since: date) -> Closed:
    """What the centre closes and opens of its own, from a day on; one query."""
    rows = ClosedDay.objects.filter(centre=centre_pk, day__gte=since).values_list("day", "is_open")
    marked = dict(rows)
    return Closed(
        frozenset(day for day, is_open in marked.items() if not is_open),
        frozenset(day for day, is_open in marked.items() if is_open),
    )
