"""Who asked for mail: with their consent, found again without a readable address, and never brought back by a list."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from cases.law import calendar
from cases.models import Centre
from cases.protection.keys import KeyMissing
from cases.protection.models import AuditEntry
from cases.services.entry import EntryRefused
from consult.shell.accounts import Account
from outreach.delivery import counts, importing, subscribers
from outreach.delivery.models import Subscriber
from outreach.delivery.subscribers import AlreadySubscribed, ConsentTooOld
from outreach.kpis import services as kpis
from outreach.kpis.services import KpiEntry

pytestmark = pytest.mark.django_db
MakeSubscriber = Callable[..., Subscriber]
_DAYS = {"2024": (2024, 6, 3), "2025": (2025, 7, 7), "2026": (2026, 8, 3)}
HEADER = "メールアドレス,同意日,同意の方法,話題,頻度\n"


@pytest.mark.parametrize(
    ("before", "days_after", "refusal"),
    [
        ("nothing", 0, None),
        ("active", 0, AlreadySubscribed),
        ("pause", 0, AlreadySubscribed),
        ("unsubscribe", 0, ConsentTooOld),
        ("unsubscribe", 1, None),
        ("erase", 0, ConsentTooOld),
        ("erase", 1, None),
    ],
)
def test_an_address_is_there_once_and_comes_back_by_a_later_consent_alone(
    before: str,
    days_after: int,
    refusal: type[Exception] | None,
    a_subscriber: MakeSubscriber,
    writer: Account,
) -> None:
    ended = calendar.today() - timedelta(days=2)
    if before != "nothing":
        row = a_subscriber()
        if before != "active":
            getattr(subscribers, before)(row.uid, by=writer)
            Subscriber.objects.exclude(ended_on=None).update(ended_on=ended)

    def again() -> Subscriber:
        return a_subscriber("HANAKO@Example.jp", consent_on=ended + timedelta(days=days_after))

    if refusal is not None:
        with pytest.raises(refusal):
            again()
    else:
        assert again().state == "ACTIVE"
        assert Subscriber.objects.standing().count() == 1


def test_the_database_refuses_one_address_twice(a_subscriber: MakeSubscriber) -> None:
    one, other = a_subscriber(), a_subscriber("other@example.jp")

    with pytest.raises(IntegrityError), transaction.atomic():
        Subscriber.objects.filter(pk=other.pk).update(address_digest=one.address_digest)


@pytest.mark.parametrize(
    ("wish", "field"),
    [
        ({"consent_on": date(2100, 1, 1)}, "consent_on"),
        ({"consent_source": "GUESS"}, "consent_source"),
        ({"frequency": "DAILY"}, "frequency"),
        ({"topics": ["NOTHING"]}, "topics"),
    ],
)
def test_a_subscription_without_a_whole_consent_is_refused(
    wish: dict[str, object], field: str, a_subscriber: MakeSubscriber
) -> None:
    with pytest.raises(EntryRefused) as refusal:
        a_subscriber(**wish)
    assert list(refusal.value.errors) == [field]


def test_an_address_opens_once_logged_and_never_after_its_erasure(
    a_subscriber: MakeSubscriber, writer: Account, stranger: Account
) -> None:
    row = a_subscriber()

    assert subscribers.reveal_address(row.uid, by=writer, purpose="REQUEST") == "hanako@example.jp"
    assert AuditEntry.objects.get(action="CONTACT_REVEALED").purpose == "REQUEST"
    with pytest.raises(Subscriber.DoesNotExist):
        subscribers.reveal_address(row.uid, by=stranger, purpose="REQUEST")
    subscribers.erase(row.uid, by=writer)
    with pytest.raises(KeyMissing):
        subscribers.keys.sealer(row.sealed_owner)
    with pytest.raises(Subscriber.DoesNotExist):
        subscribers.reveal_address(row.uid, by=writer, purpose="REQUEST")


def test_a_list_is_looked_at_taken_once_and_brings_nobody_back(
    a_subscriber: MakeSubscriber, centre: Centre, writer: Account
) -> None:
    gone = a_subscriber("gone@example.jp")
    a_subscriber("known@example.jp")
    subscribers.unsubscribe(gone.uid, by=writer)
    lines = (
        "new@example.jp,2026-04-02,申込書,点検商法,月に1回のまとめ\n"
        "NEW@example.jp,2026-04-02,申込書,,\n"
        "gone@example.jp,2026-04-02,電話,,\n"
        "known@example.jp,2026-04-02,窓口,,\n"
        "nobody,2026-04-02,窓口,,\n"
        "late@example.jp,,窓口,,\n"
        "odd@example.jp,2026-04-02,たぶん,,\n"
    )
    data = (HEADER + lines).encode()

    looked = importing.look("a.csv", data, centre=centre)
    assert Subscriber.objects.count() == 2
    done = importing.import_list("a.csv", data, centre=centre, by=writer)

    assert done == looked
    assert dict(done.counts) == {"new": 1, "known": 2, "barred": 1, "wrong": 3}
    assert [line for line, _reason in done.faults] == [4, 6, 7, 8]
    assert "nobody" not in str(done.faults)
    new = Subscriber.objects.get(frequency="MONTHLY")
    assert (new.topics, new.consent_source, new.consent_on) == (["INSPECTION"], "PAPER", date(2026, 4, 2))
    assert importing.import_list("a.csv", data, centre=centre, by=writer).number_new == 0


def test_a_list_without_its_consent_is_refused(centre: Centre) -> None:
    with pytest.raises(importing.ListNotUnderstood) as refusal:
        importing.look("a.csv", "メール\nhanako@example.jp\nx@example.jp\n".encode(), centre=centre)
    assert "同意日" in str(refusal.value)


def test_the_number_of_subscribers_is_counted_for_any_year_also_afterwards(
    a_subscriber: MakeSubscriber, centre: Centre, writer: Account, stranger: Account
) -> None:
    days = {name: date(*day) for name, day in _DAYS.items()}

    def on(day: str) -> time_machine.travel:
        return time_machine.travel(datetime.combine(days[day], time(10), calendar.TOKYO), tick=False)

    with on("2024"):
        rows = {name: a_subscriber(f"{name}@example.jp", consent_on=days["2024"]) for name in "abcde"}
        a_subscriber("other@example.jp", consent_on=days["2024"], at=stranger.centre)
    with on("2025"):
        subscribers.unsubscribe(rows["a"].uid, by=writer)
        subscribers.unsubscribe(rows["b"].uid, by=writer)
        subscribers.erase(rows["c"].uid, by=writer)
        subscribers.pause(rows["d"].uid, by=writer)
    with on("2026"):
        a_subscriber("a@example.jp", consent_on=days["2026"])  # begins anew
        subscribers.erase(rows["b"].uid, by=writer)  # had left before
        subscribers.change_address(rows["e"].uid, "moved@example.jp", by=writer)
        found = {year: counts.subscribers(centre, year) for year in range(2023, 2028)}

    assert found == {2023: None, 2024: 5, 2025: 2, 2026: 3, 2027: None}


def test_an_indicator_is_counted_with_its_definition_and_its_day(
    a_subscriber: MakeSubscriber, centre: Centre, writer: Account, signed_in: Callable[[Account], Client]
) -> None:
    a_subscriber()
    this_year, name = calendar.fiscal_year(calendar.today()), "登録者数"
    kpi = kpis.save_value(KpiEntry(name=name, year=this_year, value=None), centre=centre, by=writer)
    kpis.bind(name, "mail.subscribers", centre=centre, by=writer)

    page = signed_in(writer).get(reverse("kpi", args=[kpi.pk])).content.decode()
    kept = kpis.adopt(name, this_year, centre=centre, by=writer)

    assert f"メールの登録者({calendar.today()}現在)" in page
    assert str(counts.DEFINITION) in page
    assert (kept.value, kept.source) == (1, f"台帳から数えた値({calendar.today()}): {counts.DEFINITION}")
