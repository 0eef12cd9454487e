"""Alerts out of a file: every line of it or none, and a file that is sent twice is taken once."""

import uuid
from datetime import date

import pytest

from cases.files import FileNotUnderstood
from cases.records.alerts import Alert
from cases.services import alert_files
from cases.services.alert_files import AlertsNotUnderstood
from tests import builders

pytestmark = pytest.mark.django_db
HEAD = "件名,発信元,手口,いつから,いつまで,内容,リンク,目印\n"
ROOF = "屋根の点検,警察,点検商法,2026-11-20,R9.3.31,続いています。,https://police.example.jp/,青空工業、0120-111-222\n"


@pytest.fixture(autouse=True)
def monday(time_machine):
    time_machine.move_to("2026-11-23 10:00 +0900", tick=False)


@pytest.fixture
def by():
    return builders.account("MANAGER")


def take(by, text, *, batch=None, name="a.csv", encoding="utf-8"):
    entries = alert_files.read(name, text.encode(encoding), batch=batch or uuid.uuid4(), centre=by.centre)
    return alert_files.take(entries, centre=by.centre, by=by)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932"])
def test_a_line_becomes_an_alert(by, encoding):
    take(by, HEAD + ROOF, encoding=encoding)

    row = Alert.objects.get()
    assert (row.title, row.source, row.scam_type) == ("屋根の点検", "POLICE", "INSPECTION")
    assert (row.valid_from, row.valid_until) == (date(2026, 11, 20), date(2027, 3, 31))
    assert row.marks == "青空工業\n0120-111-222"
    assert row.centre == by.centre


@pytest.mark.parametrize(
    ("line", "source", "scam_type", "valid_from"),
    [
        ("題,,,,,,,", "OTHER", "", date(2026, 11, 23)),
        ("題,独立行政法人国民生活センター,,,,,,", "NCAC", "", date(2026, 11, 23)),
        ("題,NCAC,INSPECTION,11/20,,,,", "NCAC", "INSPECTION", date(2026, 11, 20)),
    ],
)
def test_what_is_left_out_is_filled_in(by, line, source, scam_type, valid_from):
    take(by, HEAD + line)

    row = Alert.objects.get()
    assert (row.source, row.scam_type, row.valid_from) == (source, scam_type, valid_from)


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        (",警察,,,,,,", "件名"),
        ("題,,ない手口,,,,,", "手口"),
        ("題,,,きょねん,,,,", "いつから"),
        ("題,,,2026-11-20,2026-11-19,,,", "いつまで"),
        ("題,,,,,,javascript:alert(1),", "リンク"),
        ("題,,,,,,,あ", "目印"),
        ("題,,ない手口,きょねん,,,,", "手口"),
    ],
)
def test_one_line_that_cannot_be_read_takes_none(by, line, fault):
    with pytest.raises(AlertsNotUnderstood) as refused:
        take(by, HEAD + ROOF + line)

    assert [at for at, _why in refused.value.faults] == [3] * len(refused.value.faults)
    assert any(why.startswith(fault) for _at, why in refused.value.faults)
    assert not Alert.objects.exists()


@pytest.mark.parametrize(
    ("name", "text"),
    [("a.csv", "題,内容\nx,y\n"), ("a.csv", HEAD + ROOF * 501)],
)
def test_a_file_of_another_shape_is_refused(by, name, text):
    with pytest.raises(AlertsNotUnderstood):
        take(by, text, name=name)


@pytest.mark.parametrize("name", ["a.exe", "a.xls", "a"])
def test_a_file_of_another_kind_is_refused(by, name):
    with pytest.raises(FileNotUnderstood):
        take(by, HEAD + ROOF, name=name)


def test_a_file_sent_again_brings_only_what_is_new(by):
    batch = uuid.uuid4()
    counts = [take(by, HEAD + ROOF, batch=batch), take(by, HEAD + ROOF, batch=batch)]
    counts.append(take(by, HEAD + ROOF + "別の題,,,,,,,\n"))

    assert [(one.entered, one.known) for one in counts] == [(1, 0), (0, 1), (1, 1)]


def test_what_looks_like_a_person_is_counted(by):
    assert take(by, HEAD + "題,,,,,山田花子さん(090-1234-5678)が被害に遭った。,,\n").personal == 1
