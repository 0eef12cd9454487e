"""The card without persons: for other centres and for research, one case or a month, as CSV or JSON.

Coded items, and of the words only what a person confirmed for outside. No name, number, address, district, counsellor
or number of the case, nothing of 配慮 (health, danger at home), and no case under 支援措置. Made coarser: ages to
bands with 80 and over as one, days of the contract to months, amounts to the classes of the report tables. The 受付日
stays a day: counts by day and week, which waves of a trick are seen by, cannot be made from months, and alone it
points at nobody. docs/card-export.md lists the fields.
"""

import json
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar, Final

from django.utils.translation import gettext as _

from cases.errors import CasesError
from cases.figures.amount_classes import amount_class
from cases.files import CsvEncoding, CsvFile, write_csv
from cases.protection import audit, keys
from cases.protection.redacted import RedactedText, confirmed_text
from cases.records.card import CaseCode
from cases.records.case import Case
from cases.records.centre import Actor, Centre
from cases.records.codes import Kind
from cases.services.pionet import registering

SCHEMA: Final = "madoguchi.card/1"
MOST_CARDS: Final = 5_000
_OPEN_BAND: Final = {"80_84": "80_OVER", "85_OVER": "80_OVER"}
_SEVERAL: Final = (
    (Kind.ISSUE_KIND, "issues"), (Kind.TRIGGER, "triggers"), (Kind.CONTACT_MEANS, "contact_means"),
    (Kind.PAYMENT, "payments"),
)  # fmt: skip
_AS_THEY_ARE: Final = (
    "channel", "route", "kind", "continuity", "product", "sales_method", "contract_state", "document_form",
    "document_defect", "harm", "harm_kind", "harm_degree", "outcome", "relation", "is_baseless", "is_forewarning",
    "is_impaired",
)  # fmt: skip
_MONTHS: Final = ("solicited_on", "contracted_on", "document_received_on", "closed_on")
_YEN: Final = ("contract_yen", "paid_yen", "claimed_yen", "recovered_yen")
_PERSONS: Final = ("party", "caller")


class NothingToExport(CasesError):
    """No case of that period, or only such as are kept back."""

    code: ClassVar[str] = "nothing_to_export"
    status: ClassVar[int] = 422

    def __init__(self) -> None:
        super().__init__(_("書き出せる相談がありません(支援措置のある相談は書き出しません)。"))


class TooManyCards(CasesError):
    code: ClassVar[str] = "too_many_cards"
    status: ClassVar[int] = 422

    def __init__(self) -> None:
        super().__init__(_("一度に書き出せるのは%(most)s件までです。") % {"most": f"{MOST_CARDS:,}"})


@dataclass(frozen=True)
class Export:
    """The cards of one file, and how many cases of the period were kept back for being under 支援措置."""

    cards: tuple[Mapping[str, Any], ...]
    kept_back: int = 0


def of_case(case_uid: uuid.UUID, *, by: Actor) -> Export:
    """The card of one case; the entry in the log is written first. Raises Case.DoesNotExist, NothingToExport."""
    found = list(Case.objects.visible_to(by).of_uids([case_uid]))
    if not found:
        raise Case.DoesNotExist
    return _export(found, by)


def of_period(since: date, until: date, *, by: Actor) -> Export:
    """Cards of the cases taken from `since` on and before `until`, by 受付日. Raises NothingToExport, TooManyCards."""
    cases = Case.objects.visible_to(by).filter(received_on__gte=since, received_on__lt=until)
    if cases.count() > MOST_CARDS:
        raise TooManyCards
    return _export(list(cases.order_by("received_on", "pk")), by)


def _export(found: Sequence[Case], by: Actor) -> Export:
    cases = [case for case in found if not case.is_guarded]
    if not cases:
        raise NothingToExport
    centres = {
        centre.pk: centre for centre in Centre.objects.filter(pk__in={case.centre_id for case in cases})
    }
    for case in cases:
        case.centre = centres[case.centre_id]
    # Before anything is read: the file, and each case in it, by which a leak is placed.
    audit.record_all(
        [
            audit.entry("CARDS_EXPORTED", by=by, centre=cases[0].centre, count=len(cases)),
            *(audit.entry("CARD_TAKEN", by=by, case=case, fields=["redacted"]) for case in cases),
        ]
    )
    texts = confirmed_text([case.uid for case in cases], by=by)
    rows = _Rows.of(cases)
    cards = tuple(rows.card(case, texts.get(case.uid)) for case in cases)
    return Export(cards, len(found) - len(cases))


@dataclass(frozen=True)
class _Rows:
    """What the cards need beside the cases, read once for all of them."""

    codes: Mapping[int, Sequence[CaseCode]]
    scams: Mapping[int, Sequence[str]]
    numbers: Mapping[int, str]

    @classmethod
    def of(cls, cases: Sequence[Case]) -> "_Rows":
        codes: dict[int, list[CaseCode]] = {}
        for row in CaseCode.objects.filter(case__in=cases):
            codes.setdefault(row.case_id, []).append(row)
        scams: dict[int, list[str]] = {}
        held = Case.objects.filter(pk__in=[case.pk for case in cases]).order_by(
            "-scam_types__is_main", "scam_types__pk"
        )
        for pk, code in held.values_list("pk", "scam_types__code"):
            scams.setdefault(pk, []).append(code)
        standings = registering.standings(cases)
        return cls(codes, scams, {pk: one.row.number for pk, one in standings.items() if one.row is not None})

    def card(self, case: Case, words: RedactedText | None) -> dict[str, Any]:
        scams = self.scams[case.pk]
        several = self.codes.get(case.pk, ())
        return {
            "reference": reference(case),
            "pionet_number": self.numbers.get(case.pk, ""),
            "centre": case.centre.code,
            "received_on": case.received_on.isoformat(),
            "scam": scams[0],
            "other_scams": scams[1:],
            **{name: getattr(case, name) for name in _AS_THEY_ARE},
            **{name: [row.code for row in several if row.kind == kind] for kind, name in _SEVERAL},
            **{f"{role}_{name}": value for role in _PERSONS for name, value in _person(case, role)},
            **{f"{name.removesuffix('_on')}_month": _month(getattr(case, name)) for name in _MONTHS},
            **{f"{name}_from": amount_class(getattr(case, name)) for name in _YEN},
            "subject": (words.subject or None) if words is not None else None,
            "narrative": words.narrative if words is not None else None,
            "advice": (words.advice or None) if words is not None else None,
        }


def reference(case: Case) -> str:
    """The same 16 letters for the same case in every file, from which nobody outside finds its number."""
    return keys.keyed_digest("card-export/v1", case.uid.bytes).hex()[:16]


def _person(case: Case, role: str) -> Iterator[tuple[str, str]]:
    band = getattr(case, f"{role}_age_band")
    yield "age_band", _OPEN_BAND.get(band, band)
    for name in ("sex", "occupation", "city"):
        yield name, getattr(case, f"{role}_{name}")


def _month(day: date | None) -> str | None:
    return None if day is None else f"{day:%Y-%m}"


def as_json(export: Export) -> bytes:
    """One object: `schema` and `cards`."""
    held = {"schema": SCHEMA, "cards": export.cards}
    return json.dumps(held, ensure_ascii=False, indent=1).encode()


def as_csv(export: Export, *, encoding: CsvEncoding = "utf-8-sig") -> CsvFile:
    """A header and a line per card; several codes are parted by blanks, what is not known is empty."""
    names = list(export.cards[0])
    return write_csv([names, *(_line(card, names) for card in export.cards)], encoding=encoding)


def _line(card: Mapping[str, Any], names: Iterable[str]) -> list[Any]:
    return [" ".join(card[name]) if isinstance(card[name], list) else card[name] for name in names]
