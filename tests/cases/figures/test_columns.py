import json
import os
import signal
import subprocess
import sys
import uuid
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest

from cases.figures import column_files, columns, facts, layout
from cases.models import CaseFact, FactLog

NUMBERS = tuple(layout.NUMBERS)
SCAMS = ("INSPECTION", "IMPERSONATION", "SUPPORT_SCAM")


@pytest.fixture
def state_many(make_case):
    def make(count: int, start: int = 0) -> None:
        facts.record(
            (
                make_case(received_on=date(2026, 4, 1) + timedelta(days=n % 90), party_age=n % 100),
                SCAMS[n % 3],
                [SCAMS[1]] if n % 2 else [],
            )
            for n in range(start, start + count)
        )

    return make


CONTACTS = ("CASE", "CONTACT")


def spelled_out(found: columns.Facts) -> list[tuple[object, ...]]:
    """The facts as a reader sees them, in the words of the database."""
    rows = []
    for kind in CONTACTS:
        for part in found.parts_of[kind]:
            of = part.columns
            for n in range(len(of["seq"])):
                numbers = [int(of[name][n]) for name in NUMBERS]
                words = [found.words[name][int(of[name][n])] for name in layout.WORDS]
                rows.append((kind, *numbers, *words))
    return sorted(rows, key=lambda row: row[1])


def in_database(as_of: int | None = None) -> list[tuple[object, ...]]:
    rows = CaseFact.objects.order_by("seq")
    if as_of is not None:
        rows = rows.filter(seq__lte=as_of)
    return [
        (row[2], *layout.numbers_of(row).values(), *layout.words_in(row).values())
        for row in rows.values_list(*layout.ROW)
    ]


def rows_in_columns(folder: Path) -> int:
    return sum(json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["rows"].values())


def cases_in(columns_folder: Path) -> Path:
    """Where the log's copy of the cases lies."""
    return next(path for path in columns_folder.iterdir() if path.is_dir()) / "CASE"


@pytest.mark.parametrize("copied", [0, 1, 40, 60])
def test_a_reader_sees_every_fact_whatever_the_columns_lack(state_many, copied):
    state_many(40)
    if copied:
        assert columns.extend(limit=copied) == min(copied, 40)
    state_many(20, start=40)
    if copied == 60:
        assert columns.extend() == 20

    found = columns.read()
    assert spelled_out(found) == in_database()
    last = CaseFact.objects.latest("seq")
    assert (found.as_of, found.recorded_at) == (last.seq, last.recorded_at)


@pytest.mark.parametrize("place", [0, 4, 9, 10, 14])
def test_a_cut_holds_what_was_stated_until_then(state_many, place):
    state_many(10)
    columns.extend()
    state_many(5, start=10)
    cut = CaseFact.objects.order_by("seq")[place]

    found = columns.read(as_of=cut.seq)
    assert spelled_out(found) == in_database(cut.seq)
    assert (found.as_of, found.recorded_at) == (cut.seq, cut.recorded_at)


@pytest.mark.parametrize("is_copied", [False, True])
def test_a_cut_before_the_first_fact_is_empty(state_many, is_copied):
    state_many(3)
    if is_copied:
        columns.extend()
    found = columns.read(as_of=0)
    assert (spelled_out(found), found.as_of, found.recorded_at) == ([], 0, None)


def test_no_facts_at_all(db):
    assert columns.extend() == 0
    assert spelled_out(columns.read()) == []


def test_bytes_beyond_the_manifest_are_not_read_and_are_cut_off(state_many, columns_folder):
    state_many(10)
    columns.extend()
    folder = cases_in(columns_folder)
    state_many(10, start=10)
    # A writer was killed between its data and its manifest: some columns are ahead, one by half a number.
    for n, name in enumerate(("seq", "sign", "scam_main")):
        with (folder / name).open("ab") as file:
            file.write(b"\x7f" * (3 + n))
    assert spelled_out(columns.read()) == in_database()

    assert columns.extend() == 10
    assert rows_in_columns(columns_folder) == 20
    assert spelled_out(columns.read()) == in_database()
    assert {(folder / name).stat().st_size % 20 for name in ("seq", "sign", "scam_main")} == {0}


@pytest.mark.parametrize(
    "harm", ["short", "no such word", "gone", "no manifest", "manifest torn", "other format"]
)
def test_harmed_columns_are_left_aside_and_made_anew(state_many, columns_folder, harm):
    state_many(10)
    columns.extend()
    columns.read()
    manifest = columns_folder / "manifest.json"
    folder = cases_in(columns_folder)
    if harm == "short":
        # A reader that has it open keeps its pages; the harm shows once it is opened again.
        data = (folder / "scam_main").read_bytes()
        (folder / "scam_main").unlink()
        (folder / "scam_main").write_bytes(data[:-1])
    elif harm == "no such word":
        data = (folder / "scam_main").read_bytes()
        (folder / "scam_main").write_bytes(data[:-4] + b"\xff\xff\xff\x7f")
    elif harm == "gone":
        (folder / "scam_main").unlink()
    elif harm == "no manifest":
        manifest.unlink()
    elif harm == "manifest torn":
        manifest.write_text(manifest.read_text(encoding="utf-8")[:-20], encoding="utf-8")
    else:
        manifest.write_text(
            manifest.read_text(encoding="utf-8").replace(f'"format": {column_files.FORMAT}', '"format": 0'),
            encoding="utf-8",
        )
    if manifest.exists():
        os.utime(manifest, ns=(1, 1))

    assert spelled_out(columns.read()) == in_database()
    assert columns.extend() == 10
    assert [path.name for path in columns_folder.iterdir() if path.is_dir()] != [folder.parent.name]
    assert spelled_out(columns.read()) == in_database()


def test_a_file_cut_while_a_reader_has_it_mapped_is_left_aside(state_many, columns_folder):
    state_many(5000)
    columns.extend()
    columns.read()
    folder = cases_in(columns_folder)
    os.truncate(folder / "scam_main", 4)  # what is mapped beyond it can no longer be touched

    assert spelled_out(columns.read()) == in_database()
    assert columns.is_behind()
    assert columns.extend() == 5000


def test_columns_of_another_log_are_left_aside_and_made_anew(state_many):
    state_many(10)
    columns.extend()
    # Erasure coarsens old facts and renames the log.
    CaseFact.objects.filter(pk=CaseFact.objects.earliest("seq").pk).update(area="ERASED", case_uid=None)
    FactLog.objects.update(uid=uuid.uuid4())

    assert spelled_out(columns.read()) == in_database()
    assert columns.extend() == 10
    assert spelled_out(columns.read()) == in_database()


def test_columns_ahead_of_a_restored_database_are_left_aside_and_made_anew(state_many):
    state_many(10)
    columns.extend()
    CaseFact.objects.filter(seq__gt=CaseFact.objects.order_by("seq")[4].seq).delete()
    assert spelled_out(columns.read()) == in_database()

    assert columns.extend() == 5
    assert spelled_out(columns.read()) == in_database()


def test_columns_of_a_restored_database_that_grew_again_are_made_anew(state_many):
    state_many(10)
    columns.extend()
    last = CaseFact.objects.latest("seq")
    CaseFact.objects.filter(pk=last.pk).update(
        scam_main="SUPPORT_SCAM", recorded_at=last.recorded_at + timedelta(days=1)
    )

    assert spelled_out(columns.read()) == in_database()
    assert columns.extend() == 10
    assert spelled_out(columns.read()) == in_database()


def test_a_second_writer_steps_back(state_many):
    state_many(3)
    with column_files.writer() as is_mine:
        assert is_mine
        assert columns.extend() == 0
    assert columns.extend() == 3


def test_the_worker_copies_until_nothing_is_left(state_many, monkeypatch, django_assert_num_queries):
    assert not columns.is_behind()
    state_many(30)
    assert columns.is_behind()
    monkeypatch.setattr(columns.extend, "__defaults__", (20,))
    assert columns.catch_up()
    assert not columns.catch_up()
    with django_assert_num_queries(2):
        assert not columns.is_behind()
    FactLog.objects.update(uid=uuid.uuid4())
    assert columns.is_behind()


def test_a_reader_keeps_the_columns_open_until_they_change(state_many):
    state_many(3)
    columns.extend()
    first = columns.read().parts[0].columns["seq"].base
    assert columns.read().parts[0].columns["seq"].base is first
    state_many(1)
    columns.extend()
    assert len(columns.read().parts[0]) == 4


def test_columns_are_read_in_two_queries(state_many, django_assert_num_queries):
    state_many(30)
    columns.extend(limit=20)
    with django_assert_num_queries(2):
        columns.read()
    inside = CaseFact.objects.order_by("seq")[3].seq
    with django_assert_num_queries(3):
        columns.read(as_of=inside)


KILLED = """
import os, signal, sys
import django
django.setup()
from django.conf import settings
from pathlib import Path
settings.COLUMNS_DIR = Path(sys.argv[1])
from cases.figures import column_files, columns
step, real = int(sys.argv[2]), {}
calls = 0
def counted(name, owner):
    kept = getattr(owner, name)
    def call(*args, **kwargs):
        global calls
        calls += 1
        if calls == step:
            os.kill(os.getpid(), signal.SIGKILL)
        return kept(*args, **kwargs)
    setattr(owner, name, call)
counted("fsync", os)
counted("append", column_files)
counted("save", column_files)
counted("write_settled", column_files)
counted("remove_others", column_files)
counted("replace", Path)
columns._CHUNK = 7
columns.SETTLED_AFTER = int(sys.argv[3])
columns.extend()
"""


# Calls counted in the script: appends (two of each chunk of seven), the columns to disk, manifest, tidying up.
KILLED_COPYING = (1, 4, 6, 7, 40, 84, 85, 86, 87, 88, 89)
KILLED_SETTLING = (84, 85, 86, 87, 88, 89, 90, 91, 92)


@pytest.mark.faults
@pytest.mark.sqlite
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("settled_after", "steps"), [(1, KILLED_SETTLING), (10_000, KILLED_COPYING)])
def test_a_writer_killed_at_any_step_costs_nothing(
    state_many, columns_folder, monkeypatch, settled_after, steps
):
    from django.db import connection

    monkeypatch.setattr(columns, "SETTLED_AFTER", settled_after)
    state_many(12)
    columns.extend()
    state_many(20, start=12)
    database = connection.settings_dict["NAME"]
    environment = {
        **os.environ,
        "DATABASE_URL": f"sqlite:///{database}",
        "DJANGO_SETTINGS_MODULE": "config.settings",
    }
    killed = 0
    for step in steps:
        run = subprocess.run(
            [sys.executable, "-c", KILLED, str(columns_folder), str(step), str(settled_after)],
            env=environment,
            check=False,
        )
        killed += run.returncode == -signal.SIGKILL
        assert run.returncode in (0, -signal.SIGKILL)
        assert rows_in_columns(columns_folder) in (12, 32)
        assert counted() == in_database_counted()
    columns.extend()
    assert killed >= len(steps) - 2
    assert rows_in_columns(columns_folder) == 32
    assert counted() == in_database_counted()
    assert np.fromfile(cases_in(columns_folder) / "seq", dtype="<i8").tolist() == [
        row[1] for row in in_database()
    ]


def counted() -> Counter[object]:
    """How many cases of each age and 手口 a reader sees."""
    found = columns.read()
    return Counter(
        tuple(found.words[name][int(part.columns[name][n])] for name in ("age_band", "scams"))
        for part in found.parts
        for n in range(len(part))
    )


def in_database_counted() -> Counter[object]:
    return Counter(CaseFact.objects.values_list("age_band", "scams"))


def test_what_was_read_is_read_on_from_there(state_many, monkeypatch):
    state_many(10)
    columns.extend()
    for number in range(12):
        state_many(2, start=10 + 2 * number)
        assert spelled_out(columns.read()) == in_database()
    assert len(columns.read().parts) <= 1 + columns._STRETCHES
    asked = []
    real = columns._rows
    monkeypatch.setattr(columns, "_rows", lambda start, end: asked.append(start) or real(start, end))
    first = columns.read()
    assert columns.read() is first
    assert asked == [first.as_of, first.as_of]


@pytest.mark.parametrize("change", ["restored", "erased"])
def test_what_was_read_is_forgotten_where_the_log_is_another(state_many, change):
    state_many(10)
    columns.extend()
    state_many(5, start=10)
    columns.read()
    last = CaseFact.objects.order_by("seq").last()
    if change == "restored":
        last.delete()
        state_many(1, start=20)
    else:
        CaseFact.objects.filter(pk=last.pk).update(area="ERASED")
        FactLog.objects.update(uid=uuid.uuid4())
    assert spelled_out(columns.read()) == in_database()
