"""The system checks: each speaks up where its condition is broken, and is silent on the suite's own machine."""

import importlib
import shutil
import sqlite3
import uuid
from pathlib import Path
from unittest import mock

import pytest
from django.core.checks import registry
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.core.management.base import SystemCheckError
from django.utils import timezone

from cases.protection import keys
from cases.protection.keys.models import KeyVersion
from cases.protection.models import DataKey
from config import checks, set_up


def _ids(found) -> list[str]:
    return [problem.id for problem in found]


@pytest.fixture
def machine(settings, tmp_path):
    """A machine of its own, with its keys made."""
    settings.DATA_DIR, settings.KEY_DIR = tmp_path / "data", tmp_path / "data.keys"
    settings.KEY_ESCROW_DIR = tmp_path / "copies"
    settings.DATA_DIR.mkdir(mode=0o700)
    keys.forget()
    keys.prepare()
    yield tmp_path
    keys.forget()


CENTRE = uuid.UUID(int=7)


def _sealed_row(owner_kind: str, **more) -> None:
    given = {"centre_uid": CENTRE, "cohort": 2026, "kek_version": 1, "wrapped": b"-", **more}
    DataKey.objects.create(owner_kind=owner_kind, owner_uid=uuid.uuid4(), **given)


def _key_file(folder, domain: str, name: str = f"{CENTRE.hex}-2026-v1", size: int = 32) -> Path:
    path = folder / "data.keys" / domain / f"{name}.key"
    path.parent.mkdir(mode=0o700, exist_ok=True)
    path.touch(mode=0o600)
    path.write_bytes(bytes(range(size)))
    path.chmod(0o400)
    return path


@pytest.mark.parametrize(
    ("where", "found"),
    [
        ("keys", []),
        ("data.keys", []),
        ("data", ["madoguchi.E001"]),
        ("data/keys", ["madoguchi.E001"]),
        ("data/../data/keys", ["madoguchi.E001"]),
    ],
)
def test_keys_lie_outside_the_data_folder(machine, settings, where, found):
    settings.KEY_DIR = machine / where

    assert _ids(checks.keys_lie_apart()) == found


def test_a_link_does_not_bring_keys_into_the_data_folder(machine, settings):
    (machine / "data" / "keys").mkdir()
    (machine / "link").symlink_to(machine / "data" / "keys")
    settings.KEY_DIR = machine / "link"

    assert _ids(checks.keys_lie_apart()) == ["madoguchi.E001"]


@pytest.mark.parametrize(
    ("path", "mode", "found"),
    [
        ("data.keys", 0o700, []),
        ("data.keys", 0o750, ["madoguchi.E002"]),
        ("data.keys/index", 0o701, ["madoguchi.E002"]),
        ("data.keys/index/v1.key", 0o400, []),
        ("data.keys/index/v1.key", 0o440, ["madoguchi.E002"]),
        ("data.keys/signing.key", 0o404, ["madoguchi.E002"]),
    ],
)
def test_nobody_else_reads_keys(machine, path, mode, found):
    (machine / path).chmod(mode)

    assert _ids(checks.keys_are_private()) == found


@pytest.mark.parametrize(("has_fts5", "found"), [(True, []), (False, ["madoguchi.E003"])])
def test_the_embedded_search_needs_fts5(monkeypatch, has_fts5, found):
    class Connection(sqlite3.Connection):
        def execute(self, *args):
            if not has_fts5:
                raise sqlite3.OperationalError("no such module: fts5")
            return super().execute(*args)

    connect = sqlite3.connect
    monkeypatch.setattr(sqlite3, "connect", lambda name: connect(name, factory=Connection))

    assert _ids(checks.search_is_built_in()) == found


@pytest.mark.parametrize(
    ("own", "system", "found"),
    [
        (True, None, []),
        (False, "opentype/noto/NotoSansCJK-Regular.ttc", []),
        (False, "truetype/bizud/BIZUDPGothic-Regular.ttf", []),
        (False, "truetype/dejavu/DejaVuSans.ttf", ["madoguchi.W001"]),
        (False, None, ["madoguchi.W001"]),
    ],
)
def test_paper_needs_a_japanese_font(monkeypatch, tmp_path, own, system, found):
    ours, folder = tmp_path / "ours.ttf", tmp_path / "fonts"
    if own:
        ours.touch()
    if system:
        (folder / system).parent.mkdir(parents=True)
        (folder / system).touch()
    monkeypatch.setattr(checks.pylopdf_fonts_jp, "sans_path", lambda: ours)
    monkeypatch.setattr(checks, "FONT_FOLDERS", (folder,))

    assert _ids(checks.japanese_can_be_printed()) == found


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("owner_kind", "made", "found"),
    [
        (None, [], []),
        ("case", ["case"], []),
        ("case", [], ["madoguchi.E004"]),
        ("case", ["contact"], ["madoguchi.E004"]),
        ("member", ["contact"], []),
        ("member", ["case"], ["madoguchi.E004"]),
    ],
)
def test_sealed_rows_need_a_key_of_their_domain(machine, owner_kind, made, found):
    for domain in made:
        _key_file(machine, domain)
    if owner_kind:
        _sealed_row(owner_kind)

    assert _ids(checks.sealed_rows_have_keys(databases=["default"])) == found


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("more", "found"),
    [
        ({}, []),
        ({"kek_version": 2}, ["madoguchi.E004"]),
        ({"cohort": 2025}, ["madoguchi.E004"]),
        ({"centre_uid": uuid.UUID(int=8)}, ["madoguchi.E004"]),
    ],
)
def test_the_very_key_that_a_row_names_must_be_there(machine, more, found):
    _key_file(machine, "case")
    _sealed_row("case", **more)

    problems = checks.sealed_rows_have_keys(databases=["default"])

    assert _ids(problems) == found
    if found:
        centre, cohort = more.get("centre_uid", CENTRE), more.get("cohort", 2026)
        assert f"case/{centre.hex}-{cohort}-v{more.get('kek_version', 1)}" in problems[0].msg


@pytest.mark.django_db
def test_a_destroyed_key_is_not_missing_and_many_missing_ones_are_named_in_part(machine):
    for cohort in range(2001, 2009):
        _sealed_row("case", cohort=cohort)
    [problem] = checks.sealed_rows_have_keys(databases=["default"])
    assert problem.msg.count("case/") == checks.MOST_NAMED
    for cohort in range(2001, 2009):
        KeyVersion.objects.create(
            domain="case", centre_uid=CENTRE, cohort=cohort, version=1, provider="file", state="DESTROYED",
            retired_at=timezone.now(), destroyed_at=timezone.now(),
        )  # fmt: skip

    assert checks.sealed_rows_have_keys(databases=["default"]) == []


@pytest.mark.parametrize(
    ("size", "found"), [(32, []), (31, ["madoguchi.E005"]), (33, ["madoguchi.E005"]), (0, ["madoguchi.E005"])]
)
def test_a_key_file_of_another_length_is_no_key(machine, size, found):
    _key_file(machine, "case", size=size)

    assert _ids(checks.keys_are_whole()) == found


def test_an_empty_signing_key_is_no_key(machine):
    assert checks.keys_are_whole() == []
    (machine / "data.keys" / "signing.key").chmod(0o600)
    (machine / "data.keys" / "signing.key").write_bytes(b"")

    assert _ids(checks.keys_are_whole()) == ["madoguchi.E005"]


def _copy(machine, name):
    shutil.copy(machine / "data.keys" / "index" / "v1.key", machine / "data" / name)


STRAY = {
    "nothing": lambda machine: None,
    "a file of the same length": lambda machine: (machine / "data" / "x").write_bytes(bytes(32)),
    "a copied key": lambda machine: _copy(machine, "v1.key"),
    "a copied key by another name": lambda machine: _copy(machine, "notes.txt"),
    "the signing key": lambda machine: shutil.copy(
        machine / "data.keys" / "signing.key", machine / "data" / "s"
    ),
    "a link to the folder": lambda machine: (machine / "data" / "l").symlink_to(machine / "data.keys"),
    "a link to one key": lambda machine: (machine / "data" / "l").symlink_to(
        machine / "data.keys/index/v1.key"
    ),
    "a link to what is above it": lambda machine: (machine / "data" / "l").symlink_to(machine),
}


@pytest.mark.parametrize("kind", STRAY)
def test_no_key_lies_in_the_data_folder_by_any_name(machine, kind):
    (machine / "data" / "deep").mkdir()
    STRAY[kind](machine)

    found = [] if kind in ("nothing", "a file of the same length") else ["madoguchi.E001"]
    assert _ids(checks.keys_lie_apart()) == found


@pytest.mark.parametrize(("where", "found"), [("copies", []), ("data/copies", 1), ("data.keys/copies", 1)])
def test_sealed_copies_lie_apart_from_data_and_keys(machine, settings, where, found):
    settings.KEY_ESCROW_DIR = machine / where

    assert _ids(checks.keys_lie_apart()) == (["madoguchi.E001"] if found else [])


def test_nobody_else_reads_sealed_copies(machine, settings):
    settings.KEY_ESCROW_DIR = machine / "copies"
    (machine / "copies").mkdir(mode=0o700)
    assert checks.keys_are_private() == []
    (machine / "copies").chmod(0o755)

    assert _ids(checks.keys_are_private()) == ["madoguchi.E002"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("has_rows", "has_recovery", "found"),
    [(True, False, ["madoguchi.W002"]), (True, True, []), (False, False, [])],
)
def test_without_a_way_back_there_is_a_warning(machine, has_rows, has_recovery, found):
    if has_rows:
        _sealed_row("case")
    if has_recovery:
        (machine / "data.keys" / "recovery.pub").write_bytes(bytes(32))
        keys.forget()

    problems = checks.keys_can_be_recovered(databases=["default"])

    assert _ids(problems) == found
    assert not any(problem.is_serious() for problem in problems)


# --- Every process refuses ------------------------------------------------------------------------------------------
def _serve():
    set_up.make_keys()


def _web():
    importlib.reload(importlib.import_module("config.wsgi"))


def _work():
    with mock.patch("cases.management.commands.worker.Worker"):  # it would close the test's own connection
        call_command("worker", "--once")


@pytest.mark.django_db
@pytest.mark.parametrize("start", [_serve, _web, _work])
@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (None, ""),
        ("missing", "その鍵がありません"),
        ("readable", "他の利用者が読めます"),
        ("in the data folder", "データフォルダの中に鍵があります"),
        ("cut", "鍵のファイルが壊れています"),
    ],
)
def test_no_process_starts_with_bad_keys(machine, start, fault, words):
    path = _key_file(machine, "case", size=31 if fault == "cut" else 32)
    _sealed_row("case", kek_version=2 if fault == "missing" else 1)
    if fault == "readable":
        path.chmod(0o440)
    if fault == "in the data folder":
        shutil.copy(path, machine / "data" / "copy")

    if fault is None:
        start()
        return
    with pytest.raises((CommandError, ImproperlyConfigured, SystemCheckError), match=words):
        start()


@pytest.mark.django_db
def test_without_a_database_named_no_rows_are_read(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert checks.sealed_rows_have_keys(databases=None) == []


@pytest.mark.django_db
@pytest.mark.parametrize("lost", [False, True])
def test_no_new_keys_are_made_for_data_whose_keys_are_lost(machine, settings, lost):
    _sealed_row("case")
    _key_file(machine, "case")
    if lost:
        settings.KEY_DIR = machine / "elsewhere.keys"

    if lost:
        with pytest.raises(CommandError, match="その鍵がありません"):
            set_up.make_keys()
    else:
        set_up.make_keys()

    assert not (machine / "elsewhere.keys").exists()


def test_every_check_is_registered():
    known = registry.registry.get_checks(include_deployment_checks=True)

    names = {
        "keys_lie_apart",
        "keys_are_private",
        "keys_are_whole",
        "keys_can_be_recovered",
        "search_is_built_in",
    }
    names |= {"japanese_can_be_printed", "sealed_rows_have_keys"}
    assert names <= {check.__name__ for check in known if check.__module__ == checks.__name__}


@pytest.mark.django_db
def test_the_machine_of_the_suite_is_sound():
    assert checks.of_this_machine() == []


def test_the_data_folder_is_made_for_its_owner_alone(settings, tmp_path):
    settings.DATA_DIR = tmp_path / "a" / "data"

    folder = set_up.make_data_folder()

    assert folder == Path(settings.DATA_DIR)
    assert folder.stat().st_mode & 0o777 == 0o700
