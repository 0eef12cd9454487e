"""What staff do with devices: kinds as settings, application → lent → given back. Each verb is one transaction."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, ClassVar, Final

from django.db import transaction
from django.utils.translation import gettext as _

from cases import spelling
from cases.errors import CasesError
from cases.law import calendar
from cases.protection import audit, contact_match, contacts, keys, streams
from cases.records.case import new_uid
from cases.records.centre import Actor, Centre, area_choices
from cases.records.sent import sent_before
from cases.services.entry import EntryRefused
from outreach.devices import stock
from outreach.devices.models import AGE, HOUSEHOLD, DeviceKind, DeviceMove, Loan
from outreach.words import Masking

State = Loan.State
OLDEST: Final = 120
_LONGEST: Final = {"name": 80, "kana": 80, "phone": 40, "address": 200, "note": 200, "exception": 200}


class LoanNotInState(CasesError):
    """Somebody lent it, took it back or withdrew it meanwhile."""

    code: ClassVar[str] = "loan_not_in_state"
    status: ClassVar[int] = 409

    def __init__(self, loan: Loan) -> None:
        super().__init__(
            _("この申込みは「%(state)s」のため、その操作はできません。") % {"state": loan.get_state_display()}
        )


class OutOfTurn(CasesError):
    """Somebody applied earlier and still waits; going before them wants a reason."""

    code: ClassVar[str] = "out_of_turn"
    status: ClassVar[int] = 409

    def __init__(self, earlier: int) -> None:
        told = _("先に申し込んだ人が%(n)d人待っています。先に貸す理由を入力してください。") % {"n": earlier}
        self.errors = {"reason": told}
        super().__init__(told)


@dataclass(frozen=True, kw_only=True)
class KindEntry:
    """The settings of a kind. `min_age` in years and `loan_days` in days; None asks for none."""

    name: str
    unit: str = "台"
    min_age: int | None = None
    condition: str = ""
    is_one_per_household: bool = True
    loan_days: int | None = None
    keep_years: int = 1
    lent_before: int = 0
    low_at: int = 0
    is_active: bool = True


@dataclass(frozen=True, kw_only=True)
class Borrower:
    """Who borrows. Never logged, never stored in the open."""

    name: str
    phone: str
    address: str
    kana: str = ""

    def __repr__(self) -> str:
        return "<Borrower>"


@dataclass(frozen=True, kw_only=True)
class LoanEntry:
    """An application. `age` is compared with the condition and not kept."""

    borrower: Borrower
    applied_on: date
    uid: uuid.UUID | None = None
    age: int | None = None
    area: str = ""
    exception: str = ""
    note: str = ""


@transaction.atomic
def save_kind(uid: uuid.UUID, entry: KindEntry, *, centre: Centre, by: Actor) -> DeviceKind:
    """A new kind, or other settings of one. Raises EntryRefused; DeviceKind.DoesNotExist for one of another centre."""
    same = DeviceKind.objects.filter(centre=centre, name=entry.name.strip()).exclude(uid=uid)
    if not entry.name.strip():
        raise EntryRefused({"name": _("入力してください。")})
    if same.exists():
        raise EntryRefused({"name": _("同じ名前の種類があります。")})
    is_new = not DeviceKind.objects.filter(uid=uid).exists()
    kind = DeviceKind(uid=uid, centre=centre) if is_new else stock.locked(uid, by)
    for name, value in vars(entry).items():
        setattr(kind, name, value.strip() if isinstance(value, str) else value)
    kind.save()
    audit.record("DEVICE_KIND_SAVED", by=by, centre=centre)
    return kind


# --- An application -------------------------------------------------------------------------------------------------
def apply(kind_uid: uuid.UUID, entry: LoanEntry, *, by: Actor) -> tuple[Loan, list[str]]:
    """Put an application on the wait list; with it, which kinds of personal data were masked in what was typed.

    Households are compared by telephone number and by address. Where a condition is not met, a reason makes it an
    exception on record; without one it is refused, and the comparison stays in the log.
    Idempotent by `entry.uid`. Raises DeviceKind.DoesNotExist, EntryRefused, SentElsewhere.
    """
    with transaction.atomic():
        kind = stock.locked(kind_uid, by)
        if known := sent_before(entry.uid, Loan.objects.visible_to(by), kind.centre):
            return known, []
        if faults := dict(_faults(entry, kind)):
            raise EntryRefused(faults)
        missed, told = _conditions(kind, entry, by)
        if not missed or entry.exception.strip():
            return _enter(kind, entry, missed, by)
    # After the transaction: the comparison was made, so its entry stays.
    raise EntryRefused(
        {"exception": " ".join([*told, _("例外として受け付けるときは、理由を入力してください。")])}
    )


def household_of(kind: DeviceKind, borrower: Borrower, *, by: Actor) -> list[Loan]:
    """Loans and applications of this kind with the same telephone number or address. One entry in the log for each."""
    held = Loan.objects.holding().filter(kind=kind)
    found = {
        loan.pk: loan
        for field, text in (
            (contact_match.PHONE, borrower.phone),
            (contact_match.ADDRESS, borrower.address),
        )
        for loan in contact_match.same(held, field, text, among=[field.lower()], by=by, centre=kind.centre)
    }
    return list(found.values())


def perhaps_household_of(kind: DeviceKind, borrower: Borrower, *, by: Actor) -> list[Loan]:
    """Loans and applications of this kind whose address differs only by a room that one of the two lacks."""
    held = Loan.objects.holding().filter(kind=kind)
    return contact_match.perhaps_of_one_house(
        held, borrower.address, among="address", by=by, centre=kind.centre
    )


def _conditions(kind: DeviceKind, entry: LoanEntry, by: Actor) -> tuple[list[str], list[str]]:
    """Codes of the conditions that are not met, and what to tell of each."""
    missed, told = [], []
    if kind.is_one_per_household and (others := household_of(kind, entry.borrower, by=by)):
        missed.append(HOUSEHOLD)
        told.append(
            _("同じ電話番号か住所の%(what)sがあります。")
            % {"what": _("、").join(sorted({str(loan.get_state_display()) for loan in others}))}
        )
    if kind.min_age is not None and (entry.age is None or entry.age < kind.min_age):
        missed.append(AGE)
        told.append(_("対象は%(age)d歳以上です。") % {"age": kind.min_age})
    return missed, told


def _enter(kind: DeviceKind, entry: LoanEntry, missed: list[str], by: Actor) -> tuple[Loan, list[str]]:
    loan = Loan(
        uid=entry.uid or new_uid(), centre=kind.centre, kind=kind, applied_on=entry.applied_on,
        area=entry.area, entered_by_id=by.pk,
    )  # fmt: skip
    key, sealer = keys.create(loan.sealed_owner, centre_uid=kind.centre.uid, cohort=keys.NO_YEAR)
    key.save(force_insert=True)
    _seal(loan, sealer, entry.borrower)
    masking = Masking(kind.centre)
    if kind.is_one_per_household and HOUSEHOLD not in missed:
        others = perhaps_household_of(kind, entry.borrower, by=by)
        loan.perhaps_same = [str(other.uid) for other in others]
    loan.exceptions = missed
    loan.exception_reason = masking.text(entry.exception.strip()) if missed else ""
    loan.note = masking.text(entry.note.strip())
    loan.save(force_insert=True)
    _retag(loan, entry.borrower)
    audit.record(
        "LOAN_APPLIED", by=by, centre=kind.centre, fields=missed,
        reason=audit.typed(entry.exception) if missed else "",
    )  # fmt: skip
    return loan, masking.masked


@transaction.atomic
def answer_household(uid: uuid.UUID, answer: str, *, by: Actor) -> Loan:
    """Say whether it is one household with those whose address is the same but for a room. SAME is an exception.

    Raises Loan.DoesNotExist, EntryRefused, LoanNotInState where nothing was asked.
    """
    loan = Loan.objects.visible_to(by).select_related("centre").select_for_update(of=("self",)).get(uid=uid)
    if answer not in Loan.Household.values:
        raise EntryRefused({"household": _("選び直してください。")})
    if not loan.perhaps_same or loan.forgotten_on:
        raise LoanNotInState(loan)
    loan.household = answer
    others = [code for code in loan.exceptions if code != HOUSEHOLD]
    loan.exceptions = [HOUSEHOLD, *others] if answer == Loan.Household.SAME else others
    loan.save(update_fields=["household", "exceptions"])
    audit.record("LOAN_HOUSEHOLD_ANSWERED", by=by, centre=loan.centre, reason=answer)
    return loan


def _seal(loan: Loan, sealer: Any, borrower: Borrower) -> None:
    for name in Loan.SEALED:
        sealer.seal(loan, name, getattr(borrower, name).strip())


def _retag(loan: Loan, borrower: Borrower) -> None:
    contact_match.retag(
        loan,
        {
            contact_match.PHONE: [borrower.phone],
            contact_match.ADDRESS: [borrower.address],
            contact_match.HOUSE: [borrower.address],
        },
        centre=loan.centre,
    )


def _faults(entry: LoanEntry, kind: DeviceKind) -> Iterator[tuple[str, str]]:
    yield from _borrower_faults(entry.borrower)
    for name in ("note", "exception"):
        if len(getattr(entry, name)) > _LONGEST[name]:
            yield name, _("%(most)s文字以内で入力してください。") % {"most": _LONGEST[name]}
    if not kind.is_active:
        yield "name", _("この種類は、いま貸出を受け付けていません。")
    if entry.applied_on > calendar.today():
        yield "applied_on", _("今日より後の日は記録できません。")
    if entry.age is not None and not 0 <= entry.age <= OLDEST:
        yield "age", _("年齢を確認してください。")
    if entry.area not in {"", *(code for code, _label in area_choices(kind.centre))}:
        yield "area", _("選び直してください。")


def _borrower_faults(borrower: Borrower) -> Iterator[tuple[str, str]]:
    for name in Loan.SEALED:
        text = getattr(borrower, name)
        if len(text) > _LONGEST[name]:
            yield name, _("%(most)s文字以内で入力してください。") % {"most": _LONGEST[name]}
        elif not text.strip() and name != "kana":
            yield name, _("入力してください。")
    if borrower.phone.strip() and spelling.phone_digits(borrower.phone) is None:
        yield "phone", _("電話番号を確認してください。")


# --- Lent and given back --------------------------------------------------------------------------------------------
@transaction.atomic
def lend(uid: uuid.UUID, *, on: date, device_no: str = "", reason: str = "", by: Actor) -> Loan:
    """Hand over a device; it is due `loan_days` later, where the kind says so.

    Raises Loan.DoesNotExist, LoanNotInState, OutOfTurn without a reason, NotSoMany, EntryRefused.
    """
    loan = _locked(uid, by, State.WAITING)
    earlier = sum(1 for row in Loan.objects.waiting().filter(kind=loan.kind) if _is_before(row, loan))
    if earlier and not reason.strip():
        raise OutOfTurn(earlier)
    _check_day(on, loan.applied_on)
    number = device_no.strip()
    if number and Loan.objects.filter(kind=loan.kind, state=State.LENT, device_no=number).exists():
        raise EntryRefused({"device_no": _("この機器番号は貸出中です。")})
    loan.state, loan.lent_on, loan.device_no = State.LENT, on, number
    loan.due_on = on + timedelta(days=loan.kind.loan_days) if loan.kind.loan_days else None
    stock.put(loan.kind, DeviceMove.What.LENT, 1, on=on, by=by, loan=loan)
    loan.save()
    audit.record("DEVICE_LENT", by=by, centre=loan.centre, reason=audit.typed(reason) if earlier else "")
    return loan


def _is_before(row: Loan, loan: Loan) -> bool:
    return (row.applied_on, row.pk) < (loan.applied_on, loan.pk)


@transaction.atomic
def take_back(uid: uuid.UUID, *, on: date, is_broken: bool = False, by: Actor) -> Loan:
    """The device is here again, fit to be lent or broken. Raises Loan.DoesNotExist, LoanNotInState, EntryRefused."""
    what = DeviceMove.What.RETURNED_BROKEN if is_broken else DeviceMove.What.RETURNED
    loan = _end(uid, State.RETURNED, what, on, by)
    audit.record("DEVICE_RETURNED", by=by, centre=loan.centre)
    return loan


@transaction.atomic
def note_lost(uid: uuid.UUID, *, on: date, by: Actor) -> Loan:
    """The borrower no longer has it. Raises as `take_back`."""
    loan = _end(uid, State.LOST, DeviceMove.What.LOST, on, by)
    audit.record("DEVICE_LOST", by=by, centre=loan.centre)
    return loan


def _end(uid: uuid.UUID, state: State, what: DeviceMove.What, on: date, by: Actor) -> Loan:
    loan = _locked(uid, by, State.LENT)
    _check_day(on, loan.lent_on or on)
    loan.state, loan.ended_on = state, on
    stock.put(loan.kind, what, 1, on=on, by=by, loan=loan)
    loan.save()
    return loan


@transaction.atomic
def withdraw(uid: uuid.UUID, *, by: Actor) -> Loan:
    """The application is taken back before anything was lent. Raises Loan.DoesNotExist, LoanNotInState."""
    loan = _locked(uid, by, State.WAITING)
    loan.state, loan.ended_on = State.WITHDRAWN, calendar.today()
    loan.save()
    audit.record("LOAN_WITHDRAWN", by=by, centre=loan.centre)
    return loan


@transaction.atomic
def extend(uid: uuid.UUID, *, due_on: date, by: Actor) -> Loan:
    """Another day to bring it back by. Raises Loan.DoesNotExist, LoanNotInState, EntryRefused."""
    loan = _locked(uid, by, State.LENT)
    if due_on < calendar.today():
        raise EntryRefused({"due_on": _("今日か、今日より後の日にしてください。")})
    loan.due_on = due_on
    loan.save(update_fields=["due_on"])
    audit.record("LOAN_EXTENDED", by=by, centre=loan.centre)
    return loan


def _check_day(on: date, first: date) -> None:
    if not first <= on <= calendar.today():
        raise EntryRefused({"on": _("%(first)sから今日までの日にしてください。") % {"first": first}})


def _locked(uid: uuid.UUID, by: Actor, state: State) -> Loan:
    """The loan and its kind, held: the kind first, as every move of its stock does."""
    found = Loan.objects.visible_to(by).values_list("kind__uid", flat=True).get(uid=uid)
    kind = stock.locked(found, by)
    loan = Loan.objects.select_for_update().get(uid=uid)
    loan.kind, loan.centre = kind, kind.centre
    if loan.state != state:
        raise LoanNotInState(loan)
    return loan


# --- The person -----------------------------------------------------------------------------------------------------
def reveal(uid: uuid.UUID, *, by: Actor, purpose: str) -> dict[str, str]:
    """Who borrows, logged before it is opened. Raises Loan.DoesNotExist, PurposeNeeded."""
    loan = Loan.objects.visible_to(by).select_related("centre").get(uid=uid)
    if loan.forgotten_on:
        return dict.fromkeys(Loan.SEALED, "")
    return contacts.reveal(loan, Loan.SEALED, by=by, centre=loan.centre, purpose=purpose)


@transaction.atomic
def correct_borrower(uid: uuid.UUID, borrower: Borrower, *, by: Actor) -> Loan:
    """Replace name, telephone number and address.

    Raises Loan.DoesNotExist, LoanNotInState once they are forgotten, EntryRefused.
    """
    loan = Loan.objects.visible_to(by).select_related("centre").select_for_update(of=("self",)).get(uid=uid)
    if loan.forgotten_on:
        raise LoanNotInState(loan)
    if faults := dict(_borrower_faults(borrower)):
        raise EntryRefused(faults)
    _seal(loan, keys.sealer(loan.sealed_owner), borrower)
    loan.save(update_fields=list(Loan.SEALED))
    _retag(loan, borrower)
    audit.record("BORROWER_CORRECTED", by=by, centre=loan.centre)
    return loan


def find(centre: Centre, phone: str, *, by: Actor) -> list[Loan]:
    """Loans of the centre with this telephone number, the newest first; the look is logged."""
    rows = Loan.objects.visible_to(by).select_related("kind")
    found = contact_match.same(rows, contact_match.PHONE, phone, among=["phone"], by=by, centre=centre)
    return sorted(found, key=lambda loan: loan.applied_on, reverse=True)


@transaction.atomic
def forget(uid: uuid.UUID, *, by: Actor) -> Loan:
    """Destroy the key of a borrower whose loan is over, and their letters: nobody opens them again. The loan counts.

    Raises Loan.DoesNotExist, LoanNotInState while the loan is open.
    """
    loan = Loan.objects.visible_to(by).select_related("centre").select_for_update(of=("self",)).get(uid=uid)
    if not loan.is_over:
        raise LoanNotInState(loan)
    if loan.forgotten_on:
        return loan
    contact_match.retag(loan, {}, centre=loan.centre)
    for letter in loan.reminders.exclude(digest=""):
        streams.erase(letter.sealed_owner)
    keys.destroy(loan.sealed_owner)
    for name in Loan.SEALED:
        setattr(loan, name, None)
    loan.forgotten_on = calendar.today()
    loan.save(update_fields=[*Loan.SEALED, "forgotten_on"])
    audit.record("BORROWER_FORGOTTEN", by=by, centre=loan.centre)
    return loan
