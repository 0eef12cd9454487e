"""The fields that a ledger's columns can be matched to, with the headers that stand over them."""

import re
from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cases import spelling

IGNORE: Final = "ignore"
NOT_MATCHED: Final = ""


@dataclass(frozen=True)
class Field:
    """`headers`: the words for it, as centres write them, parted by blanks; a header may belong to several fields."""

    name: str
    label: str | Promise
    headers: str


_FIELDS: Final = (
    Field("ledger_number", _("受付番号(台帳の番号)"),
          "受付番号 整理番号 相談番号 管理番号 カード番号 相談カード番号 受付No 整理No 相談No 番号 No 通し番号 通番 連番 ID"),
    Field("received_on", _("受付日"),
          "受付日 受付年月日 受付日時 相談日 相談年月日 相談受付日 相談受付年月日 年月日 日付 受理日 受理年月日 受信日 申出日 初回受付日"),
    Field("received_time", _("受付時刻"), "受付時刻 受付時間 相談時刻 時刻 相談開始時刻 開始時刻"),
    Field("channel", _("受付方法"),
          "受付方法 相談方法 受付手段 受付形態 受付経路 申出方法 相談手段 受付区分 方法 相談形態 受付の方法"),
    Field("kind", _("相談区分"), "相談区分 相談種別 区分 種別 苦情問合せ 苦情問い合わせ区分 相談種類 苦情問合せ要望"),
    Field("title", _("件名"), "件名 表題 タイトル 題名 相談件名 見出し"),
    Field("narrative", _("相談概要"),
          "相談内容 相談概要 内容 概要 相談の内容 相談内容概要 相談要旨 要旨 申出内容 相談の概要 事例 事例概要 相談事例 本文 苦情内容 "
          "相談事項 受付内容"),
    Field("sales_method", _("販売購入形態"),
          "販売方法 販売形態 販売購入形態 購入形態 販売購入方法 取引形態 契約形態 購入方法 取引類型 販売"),
    Field("scam", _("手口"),
          "手口 商法 手口商法 販売方法手口 手口名 悪質商法 商法手口 問題商法 トラブル類型 手口分類 詐欺種別 相談類型 内容等キーワード "
          "販売方法等 商法の種類 販売方法"),
    Field("product", _("商品・役務"),
          "商品 商品名 商品役務 商品役務名 商品役務等 商品サービス 品目 商品分類 商品別 役務 商品キーワード 商品コード 商品大分類 "
          "商品小分類 相談商品 商品種別"),
    Field("trader_name", _("事業者名"),
          "事業者 事業者名 業者 業者名 会社名 販売会社 販売業者 相手方 相手事業者 相手方事業者 事業者等 企業名 販売店 契約先 "
          "相手先 社名"),
    Field("caller_name", _("相談者の氏名"), "caller:name"),
    Field("caller_kana", _("相談者のフリガナ"), "caller:kana"),
    Field("caller_phone", _("相談者の電話番号"), "caller:phone"),
    Field("caller_address", _("相談者の住所"), "caller:address"),
    Field("relation", _("相談者と契約当事者の関係"),
          "関係 続柄 契約者との関係 契約当事者との関係 相談者と契約者の関係 相談者と契約当事者の関係 当事者との関係 相談者続柄 "
          "相談者との関係 本人との関係 契約者と相談者の関係 間柄"),
    Field("party_name", _("契約当事者の氏名"), "party:name"),
    Field("party_kana", _("契約当事者のフリガナ"), "party:kana"),
    Field("party_phone", _("契約当事者の電話番号"), "party:phone"),
    Field("party_address", _("契約当事者の住所"), "party:address"),
    Field("age", _("契約当事者の年齢"), "party:age 年齢 年令 歳"),
    Field("age_band", _("契約当事者の年代"), "party:band 年代 年齢層 年代別 年齢区分 年齢階層 年齢階級"),
    Field("birth_date", _("契約当事者の生年月日"), "party:born 生年月日 誕生日"),
    Field("sex", _("契約当事者の性別"), "party:sex 性別 男女 男女別"),
    Field("occupation", _("契約当事者の職業"), "party:job 職業 職業等 職種"),
    Field("area", _("契約当事者の居住地区"), "party:area 地区 居住地区 地域 居住地 居住地域 町名 町丁目 居住区 市区町村"),
    Field("caller_age", _("相談者の年齢(本人のときだけ使う)"), "caller:age caller:band"),
    Field("caller_sex", _("相談者の性別(本人のときだけ使う)"), "caller:sex"),
    Field("contracted_on", _("契約日"), "契約日 契約年月日 契約申込日 申込日 申込年月日 購入日 契約購入日 契約締結日 契約した日"),
    Field("document_received_on", _("法定書面の受領日"),
          "書面受領日 法定書面受領日 契約書面受領日 契約書受領日 書面交付日 契約書面交付日 法定書面交付日 契約書受取日"),
    Field("contract_yen", _("契約購入金額"),
          "契約金額 契約購入金額 契約額 購入金額 金額 契約総額 契約購入額 購入額 総額 被害額 契約価格"),
    Field("paid_yen", _("既支払額"),
          "既支払額 既払額 既支払金額 既払金額 支払額 支払済額 支払済金額 支払金額 既払金 既払い額 支払い済み金額 支払い額"),
    Field("recovered_yen", _("被害回復額"), "回復額 被害回復額 救済額 救済金額 返金額 回復金額 返還額 被害回復金額"),
    Field("advice", _("助言・処理概要"),
          "処理概要 処理内容 処理経過 対応内容 助言内容 助言 対応 処理 経過 対応経過 処理状況 対応概要 相談結果 回答 回答内容 "
          "対応状況 処理の内容 助言処理概要 結果 処置 措置"),
    Field("outcome", _("処理結果"),
          "処理結果 処理区分 結果 処理 対応 処理結果区分 処理方法 対応結果 相談結果 処理状況 結果区分 処理分類 対応区分 処理種別 "
          "措置 終了区分"),
    Field("closed_on", _("終了日"),
          "終了日 終了年月日 完了日 完了年月日 処理日 処理年月日 終結日 処理完了日 対応終了日 終結年月日 処理終了日 解決日 "
          "相談終了日"),
)  # fmt: skip
FIELDS: Final = {field.name: field for field in _FIELDS}

_ROLES: Final = {
    "caller": "相談者 申出人 申出者 相談人 申込者 連絡者 来訪者",
    "party": "契約者 契約当事者 当事者 被害者 購入者 契約者等 対象者",
}
_PARTS: Final = {
    "name": "氏名 名前 お名前 姓名 名 氏名漢字 漢字氏名 氏名等",
    "kana": "フリガナ カナ 氏名カナ カナ氏名 ヨミ ヨミガナ 氏名フリガナ 氏名ヨミ 読み 読み仮名 氏名カタカナ",
    "phone": "電話番号 電話 TEL 連絡先 連絡先電話番号 携帯電話 携帯番号 携帯 電話番号1 TEL番号 自宅電話 連絡先電話 "
    "日中連絡先 連絡先TEL 固定電話",
    "address": "住所 現住所 住所地 住所所在地 自宅住所 所在地 居所",
    "age": "年齢 年令", "band": "年代 年齢層", "born": "生年月日", "sex": "性別", "job": "職業",
    "area": "地区 居住地区 居住地 市区町村 地域",
}  # fmt: skip
# Without a role in front these belong to the caller: it is the caller whose name a ledger has.
_OF_CALLER: Final = frozenset({"name", "kana", "phone", "address"})
_NOT_LETTERS = re.compile(r"[\W_]+")
_BRACKETS = re.compile(r"[(\[【<〔《「『].*?[)\]】>〕》」』]")


def plain(header: str) -> str:
    """A header as it is compared: width, kana, blanks and marks do not count, nor does の."""
    text = spelling.hiragana_to_katakana(spelling.width(header)).casefold()
    return _NOT_LETTERS.sub("", text).replace("ノ", "")


def without_brackets(header: str) -> str:
    return plain(_BRACKETS.sub("", spelling.width(header)))


def _words(headers: str) -> list[str]:
    found: list[str] = []
    for word in headers.split():
        role, colon, part = word.partition(":")
        if not colon:
            found.append(word)
            continue
        parts = _PARTS[part].split()
        found += [role_word + part_word for role_word in _ROLES[role].split() for part_word in parts]
        found += [part_word + role_word for role_word in _ROLES[role].split() for part_word in parts]
        if part == "name":
            found += _ROLES[role].split()
        if role == "caller" and part in _OF_CALLER:
            found += parts
    return found


def _by_header() -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for field in _FIELDS:
        for word in dict.fromkeys(plain(word) for word in [*_words(field.headers), field.name]):
            found[word] = (*found.get(word, ()), field.name)
    return found


BY_HEADER: Final = _by_header()
"""Plain header → the fields that it may mean, in order of preference."""
