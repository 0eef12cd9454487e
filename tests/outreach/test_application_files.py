"""Files of e-applications: any usual shape, twice the same, hostile cells, a killed worker; nothing of them is lost."""

import io
from collections.abc import Callable
from datetime import date, time
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from openpyxl import Workbook

from cases.files import FileNotUnderstood
from cases.jobs.lanes import Lane
from cases.jobs.models import Job
from cases.jobs.work import claim_and_run
from cases.protection.keys import KeyMissing
from cases.protection.models import AuditEntry, SealedChunk
from consult.shell.accounts import Account
from outreach.applications import services
from outreach.applications.files import columns, lines, work
from outreach.applications.files.lines import LineRefused
from outreach.applications.models import Application, ApplicationFile
from outreach.applications.rules import Slot

pytestmark = pytest.mark.django_db
SignIn = Callable[[Account], Client]
TODAY = date(2026, 11, 20)
CELLS = {
    "申込番号": "A-1", "申込日時": "2026/11/01 12:34", "団体名": "北町会", "担当者氏名": "秘密 太郎",
    "電話番号": "090-8765-4321", "テーマ": "点検商法", "対象者": "高齢者(65歳以上)", "参加予定人数": "約25名",
    "会場": "北公民館", "会場住所": "芝1-2-3", "第1希望日時": "2026/12/25 14:00〜15:30", "第2希望日": "令和8年12月28日",
    "第2希望時間帯": "10時から11時半", "備考": "駐車場なし",
}  # fmt: skip
HEADER = ",".join(CELLS)
GOOD = ",".join(CELLS.values())


def row(**more: str) -> str:
    return ",".join({**CELLS, **more}.values())


def handed_in(by: Account, *rows: str, header: str = HEADER, codec: str = "cp932") -> ApplicationFile:
    data = "\r\n".join([header, *rows]).encode(codec)
    return work.receive("一覧.csv", data, centre=by.centre, by=by)


def taken_in(by: Account, *rows: str, **more: str) -> dict[str, Any]:
    file = handed_in(by, *rows, **more)
    job = work.start(file.uid, by=by)
    claim_and_run(worker="test")
    job.refresh_from_db()
    assert job.state == Job.State.DONE, job.state
    return dict(job.result)


@pytest.mark.parametrize("codec", ["cp932", "utf-8", "utf-8-sig", "utf-16"])
def test_a_line_becomes_an_application(writer: Account, today: date, codec: str) -> None:
    counts = taken_in(writer, GOOD, codec=codec)

    assert counts == {"read": 1, "new": 1, "known": 0, "refused": 0}
    found = Application.objects.get()
    assert (found.channel, found.received_on, found.group_name) == ("ONLINE", date(2026, 11, 1), "北町会")
    assert (found.theme, found.audience, found.expected_people) == ("INSPECTION", "KOREISHA", 25)
    assert (found.venue, found.note) == ("北公民館(芝1-2-3)", "駐車場なし")
    assert services.persons_of(found.uid, by=writer)["contact"] == "秘密 太郎"
    slots = [(one.day, one.starts_at, one.ends_at) for one in found.candidates.all()]
    assert slots == [
        (date(2026, 12, 25), time(14), time(15, 30)),
        (date(2026, 12, 28), time(10), time(11, 30)),
    ]


def test_an_excel_file_with_a_title_above_its_header_is_read(writer: Account, today: date) -> None:
    book = Workbook()
    sheet = book.create_sheet("一覧", 0)
    for cells in (["出前講座 申込一覧"], HEADER.split(","), GOOD.split(",")):
        sheet.append(cells)
    data = io.BytesIO()
    book.save(data)

    file = work.receive("一覧.xlsx", data.getvalue(), centre=writer.centre, by=writer)

    [looked] = work.look_through(file)
    assert (looked.line, looked.group, looked.day, looked.reason) == (3, "北町会", "2026-12-25", "")


def test_hours_of_their_own_columns_are_found_and_a_day_without_hours_is_shown_as_one(
    writer: Account, today: date, signed_in: SignIn
) -> None:
    header = "申込番号,団体名,希望日,開始時刻,終了時刻,希望日2,第2希望終了時刻,開始時刻2"
    timed, untimed = "B-1,北町会,2026/12/25,14:00,15:30,2026/12/26,12:00,11:00", "B-2,南町会,2026/12/25,,,,,"
    file = handed_in(writer, timed, untimed, header=header)

    page = signed_in(writer).get(reverse("application-file", args=[file.uid])).content.decode()

    assert "" not in file.columns
    assert [(one.day, one.has_hours) for one in work.look_through(file)] == [
        ("2026-12-25", True),
        ("2026-12-25", False),
    ]
    assert page.count("時間がないので、メモに残します") == 1


def test_a_few_lines_wait_for_no_long_work(writer: Account, today: date) -> None:
    job = work.start(handed_in(writer, GOOD).uid, by=writer)

    assert claim_and_run(worker="short", lanes={Lane.FEED})
    job.refresh_from_db()
    assert job.state == Job.State.DONE


def test_the_same_lines_twice_change_nothing(writer: Account, today: date) -> None:
    other = row(申込番号="A-2", 団体名="南町会", 電話番号="03-1111-2222")
    unnumbered = row(申込番号="", 団体名="西町会")
    taken_in(writer, GOOD, other, unnumbered)

    again = taken_in(writer, unnumbered, other, GOOD, codec="utf-8")

    assert again == {"read": 3, "new": 0, "known": 3, "refused": 0}
    assert Application.objects.count() == 3
    changed = taken_in(
        writer, row(団体名="改名した会"), row(申込番号="B-1"), row(申込番号="B-1", 団体名="別の会")
    )
    assert changed == {"read": 3, "new": 1, "known": 0, "refused": 2}
    assert not Application.objects.filter(group_name__in=["改名した会", "別の会"]).exists()


@pytest.mark.parametrize(
    ("more", "reason", "field"),
    [
        ({}, "", ""),
        ({"団体名": " "}, "group", "group_name"),
        ({"団体名": "長" * 81}, "long", "group_name"),
        ({"申込日時": "きのう"}, "received", "received_on"),
        ({"申込日時": "2026/12/01"}, "future", "received_on"),
        ({"電話番号": "なし太郎"}, "phone", "phone"),
        ({"参加予定人数": "十数名"}, "people", "expected_people"),
        ({"参加予定人数": "999999999"}, "people", "expected_people"),
        ({"第1希望日時": "12月のどこか"}, "day", "day_1"),
        ({"第1希望日時": "2026/13/45 10:00〜11:00"}, "day", "day_1"),
        ({"第1希望日時": "2026/12/25 15:00〜14:00"}, "hours", "starts_1"),
        ({"第2希望時間帯": "25時から26時"}, "hours", "starts_2"),
    ],
)
def test_what_makes_a_line_none(more: dict[str, str], reason: str, field: str) -> None:
    fields = columns.match(HEADER.split(","))
    if not reason:
        assert lines.read(list(CELLS.values()), fields, today=TODAY).number == "A-1"
        return
    with pytest.raises(LineRefused) as refusal:
        lines.read(list({**CELLS, **more}.values()), fields, today=TODAY)
    assert (refusal.value.reason, refusal.value.field) == (reason, field)


def test_what_has_no_place_is_kept_as_a_note() -> None:
    more = {
        "テーマ": "相続のこと",
        "対象者": "どなたも歓迎",
        "第1希望日時": "2026/12/25",
        "参加予定人数": "未定",
    }

    entry = lines.read(list({**CELLS, **more}.values()), columns.match(HEADER.split(",")), today=TODAY).entry

    assert (entry.theme, entry.audience, entry.expected_people) == ("", "IPPAN", None)
    assert entry.slots == (Slot(date(2026, 12, 28), time(10), time(11, 30)),)
    for told in ("相続のこと", "どなたも歓迎", "第1希望: 2026-12-25", "駐車場なし"):
        assert told in entry.note


def test_bad_lines_are_listed_kept_and_given_back_with_their_reason(
    writer: Account, today: date, signed_in: SignIn
) -> None:
    hostile = row(申込番号="=1+1", 団体名='"=HYPERLINK(""http://example.com"")"', 電話番号="なし")
    file = handed_in(writer, GOOD, hostile, row(申込番号="A-3", 団体名=""), row(申込番号="A-4") + ",余り")
    client = signed_in(writer)
    page = client.get(reverse("application-file", args=[file.uid])).content.decode()
    client.post(reverse("application-file-take", args=[file.uid]))
    claim_and_run(worker="test")

    done = client.get(reverse("application-file", args=[file.uid]))
    rest = (
        client.get(reverse("application-file-rest", args=[file.uid])).content.decode("utf-8-sig").splitlines()
    )

    assert "秘密" not in page
    assert [(one.line, one.reason) for one, _reason, _field in done.context["faults"]] == [
        (3, "phone"), (4, "group"), (5, "cells"),
    ]  # fmt: skip
    assert [line.split(",")[0] for line in rest] == ["行", "3", "4", "5"]
    assert "電話番号として読めません,'=1+1" in rest[1]
    assert AuditEntry.objects.filter(action="APPLICATION_LINES_TAKEN").count() == 1
    client.post(reverse("application-file-discard", args=[file.uid]))
    assert not SealedChunk.objects.filter(owner_uid=file.uid).exists()


def test_a_file_that_is_wholly_taken_in_is_thrown_away(writer: Account, today: date) -> None:
    taken_in(writer, GOOD)

    file = ApplicationFile.objects.get()
    assert not file.has_file
    with pytest.raises(KeyMissing):
        work.table_of(file)
    with pytest.raises(work.FileNotReady):
        work.start(file.uid, by=writer)


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("a.csv", b"", "empty"),
        ("a.pdf", b"%PDF", "kind"),
        ("a.csv", b"\x1b$B", "encoding"),
        ("a.csv", b"a,b\n\x00,1\n", "binary"),
        ("a.csv", ("団体名\n" + "会\n" * (work.MOST_LINES + 1)).encode(), "too_many_rows"),
    ],
)
def test_a_file_that_is_none_is_refused_whole(writer: Account, name: str, data: bytes, reason: str) -> None:
    with pytest.raises(FileNotUnderstood) as refusal:
        work.receive(name, data, centre=writer.centre, by=writer)
    assert refusal.value.reason == reason
    assert not ApplicationFile.objects.exists()


def test_headers_that_nobody_knows_are_matched_by_hand_and_remembered(
    writer: Account, stranger: Account, today: date, signed_in: SignIn
) -> None:
    header, line = "だれ,いつ", "北町会,2026/12/25 10:00〜11:00"
    file = handed_in(writer, line, header=header)
    client, url = signed_in(writer), reverse("application-file-columns", args=[file.uid])
    start = reverse("application-file-take", args=[file.uid])

    assert client.post(start).status_code == 422
    assert client.post(url, {"column_0": "group_name", "column_1": "group_name"}).status_code == 422
    assert client.post(url, {"column_0": "", "column_1": "day_1"}).status_code == 422
    assert client.post(url, {"column_0": "group_name", "column_1": "day_1"}).status_code == 302

    assert handed_in(writer, line, header=header).columns == ["group_name", "day_1"]
    assert handed_in(stranger, line, header=header).columns == ["", ""]
    assert signed_in(stranger).post(url, {}).status_code == 404


def test_a_second_header_line_is_a_bad_line_and_no_application(writer: Account, today: date) -> None:
    second = ",".join(["(例)A-9", "年月日", "名称", "氏名", "番号", "", "", "人", "", "", "日時", "", "", ""])

    assert taken_in(writer, second, GOOD) == {"read": 2, "new": 1, "known": 0, "refused": 1}


def test_a_killed_worker_goes_on_behind_its_last_line(
    writer: Account, today: date, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [row(申込番号=f"A-{n}", 団体名=f"第{n}の会", 電話番号="") for n in range(4)]
    file = handed_in(writer, *rows)
    job = work.start(file.uid, by=writer)
    receive, met = services.receive, []

    def killed(entry: Any, **more: Any) -> Any:
        met.append(entry)
        if len(met) == 3:
            raise KeyboardInterrupt
        return receive(entry, **more)

    monkeypatch.setattr(services, "receive", killed)
    with pytest.raises(KeyboardInterrupt):
        claim_and_run(worker="first")
    Job.objects.filter(pk=job.pk).update(lease_until=None, state=Job.State.QUEUED)
    claim_and_run(worker="second")

    job.refresh_from_db()
    assert job.result == {"read": 4, "new": 4, "known": 0, "refused": 0}
    assert sorted(Application.objects.values_list("group_name", flat=True)) == [
        f"第{n}の会" for n in range(4)
    ]


def test_the_page_takes_a_file_and_shows_no_person(writer: Account, today: date, signed_in: SignIn) -> None:
    client = signed_in(writer)
    upload = SimpleUploadedFile("一覧.csv", f"{HEADER}\n{GOOD}".encode())

    page = client.post(reverse("application-files"), {"file": upload}, follow=True)
    refused = client.post(reverse("application-files"), {"file": SimpleUploadedFile("a.txt", b"x")})

    assert (page.context["new_count"], page.context["wrong_count"]) == (1, 0)
    assert "秘密" not in page.content.decode()
    assert refused.status_code == 422
