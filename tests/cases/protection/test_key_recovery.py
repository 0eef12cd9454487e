"""Lost keys come back with the words of two of three holders, or one envelope; less is refused in words."""

import io
import os
import shutil
import stat
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from cases.protection import keys
from cases.protection.keys import ceremony, files, recovery, shares
from cases.protection.keys.errors import RecoveryRefused
from cases.protection.keys.models import KeyVersion
from tests import builders

pytestmark = pytest.mark.django_db
PRIVATE = bytes(range(1, 33))


@pytest.fixture(autouse=True)
def folders(settings, tmp_path):
    settings.KEY_DIR, settings.KEY_ESCROW_DIR = tmp_path / "keys", tmp_path / "copies"
    keys.forget()
    keys.prepare()
    yield tmp_path
    keys.forget()


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def run(monkeypatch, capsys):
    """Run keys_recovery with lines on its standard input; gives its standard output and error stream."""

    def call(*options: str, lines: tuple[str, ...] = (), stdin=io.StringIO) -> tuple[str, str]:
        monkeypatch.setattr("sys.stdin", stdin("".join(f"{line}\n" for line in lines)))
        out = io.StringIO()
        call_command("keys_recovery", *options, stdout=out)
        return out.getvalue(), capsys.readouterr().err

    return call


def words_of(sheets: str) -> list[str]:
    """The words of each sheet, as a holder would read them out: numbers, blanks and all."""
    return [
        " ".join(line for line in sheet.splitlines() if line.strip() and line.strip()[0].isdigit())
        for sheet in sheets.split("\f")
    ]


# --- Shares -------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("holders", [(0, 1), (0, 2), (1, 2), (2, 0), (0, 1, 2)])
def test_any_two_of_three_give_the_key_back(holders):
    split = shares.split(PRIVATE)

    assert shares.joined([split[holder] for holder in holders]) == PRIVATE
    assert [len(share.split()) for share in split] == [33, 33, 33]


def test_words_may_be_written_with_numbers_and_capitals():
    one, two, _three = shares.split(PRIVATE)
    spoken = " ".join(f"{place}. {word.upper()}," for place, word in enumerate(two.split(), start=1))

    assert shares.joined([one, spoken]) == PRIVATE


def _mixed() -> list[str]:
    return [shares.split(PRIVATE)[0], shares.split(PRIVATE)[1]]


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (lambda: [], "2人分の言葉が必要です"),
        (lambda: shares.split(PRIVATE)[:1], "いま1人分"),
        (lambda: shares.split(PRIVATE)[:1] * 2, "いま1人分"),
        (_mixed, "別々のときに分けた"),
        (lambda: [shares.split(PRIVATE)[0].replace(" ", " academic ", 1)], "1枚目の言葉"),
        (lambda: ["nonsense"], "1枚目の言葉"),
    ],
    ids=["none", "one alone", "the same twice", "of two splits", "a word too many", "no words"],
)
def test_less_than_two_of_one_split_is_refused_in_words(given, words):
    with pytest.raises(RecoveryRefused, match=words):
        shares.joined(given())


def test_an_envelope_holds_the_whole_key():
    [envelope] = shares.split(PRIVATE, envelope=True)

    assert shares.joined([envelope]) == PRIVATE


def test_the_words_of_another_recovery_key_are_told_apart():
    ceremony.begin(shares.new_private_key())

    with pytest.raises(RecoveryRefused, match="いまの復旧の鍵のものではありません"):
        shares.joined(shares.split(PRIVATE))


# --- The ceremony -------------------------------------------------------------------------------------------------
@pytest.fixture
def lost_folder(db, settings):
    """A function that loses the key folder for good, and the case and key files that were there."""
    case = builders.case()
    before = {path.relative_to(settings.KEY_DIR): path.read_bytes() for path in files.every_file()}

    def lose() -> None:
        shutil.rmtree(settings.KEY_DIR)
        keys.forget()
        with pytest.raises(keys.KeyMissing):
            keys.sealer(case.sealed_owner)

    return lose, case, before


@pytest.mark.parametrize(("option", "holders"), [("--split", (0, 2)), ("--envelope", (0,))])
def test_the_rehearsal_lost_keys_come_back_and_everything_opens(
    folders, settings, run, lost_folder, option, holders
):
    lose, case, before = lost_folder
    sheets = words_of(run(option)[0])
    lose()

    _out, said = run(
        "--restore", str(settings.KEY_ESCROW_DIR), lines=tuple(sheets[holder] for holder in holders)
    )

    assert {path.relative_to(settings.KEY_DIR): path.read_bytes() for path in files.every_file()} == before
    assert keys.sealer(case.sealed_owner).open(case, "narrative")
    assert f"鍵を{len(before)}個戻しました" in said
    assert keys.create(case.sealed_owner, centre_uid=case.centre.uid, cohort=2031)  # sealed at birth again
    assert recovery.copy_of(files.path_of("case", f"{case.centre.uid.hex}-2031-v1")).is_file()


def test_copies_and_keys_are_for_one_account_whatever_the_umask(folders, settings, run):
    before = os.umask(0o022)
    try:
        sheets = words_of(run("--split")[0])
        settings.KEY_DIR = folders / "deep" / "new"
        keys.forget()
        run("--restore", str(settings.KEY_ESCROW_DIR), lines=(sheets[0], sheets[1]))
    finally:
        os.umask(before)

    made = [settings.KEY_ESCROW_DIR, settings.KEY_DIR]
    paths = [*made, *(path for folder in made for path in Path(folder).rglob("*"))]
    assert {stat.S_IMODE(path.stat().st_mode) for path in paths} == {0o700, 0o400}


def test_one_holder_alone_restores_nothing(settings, run, lost_folder):
    lose, _case, _before = lost_folder
    sheets = words_of(run("--split")[0])
    lose()

    with pytest.raises(CommandError, match="2人分の言葉が必要です"):
        run("--restore", str(settings.KEY_ESCROW_DIR), lines=(sheets[1],))
    assert not list(files.every_file())


def test_a_new_split_needs_no_new_copies_and_says_why_old_sheets_must_go(settings, run, lost_folder):
    _lose, _case, before = lost_folder
    old = words_of(run("--split")[0])
    copies = {path: path.read_bytes() for path in Path(settings.KEY_ESCROW_DIR).rglob("*") if path.is_file()}

    out, said = run("--resplit", lines=(old[0], old[1]))

    new = words_of(out)
    assert {path: path.read_bytes() for path in copies} == copies
    assert "前の紙は必ずすべて細断してください" in said
    assert not set(old) & set(new)
    with pytest.raises(CommandError, match="別々のときに分けた"):
        run("--check", lines=(old[0], new[1]))
    assert f"{len(before)}個の控えが開き" in run("--check", lines=(new[2], new[1]))[1]
    assert f"{len(before)}個の控えが開き" in run("--check", lines=(old[2], old[1]))[1]  # which is why


@pytest.mark.parametrize(
    ("damage", "bad"), [(None, []), ("gone", ["index/v1.key"]), ("swapped", ["index/v1.key"])]
)
def test_a_trial_names_the_copies_that_would_fail(folders, damage, bad):
    ceremony.begin(PRIVATE)
    copy = recovery.copy_of(files.path_of("index", "v1"))
    if damage == "gone":
        copy.unlink()
    elif damage == "swapped":
        shutil.copy(recovery.copy_of(files.path_of("audit", "v1")), folders / "other")
        (folders / "other").replace(copy)

    count = len(list(files.every_file()))
    assert ceremony.try_copies(PRIVATE) == ceremony.Trial(count - len(bad), bad)


def test_a_failing_trial_ends_with_status_3(run):
    sheets = words_of(run("--split")[0])
    recovery.copy_of(files.path_of("index", "v1")).unlink()

    with pytest.raises(SystemExit) as ended:
        run("--check", lines=(sheets[0], sheets[1]))
    assert ended.value.code == 3


@pytest.mark.parametrize("replace", [False, True])
def test_a_second_recovery_key_is_made_only_when_asked_for(run, replace):
    old = words_of(run("--split")[0])
    before = recovery.fingerprint()

    if not replace:
        with pytest.raises(CommandError, match="復旧の鍵はもうあります"):
            run("--split")
        assert recovery.fingerprint() == before
        return
    new = words_of(run("--split", "--replace")[0])
    assert recovery.fingerprint() != before
    with pytest.raises(CommandError, match="いまの復旧の鍵のものではありません"):
        run("--check", lines=(old[0], old[1]))
    run("--check", lines=(new[0], new[1]))


def test_keys_of_somebody_else_are_not_overwritten(settings, run):
    sheets = words_of(run("--split")[0])
    path = files.path_of("index", "v1")
    path.chmod(0o600)
    path.write_bytes(bytes(32))

    with pytest.raises(CommandError, match="別の鍵があります"):
        run("--restore", str(settings.KEY_ESCROW_DIR), lines=(sheets[0], sheets[1]))
    assert path.read_bytes() == bytes(32)


def test_nothing_is_restored_from_an_empty_or_damaged_folder(folders, settings, run):
    sheets = words_of(run("--split")[0])
    copy = recovery.copy_of(files.path_of("index", "v1"))
    copy.chmod(0o600)
    copy.write_bytes(copy.read_bytes()[:-1])
    settings.KEY_DIR = folders / "empty"
    keys.forget()

    for folder, words in (
        (folders / "nowhere", "封をした鍵の控えがありません"),
        (folders / "copies", "この控えは開けません"),
    ):
        with pytest.raises(CommandError, match=words):
            run("--restore", str(folder), lines=(sheets[0], sheets[1]))
    assert not list(files.every_file())


def test_the_ledger_knows_which_keys_have_a_copy(run):
    builders.case()
    assert set(KeyVersion.objects.values_list("escrowed_to", flat=True)) == {""}

    run("--split")

    assert set(KeyVersion.objects.values_list("escrowed_to", flat=True)) == {recovery.fingerprint()}


def test_sheets_say_what_they_are_and_words_go_nowhere_else(folders, run):
    out, said = run("--split")

    sheets = out.split("\f")
    assert len(sheets) == 3
    assert all(f"{number} / 3" in sheet for number, sheet in enumerate(sheets, start=1))
    assert all(recovery.fingerprint() in sheet for sheet in sheets)
    for words in words_of(out):
        for word in words.split()[5::7]:
            assert word.isdigit() or f" {word} " not in said
    stored = b"".join(path.read_bytes() for path in folders.rglob("*") if path.is_file())
    assert shares.joined(words_of(out)[:2]) not in stored


@pytest.mark.parametrize(("answer", "is_made"), [("はい", True), ("", False)])
def test_on_a_terminal_the_sheets_are_written_down_before_anything_changes(run, answer, is_made):
    if is_made:
        run("--split", lines=(answer,), stdin=Terminal)
    else:
        with pytest.raises(CommandError, match="取りやめました"):
            run("--split", lines=(answer,), stdin=Terminal)
    assert (recovery.public_key() is not None) == is_made
