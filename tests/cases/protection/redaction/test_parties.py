"""Known parties: every spelling of a name that the case holds is masked, words that only look like it are not."""

import jaconv
import pytest

from cases.protection.redaction import Party, redact

PEOPLE = [
    # name as the case holds it, family, given, kana of both
    ("高橋 良子", "高橋", "良子", "タカハシ", "リョウコ"),
    ("髙橋　良子", "高橋", "良子", "タカハシ", "リョウコ"),
    ("山田太郎", "山田", "太郎", "ヤマダ", "タロウ"),
    ("佐々木 健一", "佐々木", "健一", "ササキ", "ケンイチ"),
    ("渡邉 正", "渡辺", "正", "ワタナベ", "タダシ"),
    ("齋藤 美咲", "斎藤", "美咲", "サイトウ", "ミサキ"),
    ("林 一郎", "林", "一郎", "ハヤシ", "イチロウ"),
    ("東 幸子", "東", "幸子", "アズマ", "サチコ"),
    ("伊東 大輔", "伊東", "大輔", "イトウ", "ダイスケ"),
    ("瀬戸 京子", "瀬戸", "京子", "セト", "キョウコ"),
    ("長谷川 翔", "長谷川", "翔", "ハセガワ", "ショウ"),
    ("大野 優子", "大野", "優子", "オオノ", "ユウコ"),
]
VARIANTS = str.maketrans("高辺斎浜沢広", "髙邊齋濵澤廣")
SENTENCES = [
    "相談者の{}さんから電話があった。",
    "{}は契約書を受け取っていない。",
    "業者は{}に対し、今日中に払えと言った。",
    "名義は{}になっている。",
    "契約当事者は{}、72歳女性。",
    "夫（{}）は不在だった。",
    "{}と名乗る男性から再度電話。",
]


def spellings(family, given, family_kana, given_kana):
    half = jaconv.z2h
    yield from (
        family + given,
        f"{family} {given}",
        f"{family}　{given}",
        f"{family[0]} {family[1:]} {given}",
        family,
        given,
    )
    yield from (
        family_kana + given_kana,
        f"{family_kana} {given_kana}",
        f"{family_kana}　{given_kana}",
        family_kana,
        given_kana,
    )
    yield from (
        half(family_kana + given_kana),
        f"{half(family_kana)} {half(given_kana)}",
        half(family_kana),
        half(given_kana),
    )
    yield from (jaconv.kata2hira(family_kana + given_kana), jaconv.kata2hira(f"{family_kana} {given_kana}"))
    yield from ((family + given).translate(VARIANTS), family.translate(VARIANTS))
    yield half(family_kana + given_kana).translate(str.maketrans("ｮｯｬｭ", "ﾖﾂﾔﾕ"))


MENTIONS = [
    (Party(name=name, kana=f"{family_kana} {given_kana}"), mention, sentence)
    for name, family, given, family_kana, given_kana in PEOPLE
    for mention in dict.fromkeys(spellings(family, given, family_kana, given_kana))
    for sentence in SENTENCES
]


def left_open(text, mention, spans):
    start = text.index(mention)
    covered = {place for span in spans for place in range(span.start, span.end)}
    return [at for at in range(start, start + len(mention)) if not text[at].isspace() and at not in covered]


def test_every_spelling_of_a_known_name_is_masked_for_sure():
    missed = []
    for party, mention, sentence in MENTIONS:
        text = sentence.format(mention)
        sure = [span for span in redact(text, [party]).spans if span.tier == "auto"]
        if left_open(text, mention, sure):
            missed.append((party.name, mention, text))

    assert len(MENTIONS) > 1_400
    assert missed == []


def test_hiragana_of_either_part_is_masked_before_an_honorific():
    redaction = redact("たかはしさんとりょうこちゃん", [Party(name="高橋 良子", kana="たかはし りょうこ")])

    assert redaction.masked_auto == "〔氏名〕さんと〔氏名〕ちゃん"


@pytest.mark.parametrize(
    ("party", "text"),
    [
        (Party(name="林 一"), "一つ一つ確認し、一人で林道を歩いた。"),
        (Party(name="高田 保"), "高い布団を買わされ、保証書もない。"),
        (Party(name="中 学"), "中学校の入学式の最中に電話が鳴った。"),
        (Party(name="佐藤 明", kana="サトウ アキラ"), "サトウキビの通販をあきらめた。"),
        (Party(name="小林 崇", kana="コバヤシ タカシ"), "払ったかしらと不安になった。"),
        (Party(name="三木 花", kana="ミキ ハナ"), "ミキサーの部品とハナミズキの苗を注文した。"),
        (Party(name="原 望"), "原因は不明だが解約を希望する。"),
        (Party(name="田中 実"), "実際は山田中学校の近くの店だった。"),
    ],
)
def test_words_that_only_contain_a_name_stay(party, text):
    assert redact(text, [party]).masked_auto == text


def test_a_name_without_a_blank_is_parted_wherever_the_lists_allow():
    redaction = redact("山田は不在、太郎が応対。", [Party(name="山田太郎")])

    assert redaction.masked_auto == "〔氏名〕は不在、〔氏名〕が応対。"


def test_a_name_that_no_list_can_part_is_sure_as_a_whole_and_suggested_in_parts():
    party = Party(name="凪鶴嶺呂")
    sure = redact("凪鶴嶺呂が来た。", [party])
    parts = redact("凪鶴さんは留守。", [party])

    assert sure.masked_auto == "〔氏名〕が来た。"
    assert any(span.start == 0 and span.end >= 2 for span in parts.spans)


def test_an_unparted_reading_is_parted_by_the_known_family_name():
    redaction = redact("タカハシは不在、リョウコが応対。", [Party(name="高橋 良子", kana="タカハシリョウコ")])

    assert redaction.masked_auto == "〔氏名〕は不在、〔氏名〕が応対。"


PHONES = [
    "042-322-1234",
    "0423221234",
    "０４２－３２２－１２３４",
    "042ー322ー1234",
    "(042)322-1234",
    "042(322)1234",
    "+81-42-322-1234",
    "042 322 1234",
    "042−322–1234",
    "+81(0)42-322-1234",
    "0423-22-1234",
]


@pytest.mark.parametrize("held", ["042-322-1234", "0423221234", "＋８１ ４２ ３２２ １２３４"])
@pytest.mark.parametrize("typed", PHONES)
def test_a_known_number_is_masked_in_every_spelling(held, typed):
    text = f"折り返しは{typed}へ"

    assert redact(text, [Party(phones=(held,))]).masked_auto == "折り返しは〔電話〕へ"


def test_a_known_number_is_masked_even_after_a_word_that_speaks_against_it():
    text = "受付番号0423221234"

    assert redact(text, []).masked == text
    assert redact(text, [Party(phones=("042-322-1234",))]).masked == "受付番号〔電話〕"


ADDRESS = "東京都小金井市本町6-6-3 コーポ田中203号"


@pytest.mark.parametrize(
    "typed",
    [
        "東京都小金井市本町6-6-3 コーポ田中203号",
        "小金井市本町６丁目６番３号",
        "本町六丁目6-3",
        "本町6−6−3",
        "本町6の6の3",
        "コーポ田中203",
        "コーポ田中",
    ],
)
def test_a_known_address_is_masked_whole_and_in_telling_parts(typed):
    text = f"業者が{typed}に来た"

    assert redact(text, [Party(address=ADDRESS)]).masked_auto == "業者が〔住所〕に来た"


@pytest.mark.parametrize(
    "text", ["東京都内の店で契約した", "小金井市の窓口に相談した", "市内の本町商店街の店"]
)
def test_prefecture_city_and_everyday_town_words_stay(text):
    assert redact(text, [Party(address=ADDRESS)]).masked_auto == text


def test_a_known_mail_address_is_masked_in_any_case():
    assert redact("RYOKO＠EXAMPLE.COMに連絡", [Party(email="ryoko@example.com")]).masked == "〔メール〕に連絡"


def test_a_party_without_any_data_masks_nothing():
    assert (
        redact(
            "契約した。", [Party(), Party(name="　", kana=" ", phones=("",), address=" ", email=" ")]
        ).spans
        == ()
    )
