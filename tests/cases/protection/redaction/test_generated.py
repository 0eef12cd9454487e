"""Masks on generated texts, a small share of what `benchmarks.protection.redaction` runs, and their measure itself."""

import gzip
import json
from io import StringIO
from random import Random

import pytest
from django.core.management import CommandError, call_command

from benchmarks.protection import generated
from cases.protection.redaction import Party, Span, known_spans, places_of, redact
from cases.protection.redaction.evaluation import Annotated, evaluate


def test_every_mention_of_a_known_person_is_masked_for_sure():
    found = generated.known(Random(11), 1_500)

    assert found["in_hiragana"] > 300
    assert (found["missed"], found["examples"]) == (0, [])


def test_a_person_who_does_not_appear_masks_nothing():
    found = generated.unrelated(Random(12), 400)

    assert found["share"] <= 0.001


@pytest.mark.parametrize("measure", [generated.phones, generated.patterns])
def test_every_listed_spelling_is_masked(measure):
    found = measure(Random(13), 40)

    assert {name: share for name, share in found.items() if share < 1} == {}
    assert len(found) >= 8


def test_hardly_any_number_that_is_nobodys_is_masked():
    found = generated.negatives()

    assert found["texts"] == 50
    assert found["masked_wrongly"] <= 1


def test_addresses_are_masked_to_the_block_number():
    found = generated.addresses(Random(14), 150)

    assert found["prefecture_city_town"]["to_block_number"] >= 0.99
    assert found["city_town"]["to_block_number"] >= 0.99
    assert found["town"]["to_block_number"] >= 0.75


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("名義はいとうになっている。", "名義は〔氏名〕になっている。"),
        ("電話口でいとうかと聞かれた。", "電話口で〔氏名〕かと聞かれた。"),
        ("以前いとうから相談があった。", "以前〔氏名〕から相談があった。"),
        ("母いとうの代わりに来所。", "母〔氏名〕の代わりに来所。"),
        ("「いとうです」と答えた。", "「〔氏名〕です」と答えた。"),
        ("せいとうな請求だと言われた。", "せいとうな請求だと言われた。"),
        ("払うことはないと言われた。", "払うことはないと言われた。"),
        ("はじめての利用だった。", "はじめての利用だった。"),
        ("代わりにさきが応対した。", "代わりに〔氏名〕が応対した。"),
    ],
)
def test_hiragana_of_a_known_person_is_told_from_everyday_words(text, masked):
    parties = [Party(kana="イトウ コト"), Party(kana="サキ ハジメ")]

    assert redact(text, parties).masked_auto == masked


def test_words_of_the_lists_are_masked_and_left():
    text = "ﾐﾄﾞﾘ住宅の鬼塚という男が、みどり住宅の見積を出した。"

    redaction = redact(text, allow=["鬼塚"], deny=["ミドリ住宅"])

    assert redaction.masked == "〔その他〕の鬼塚という男が、〔その他〕の見積を出した。"
    assert places_of("ﾐﾄﾞﾘ住宅", "みどり住宅") == (Span(0, 6, "その他", "auto"),)
    assert known_spans(text, []) == ()


def test_the_measure_counts_whole_names_and_characters():
    found = evaluate(
        [
            Annotated("山田花子が来た。", ((0, 4),)),
            Annotated("メール配信は止めた。", ((0, 3),)),
        ]
    )

    assert (found.sure.part, found.sure.whole) == (1, 2)
    assert (found.characters_sure.part, found.characters_sure.whole) == (4, 7)
    assert found.precision_sure.value == 1.0
    assert found.characters == 18


def test_the_command_measures_a_file_and_refuses_what_is_no_annotation(tmp_path, capsys):
    good = {
        "text": "山田花子が来た。",
        "entities": [{"span": [0, 4], "type": "人名"}, {"span": [4, 5], "type": "地名"}],
    }
    packed = tmp_path / "names.jsonl.gz"
    packed.write_bytes(gzip.compress(json.dumps(good).encode() + b"\n"))

    call_command("redact_evaluate", names=packed)

    answer = json.loads(capsys.readouterr().out)
    assert (answer["sure"], answer["with_suggestions"], answer["names"]) == (1.0, 1.0, 1)
    assert answer["characters_per_second"] > 0

    bad = tmp_path / "names.jsonl"
    bad.write_text(json.dumps(good) + "\n" + json.dumps({"text": "あ", "entities": [{"type": "人名"}]}))
    with pytest.raises(CommandError, match="line 2: expected") as refused:
        call_command("redact_evaluate", names=bad, stderr=StringIO())
    assert refused.value.returncode == 2
    with pytest.raises(CommandError, match="No such file"):
        call_command("redact_evaluate", names=tmp_path / "none.jsonl")
