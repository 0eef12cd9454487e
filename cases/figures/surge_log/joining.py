"""One wave keeps one identity through the nights, also where it widens from a district or an age group to its 手口."""

from collections.abc import Sequence
from datetime import date

from cases.figures.surge_log.models import OPEN_FOR, SurgeWave
from cases.records.centre import Centre
from cases.surges.panel import Cell, Level


def waves_for(centre: Centre, week_ends: date, cells: Sequence[Cell]) -> list[SurgeWave]:
    """The wave of each alarming cell, known or new, brought up to date; in the caller's transaction.

    The caller holds the centre's row, so that a night and the alarm of the day never make two waves of one.
    """
    near = list(
        SurgeWave.objects.filter(
            centre=centre,
            merged_into=None,
            first_alarmed_on__lt=week_ends + OPEN_FOR,
            last_alarmed_on__gt=week_ends - OPEN_FOR,
        ).order_by("first_alarmed_on", "pk")
    )
    return [_wave_for(centre, week_ends, cell, near) for cell in cells]


def _wave_for(centre: Centre, week_ends: date, cell: Cell, near: list[SurgeWave]) -> SurgeWave:
    same = [wave for wave in near if _is_one(wave.cell, cell)]
    if not same:
        wave = SurgeWave(centre=centre, first_alarmed_on=week_ends, last_alarmed_on=week_ends)
        wave.put(cell)
        wave.save()
        near.append(wave)
        return wave
    oldest, *others = same
    _widen(oldest, [cell, *(other.cell for other in others)])
    oldest.first_alarmed_on = min(oldest.first_alarmed_on, week_ends)
    oldest.last_alarmed_on = max(week_ends, *(wave.last_alarmed_on for wave in same))
    oldest.save()
    for other in others:
        other.merged_into = oldest
        other.save(update_fields=["merged_into"])
        near.remove(other)
    return oldest


def _is_one(known: Cell, cell: Cell) -> bool:
    """Whether one holds the other. The whole holds everything and is nobody's wave but its own."""
    if Level.TOTAL in (known.level, cell.level):
        return known == cell
    return known == cell or known in cell.above or cell in known.above


def _widen(wave: SurgeWave, cells: Sequence[Cell]) -> None:
    wave.put(min([wave.cell, *cells], key=lambda cell: cell.level))
