"""The system checks: each speaks up where its condition is broken, and is silent on the suite's own machine."""

import sqlite3
import uuid
from pathlib import Path

import pytest
from django.core.checks import registry
from django.core.management import CommandError

from cases.protection import keys
from cases.protection.models import DataKey
from config import checks, set_up


def _ids(found) -> list[str]:
    return [problem.id for problem in found]


@pytest.fixture
def machine(settings, tmp_path):
    """A machine of its own, with its keys made."""
    settings.DATA_DIR, settings.KEY_DIR = tmp_path / "data", tmp_path / "data.keys"
    settings.DATA_DIR.mkdir(mode=0o700)
    keys.forget()
    keys.prepare()
    yield tmp_path
    keys.forget()


def _sealed_row(owner_kind: str) -> None:
    DataKey.objects.create(
        owner_kind=owner_kind,
        owner_uid=uuid.uuid4(),
        centre_uid=uuid.uuid4(),
        cohort=2026,
        kek_version=1,
        wrapped=b"-",
    )


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
        (machine / "data.keys" / domain).mkdir()
        (machine / "data.keys" / domain / "a.key").touch(mode=0o400)
    if owner_kind:
        _sealed_row(owner_kind)

    assert _ids(checks.sealed_rows_have_keys(databases=["default"])) == found


@pytest.mark.django_db
def test_without_a_database_named_no_rows_are_read(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert checks.sealed_rows_have_keys(databases=None) == []


@pytest.mark.django_db
@pytest.mark.parametrize("lost", [False, True])
def test_no_new_keys_are_made_for_data_whose_keys_are_lost(machine, settings, lost):
    _sealed_row("case")
    (machine / "data.keys" / "case").mkdir(mode=0o700)
    (machine / "data.keys" / "case" / "a.key").touch(mode=0o400)
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

    names = {"keys_lie_apart", "keys_are_private", "search_is_built_in"}
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
