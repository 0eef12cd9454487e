"""The master's pages, the picker beside the form, tracks during a call and on a case's page."""

import uuid
from datetime import timedelta

import pytest
from django.urls import reverse

from cases import held
from cases.law import calendar
from cases.protection.models import AuditEntry
from cases.records.card import CaseTrader
from cases.records.track import Track
from cases.records.trader import Trader
from cases.services import custody
from cases.services.card_entry import TraderEntry, TransferEntry
from cases.services.traders import keeping, linking, merging, tracks
from cases.services.traders.keeping import TraderDetails
from cases.services.traders.tracks import TrackEntry
from tests import builders
from tests.consult.desk.conftest import client_of, filled, queries_of

pytestmark = pytest.mark.django_db
NUMBER = "7000012050002"


@pytest.fixture
def trader(counsellor):
    def add(name="ミドリ住設", **more):
        by = more.pop("by", counsellor)
        return keeping.add(uuid.uuid4(), TraderDetails(name=name, **more), centre=by.centre, by=by)

    return add


@pytest.fixture
def track(counsellor):
    def place(**more):
        given = {
            "uid": uuid.uuid4(), "kind": "PHONE", "source": "POLICE", "about": "03-1234-5678",
            "text": "折り返さず、生活安全課へ連絡する。", "ends_on": calendar.today() + timedelta(days=30), **more,
        }  # fmt: skip
        return tracks.place(TrackEntry(**given), centre=counsellor.centre, by=counsellor)

    return place


def page(client, to, /, *args, **data):
    url = reverse(to, args=args)
    return client.post(url, data) if data else client.get(url)


def hint(client, name, **fields):
    return client.post(reverse("hint", args=[uuid.uuid4(), name]), fields).content.decode()


def case_of(by, trader, **more):
    return builders.case(by=by, traders=(TraderEntry(name=trader.name, trader_uid=trader.uid),), **more)


# --- The master ------------------------------------------------------------
def test_a_trader_is_registered_found_and_shown_with_its_cases_by_month(desk, counsellor):
    form = {
        "uid": uuid.uuid4(),
        "name": "株式会社ミドリ住設",
        "kana": "ミドリジュウセツ",
        "kind": "COMPANY",
        "corporate_number": NUMBER,
    }
    response = page(desk, "trader-new", **form)
    made = Trader.objects.get()
    assert response.url == reverse("trader", args=[made.uid])
    case = case_of(counsellor, made)

    found = page(desk, "traders-find", text="mi").content.decode()
    shown = page(desk, "trader", made.uid).content.decode()

    assert "株式会社ミドリ住設" in found
    assert "12か月に1件" in found
    assert case.number in shown
    assert "2026-11" in shown
    assert made.name in page(desk, "traders").content.decode()


def test_a_wrong_or_taken_number_comes_back_with_the_way_out(desk, trader):
    made = trader(corporate_number=NUMBER)
    form = {"uid": uuid.uuid4(), "name": "みどり", "kind": "COMPANY"}

    wrong = page(desk, "trader-new", **form, corporate_number="7000012050003")
    taken = page(desk, "trader-new", **form, corporate_number=NUMBER)

    assert (wrong.status_code, taken.status_code) == (422, 422)
    assert reverse("trader", args=[made.uid]) in taken.content.decode()
    assert Trader.objects.count() == 1


def test_a_change_over_a_change_keeps_what_was_typed(desk, trader):
    made = trader()
    form = {"uid": made.uid, "revision": 1, "kind": "UNKNOWN"}
    assert page(desk, "trader-change", made.uid, **form, name="ミドリ住設工業").status_code == 302

    late = page(desk, "trader-change", made.uid, **form, name="ミドリ建設")

    assert late.status_code == 422
    assert "ミドリ建設" in late.content.decode()


def test_names_and_numbers_are_added_refused_and_taken_away(desk, trader):
    made = trader()
    page(desk, "trader-name", made.uid, text="グリーンホーム", kana="")
    page(desk, "trader-mark", made.uid, kind="PHONE", value="０３－１２３４－５６７８")
    refused = page(desk, "trader-mark", made.uid, kind="URL", value="みどり")

    shown = page(desk, "trader", made.uid).content.decode()
    assert "グリーンホーム" in shown
    assert "03-1234-5678" in shown
    assert refused.status_code == 422

    page(desk, "trader-remove", made.uid, name=made.names.get(is_main=False).uid)
    page(desk, "trader-remove", made.uid, mark=made.marks.get().uid)
    assert (made.names.count(), made.marks.count()) == (1, 0)


def test_a_person_s_name_is_shown_on_demand_and_logged(desk, manager, trader):
    made = trader(name="北町の業者", is_person=True, person_name="鬼塚紗都香")

    assert "紗都香" not in page(desk, "trader", made.uid).content.decode()
    assert "紗都香" in desk.post(reverse("trader-open", args=[made.uid])).content.decode()
    assert AuditEntry.objects.filter(action="TRADER_OPENED").count() == 1
    assert client_of(manager).post(reverse("trader-open", args=[made.uid])).status_code == 403


def test_merging_is_previewed_done_and_undone(desk, trader):
    kept, merged = trader(), trader(name="みどりホーム")

    found = page(desk, "trader-merge", kept.uid, text="みどり").content.decode()
    assert str(merged.uid) in found
    assert str(kept.uid) not in found.partition("pick-list")[2]
    preview = page(desk, "trader-merge", kept.uid, other=merged.uid).content.decode()
    assert "みどりホーム" in preview
    assert Trader.objects.standing().count() == 2

    page(desk, "trader-merge", kept.uid, other=merged.uid, do="merge")
    assert page(desk, "trader", merged.uid).url == reverse("trader", args=[kept.uid])
    page(desk, "trader-part", merged.uid, x="1")
    assert Trader.objects.standing().count() == 2


def test_a_trader_s_page_hides_guarded_cases_of_others_and_tells_of_them(desk, counsellor, trader):
    made = trader()
    colleague = builders.account(at=counsellor.centre)
    case = case_of(colleague, made)
    custody.guard(case.uid, is_guarded=True, by=colleague)

    shown = page(desk, "trader", made.uid).content.decode()

    assert case.number not in shown
    assert "支援措置のある相談が1件" in shown
    assert case.number in page(client_of(colleague), "trader", made.uid).content.decode()


def test_the_pages_ask_the_database_the_same_number_of_times_for_few_and_many(desk, counsellor, trader):
    made = trader()
    for _number in range(2):
        case_of(counsellor, made)
    list_few = queries_of(lambda: page(desk, "traders"))
    few = queries_of(lambda: page(desk, "trader", made.uid))
    for number in range(8):
        case_of(counsellor, trader(name=f"アオイ設備{number}"))
        case_of(counsellor, made)
        keeping.add_name(made.uid, f"別名{number}", "", by=counsellor)

    held.forget_all()
    assert queries_of(lambda: page(desk, "traders")) == list_few <= 12
    assert queries_of(lambda: page(desk, "trader", made.uid)) == few <= 22


# --- The picker ------------------------------------------------------------
def test_the_picker_offers_traders_with_our_cases_in_numbers_and_no_names(desk, counsellor, trader):
    made = trader()
    colleague = builders.account(at=counsellor.centre)
    case_of(colleague, made)

    text = hint(desk, "trader", trader_name="みど")

    assert str(made.uid) in text
    assert "うちほかの人1件" in text
    assert colleague.display_name not in text
    assert "2文字" in hint(desk, "trader", trader_name="み")
    assert "台帳にない" in hint(desk, "trader", trader_name="アオイ")


def test_a_chosen_trader_stays_chosen_whatever_is_typed_after_and_follows_a_merge(desk, counsellor, trader):
    made, kept = trader(), trader(name="アオイ設備")

    text = hint(desk, "trader", trader_name="別の名前", trader_uid=made.uid)
    assert f'value="{made.uid}" data-name="ミドリ住設" checked' in text

    merging.merge(kept.uid, merged_uid=made.uid, by=counsellor)
    assert f'value="{kept.uid}" data-name="アオイ設備" checked' in hint(
        desk, "trader", trader_name="", trader_uid=made.uid
    )


def test_another_centre_s_trader_is_not_offered_even_by_its_uid(desk, elsewhere, trader):
    far = trader(by=elsewhere)

    assert "ミドリ住設" not in hint(desk, "trader", trader_name="ミドリ", trader_uid=far.uid)


# --- Tracks ------------------------------------------------------------
def test_a_track_is_placed_from_the_page_listed_read_and_ended(desk):
    form = {
        "uid": uuid.uuid4(), "kind": "ACCOUNT", "payee_kind": "BANK", "institution": "みどり銀行 北町支店",
        "account": "1234567", "source": "POLICE", "from_whom": "生活安全課", "text": "すぐに連絡する。",
        "ends_on": "12/31",
    }  # fmt: skip
    assert page(desk, "track-new", **form).url == reverse("tracks")
    placed = Track.objects.get()

    listed = page(desk, "tracks").content.decode()
    assert "すぐに連絡する" not in listed
    assert "いま有効 1件" in listed
    read = desk.post(reverse("track-read", args=[placed.uid])).content.decode()
    assert all(words in read for words in ("すぐに連絡する", "1234567", "生活安全課"))

    desk.post(reverse("track-end", args=[placed.uid]))
    assert "いま有効 0件" in page(desk, "tracks").content.decode()


@pytest.mark.parametrize(
    "more", [{"ends_on": ""}, {"ends_on": "R10.12.31"}, {"about": "みどり"}, {"text": ""}, {"source": ""}]
)
def test_a_track_without_end_subject_or_words_comes_back(desk, more):
    form = {
        "uid": uuid.uuid4(), "kind": "PHONE", "about": "03-1234-5678", "source": "POLICE", "text": "連絡する",
        "ends_on": "12/31", **more,
    }  # fmt: skip

    assert page(desk, "track-new", **form).status_code == 422
    assert not Track.objects.exists()


def test_a_track_on_a_trader_is_placed_from_its_page_and_shown_there(desk, trader):
    made = trader()
    form = {"uid": uuid.uuid4(), "source": "PREFECTURE", "text": "県に報告する。", "ends_on": "12/31"}
    assert page(desk, "trader-track", made.uid, **form).status_code == 302

    assert "都道府県" in page(desk, "trader", made.uid).content.decode()
    assert "県に報告する。" in hint(desk, "tracks", trader_name="株式会社みどり住設")
    assert "県に報告する。" in hint(desk, "tracks", trader_uid=made.uid)
    assert "県に報告する。" not in hint(desk, "tracks", trader_name="みどり住宅")


@pytest.mark.parametrize(
    "fields",
    [
        {"narrative": "０３－１２３４－５６７８から電話があった。"},
        {"caller_phone": "03(1234)5678"},
        {"trader_phone": "0312345678"},
    ],
)
def test_a_tracked_number_is_met_wherever_it_is_typed(desk, track, fields):
    track()

    assert "生活安全課へ連絡する" in hint(desk, "tracks", **fields)
    assert AuditEntry.objects.filter(action="TRACK_READ").count() == 1


def test_tracked_sites_and_accounts_are_met_in_the_story_and_in_the_transfer(desk, track, counsellor):
    from cases.payees import read

    track(kind="URL", about="fake-shop.example.com", text="サイトは警察が捜査中。")
    track(
        kind="ACCOUNT",
        about="",
        payee=read("BANK", "みどり銀行 北町支店", "1234567"),
        text="口座凍結を急ぐ。",
    )
    transfer = {
        "transfers-0-kind": "BANK",
        "transfers-0-institution": "みどり銀行",
        "transfers-0-account": "普通1234567",
    }

    assert "サイトは警察が捜査中。" in hint(
        desk, "tracks", narrative="https://fake-shop.example.com/a で買った"
    )
    assert "口座凍結を急ぐ。" in hint(desk, "tracks", **transfer)


def test_a_trader_met_by_its_number_in_the_story_brings_its_tracks(desk, counsellor, trader, track):
    made = trader()
    keeping.add_mark(made.uid, "PHONE", "03-1234-5678", by=counsellor)
    track(kind="TRADER", about="", trader_uid=made.uid)

    assert "生活安全課へ連絡する" in hint(desk, "tracks", narrative="03-1234-5678から電話。")


def test_nothing_to_heed_is_said_and_leaves_no_entry(desk, track):
    track()

    assert "注意指示はありません" in hint(desk, "tracks", narrative="03-1234-5679から電話。")
    assert not AuditEntry.objects.filter(action="TRACK_READ").exists()


# --- On a case's page ------------------------------------------------------------
def test_a_case_s_page_shows_its_trader_tracks_and_other_cases_of_the_account(
    desk, counsellor, trader, track
):
    made = trader()
    track(kind="TRADER", about="", trader_uid=made.uid)
    to = (TransferEntry(institution="みどり銀行 北町支店", account="1234567"),)
    other = builders.case(by=counsellor, transfers=to)
    case = case_of(counsellor, made, transfers=to)

    shown = page(desk, "case", case.uid).content.decode()

    assert all(
        words in shown for words in ("生活安全課へ連絡する", "ミドリ住設", other.number, "同じ口座の相談")
    )
    # The page compares by itself: nobody is told that they look up many accounts.
    assert AuditEntry.objects.filter(action="ACCOUNT_COMPARED").count() == 1
    assert not AuditEntry.objects.filter(action="ACCOUNT_LOOKED_UP").exists()


def test_a_case_without_any_of_it_shows_none_of_it(desk, counsellor, track):
    track()
    shown = page(desk, "case", builders.case(by=counsellor).uid).content.decode()

    assert not any(words in shown for words in ("同じ口座の相談", "事業者(台帳)", "注意指示"))


def test_a_saved_case_gets_its_trader_chosen_and_taken_away(desk, counsellor, trader):
    made = trader()
    case = builders.case(by=counsellor, traders=(TraderEntry(name="ミドリ", phone="03-1234-5678"),))

    assert str(made.uid) in page(desk, "case-trader", case.uid, text="mi").content.decode()
    page(desk, "case-trader", case.uid, trader=made.uid)
    page(desk, "case-trader", case.uid, trader=made.uid)  # a double click
    assert [row.trader_uid for row in CaseTrader.objects.filter(case=case)] == [made.uid]
    assert "ミドリ住設" in page(desk, "case", case.uid).content.decode()

    page(desk, "case-trader", case.uid, trader=made.uid, do="leave")
    assert [row.trader_uid for row in CaseTrader.objects.filter(case=case)] == [None]
    actions = AuditEntry.objects.filter(case_uid=case.uid, digest__isnull=False).values_list(
        "action", flat=True
    )
    assert list(actions.order_by("pk")) == ["CASE_RECORDED", "CASE_TRADER_CHOSEN", "CASE_TRADER_LEFT"]


def test_a_row_that_was_made_for_the_choice_goes_with_it(counsellor, trader):
    made, case = trader(), builders.case(by=counsellor)
    linking.choose(case.uid, trader_uid=made.uid, by=counsellor)
    linking.leave(case.uid, trader_uid=made.uid, by=counsellor)

    assert not CaseTrader.objects.filter(case=case).exists()


def test_a_merged_or_far_trader_is_not_chosen(desk, counsellor, elsewhere, trader):
    kept, merged, far = trader(), trader(name="みどりホーム"), trader(by=elsewhere)
    merging.merge(kept.uid, merged_uid=merged.uid, by=counsellor)
    case = builders.case(by=counsellor)

    for wrong in (merged, far):
        assert page(desk, "case-trader", case.uid, trader=wrong.uid).status_code == 409
    assert not CaseTrader.objects.exists()


def test_the_account_hint_shows_earlier_cases_and_logs_the_look(desk, counsellor):
    to = (TransferEntry(institution="みどり銀行 北町支店", account="1234567"),)
    case = builders.case(by=counsellor, transfers=to)
    fields = {"transfers-0-kind": "BANK", "transfers-0-account": "1234567"}

    sure = hint(desk, "accounts", **fields, **{"transfers-0-institution": "みどり銀行 北町支店"})
    perhaps = hint(desk, "accounts", **fields)

    assert case.number in sure
    assert "銀行か支店は不明" in perhaps
    assert "同じ送金先の相談を探します" in hint(desk, "accounts", **{"transfers-0-account": ""})
    assert AuditEntry.objects.filter(action="ACCOUNT_LOOKED_UP").count() == 2


def test_a_call_is_saved_with_the_trader_that_was_chosen_beside_the_form(desk, trader, uid):
    """Without scripts the choice comes after the form's own empty field: the last one counts."""
    made = trader()
    form = filled(trader_name="ミドリ住設", trader_uid=["", str(made.uid)])

    shown = desk.post(reverse("intake", args=[uid]), {**form, "action": "hints"}).content.decode()
    assert f'value="{made.uid}" data-name="ミドリ住設" checked' in shown
    assert desk.post(reverse("intake", args=[uid]), form).status_code == 302

    [row] = CaseTrader.objects.filter(case__uid=uid)
    assert (row.trader_uid, row.role) == (made.uid, "SELLER")


def test_a_corrected_case_keeps_its_trader(desk, counsellor, trader):
    made = trader()
    case = case_of(counsellor, made)

    opened = desk.get(reverse("case-correct", args=[case.uid])).content.decode()

    assert str(made.uid) in opened
