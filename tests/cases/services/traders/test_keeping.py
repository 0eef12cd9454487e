"""The master: a trader is added once, found by one number, and never lost; a person's name stays sealed."""

import uuid

import pytest
from django.db import IntegrityError, connection, transaction

from cases.protection import office
from cases.protection.models import AuditEntry
from cases.records.trader import Trader, TraderMark
from cases.services.entry import EntryRefused
from cases.services.traders import finding, keeping, merging
from cases.services.traders.keeping import TraderDetails
from cases.services.traders.marks import MarkRefused, in_text, site

pytestmark = pytest.mark.django_db
NUMBER = "7000012050002"


def names_found(text, by):
    return [found.trader.name for found in finding.find(text, by=by)]


def test_a_form_sent_twice_adds_one_trader(counsellor):
    uid, details = uuid.uuid4(), TraderDetails(name="ミドリ住設", corporate_number=NUMBER)

    first = keeping.add(uid, details, centre=counsellor.centre, by=counsellor)
    second = keeping.add(uid, details, centre=counsellor.centre, by=counsellor)

    assert first == second
    assert AuditEntry.objects.filter(action="TRADER_ADDED").count() == 1


def test_a_number_belongs_to_one_trader_of_a_centre(counsellor, elsewhere, trader):
    known = trader("ミドリ住設", corporate_number=NUMBER)

    with pytest.raises(keeping.NumberTaken) as refusal:
        trader("みどりじゅうせつ", corporate_number=NUMBER)

    assert refusal.value.trader == known
    assert trader("ミドリ住設", corporate_number=NUMBER, by=elsewhere).centre == elsewhere.centre


def test_the_database_refuses_a_number_twice_and_an_open_person(trader):
    one, other = trader("ミドリ住設", corporate_number=NUMBER), trader("アオイ設備")

    with pytest.raises(IntegrityError), transaction.atomic():
        Trader.objects.filter(pk=other.pk).update(corporate_number=NUMBER)
    with pytest.raises(IntegrityError), transaction.atomic():
        Trader.objects.filter(pk=one.pk).update(is_person=True)


def test_every_fault_of_an_entry_is_told_at_once(counsellor):
    details = TraderDetails(name=" ", kind="SHOP", corporate_number="123", is_person=True)

    with pytest.raises(EntryRefused) as refusal:
        keeping.check(details)

    assert set(refusal.value.errors) == {"name", "kind", "corporate_number", "is_person"}


def test_a_change_over_a_change_is_refused(counsellor, trader):
    made = trader("ミドリ住設")
    keeping.change(made.uid, TraderDetails(name="ミドリ住設工業"), revision=1, by=counsellor)

    with pytest.raises(keeping.TraderChangedMeanwhile):
        keeping.change(made.uid, TraderDetails(name="ミドリ建設"), revision=1, by=counsellor)

    assert names_found("ミドリ建", counsellor) == []


def test_a_trader_that_is_renamed_is_found_by_the_name_before(counsellor, trader):
    made = trader("ミドリ住設")
    keeping.change(made.uid, TraderDetails(name="アオゾラ設備"), revision=1, by=counsellor)

    assert names_found("ミドリ", counsellor) == names_found("アオゾラ", counsellor) == ["アオゾラ設備"]


def test_another_centre_neither_finds_nor_changes(counsellor, elsewhere, trader):
    made = trader("ミドリ住設", phones=("03-1234-5678",))

    assert names_found("ミドリ", elsewhere) == names_found("03-1234-5678", elsewhere) == []
    with pytest.raises(Trader.DoesNotExist):
        keeping.add_name(made.uid, "ミドリ", "", by=elsewhere)


def test_a_person_s_name_and_number_are_nowhere_in_the_open_and_the_number_still_finds(counsellor, trader):
    made = trader(
        "屋根工事の個人業者(北町)", is_person=True, kind="SOLE", person_name="鬼塚紗都香",
        person_address="みどり市北町9-9-9", phones=("080-7012-3456",),
    )  # fmt: skip

    with connection.cursor() as cursor:
        for table in (
            "cases_trader",
            "cases_tradername",
            "cases_traderkey",
            "cases_tradermark",
            "cases_auditentry",
        ):
            cursor.execute(f"SELECT * FROM {table}")  # noqa: S608 - our own table
            text = " ".join(
                bytes(value).decode("utf-8", "ignore")
                if isinstance(value, bytes | memoryview)
                else str(value)
                for row in cursor.fetchall()
                for value in row
            )
            assert not any(word in text for word in ("鬼塚", "紗都香", "9-9-9", "08070123456", "7012")), table
    assert names_found("０８０－７０１２－３４５６", counsellor) == [made.name]
    assert names_found("080-7012-3457", counsellor) == []
    assert names_found("鬼塚", counsellor) == []


def test_what_is_sealed_is_opened_after_an_entry_in_the_log(counsellor, trader):
    made = trader("北町の業者", is_person=True, person_name="鬼塚紗都香", phones=("080-7012-3456",))

    person = keeping.opened(made, by=counsellor)

    assert (person.name, list(person.marks.values())) == ("鬼塚紗都香", ["080-7012-3456"])
    assert "鬼塚" not in repr(person)
    entry = AuditEntry.objects.get(action="TRADER_OPENED")
    assert (entry.actor_uid, entry.reason) == (counsellor.uid, str(made.uid))


def test_the_office_door_opens_nothing_of_a_case(counsellor):
    from tests import builders

    case = builders.case(by=counsellor)
    with pytest.raises(office.NotOfTheOffice):
        office.opened(
            "TRADER_OPENED", [(case, "narrative")], by=counsellor, centre=case.centre, about=case.uid
        )


@pytest.mark.parametrize(
    ("text", "host"),
    [
        ("https://www.Example.com:8080/a?b", "example.com"),
        ("example.com", "example.com"),
        ("ｈｔｔｐｓ：／／ｅｘａｍｐｌｅ．ｃｏｍ／", "example.com"),
        ("http://みどり.jp/", "xn--q9jyb4c.jp"),
        ("https://item.rakuten.co.jp/Midori/12", "item.rakuten.co.jp/midori"),
        ("みどり市", ""),
        ("http://[", ""),
    ],
)
def test_an_address_becomes_its_host(text, host):
    assert (site(text) if host != "xn--q9jyb4c.jp" else site(text).startswith("xn--")) == (
        host if host != "xn--q9jyb4c.jp" else True
    )


def test_numbers_and_sites_are_picked_out_of_a_story():
    found = in_text(
        "０３－１２３４－５６７８から電話。https://fake-shop.example.com/order を見た。"
        "fake.shop の連絡先は090-1234-5678。メールは a@mail.example.com。契約額は1,480,000円、11/20。"
    )

    assert found.phones == ("0312345678", "09012345678")
    assert found.sites == ("fake-shop.example.com", "fake.shop")
    assert "0312345678" not in repr(found)


def test_what_is_no_number_is_no_mark(counsellor, trader):
    with pytest.raises(MarkRefused):
        keeping.add_mark(trader("ミドリ住設").uid, "PHONE", "12", by=counsellor)


def test_names_and_marks_that_are_there_are_not_doubled_and_can_be_taken_away(counsellor, trader):
    made = trader(
        "ミドリ住設", aliases=("ミドリホーム", "ミドリホーム"), phones=("03-1234-5678", "0312345678")
    )

    assert (made.names.count(), made.marks.count()) == (2, 1)

    keeping.remove_name(made.uid, made.names.get(is_main=False).uid, by=counsellor)
    keeping.remove_name(made.uid, made.names.get(is_main=True).uid, by=counsellor)
    keeping.remove_mark(made.uid, made.marks.get().uid, by=counsellor)

    assert [name.text for name in made.names.all()] == ["ミドリ住設"]
    assert not TraderMark.objects.exists()


# --- merge and part -------------------------------------------------------------------------------------------------
def picture(trader):
    """What a trader is, with all that is shown with it."""
    trader.refresh_from_db()
    rows = Trader.objects.one_with(trader)
    return (
        trader.merged_into_id, trader.root_id, [row.pk for row in rows],
        sorted(name.text for row in rows for name in row.names.all()),
        sorted(mark.value for row in rows for mark in row.marks.all()),
    )  # fmt: skip


def test_merging_shows_both_as_one_and_parting_restores_exactly(counsellor, trader):
    a = trader("ミドリ住設", phones=("03-1234-5678",))
    b = trader("みどりホーム", aliases=("ミドリの人",), phones=("03-8765-4321",))
    c = trader("アオゾラ")
    before = [picture(one) for one in (a, b, c)]

    merging.merge(b.uid, merged_uid=c.uid, by=counsellor)
    merging.merge(a.uid, merged_uid=b.uid, by=counsellor)

    assert names_found("アオゾラ", counsellor) == names_found("0387654321", counsellor) == ["ミドリ住設"]
    assert len(picture(a)[3]) == 4

    merging.part(b.uid, by=counsellor)
    assert names_found("アオゾラ", counsellor) == ["みどりホーム"]
    merging.part(c.uid, by=counsellor)
    assert [picture(one) for one in (a, b, c)] == before


def test_parting_the_middle_takes_what_was_merged_into_it_along(counsellor, trader):
    a, b, c, d = (trader(name) for name in ("アア商会", "ベベ商会", "チチ商会", "デデ商会"))
    for kept, merged in ((c, d), (b, c), (a, b)):
        merging.merge(kept.uid, merged_uid=merged.uid, by=counsellor)

    merging.part(c.uid, by=counsellor)

    assert [row.name for row in Trader.objects.one_with(c)] == ["チチ商会", "デデ商会"]
    assert [row.name for row in Trader.objects.one_with(a)] == ["アア商会", "ベベ商会"]


def test_what_cannot_be_one_is_refused(counsellor, elsewhere, trader):
    a, b = trader("アア商会"), trader("ベベ商会")
    far = trader("アア商会", by=elsewhere)
    merging.merge(a.uid, merged_uid=b.uid, by=counsellor)
    merging.merge(a.uid, merged_uid=b.uid, by=counsellor)  # a double click

    for kept, merged in ((a, a), (b, a)):
        with pytest.raises(merging.CannotMerge):
            merging.merge(kept.uid, merged_uid=merged.uid, by=counsellor)
    with pytest.raises(Trader.DoesNotExist):
        merging.merge(a.uid, merged_uid=far.uid, by=counsellor)
    with pytest.raises(merging.NotMerged):
        merging.part(a.uid, by=counsellor)
    assert AuditEntry.objects.filter(action="TRADERS_MERGED").count() == 1
