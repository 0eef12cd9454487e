"""Rows into cases: once each, whatever the file, the order of its columns or the moment of a crash."""

from typing import Any

import pytest
from django.utils import timezone

from cases.feed.models import FeedRow
from cases.figures.models import CaseFact
from cases.files import FileNotUnderstood, read_rows
from cases.protection.models import AuditEntry
from cases.records.case import Case
from cases.records.centre import SYSTEM
from cases.services.followup import correct_case
from cases.services.ledger import loading
from cases.services.ledger.coding import CodeBook
from cases.services.ledger.columns import match
from cases.services.ledger.loading import Counts, load
from cases.services.ledger.models import ImportedRow
from cases.services.ledger.rows import plan_for, understand
from tests import builders
from tests.cases.services.ledger.ledgers import HEADER, csv_bytes, many, rows, xlsx_bytes

pytestmark = pytest.mark.django_db


class Reader:
    """Loads files into one centre and keeps what was told meanwhile."""

    def __init__(self) -> None:
        self.centre = builders.centre()
        self.faults: list[Any] = []

    def __call__(self, data: bytes, name: str = "台帳.csv", **more: Any) -> Counts:
        table = read_rows(name, data)
        sample = [cells for _line, cells in read_rows(name, data)]
        fields = [column.field for column in match(table.header, sample, CodeBook(self.centre))]
        plan = plan_for(self.centre, table.header, fields, now=timezone.now())
        return load(
            table,
            plan,
            by=SYSTEM,
            saved=lambda _c, found: self.faults.extend(found),
            between=lambda _c: None,
            **more,
        )

    @property
    def reasons(self) -> list[tuple[int, str]]:
        return [(fault.line, fault.reason) for fault in self.faults]


@pytest.fixture
def reader() -> Reader:
    return Reader()


def stored() -> tuple[int, int, int]:
    return Case.objects.count(), CaseFact.objects.count(), ImportedRow.objects.count()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932", "utf-16"])
def test_a_csv_file_in_any_encoding_becomes_cases(encoding, reader):
    counts = reader(csv_bytes(many(3), encoding))

    assert (counts.read, counts.added, counts.refused, counts.noted) == (3, 3, 0, 0)
    assert stored() == (3, 3, 3)
    assert {case.source for case in Case.objects.all()} == {"IMPORT"}
    assert {case.counsellor_id for case in Case.objects.all()} == {None}


def test_an_imported_case_leaves_all_that_a_case_from_the_desk_leaves(reader, monkeypatch):
    from cases.feed import rows as feed

    monkeypatch.setitem(feed.consumers, "tests", feed.Consumer("tests", lambda _uids: None, 10))
    reader(csv_bytes(many(1)))
    case = Case.objects.get()

    assert FeedRow.objects.filter(case_uid=case.uid).count() >= 1
    assert AuditEntry.objects.filter(case_uid=case.uid, action="CASE_RECORDED").count() == 1
    assert case.number == "2024-000001"


def test_the_same_file_twice_adds_nothing(reader):
    reader(csv_bytes(many(5)))
    counts = reader(csv_bytes(many(5)))

    assert (counts.added, counts.known, counts.refused) == (0, 5, 0)
    assert stored() == (5, 5, 5)


@pytest.mark.parametrize("numbered", [True, False])
def test_the_same_row_in_another_file_of_another_kind_and_order_adds_nothing(numbered, reader):
    change = {} if numbered else {"整理番号": ""}
    other_order = [*reversed(HEADER)]
    reader(csv_bytes(rows(change), "cp932"))

    counts = reader(xlsx_bytes(rows(change, {"整理番号": "9"}, header=other_order)), "別.xlsx")

    assert (counts.added, counts.known) == (1, 1)
    assert Case.objects.count() == 2


def test_a_numbered_row_with_other_content_is_a_conflict_and_never_overwrites(reader):
    reader(csv_bytes(rows({})))
    before = Case.objects.values("entry_digest", "revision").get()

    counts = reader(csv_bytes(rows({"相談内容": "まったく別の話。"}, {"整理番号": "2"})))

    assert (counts.added, counts.conflicts, counts.refused) == (1, 1, 1)
    assert reader.reasons == [(2, "conflict")]
    assert Case.objects.order_by("pk").values("entry_digest", "revision").first() == before


def test_a_row_that_stands_twice_in_a_file_is_one_case(reader):
    counts = reader(csv_bytes(rows({"整理番号": ""}, {"整理番号": "2"}, {"整理番号": ""})))

    assert (counts.added, counts.repeated) == (2, 1)
    assert reader.reasons == [(4, "same_row")]
    assert Case.objects.count() == 2


def test_a_case_corrected_since_is_still_the_same_row(reader):
    reader(csv_bytes(rows({})))
    case = Case.objects.get()
    by = builders.account(at=reader.centre)
    correct_case(
        builders.entry(uid=case.uid, narrative="訂正した。", received_at=case.received_at), revision=1, by=by
    )

    counts = reader(csv_bytes(rows({})))

    assert (counts.added, counts.known, counts.conflicts) == (0, 1, 0)


def test_an_erased_case_does_not_come_back(reader):
    reader(csv_bytes(rows({})))
    Case.objects.all().delete()

    assert reader(csv_bytes(rows({}))).known == 1
    assert Case.objects.count() == 0


def test_two_centres_have_their_own_rows(reader):
    reader(csv_bytes(rows({})))
    reader.centre = builders.centre("kita")

    assert reader(csv_bytes(rows({}))).added == 1


def test_a_dry_run_counts_and_writes_nothing(reader):
    reader(csv_bytes(many(2)))

    counts = reader(csv_bytes([*many(4), *rows({"受付年月日": "5/7"})[1:]]), is_dry=True)

    assert (counts.read, counts.added, counts.known, counts.refused) == (5, 2, 2, 1)
    assert reader.reasons == [(6, "date_without_year")]
    assert stored() == (2, 2, 2)


def test_bad_rows_among_good_ones_are_told_with_line_and_column(reader):
    table = [
        *many(2),
        *rows({"整理番号": "8", "受付年月日": "2024/2/30"}, {"整理番号": "9", "相談内容": ""})[1:],
    ]

    counts = reader(csv_bytes(table))

    assert (counts.added, counts.refused) == (2, 2)
    assert [(fault.line, fault.letter, fault.field) for fault in reader.faults] == [
        (4, "B", "received_on"),
        (5, "O", "narrative"),
    ]


def test_a_load_goes_on_behind_the_line_it_came_to(reader, monkeypatch):
    monkeypatch.setattr(loading, "BATCH", 2)
    data = csv_bytes(many(5))
    seen = []

    def stop_after_four(counts):
        seen.append(counts)
        if counts.read == 4:
            raise KeyboardInterrupt

    table = read_rows("l.csv", data)
    fields = [column.field for column in match(table.header, [], CodeBook(reader.centre))]
    fields[HEADER.index("処理")], fields[HEADER.index("販売方法")] = "outcome", "sales_method"
    plan = plan_for(reader.centre, table.header, fields, now=timezone.now())
    with pytest.raises(KeyboardInterrupt):
        load(table, plan, by=SYSTEM, saved=lambda _c, _f: None, between=stop_after_four)

    counts = reader(data, start=seen[-1])

    assert (counts.read, counts.added, counts.known) == (5, 5, 0)
    assert stored() == (5, 5, 5)


@pytest.mark.parametrize(
    "data",
    [
        csv_bytes(many(1)).replace("件目".encode(), b"\x00", 1),
        b"PK\x03\x04 no zip",
        csv_bytes(many(1), "utf-8") + csv_bytes(many(1), "cp932"),
        b"",
    ],
    ids=["NUL", "not a CSV file", "mixed encodings", "empty"],
)
def test_a_file_that_is_no_ledger_is_refused_whole(data, reader):
    with pytest.raises(FileNotUnderstood):
        reader(data)

    assert stored() == (0, 0, 0)


def test_a_cell_of_a_million_letters_breaks_off_the_file_behind_the_rows_before_it(reader, monkeypatch):
    monkeypatch.setattr(loading, "BATCH", 10)
    table = [*many(40), *rows({"整理番号": "99", "相談内容": "あ" * 1_000_000})[1:]]
    plan = plan_for(
        reader.centre,
        HEADER,
        ["ledger_number", "received_on", *[""] * 12, "narrative", *[""] * 6],
        now=timezone.now(),
    )

    with pytest.raises(FileNotUnderstood):
        load(
            read_rows("l.csv", csv_bytes(table)),
            plan,
            by=SYSTEM,
            saved=lambda _c, _f: None,
            between=lambda _c: None,
        )

    assert Case.objects.count() == 40


def test_a_repeated_header_is_a_column_of_its_own(reader):
    head, row = rows({})
    table = read_rows("l.csv", csv_bytes([[*head, "氏名"], [*row, "別人 太郎"]]))

    fields = [column.field for column in match(table.header, [], CodeBook(reader.centre))]

    assert (fields[3], fields[-1]) == ("caller_name", "")
    plan = plan_for(reader.centre, table.header, fields, now=timezone.now())
    ((line, cells),) = list(table)
    made = understand(plan, line, cells).entry
    assert made is not None
    assert made.caller.name == "鬼塚 紗都香"
