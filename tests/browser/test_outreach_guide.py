"""Each task of the outreach workers' guide, done with the keyboard as it says there; its pictures are taken on the way.

`make guide-pictures` keeps them.
"""

import io
from datetime import time
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from openpyxl import load_workbook
from playwright.sync_api import Page

from cases.jobs import claim_and_run
from cases.law import calendar
from consult.shell.accounts import Account
from outreach.bulletins.models import Bulletin
from outreach.delivery import subscribers
from outreach.delivery.subscribers import Wish
from outreach.devices import demo as device_demo
from outreach.lectures import services as lectures
from outreach.lectures.models import Lecture
from outreach.lectures.roster import services as roster
from outreach.lectures.roster.services import LecturerEntry
from outreach.lectures.services import LecturePlan
from outreach.planning import keeping
from outreach.programme.models import ProgrammeLine
from tests import applications, builders, waves
from tests.browser.counsellor_guide import VIEW, Reader
from tests.browser.desk import no_mouse, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def writer(tmp_path: Path, settings: Any) -> Account:
    settings.COLUMNS_DIR = tmp_path / "columns"
    centre = builders.centre()
    centre.name = "みなと市消費生活センター"
    centre.save()
    account = builders.account("OUTREACH", username="keihatsu", at=centre)
    account.display_name = "啓発 咲"
    account.save()
    return account


@pytest.fixture
def reader(page: Page, live_server: Any, writer: Account) -> Reader:
    page.set_viewport_size(VIEW)
    no_mouse(page)
    sign_in(page, live_server, writer)
    return Reader(page, live_server.url)


BEGINS = """(word) => {
  const one = document.activeElement;
  return Boolean(one.closest("main")) && one.innerText.trim().startsWith(word);
}"""


def find(reader: Reader, word: str) -> None:
    """Tab on to the link or button of the page that begins with this word."""
    for _n in range(160):
        reader.press("Tab")
        if reader.page.evaluate(BEGINS, word):
            return
    raise AssertionError(f"Tab does not lead to {word}")


def reach(reader: Reader, *words: str) -> None:
    """Find each and press Enter on it; each leads to another page."""
    for word in words:
        find(reader, word)
        with reader.page.expect_navigation():
            reader.press("Enter")


def fill(reader: Reader, **typed: str) -> None:
    """Tab from field to field in the order of the page; each ↓ goes on by one in a list."""
    for name, text in typed.items():
        reader.tab_to(f"[name={name}]")
        if text.strip("↓"):
            reader.write(text)
        else:
            reader.press(*["ArrowDown"] * len(text))


def save(reader: Reader, told: str) -> None:
    reader.press("Control+Enter")
    reader.sees("#messages", told)


def work() -> None:
    while claim_and_run(worker="guide"):
        pass


def test_where_to_lecture_and_a_lecturer_who_is_taken(reader: Reader, writer: Account) -> None:
    waves.history(writer.centre, "INSPECTION", [1] * 60)
    keeping.make_plan(writer.centre, by=writer)
    speaker = roster.add_lecturer(
        LecturerEntry(label="相談員A", kind="COUNSELLOR"), centre=writer.centre, by=writer
    )
    day = applications.workday(40)
    taken = LecturePlan(
        title="屋根の点検と言われたら", audience="KOREISHA", age_group="65_OVER", held_on=day,
        starts_at=time(10), ends_at=time(11), venue="南公民館", lecturers=(speaker.uid,),
    )  # fmt: skip
    lectures.plan_lecture(taken, centre=writer.centre, by=writer)

    reader.open("/outreach/")
    reach(reader, "啓発の案を見る")
    reader.sees("h1", "啓発の案")
    reader.shoot("outreach-plan")
    reach(reader, "点検商法")
    reader.press("Alt+b")
    reader.page.wait_for_url("**/lectures/new?**")
    fill(reader, title="点検商法の断り方", held_on=f"{day.month}/{day.day}", starts_at="10時", ends_at="11時半",
         venue="東公民館")  # fmt: skip
    reader.tab_to("[name=lecturers]")
    reader.press("Space")
    fill(reader, travel_before="30")
    reader.press("Control+Enter")
    reader.sees(".error-summary", "それでも行う理由")
    reader.shoot("lecture-clash")
    reader.press("Tab", "Enter")
    reader.write("前の講座が早く終わるため")
    save(reader, "講座を登録しました")
    reach(reader, "開催を決定")
    reader.sees("#messages", "開催を決定しました")

    assert Lecture.objects.get(venue="東公民館").go_on == "前の講座が早く終わるため"


def test_an_application_on_paper_is_decided_and_answered(reader: Reader) -> None:
    day = applications.workday(40)
    reader.open("/outreach/applications/")
    reader.press("Alt+n")
    reader.page.wait_for_url("**/applications/new")
    fill(reader, group_name="ひかり町老人会", contact="佐藤 花子", phone="03-9876-5432", expected_people="25",
         day_1=day.isoformat(), starts_1="10時", ends_1="11時", venue="東公民館")  # fmt: skip
    reader.press("Control+Enter")
    reader.sees("h1", "ひかり町老人会")
    reader.shoot("application")
    reader.tab_to("form[action$=decide] [name=reason]")
    reader.write("電話で確かめたため")
    reach(reader, "決定して講座に登録")
    reader.sees("#messages", "講座に登録しました")
    reach(reader, "通知書を作る")
    reader.sees("#messages", "決定通知書")

    assert "佐藤" not in reader.page.content()


def test_a_member_a_worry_by_phone_and_a_rumour(reader: Reader, writer: Account) -> None:
    reader.open("/outreach/network/")
    reader.press("Alt+n")
    reader.page.wait_for_url("**/network/new")
    fill(reader, kind="↓↓", name="民生委員・児童委員協議会 東部地区", channel="↓")
    save(reader, "構成員を登録しました")
    reader.open("/outreach/network/")
    reach(reader, "構成員からの気づき")
    reader.press("Alt+n")
    reader.page.wait_for_url("**/worries/new")
    fill(reader, member="↓", person="秘密 ハル", words="屋根の工事の契約書を三枚見せられた。")
    save(reader, "を受け取りました")
    reach(reader, "お礼の文を出す")
    reader.sees("main", "お礼")
    reader.shoot("worry-taken")
    assert "秘密" not in reader.page.content()
    reach(reader, "気づきに戻る", "構成員からの気づき")
    reader.sees("h1", "構成員からの気づき")

    reader.open("/outreach/network/")
    reach(reader, "うわさ・目撃情報")
    reader.press("Alt+k")
    reader.page.wait_for_url("**/rumours/new")
    fill(reader, place="本町2丁目", words="変な電話が回っている。")
    save(reader, "記録しました")
    reach(reader, "また聞いた")
    reader.sees("main", "2回聞いた")


def test_a_bulletin_from_the_first_word_to_its_recipients(
    reader: Reader, writer: Account, live_server: Any
) -> None:
    manager = builders.account("MANAGER", at=writer.centre)
    subscribers.subscribe(
        "hanako@example.jp", Wish(consent_on=calendar.today(), consent_source="MEMBER"),
        centre=writer.centre, by=writer,
    )  # fmt: skip
    reader.open("/outreach/bulletins/")
    reader.press("Alt+n")
    reader.page.wait_for_url("**/bulletins/new")
    fill(
        reader,
        theme="11",
        example="高齢の人の家に業者が来て、無料で屋根を点検すると言った。2人組で来ることが多い。",
    )
    save(reader, "下書きを保存しました")
    reader.sees("main", "大きな文字で")
    reader.shoot("bulletin-checks")
    reader.tab_to("[name=suggestions_seen]")
    reader.press("Space")
    reach(reader, "確認を依頼する")
    reader.sees("#messages", "確認を依頼しました")
    bulletin = Bulletin.objects.get()

    sign_in(reader.page, live_server, manager)
    reader.open("/")
    reach(reader, bulletin.title, "承認する")
    reader.sees("#messages", "承認しました")

    sign_in(reader.page, live_server, writer)
    reader.open("/")
    reader.sees("main", "続きを待っている見守り通信")
    reach(reader, bulletin.title, "発行する")
    reader.sees("#messages", "発行しました")
    work()
    reader.open(reverse("bulletin", args=[bulletin.uid]))
    reach(reader, "ほかの形を開く")
    reader.sees("h1", "ほかの形")
    reader.shoot("bulletin-forms")
    reader.open(reverse("bulletin", args=[bulletin.uid]))
    reach(reader, "登録者にメールで送る")
    reader.sees("h1", "メールで送る前に確かめる")
    reader.shoot("mail-look")


def test_a_device_goes_out_in_turn_and_comes_back(reader: Reader, writer: Account) -> None:
    device_demo.load(writer.centre, writer, calendar.today())
    reader.open("/outreach/registers/devices/")
    reach(reader, "自動通話録音機")
    reader.shoot("device-kind")
    reader.press("Alt+n")
    reader.page.wait_for_url("**/apply")
    fill(reader, name="秘密 ウメ", phone="03-9876-5432", age="70", address="東京都港区芝公園9-8-7")
    save(reader, "申込みを受け付けました")
    reader.tab_to("[name=device_no]")
    reader.write("R-77")
    reach(reader, "貸し出す")
    reader.sees(".error-summary", "先に貸す理由")
    reader.press("Tab", "Enter")
    reader.write("被害が続いているため")
    reader.press("Control+Enter")
    reader.sees("#messages", "貸し出しました")
    reach(reader, "返却を記録")
    reader.sees("#messages", "返却を記録しました")


def test_what_a_section_did_comes_back_in_its_file(reader: Reader, tmp_path: Path) -> None:
    year = calendar.fiscal_year(calendar.today()) - 1
    reader.open("/outreach/programme/")
    reader.press("Alt+n")
    reader.page.wait_for_url("**/lines/new")
    reader.tab_to("[name=fiscal_year]")
    reader.press("Control+a")
    reader.write(str(year))
    fill(reader, measure="くらしの講座", section="生涯学習課", sessions="3", people="50")
    save(reader, "施策を足しました")
    reach(reader, "各課への照会")
    reader.press("Control+Enter")
    reader.sees("main", "課ごとの状況")
    find(reader, "取り出す")
    with reader.page.expect_download() as download:
        reader.press("Enter")
    asked = load_workbook(io.BytesIO(Path(download.value.path()).read_bytes()))
    [line] = [row for row in asked.active.iter_rows() if row[1].value == "くらしの講座"]
    line[9].value, line[10].value = 4, "約100人"
    asked.save(tmp_path / "answer.xlsx")
    reader.page.set_input_files("[type=file]", tmp_path / "answer.xlsx")
    reach(reader, "違いを見る")
    reader.sees("main", "約100人")
    reader.shoot("inquiry-answer")
    reader.tab_to("[name=row]")
    reader.press("Space", "Control+Enter")
    reader.sees("#messages", "1行を取り入れました")

    assert ProgrammeLine.objects.get().people == 100
