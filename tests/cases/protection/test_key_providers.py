"""Two ways to hold KEKs, one promise; and a program that dies, hangs or lies costs words, never a wrong key."""

import os
import signal
import sys
import uuid
from pathlib import Path

import pytest

from cases.protection import keys
from cases.protection.keys import ledger, programs, providers
from cases.protection.keys.kek import Kek
from cases.protection.keys.models import KeyVersion
from cases.protection.models import DataKey
from cases.protection.sealed import Owner

PROGRAM = Path(__file__).with_name("key_program.py")
KEK = Kek("case", uuid.UUID(int=7), 2026, 1)
OTHER = KEK._replace(version=2)
PAIRS = [(bytes([number]) * 32, b"context %d" % number) for number in range(5)]


@pytest.fixture
def folder(settings, tmp_path) -> Path:
    """Own key folder, and one for the program."""
    settings.KEY_DIR, settings.KEY_ESCROW_DIR = tmp_path / "keys", tmp_path / "copies"
    (tmp_path / "program").mkdir()
    keys.forget()
    keys.prepare()
    yield tmp_path / "program"
    keys.forget()


@pytest.fixture
def command(settings, folder) -> Path:
    settings.KEY_COMMAND = f"{sys.executable} {PROGRAM} {folder}"
    return folder


@pytest.fixture(params=["file", "command"])
def provider(request, folder) -> providers.Provider:
    if request.param == "command":
        request.getfixturevalue("command")
    found = providers.for_new()
    assert found.name == request.param
    return found


def test_wrapped_keys_come_back_in_their_order(provider):
    provider.make(KEK)

    wrapped = provider.wrap(KEK, PAIRS)

    assert provider.unwrap(
        KEK, [(key, context) for key, (_d, context) in zip(wrapped, PAIRS, strict=True)]
    ) == [data for data, _context in PAIRS]
    assert len(set(wrapped)) == len(PAIRS)
    assert provider.wrap(KEK, []) == provider.unwrap(KEK, []) == []


def test_a_key_that_exists_is_not_made_again(provider):
    assert not provider.exists(KEK)
    provider.make(KEK)
    [wrapped] = provider.wrap(KEK, PAIRS[:1])
    provider.make(KEK)

    assert provider.exists(KEK)
    assert provider.unwrap(KEK, [(wrapped, PAIRS[0][1])]) == [PAIRS[0][0]]


@pytest.mark.parametrize("kind", ["other context", "other key", "changed", "cut", "empty"])
def test_what_does_not_belong_does_not_open(provider, kind):
    for kek in (KEK, OTHER):
        provider.make(kek)
    [wrapped] = provider.wrap(KEK, PAIRS[:1])
    asked, data, context = {
        "other context": (KEK, wrapped, b"x"),
        "other key": (OTHER, wrapped, PAIRS[0][1]),
        "changed": (KEK, wrapped[:-1] + bytes([wrapped[-1] ^ 1]), PAIRS[0][1]),
        "cut": (KEK, wrapped[:20], PAIRS[0][1]),
        "empty": (KEK, b"", PAIRS[0][1]),
    }[kind]

    with pytest.raises(keys.WrapBroken):
        provider.unwrap(asked, [(data, context)])


def test_one_that_does_not_open_spoils_the_batch(provider):
    provider.make(KEK)
    good, bad = provider.wrap(KEK, PAIRS[:2])

    with pytest.raises(keys.WrapBroken):
        provider.unwrap(KEK, [(good, PAIRS[0][1]), (bad, b"x")])


def test_a_key_that_was_never_made_or_is_destroyed_is_missing(provider):
    provider.make(OTHER)
    for make in (False, True):
        if make:
            provider.make(KEK)
            provider.destroy(KEK)
            provider.destroy(KEK)
        assert not provider.exists(KEK)
        for use in (provider.wrap, provider.unwrap):
            with pytest.raises(keys.KeyMissing) as missing:
                use(KEK, PAIRS[:1])
            assert missing.value.code == "key_missing"


def test_where_no_key_may_be_made_it_says_so(provider, folder, settings):
    if provider.name == "command":
        (folder / "no-new-keys").touch()
    else:
        settings.KEY_DIR = folder / "file"
        (folder / "file").touch()

    with pytest.raises(keys.KeyNotMade):
        provider.make(KEK)


# --- The program's own troubles -----------------------------------------------------------------------------------
def test_a_program_that_died_is_started_again(command):
    providers.for_new().make(KEK)
    first = programs.PROGRAM._child
    os.kill(first._process.pid, signal.SIGKILL)
    first._process.wait()

    assert providers.for_new().exists(KEK)
    assert programs.PROGRAM._child is not first


@pytest.mark.parametrize(
    ("script", "fault"),
    [
        ("import time; time.sleep(60)", "silent"),
        ("raise SystemExit(1)", "dies at once"),
        ("print('hello', flush=True); input()", "no JSON"),
        ("print('[]', flush=True); input()", "no object"),
        (
            'print(\'{"id": 99, "ok": true, "exists": true}\', flush=True); input()',
            "answer to something else",
        ),
    ],
)
def test_a_program_that_gives_no_answer_is_named(settings, folder, monkeypatch, script, fault):
    monkeypatch.setattr(programs, "TIMEOUT_SECONDS", 0.3)
    file = folder / "program.py"
    file.write_text(script)
    settings.KEY_COMMAND = f"{sys.executable} {file}"

    with pytest.raises(programs.ProgramSilent, match="KEY_COMMAND"):
        providers.for_new().exists(KEK)


@pytest.mark.parametrize("command_line", ["/no/such/program", "'unclosed"])
def test_a_program_that_does_not_start_is_named(settings, folder, command_line):
    settings.KEY_COMMAND = command_line

    with pytest.raises(programs.ProgramSilent):
        providers.for_new().exists(KEK)


def test_items_that_are_fewer_than_asked_are_no_answer(settings, folder):
    file = folder / "program.py"
    file.write_text('input(); print(\'{"id": 1, "ok": true, "items": []}\', flush=True); input()')
    settings.KEY_COMMAND = f"{sys.executable} {file}"

    own = programs.KeyProgram()
    with pytest.raises(programs.ProgramSilent):
        own.wrap(KEK, PAIRS)
    own.forget()


# --- Both at once -------------------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_when_a_program_takes_over_the_files_still_open_what_they_wrapped(settings, folder):
    centre_uid = uuid.uuid4()
    old = Owner("case", uuid.uuid4())
    keys.create(old, centre_uid=centre_uid, cohort=2026)[0].save()
    settings.KEY_COMMAND = f"{sys.executable} {PROGRAM} {folder}"
    ledger.make_next("case", centre_uid, 2026)
    keys.forget()
    new = Owner("case", uuid.uuid4())
    keys.create(new, centre_uid=centre_uid, cohort=2026)[0].save()

    assert set(keys.sealers("case", [old.uid, new.uid])) == {old.uid, new.uid}
    assert list(KeyVersion.objects.order_by("version").values_list("provider", flat=True)) == [
        "file",
        "command",
    ]
    assert [path.name for path in folder.iterdir()] == [f"case_{centre_uid.hex}-2026-v2"]
    assert {row.kek_version for row in DataKey.objects.all()} == {1, 2}


@pytest.mark.django_db
def test_no_other_key_of_the_program_is_tried(command):
    centre_uid = uuid.uuid4()
    owner = Owner("case", uuid.uuid4())
    keys.create(owner, centre_uid=centre_uid, cohort=2026)[0].save()
    ledger.make_next("case", centre_uid, 2026)
    first, second = (command / f"case_{centre_uid.hex}-2026-v{version}" for version in (1, 2))
    first.rename(second)

    with pytest.raises(keys.KeyMissing) as missing:
        keys.sealer(owner)
    assert missing.value.code == "key_missing"
