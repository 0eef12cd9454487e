"""配布物と教材: balances by place, versions that are withdrawn, what a lecture used, sums of a 年度."""

import uuid
from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from cases.errors import CasesError
from consult.shell.accounts import Account
from outreach.lectures.models import Lecture
from outreach.network.models import Member
from outreach.stock import cards, counts, services
from outreach.stock.models import StockBalance, StockItem, StockMovement, StockPlace, StockVersion
from outreach.stock.services import ItemEntry, MovementEntry
from tests.consult.desk.conftest import queries_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]
TODAY = date(2026, 11, 20)
Move = Callable[..., services.Moved]


@pytest.fixture
def version(writer: Account) -> StockVersion:
    entry = ItemEntry(name="訪問販売お断りシール", kind="STICKER", low_at=20)
    item = services.save_item(uuid.uuid4(), entry, centre=writer.centre, by=writer)
    return services.add_version(item.uid, name="令和8年版", issued_on=None, by=writer)


@pytest.fixture
def office(writer: Account) -> StockPlace:
    return services.add_place("事務所", centre=writer.centre, by=writer)


@pytest.fixture
def moved(version: StockVersion, office: StockPlace, writer: Account) -> Move:
    def move(
        what: str, number: int, *, days_ago: int = 0, by: Account | None = None, **more: Any
    ) -> services.Moved:
        given = {"version": version.uid, "place": office.uid, "on": TODAY - timedelta(days=days_ago), **more}
        return services.move(MovementEntry(what=what, number=number, **given), by=by or writer)

    return move


def _at(place: StockPlace) -> int:
    return sum(StockBalance.objects.filter(place=place).values_list("number", flat=True))


@pytest.mark.parametrize(
    ("what", "number", "more", "then"),
    [
        ("HANDED_OUT", 100, {"recipient": "市役所の窓口"}, 0),
        ("HANDED_OUT", 101, {}, "not_so_much"),
        ("DISPOSED", 101, {}, "not_so_much"),
        ("COUNTED", -3, {"note": "棚に足りなかった"}, 97),
        ("COUNTED", -3, {}, "entry_refused"),
        ("USED", 0, {}, 100),
        ("RECEIVED", 0, {}, "entry_refused"),
        ("MOVED", 5, {}, "entry_refused"),  # to where?
        ("HANDED_OUT", 5, {"lecture": uuid.UUID(int=1)}, "entry_refused"),
        ("HANDED_OUT", 5, {"member": uuid.UUID(int=1)}, "entry_refused"),
        ("HANDED_OUT", 5, {"on": date(2026, 11, 21)}, "entry_refused"),
    ],
)
def test_moving_stock(moved: Move, office: StockPlace, what: str, number: int, more: Any, then: Any) -> None:
    moved("RECEIVED", 100)
    try:
        moved(what, number, **more)
        came: Any = _at(office)
    except CasesError as refusal:
        assert (_at(office), StockMovement.objects.count()) == (100, 1)
        came = refusal.code

    assert came == then


def test_what_is_moved_lies_at_the_other_place(moved: Move, office: StockPlace, writer: Account) -> None:
    branch = services.add_place("北支所", centre=writer.centre, by=writer)
    moved("RECEIVED", 30)
    moved("MOVED", 10, place_to=branch.uid)

    assert (_at(office), _at(branch)) == (20, 10)
    with pytest.raises(CasesError):
        moved("HANDED_OUT", 11, place=branch.uid)


def test_the_database_refuses_a_balance_below_zero(moved: Move) -> None:
    moved("RECEIVED", 1)
    with pytest.raises(IntegrityError), transaction.atomic():
        StockBalance.objects.update(number=-1)


def test_another_centre_s_stock_cannot_be_moved(moved: Move, stranger: Account) -> None:
    with pytest.raises(StockVersion.DoesNotExist):
        moved("RECEIVED", 1, by=stranger)


def test_a_withdrawn_version_can_be_used_but_warns_wherever_it_is_shown(
    moved: Move, version: StockVersion, a_lecture: Callable[..., Lecture], writer: Account,
    signed_in: Callable[[Account], Client],
) -> None:  # fmt: skip
    lecture = a_lecture()
    moved("RECEIVED", 50)
    before = moved("HANDED_OUT", 5, lecture=lecture.uid)
    services.withdraw_version(version.uid, reason="電話番号が変わった", by=writer)
    after = moved("HANDED_OUT", 5, lecture=lecture.uid)

    page = signed_in(writer).get(reverse("lecture", args=[lecture.uid])).content.decode()

    assert before.warning == ""
    assert "電話番号が変わった" in after.warning
    assert page.count("使用をやめた版") == 2
    assert cards.low(writer) is not None  # what is withdrawn is not left to hand out


def test_sums_of_a_year_and_what_lectures_handed_out(
    moved: Move, version: StockVersion, a_lecture: Callable[..., Lecture], writer: Account
) -> None:
    moved("RECEIVED", 500, days_ago=300)  # the 年度 before
    moved("HANDED_OUT", 7, days_ago=300)
    moved("HANDED_OUT", 40, recipient="市役所の窓口")
    moved("HANDED_OUT", 31, lecture=a_lecture().uid)
    moved("RETURNED", 3)

    [row] = counts.of_centre(writer.centre, 2026)

    assert (row.received, row.handed_out, row.at_lectures, row.usable) == (0, 71, 31, 425)
    assert [counts.handed_out(version.item, year) for year in (2025, 2026)] == [7, 71]


def test_a_low_item_is_told_on_today_until_there_is_more(
    moved: Move, writer: Account, stranger: Account
) -> None:
    moved("RECEIVED", 20)
    assert cards.low(writer) is not None
    assert cards.low(stranger) is None

    moved("RECEIVED", 1)

    assert cards.low(writer) is None


def test_materials_are_recorded_on_the_page_of_a_lecture(
    moved: Move, version: StockVersion, office: StockPlace, a_lecture: Callable[..., Lecture], writer: Account,
    signed_in: Callable[[Account], Client],
) -> None:  # fmt: skip
    lecture, client = a_lecture(), signed_in(writer)
    moved("RECEIVED", 50)
    address = reverse("lecture-stock", args=[lecture.uid])
    given = {"version": version.uid, "place": office.uid, "what": "HANDED_OUT", "on": "2026-11-20"}

    refused = client.post(address, {**given, "number": "51"})
    taken = client.post(address, {**given, "number": "31"})

    assert (refused.status_code, taken.status_code) == (422, 302)
    assert StockMovement.objects.get(lecture=lecture.uid).number == 31
    assert "31枚" in client.get(reverse("lecture", args=[lecture.uid])).content.decode()


def test_the_page_of_an_item_asks_as_often_for_many_movements_as_for_few(
    moved: Move, version: StockVersion, a_lecture: Callable[..., Lecture], writer: Account,
    signed_in: Callable[[Account], Client],
) -> None:  # fmt: skip
    client, lecture = signed_in(writer), a_lecture()
    urls = [
        reverse("stock-item", args=[version.item.uid]),
        reverse("stock"),
        reverse("lecture-stock", args=[lecture.uid]),
    ]
    moved("RECEIVED", 99), moved("HANDED_OUT", 1, lecture=lecture.uid)
    few = [queries_of(partial(client.get, url)) for url in urls]
    for number in range(8):
        moved("HANDED_OUT", 1 + number, lecture=lecture.uid)

    assert [queries_of(partial(client.get, url)) for url in urls] == few
    assert Member.objects.count() == 0
    assert StockItem.objects.count() == 1
