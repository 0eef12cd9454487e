"""Letters of a case: begun from its values, kept as they were worded, opened again through the log."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Final

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from cases.errors import CasesError
from cases.law import calendar, letters
from cases.law.letters import Filled, Wording
from cases.protection import audit, keys, match, writings
from cases.protection.purpose import Purpose
from cases.protection.reveal import reveal
from cases.records import codes
from cases.records.card import CaseTrader
from cases.records.case import Case
from cases.records.centre import Actor
from cases.records.codes import Kind
from cases.records.letters import CaseLetter
from cases.services.entry import EntryRefused

TEXT_LENGTH: Final = 4000
ADDRESS_LENGTH: Final = 400
NEEDED: Final = (
    "trader_name", "traders", "party.name", "party.postcode", "party.address", "party.phone", "party.birth_date",
    "caller.name", "caller.postcode", "caller.address", "caller.phone",
)  # fmt: skip
"""Values of the case that a letter is filled from."""
HELD: Final = ("trader_name", "traders", "party.name", "party.postcode", "party.address", "party.phone")
"""Values that a kept letter may hold."""
SELF: Final = "SELF"
SELLERS: Final = ("SELLER", "SERVICE")


class LetterChanged(CasesError):
    """Somebody kept another wording of this letter meanwhile."""

    code: ClassVar[str] = "letter_changed"
    status: ClassVar[int] = 409

    def __init__(self) -> None:
        super().__init__(
            _(
                "この通知は、開いた後にほかの人が書き直しました。下に両方の文があります。残す文に直して、もう一度保存してください。"
            )
        )


@dataclass(frozen=True, kw_only=True)
class LetterEntry:
    """A wording to keep. `uid` is minted when the form opens; `after` is the version that it was written over."""

    uid: uuid.UUID
    letter_uid: uuid.UUID
    kind: str
    template: str
    medium: str
    text: str
    addressee: str
    sender: str
    after: int = 0

    def __repr__(self) -> str:
        return f"<LetterEntry {self.kind}>"


@dataclass(frozen=True)
class Written:
    """A letter's words. Holds values: never log it."""

    text: str
    addressee: str
    sender: str

    def __repr__(self) -> str:
        return "<Written>"


@dataclass(frozen=True)
class Begun:
    """A letter to be worded further."""

    filled: Filled
    template: str
    addressee: str
    sender: str

    def __repr__(self) -> str:
        return "<Begun>"


def begin(case: Case, *, kind: str, transaction_type: str, medium: str, by: Actor) -> Begun:
    """Fill a letter from the case. Its values are revealed for 相談対応, logged first; nothing is stored.

    Raises EntryRefused where the law of the contract takes no such letter, BreakGlassNeeded, KeyMissing; LookupError
    for a kind without a wording.
    """
    wording = letters.wording_of(kind, transaction_type, calendar.today())
    if medium == CaseLetter.Medium.ELECTRONIC and not _takes_electronic(wording, case):
        raise EntryRefused({"medium": _("この通知は書面で出します。はがきか封書を選んでください。")})
    values = reveal(case.uid, NEEDED, by=by, purpose=Purpose.CONSULTATION)
    facts = facts_of(case, values)
    if kind in letters.TO_CREDIT_COMPANY:
        addressee = _address("", facts["credit_address"], facts["credit_company"])
    else:
        addressee = _address("", facts["trader_address"], facts["trader"])
    sender = _address(facts["postcode"], facts["address"], facts["name"], ending="")
    return Begun(letters.fill(wording, facts), wording.name, addressee, sender)


def _address(postcode: str, place: str, name: str, *, ending: str = " 御中") -> str:
    """Lines for the front of a postcard, with blanks to write in by hand."""
    return f"〒{postcode or letters.BLANK}\n{place or letters.BLANK * 2}\n{name or letters.BLANK}{ending}"


def facts_of(case: Case, values: Mapping[str, str]) -> dict[str, str]:
    """What the fields of a letter are filled with: of the contract party, of its seller and its credit company.

    The caller's details stand in where the two are one person and only the caller's are kept.
    """
    role = "party" if values.get("party.name") or case.relation != SELF else "caller"
    seller, credit = _trader(case, values, SELLERS), _trader(case, values, ("CREDIT",))
    return {
        "contract_date": _day(case.contracted_on),
        "goods": codes.codes(Kind.PRODUCT).text(case.product),
        "amount": _yen(case.contract_yen),
        "trader": seller.get("name", "") or values.get("trader_name", ""),
        "trader_address": seller.get("address", ""),
        "salesperson": seller.get("agent", ""),
        "credit_company": credit.get("name", ""),
        "credit_address": credit.get("address", ""),
        "paid": _yen(case.paid_yen),
        "paid_alone": _yen(case.paid_yen),
        "dispatch_date": "",
        "name": values.get(f"{role}.name", ""),
        "postcode": values.get(f"{role}.postcode", ""),
        "address": values.get(f"{role}.address", ""),
        "phone": values.get(f"{role}.phone", ""),
        "birth_date": _birth(values.get("party.birth_date", "")),
    }


def _trader(case: Case, values: Mapping[str, str], roles: tuple[str, ...]) -> dict[str, str]:
    """The revealed parts of the card's first trader in one of these roles; none where there is none."""
    row = CaseTrader.objects.filter(case=case, role__in=roles).only("uid").first()
    start = f"traders.{row.uid}." if row else "-"
    return {name.removeprefix(start): value for name, value in values.items() if name.startswith(start)}


def _day(day: date | None) -> str:
    return "" if day is None else f"{day.year}年{day.month}月{day.day}日"


def _birth(text: str) -> str:
    return _day(date.fromisoformat(text)) if text else ""


def _yen(yen: int | None) -> str:
    return "" if yen is None else f"{yen:,}円"


def keep(case_uid: uuid.UUID, entry: LetterEntry, *, by: Actor) -> CaseLetter:
    """Keep a wording as the letter's next version. Idempotent by `entry.uid`.

    Raises Case.DoesNotExist, EntryRefused, LetterChanged, BreakGlassNeeded, KeyMissing.
    """
    try:
        return _keep(case_uid, entry, by)
    except IntegrityError:
        raise LetterChanged from None  # two kept the same version in the same moment


@transaction.atomic
def _keep(case_uid: uuid.UUID, entry: LetterEntry, by: Actor) -> CaseLetter:
    case = (
        Case.objects.visible_to(by).select_for_update(of=("self",)).select_related("centre").get(uid=case_uid)
    )
    writings.may_open(case, by)
    _check(entry, case)
    known = CaseLetter.objects.filter(uid=entry.uid).select_related("case").first()
    if known is not None:
        if known.case_id != case.pk or not match.holds(known, "text", entry.text):
            raise LetterChanged
        return known
    earlier = CaseLetter.objects.filter(letter_uid=entry.letter_uid).order_by("-version").first()
    if (earlier.version if earlier else 0) != entry.after or (earlier and earlier.case_id != case.pk):
        raise LetterChanged
    row = CaseLetter(
        uid=entry.uid, case=case, letter_uid=entry.letter_uid, version=entry.after + 1, kind=entry.kind,
        template=entry.template, medium=entry.medium, made_by_id=by.pk,
    )  # fmt: skip
    sealer = keys.sealer(case.sealed_owner, centre_uid=case.centre.uid)
    for name in CaseLetter.SEALED:
        sealer.seal(row, name, getattr(entry, name))
    row.save(force_insert=True)
    audit.record("LETTER_KEPT", by=by, case=case, fields=HELD, reason=about(row))
    return row


def about(row: CaseLetter) -> str:
    """Which wording an entry of the log speaks of."""
    return f"{row.letter_uid} {row.kind} {row.version}"


def _takes_electronic(wording: Wording, case: Case) -> bool:
    return letters.takes_electronic(wording, case.contracted_on or calendar.today())


def _check(entry: LetterEntry, case: Case) -> None:
    errors = {}
    wording = next((one for one in letters.wordings() if one.name == entry.template), None)
    if wording is None or wording.kind != entry.kind:
        errors["kind"] = _("選び直してください。")
    elif entry.medium == CaseLetter.Medium.ELECTRONIC and not _takes_electronic(wording, case):
        errors["medium"] = _("この通知は書面で出します。はがきか封書を選んでください。")
    if not entry.text.strip():
        errors["text"] = _("通知の文を入力してください。")
    for name, most in (("text", TEXT_LENGTH), ("addressee", ADDRESS_LENGTH), ("sender", ADDRESS_LENGTH)):
        if len(getattr(entry, name)) > most:
            errors[name] = _("%(most)s文字以内で入力してください。") % {"most": f"{most:,}"}
    if entry.medium not in CaseLetter.Medium.values:
        errors["medium"] = _("選び直してください。")
    if errors:
        raise EntryRefused(errors)


def newest_of(case: Case) -> list[CaseLetter]:
    """Each letter of the case in its last wording, newest first, without its words."""
    found: dict[uuid.UUID, CaseLetter] = {}
    rows = CaseLetter.objects.filter(case=case).defer(*CaseLetter.SEALED).select_related("made_by")
    for row in rows.order_by("-version"):
        found.setdefault(row.letter_uid, row)
    return sorted(found.values(), key=lambda row: row.made_at, reverse=True)


def words_of(row: CaseLetter, *, by: Actor) -> Written:
    """The words of a kept letter in the actor's scope, logged before.

    Raises BreakGlassNeeded, KeyMissing, SealBroken.
    """
    texts = writings.opened(
        "LETTER_OPENED",
        [(row, name) for name in CaseLetter.SEALED],
        case=row.case,
        by=by,
        fields=HELD,
        about=about(row),
    )
    return Written(*texts)
