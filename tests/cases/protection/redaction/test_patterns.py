"""Listed patterns: telephone, e-mail, card, account, birth date, postal code and address."""

import pytest

from cases.protection.redaction import redact


def sure(text):
    return redact(text).masked_auto


@pytest.mark.parametrize(
    "number",
    [
        "03-1234-5678",
        "0312345678",
        "０３－１２３４－５６７８",
        "03ー1234ー5678",
        "03−1234−5678",
        "03 1234 5678",
        "(03)1234-5678",
        "03(1234)5678",
        "+81-3-1234-5678",
        "+81 90 1234 5678",
        "090-1234-5678",
        "09012345678",
        "０９０ー１２３４ー５６７８",
        "0120-123-456",
        "0120-12-3456",
        "0800-123-4567",
        "050-1234-5678",
        "0422-51-5131",
        "042–322–1234",
        "0570-012-345",
        "+1-844-555-0100",
    ],
)
@pytest.mark.parametrize("around", ["電話は{}です", "{}から着信", "連絡先（{}）へ"])
def test_telephone_numbers_are_masked(number, around):
    if number.startswith("(") and "（" in around:
        number = number.replace("(", "").replace(")", "-")
    assert sure(around.format(number)) == around.format("〔電話〕")


NEGATIVES = [
    "型番AB-0312-345678の商品",
    "型番0312345678",
    "注文番号0312345678を伝えた",
    "注文番号 249-1234567-1234567",
    "受付番号0423221234",
    "製造番号 4111111111111111",
    "シリアル番号378282246310005",
    "JANコード4901234567894",
    "49012345678940",
    "会員番号0120123456",
    "伝票番号 1234-5678-9012",
    "請求額は1,234,567円",
    "契約日は2024年5月3日",
    "2024-05-03に契約",
    "2024/05/03 10:30",
    "1980円の商品を3個",
    "合計0312345678円",
    "契約番号AB0901234567",
    "5月3日から5月10日まで",
    "平成30年4月1日施行",
    "第12条第3項",
    "10時30分から11時まで",
    "65歳以上",
    "保証書No.0612345678",
    "ID:0901234567",
    "1-2-3の順",
    "比率は3-2",
    "24回払い、月9,800円",
    "12月24日",
    "2024年",
    "令和6年11月22日に受付",
    "特定商取引法第9条",
    "PL-2024-0001",
    "バージョン10.15.7",
    "重さ1234567g",
    "1234567890123",
    "4111111111111112",
    "9999-9999-9999-9999",
    "IPアドレスは192.168.100.200",
    "普通の布団を3,980円で",
    "口座に1234567円を振り込んだ",
    "番号札1234567",
    "昭和28年に建てた家",
    "2024年5月3日生産",
    "生鮮品を5月3日に受領",
    "金利は3.14159265",
    "3-1で勝った",
    "1234-5678-9012-3456",
    "面積は123.45平方メートル",
    "築30年の家",
    "8日以内",
]


@pytest.mark.parametrize("text", NEGATIVES)
def test_numbers_that_are_nobody_s_stay(text):
    assert sure(text) == text


def test_there_are_fifty_negatives():
    assert len(set(NEGATIVES)) >= 50


@pytest.mark.parametrize(
    "address",
    [
        "taro@example.com",
        "taro.yamada+x@mail.example.co.jp",
        "ｔａｒｏ＠ｅｘａｍｐｌｅ．ｃｏｍ",
        "a_b-c@d-e.jp",
    ],
)
def test_mail_addresses_are_masked_and_addresses_of_sites_stay(address):
    assert sure(f"連絡は{address}へ、サイトはhttps://example.com/@shopです") == (
        "連絡は〔メール〕へ、サイトはhttps://example.com/@shopです"
    )


@pytest.mark.parametrize(
    "number",
    [
        "4111111111111111",
        "4111-1111-1111-1111",
        "４１１１ １１１１ １１１１ １１１１",
        "5555555555554444",
        "3530111333300000",
        "378282246310005",
        "3782-822463-10005",
        "30569309025904",
        "2223003122003222",
    ],
)
def test_card_numbers_are_masked_by_brand_and_check_digit(number):
    assert sure(f"番号{number}を入力") == "番号〔カード〕を入力"


def test_a_misheard_card_number_is_masked_behind_its_word():
    assert sure("カード番号は4111-1111-1111-1112") == "カード番号は〔カード〕"


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("口座番号1234567に振り込んだ", "口座番号〔口座〕に振り込んだ"),
        ("〇〇銀行△△支店 普通 1234567", "〇〇銀行△△支店 普通 〔口座〕"),
        ("普通預金口座　１２３４５６７", "普通預金口座　〔口座〕"),
        ("（普）1234567", "（普）〔口座〕"),
        ("当座 0123456", "当座 〔口座〕"),
        ("記号10120 番号12345671", "記号〔口座〕 番号〔口座〕"),
    ],
)
def test_account_numbers_are_masked(text, masked):
    assert sure(text) == masked


@pytest.mark.parametrize(
    "born",
    ["{}生", "{}生まれ", "{}うまれの女性", "生年月日：{}", "生年月日は{}です", "誕生日{}"],
)
@pytest.mark.parametrize(
    "day",
    [
        "昭和28年5月3日",
        "1953年5月3日",
        "S28.5.3",
        "1953/5/3",
        "１９５３－０５－０３",
        "昭和二十八年五月三日",
        "19530503",
    ],
)
def test_dates_of_birth_are_masked_beside_their_word_alone(born, day):
    assert sure(f"契約者、{born.format(day)}") == f"契約者、{born.format('〔生年月日〕')}"
    assert sure(f"契約は{day}に締結") == f"契約は{day}に締結"


@pytest.mark.parametrize("code", ["〒184-0004", "〒１８４－００１１", "〒 1840004", "〒184ー0004"])
def test_postal_codes_are_masked(code):
    assert sure(f"宛先は{code}、") == "宛先は〔住所〕、"


@pytest.mark.parametrize(
    "block", ["6-6-3", "６－６－３", "6丁目6番3号", "六丁目6番3号", "6丁目6-3", "123番地4", "6番地の3"]
)
@pytest.mark.parametrize(
    "place",
    [
        "東京都小金井市本町",
        "小金井市貫井北町",
        "札幌市中央区大通西",
        "群馬県吾妻郡中之条町大字伊勢町",
        "京都市中京区上本能寺前町",
        "緑町",
    ],
)
def test_addresses_are_masked_up_to_the_block_number(place, block):
    assert sure(f"住所は{place}{block}です。") == "住所は〔住所〕です。"


@pytest.mark.parametrize(
    "building", ["グリーンハイツ101号室", " コーポ田中203", "　パークマンション　305", " 第二山田荘2号室"]
)
def test_the_building_behind_an_address_is_masked_with_it(building):
    assert sure(f"自宅は小金井市本町6-6-3{building}。") == "自宅は〔住所〕。"


@pytest.mark.parametrize(
    "text", ["小金井市内の店舗で契約した。", "東京都と埼玉県で被害が3件。", "目黒区の5人が相談した。"]
)
def test_places_without_a_block_number_stay(text):
    assert sure(text) == text
