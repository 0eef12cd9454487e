"""208 marked personal values go in through every input and must lie nowhere in the open, in none of SINKS.

What only the detector of names could know (a name in free text for the public, of nobody in the case) is counted
apart: no detector finds all of them. Guidance, alerts and the directory are published words that lie in the open;
what somebody writes there by mistake is warned of and must lie nowhere else.
"""

import dataclasses
import importlib
import json
import logging
import re
import shutil
import sqlite3
import sys
import uuid
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
import redis
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.core.signals import got_request_exception
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.views.debug import get_exception_reporter_class

from cases.figures import columns
from cases.jobs import registry
from cases.jobs.models import Job
from cases.law import calendar
from cases.law.accidents import BY_NAME
from cases.records.case import Case
from cases.records.letters import CaseLetter
from cases.services import accidents
from config import logs
from consult.desk import panels
from consult.shell.accounts import Account
from tests import builders
from tests.disk import bytes_of
from tests.marks import Mark, Scanner, marks

pytestmark = [pytest.mark.django_db(transaction=True)]
FREE_TEXT_KINDS = {"name", "kana", "sentence"}
# Where a value could come to lie, by the beginning of the place that the scan names. Each must have been scanned
# and have held something: a sink that is not there proves nothing.
SINKS = {
    "database file": "database tests.sqlite3",
    "write-ahead log": "database tests.sqlite3-wal",
    "cases and persons": "table cases_case",
    "drafts": "table consult_draft",
    "attached files": "table cases_attachment",
    "pieces of files": "table cases_sealedchunk",
    "jobs": "table cases_job",
    "audit log": "table cases_auditentry",
    "sign-in store": "table django_session",
    "facts": "table cases_casefact",
    "search index": "file search.sqlite3",
    "columns": "file ",
    "log for people": "log text",
    "log for programs": "log json",
    "error pages and answers": "error page or answer",
    "error reports": "error report",
    "addresses and headers": "address",
    "answers to other roles": "answer to ",
    "calendar feed": "calendar",
    "messages to workers": "broker",
    "export CSV": "export csv",
    "export Excel": "export xlsx",
}
PUBLISHED = ("table cases_guidanceversion", "table cases_alert", "table cases_referralbody", "database ")
ON_SQLITE_ALONE = {"database file", "write-ahead log"}


@pytest.fixture
def lines(caplog: pytest.LogCaptureFixture) -> Iterator[list[tuple[str, str]]]:
    """Every log line as the product's own handlers would write it, for people and for programs."""
    written: list[tuple[str, str]] = []
    handler = logging.Handler()

    def emit(record: logging.LogRecord) -> None:
        written.append(("log text", logs.Line().format(record)))
        written.append(("log json", logs.Json().format(record)))

    handler.emit = emit  # type: ignore[method-assign]
    handler.addFilter(logs.WithoutValues())
    logging.getLogger().addHandler(handler)
    yield written
    logging.getLogger().removeHandler(handler)


ADDRESSES: list[str] = []
REPORTS: list[str] = []


class Watching(Client):
    """A browser that remembers every address that it asked for or was sent to, and every header of an answer."""

    def request(self, **request: Any) -> Any:
        answer = super().request(**request)
        ADDRESSES.append(f"{request['PATH_INFO']}?{request.get('QUERY_STRING', '')}")
        ADDRESSES.extend(f"{name}: {value}" for name, value in answer.items())
        return answer


def report(sender: object, request: Any = None, **_more: Any) -> None:
    """What Django would show or send of an error that nobody caught."""
    reporter = get_exception_reporter_class(request)(request, *sys.exc_info())
    REPORTS.extend([reporter.get_traceback_text(), reporter.get_traceback_html()])


@pytest.fixture
def broker(redis_url: str, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A real Redis that every started job wakes the workers through."""
    settings.CELERY_BROKER_URL = redis_url
    monkeypatch.delitem(sys.modules, "config.celery", raising=False)
    monkeypatch.setattr(registry, "nudges", [importlib.import_module("config.celery").nudge])
    with redis.Redis.from_url(redis_url) as client:
        client.flushall()
        yield client
    sys.modules.pop("config.celery", None)


def signed_in(account: Account, **more: Any) -> Client:
    client = Watching(**more)
    client.force_login(account)
    return client


def intake(values: list[str]) -> dict[str, Any]:
    """The form with a marked value wherever words can be typed."""
    name, kana, phone, address, mail, account, card, sentence = values
    return {
        "received_at": "2026-11-20 10:00", "channel": "PHONE", "kind": "COMPLAINT", "scam_main": "INSPECTION",
        "narrative": f"{sentence}。{name}({kana})から。{phone}、{mail}、{account}、{card}。住所は{address}。",
        "advice": f"{name}へ{phone}で助言", "trader_name": f"{name}の店", "relation": "CHILD", "age": "78",
        "caller_name": name, "caller_kana": kana, "caller_phone": phone, "caller_address": address,
        "party_name": name[::-1], "party_kana": kana, "party_phone": phone, "party_address": address,
        "caller_email": mail, "party_email": mail, "subject": f"{name}の屋根", "care_note": sentence,
        "trader_agent": name, "trader_phone": phone, "trader_address": address, "trader_sns_id": mail,
        "transfers-0-kind": "BANK", "transfers-0-institution": sentence, "transfers-0-account": account,
        "transfers-0-holder": name, "referrals-0-kind": "POLICE", "referrals-0-note": sentence,
        "consents-CONTACT-answer": "YES", "consents-CONTACT-note": f"{address}へは送らない",
        "sequence": "1",
    }  # fmt: skip


def feed_the_desk(client: Client, groups: list[list[str]]) -> list[str]:
    """Drafts, hints, saving, follow-ups, closing, correcting, finding; returns the bodies of error pages."""
    errors = []
    for number, values in enumerate(groups):
        uid, form = uuid.uuid4(), intake(values)
        if number % 5 == 4:  # stays a draft
            assert client.post(reverse("intake-draft", args=[uid]), form).status_code == 200
            continue
        for hint in panels.hints():
            client.post(reverse("hint", args=[uid, hint.name]), form)
        client.post(
            reverse("intake", args=[uid]), {**form, "age": f"{values[0]}歳"}
        )  # refused, kept as a draft
        assert client.post(reverse("intake", args=[uid]), form).status_code == 302
        follow_up = {
            "uid": uuid.uuid4(),
            "happened_at": "2026-11-21 9:00",
            "kind": "NOTE",
            "text": form["narrative"],
        }
        assert client.post(reverse("case-follow-up", args=[uid]), follow_up).status_code == 302
        for kind, text in (("phone", values[2]), ("surname", values[0][:2]), ("words", values[7])):
            client.post(reverse("find"), {"text": text, "kind": kind})
        revision = Case.objects.get(uid=uid).revision
        assert (
            client.post(reverse("case-correct", args=[uid]), {**form, "revision": revision}).status_code
            == 302
        )
        feed_the_rooms(client, uid, values)
        closing = {"outcome": "ADVICE", "closed_on": "2026-11-22", "advice": form["advice"]}
        assert client.post(reverse("case-close", args=[uid]), closing).status_code == 302
        asked = {"uid": uuid.uuid4(), "comment": f"{values[0]}へ{values[7]}"}
        assert client.post(reverse("case-approval", args=[uid]), asked).status_code == 302
        errors += broken_requests(client, uid, form)
        errors.append(attached(client, uid, values))
    return errors


def feed_the_rooms(client: Client, uid: uuid.UUID, values: list[str]) -> None:
    """Words in the rooms beside a case: next contact, a letter, 注意指示, a colleague called for."""
    name, kana, phone, address, mail, account, _card, sentence = values
    words = f"{name}({kana}) {phone} {address} {mail} {sentence}"
    tomorrow = (calendar.today() + timedelta(days=1)).isoformat()
    contact = {"uid": uuid.uuid4(), "due_on": tomorrow, "whom": "CALLER", "kind": "CALL_BACK", "note": words}
    assert client.post(reverse("case-callback", args=[uid]), contact).status_code == 302
    track = {
        "uid": uuid.uuid4(), "kind": "ACCOUNT", "payee_kind": "EMONEY", "account": account, "source": "POLICE",
        "from_whom": name, "text": words, "ends_on": tomorrow,
    }  # fmt: skip
    assert client.post(reverse("track-new"), track).status_code == 302
    client.post(reverse("bodies"), {"q": name})
    client.post(reverse("traders-find"), {"text": name})
    feed_the_writings(client, uid, words)


def feed_the_writings(client: Client, uid: uuid.UUID, words: str) -> None:
    """A letter, what watchers were given, an accident decided and its notice: kept, refused once, opened again."""
    chosen = {"kind": "COOLING_OFF_TRADER", "contract": "door_to_door", "medium": "LETTER"}
    form = client.post(reverse("letter-write", args=[uid]), chosen).context["form"]
    letter = {bound.name: str(bound.value()) for bound in form}
    letter |= {"text": f"{letter['text']}\n{words}", "addressee": words[:300], "sender": words[:300]}
    client.post(reverse("letter-keep", args=[uid]), {**letter, "medium": words})
    assert client.post(reverse("letter-keep", args=[uid]), letter).status_code == 302
    kept = CaseLetter.objects.get(uid=letter["uid"])
    assert client.post(reverse("letter-print", args=[kept.uid])).status_code == 200

    share = {
        "uid": uuid.uuid4(), "recipient_kind": "WELFARE_CENTRE", "recipient": "地域包括支援センター",
        "person": words[:40], "purpose": "VISIT", "ground": "EXCEPTION", "reason": words, "note": words,
        "fields_given": ["party.name", "party.address"], "means": "BY_HAND",
        "dispose_by": (calendar.today() + timedelta(days=20)).isoformat(),
    }  # fmt: skip
    client.post(reverse("case-watch-share", args=[uid]), {**share, "dispose_by": words})
    assert client.post(reverse("case-watch-share", args=[uid]), share).status_code == 302
    assert client.post(reverse("watch-share-open", args=[share["uid"]])).status_code == 200

    items = {f"item_{name}": words for name in accidents.ITEMS}
    decided = {"uid": uuid.uuid4(), **dict.fromkeys(BY_NAME, "no"), "death": "yes", **items}
    client.post(reverse("case-accident", args=[uid]), {**decided, "death": words})
    assert client.post(reverse("case-accident", args=[uid]), decided).status_code == 302
    assert client.post(reverse("accident-items", args=[decided["uid"]])).status_code == 200
    told = {"notified_at": words, "notified_to": "AGENCY", "number": "第12号"}
    assert client.post(reverse("accident-notified", args=[decided["uid"]]), told).status_code == 422


def feed_the_guidance(client: Client, values: list[str]) -> None:
    """What is meant to be read by all: a person in it is a mistake, of which the writer is told."""
    words = " ".join(values)
    guidance = {"uid": uuid.uuid4(), "based_on": "0", "script": words, "ask": words, "note": values[0]}
    answer = client.post(reverse("guidance-edit", args=["INSPECTION"]), guidance, follow=True)
    assert "個人のものなら、消してください。" in answer.content.decode()
    alert = {
        "uid": uuid.uuid4(), "source": "POLICE", "title": values[2], "valid_from": "2026-11-20", "text": words,
        "marks": f"{values[2]}\n{values[7]}",
    }  # fmt: skip
    assert client.post(reverse("alert-new"), alert).status_code == 302
    client.post(reverse("alert-new"), {**alert, "uid": uuid.uuid4(), "valid_from": values[0]})
    for rows in (f"{values[1]},{values[3]}", f"題,\n{values[0]},", ",題"):
        file = SimpleUploadedFile(f"{values[0]}.csv", f"件名,内容\n{rows}\n".encode())
        client.post(reverse("alerts-import"), {"uid": uuid.uuid4(), "file": file})
    body = {"uid": uuid.uuid4(), "revision": "0", "kind": "WELFARE", "name": values[0], "phone": values[2]}
    client.post(reverse("body-new"), body)


def attached(client: Client, uid: uuid.UUID, values: list[str]) -> str:
    """Two files named after persons, one of them refused; the answer to the refusal."""
    good = SimpleUploadedFile(f"{values[0]}.txt", " ".join(values).encode())
    bad = SimpleUploadedFile(f"{values[1]}.pdf", values[7].encode())
    answer = client.post(reverse("case-files", args=[uid]), {"files": [good, bad]})
    assert answer.status_code == 422
    return answer.content.decode()


def broken_requests(client: Client, uid: uuid.UUID, form: dict[str, Any]) -> list[str]:
    """Requests that end on an error page: not found, refused token, a failure in the middle of a save."""
    strict = Client(enforce_csrf_checks=True)
    with mock.patch("consult.desk.intake.record_case", side_effect=RuntimeError(form["narrative"])):
        client.raise_request_exception = False
        broken = client.post(reverse("intake", args=[uuid.uuid4()]), form)
    answers = [
        broken,
        client.post(f"/cases/{uuid.uuid4()}/close", form),
        strict.post(reverse("intake", args=[uid]), form),
    ]
    assert {answer.status_code for answer in answers} == {500, 404, 403}
    return [answer.content.decode() for answer in answers]


def feed_the_api(client: Client, values: list[str]) -> list[str]:
    name, kana, phone, address, *_rest, sentence = values
    body = {
        "uid": str(uuid.uuid4()), "received_at": "2026-11-20T10:00:00+09:00", "channel": "PHONE",
        "narrative": sentence, "scam_main": "INSPECTION",
        "caller": {"name": name, "kana": kana, "phone": phone, "address": address},
    }  # fmt: skip
    answers = [
        client.post(reverse("api-cases"), json.dumps(given), "application/json")
        for given in (
            body,
            {**body, "narrative": sentence * 2},
            {**body, "uid": name, "scam_main": name, "age": name},
        )
    ]
    assert [answer.status_code for answer in answers] == [201, 409, 400]
    return [answer.content.decode() for answer in answers]


def feed_an_import(client: Client, groups: list[list[str]]) -> list[str]:
    """A ledger with good and bad rows: handed in, columns matched, checked, imported, refused rows fetched."""
    rows = ["受付番号,受付日,受付方法,相談者氏名,フリガナ,電話番号,住所,年齢,手口,相談概要"]
    for number, values in enumerate(groups):
        day = values[0] if number % 3 == 2 else f"2026-10-{number % 28 + 1:02d}"
        rows.append(f"A{number},{day},電話,{','.join(values[:4])},{values[2]},点検商法,{values[7]}")
    file = SimpleUploadedFile(f"{groups[0][0]}.csv", "\n".join(rows).encode("cp932", "replace"), "text/csv")
    run = client.post(reverse("imports"), {"file": file})["Location"].rstrip("/").split("/")[-1]
    bodies = [client.get(reverse("import", args=[run])).content.decode()]
    chosen = re.findall(r'name="(column_\d+)".*?<option value="(\w+)" selected', bodies[0], re.DOTALL)
    client.post(reverse("import-columns", args=[run]), {**dict(chosen), "save_as": "台帳"})
    call_command("worker", "--once")
    client.post(reverse("import-start", args=[run]))
    call_command("worker", "--once")
    made = Case.objects.filter(source=Case.Source.IMPORT).count()
    assert 0 < made < len(groups), "some rows become cases, some are refused"
    return [*bodies[1:], client.get(reverse("import-rows", args=[run])).content.decode("utf-8-sig")]


def feed_outreach(client: Client, values: list[str]) -> None:
    name, kana, phone, address, mail, account, card, sentence = values
    words = f"{sentence} {name} {kana} {phone} {mail} {account} {card} {address}"
    lecture = {
        "title": f"講座 {phone}", "theme": "INSPECTION", "audience": "KOREISHA", "age_group": "ALL",
        "held_on": "2026-12-10", "starts_at": "10:00", "ends_at": "11:00", "venue": f"会館 {mail}", "area": "",
        "expected_people": "20", "lecturer": name, "note": words, "uid": str(uuid.uuid4()),
    }  # fmt: skip
    client.post(reverse("lecture-new"), lecture)
    bulletin = {
        "theme": "INSPECTION", "title": f"注意 {phone}", "example": words, "advice": words, "signs": words,
        "period": "", "uid": str(uuid.uuid4()),
    }  # fmt: skip
    client.post(reverse("bulletin-new"), bulletin)


def everything_stored(scanner: Scanner) -> None:
    """Files of the product as they lie on the disk, and every row of every table as text."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("SELECT file FROM pragma_database_list WHERE name = 'main'")
            file = Path(cursor.fetchone()[0])
        for part in (file, file.with_name(f"{file.name}-wal")):
            if part.exists():
                scanner.bytes(f"database {part.name}", bytes_of([part]))
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608 - our own tables
            for row in cursor.fetchall():
                for cell in row:
                    raw = (
                        bytes(cell)
                        if isinstance(cell, memoryview | bytes)
                        else str(cell).encode("utf-8", "replace")
                    )
                    scanner.bytes(f"table {table}", raw)
    for folder in (Path(settings.DATA_DIR), Path(settings.KEY_DIR)):
        for file in sorted(folder.rglob("*")):
            if file.is_file() and not file.name.startswith("tests.sqlite3"):
                scanner.bytes(f"file {file.name}", bytes_of([file]))


def answers_to_others(client: Client, role: str) -> list[tuple[str, bytes]]:
    """Pages and API answers for those who look at no persons."""
    names = [
        "numbers",
        "api-numbers",
        "outreach",
        "api-topics",
        "api-lectures",
        "cases",
        "audit",
        "jobs",
        "protection",
    ]
    found = []
    for name in names:
        answer = client.get(reverse(name))
        if answer.status_code == 200:
            found.append(
                (
                    f"answer to {role}",
                    b"".join(answer.streaming_content) if answer.streaming else answer.content,
                )
            )
    assert found
    return found


def calendar_of(client: Client) -> bytes:
    """The feed that a calendar program subscribes to."""
    page = client.post(reverse("calendar-link")).content.decode()
    link = re.search(r"/outreach/[^\"' ]*\.ics", page)
    assert link
    return Client().get(link.group()).content


def exports(client: Client) -> list[tuple[str, bytes]]:
    found = []
    for form in ("xlsx", "csv", "csv-cp932"):
        answer = client.get(reverse("numbers-export", args=[form]))
        if answer.status_code == 200:
            found.append((form, b"".join(answer.streaming_content) if answer.streaming else answer.content))
    assert found
    return found


@pytest.mark.redis
def test_marked_values_lie_nowhere_in_the_open(
    lines: list[tuple[str, str]], broker: Any, tmp_path: Path
) -> None:
    ADDRESSES.clear()
    REPORTS.clear()
    got_request_exception.connect(report)
    wanted = marks(seed=7, count=208)
    groups = [[mark.value for mark in wanted[start : start + 8]] for start in range(0, 208, 8)]
    centre = builders.centre()
    counsellor, manager = builders.account(at=centre), builders.account("MANAGER", at=centre)
    outreach = builders.account("OUTREACH", at=centre)

    call_command("worker", "--once")  # an empty index, so that finding works
    desk = signed_in(counsellor)
    bodies = feed_the_desk(desk, groups[:15])
    bodies += feed_the_api(desk, groups[15])
    bodies += feed_an_import(signed_in(manager), groups[16:22])
    desk.post(reverse("sign-in"), {"username": groups[22][0], "password": groups[22][7]})
    for values in groups[22:25]:
        feed_outreach(signed_in(outreach), values)
    feed_the_guidance(desk, groups[25])
    call_command("worker", "--once")
    columns.extend()

    scanner = Scanner(wanted)
    everything_stored(scanner)
    for body in bodies:
        scanner.bytes("error page or answer", body.encode())
    for form, data in exports(signed_in(manager)):
        scanner.bytes(f"export {form}", unpacked(data, tmp_path))
    everything_said(scanner, lines, manager, outreach)
    scanner_of_broker(scanner, broker)

    assert Job.objects.exists()
    assert {name for name, place in SINKS.items() if not is_scanned(place, scanner)} - not_here() == set()
    apart = [find for find in scanner.finds if is_for_the_detector(find.mark, find.place, groups[22:25])]
    published = [find for find in scanner.finds if is_published(find.mark, find.place, groups[25])]
    assert {find.place for find in published} >= {"table cases_guidanceversion", "table cases_alert"}
    sure = [find for find in scanner.finds if find not in apart and find not in published]
    sys_report(apart)
    assert sure == []


def is_scanned(place: str, scanner: Scanner) -> bool:
    return any(size for name, size in scanner.scanned.items() if name.startswith(place))


def not_here() -> set[str]:
    return set() if connection.vendor == "sqlite" else ON_SQLITE_ALONE


def everything_said(
    scanner: Scanner, lines: list[tuple[str, str]], manager: Account, outreach: Account
) -> None:
    """Whatever left the process: log, reports, addresses, answers to those who see no persons."""
    for role, who in (("MANAGER", manager), ("OUTREACH", outreach)):
        for place, data in answers_to_others(signed_in(who), role):
            scanner.bytes(place, data)
    scanner.bytes("calendar", calendar_of(signed_in(outreach)))
    for place, text in (
        *lines,
        *(("error report", one) for one in REPORTS),
        *(("address", one) for one in ADDRESSES),
    ):
        scanner.bytes(place, text.encode())


def scanner_of_broker(scanner: Scanner, broker: Any) -> None:
    for key in broker.scan_iter():
        scanner.bytes("broker", key)
        if broker.type(key) == b"list":
            scanner.bytes("broker", b"".join(broker.lrange(key, 0, -1)))


def test_the_scan_finds_what_is_planted_in_real_sinks(
    lines: list[tuple[str, str]], broker: Any, tmp_path: Path
) -> None:
    mark = marks(count=1)[0]
    ADDRESSES.clear()
    REPORTS.clear()
    case = builders.case()
    manager = builders.account("MANAGER", at=case.centre)
    outreach = builders.account("OUTREACH", at=case.centre)
    Case.objects.filter(pk=case.pk).update(number=mark.value)
    planted = Path(settings.DATA_DIR) / "planted"
    planted.write_text(mark.value, encoding="utf-8")
    logging.getLogger("cases").warning("unknown caller " + mark.value)  # noqa: G003 - the fault that is planted
    signed_in(manager).get(reverse("numbers"), {"q": mark.value})
    broker.lpush("celery", mark.value)

    scanner = Scanner([mark])
    everything_stored(scanner)
    planted.unlink()
    everything_said(scanner, lines, manager, outreach)
    scanner_of_broker(scanner, broker)

    found = {find.place for find in scanner.finds}
    wanted = {
        "table cases_case",
        "file planted",
        "log text",
        "log json",
        "address",
        "broker",
        "answer to MANAGER",
    }
    assert found >= wanted


def is_for_the_detector(mark: Mark, place: str, outreach_groups: list[list[str]]) -> bool:
    """Names in words written for the public belong to no case: only the detector could know them."""
    in_outreach = any(mark.value in values for values in outreach_groups)
    return (
        in_outreach
        and mark.kind in FREE_TEXT_KINDS
        and any(part in place for part in ("outreach", "OUTREACH", "database"))
    )


def is_published(mark: Mark, place: str, values: list[str]) -> bool:
    """A value that somebody wrote into words for all, where those words lie."""
    return mark.value in values and place.startswith(PUBLISHED)


def sys_report(apart: list[Any]) -> None:
    values = {find.mark.value for find in apart}
    logging.getLogger("tests").warning("names that only the detector could know and did not: %d", len(values))


def unpacked(data: bytes, folder: Path) -> bytes:
    """The content of a workbook, or the data as it is."""
    if not data.startswith(b"PK"):
        return data
    archive = folder / "export.zip"
    archive.write_bytes(data)
    shutil.unpack_archive(archive, folder / "export")
    return b"\n".join(file.read_bytes() for file in (folder / "export").rglob("*") if file.is_file())


@pytest.mark.parametrize("form", ["utf-8", "utf-16-le", "cp932"])
def test_the_scan_finds_a_value_planted_in_a_database(form: str, tmp_path: Path) -> None:
    mark = marks(count=8)[3]
    planted = tmp_path / "planted.sqlite3"
    with sqlite3.connect(planted) as database:
        database.execute("CREATE TABLE t (v BLOB)")
        database.execute("INSERT INTO t VALUES (?)", [b"...." + mark.value.encode(form) + b"...."])
    database.close()
    scanner = Scanner(marks(count=8))

    scanner.folder(tmp_path)

    assert [(find.mark, find.place) for find in scanner.finds] == [(mark, "planted.sqlite3")]


def test_each_find_is_told_with_its_place() -> None:
    mark = marks(count=1)[0]
    scanner = Scanner([mark])
    scanner.bytes("here", mark.value.encode())

    assert dataclasses.astuple(scanner.finds[0])[1:] == ("utf-8", "here")
