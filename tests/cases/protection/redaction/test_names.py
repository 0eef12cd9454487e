"""Names that nobody told us about."""

import pytest

from cases.protection.redaction import Party, redact


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("山田太郎さんが来た", "〔氏名〕さんが来た"),
        ("佐藤健一と名乗る男", "〔氏名〕と名乗る男"),
        ("担当の鈴木です", "担当の〔氏名〕です"),
        ("伊東さんと瀬戸様", "〔氏名〕さんと〔氏名〕様"),
        ("髙橋様と濵田氏", "〔氏名〕様と〔氏名〕氏"),
        ("ジョン・スミスという男", "〔氏名〕という男"),
        ("ヤマダ ハナコ名義の口座", "〔氏名〕名義の口座"),
        ("宮崎駿が販売した", "〔氏名〕が販売した"),
    ],
)
def test_names_are_masked_for_sure(text, masked):
    assert redact(text).masked_auto == masked


@pytest.mark.parametrize(
    "text",
    [
        "株式会社山田商事に電話した",
        "㈱田中電気の工事",
        "鈴木建設が来た",
        "佐藤不動産の広告",
        "お客様と店員さん",
        "お母さんと娘さん",
        "業者さんに言われた",
        "弁護士事務所を名乗る督促",
        "水産会社と名乗る電話",
        "高い布団を買った",
        "伊東市の旅館",
        "宮崎県の店",
        "瀬戸内海の旅行",
        "インターネット・バンキング",
        "{phone}を控えた",
        "社長さんに会った",
        "消費生活センターの相談員さん",
    ],
)
def test_traders_places_and_common_words_stay(text):
    assert redact(text).masked_auto == text


def test_a_trader_s_name_stays_where_it_is_allowed():
    text = "山田花子の店、ハナコ・ショップで買った。山田花子と話した。"

    assert "ハナコ・ショップ" not in redact(text).masked
    assert "ハナコ・ショップ" in redact(text, allow=["ハナコ・ショップ"]).masked
    assert "山田花子と話した" not in redact(text, allow=["ハナコ・ショップ"]).masked


def test_a_party_s_part_inside_a_trader_s_name_stays_but_the_party_does_not():
    from cases.protection.redaction import Party

    party = Party(name="田中 一郎")
    text = "田中呉服で田中が買った。"

    assert redact(text, [party], allow=["田中呉服"]).masked == "田中呉服で〔氏名〕が買った。"
    assert redact("田中一郎は屋号。", [party], allow=["田中一郎"]).masked_auto == "〔氏名〕は屋号。"


def test_a_trader_s_number_stays_where_it_is_allowed():
    text = "業者は0120-123-456、自宅は042-322-1234"

    assert redact(text, allow=["0120123456"]).masked == "業者は0120-123-456、自宅は〔電話〕"


def test_an_unknown_katakana_name_is_sure_where_somebody_acts_and_else_suggested():
    assert redact("ゾルバルトが来た").masked_auto == "〔氏名〕が来た"

    redaction = redact("ゾルバルトへ送った")

    assert redaction.masked == "〔氏名〕へ送った"
    assert redaction.masked_auto == "ゾルバルトへ送った"


def test_a_party_s_full_name_and_number_are_masked_inside_the_words_for_a_trader():
    party = Party(name="田中 花子", kana="タナカ ハナコ", phones=("090-1234-5678",))
    trader = "田中花子(090-1234-5678)の紹介の業者"

    redaction = redact(f"{trader}から買った。", [party], allow=[trader])

    assert redaction.masked == "〔氏名〕(〔電話〕)の紹介の業者から買った。"
    assert redact("田中呉服で買った。", [party], allow=["田中呉服"]).masked == "田中呉服で買った。"
