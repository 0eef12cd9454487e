"""The lexicon: completions and hints at slips, within scope, of no rare word; and what becomes of erased words."""

import os

import pytest

from cases.protection import index_seal
from cases.protection.sealed import SealBroken
from cases.records.case import Case
from cases.records.tombstone import Tombstone
from cases.services.retention import erasure
from cases.services.retention.models import Disposal
from search import index, schedule
from search.completing import completions, did_you_mean, distance
from search.engine import engine
from search.lexicon import Lexicon, lexicon
from tests.search.conftest import Staff

pytestmark = pytest.mark.django_db

THRICE = range(3)


@pytest.fixture
def known(record, worked):
    for _again in THRICE:
        record("布団の訪問販売で契約し、解約を申し出た。エステティックの相談もした。")
        record("スポーツジムの自動更新を断られた。引っ越しをするという。")
    worked()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("解", ["解約"]),
        ("布団 解", ["布団 解約"]),
        ("かいや", ["解約"]),
        ("ｴｽﾃ", ["エステティック"]),
        ("えすて", ["エステティック"]),
        ('布団 -"解', ['布団 -"解約']),
        ("訪問", ["訪問販売"]),
        ("か", []),
        ("", []),
        ("布団 ", []),
        ("解約", []),
        ("無い言葉", []),
    ],
)
def test_the_last_word_is_completed_by_letters_and_by_reading(known, staff, text, expected):
    assert completions(text, by=staff) == expected


@pytest.mark.parametrize(
    ("slip", "meant"),
    [
        ("解役", "解約"),
        ("かいやく", "解約"),
        ("エステテイック", "エステティック"),
        ("エステチック", "エステティック"),
        ("解約", ""),
        ("解約 -かいやく", ""),
        ("とても遠い無関係", ""),
        ("", ""),
        ("解約 引っ越し", ""),
    ],
)
def test_a_slip_is_put_right_only_where_that_finds_cases(known, staff, slip, meant):
    assert did_you_mean(slip, by=staff) == meant


def test_a_word_of_one_or_two_cases_is_nobody_elses(record, worked, staff):
    for _again in range(2):
        record("珍名堂という店で印鑑を契約した。")
    worked()
    assert (completions("印", by=staff), did_you_mean("いんかん", by=staff)) == ([], "")

    record("印鑑の契約。")
    worked()

    assert (completions("印", by=staff), did_you_mean("印艦", by=staff)) == (["印鑑"], "印鑑")


def test_words_of_another_centre_are_not_offered_however_common(record, worked, staff, other_centre):
    for _again in THRICE:
        record("印鑑の契約。", at=other_centre)
    record("契約の相談。")
    worked()
    theirs = Staff(frozenset({other_centre.pk}))

    assert (completions("印", by=staff), did_you_mean("印艦", by=staff)) == ([], "")
    assert completions("印", by=theirs) == ["印鑑"]


def test_numbers_and_single_letters_are_not_learned(record, worked):
    record("148万円を口座1234567に送った。")
    worked()

    assert not [word for word in lexicon().words() if any(letter.isdigit() for letter in word)]
    assert all(len(word) > 1 for word in lexicon().words())


def test_a_word_that_only_an_erased_case_held_leaves_the_file(record, worked, staff):
    kept, gone = record("布団の契約。"), record("印鑑の契約。")
    worked()
    file = lexicon()._path
    inode = file.stat().st_ino

    erasure.erase_case(gone.uid, reason=Disposal.Ground.REQUEST, by=staff)
    worked()
    index.forget_words()

    assert "印鑑" not in lexicon().words()
    assert {"布団", "契約"} <= lexicon().words().keys()
    assert file.stat().st_ino != inode
    assert Tombstone.objects.get().words_gone_at is not None
    assert Case.objects.get() == kept


def test_the_file_holds_no_word_in_the_open_and_is_nobody_elses(known):
    file = lexicon()._path
    held = file.read_bytes()

    assert lexicon().words()
    assert not any(word.encode() in held for word in lexicon().words())
    assert file.stat().st_mode & 0o777 == 0o600


@pytest.fixture
def two(tmp_path, db):
    """The same file as a writer and a reader see it."""
    return Lexicon(tmp_path / "x.words", "v1"), Lexicon(tmp_path / "x.words", "v1")


def test_a_reader_sees_what_a_writer_adds_and_takes_out(two):
    writer, reader = two
    assert (reader.words(), reader.is_missing()) == ({}, True)

    assert writer.learn(["契約", "解約", "契約"]) == 2
    assert reader.words() == {"契約": "ケイヤク", "解約": "カイヤク"}
    assert writer.learn(["契約", "返金"]) == 1
    assert reader.words().keys() == {"契約", "解約", "返金"}

    assert writer.prune(lambda words: [word for word in words if word != "解約"]) == 1
    assert reader.words().keys() == {"契約", "返金"}


def test_what_a_killed_writer_left_is_written_over(two):
    writer, _reader = two
    writer.learn(["契約"])
    whole = writer._path.read_bytes()
    writer.learn(["解約"])
    torn = writer._path.read_bytes()[:-5]
    writer._path.write_bytes(torn)

    assert Lexicon(writer._path, "v1").words().keys() == {"契約"}
    again = Lexicon(writer._path, "v1")
    again.learn(["返金"])

    assert Lexicon(writer._path, "v1").words().keys() == {"契約", "返金"}
    assert writer._path.read_bytes().startswith(whole)


@pytest.mark.parametrize("spoil", ["another version", "changed", "gone"])
def test_a_file_that_cannot_be_read_is_empty_and_filled_again(two, spoil):
    writer, _reader = two
    writer.learn(["契約"])
    writer.complete()
    assert not writer.is_missing()
    if spoil == "changed":
        data = bytearray(writer._path.read_bytes())
        data[-1] ^= 1
        os.replace(_written(writer._path.with_name("y"), bytes(data)), writer._path)
    elif spoil == "gone":
        writer._path.unlink()

    spoiled = Lexicon(writer._path, "v2" if spoil == "another version" else "v1")

    assert spoiled.is_missing()
    spoiled.learn(["返金"])
    spoiled.complete()
    assert "返金" in spoiled.words()
    assert not spoiled.is_missing()


def _written(path, data):
    path.write_bytes(data)
    return path


def test_the_worker_fills_a_lexicon_that_is_gone(known, staff, worked):
    lexicon()._path.unlink()
    assert schedule.is_lexicon_wanted()

    schedule.fill_lexicon()
    assert not schedule.is_lexicon_wanted()
    worked()

    assert completions("解", by=staff) == ["解約"]
    assert not schedule.is_lexicon_wanted()


def test_a_disk_that_refuses_holds_up_no_index(record, worked, staff, monkeypatch):
    def refuse(*args, **more):
        raise OSError(28, "no space")

    monkeypatch.setattr(Lexicon, "_append", refuse)
    record("布団の契約。")

    worked()

    assert engine().size() == 1


@pytest.mark.parametrize(
    ("one", "other", "most", "expected"),
    [
        ("契約", "契約", 2, 0),
        ("契約", "解約", 2, 1),
        ("ワンクリク", "ワンクリック", 2, 1),
        ("ワンリクック", "ワンクリック", 2, 1),
        ("ケイヤク", "カイヤク", 2, 1),
        ("あいう", "", 2, 3),
        ("abcdef", "uvwxyz", 1, 2),
    ],
)
def test_letters_between_two_words(one, other, most, expected):
    found = distance(one, other, most)

    assert found == expected or found > most < expected


def test_a_seal_of_another_purpose_does_not_open(db):
    envelope = index_seal.sealed("one", "契約".encode())

    assert index_seal.opened("one", envelope) == "契約".encode()
    with pytest.raises(SealBroken):
        index_seal.opened("other", envelope)
