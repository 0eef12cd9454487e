"""What the redaction is measured on: sentences, tricky words, forms of names, towns. All of it written for this."""

from collections.abc import Iterator
from datetime import date
from random import Random
from typing import Final

from cases.demo.generator import entries
from cases.demo.people import Name

HIRAGANA: Final = frozenset(map(chr, range(0x3041, 0x3097))) | {"ー", " ", "　"}
_TO_HIRAGANA: Final = {code: code - 0x60 for code in range(0x30A1, 0x30F7)}
_VARIANTS: Final = str.maketrans("高崎斎辺浜沢広島桜浅黒真国", "髙﨑齋邊濵澤廣嶋櫻淺黑眞國")
_HALF: Final = dict(
    zip(
        map(
            ord,
            "ヲァィゥェォャュョッーアイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホ"
            "マミムメモヤユヨラリルレロワン",
        ),
        "ｦｧｨｩｪｫｬｭｮｯｰｱｲｳｴｵｶｷｸｹｺｻｼｽｾｿﾀﾁﾂﾃﾄﾅﾆﾇﾈﾉﾊﾋﾌﾍﾎﾏﾐﾑﾒﾓﾔﾕﾖﾗﾘﾙﾚﾛﾜﾝ",
        strict=True,
    )
)  # fmt: skip
_VOICED: Final = {
    ord(voiced): plain + mark
    for row, base, mark in (
        ("ガギグゲゴザジズゼゾダヂヅデドバビブベボ", "ｶｷｸｹｺｻｼｽｾｿﾀﾁﾂﾃﾄﾊﾋﾌﾍﾎ", "ﾞ"),
        ("パピプペポ", "ﾊﾋﾌﾍﾎ", "ﾟ"),
    )
    for voiced, plain in zip(row, base, strict=True)
}

SENTENCES: Final = (
    "相談者の{}さんから電話があった。",
    "{}は契約書を受け取っていない。",
    "業者は{}に対し、今日中に払えと言った。",
    "名義は{}になっている。",
    "契約当事者は{}、72歳女性。",
    "夫({})は不在だった。",
    "{}と名乗る男性から再度電話。",
    "{}が応対した。",
    "息子の{}に相談した。",
    "{}様宛の請求書が届いた。",
    "申込者欄に{}と書かれていた。",
    "電話口で{}かと聞かれた。",
    "母{}の代わりに来所。",
    "{}も同席した。",
    "以前{}から相談があった件。",
    "請求先:{}",
    "「{}です」と答えた。",
    "{}の口座から引き落とされた。",
    "昨日、{}へ折り返した。",
    "{}、連絡待ち。",
)


def name_forms(family: Name, given: Name, random: Random) -> Iterator[str]:
    """The whole name and its parts in every script; a blank between, or none."""
    blank = random.choice(["", " ", "　"])
    for parts in ((family, given), (family,), (given,)):
        kana = blank.join(part.kana for part in parts)
        text = blank.join(part.text for part in parts)
        yield from (text, kana, _half(kana), kana.translate(_TO_HIRAGANA))
        if (variant := text.translate(_VARIANTS)) != text:
            yield variant


def _half(kana: str) -> str:
    return kana.translate(_VOICED).translate(_HALF)


def narratives(random: Random, count: int) -> Iterator[str]:
    """Sentences of the demo's consultations, which hold no one of the persons asked for but by chance."""
    made = 0
    for entry in entries(count, random.randrange(10**6), date(2026, 11, 20)):
        for sentence in entry.narrative.split("。"):
            if sentence.strip():
                yield sentence + "。"
                made += 1
                if made >= count:
                    return


# Numbers that are nobody's: models, orders, laws, prices, dates, sizes, hours.
NEGATIVES: Final = (
    "型番 AB-1234-5678 の掃除機。", "注文番号は 1234-5678-9012 だった。", "受付番号2024-0312-11を伝えられた。",
    "製造番号4901234567894の浄水器。", "シリアル番号 SN03-1234-5678。", "特定商取引法第9条の8日間。",
    "148万円の工事を契約した。", "1,480,000円を請求された。", "2026年11月20日に契約した。", "11/20に届いた。",
    "午後3時30分に来訪した。", "10:00-17:00に営業。", "65歳以上が3割。", "1日3回、1回2錠を飲む。", "3年間で12回払い。",
    "電圧は100-200V。", "幅120-150cmの棚。", "契約期間は24か月。", "月額980円、6回目から4980円。",
    "ISBN 978-4-00-123456-7 の本。", "バージョン 10.15.7 に更新した。", "IPアドレスは192.168.10.20だった。",
    "会員番号 00123456 を入力した。", "お客様番号は0312-345-678です。", "伝票番号 4012-8888-1881 の荷物。",
    "品番03-1234の部品。", "第3回の講座に20人が来た。", "部屋は3階の305号室。", "2回線、5-10Mbps。",
    "送料は500円、手数料330円。", "年利15.0%、実質18.0%。", "走行距離は123,456km。", "0.5-1.0mmの隙間。",
    "コード 1234-5678-90 を読み上げた。", "10-20代の相談が多い。", "5-6人が参加した。", "2024-25年の決算。",
    "令和8年4月1日施行。", "昭和63年築の家。", "平成12年3月に購入した。", "問1-2-3に答えた。", "スコアは3-1だった。",
    "令和6年法律第12号。", "消費者契約法4条1項2号。", "100-0円の商品券。", "本体価格12,800円(税抜)。",
    "ロット番号 20231105-001。", "管理番号:A0120-444-001X", "予約番号 5105 1051 のチケット。", "発注書No.090-12の件。",
)  # fmt: skip

# Places that exist; the numbers behind them are drawn.
TOWNS: Final = (
    ("東京都", "小金井市", "本町"), ("東京都", "目黒区", "上目黒"), ("東京都", "武蔵野市", "吉祥寺南町"),
    ("東京都", "三鷹市", "下連雀"), ("東京都", "世田谷区", "太子堂"), ("東京都", "八王子市", "子安町"),
    ("北海道", "札幌市中央区", "南一条西"), ("北海道", "旭川市", "神居"), ("青森県", "八戸市", "柏崎"),
    ("宮城県", "仙台市青葉区", "国分町"), ("秋田県", "横手市", "条里"), ("福島県", "郡山市", "朝日"),
    ("茨城県", "つくば市", "吾妻"), ("栃木県", "小山市", "城東"), ("群馬県", "高崎市", "上中居町"),
    ("埼玉県", "さいたま市浦和区", "常盤"), ("千葉県", "市川市", "八幡"), ("千葉県", "柏市", "豊四季"),
    ("神奈川県", "横浜市港北区", "日吉本町"), ("神奈川県", "川崎市中原区", "新丸子東"), ("新潟県", "長岡市", "千手"),
    ("富山県", "高岡市", "広小路"), ("石川県", "金沢市", "片町"), ("長野県", "松本市", "深志"),
    ("岐阜県", "大垣市", "林町"), ("静岡県", "浜松市中央区", "鍛冶町"), ("愛知県", "名古屋市中村区", "名駅"),
    ("愛知県", "豊橋市", "前田南町"), ("三重県", "四日市市", "諏訪栄町"), ("京都府", "宇治市", "木幡"),
    ("大阪府", "大阪市北区", "天神橋"), ("大阪府", "堺市堺区", "南瓦町"), ("兵庫県", "神戸市灘区", "六甲町"),
    ("広島県", "廿日市市", "串戸"), ("奈良県", "生駒市", "俵口町"), ("岡山県", "倉敷市", "阿知"),
    ("広島県", "福山市", "東桜町"), ("山口県", "周南市", "徳山"), ("香川県", "丸亀市", "浜町"),
    ("愛媛県", "今治市", "常盤町"), ("福岡県", "北九州市小倉北区", "京町"), ("福岡県", "久留米市", "東櫛原町"),
    ("長崎県", "佐世保市", "島瀬町"), ("熊本県", "八代市", "通町"), ("沖縄県", "那覇市", "泉崎"),
)  # fmt: skip

ADDRESS_SENTENCES: Final = (
    "住所は{}だと伝えた。", "{}に住む女性。", "{}へ商品が届いた。", "業者の所在地は{}となっている。",
    "実家({})の屋根。", "現住所:{}", "{}の自宅に来訪した。",
)  # fmt: skip
