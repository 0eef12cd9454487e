"""What staff do with indicators: values by 年度 with their target, what they are counted from, publishing them."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar, Final

from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.utils import translation
from django.utils.translation import gettext as _

from cases.errors import CasesError
from cases.figures import published
from cases.figures.releases.models import Figure, Release
from cases.law import calendar
from cases.protection import audit
from cases.records.centre import Actor, Centre
from cases.services import releases
from cases.services.entry import EntryRefused
from outreach.kpis.models import KpiBinding
from outreach.kpis.sources import Source, source_of
from outreach.programme.models import Kpi
from outreach.years import fiscal_year_name

_MOST: Final = Decimal(10) ** 12
_LONGEST: Final = {"name": 100, "unit": 10, "target_text": 100, "source": 300}


class NothingCounted(CasesError):
    """The indicator is bound to no register, or the register knows no number of that 年度."""

    code: ClassVar[str] = "nothing_counted"
    status: ClassVar[int] = 409

    def __init__(self) -> None:
        super().__init__(_("この年度の数は、台帳から数えられません。"))


@dataclass(frozen=True, kw_only=True)
class KpiEntry:
    """One value of an indicator with its target. `year` None: the source names none; a target may be words alone."""

    name: str
    year: int | None
    value: Decimal | None
    unit: str = ""
    target: Decimal | None = None
    target_text: str = ""
    target_year: int | None = None
    direction: str = ""
    source: str = ""


@transaction.atomic
def save_value(entry: KpiEntry, *, reason: str = "", centre: Centre, by: Actor) -> Kpi:
    """The value of a name and 年度, new or changed; another value than the stored one wants a reason.

    Raises EntryRefused.
    """
    Centre.objects.select_for_update(no_key=True).get(pk=centre.pk)
    faults = _faults(entry)
    kpi = Kpi.objects.filter(centre=centre, name=entry.name.strip(), year=entry.year).first()
    is_other = kpi is not None and kpi.value is not None and kpi.value != entry.value
    if is_other and not reason.strip():
        faults["reason"] = _("載っている値を変える理由を入力してください。")
    if faults:
        raise EntryRefused(faults)
    if kpi is None:
        same = Kpi.objects.filter(centre=centre, name=entry.name.strip()).order_by("position").first()
        last = Kpi.objects.filter(centre=centre).aggregate(n=Max("position"))["n"] or 0
        kpi = Kpi(centre=centre, position=same.position if same else last + 1)
    for name, value in vars(entry).items():
        setattr(kpi, name, value.strip() if isinstance(value, str) else value)
    kpi.save()
    audit.record("KPI_SAVED", by=by, centre=centre, reason=audit.typed(reason) if is_other else "")
    return kpi


def _faults(entry: KpiEntry) -> dict[str, str]:
    faults = {}
    for name, longest in _LONGEST.items():
        if len(getattr(entry, name)) > longest:
            faults[name] = _("%(most)s文字以内で入力してください。") % {"most": longest}
    if not entry.name.strip():
        faults["name"] = _("入力してください。")
    for name in ("value", "target"):
        number = getattr(entry, name)
        if number is not None and not (0 <= number < _MOST and number == round(number, 2)):
            faults[name] = _("0以上、小数2桁までの数を入力してください。")
    for name in ("year", "target_year"):
        year = getattr(entry, name)
        if year is not None and not 1900 <= year <= 2200:
            faults[name] = _("西暦の年度(例: 2023)を入力してください。")
    if entry.direction not in ("", *Kpi.Direction.values):
        faults["direction"] = _("選び直してください。")
    return faults


@transaction.atomic
def bind(name: str, source: str, *, centre: Centre, by: Actor) -> None:
    """Say which number of our registers stands beside the indicator; empty for none any more.

    Raises Kpi.DoesNotExist, EntryRefused.
    """
    if not Kpi.objects.filter(centre=centre, name=name).exists():
        raise Kpi.DoesNotExist
    if source and source_of(centre, source) is None:
        raise EntryRefused({"source": _("選び直してください。")})
    if source:
        KpiBinding.objects.update_or_create(
            centre=centre, name=name, defaults={"source": source, "bound_by_id": by.pk}
        )
    else:
        KpiBinding.objects.filter(centre=centre, name=name).delete()
    audit.record("KPI_BOUND", by=by, centre=centre)


def counted(name: str, fiscal_year: int, centre: Centre) -> int | None:
    """What our registers count for the indicator in a 年度; None where it is bound to none or nothing is known."""
    source = _source(name, centre)
    return source.count(centre, fiscal_year) if source else None


def _source(name: str, centre: Centre) -> Source | None:
    binding = KpiBinding.objects.filter(centre=centre, name=name).first()
    return source_of(centre, binding.source) if binding else None


def adopt(name: str, fiscal_year: int, *, reason: str = "", centre: Centre, by: Actor) -> Kpi:
    """Store what is counted as the value of the 年度, with the day that it was counted on as its source.

    Raises Kpi.DoesNotExist, NothingCounted, EntryRefused without a reason where another value stands.
    """
    newest = Kpi.objects.filter(centre=centre, name=name).order_by("year", "pk").last()
    if newest is None:
        raise Kpi.DoesNotExist
    number = counted(name, fiscal_year, centre)
    if number is None:
        raise NothingCounted
    with translation.override(settings.LANGUAGE_CODE):
        where_from = _("台帳から数えた値(%(on)s)") % {"on": calendar.today()}
        if (source := _source(name, centre)) is not None and source.definition:
            where_from = f"{where_from}: {source.definition}"[: _LONGEST["source"]]
    entry = KpiEntry(
        name=name, year=fiscal_year, value=Decimal(number), unit=newest.unit, target=newest.target,
        target_text=newest.target_text, target_year=newest.target_year, direction=newest.direction,
        source=where_from,
    )  # fmt: skip
    return save_value(entry, reason=reason, centre=centre, by=by)


def release(kpis: Sequence[Kpi], *, audience: str, title: str, centre: Centre, by: Actor) -> Release:
    """Publish stored values, each with its 年度 and unit; they count no consultation.

    Raises NotReleasable where none has a value, EntryRefused without a title.
    """
    with translation.override(settings.LANGUAGE_CODE):
        figures = [
            Figure(_figure_name(kpi), _exact(kpi.value), kpi.unit)
            for kpi in kpis
            if kpi.value is not None and kpi.centre_id == centre.pk
        ]
    return releases.release_activity(centre, figures, audience=audience, title=title, subject="kpis", by=by)


def _figure_name(kpi: Kpi) -> str:
    return f"{kpi.name} {fiscal_year_name(kpi.year)}" if kpi.year else kpi.name


def _exact(value: Decimal) -> int | str:
    plain = published.plain(value)
    return int(plain) if plain == int(plain) else str(plain)
