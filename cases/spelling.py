"""One spelling for what people type: width, kana, telephone numbers, old and new kanji.

Pure functions, no I/O. Free text keeps its meaning (`width`); the other forms are for comparing and looking up.
"""

import re
import unicodedata

from cases.area_codes import area_code

_MARK = (
    r"[\u0300-\u036f\u0483-\u0489\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u1ab0-\u1aff\u1dc0-\u1dff"
    r"\u20d0-\u20ff\u3099\u309a\uff9e\uff9f]"
)
_MARKS = re.compile(f"({_MARK}{{16}}){_MARK}+")
_HIRAGANA_TO_KATAKANA = {code: code + 0x60 for code in (*range(0x3041, 0x3097), 0x309D, 0x309E)}
_SMALL_TO_LARGE = str.maketrans("ァィゥェォッャュョヮヵヶヂヅヲ", "アイウエオツヤユヨワカケジズオ")

DASHES = "-‐‑‒–—―−﹣－ーｰ~～〜"
"""Everything that stands for the hyphen of a telephone or block number, the long-vowel mark included."""

_DASH_TO_HYPHEN = {ord(dash): "-" for dash in DASHES}
_PHONE = re.compile(r"(?:\+81-?(?:\(0\))?)?[0-9()\-./]{6,24}")
_NO_DIGIT = re.compile(r"[^0-9]+")
_PHONE_LABEL = re.compile(
    r"^(?:tel|fax|☎|☏|📞|(?:携帯|固定|自宅)?電話(?:番号)?|携帯|自宅)[:.]?", re.IGNORECASE
)
_EXTENSION = re.compile(r"[(,]?(?:内線?|ext\.?|#)[0-9]{1,6}\)?$", re.IGNORECASE)
_KANJI_DIGITS = str.maketrans("〇零一二三四五六七八九・_", "00123456789--")


def width(text: str) -> str:
    """NFKC, safe for free text: full-width Latin and digits become ASCII, half-width kana full; 〜 and ー stay.

    The length may change (㈱ becomes three characters). Runs of more than 16 combining marks are cut to 16,
    because canonical ordering takes quadratic time (40,000 marks: 4.7 s).
    """
    return unicodedata.normalize("NFKC", _MARKS.sub(r"\1", text))


def hiragana_to_katakana(text: str) -> str:
    """Hiragana as katakana, one character for one."""
    return text.translate(_HIRAGANA_TO_KATAKANA)


def katakana(text: str) -> str:
    """A reading as full-width katakana without blanks; other characters stay."""
    return "".join(hiragana_to_katakana(width(text)).split())


def large_kana(text: str) -> str:
    """Small katakana as large ones (bank forms write キヨウコ for キョウコ), one character for one."""
    return text.translate(_SMALL_TO_LARGE)


_ROWS = {
    "ア": "アカサタナハマヤラワガザダバパ",
    "イ": "イキシチニヒミリギジビピ",
    "ウ": "ウクスツヌフムユルグズブプヴオコソトノホモヨロゴゾドボポ",
    "エ": "エケセテネヘメレゲゼデベペ",
    "オ": "オコソトノホモヨロゴゾドボポ",
}
_LENGTHENED = {vowel: frozenset(row) for vowel, row in _ROWS.items()}
_LENGTHENED["イ"] |= _LENGTHENED["エ"]


def fold_kana(kana: str) -> str:
    """A second look-up form of a reading: small kana large, long vowels dropped.

    サトウ, サトー and サト fold together, as do ケイコ and ケーコ: use it beside the exact form, never instead.
    """
    folded: list[str] = []
    for letter in large_kana(katakana(kana)):
        before = folded[-1] if folded else ""
        if before and (letter == "ー" or before in _LENGTHENED.get(letter, frozenset())):
            continue
        folded.append(letter)
    return "".join(folded)


def phone_digits(text: str) -> str | None:
    """The digits of one Japanese telephone number, or None where the text is not plausibly one.

    Takes full width, kanji digits, blanks, dots, brackets, every dash of `DASHES` and +81; an extension (内線) is
    dropped. Plausible: 0 first, an area code or service prefix in use, and the length that goes with it (10 digits;
    11 for mobile, IP and 0800 numbers).
    """
    if len(text) > 40:
        return None
    # Dashes first: NFKC would leave ー and − as they are, and they mean a hyphen here.
    plain = "".join(width(text.translate(_DASH_TO_HYPHEN)).split())
    plain = _EXTENSION.sub("", _PHONE_LABEL.sub("", plain).rstrip("。、")).translate(_KANJI_DIGITS)
    if not _PHONE.fullmatch(plain):
        return None
    if plain.startswith("+81"):
        plain = "0" + _NO_DIGIT.sub("", plain[3:]).removeprefix("0")
    digits = _NO_DIGIT.sub("", plain)
    return digits if area_code(digits) else None


def phone_display(digits: str) -> str:
    """Digits of a Japanese number with hyphens; what is not one comes back unchanged."""
    prefix = area_code(digits)
    if prefix is None:
        return digits
    tail = 3 if len(prefix) == 4 and prefix in {"0120", "0570", "0990"} else 4
    return f"{prefix}-{digits[len(prefix) : -tail]}-{digits[-tail:]}"


# Each word: the form kept, then the forms folded into it. Old forms (旧字体) and the variants met in family names.
_VARIANTS = """
高髙 崎﨑嵜 斎齋齊斉 辺邊邉 浜濵濱 徳德 沢澤 広廣 国國圀 島嶋嶌 桜櫻 滝瀧 竜龍 富冨 吉𠮷
浅淺 黒黑 真眞 恵惠 実實 栄榮 寿壽 条條 関關 円圓 学學 豊豐 万萬 与與 亀龜 仏佛 伝傳
体體 余餘 児兒 党黨 内內 剣劍劒 剤劑 労勞 勲勳 区區 医醫 双雙 収收 叙敍 台臺 号號 営營
団團 図圖 圧壓 塩鹽 壌壤 声聲 変變 奥奧 壮壯 将將 専專 尭堯 峡峽 巌巖 巣巢 帯帶 庁廳
弁辨瓣辯 弥彌 当當 径徑 従從 応應 恒恆 悦悅 戦戰 戯戲 戸戶 択擇 担擔 拡擴 拝拜 挙擧 挿插
揺搖 摂攝 断斷 旧舊 昼晝 暁曉 曽曾 会會 来來 枢樞 桑桒 桧檜 梅楳 検檢 楼樓 楽樂 様樣
横橫 権權 槙槇 歩步 歯齒 歴歷 殻殼 毎每 気氣 渋澁 渓溪 渇渴 渉涉 清淸 温溫 湾灣 満滿
瀬瀨 灯燈 炉爐 点點 為爲 焼燒 犠犧 状狀 独獨 狭狹 猟獵 献獻 瑶瑤 画畫 畳疊 発發 県縣
研硏 礼禮 禄祿 秋秌穐 称稱 穂穗 穣穰 窪漥 窓窗 竪豎 粋粹 経經 絵繪 継繼 続續 総總 緑綠
縁緣 縦縱 繊纖 翠翆 聡聰 聴聽 胆膽 脇𦚰 脳腦 臓臟 舎舍 芦蘆 芸藝 荘莊 蒋蔣 蔵藏 園薗
薫薰 薬藥 虎乕 虫蟲 蛍螢 蚕蠶 装裝 覚覺 観觀 触觸 訳譯 証證 読讀 諌諫 謡謠 譲讓 賛贊
賢贒 転轉 軽輕 逓遞 遥遙 遅遲 郎郞 郷鄕 酔醉 釈釋 鉄鐵銕 銭錢 鋳鑄 録錄 鎌鐮 鎮鎭 闘鬪
陥陷 随隨 険險 隠隱 雑雜 霊靈 静靜 顕顯 顔顏 餅餠 駅驛 駆驅 騒騷 験驗 髪髮 鶏鷄 鴎鷗
麦麥 黄黃 黙默 館舘 昇曻 祢禰 柳栁 柏栢 凛凜 晋晉 冴冱 薮藪 蝿蠅 篭籠 鯵鰺 鴬鶯
靭靱 橋槗𣘺 梁樑 薮籔
"""


def _variant_table() -> dict[int, str]:
    return {ord(form): word[0] for word in _VARIANTS.split() for form in word[1:]}


VARIANTS = _variant_table()
"""Translation table: the code point of a variant kanji to the form it is compared under."""


def variant_kanji(text: str) -> str:
    """Variant and old-form kanji folded to one form, one character for one: for comparing names, not for display."""
    return text.translate(VARIANTS)
