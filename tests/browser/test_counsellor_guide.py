"""Each task of the counsellors' guide, done with the keyboard as it says there; every step leaves its picture.

`make guide-pictures` keeps them.
"""

import uuid
from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from cases import feed
from cases.jobs import claim_and_run, signs
from cases.jobs.lanes import EVERY
from cases.law import calendar
from cases.records.case import Case
from cases.services import alerts
from cases.services.alerts import AlertEntry
from cases.services.card_entry import TransferEntry
from cases.services.traders import keeping, tracks
from cases.services.traders.keeping import TraderDetails
from cases.services.traders.tracks import TrackEntry
from consult.shell.accounts import Account
from tests import builders
from tests.browser.counsellor_guide import FOLDER, LARGEST, VIEW, Reader, shown_in_guide
from tests.browser.desk import TYPED_DAY, no_mouse, sign_in

STORY = "無料の屋根点検に来た業者に瓦がずれていると言われ、その場で修理を契約した。解約したい。"


def test_the_guides_show_every_picture_and_no_other_is_kept() -> None:
    kept = {file.stem: file.stat().st_size for file in FOLDER.glob("*")}

    assert sorted(kept) == sorted(shown_in_guide())
    assert max(kept.values()) <= LARGEST


@pytest.fixture
def counsellor() -> Account:
    centre = builders.centre()
    centre.name = "みなと市消費生活センター"
    centre.save()
    account = builders.account(username="soudan", at=centre)
    account.display_name = "相談 花子"
    account.save()
    return account


@pytest.fixture
def reader(page: Page, live_server: Any, counsellor: Account) -> Reader:
    page.set_viewport_size(VIEW)
    no_mouse(page)
    sign_in(page, live_server, counsellor)
    return Reader(page, live_server.url)


def known_before(by: Account) -> Case:
    """A trader with an instruction, an alert, and a closed case of the same number."""
    trader = keeping.add(uuid.uuid4(), TraderDetails(name="ミドリ住設"), centre=by.centre, by=by)
    until = calendar.today() + timedelta(days=60)
    place = TrackEntry(
        uid=uuid.uuid4(), kind="TRADER", source="POLICE", trader_uid=trader.uid, ends_on=until,
        text="この業者の名前が出たら、生活安全課へ連絡する。",
    )  # fmt: skip
    tracks.place(place, centre=by.centre, by=by)
    mail = AlertEntry(
        uid=uuid.uuid4(), source="POLICE", title="屋根の点検をよそおう訪問が続いています", scam_type="INSPECTION",
        text="市内の北町で、同じ手口の訪問が続いています。", link="", valid_from=calendar.today(), valid_until=None,
    )  # fmt: skip
    alerts.enter(mail, centre=by.centre, by=by)
    before = builders.case(
        by=by, caller=builders.person(phone="0312345678"), outcome="ADVICE", closed_on=date(2026, 11, 21),
        narrative="屋根の点検で瓦がずれていると言われ、修理の契約をした。解約を希望。",
        advice="クーリング・オフのはがきの書き方を伝えた。",
    )  # fmt: skip
    feed.drain("search", 1_000)
    while claim_and_run(worker="guide"):
        pass
    return before


def answer_a_call(reader: Reader, before: Case) -> None:
    """電話を受ける, 同じ番号の電話, 期限を読み上げる, 事業者を選ぶ, 手引きを見る: one call, saved."""
    reader.open("/")
    reader.press("Alt+n")
    reader.page.wait_for_url("**/intake/*")
    reader.shoot("call-start")
    reader.write(STORY)
    reader.press("Tab")
    reader.write("11")
    reader.sees("#hint-guidance", "屋根の点検をよそおう")
    reader.press("Alt+g")
    reader.shoot("guidance")
    reader.press("Alt+5")
    reader.write(TYPED_DAY)
    reader.press("Tab")
    reader.write(TYPED_DAY)
    reader.sees("#hint-rights", "消印まで")
    expect(reader.page.locator("#hint-rights .right__sentence").first).to_be_in_viewport()
    reader.shoot("rights")
    reader.tab_to("#id_trader_name")
    reader.write("mi")
    reader.sees("#hint-trader", "ミドリ住設")
    reader.press("Alt+j")
    reader.sees("#hint-tracks", "生活安全課へ連絡する")
    reader.shoot("trader", "[aria-labelledby=hint-trader-title]")
    reader.shoot("track", "[aria-labelledby=hint-tracks-title]")
    reader.press("Alt+7")
    reader.tab_to("#id_caller_phone")
    reader.write("03-1234-5678")
    reader.sees("#hint-phone", before.number)
    reader.shoot("same-number", "[aria-labelledby=hint-phone-title]")
    expect(reader.page.locator("#draft-status")).to_contain_text("下書きを保存しました")


def the_next_call_comes(reader: Reader) -> None:
    """保留と次の電話: a second call in between, then back to the first, which is saved."""
    reader.press("Alt+p")
    reader.page.wait_for_url(reader.base + "/")
    reader.press("Alt+n")
    reader.page.wait_for_url("**/intake/*")
    reader.write("講座の日時を知りたい。")
    reader.press("Tab")
    reader.write("0")
    reader.sees(".other-drafts", "の電話")
    reader.shoot("parked", ".page-head")
    reader.press("Control+Enter")
    reader.sees(".notice--success", "保存しました")
    reader.press("Alt+n")
    reader.page.wait_for_url("**/intake/*")
    reader.press("Alt+w")
    reader.sees(".restored", "下書きの続き")
    expect(reader.page.locator("#id_narrative")).to_have_value(STORY)
    reader.press("Control+Enter")
    reader.sees(".notice--success", "保存しました")
    reader.shoot("case-saved")


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_a_call_as_the_guide_says(reader: Reader, counsellor: Account) -> None:
    answer_a_call(reader, known_before(counsellor))
    the_next_call_comes(reader)


def recorded(by: Account) -> Case:
    """A case with a contract, money sent and a harm, as after a call."""
    day = calendar.today() - timedelta(days=3)
    sent = TransferEntry(
        happened_at=timezone.now() - timedelta(hours=2), yen=500_000, institution="架空銀行 北町支店",
        account="1234567", holder="カクウ タロウ",
    )  # fmt: skip
    return builders.case(
        by=by, caller=builders.person(), party=builders.person(name="鈴木 和子", address="架空市北町1-2"),
        narrative=STORY, harm="HARM", contracted_on=day, document_received_on=day, contract_yen=1_480_000,
        paid_yen=500_000, transfers=(sent,), received_at=timezone.now() - timedelta(hours=1),
    )  # fmt: skip


def write_a_postcard(reader: Reader) -> None:
    reader.press("Alt+l")
    reader.sees("h1", "通知を書く")
    reader.press("Alt+l")
    reader.write("1")
    reader.press("Control+Enter")
    reader.sees("form[data-guard]", "保存して印刷へ進む")
    reader.shoot("letter")
    reader.press("Control+Enter")
    reader.sees("main", "保存しました。次は印刷です。")
    reader.press("Control+Enter")
    reader.sees(".postcards__pair", "契約")
    reader.shoot("postcard", ".postcards__pair")


def read_the_memo(reader: Reader) -> None:
    reader.press("Alt+b")
    reader.sees("h1", "口座凍結・警察への連絡メモ")
    reader.sees("main", "カクウ タロウ")
    reader.shoot("memo")


def add_and_plan(reader: Reader) -> None:
    """経過と次の連絡."""
    reader.press("Alt+k")
    reader.write("業者に電話し、解約の書面が届いたことを確かめた。")
    reader.press("Control+Enter")
    reader.sees(".timeline", "解約の書面が届いた")
    reader.shoot("follow-up", "#follow-ups")
    reader.press("Alt+y")
    expect(reader.page.locator("#id_callback_due_on")).to_be_focused()
    reader.write("明日")
    reader.press("Tab")
    reader.write("14-16")
    reader.shoot("next-contact", "#callbacks")
    reader.press("Control+Enter")
    reader.sees("#callbacks", "14:00")


def mediate(reader: Reader) -> None:
    reader.press("Alt+a")
    reader.sees("h1", "あっせん")
    for number, yen, words in (("2", "148万円", "全額の返金を求める。"), ("3", "50万円", "工事分を引く。")):
        reader.press("Alt+k")
        reader.write(number)
        reader.tab_to("#id_yen")
        reader.write(yen)
        reader.tab_to("#id_text")
        reader.write(words)
        reader.press("Control+Enter")
        reader.sees(".timeline", words)
    reader.shoot("mediation", "main")


def take_back_and_close(reader: Reader) -> None:
    """元に戻す, 終了する, 決裁に回す."""
    reader.press("Alt+e")
    reader.write("1")
    reader.press("Control+Enter")
    reader.sees(".notice--success", "終了しました")
    reader.shoot("undo")
    reader.press("Alt+z")
    reader.sees(".identity", "対応中")
    reader.press("Alt+e")
    reader.write("1")
    reader.press("Control+Enter")
    reader.sees(".notice--success", "終了しました")
    reader.press("Alt+q")
    reader.sees("h1", "の起案")
    reader.press("Alt+k")
    reader.write("あっせんはせず、助言で終わりました。")
    reader.shoot("approval", "main")
    reader.press("Control+Enter")
    reader.sees(".identity", "助言")


def copy_to_pionet(reader: Reader) -> None:
    reader.press("Alt+p")
    reader.sees("h1", "PIO-NET")
    reader.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    reader.press("Alt+c")
    reader.shoot("pionet")
    reader.press("Alt+p")
    reader.write("2026-0001234")
    reader.press("Control+Enter")
    reader.sees("main", "2026-0001234")


def correct(reader: Reader) -> None:
    reader.tab_to("a[href$=correct]")
    reader.press("Enter")
    reader.sees("h1", "訂正")
    reader.press("Alt+4")
    reader.press("Control+a")
    reader.write("81")
    reader.shoot("correction")
    reader.press("Control+Enter")
    reader.sees(".notice--success", "訂正を保存しました")


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_a_case_as_the_guide_says(reader: Reader, counsellor: Account) -> None:
    page = f"/cases/{recorded(counsellor).uid}/"
    reader.open(page)
    reader.press("Alt+r")
    reader.sees(".summary", "山田 花子")
    reader.shoot("contacts", "[aria-labelledby=people-title]")
    write_a_postcard(reader)
    reader.open(page)
    read_the_memo(reader)
    reader.open(page)
    add_and_plan(reader)
    mediate(reader)
    reader.open(page)
    correct(reader)
    take_back_and_close(reader)
    copy_to_pionet(reader)


def decide_an_accident(reader: Reader) -> None:
    reader.tab_to("a[href$=accident]")
    reader.press("Enter")
    reader.sees("h1", "重大事故等か判定する")
    reader.tab_to("[type=radio]")
    reader.press("ArrowUp")
    reader.shoot("accident")
    reader.press("Control+Enter")
    reader.sees("main", "判定を記録しました")


def share(reader: Reader) -> None:
    reader.tab_to("a[href$=watch-share]")
    reader.press("Enter")
    reader.sees("h1", "見守りに情報を渡す")
    reader.tab_to("#id_recipient_kind")
    for words in ("1", "架空地域包括支援センター", "鈴木", "1"):
        reader.write(words)
        reader.press("Tab")
    reader.press("Space")
    reader.tab_to("#id_ground")
    reader.write("2")
    reader.shoot("watch-share")


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_the_rest_of_a_day_as_the_guide_says(reader: Reader, counsellor: Account) -> None:
    case = recorded(counsellor)
    for number in range(3):
        builders.case(by=counsellor, narrative=f"脱毛エステの中途解約 {number}", scam_main="BEAUTY")
    page = f"/cases/{case.uid}/"
    reader.open(page)
    decide_an_accident(reader)
    reader.open(page)
    share(reader)
    signs.give(EVERY, "w")
    reader.open("/")
    reader.shoot("today")
    reader.press("Alt+h")
    reader.sees("[data-help-status]", "応援を呼んでいます")
    reader.shoot("help-call", "header")
    reader.tab_to("a[href='/log/']")
    reader.press("Enter")
    reader.sees("h1", "日報")
    reader.shoot("day-log")
    reader.open("/")
    reader.tab_to("a[href*=blank]")
    reader.press("Enter")
    reader.sees("main", "受付票")
    reader.shoot("blank-sheet")
    reader.press("F2")
    reader.page.wait_for_url("**/cases/find")
    expect(reader.page.locator("#id_text")).to_be_focused()
    reader.write(case.number)
    reader.press("Enter")
    reader.sees(".identity", case.number)
    reader.press("F1")
    reader.shoot("keys", "#shortcuts")
