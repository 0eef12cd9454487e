"""Each task of the managers' guide, done with the keyboard as it says there; every chapter leaves its picture.

`make guide-pictures` keeps them.
"""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from cases import jobs
from cases.models import PublishedFigure
from cases.records.answers import NumbersQuestion, PublishedAnswer
from cases.records.centre import Area
from cases.services import followup
from consult.shell.accounts import Account
from tests import builders
from tests.browser.counsellor_guide import VIEW, Reader
from tests.browser.desk import no_mouse, sign_in
from tests.browser.manager_desk import TOLD, Hands, ask_the_councils_question
from tests.cases.services.pionet.test_cards import confirm
from tests.cases.services.population import files
from tests.cases.services.population.files import csv_bytes

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SCAMS = ("INSPECTION", "FAKE_SHOP", "INSPECTION", "SUPPORT_SCAM", "INSPECTION", "PHISHING")


@pytest.fixture
def counsellor(tmp_path: Any, settings: Any) -> Account:
    """A centre with calls of more than a year."""
    settings.COLUMNS_DIR = tmp_path / "columns"
    centre = builders.centre(name="みなと市消費生活センター")
    Area.objects.create(centre=centre, code="EAST", label="東区域")
    by, now = builders.account(at=centre), timezone.now() - timedelta(minutes=1)
    for n in range(30):
        builders.case(
            by=by, scam_main=SCAMS[n % 6], age=(66 + n) if n % 3 else None, sex="MALE" if n % 2 else "FEMALE",
            received_at=now - timedelta(days=n * 14),
        )  # fmt: skip
    confirm(builders.case(by=by, age=72, received_at=now), by)
    return by


@pytest.fixture
def reader(page: Page, live_server: Any, counsellor: Account) -> Reader:
    page.set_viewport_size(VIEW)
    no_mouse(page)
    account = builders.account("MANAGER", at=counsellor.centre)
    account.display_name = "管理 一郎"
    account.save()
    sign_in(page, live_server, account)
    made = Reader(page, live_server.url)
    made.open("/")
    return made


@pytest.fixture
def hands(reader: Reader) -> Hands:
    return Hands(reader.page)


def work() -> None:
    while jobs.claim_and_run(worker="guide"):
        pass


def test_a_question_is_answered_kept_and_asked_again(
    reader: Reader, hands: Hands, counsellor: Account
) -> None:
    """議会の質問に答える, ファイルで渡す, 答えた数字を残す, 後でまた聞かれたら."""
    ask_the_councils_question(hands)
    hands.sees("前年同期")
    reader.shoot("numbers-answer")
    assert hands.download("Excel").suggested_filename.endswith(".xlsx")
    hands.page.reload()
    hands.open("議会などへの回答として残す")
    hands.write("何への回答か", "12月定例会 一般質問")
    hands.write("答えた日", "今日")
    hands.send()
    expect(reader.page.locator("h1")).to_have_text("回答 第1号")
    reader.shoot("answer-kept")

    builders.case(by=counsellor, age=80, received_at=timezone.now() - timedelta(minutes=1))
    wrong = builders.case(by=counsellor, age=81, received_at=timezone.now() - timedelta(minutes=1))
    entry = builders.entry(uid=wrong.uid, age=30, received_at=wrong.received_at)
    followup.correct_case(entry, revision=wrong.revision, by=counsellor)
    hands.open("同じ集計を開く")
    hands.open("公表した数字と、今との違いを見る")
    hands.sees("後から登録")
    reader.shoot("answer-differs")
    hands.write("訂正のお知らせ", "登録の遅れた1件を加えました。")
    hands.open("訂正として残す")
    hands.sees("訂正第1号")
    assert PublishedAnswer.objects.get().corrections.count() == 1


def test_a_question_of_every_month_is_kept(reader: Reader, hands: Hands) -> None:
    """毎月見る集計を残す."""
    hands.open("集計")
    hands.open("先月")
    hands.write("名前", "先月の手口")
    hands.choose("次に開いたときに数えるもの", "開いた日の「先月」")
    hands.open("この集計を保存する")
    hands.sees("集計を保存しました")
    hands.unfold("保存した集計")
    reader.shoot("question-kept")
    hands.open("先月の手口")
    assert NumbersQuestion.objects.get().address.startswith("period=last_month")


def test_a_report_is_made_told_issued_and_checked(reader: Reader, hands: Hands) -> None:
    """年報を作る, 事例を載せる, 年報を発行する, 発行した年報を確かめる."""
    page = reader.page
    hands.open("年報")
    hands.choose("期間", "年報")
    hands.press("ArrowDown")
    hands.open("作る")
    work()
    page.wait_for_selector("text=1 件数の推移")
    reader.shoot("report-draft")
    hands.open("事例を選ぶ")
    hands.choose("相談", "20")
    hands.open("確定した文を開く")
    hands.write("題名", "屋根の点検商法")
    hands.write("内容", TOLD)
    hands.to("個人が分からないことを確かめました")
    hands.press("Space")
    reader.shoot("report-example")
    hands.open("この文で載せる")
    hands.open("年報")
    hands.open("年報 ")
    hands.to("内容を確かめました")
    hands.press("Space")
    hands.open("番号を付けて発行する")
    work()
    page.wait_for_selector("text=データ(JSON)")
    reader.shoot("report-issued")
    hands.open("数え直す")
    work()
    page.wait_for_selector("text=個の数字がすべて同じです")
    hands.open("その後の登録・訂正・消去を見る")
    reader.shoot("report-since")


def given(hands: Hands, label: str, file: Path) -> None:
    """Choose a file: the window of the system is not the page's, so it is handed over as soon as it opens."""
    hands.to(label)
    hands.page.locator("input[type=file]").set_input_files(file)


def test_residents_and_printed_figures_are_brought_in(reader: Reader, hands: Hands, tmp_path: Path) -> None:
    """人口を入れる, 前の年の公表値を入れる, 高齢者の年齢を決める, 状況を見る."""
    people, printed = tmp_path / "人口.csv", tmp_path / "公表値.csv"
    people.write_bytes(csv_bytes(files.two_lines_of_headings()))
    printed.write_bytes(csv_bytes([["項目", "令和元年度", "令和2年度"], ["相談件数", 2590, 2655]]))
    hands.open("集計")
    hands.open("人口")
    given(hands, "人口のファイル", people)
    hands.write("出典", "住民基本台帳")
    hands.open("読み込む")
    for n in range(reader.page.locator(".towns select").count()):
        reader.tab_to(".towns select")
        reader.press("ArrowDown", *["ArrowDown"] * (n % 2))
    reader.shoot("population")
    hands.send()
    hands.sees("の人口")
    hands.open("集計")
    hands.open("公表値")
    given(hands, "公表値のファイル", printed)
    hands.write("単位", "件")
    hands.write("定義", "新規の相談")
    hands.write("出典", "事業概要")
    hands.open("読み込む")
    reader.shoot("published")
    hands.send()
    assert PublishedFigure.objects.count() == 2
    hands.open("集計")
    hands.open("高齢者・若者の年齢")
    hands.choose("高齢者とする年齢", "60歳以上")
    hands.send()
    hands.sees("年齢の区切りを保存しました")
    hands.open("状況")
    reader.shoot("board")
    hands.unfold("数字を表で見る")
