"""機器の貸出: stock that never falls below zero, one a household, the wait list, letters, and being forgotten."""

import io
import uuid
import zipfile
from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from cases.errors import CasesError
from cases.files import read_rows
from cases.protection import contact_match
from cases.protection.models import AuditEntry, ContactTag, DataKey, SealedChunk
from cases.protection.sealed import SealBroken
from cases.services.entry import EntryRefused
from consult.shell.accounts import Account
from consult.shell.paper import pdf, to_text
from consult.shell.paper.pdf import PaperNotMade
from outreach.devices import cards, counts, demo, houses, letters, services, stock
from outreach.devices.models import DeviceKind, DeviceMove, Loan, LoanReminder
from outreach.devices.services import Borrower, KindEntry, LoanEntry
from tests.consult.desk.conftest import queries_of
from tests.outreach.nights import forgotten_at_night
from tests.verapdf import Faults

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]
SignIn = Callable[[Account], Client]
TODAY = date(2026, 11, 20)
HANAKO = Borrower(name="秘密 花子", phone="03-1234-5678", address="芝公園四丁目2番8号")


@pytest.fixture
def kind(writer: Account) -> DeviceKind:
    entry = KindEntry(name="自動通話録音機", min_age=65, loan_days=30, lent_before=874, low_at=1)
    made = services.save_kind(uuid.uuid4(), entry, centre=writer.centre, by=writer)
    stock.move(made.uid, what="RECEIVED", number=3, on=TODAY - timedelta(days=900), by=writer)
    return made


@pytest.fixture
def applied(kind: DeviceKind, writer: Account) -> Callable[..., Loan]:
    def make(number: int = 1, *, days_ago: int = 0, **more: Any) -> Loan:
        borrower = Borrower(
            name=f"秘密 {number}", phone=f"03-1234-{1000 + number}", address=f"北町{number}-1"
        )
        given = {"borrower": borrower, "applied_on": TODAY - timedelta(days=days_ago), "age": 70, **more}
        return services.apply(kind.uid, LoanEntry(**given), by=writer)[0]

    return make


@pytest.fixture
def lent(applied: Callable[..., Loan], writer: Account) -> Callable[..., Loan]:
    def make(number: int = 1, *, days_ago: int = 0, device_no: str = "") -> Loan:
        loan = applied(number, days_ago=days_ago)
        on = TODAY - timedelta(days=days_ago)
        return services.lend(loan.uid, on=on, device_no=device_no, by=writer)

    return make


def _counts(kind: DeviceKind) -> tuple[int, int, int]:
    kind.refresh_from_db()
    return kind.in_store, kind.lent, kind.broken


# --- stock ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("what", "number", "reason", "then"),
    [
        ("BROKEN", 3, "", (0, 0, 3)),
        ("BROKEN", 4, "", "not_so_many"),
        ("DISPOSED", 1, "", "not_so_many"),  # nothing is broken
        ("COUNTED", -2, "棚に2台しかなかった", (1, 0, 0)),
        ("COUNTED", -2, "", "entry_refused"),
        ("COUNTED", -4, "数え違い", "not_so_many"),
        ("RECEIVED", -1, "", "entry_refused"),
        ("LENT", 1, "", "entry_refused"),  # only with a borrower
    ],
)
def test_moving_stock_by_hand(
    kind: DeviceKind, writer: Account, what: str, number: int, reason: str, then: Any
) -> None:
    try:
        stock.move(kind.uid, what=what, number=number, on=TODAY, reason=reason, by=writer)
        came: Any = _counts(kind)
    except CasesError as refusal:
        assert _counts(kind) == (3, 0, 0)
        came = refusal.code

    assert came == then


def test_the_database_refuses_a_stock_below_zero_and_a_count_without_reason(kind: DeviceKind) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        DeviceKind.objects.filter(pk=kind.pk).update(in_store=-1)
    with pytest.raises(IntegrityError), transaction.atomic():
        DeviceMove.objects.create(kind=kind, what="COUNTED", number=1, on=TODAY)


def test_the_counts_are_always_what_the_moves_add_up_to(
    kind: DeviceKind, lent: Callable[..., Loan], writer: Account
) -> None:
    services.take_back(lent(1).uid, on=TODAY, is_broken=True, by=writer)
    services.note_lost(lent(2).uid, on=TODAY, by=writer)
    stock.move(kind.uid, what="DISPOSED", number=1, on=TODAY, by=writer)

    moves = list(DeviceMove.objects.filter(kind=kind))
    added = tuple(sum(move.number * stock.EFFECT[move.what][place] for move in moves) for place in range(3))

    assert _counts(kind) == added == (1, 0, 0)


# --- one a household ------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("second", "age", "is_refused"),
    [
        (Borrower(name="別", phone="0312345678", address="南町9-9"), 70, True),  # the same telephone
        (Borrower(name="別", phone="03-9999-0000", address="芝公園4-2-8"), 70, True),  # the same address
        (Borrower(name="別", phone="03-9999-0000", address="芝公園4-2-9"), 70, False),
        (Borrower(name="別", phone="03-9999-0000", address="芝公園4-2-9"), 64, True),  # too young
        (Borrower(name="別", phone="03-9999-0000", address="芝公園4-2-9"), None, True),
    ],
)
def test_a_condition_not_met_is_refused_or_on_record_as_an_exception(
    kind: DeviceKind, writer: Account, second: Borrower, age: int | None, is_refused: bool
) -> None:
    services.apply(kind.uid, LoanEntry(borrower=HANAKO, applied_on=TODAY, age=80), by=writer)
    entry = {"borrower": second, "applied_on": TODAY, "age": age}

    if is_refused:
        with pytest.raises(EntryRefused) as refusal:
            services.apply(kind.uid, LoanEntry(**entry), by=writer)
        assert list(refusal.value.errors) == ["exception"]
    loan = services.apply(kind.uid, LoanEntry(**entry, exception="離れに住む母の分"), by=writer)[0]

    assert bool(loan.exceptions) is is_refused
    assert loan.exception_reason == ("離れに住む母の分" if is_refused else "")
    # Each comparison is in the log, that of the refused application too.
    looks = AuditEntry.objects.filter(action="CONTACT_LOOKED_UP").values_list("fields", flat=True)
    assert sum("HOUSE" not in fields for fields in looks) == (6 if is_refused else 4)
    # Where the household is known, no room is asked for.
    assert sum("HOUSE" in fields for fields in looks) == 2 - ("HOUSEHOLD" in loan.exceptions)


def test_whoever_gave_a_device_back_may_borrow_again(
    kind: DeviceKind, lent: Callable[..., Loan], applied: Callable[..., Loan], writer: Account
) -> None:
    first = lent(1)
    with pytest.raises(EntryRefused):
        applied(1)

    services.take_back(first.uid, on=TODAY, by=writer)

    assert applied(1).state == "WAITING"


def test_who_borrows_is_sealed_under_a_key_of_their_own_and_no_age_is_kept(
    kind: DeviceKind, writer: Account
) -> None:
    loan = services.apply(kind.uid, LoanEntry(borrower=HANAKO, applied_on=TODAY, age=80), by=writer)[0]
    stored = Loan.objects.get(pk=loan.pk)

    assert {str(getattr(stored, name)) for name in ("name", "phone", "address")} == {"●●●"}
    assert not hasattr(stored, "age")
    assert DataKey.objects.filter(owner_kind="borrower", owner_uid=loan.uid).count() == 1
    assert services.reveal(loan.uid, by=writer, purpose="OUTREACH")["name"] == "秘密 花子"
    assert AuditEntry.objects.filter(action="CONTACT_REVEALED", purpose="OUTREACH").count() == 1


# --- lent, in turn, back --------------------------------------------------------------------------------------------
def test_who_applied_first_is_first_and_going_before_wants_a_reason(
    applied: Callable[..., Loan], writer: Account
) -> None:
    first, second = applied(1, days_ago=3), applied(2, days_ago=1)

    with pytest.raises(services.OutOfTurn):
        services.lend(second.uid, on=TODAY, by=writer)
    services.lend(second.uid, on=TODAY, reason="被害が続いている", by=writer)

    assert AuditEntry.objects.get(action="DEVICE_LENT").reason == "被害が続いている"
    assert services.lend(first.uid, on=TODAY, by=writer).due_on == TODAY + timedelta(days=30)


def test_no_device_is_lent_twice_and_none_that_is_not_there(
    kind: DeviceKind, lent: Callable[..., Loan], applied: Callable[..., Loan], writer: Account
) -> None:
    loan = lent(1, device_no="R-1")
    with pytest.raises(EntryRefused):
        lent(2, device_no="R-1")
    with pytest.raises(services.LoanNotInState):
        services.lend(loan.uid, on=TODAY, by=writer)
    stock.move(kind.uid, what="BROKEN", number=2, on=TODAY, by=writer)

    with pytest.raises(stock.NotSoMany):
        services.lend(Loan.objects.get(state="WAITING").uid, on=TODAY, by=writer)


def test_lent_in_a_year_and_the_total_since_the_years_before(
    kind: DeviceKind, lent: Callable[..., Loan], writer: Account
) -> None:
    services.take_back(lent(1, days_ago=400).uid, on=TODAY, by=writer)
    lent(2, days_ago=300)
    lent(3)

    assert [(year.fiscal_year, year.lent, year.ended, year.total) for year in counts.by_year(kind)] == [
        (2026, 1, 1, 877), (2025, 2, 0, 876),
    ]  # fmt: skip
    assert (counts.lent_in(kind, 2025), counts.total_at_end_of(kind, 2025)) == (2, 876)
    assert counts.by_year_of(kind.centre) == {kind.pk: counts.by_year(kind)}


# --- letters --------------------------------------------------------------------------------------------------------
def test_each_overdue_borrower_gets_a_numbered_letter_that_is_kept_as_it_was_made(
    lent: Callable[..., Loan], writer: Account, stranger: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    late, in_time = lent(1, days_ago=31, device_no="R-1"), lent(2, days_ago=30)
    chosen, papers = [late.uid, in_time.uid], []
    real = pdf.at_once
    monkeypatch.setattr(pdf, "at_once", lambda paper, **more: papers.append(paper) or real(paper, **more))

    made = letters.remind(chosen, centre=writer.centre, by=writer)
    words = to_text(papers[0])

    assert [one.row.shown_number for one in made] == ["令和8年度 返第1号"]
    for text in ("秘密 1", "北町1-1", "R-1", "令和8年度 返第1号"):
        assert text in words
    assert "前にもお願い" not in words
    assert AuditEntry.objects.get(action="LOAN_LETTERS_TAKEN").count == 1
    assert AuditEntry.objects.filter(action="CONTACT_REVEALED").count() == 1
    services.correct_borrower(
        late.uid, Borrower(name="秘密 9", phone="03-0000-0009", address="北町9-9"), by=writer
    )
    assert letters.file_of(made[0].row.uid, by=writer)[1] == made[0].data
    assert AuditEntry.objects.filter(action="LOAN_LETTER_OPENED").count() == 1
    again = letters.remind(chosen, centre=writer.centre, by=writer)
    assert ([one.row.number for one in again], again[0].row.times) == ([2], 2)
    assert "前にもお願い" in to_text(papers[1])
    with pytest.raises(letters.NothingOverdue):
        letters.remind([in_time.uid], centre=writer.centre, by=writer)
    with pytest.raises(letters.NothingOverdue):
        letters.remind(chosen, centre=stranger.centre, by=stranger)
    with pytest.raises(LoanReminder.DoesNotExist):
        letters.file_of(made[0].row.uid, by=stranger)


def test_a_machine_that_stops_keeps_the_number_for_the_next_letter(
    lent: Callable[..., Loan], writer: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    late = lent(1, days_ago=31)

    with monkeypatch.context() as patch:
        patch.setattr(pdf, "at_once", lambda *_args, **_more: (_ for _ in ()).throw(PaperNotMade))
        with pytest.raises(PaperNotMade):
            letters.remind([late.uid], centre=writer.centre, by=writer)
    made = letters.remind([late.uid], centre=writer.centre, by=writer)

    assert (made[0].row.number, made[0].row.times, late.reminders.count()) == (1, 1, 1)


def test_a_letter_that_somebody_changed_is_not_given_out(lent: Callable[..., Loan], writer: Account) -> None:
    made = letters.remind([lent(1, days_ago=31).uid], centre=writer.centre, by=writer)
    LoanReminder.objects.update(digest="0" * 64)

    with pytest.raises(SealBroken):
        letters.file_of(made[0].row.uid, by=writer)


def test_letters_go_with_the_borrower(lent: Callable[..., Loan], writer: Account) -> None:
    late = lent(1, days_ago=31)
    row = letters.remind([late.uid], centre=writer.centre, by=writer)[0].row
    services.take_back(late.uid, on=TODAY, by=writer)

    services.forget(late.uid, by=writer)

    assert not SealedChunk.objects.filter(owner_uid=row.uid).exists()
    assert not DataKey.objects.filter(owner_uid=row.uid).exists()
    with pytest.raises(LoanReminder.DoesNotExist):
        letters.file_of(row.uid, by=writer)


# --- perhaps one household ------------------------------------------------------------------------------------------
def told(n: int, address: str) -> LoanEntry:
    borrower = Borrower(name=f"秘密 {n}", phone=f"03-1111-{n:04}", address=address)
    return LoanEntry(borrower=borrower, applied_on=TODAY, age=80)


@pytest.mark.parametrize(
    ("one", "other", "asks"),
    [
        ("北町1-2-3-101", "北町1-2-3", True),
        ("北町1-2-3", "北町一丁目2番3号 北町荘101号室", True),
        ("北町1-2", "北町1-2-101", True),
        ("北町1-2-3-101", "北町1-2-3-102", False),
        ("北町1-2-3", "北町1-2-4", False),
        ("北町1-2-3", "南町1-2-3-101", False),
        ("北町1", "北町1-2", False),
    ],
)
def test_a_room_left_out_is_a_question_and_refuses_nobody(
    kind: DeviceKind, writer: Account, one: str, other: str, asks: bool
) -> None:
    first, _masked = services.apply(kind.uid, told(1, one), by=writer)
    second, _masked = services.apply(kind.uid, told(2, other), by=writer)

    assert second.perhaps_same == ([str(first.uid)] if asks else [])
    assert second.asks_household is asks
    assert second.exceptions == []


@pytest.mark.parametrize(("answer", "exceptions"), [("SAME", ["HOUSEHOLD"]), ("DIFFERENT", [])])
def test_the_answer_ends_the_question(
    kind: DeviceKind, writer: Account, signed_in: SignIn, answer: str, exceptions: list[str]
) -> None:
    services.apply(kind.uid, told(1, "北町1-2-3-101"), by=writer)
    second, _masked = services.apply(kind.uid, told(2, "北町1-2-3"), by=writer)
    client, page = signed_in(writer), reverse("loan", args=[second.uid])
    at = reverse("loan-household", args=[second.uid])

    asked = client.get(page).content.decode()
    nothing = client.post(at, {})
    client.post(at, {"household": answer})
    after = client.get(page).content.decode()

    assert "同じ世帯かもしれません" in asked
    assert (nothing.status_code, list(nothing.context["household_form"].errors)) == (422, ["household"])
    assert "同じ世帯かもしれません" not in after
    second.refresh_from_db()
    assert (second.household, second.exceptions) == (answer, exceptions)


def test_where_nothing_was_asked_nothing_can_be_answered(
    applied: Callable[..., Loan], writer: Account
) -> None:
    with pytest.raises(services.LoanNotInState):
        services.answer_household(applied(1).uid, "SAME", by=writer)


def test_borrowers_of_before_are_compared_without_the_room_too(kind: DeviceKind, writer: Account) -> None:
    first, _masked = services.apply(kind.uid, told(1, "北町1-2-3-101"), by=writer)
    ContactTag.objects.filter(field="HOUSE").delete()
    assert services.perhaps_household_of(kind, told(2, "北町1-2-3").borrower, by=writer) == []
    assert houses.is_wanted()

    assert houses.tag_some() is False

    assert services.perhaps_household_of(kind, told(2, "北町1-2-3").borrower, by=writer) == [first]
    assert not houses.is_wanted()


def test_today_tells_of_what_is_overdue_and_what_runs_low(
    kind: DeviceKind, lent: Callable[..., Loan], writer: Account, stranger: Account
) -> None:
    assert (cards.overdue(writer), cards.low(writer)) == (None, None)
    lent(1, days_ago=31), lent(2)

    assert [card is not None for card in (cards.overdue(writer), cards.low(writer))] == [True, True]
    assert (cards.overdue(stranger), cards.low(stranger)) == (None, None)


# --- being forgotten ------------------------------------------------------------------------------------------------
def test_a_borrower_is_forgotten_a_year_after_the_device_came_back_and_still_counts(
    kind: DeviceKind, lent: Callable[..., Loan], writer: Account
) -> None:
    open_loan, over = lent(2, days_ago=30), lent(1, days_ago=10)
    services.take_back(over.uid, on=TODAY, by=writer)
    with pytest.raises(services.LoanNotInState):
        services.forget(open_loan.uid, by=writer)

    with time_machine.travel("2027-11-19 10:00:00+09:00", tick=False):
        assert forgotten_at_night() == {"failed": 0}
        assert ContactTag.objects.filter(owner_uid=over.uid).count() == 3
    with time_machine.travel("2027-11-20 10:00:00+09:00", tick=False):
        assert forgotten_at_night() == {"failed": 0, "BORROWERS": 1}

    forgotten = Loan.objects.get(pk=over.pk)
    assert (forgotten.name, forgotten.phone, forgotten.forgotten_on) == (None, None, date(2027, 11, 20))
    assert not DataKey.objects.filter(owner_uid=over.uid).exists()
    assert not ContactTag.objects.filter(owner_uid=over.uid).exists()
    assert Loan.objects.get(pk=open_loan.pk).forgotten_on is None
    assert counts.lent_in(kind, 2026) == 2


def test_a_corrected_telephone_number_is_the_one_that_is_found(
    applied: Callable[..., Loan], writer: Account
) -> None:
    loan = applied(1)

    services.correct_borrower(loan.uid, HANAKO, by=writer)

    assert services.find(writer.centre, "03 1234 5678", by=writer) == [loan]
    assert services.find(writer.centre, "03-1234-1001", by=writer) == []
    assert ContactTag.objects.filter(owner_uid=loan.uid, field=contact_match.PHONE).count() == 1


# --- pages ----------------------------------------------------------------------------------------------------------
def test_the_page_shows_who_borrows_only_on_a_post_and_the_file_never(
    applied: Callable[..., Loan], writer: Account, signed_in: SignIn
) -> None:
    loan, client = applied(7), signed_in(writer)

    pages = [client.get(reverse(name, args=args)) for name, args in (
        ("loan", [loan.uid]), ("device-kind", [loan.kind.uid]), ("devices", []),
    )]  # fmt: skip
    shown = client.post(reverse("loan-borrower", args=[loan.uid]), {"purpose": "OUTREACH"})
    found = client.post(reverse("devices-find"), {"phone": "03-1234-1007"})
    file = client.get(reverse("devices-file"))

    assert not any("秘密 7" in page.content.decode() for page in pages)
    assert "秘密 7" in shown.content.decode()
    assert reverse("loan", args=[loan.uid]) in found.content.decode()
    assert list(read_rows("x.xlsx", file.content))
    assert "秘密".encode() not in file.content


def test_going_before_others_is_refused_at_the_reason_and_nothing_is_lent_yet(
    applied: Callable[..., Loan], writer: Account, signed_in: SignIn
) -> None:
    _first, second = applied(1, days_ago=3), applied(2, days_ago=1)
    client = signed_in(writer)

    waiting = client.get(reverse("loan", args=[second.uid])).content.decode()
    refused = client.post(reverse("loan-lend", args=[second.uid]), {"on": "2026-11-20", "device_no": "R-7"})

    assert "不明" not in waiting
    assert refused.status_code == 422
    assert list(refused.context["lend_form"].errors) == ["reason"]
    assert refused.context["lend_form"]["device_no"].value() == "R-7"


def test_the_pdf_of_letters_is_the_answer_to_a_post(
    lent: Callable[..., Loan], writer: Account, signed_in: SignIn, ua_faults: Faults
) -> None:
    loan, client = lent(1, days_ago=31), signed_in(writer)

    nothing = client.post(reverse("loan-letters"), {"loan": "no-uid"})
    made = client.post(reverse("loan-letters"), {"loan": [str(loan.uid)]})

    assert nothing.status_code == 422
    assert (made.status_code, made["Content-Type"]) == (200, "application/pdf")
    assert ua_faults(made.content) == []
    kept = client.get(reverse("loan-letter", args=[LoanReminder.objects.get().uid]))
    assert (kept.content, kept["Content-Type"]) == (made.content, "application/pdf")


def test_several_letters_come_as_a_zip_of_what_is_kept_and_a_list(
    lent: Callable[..., Loan], writer: Account, signed_in: SignIn
) -> None:
    late, client = [lent(n, days_ago=31) for n in (1, 2)], signed_in(writer)

    made = client.post(reverse("loan-letters"), {"loan": [str(loan.uid) for loan in late]})

    with zipfile.ZipFile(io.BytesIO(made.content)) as bundle:
        files = {name: bundle.read(name) for name in bundle.namelist()}
    kept = [letters.file_of(row.uid, by=writer)[1] for row in LoanReminder.objects.all()]
    assert len(files) == 3
    assert set(kept) <= set(files.values())
    assert not any("秘密" in name for name in files)


def test_who_was_asked_already_comes_after_who_was_not(
    lent: Callable[..., Loan], writer: Account, signed_in: SignIn
) -> None:
    first, second = lent(1, days_ago=40), lent(2, days_ago=31)
    letters.remind([first.uid], centre=writer.centre, by=writer)

    shown = signed_in(writer).get(reverse("devices-overdue")).context["loans"]

    assert [loan.uid for loan in shown] == [second.uid, first.uid]


def test_a_page_of_many_loans_asks_as_often_as_one_of_few(
    kind: DeviceKind, lent: Callable[..., Loan], applied: Callable[..., Loan], writer: Account,
    signed_in: SignIn,
) -> None:  # fmt: skip
    client = signed_in(writer)

    def asked(*addresses: str) -> list[int]:
        return [queries_of(partial(client.get, url)) for url in addresses]

    urls = [reverse("device-kind", args=[kind.uid]), reverse("devices"), reverse("devices-overdue")]
    stock.move(kind.uid, what="RECEIVED", number=9, on=TODAY, by=writer)
    lent(1, days_ago=40), applied(2)
    few = asked(*urls)
    for number in range(3, 9):
        lent(number, days_ago=40), applied(10 + number)

    assert asked(*urls) == few


def test_the_demo_fills_a_register_once(centre: Any, writer: Account) -> None:
    demo.load(centre, writer, TODAY)
    demo.load(centre, writer, TODAY)

    assert (Loan.objects.count(), Loan.objects.overdue().count(), Loan.objects.waiting().count()) == (6, 1, 2)
