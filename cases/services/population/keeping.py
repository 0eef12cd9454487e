"""人口 of a centre: received from a file, looked at, confirmed as a day's table, taken back; never lost."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import ClassVar, Final
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.errors import CasesError
from cases.figures import residents
from cases.figures.population_rows import PopulationTable, Residents
from cases.figures.residents import ALL_AGES, BOTH, NO_AGE, Said
from cases.jobs import registry
from cases.law import calendar
from cases.protection import audit
from cases.records.centre import Actor, Centre
from cases.services.population import reading, towns
from cases.services.population.checks import Notes

DRAFT_DAYS: Final = 14
_EARLIEST: Final = date(1950, 1, 1)
SOURCE_LENGTH: Final = 300


class PopulationIncomplete(CasesError):
    """Something that the table needs is missing or cannot be."""

    code: ClassVar[str] = "population_incomplete"
    status: ClassVar[int] = 422


class PopulationChanged(CasesError):
    """The table is no draft any more, or does not hold any more."""

    code: ClassVar[str] = "population_changed"
    status: ClassVar[int] = 409

    def __init__(self) -> None:
        super().__init__(_("この人口は、ほかの人が先に登録したか、取り下げました。"))


@transaction.atomic
def receive(
    name: str, data: bytes, *, as_of: date | None, source: str, centre: Centre, by: Actor
) -> PopulationTable:
    """Read a file into a draft; nothing counts before `confirm`. Without `as_of` the day that the file names.

    Raises FileNotUnderstood, PopulationNotUnderstood, PopulationIncomplete.
    """
    found = reading.read(name, data, municipality=centre.municipality)
    return draft(found.said, found.notes, as_of=as_of or found.as_of, source=source, centre=centre, by=by)


@transaction.atomic
def draft(
    said: Said,
    notes: Notes,
    *,
    as_of: date | None,
    source: str,
    centre: Centre,
    by: Actor,
    is_made_up: bool = False,
) -> PopulationTable:
    """What a publication says, not yet confirmed. Raises PopulationIncomplete."""
    if as_of is None:
        raise PopulationIncomplete(_("ファイルに日付が見つかりません。基準日を入力してください。"))
    if as_of > calendar.today():
        raise PopulationIncomplete(_("基準日は今日までの日にしてください。"))
    if as_of < _EARLIEST:
        raise PopulationIncomplete(_("基準日は1950年以後の日にしてください。"))
    if not source.strip():
        raise PopulationIncomplete(_("出典を入力してください。"))
    return PopulationTable.objects.create(
        centre=centre,
        as_of=as_of,
        source=source.strip()[:SOURCE_LENGTH],
        is_made_up=is_made_up,
        content=residents.to_plain(said),
        notes=notes.to_plain(),
        by_id=by.pk,
    )


@transaction.atomic
def confirm(
    uid: UUID, *, district_of: Mapping[str, str], by: Actor, differs: bool = False
) -> PopulationTable:
    """Make a draft the population of its day, in place of an earlier one of that day.

    `district_of`: the district's code of every town, "" for none (it then counts in the municipality alone).
    `differs`: the person has seen that sums differ. Raises PopulationTable.DoesNotExist, PopulationChanged,
    PopulationIncomplete.
    """
    table = PopulationTable.objects.select_for_update().get(uid=uid, centre__in=by.centre_ids)
    if not table.is_draft:
        raise PopulationChanged
    said = residents.of_plain(table.content)
    _require_places(said, district_of, table.centre)
    if Notes.of_plain(table.notes).different and not differs:
        raise PopulationIncomplete(_("合計が合わないところがあります。確かめたら、印を付けてください。"))
    now = timezone.now()
    Centre.objects.select_for_update(no_key=True).get(
        pk=table.centre_id
    )  # two persons may confirm the same day at once
    PopulationTable.objects.filter(
        centre=table.centre, as_of=table.as_of, confirmed_at__isnull=False, ended_at=None
    ).update(ended_at=now)
    table.confirmed_at, table.by_id = now, by.pk
    table.save(update_fields=["confirmed_at", "by"])
    rows = _rows(table, said, district_of)
    Residents.objects.bulk_create(rows, batch_size=2000)
    towns.remember(table.centre, {town.name: district_of[town.name] for town in said.towns})
    audit.record(
        "POPULATION_SET", by=by, centre=table.centre, reason=table.as_of.isoformat(), count=len(rows)
    )
    return table


def _require_places(said: Said, district_of: Mapping[str, str], centre: Centre) -> None:
    open_towns = [town.name for town in said.towns if town.name not in district_of]
    if open_towns:
        raise PopulationIncomplete(_("地区が決まっていない町丁目が%(n)dあります。") % {"n": len(open_towns)})
    if not set(district_of.values()) <= {"", *centre.areas.values_list("code", flat=True)}:
        raise PopulationIncomplete(_("その地区はありません。"))


def _rows(table: PopulationTable, said: Said, district_of: Mapping[str, str]) -> list[Residents]:
    return [
        Residents(table=table, area=area, sex=sex, first=ages.first, end=ages.end, people=people)
        for area, (ages, sex), people in residents.by_district(said, district_of)
        if ages != NO_AGE
    ]


@transaction.atomic
def discard(uid: UUID, *, by: Actor) -> None:
    """Throw a draft away. Raises PopulationTable.DoesNotExist, PopulationChanged."""
    table = PopulationTable.objects.select_for_update().get(uid=uid, centre__in=by.centre_ids)
    if not table.is_draft:
        raise PopulationChanged
    table.delete()


@transaction.atomic
def take_back(uid: UUID, *, by: Actor) -> PopulationTable:
    """From now on the table is not used; what was issued with it still finds it.

    Raises PopulationTable.DoesNotExist, PopulationChanged.
    """
    table = PopulationTable.objects.select_for_update().get(uid=uid, centre__in=by.centre_ids)
    if not table.holds:
        raise PopulationChanged
    table.ended_at = timezone.now()
    table.save(update_fields=["ended_at"])
    audit.record("POPULATION_TAKEN_BACK", by=by, centre=table.centre, reason=table.as_of.isoformat())
    return table


def people_by_town(said: Said) -> dict[str, int | None]:
    return {town.name: town.cells.get((ALL_AGES, BOTH)) for town in said.towns}


def clean_up() -> None:
    """Drafts that nobody confirmed for two weeks go."""
    old = timezone.now() - timedelta(days=DRAFT_DAYS)
    PopulationTable.objects.filter(confirmed_at__isnull=True, received_at__lt=old).delete()


def register() -> None:
    registry.every(seconds=86_400, name="population.clean_up")(clean_up)
