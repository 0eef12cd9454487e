"""注意指示: shown when what it is about comes up, until its day; rows that nobody placed tell nothing."""

import uuid
from datetime import date, timedelta

import pytest
from django.utils import timezone

from cases.law import calendar
from cases.payees import read as payee
from cases.protection.models import AuditEntry, DataKey
from cases.records.track import Track
from cases.records.trader import Trader
from cases.services.card_entry import TraderEntry, TransferEntry
from cases.services.entry import EntryRefused
from cases.services.traders import merging, tracks
from cases.services.traders.tracks import TrackEntry
from tests import builders

pytestmark = pytest.mark.django_db
ACCOUNT = payee("BANK", "みどり銀行 北町支店", "1234567")


def soon():
    return calendar.today() + timedelta(days=30)


@pytest.fixture
def placed(counsellor):
    def place(**more):
        given = {
            "uid": uuid.uuid4(), "kind": "PHONE", "source": "POLICE", "about": "03-1234-5678", "ends_on": soon(),
            "text": "折り返さず、生活安全課へ連絡する。", "from_whom": "北警察署 田中係長", **more,
        }  # fmt: skip
        return tracks.place(TrackEntry(**given), centre=counsellor.centre, by=counsellor)

    return place


def met(by, **what):
    return [track.uid for track in tracks.about(by=by, **what)]


def test_a_track_on_a_number_is_met_by_that_number_alone(counsellor, elsewhere, placed):
    track = placed()

    assert met(counsellor, phones=["0312345678"]) == [track.uid]
    assert met(counsellor, phones=["0312345679"]) == met(elsewhere, phones=["0312345678"]) == []


def test_a_track_on_a_site_and_one_on_an_account(counsellor, placed):
    site = placed(kind="URL", about="https://www.fake-shop.example.com/x")
    account = placed(kind="ACCOUNT", about="", payee=ACCOUNT)

    assert met(counsellor, sites=["fake-shop.example.com"]) == [site.uid]
    assert met(counsellor, accounts=[payee("BANK", "", "1234567")]) == [account.uid]
    assert met(counsellor, accounts=[payee("BANK", "あおい銀行 北町支店", "1234567")]) == []


def test_a_track_on_a_trader_holds_for_all_that_is_one_with_it(counsellor, placed, trader):
    kept, merged = trader("ミドリ住設"), trader("みどりホーム")
    track = placed(kind="TRADER", about="", trader_uid=merged.uid)
    assert met(counsellor, traders=[kept.pk]) == []

    merging.merge(kept.uid, merged_uid=merged.uid, by=counsellor)

    assert met(counsellor, traders=[kept.pk]) == [track.uid]


def test_it_ends_with_its_last_day_or_when_somebody_ends_it(counsellor, placed, time_machine):
    placed()
    ended = placed(about="03-8765-4321")
    tracks.end(ended.uid, by=counsellor)

    assert met(counsellor, phones=["0387654321"]) == []
    with pytest.raises(tracks.TrackEnded):
        tracks.end(ended.uid, by=counsellor)
    time_machine.move_to(timezone.now() + timedelta(days=31))
    assert met(counsellor, phones=["0312345678"]) == []


def test_a_row_that_was_put_in_moved_or_silenced_by_hand_has_no_effect(counsellor, placed, trader):
    made = trader("ミドリ住設")
    track = placed(kind="TRADER", about="", trader_uid=made.uid)
    forged = Track.objects.get(pk=track.pk)
    forged.pk, forged.uid = None, uuid.uuid4()
    forged.save(force_insert=True)
    assert met(counsellor, traders=[made.pk]) == [track.uid]

    Track.objects.filter(pk=track.pk).update(ended_at=timezone.now())
    assert met(counsellor, traders=[made.pk]) == [track.uid]
    Track.objects.filter(pk=track.pk).update(ends_on=soon() + timedelta(days=300))
    assert met(counsellor, traders=[made.pk]) == []
    other = trader("アオイ")
    Track.objects.filter(pk=track.pk).update(ends_on=soon(), trader=other)
    assert met(counsellor, traders=[other.pk]) == []


def test_reading_is_an_entry_and_gives_the_words(counsellor, placed):
    [instruction] = tracks.read([placed()], by=counsellor)

    assert (instruction.text, instruction.from_whom) == (
        "折り返さず、生活安全課へ連絡する。",
        "北警察署 田中係長",
    )
    assert instruction.about == "03-1234-5678"
    assert "生活安全課" not in repr(instruction)
    assert AuditEntry.objects.get(action="TRACK_READ").reason == str(instruction.track.uid)


def test_a_form_sent_twice_places_one(counsellor, placed):
    uid = uuid.uuid4()

    assert placed(uid=uid) == placed(uid=uid)
    assert AuditEntry.objects.filter(action="TRACK_PLACED").count() == 1


def test_a_saved_case_meets_tracks_on_its_trader_number_site_and_account(counsellor, placed, trader):
    made = trader("ミドリ住設")
    wanted = {
        placed(kind="TRADER", about="", trader_uid=made.uid).uid,
        placed().uid,
        placed(kind="URL", about="fake-shop.example.com").uid,
        placed(kind="ACCOUNT", about="", payee=ACCOUNT).uid,
    }
    case = builders.case(
        by=counsellor,
        traders=(TraderEntry(name="ミドリ", trader_uid=made.uid, phone="０３（１２３４）５６７８", url="http://fake-shop.example.com/"),),
        transfers=(TransferEntry(institution="みどり銀行 北町支店", account="1234567"),),
    )  # fmt: skip

    assert {track.uid for track in tracks.of_case(case, by=counsellor)} == wanted
    assert tracks.of_case(builders.case(by=counsellor), by=counsellor) == []


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"ends_on": None}, "ends_on"),
        ({"ends_on": date(2020, 1, 1)}, "ends_on"),
        (lambda: {"ends_on": calendar.today() + timedelta(days=367)}, "ends_on"),
        ({"text": " "}, "text"),
        ({"text": "あ" * 1001}, "text"),
        ({"source": "FRIEND"}, "source"),
        ({"about": "12"}, "about"),
        ({"kind": "TRADER"}, "kind"),
        ({"kind": "ACCOUNT", "about": ""}, "account"),
    ],
)
def test_what_has_no_end_no_words_or_no_subject_is_refused(placed, more, field):
    with pytest.raises(EntryRefused) as refusal:
        placed(**builders.given(more))

    assert field in refusal.value.errors


def test_another_centre_s_trader_and_track_are_out_of_reach(elsewhere, placed, trader):
    far = trader("ミドリ住設", by=elsewhere)

    with pytest.raises(Trader.DoesNotExist):
        placed(kind="TRADER", about="", trader_uid=far.uid)
    with pytest.raises(Track.DoesNotExist):
        tracks.end(placed().uid, by=elsewhere)


def test_a_year_after_its_end_a_track_goes_with_its_key(counsellor, placed, time_machine):
    track, young = placed(), placed(ends_on=soon() + timedelta(days=200))
    time_machine.move_to(timezone.now() + timedelta(days=30 + tracks.KEPT_DAYS + 1))

    tracks.forget_old()

    assert list(Track.objects.all()) == [young]
    assert not DataKey.objects.filter(owner_uid=track.uid).exists()
