"""Who was erased is erased again after a restore, and nobody takes a line out of the list unseen."""

import json
import uuid
from datetime import timedelta

import pytest

from cases.backup import erased, places
from cases.backup.models import ErasureNote
from cases.records.case import Case
from tests import builders

AT = builders.RECEIVED_AT


@pytest.fixture
def ready(desk, backups, settings, tmp_path):
    """The folder of backups and a medium with copies of keys, both found again."""
    settings.KEY_BACKUP_DIR = str(tmp_path / "medium")
    places.ready(backups)
    places.ready(tmp_path / "medium")
    return backups, tmp_path / "medium"


def lines(folder):
    return [json.loads(line) for line in (folder / erased.NAME).read_text().splitlines()]


def test_an_erasure_is_noted_beside_the_backups_and_beside_the_keys(ready):
    first, second = uuid.uuid4(), uuid.uuid4()

    erased.note_erasure(first, AT)
    erased.note_erasure(first, AT)
    erased.note_erasure(second, AT + timedelta(days=1))

    for folder in ready:
        assert [line["case"] for line in lines(folder)] == [str(first), str(second)]
        notes = erased.read_lists([folder])
        assert (notes.erased, notes.is_whole) == ({first: AT, second: AT + timedelta(days=1)}, True)


def test_a_medium_that_was_away_gets_what_it_missed(ready):
    backups, medium = ready
    away = medium.rename(medium.with_name("away"))
    uid = uuid.uuid4()

    erased.note_erasure(uid, AT)
    assert erased.write_lists() == [medium]
    away.rename(medium)

    assert erased.write_lists() == []
    assert [line["case"] for line in lines(medium)] == [str(uid)]
    assert len(lines(backups)) == 1


@pytest.mark.parametrize("kind", ["a line taken out", "another case", "a line added", "half a line"])
def test_a_changed_list_is_noticed_and_its_genuine_lines_still_count(kind, ready):
    folder, _medium = ready
    uids = [uuid.uuid4() for _number in range(3)]
    for uid in uids:
        erased.note_erasure(uid, AT)
    file = folder / erased.NAME
    first, second, third = file.read_text().splitlines(keepends=True)
    assert erased.read_lists([folder]).is_whole

    changed = {
        "a line taken out": first + third,
        "another case": first + second.replace(str(uids[1]), str(uuid.uuid4())) + third,
        "a line added": first + second + third.replace(str(uids[2]), str(uuid.uuid4())) + third,
        "half a line": first + second[:40] + "\n" + third,
    }
    file.write_text(changed[kind])

    notes = erased.read_lists([folder])
    assert not notes.is_whole
    assert {uids[0], uids[2]} <= notes.erased.keys() <= set(uids)


def test_a_case_that_came_back_is_erased_again_and_others_are_not(ready, monkeypatch):
    gone, stays = builders.case(), builders.case()
    erased.note_erasure(gone.uid, AT)
    asked = []
    monkeypatch.setattr(erased, "_erasers", [lambda uid, at: asked.append((uid, at))])

    again = erased.erase_again(erased.read_lists(ready))

    assert (again, asked) == (1, [(gone.uid, AT)])
    assert Case.objects.filter(uid=stays.uid).exists()


def test_what_the_restored_database_had_forgotten_is_noted_anew(ready):
    uid = uuid.uuid4()
    erased.note_erasure(uid, AT)
    ErasureNote.objects.all().delete()  # the backup is older than the erasure

    erased.erase_again(erased.read_lists(ready))

    assert ErasureNote.objects.get().case_uid == uid


def test_nothing_comes_back_where_nobody_can_erase_it_again(ready, monkeypatch):
    case = builders.case()
    erased.note_erasure(case.uid, AT)
    monkeypatch.setattr(erased, "_erasers", [])

    with pytest.raises(LookupError):
        erased.erase_again(erased.read_lists(ready))
